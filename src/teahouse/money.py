"""Money: an integer count of a currency's minor unit, and that currency's ISO 4217 code.

There is no fraction anywhere, so nothing is ever rounded by accident.
"""

import re

import msgspec

_CURRENCY = re.compile(r"[A-Z]{3}")
AMOUNT_MINOR_MAX = 2**53 - 1


class Money(msgspec.Struct, frozen=True, order=False):
    """An amount of one currency."""

    amount_minor: int
    currency: str

    def __post_init__(self) -> None:
        """Assert what the type cannot say."""
        assert _CURRENCY.fullmatch(self.currency), "a currency is three capital letters"
        assert abs(self.amount_minor) <= AMOUNT_MINOR_MAX, "an amount fits in 53 bits"

    def __add__(self, other: "Money") -> "Money":
        """Add an amount of the same currency; mixing two is a fault of ours."""
        assert self.currency == other.currency, "amounts of two currencies do not add up"
        return Money(self.amount_minor + other.amount_minor, self.currency)

    def __neg__(self) -> "Money":
        """Return the opposite amount."""
        return Money(-self.amount_minor, self.currency)
