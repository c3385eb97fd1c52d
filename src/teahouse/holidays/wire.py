"""School years on our own API: a file is what is loaded."""

import msgspec

from teahouse.holidays.model import SchoolYear


class SchoolYearsWire(msgspec.Struct, frozen=True):
    """All school years, by region, the newest first."""

    years: list[SchoolYear]


class SchoolRegionsWire(msgspec.Struct, frozen=True):
    """The regions of which school holidays are known."""

    regions: list[str]
