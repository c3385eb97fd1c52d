"""Real names' shapes on our own API."""

from datetime import datetime

import msgspec

from teahouse.realnames.model import Identity, Shown


class IdentityBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and number as in the document. ``consent`` is asked for by itself, and for this only."""

    name: str
    number: str
    consent: bool
    document: str = "resident"
    lang: str = "en"

    def identity(self) -> Identity:
        """Return what goes to the provider."""
        return Identity(self.name, self.number, self.document)


class SeenBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose document an operator has seen, and what it was."""

    user_id: str
    reason: str


class RealnameWire(msgspec.Struct, frozen=True):
    """How far one's own identity is known here."""

    level: str
    provider: str | None
    proved_at: datetime | None
    offered: bool


def realname(shown: Shown) -> RealnameWire:
    """Return one's own identity as it is told."""
    return RealnameWire(shown.level, shown.provider, shown.proved_at, shown.offered)
