"""What people do with orders: bring one, look at it, acknowledge it by two, and end it. All audited.

Locks: the order first, then the gate's epoch and policies, the audit log, the notices, the log.
"""

import base64
import binascii
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.model.policies import Both
from teahouse.gate.service.policies import Policies
from teahouse.ids import Ids
from teahouse.infra.bus.log import Announcement, Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.orders import store
from teahouse.orders.events import OrdersChanged
from teahouse.orders.model.checks import decider_of, draft_of
from teahouse.orders.model.order import (
    CHECK_LIFE,
    EVIDENCE_BYTES_MAX,
    EVIDENCE_LIFE,
    TEXT_LETTERS_MAX,
    BadOrder,
    CheckIsOld,
    Evidence,
    MeasureKind,
    NarrowerUnanswered,
    NoSuchOrder,
    OrderBody,
    OrderKnown,
    OrderSamePerson,
    check_digest,
    check_order,
    check_reason,
    order_of,
)
from teahouse.orders.model.procedure import BINDING, OVER, OrderAct, OrderState, next_state
from teahouse.orders.model.reach import is_over
from teahouse.orders.service.checking import Checking
from teahouse.orders.service.restraints import Restraints
from teahouse.orders.store import EVIDENCE, PURPOSE, NewOrder, OrderRow, StepRow, WorkerApplied

LISTED_MAX = 200
HOUSE = "system"
_LIFTED = Both("命令已解除或到期", "The order was lifted or is over")


class Step(NamedTuple):
    """What is said with a step: by whom, why, and why nothing narrower will do."""

    actor: str
    reason: str = ""
    answer: str = ""


class Whole(NamedTuple):
    """An order with its steps, its policies, and since when workers carry it out."""

    row: OrderRow
    steps: list[StepRow]
    policy_ids: list[str]
    workers: list[WorkerApplied]


