"""How an operator wants to see what is disturbing, and how much of it in a day."""

import re
from datetime import timedelta

import msgspec

from teahouse.errors import Kind, Refused

LIMIT_DEFAULT = 40
LIMIT_MAX = 1_000
CATEGORIES_MAX = 20
LOOKS_LIFE = timedelta(days=2)  # counts are of a day
_NAME = re.compile(r"[a-z_]{1,40}")


class Preferences(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``daily_limit`` is of disturbing cases; null: without end. ``categories``: empty for all."""

    blur: bool = True
    greyscale: bool = True
    mute: bool = True
    daily_limit: int | None = LIMIT_DEFAULT
    categories: tuple[str, ...] = ()


class Wellbeing(msgspec.Struct, frozen=True):
    """What an operator has chosen, and how much that is disturbing they have seen today."""

    preferences: Preferences
    seen_today: int

    @property
    def is_enough(self) -> bool:
        """Tell whether the limit of the day is reached."""
        limit = self.preferences.daily_limit
        return limit is not None and self.seen_today >= limit


class BadPreferences(Refused):
    """A daily limit is from 1 to 1,000, or null; categories are at most 20 names."""

    code = "wellbeing.bad_preferences"
    kind = Kind.UNPROCESSABLE


def check_preferences(chosen: Preferences) -> Preferences:
    """Return preferences without names that come twice. Raises ``BadPreferences``."""
    limit = chosen.daily_limit
    if limit is not None and not 0 < limit <= LIMIT_MAX:
        raise BadPreferences
    named = tuple(sorted(set(chosen.categories)))
    if len(named) > CATEGORIES_MAX or not all(_NAME.fullmatch(one) for one in named):
        raise BadPreferences
    return msgspec.structs.replace(chosen, categories=named)
