"""What is looked at before an order is acknowledged: whom it touches, and what less would do."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.policies import ANY, Both, Draft, LegalBasis, Words
from teahouse.orders.model.order import Measure, MeasureKind, Order
from teahouse.orders.model.reach import MAY_NOT_SAY

NARROWER_MAX = 12
EXISTING = (MeasureKind.STOP_FUNCTION, MeasureKind.RESTRICT_COUNTRY)  # what existing people feel


class Group(msgspec.Struct, frozen=True):
    """Accounts of a region and class, and how many of them the order touches."""

    region: str
    account_class: str
    accounts: int
    touched: int


class Narrower(msgspec.Struct, frozen=True):
    """Something that would do less than a measure of the order."""

    measure: str
    why: Both


class DoorsReach(msgspec.Struct, frozen=True):
    """What an order does to those who are not here yet: scopes that it shuts, and who is on the way."""

    shut: list[tuple[str, str, str]]  # region, class, door
    left_open: int
    in_flight_refused: int


class OrderReach(msgspec.Struct, frozen=True, kw_only=True):
    """Whom an order touches, as it stood when somebody looked.

    ``at_most``: an account's country is sealed, so that only its region and class are counted.
    """

    at: datetime
    accounts: int
    touched: int
    at_most: bool
    groups: list[Group]
    doors: DoorsReach
    rooms: int
    people: int
    missing: list[str]
    narrower: list[Narrower]


def counted(order: Order, census: Sequence[tuple[str, str, int]]) -> list[Group]:
    """Return, by region and class, how many accounts an order touches."""
    felt = any(measure.kind in EXISTING for measure in order.measures)
    scope = order.scope
    return [
        Group(
            region,
            name,
            count,
            count
            if felt and scope.region in (ANY, region) and scope.account_class in (ANY, name)
            else 0,
        )
        for region, name, count in census
    ]


def smaller(order: Order, groups: Sequence[Group]) -> list[Narrower]:
    """Return what would do less, apart from what registration's own measures suggest."""
    found: list[Narrower] = []
    for measure in order.measures:
        found += [Narrower(measure.kind.value, why) for why in _less(order, measure, groups)]
    if order.ends_at is None:
        found.append(Narrower(ANY, Both("规定结束日期", "Give it an end")))
    return found


def _less(order: Order, measure: Measure, groups: Sequence[Group]) -> list[Both]:
    if measure.kind is MeasureKind.DELIST:
        return []
    if measure.kind is MeasureKind.HIDE_FROM_SEARCH:
        return [Both("只从公开目录移除", "Take it off the public list, and no more")]
    found: list[Both] = []
    if measure.kind is MeasureKind.RESTRICT_COUNTRY:
        found.append(Both("只停用一项功能", "Stop one function, such as calls, and no more"))
    if measure.kind in EXISTING and order.scope.region == ANY:
        touched = Counter[str]()
        for group in groups:
            touched[group.region] += group.touched
        found += [
            Both(
                f"只限服务区 {region}（{count} 个账号）",
                f"Only the region {region} ({count} accounts)",
            )
            for region, count in touched.items()
            if count
        ]
    return found


def draft_of(order: Order, measure: Measure, now: datetime) -> Draft:
    """Return what the gate is asked for, in words that people may read."""
    secret = order.confidential
    basis = tuple(
        LegalBasis(one.law, one.article, "" if secret else one.order or order.number)
        for one in order.legal_basis
    )
    words = Words(
        reason=MAY_NOT_SAY if secret else order.reason,
        legal_basis=basis,
        technical_necessity=MAY_NOT_SAY.en if secret else decider_of(order),
    )
    return Draft(
        state=measure.state,
        region=order.scope.region,
        account_class=order.scope.account_class,
        door=measure.door,
        pace_per_minute=measure.pace_per_minute,
        effective_from=order.effective_at if order.effective_at > now else None,
        effective_until=order.ends_at,
        words=words,
    )


def decider_of(order: Order) -> str:
    """Return who decided, as people read it with the notice."""
    return "主管机关 / an authority" if order.confidential else f"{order.authority}, {order.number}"
