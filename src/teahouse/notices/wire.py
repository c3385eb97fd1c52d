"""Notices as the outside sees them, and operators' webhooks."""

from datetime import datetime
from typing import Any

import msgspec

from teahouse.notices.model.chain import Finding
from teahouse.notices.model.hooks import Hook
from teahouse.notices.model.ledger import Ledger


class HistoryWire(msgspec.Struct, frozen=True):
    """A page of the public history, the newest first; each entry as it was signed."""

    entries: list[dict[str, Any]]
    next_before: int | None
    ledger: Ledger


class RevokedWire(msgspec.Struct, frozen=True):
    """Since when a key is believed no more, but for the history up to the entry of that hash."""

    at: str
    last_seq: int
    last_hash: str


class KeyWire(msgspec.Struct, frozen=True):
    """A public key, in hexadecimal."""

    key_id: str
    algorithm: str
    public: str
    since: str
    until: str | None
    revoked: RevokedWire | None = None


class KeysWire(msgspec.Struct, frozen=True):
    """Every key that signed; the one without an end signs now."""

    server_name: str
    keys: list[KeyWire]


class HookBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where a webhook points."""

    url: str


class HooksWire(msgspec.Struct, frozen=True):
    """Webhooks, the oldest first."""

    hooks: list[Hook]


class RevokeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Since when a key may be in other hands, and why that is thought; the reason is published."""

    since: datetime
    reason: str


class RotatedWire(msgspec.Struct, frozen=True):
    """The key that signs now."""

    key_id: str


class FindingWire(msgspec.Struct, frozen=True):
    """What a verification of the history found."""

    intact: bool
    entries: int
    first_wrong: int | None
    why: str
    key_ids: list[str]


def finding(found: Finding) -> FindingWire:
    """Return a finding for the console."""
    return FindingWire(
        found.intact, found.entries, found.first_wrong, found.why, list(found.key_ids)
    )
