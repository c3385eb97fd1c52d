"""What regimes tell the house."""

from typing import ClassVar

import msgspec


class RegimePublished(msgspec.Struct, frozen=True):
    """New accounts of a region and class have to show something else from now on."""

    kind: ClassVar[str] = "regimes.RegimePublished"

    region: str
    account_class: str
    version: int

    @property
    def key(self) -> str:
        """The region and class."""
        return f"{self.region} {self.account_class}"
