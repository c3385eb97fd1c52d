"""Whom an order reaches, and what it keeps from them: a pure function of the orders and of the time.

Nothing here remembers how things were before. What is refused is what the orders that hold now refuse;
when one ceases to hold, only the others are left.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.gate.model.policies import ANY, Both, LegalBasis
from teahouse.orders.model.functions import FUNCTIONS, functions_of, is_reading
from teahouse.orders.model.order import Measure, MeasureKind, Order, Scope
from teahouse.orders.model.procedure import BINDING, OrderState


class Who(NamedTuple):
    """What is known of an account where orders are carried out."""

    region: str
    account_class: str
    country: str = ""  # of its proved number; none is no country


class HeldOrder(msgspec.Struct, frozen=True):
    """An order, and where it stands."""

    order: Order
    state: OrderState


class Hindrance(msgspec.Struct, frozen=True):
    """Why a request is refused: by which order, and which of its measures."""

    order: Order
    measure: Measure


class OrderNotice(msgspec.Struct, frozen=True, kw_only=True):
    """What everybody may know of an order in force: what does not work, for whom, and what does.

    Of a confidential one the authority, the number and the reason are not told, and that is told.
    """

    order_id: str
    confidential: bool
    authority: str
    number: str
    legal_basis: tuple[LegalBasis, ...]
    scope: Scope
    stopped: tuple[Both, ...]
    still_works: Both
    reason: Both
    since: datetime
    until: datetime | None


MAY_NOT_SAY = Both(
    "本项依主管机关的保密命令执行，我们不能说明其内容；我们能告诉您的是：什么不能用。",
    "An authority ordered this and ordered that it be kept secret. What we can tell you is what does not work.",
)
STILL_WORKS = Both(
    "已有用户仍可登录、阅读、导出自己的数据、申诉与注销。",
    "Everybody who has an account still signs in, reads, takes their data along, contests and leaves.",
)
_SAID = {
    MeasureKind.STOP_REGISTRATION: Both("注册新账号", "registering new accounts"),
    MeasureKind.DELIST: Both("某些群聊或账号列在公开目录中", "some rooms or accounts in the public list"),
    MeasureKind.HIDE_FROM_SEARCH: Both("搜索到某些群聊或账号", "finding some rooms or accounts by search"),
    MeasureKind.RESTRICT_COUNTRY: Both(
        "该国用户除阅读与导出之外的一切操作", "everything but reading and exporting, for that country"
    ),
}  # fmt: skip


def holds(held: HeldOrder, now: datetime) -> bool:
    """Tell whether an order is carried out at a moment."""
    order = held.order
    begun = held.state in BINDING and order.effective_at <= now
    return begun and (order.ends_at is None or now < order.ends_at)


def is_over(order: Order, now: datetime) -> bool:
    """Tell whether an order's own end has come."""
    return order.ends_at is not None and order.ends_at <= now


def touches(scope: Scope, who: Who) -> bool:
    """Tell whether an account is in a scope."""
    return (
        scope.region in (ANY, who.region)
        and scope.account_class in (ANY, who.account_class)
        and scope.country in ("", who.country)
    )


def hindrances(
    held: Iterable[HeldOrder], request: tuple[str, str], now: datetime
) -> list[Hindrance]:
    """Return what would keep those whom it touches from a request, by its method and route's path."""
    stopped, reading = functions_of(*request), is_reading(*request)
    return [
        Hindrance(one.order, measure)
        for one in held
        if holds(one, now)
        for measure in one.order.measures
        if (measure.kind is MeasureKind.RESTRICT_COUNTRY and not reading)
        or (measure.kind is MeasureKind.STOP_FUNCTION and measure.function in stopped)
    ]


def hindrance(found: Iterable[Hindrance], who: Who) -> Hindrance | None:
    """Return the first of what would keep people from a request that touches an account."""
    return next((one for one in found if touches(one.order.scope, who)), None)


def targets(held: Iterable[HeldOrder], kind: MeasureKind, now: datetime) -> frozenset[str]:
    """Return the rooms and people that orders take off the directory, or out of search."""
    return frozenset(
        target
        for one in held
        if holds(one, now)
        for measure in one.order.measures
        if measure.kind is kind
        for target in measure.targets
    )


def said_of(measure: Measure) -> Both:
    """Return what a measure stops, in words, without naming anybody."""
    if measure.kind is MeasureKind.STOP_FUNCTION:
        function = FUNCTIONS[measure.function]
        return Both(function.zh, function.en)
    return _SAID[measure.kind]


def public(order: Order) -> OrderNotice:
    """Return what everybody may know of an order: honest also where it is confidential."""
    secret = order.confidential
    basis = order.legal_basis
    if secret:
        basis = tuple(msgspec.structs.replace(one, order="") for one in basis)
    return OrderNotice(
        order_id=order.order_id,
        confidential=secret,
        authority="" if secret else order.authority,
        number="" if secret else order.number,
        legal_basis=basis,
        scope=order.scope,
        stopped=tuple(said_of(one) for one in order.measures),
        still_works=STILL_WORKS,
        reason=MAY_NOT_SAY if secret else order.reason,
        since=order.effective_at,
        until=order.ends_at,
    )


def told(held: Sequence[HeldOrder], now: datetime) -> list[OrderNotice]:
    """Return what everybody may know of the orders that hold."""
    return [public(one.order) for one in held if holds(one, now)]
