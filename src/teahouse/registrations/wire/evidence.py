"""What somebody who registers shows of who they are."""

import msgspec

from teahouse.realnames.model import Identity


class EvidenceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and number as in the document. ``consent`` is asked for by itself, and for this only."""

    name: str
    number: str
    consent: bool
    document: str = "resident"

    def identity(self) -> Identity:
        """Return what goes to the provider."""
        return Identity(self.name, self.number, self.document)
