"""Every statement over the tables of orders, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed
from teahouse.orders.model.checks import OrderReach
from teahouse.orders.model.order import Order
from teahouse.orders.model.procedure import OrderState
from teahouse.orders.model.reach import HeldOrder

PURPOSE = Purpose(
    id="orders.evidence",
    version=1,
    name=Wording("主管机关命令的原件", "The document of an authority's order"),
    purpose=Wording(
        "证明命令的内容与依据，以备复核", "To prove what was ordered and on what basis, for review"
    ),
    means=Wording("加密保存，密钥专属于该命令", "Kept encrypted under a key of the order's own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("执行主管机关的命令", "Carrying out orders of authorities"),
    retention=Wording("命令结束后三年", "Three years after the order is over"),
    retention_days=1095,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
EVIDENCE = PersonalField("orders_orders", "evidence", PURPOSE)
FIELDS = (EVIDENCE,)
SEALED = (Sealed((EVIDENCE,), ("order_id",), "order_id", "order_id"),)

INSERT = """
insert into orders_orders (
    order_id, authority, number, content, state, effective_at, ends_at, evidence, evidence_name,
    evidence_sha256, imported_by, imported_at
) values ($1, $2, $3, $4, 'received', $5, $6, $7, $8, $9, $10, $11)
on conflict (authority, number) do nothing"""

ONE = """
select order_id, content, state, evidence_name, evidence_sha256, imported_by, imported_at,
    checked_at, reach, first_by, second_by, in_force_at, ended_at, evidence
from orders_orders where order_id = $1"""

ONE_LOCKED = """
select order_id, content, state, evidence_name, evidence_sha256, imported_by, imported_at,
    checked_at, reach, first_by, second_by, in_force_at, ended_at, evidence
from orders_orders where order_id = $1 for update"""

NEWEST = """
select order_id, content, state, evidence_name, evidence_sha256, imported_by, imported_at,
    checked_at, reach, first_by, second_by, in_force_at, ended_at, null::bytea as evidence
from orders_orders order by imported_at desc, order_id desc limit $1"""

BINDING = """
select content, state from orders_orders
where state in ('acknowledged', 'in_force', 'contested') order by effective_at, order_id limit $1"""

DUE = """
select order_id from orders_orders
where (state = 'acknowledged' and effective_at <= $1)
    or (state in ('acknowledged', 'in_force', 'contested') and ends_at <= $1)
order by order_id for update"""

MOVE = """
update orders_orders set state = $2, first_by = $3, second_by = $4, checked_at = $5, reach = $6,
    in_force_at = $7, ended_at = $8
where order_id = $1"""

STEP = """
insert into orders_steps (order_id, nth, act, state, actor, reason, answer, at)
select $1, 1 + count(*), $2, $3, $4, $5, $6, $7 from orders_steps where order_id = $1"""

STEPS = """
select act, state, actor, reason, answer, at from orders_steps where order_id = $1 order by nth"""

KEEP_POLICY = "insert into orders_policies (order_id, policy_id) values ($1, $2)"

POLICIES = "select policy_id from orders_policies where order_id = $1 order by policy_id"

APPLIED = """
insert into orders_workers (order_id, worker_id, host, pid, at)
select order_id, $2, $3, $4, $5 from unnest($1::text[]) as held (order_id)
on conflict (order_id, worker_id) do nothing"""

WORKERS = """
select worker_id, host, pid, at from orders_workers where order_id = $1 order by at, worker_id"""

EVIDENCE_OVER = """
update orders_orders set evidence = null where ended_at < $1 and evidence is not null
returning order_id"""


class OrderRow(NamedTuple):
    """An order with all that became of it; the evidence is still sealed."""

    order_id: str
    order: Order
    state: OrderState
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
    evidence: bytes | None


class NewOrder(NamedTuple):
    """An order to be kept: its document sealed, and who brought it."""

    order: Order
    evidence: bytes
    evidence_name: str
    evidence_sha256: str
    imported_by: str
    imported_at: datetime


class StepRow(NamedTuple):
    """A step that was taken."""

    act: str
    state: str
    actor: str
    reason: str
    answer: str
    at: datetime


class WorkerApplied(msgspec.Struct, frozen=True):
    """Since when a worker carries an order out."""

    worker_id: str
    host: str
    pid: int
    at: datetime


async def insert(tx: Tx, new: NewOrder) -> bool:
    """Keep a new order; false when its authority's number is known."""
    order = new.order
    content = msgspec.json.encode(order).decode()
    named = (order.order_id, order.authority, order.number, content)
    when = (order.effective_at, order.ends_at)
    return await tx.run(INSERT, *named, *when, *new[1:]) == 1


