"""The audit log as operators see it."""

from datetime import datetime

import msgspec

from teahouse.audit.model import Entry


class EntryOut(msgspec.Struct, frozen=True):
    """One entry; hashes in hexadecimal."""

    seq: int
    at: datetime
    actor: str
    act: str
    target: str
    reach: msgspec.Raw
    detail: msgspec.Raw
    hash: str


class PageOut(msgspec.Struct, frozen=True):
    """Entries, newest first; ``next_before`` asks for the older ones."""

    entries: list[EntryOut]
    next_before: int | None


class VerifyOut(msgspec.Struct, frozen=True):
    """Whether the chain is whole; if not, the first number that is wrong."""

    intact: bool
    first_wrong: int | None


def entry_out(entry: Entry) -> EntryOut:
    """Return an entry as it is told."""
    return EntryOut(
        seq=entry.seq,
        at=entry.at,
        actor=entry.actor,
        act=entry.act,
        target=entry.target,
        reach=msgspec.Raw(entry.reach.encode()),
        detail=msgspec.Raw(entry.detail.encode()),
        hash=entry.hash.hex(),
    )
