"""What a house may have to pay, and who in person (Personal Information Protection Law, article 66).

Amounts are in fen, hundredths of a yuan. It is a bound for a register of risks, and no forecast.
"""

import msgspec

YUAN = 100
FIXED_MAX_FEN = 50_000_000 * YUAN
TURNOVER_SHARE = 20  # one twentieth of last year's turnover: 5 %
PERSON_MIN_FEN = 100_000 * YUAN
PERSON_MAX_FEN = 1_000_000 * YUAN
CURRENCY = "CNY"


class Exposure(msgspec.Struct, frozen=True):
    """The most that one serious violation may cost the house, and those responsible for it."""

    currency: str
    house_max_minor: int
    person_min_minor: int
    person_max_minor: int


def exposure(turnover_fen: int) -> Exposure:
    """Return the bounds for a house of some turnover: 50 million yuan, or 5 %, if that is more."""
    assert turnover_fen >= 0
    most = max(FIXED_MAX_FEN, turnover_fen // TURNOVER_SHARE)
    return Exposure(CURRENCY, most, PERSON_MIN_FEN, PERSON_MAX_FEN)
