"""What minors may spend, at once and in a month: by band, and less where a guardian says so."""

from datetime import datetime

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.minors.model.ages import Age


class Caps(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The most that may be spent at once and in a month, in minor units; ``None``: no cap."""

    once_minor: int | None = None
    month_minor: int | None = None


class SpendingRule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The caps of a profile: for each band that has any, by its first year, in one currency."""

    currency: str
    caps: dict[str, Caps]


class Reservation(msgspec.Struct, frozen=True):
    """An amount that somebody is about to spend. The id is the order's: the same counts once."""

    reservation_id: str
    account_id: str
    amount_minor: int
    currency: str


class Booked(msgspec.Struct, frozen=True):
    """A reservation that counts, and when it was made."""

    reservation: Reservation
    made_at: datetime


class Spent(msgspec.Struct, frozen=True):
    """What was spent in a month."""

    currency: str
    amount_minor: int


class OverOnce(Refused):
    """That is more than may be spent at once at this age."""

    code = "minors.over_once"
    kind = Kind.FORBIDDEN


class OverMonth(Refused):
    """With that, more would be spent this month than may be at this age."""

    code = "minors.over_month"
    kind = Kind.FORBIDDEN


class OtherCurrency(Refused):
    """A minor's caps are in another currency, so nothing is spent in this one."""

    code = "minors.other_currency"
    kind = Kind.FORBIDDEN


def caps_of(rule: SpendingRule | None, age: Age, own: Caps) -> Caps:
    """Return the caps of somebody: the lower of the profile's and a guardian's. None but minors have."""
    if not age.minor:
        return Caps()
    by_law = Caps() if rule is None else rule.caps.get(str(age.at_least), Caps())
    return Caps(
        _lower(by_law.once_minor, own.once_minor), _lower(by_law.month_minor, own.month_minor)
    )


def check_amount(rule: SpendingRule | None, caps: Caps, wanted: Reservation) -> None:
    """Refuse what one payment may not be: ``OverOnce``, ``OtherCurrency``."""
    assert wanted.amount_minor > 0, "nothing is no payment"
    if caps == Caps():
        return
    if rule is not None and wanted.currency != rule.currency:
        raise OtherCurrency(currency=rule.currency)
    if caps.once_minor is not None and wanted.amount_minor > caps.once_minor:
        raise OverOnce(once_minor=caps.once_minor, currency=wanted.currency)


def _lower(one: int | None, other: int | None) -> int | None:
    given = [cap for cap in (one, other) if cap is not None]
    return min(given, default=None)
