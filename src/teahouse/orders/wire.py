"""Orders as operators see them, and what everybody may know."""

import base64
from datetime import datetime

import msgspec

from teahouse.gate.model.policies import LegalBasis
from teahouse.orders.model.checks import OrderReach
from teahouse.orders.model.functions import FUNCTIONS
from teahouse.orders.model.order import Measure, Order, Scope
from teahouse.orders.model.procedure import acts_of
from teahouse.orders.model.reach import OrderNotice
from teahouse.orders.model.report import OrderFacts
from teahouse.orders.service.orders import Whole
from teahouse.orders.store import OrderRow, StepRow, WorkerApplied


class OrderNoticesWire(msgspec.Struct, frozen=True):
    """What does not work by orders of authorities, for everybody to know."""

    orders: list[OrderNotice]


class AcknowledgeBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why an order is carried out, and why nothing narrower will do."""

    reason: str
    answer: str = ""


class OrderActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why."""

    reason: str


class OrderBroughtWire(msgspec.Struct, frozen=True):
    """An order that was kept."""

    order_id: str


class OrderSummaryWire(msgspec.Struct, frozen=True, kw_only=True):
    """An order in the list."""

    order_id: str
    authority: str
    number: str
    state: str
    confidential: bool
    measures: list[str]
    scope: Scope
    effective_at: datetime
    deadline_at: datetime
    ends_at: datetime | None
    imported_at: datetime


class OrdersWire(msgspec.Struct, frozen=True):
    """Orders, the newest first, and the functions that one can stop."""

    orders: list[OrderSummaryWire]
    functions: list[str]


class OrderStepWire(msgspec.Struct, frozen=True):
    """A step that was taken."""

    act: str
    state: str
    actor: str
    reason: str
    answer: str
    at: datetime


class OrderWire(msgspec.Struct, frozen=True, kw_only=True):
    """An order with all that became of it; ``may`` is what comes next."""

    order_id: str
    authority: str
    authority_country: str
    number: str
    legal_basis: tuple[LegalBasis, ...]
    scope: Scope
    measures: tuple[Measure, ...]
    received_at: datetime
    effective_at: datetime
    deadline_at: datetime
    ends_at: datetime | None
    confidential: bool
    reason_zh: str
    reason_en: str
    state: str
    evidence_name: str
    evidence_sha256: str
    imported_by: str
    imported_at: datetime
    checked_at: datetime | None
    reach: OrderReach | None
    first_by: str | None
    second_by: str | None
    in_force_at: datetime | None
    ended_at: datetime | None
    steps: list[OrderStepWire]
    workers: list[WorkerApplied]
    policy_ids: list[str]
    may: list[str]


class EvidenceWire(msgspec.Struct, frozen=True):
    """An order's document, in base64."""

    name: str
    base64: str


class OrderReportWire(msgspec.Struct, frozen=True, kw_only=True):
    """A compliance report with its signature, by the key that signs notices."""

    format: str
    server_name: str
    made_at: datetime
    public: str
    on_time: bool
    complete: bool
    facts: OrderFacts
    key_id: str
    signature: str


def _plain(order: Order) -> dict[str, object]:
    names = [name for name in Order.__struct_fields__ if name != "reason"]
    fields: dict[str, object] = {name: getattr(order, name) for name in names}
    return fields | {"reason_zh": order.reason.zh, "reason_en": order.reason.en}


def step_wire(step: StepRow) -> OrderStepWire:
    """Return a step as it is told."""
    return OrderStepWire(*step)


def order_wire(whole: Whole) -> OrderWire:
    """Return an order for operators."""
    row = whole.row
    names = ("evidence_name", "evidence_sha256", "imported_by", "imported_at", "checked_at",
             "reach", "first_by", "second_by", "in_force_at", "ended_at")  # fmt: skip
    told: dict[str, object] = {name: getattr(row, name) for name in names}
    return msgspec.convert(
        {
            **_plain(row.order),
            **told,
            "state": row.state.value,
            "steps": [step_wire(one) for one in whole.steps],
            "workers": whole.workers,
            "policy_ids": whole.policy_ids,
            "may": [act.value for act in acts_of(row.state)],
        },
        OrderWire,
        from_attributes=True,
    )


def orders_wire(rows: list[OrderRow]) -> OrdersWire:
    """Return the list."""
    return OrdersWire([_summary(row) for row in rows], list(FUNCTIONS))


def _summary(row: OrderRow) -> OrderSummaryWire:
    order = row.order
    return OrderSummaryWire(
        order_id=row.order_id,
        authority=order.authority,
        number=order.number,
        state=row.state.value,
        confidential=order.confidential,
        measures=[one.kind.value for one in order.measures],
        scope=order.scope,
        effective_at=order.effective_at,
        deadline_at=order.deadline_at,
        ends_at=order.ends_at,
        imported_at=row.imported_at,
    )


def evidence_wire(name: str, document: bytes) -> EvidenceWire:
    """Return a document as it is told."""
    return EvidenceWire(name, base64.b64encode(document).decode())
