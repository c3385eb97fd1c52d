"""What application services tell the house."""

from typing import ClassVar

import msgspec

from teahouse.appservices.model import Kept


class ServicesChanged(msgspec.Struct, frozen=True):
    """A service was let in or changed; or put out, when nothing more is said of it."""

    kind: ClassVar[str] = "appservices.ServicesChanged"

    service_id: str
    subject_id: str = ""
    token_digest: bytes = b""
    kept: Kept | None = None

    @property
    def key(self) -> str:
        """The service."""
        return self.service_id