@dataclass(frozen=True, repr=False)
class Orders:
    """Orders of authorities. ``actor`` is as in ``audit``."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    policies: Policies
    checking: Checking
    restraints: Restraints
    clock: Clock
    ids: Ids

    # -- bringing and looking --------------------------------------------------------------------

    async def bring(self, actor: str, body: OrderBody) -> str:
        """Keep an order that was received; nothing happens yet. Raises ``BadOrder``, ``OrderKnown``."""
        now = self.clock.now()
        check_order(body, now)
        document = document_of(body.evidence)
        digest = hashlib.sha256(document).hexdigest()
        check_digest(body.evidence.sha256, digest)
        order_id = self.ids.ulid()
        order = order_of(order_id, body)
        async with self.db.transaction() as tx:
            await self.vault.create_subject(tx, order_id)
            await self.vault.grant(tx, order_id, [PURPOSE])
            text = base64.b64encode(document).decode()
            sealed = await self.vault.seal(tx, EVIDENCE, order_id, order_id, text)
            new = NewOrder(order, sealed, body.evidence.name.strip(), digest, actor, now)
            if not await store.insert(tx, new):
                raise OrderKnown
            detail: dict[str, object] = {"authority": order.authority, "number": order.number}
            await self.audit.append(tx, actor, "orders.brought", order_id, detail)
        return order_id

    async def listed(self) -> list[OrderRow]:
        """Return orders, the newest first."""
        async with self.db.read() as tx:
            return await store.newest(tx, LISTED_MAX)

    async def whole(self, order_id: str) -> Whole:
        """Return an order with all that became of it. Raises ``NoSuchOrder``."""
        async with self.db.read() as tx:
            row = await store.one(tx, order_id)
            if row is None:
                raise NoSuchOrder
            steps, policies = await store.steps(tx, order_id), await store.policies(tx, order_id)
            return Whole(row, steps, policies, await store.workers(tx, order_id))

    async def evidence(self, actor: str, order_id: str) -> tuple[str, bytes]:
        """Return the name and the bytes of an order's document. Audited. Raises ``NoSuchOrder``."""
        async with self.db.transaction() as tx:
            row = await store.one(tx, order_id)
            if row is None or row.evidence is None:
                raise NoSuchOrder
            text = await self.vault.open(tx, EVIDENCE, order_id, order_id, row.evidence)
            await self.audit.append(tx, actor, "orders.evidence_read", order_id)
        return row.evidence_name, base64.b64decode(text)

    # -- acts ------------------------------------------------------------------------------------

    async def check(self, actor: str, order_id: str) -> Whole:
        """Look at whom an order touches, and keep what was seen. Raises as ``Checking.reach``."""
        row = (await self.whole(order_id)).row
        next_state(row.state, OrderAct.CHECK)
        reach = await self.checking.reach(row.order)
        async with self.db.transaction() as tx:
            held = await self._held(tx, order_id)
            seen = held._replace(checked_at=reach.at, reach=reach, first_by=None)
            detail: dict[str, object] = {"touched": reach.touched, "shut": len(reach.doors.shut)}
            await self._step(tx, seen, OrderAct.CHECK, Step(actor), detail)
        return await self.whole(order_id)

    async def acknowledge(self, actor: str, order_id: str, reason: str, answer: str) -> Whole:
        """Acknowledge an order, as the first or the second; with the second it binds.

        Raises ``BadOrderStep``, ``OrderReasonNeeded``, ``NarrowerUnanswered``, ``CheckIsOld``,
        ``OrderSamePerson``, and what the gate refuses.
        """
        said = Step(actor, check_reason(reason), answer.strip()[:TEXT_LETTERS_MAX])
        now = self.clock.now()
        async with self.db.transaction() as tx:
            row = await self._held(tx, order_id)
            act = OrderAct.CONFIRM if row.state is OrderState.SEEN else OrderAct.ACKNOWLEDGE
            next_state(row.state, act)
            assert row.reach is not None, "it was checked"
            assert row.checked_at is not None, "and that has its time"
            if now - row.checked_at > CHECK_LIFE:
                raise CheckIsOld
            if row.reach.narrower and not said.answer:
                raise NarrowerUnanswered
            if act is OrderAct.ACKNOWLEDGE:
                await self._step(tx, row._replace(first_by=actor), act, said)
            elif row.first_by == actor:
                raise OrderSamePerson
            else:
                await self._bind(tx, row._replace(second_by=actor), said)
        await self.restraints.refresh()
        return await self.whole(order_id)

    async def act(self, actor: str, order_id: str, act: OrderAct, reason: str) -> Whole:
        """Contest, decline, lift, or note as complied with. Raises ``BadOrderStep``, ``OrderReasonNeeded``."""
        said = Step(actor, check_reason(reason))
        async with self.db.transaction() as tx:
            row = await self._held(tx, order_id)
            next_state(row.state, act)
            policies = await self._release(tx, row, act, actor)
            _, told = await self._step(tx, row, act, said)
            await self._tell(tx, [*policies, *told])
        await self.restraints.refresh()
        return await self.whole(order_id)

    async def turn(self, tx: Tx) -> None:
        """Begin orders whose time has come, and end those whose end has: they hold by the time anyway."""
        now, told = self.clock.now(), list[Announcement]()
        for order_id in await store.due(tx, now):  # all of them are held now
            row = await self._held(tx, order_id)
            act = OrderAct.EXPIRE if is_over(row.order, now) else OrderAct.BEGIN
            told += await self._release(tx, row, act, HOUSE)
            _, more = await self._step(tx, row, act, Step(HOUSE))
            told += more
        await self._tell(tx, told)

    async def purge(self, tx: Tx) -> None:
        """Destroy the documents of orders that were over long ago."""
        for order_id in await store.evidence_over(tx, self.clock.now() - EVIDENCE_LIFE):
            await self.vault.destroy_subject(tx, order_id)

    # -- inside ----------------------------------------------------------------------------------

    async def _held(self, tx: Tx, order_id: str) -> OrderRow:
        row = await store.one_locked(tx, order_id)
        if row is None:
            raise NoSuchOrder
        return row

    async def _bind(self, tx: Tx, row: OrderRow, said: Step) -> None:
        """Have an order bind: its policies are set in the same transaction."""
        now, order = self.clock.now(), row.order
        if is_over(order, now):
            raise BadOrder("The order's end has come.")
        drafts = [
            draft_of(order, one, now)
            for one in order.measures
            if one.kind is MeasureKind.STOP_REGISTRATION
        ]
        policies: Sequence[Announcement] = ()
        if drafts:
            decider = decider_of(order)
            made, policies = await self.policies.set_within(tx, said.actor, decider, drafts)
            for policy in made:
                await store.keep_policy(tx, order.order_id, policy.policy_id)
        row, told = await self._step(tx, row, OrderAct.CONFIRM, said)
        if order.effective_at <= now:
            _, more = await self._step(tx, row, OrderAct.BEGIN, Step(HOUSE))
            told += more
        await self._tell(tx, [*policies, *told])

    async def _release(
        self, tx: Tx, row: OrderRow, act: OrderAct, actor: str
    ) -> Sequence[Announcement]:
        """End the policies of an order that ends; others stay as they are."""
        if next_state(row.state, act) not in OVER:
            return ()
        found = await store.policies(tx, row.order_id)
        return await self.policies.lift_within(tx, actor, found, _LIFTED) if found else ()

    async def _step(
        self,
        tx: Tx,
        row: OrderRow,
        act: OrderAct,
        said: Step,
        detail: dict[str, object] | None = None,
    ) -> tuple[OrderRow, list[Announcement]]:
        """Take a step of the table; return the order after it, and what is to be told last."""
        now, state = self.clock.now(), next_state(row.state, act)
        after = row._replace(
            state=state,
            in_force_at=now if act is OrderAct.BEGIN else row.in_force_at,
            ended_at=now if state in OVER else None,
        )
        await store.move(tx, after)
        step = StepRow(act.value, state.value, said.actor, said.reason, said.answer, now)
        await store.step(tx, row.order_id, step)
        told = dict(detail or {}) | ({"reason": said.reason} if said.reason else {})
        await self.audit.append(tx, said.actor, f"orders.{act.value}", row.order_id, told)
        binds = state in BINDING or row.state in BINDING
        return after, [OrdersChanged(row.order_id, state.value)] if binds else []

    async def _tell(self, tx: Tx, told: Sequence[Announcement]) -> None:
        if told:
            await self.log.put(tx, *told)


def document_of(evidence: Evidence) -> bytes:
    """Return the bytes of an order's document. Raises ``BadOrder``."""
    if (evidence.text is None) == (evidence.base64 is None):
        raise BadOrder("evidence has either text or base64.")
    try:
        found = base64.b64decode(evidence.base64 or "", validate=True)
    except binascii.Error:
        raise BadOrder("evidence.base64 is not base64.") from None
    document = (evidence.text or "").encode() or found
    if not 0 < len(document) <= EVIDENCE_BYTES_MAX:
        raise BadOrder(f"The document has between 1 and {EVIDENCE_BYTES_MAX} bytes.")
    return document
