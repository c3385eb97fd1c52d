"""Phone holders' shapes on our own API."""

from datetime import datetime

import msgspec

from teahouse.phoneholders.model import HolderShown
from teahouse.realnames.model import Identity


class HolderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The name to which the number is registered, and the number of the document where it is asked for.

    ``consent`` is asked for by itself, and for this only.
    """

    name: str
    consent: bool
    number: str = ""
    document: str = "resident"
    lang: str = "en"

    def identity(self) -> Identity:
        """Return what may go to the verifier."""
        return Identity(self.name, self.number, self.document)


class HolderWire(msgspec.Struct, frozen=True):
    """Whether one's age can be told by who knows the holder of one's number, and when it was."""

    offered: bool
    asks_number: bool
    has_phone: bool
    checked_at: datetime | None


def holder_wire(shown: HolderShown) -> HolderWire:
    """Return it as it is told."""
    return HolderWire(shown.offered, shown.asks_number, shown.has_phone, shown.checked_at)
