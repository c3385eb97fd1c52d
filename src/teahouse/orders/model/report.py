"""The compliance report: what was ordered, and since when it is so at every door and in every worker.

It is reckoned from facts by fixed rules, and signed by the key that signs notices: whoever has the
public key proves it without asking us.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.gate.model.policies import ANY, RESTRICTION, Policy
from teahouse.gate.model.previews import Cell
from teahouse.notices.model.chain import Document, key_id_of, signed
from teahouse.orders.model.order import Measure, MeasureKind, Order
from teahouse.orders.model.procedure import OrderState

FORMAT = "teahouse-order-report/1"
CONTEXT = "order-report"  # what its signature is made for
_MILLISECOND = timedelta(milliseconds=1)


class DoorFact(msgspec.Struct, frozen=True):
    """A door, for a region and class, and whether it is at least as shut as was ordered."""

    region: str
    account_class: str
    door: str
    state: str
    covered: bool


class PolicyFact(msgspec.Struct, frozen=True):
    """A policy that the order had set: from which moment, and until when, by whose act."""

    policy_id: str
    since: datetime
    ended_at: datetime | None
    ended_by: str | None


class WorkerFact(msgspec.Struct, frozen=True):
    """A worker that carries the order out, since when, and how long after it began to hold."""

    worker_id: str
    host: str
    pid: int
    since: datetime
    after_milliseconds: int


class OrderFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What a report tells; ``workers_without`` live and have not said that they carry it out."""

    order: Order
    state: OrderState
    evidence_sha256: str
    imported_at: datetime
    acknowledged_by: list[str]
    in_force_at: datetime | None
    ended_at: datetime | None
    policies: list[PolicyFact]
    doors: list[DoorFact]
    workers: list[WorkerFact]
    workers_without: list[str]


class OrderReport(msgspec.Struct, frozen=True, kw_only=True):
    """The whole document, without its signature; ``complete``: every door and every live worker."""

    format: str
    server_name: str
    made_at: datetime
    public: str
    on_time: bool
    complete: bool
    facts: OrderFacts


def doors_of(order: Order, cells: Iterable[Cell]) -> list[DoorFact]:
    """Return the doors that an order's measures are about, as they stand."""
    stops = [one for one in order.measures if one.kind is MeasureKind.STOP_REGISTRATION]
    return [
        DoorFact(
            cell.region, cell.account_class, cell.door, cell.state.value, _covers(cell, wanted)
        )
        for cell in cells
        if cell.built and (wanted := [one for one in stops if _about(order, one, cell)])
    ]


def _about(order: Order, measure: Measure, cell: Cell) -> bool:
    every = measure.door == ANY and cell.counts_as_registration
    there = every or measure.door == cell.door
    scope = order.scope
    return (
        there
        and scope.region in (ANY, cell.region)
        and scope.account_class in (ANY, cell.account_class)
    )


def _covers(cell: Cell, wanted: Sequence[Measure]) -> bool:
    return all(RESTRICTION[cell.state] >= RESTRICTION[one.state] for one in wanted)


def policy_fact(policy: Policy) -> PolicyFact:
    """Return a policy as the report tells it."""
    return PolicyFact(policy.policy_id, policy.effective_from, policy.ended_at, policy.ended_by)


def after(began: datetime | None, at: datetime) -> int:
    """Return how many milliseconds after the beginning something was so; never less than none."""
    return 0 if began is None else max(0, (at - began) // _MILLISECOND)


def report_of(server_name: str, made_at: datetime, public: str, facts: OrderFacts) -> Document:
    """Return the document that is signed."""
    began = facts.in_force_at
    report = OrderReport(
        format=FORMAT,
        server_name=server_name,
        made_at=made_at,
        public=public,
        on_time=began is not None and began <= facts.order.deadline_at,
        complete=(
            began is not None
            and bool(facts.workers)
            and not facts.workers_without
            and all(door.covered for door in facts.doors)
        ),
        facts=facts,
    )
    return msgspec.to_builtins(report)


def is_proved(document: Document) -> bool:
    """Tell whether a report is as it was signed, by the key that it names."""
    public = document.get("public", "")
    named = document.get("key_id") == key_id_of(public)
    return named and signed(CONTEXT, document, public)
