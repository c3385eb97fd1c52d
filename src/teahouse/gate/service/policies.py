"""Operators' verbs: set a policy, end it, see beforehand whom it would reach.

Every act is audited with its reach, in the transaction that does it.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.audit.service import Audit
from teahouse.config import Config
from teahouse.errors import NotFound
from teahouse.gate import store
from teahouse.gate.events import PolicyChanged
from teahouse.gate.model.bindings import NeedsTwo, Transition
from teahouse.gate.model.notices import Notice, notice_of
from teahouse.gate.model.policies import (
    BadBinding,
    BadScope,
    BadTimes,
    Both,
    Draft,
    Policy,
    check_policy,
)
from teahouse.gate.model.previews import (
    Cell,
    InFlight,
    Preview,
    grid,
    preview,
)
from teahouse.gate.service.keeper import Keeper
from teahouse.infra.db.pool import Tx
from teahouse.works.model import Work, WorkState
from teahouse.works.service import Works

# Counts the registrations under way: the gate is below those who take people through it.
UnderWay = Callable[[Tx, datetime], Awaitable[InFlight]]

# Told of every change of a policy, in its transaction, after the audit log and before the log.
WhenMoved = Callable[[Tx, Sequence[Transition]], Awaitable[None]]

HISTORY_MAX = 500
WHOLE_HISTORY_MAX = 100_000
TOGETHER_MAX = 72  # policies set at one moment: every region and class, at six doors


@dataclass(frozen=True, repr=False)
class Policies:
    """What operators do with the gate. ``actor`` is the operator's id, or ``cli:<user>``."""

    keeper: Keeper
    audit: Audit
    config: Config
    works: Works
    under_way: list[UnderWay] = field(default_factory=list[UnderWay], repr=False)
    transitions: list[WhenMoved] = field(default_factory=list[WhenMoved], repr=False)

    async def set(self, actor: str, decided_by: str, draft: Draft) -> Policy:
        """Put a policy in force, everywhere, with the commit.

        Raises what ``check_policy`` raises; then nothing has changed.
        """
        return (await self.set_together(actor, decided_by, (draft,)))[0]

    async def set_together(
        self, actor: str, decided_by: str, drafts: Sequence[Draft]
    ) -> list[Policy]:
        """Put several policies in force at one moment, or none of them.

        Raises what ``check_policy`` raises, ``BadScope``; then nothing has changed.
        """
        async with self.keeper.db.transaction() as tx:
            policies, told = await self.set_within(tx, actor, decided_by, drafts)
            await self.keeper.log.put(tx, *told)
        return policies

    async def set_within(
        self, tx: Tx, actor: str, decided_by: str, drafts: Sequence[Draft]
    ) -> tuple[list[Policy], list[PolicyChanged]]:
        """Set policies in somebody's transaction, which puts what is returned on the log, last.

        Raises as :meth:`set_together` does.
        """
        now = self.keeper.clock.now()
        _check_together(drafts, now)
        version = await store.advance_epoch(tx)
        policies = [
            self._policy(draft, decided_by, now, await self._awaited(tx, draft)) for draft in drafts
        ]
        before = tuple(await store.policies_in_force(tx))
        flying = await self._in_flight(tx, now)
        for policy in policies:
            await store.insert_policy(tx, policy)
            reach = preview(before, (*before, policy), flying, now).reach()
            whose, detail = policy.policy_id, _scope(policy)
            await self.audit.append(tx, actor, "gate.policy_set", whose, detail, reach)
        await self.moved(tx, [Transition(change="set", policy=p, at=now) for p in policies])
        return policies, [PolicyChanged(version, p.policy_id, "set") for p in policies]

    async def lift_within(
        self, tx: Tx, actor: str, policy_ids: Sequence[str], reason: Both
    ) -> list[PolicyChanged]:
        """End those of some policies that have not ended, in somebody's transaction.

        As :meth:`set_within`. Whoever else has ended one has ended it.
        """
        version = await store.advance_epoch(tx)
        there = {policy.policy_id for policy in await store.policies_in_force(tx)}
        ended = [
            await self.end_within(tx, actor, policy_id, "ended", reason)
            for policy_id in sorted(there & set(policy_ids))
        ]
        if ended:
            await self.moved(tx, ended)
        return [PolicyChanged(version, one.policy.policy_id, "ended") for one in ended]

    async def end(self, actor: str, policy_id: str, reason: str) -> Policy:
        """End a policy before its time.

        Raises ``NotFound``, ``BadTimes`` if it has ended, ``NeedsTwo`` if it waits for a work.
        """
        return (await self.end_together(actor, (policy_id,), reason))[0]

    async def end_together(
        self, actor: str, policy_ids: Sequence[str], reason: str
    ) -> list[Policy]:
        """End several policies at one moment, or none of them. Raises as :meth:`end` does."""
        if not 0 < len(set(policy_ids)) == len(policy_ids) <= TOGETHER_MAX:
            raise BadScope(f"Between 1 and {TOGETHER_MAX} policies can be ended together.")
        keeper = self.keeper
        async with keeper.db.transaction() as tx:
            version = await store.advance_epoch(tx)
            for policy_id in sorted(policy_ids):
                if await self._waits(tx, await self.to_end(tx, policy_id)):
                    raise NeedsTwo
            said = Both(zh=reason[:500], en=reason[:500])
            ended = [
                await self.end_within(tx, actor, policy_id, "ended", said)
                for policy_id in policy_ids
            ]
            await self.moved(tx, ended)
            events = [PolicyChanged(version, policy_id, "ended") for policy_id in policy_ids]
            await keeper.log.put(tx, *events)
        return [one.policy for one in ended]

    async def to_end(self, tx: Tx, policy_id: str) -> Policy:
        """Return a policy, held, that can still be ended. Raises ``NotFound``, ``BadTimes``."""
        policy = await store.policy_to_end(tx, policy_id)
        if policy is None:
            raise NotFound
        if policy.ended_at is not None:
            raise BadTimes("That policy has ended already.")
        return policy

    async def end_within(
        self, tx: Tx, actor: str, policy_id: str, change: str, reason: Both
    ) -> Transition:
        """End a policy in a transaction that has advanced the epoch, and audit it.

        Raises ``NotFound``, ``BadTimes``. Whoever calls tells :meth:`moved` and the log.
        """
        now = self.keeper.clock.now()
        policy = await self.to_end(tx, policy_id)
        await store.end_policy(tx, policy_id, now, actor, reason.en)
        detail: dict[str, object] = {**_scope(policy), "reason": reason.en}
        await self.audit.append(tx, actor, f"gate.policy_{change}", policy_id, detail)
        gone = msgspec.structs.replace(policy, ended_at=now, ended_by=actor, end_reason=reason.en)
        return Transition(change=change, policy=gone, at=now, reason=reason)

    async def moved(self, tx: Tx, transitions: Sequence[Transition]) -> None:
        """Tell whoever must know of changes before they are committed."""
        for tell in self.transitions:
            await tell(tx, transitions)

    async def expire(self, tx: Tx) -> list[str]:
        """End the policies whose time is up, and say so; return which they were."""
        now = self.keeper.clock.now()
        current = {policy.policy_id: policy for policy in await store.policies_in_force(tx)}
        if not any(_over(policy, now) for policy in current.values()):
            return []
        version = await store.advance_epoch(tx)
        expired = await store.expire_policies(tx, now)
        for policy_id in expired:
            await self.audit.append(tx, "system", "gate.policy_expired", policy_id)
        if expired:
            gone = [current[one] for one in expired if one in current]
            await self.moved(
                tx,
                [
                    Transition(change="expired", policy=one, at=one.effective_until or now)
                    for one in gone
                ],
            )
            events = [PolicyChanged(version, policy_id, "expired") for policy_id in expired]
            await self.keeper.log.put(tx, *events)
        return expired

    async def preview(self, *drafts: Draft) -> Preview:
        """Return whom policies would reach together, and whom not.

        Raises what ``check_policy`` raises, ``BadScope``.
        """
        keeper = self.keeper
        now = keeper.clock.now()
        _check_together(drafts, now)
        async with keeper.db.read() as tx:
            thought = [
                msgspec.structs.replace(
                    self._policy(draft, "", now, await self._awaited(tx, draft)),
                    effective_from=now,  # as if they began now
                )
                for draft in drafts
            ]
            before = await keeper.policies(tx)
            flying = await self._in_flight(tx, now)
        return preview(before, (*before, *thought), flying, now)

    async def told(self, decided_by: str, *drafts: Draft) -> list[Notice]:
        """Return the notices that people would get. Raises what ``check_policy`` raises."""
        now = self.keeper.clock.now()
        _check_together(drafts, now)
        async with self.keeper.db.read() as tx:
            return [
                notice_of(self._policy(draft, decided_by, now, await self._awaited(tx, draft)))
                for draft in drafts
            ]

    async def grid(self) -> list[Cell]:
        """Return how open each region, class and door is now, to somebody uninvited."""
        async with self.keeper.db.read() as tx:
            return grid(await self.keeper.policies(tx), self.keeper.clock.now())

    async def current(self) -> list[Policy]:
        """Return the policies that have not ended."""
        async with self.keeper.db.read() as tx:
            return await store.policies_in_force(tx)

    async def history(self) -> list[Policy]:
        """Return every policy there was, newest first [R-008]."""
        async with self.keeper.db.read() as tx:
            return await store.policies_history(tx, HISTORY_MAX)

    async def whole_history(self, tx: Tx) -> list[Policy]:
        """Return every policy there was, oldest first; for a history that is begun late."""
        return list(reversed(await store.policies_history(tx, WHOLE_HISTORY_MAX)))

    async def _in_flight(self, tx: Tx, now: datetime) -> InFlight:
        return [group for count in self.under_way for group in await count(tx, now)]

    async def _awaited(self, tx: Tx, draft: Draft) -> Work | None:
        """Return the work that a draft waits for. Raises ``BadBinding``."""
        if draft.resume_on is None:
            return None
        try:
            work = await self.works.work(tx, draft.resume_on)
        except NotFound:
            raise BadBinding("There is no such work.") from None
        if work.ended_at is not None:
            raise BadBinding("That work has ended.")
        return work

    async def _waits(self, tx: Tx, policy: Policy) -> bool:
        """Tell whether a policy waits for a work that is not verified."""
        if policy.resume_on is None:
            return False
        work = await self.works.work(tx, policy.resume_on)
        return work.state is not WorkState.VERIFIED

    def _policy(self, draft: Draft, decided_by: str, now: datetime, work: Work | None) -> Policy:
        words = draft.words
        if not words.contact:
            words = msgspec.structs.replace(words, contact=self.config.operator_contact)
        return Policy(
            policy_id=self.keeper.ids.ulid(),
            region=draft.region,
            account_class=draft.account_class,
            door=draft.door,
            state=draft.state,
            pace_per_minute=draft.pace_per_minute,
            effective_from=draft.effective_from or now,
            effective_until=draft.effective_until,
            words=words,
            decided_by=decided_by,
            created_at=now,
            resume_on=draft.resume_on,
            resume_title="" if work is None else work.title,
            resume_pace_per_minute=draft.resume_pace_per_minute,
        )


def _check_together(drafts: Sequence[Draft], now: datetime) -> None:
    if not 0 < len(drafts) <= TOGETHER_MAX:
        raise BadScope(f"Between 1 and {TOGETHER_MAX} policies can be set together.")
    for draft in drafts:
        check_policy(draft, now)


def _over(policy: Policy, now: datetime) -> bool:
    return policy.effective_until is not None and policy.effective_until <= now


def _scope(policy: Policy) -> dict[str, object]:
    return {
        "state": policy.state.value,
        "region": policy.region,
        "account_class": policy.account_class,
        "door": policy.door,
        "pace_per_minute": policy.pace_per_minute,
        "from": policy.effective_from.isoformat(),
        "until": policy.effective_until.isoformat() if policy.effective_until else None,
    }
