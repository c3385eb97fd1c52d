"""What holidays tells the house."""

from typing import ClassVar

import msgspec


class HolidaysChanged(msgspec.Struct, frozen=True):
    """A school year of a region was loaded or removed."""

    kind: ClassVar[str] = "holidays.HolidaysChanged"

    region: str

    @property
    def key(self) -> str:
        """The region."""
        return self.region
