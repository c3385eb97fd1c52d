"""What a guardian sets for a ward beside the profile."""

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.minors.model.hours import DAY_MINUTES, Hours
from teahouse.minors.model.spending import Caps

CAP_MINOR_MAX = 10**12


class Limits(msgspec.Struct, frozen=True):
    """A night and caps; what is ``None`` is as the profile has it. A night that ends as it begins is none."""

    night: Hours | None = None
    caps: Caps = Caps()


class BadLimits(Refused):
    """A night goes from a minute of the day to another; a cap is a whole number of minor units."""

    code = "minors.bad_limits"
    kind = Kind.INVALID


def check_limits(limits: Limits) -> None:
    """Refuse what cannot be meant: ``BadLimits``."""
    night, caps = limits.night, limits.caps
    if night is not None:
        if not all(0 <= one < DAY_MINUTES for one in (night.begins_minute, night.ends_minute)):
            raise BadLimits
    for cap in (caps.once_minor, caps.month_minor):
        if cap is not None and not 0 <= cap <= CAP_MINOR_MAX:
            raise BadLimits