async def one(tx: Tx, order_id: str) -> OrderRow | None:
    """Return an order."""
    return _order(await tx.row(ONE, order_id))


async def one_locked(tx: Tx, order_id: str) -> OrderRow | None:
    """Return an order, and hold it."""
    return _order(await tx.row(ONE_LOCKED, order_id))


async def newest(tx: Tx, limit: int) -> list[OrderRow]:
    """Return orders, the newest first."""
    found = [_order(row) for row in await tx.rows(NEWEST, limit)]
    return [one for one in found if one is not None]


async def binding(tx: Tx, limit: int) -> list[HeldOrder]:
    """Return the orders that bind, those whose time has not come included."""
    return [
        HeldOrder(msgspec.json.decode(row[0], type=Order), OrderState(row[1]))
        for row in await tx.rows(BINDING, limit)
    ]


async def due(tx: Tx, now: datetime) -> list[str]:
    """Return the orders that begin or end by the clock, and hold them."""
    return [row[0] for row in await tx.rows(DUE, now)]


async def move(tx: Tx, row: OrderRow) -> None:
    """Write where an order stands."""
    reach = None if row.reach is None else msgspec.json.encode(row.reach).decode()
    persons = (row.first_by, row.second_by, row.checked_at)
    await tx.run(
        MOVE, row.order_id, row.state.value, *persons, reach, row.in_force_at, row.ended_at
    )


async def step(tx: Tx, order_id: str, row: StepRow) -> None:
    """Note a step. The order is held."""
    await tx.run(STEP, order_id, *row)


async def steps(tx: Tx, order_id: str) -> list[StepRow]:
    """Return what was done with an order, in order."""
    return [StepRow(*row) for row in await tx.rows(STEPS, order_id)]


async def keep_policy(tx: Tx, order_id: str, policy_id: str) -> None:
    """Note that a policy of the gate is an order's."""
    await tx.run(KEEP_POLICY, order_id, policy_id)


async def policies(tx: Tx, order_id: str) -> list[str]:
    """Return the policies of the gate that are an order's."""
    return [row[0] for row in await tx.rows(POLICIES, order_id)]


async def applied(tx: Tx, order_ids: Sequence[str], worker: WorkerApplied) -> None:
    """Note that a worker carries orders out, unless that is noted."""
    said = (worker.worker_id, worker.host, worker.pid, worker.at)
    await tx.run(APPLIED, list(order_ids), *said)


async def workers(tx: Tx, order_id: str) -> list[WorkerApplied]:
    """Return since when workers carry an order out, the first first."""
    return [WorkerApplied(*row) for row in await tx.rows(WORKERS, order_id)]


async def evidence_over(tx: Tx, before: datetime) -> list[str]:
    """Forget the documents of orders that were over long ago; return which."""
    return [row[0] for row in await tx.rows(EVIDENCE_OVER, before)]


def _order(row: Row | None) -> OrderRow | None:
    if row is None:
        return None
    reach = None if row[8] is None else msgspec.json.decode(row[8], type=OrderReach)
    order = msgspec.json.decode(row[1], type=Order)
    return OrderRow(*row)._replace(order=order, state=OrderState(row[2]), reach=reach)
