"""The compliance report of an order: gathered, reckoned, signed."""

from dataclasses import dataclass
from datetime import datetime

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.policies import Policy
from teahouse.gate.service.policies import Policies
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.store import workers as attending
from teahouse.notices.model.chain import Document
from teahouse.notices.service.history import History
from teahouse.orders.model.procedure import BINDING
from teahouse.orders.model.reach import HeldOrder, holds
from teahouse.orders.model.report import (
    CONTEXT,
    OrderFacts,
    WorkerFact,
    after,
    doors_of,
    policy_fact,
    report_of,
)
from teahouse.orders.service.orders import Orders, Whole


@dataclass(frozen=True, repr=False)
class Reporting:
    """Makes reports."""

    db: Database
    orders: Orders
    policies: Policies
    history: History
    audit: Audit
    clock: Clock
    server_name: str

    async def report(self, actor: str, order_id: str) -> Document:
        """Return the signed report of an order as it stands. Audited. Raises ``NoSuchOrder``."""
        whole, now = await self.orders.whole(order_id), self.clock.now()
        await self.history.begin()
        (key,) = [one for one in await self.history.keys() if one.state == "primary"]
        facts = await self._facts(whole, now)
        document = report_of(self.server_name, now, key.public, facts)
        async with self.db.transaction() as tx:
            await self.audit.append(tx, actor, "orders.reported", order_id)
        return await self.history.sign(CONTEXT, document, key.key_id)

    async def _facts(self, whole: Whole, now: datetime) -> OrderFacts:
        row, order = whole.row, whole.row.order
        binds = holds(HeldOrder(order, row.state), now)
        doors = doors_of(order, await self.policies.grid()) if binds else []
        async with self.db.snapshot() as tx:
            live = await attending.live(tx) if row.state in BINDING else []
        there = {one.worker_id for one in whole.workers}
        began = row.in_force_at
        return OrderFacts(
            order=order,
            state=row.state,
            evidence_sha256=row.evidence_sha256,
            imported_at=row.imported_at,
            acknowledged_by=[one for one in (row.first_by, row.second_by) if one],
            in_force_at=began,
            ended_at=row.ended_at,
            policies=[policy_fact(one) for one in await self._policies(whole)],
            doors=doors,
            workers=[
                WorkerFact(one.worker_id, one.host, one.pid, one.at, after(began, one.at))
                for one in whole.workers
            ],
            workers_without=[
                f"{one.host}:{one.pid}"
                for one in live
                if one.worker_id not in there and one.queue_ms is not None
            ],
        )

    async def _policies(self, whole: Whole) -> list[Policy]:
        if not whole.policy_ids:
            return []
        async with self.db.read() as tx:
            every = await self.policies.whole_history(tx)
        return [one for one in every if one.policy_id in whole.policy_ids]
