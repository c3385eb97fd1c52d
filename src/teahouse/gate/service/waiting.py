"""Policies that wait for a work: opened by its verified end, or by two people; never silently late.

In one transaction the epoch comes first, then policies, the audit log, whoever is told, the log.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from teahouse.gate import store
from teahouse.gate.events import PolicyChanged
from teahouse.gate.model.bindings import (
    OVERRIDE_LIFE,
    Override,
    Transition,
    check_confirms,
    check_override_reason,
    resumed_because,
    resumed_words,
    slip_of,
    slips_now,
)
from teahouse.gate.model.policies import BadBinding, Both, Policy, State
from teahouse.gate.service.policies import Policies
from teahouse.infra.db.pool import Tx
from teahouse.works.model import Work

REASON_LETTERS_MAX = 500


@dataclass(frozen=True)
class Waiting:
    """What becomes of policies that wait."""

    policies: Policies

    async def resume(self, tx: Tx, work: Work) -> Sequence[PolicyChanged]:
        """End what waits for a work that was verified, and let people in at the pace laid down.

        Returns what is to be announced. Meant for ``Works.when_verified``.
        """
        keeper = self.policies.keeper
        version = await store.advance_epoch(tx)
        waiting = [p for p in await store.policies_in_force(tx) if p.resume_on == work.work_id]
        moved: list[Transition] = []
        for policy in waiting:
            because = resumed_because(work)
            ended = await self.policies.end_within(
                tx, "system", policy.policy_id, "resumed", because
            )
            moved.append(ended)
            if policy.effective_from <= keeper.clock.now():  # else it never shut anything
                moved.append(await self._paced(tx, policy, work))
        if moved:
            await self.policies.moved(tx, moved)
        return [PolicyChanged(version, one.policy.policy_id, one.change) for one in moved]

    async def _paced(self, tx: Tx, policy: Policy, work: Work) -> Transition:
        keeper = self.policies.keeper
        now = keeper.clock.now()
        after = Policy(
            policy_id=keeper.ids.ulid(),
            region=policy.region,
            account_class=policy.account_class,
            door=policy.door,
            state=State.PACED,
            pace_per_minute=policy.resume_pace_per_minute,
            effective_from=now,
            effective_until=None,
            words=resumed_words(policy, work),
            decided_by=policy.decided_by,
            created_at=now,
        )
        await store.insert_policy(tx, after)
        detail: dict[str, object] = {"after": policy.policy_id, "work": work.work_id}
        await self.policies.audit.append(tx, "system", "gate.policy_set", after.policy_id, detail)
        return Transition(change="set", policy=after, at=now)

    async def slip(self, tx: Tx) -> list[str]:
        """Tell people of every promise that is at hand and will not be kept, before its time.

        Returns the policies it was about.
        """
        keeper = self.policies.keeper
        now = keeper.clock.now()
        if not any(slips_now(policy, now) for policy in await store.policies_in_force(tx)):
            return []
        version = await store.advance_epoch(tx)
        moved: list[Transition] = []
        for policy in await store.policies_in_force(tx):
            if not slips_now(policy, now):
                continue
            work = None
            if policy.resume_on is not None:
                work = await self.policies.works.work(tx, policy.resume_on)
            slip = slip_of(policy, work, now)
            await store.insert_slip(tx, policy, slip)
            detail: dict[str, object] = {
                "promised": slip.promised.isoformat(),
                "expected": slip.expected.isoformat() if slip.expected else None,
            }
            await self.policies.audit.append(
                tx, "system", "gate.policy_slipped", policy.policy_id, detail
            )
            late = msgspec.structs.replace(policy, slips=(*policy.slips, slip))
            moved.append(Transition(change="slipped", policy=late, at=now, reason=slip.reason))
        if moved:
            await self.policies.moved(tx, moved)
            events = [PolicyChanged(version, one.policy.policy_id, "slipped") for one in moved]
            await keeper.log.put(tx, *events)
        return [one.policy.policy_id for one in moved]

    async def propose(self, actor: str, name: str, policy_id: str, reason: str) -> Override:
        """Wish to open what still waits for its work; somebody else confirms within the hour.

        Raises ``OverrideWithoutReason``, ``NotFound``, ``BadTimes``, ``BadBinding``.
        """
        check_override_reason(reason)
        keeper = self.policies.keeper
        now = keeper.clock.now()
        async with keeper.db.transaction() as tx:
            policy = await self.policies.to_end(tx, policy_id)
            if policy.resume_on is None:
                raise BadBinding("It waits for no work: one operator can end it.")
            override = Override(
                override_id=keeper.ids.ulid(),
                policy_id=policy_id,
                proposed_by=actor,
                proposed_name=name,
                reason=reason.strip()[:REASON_LETTERS_MAX],
                proposed_at=now,
                expires_at=now + OVERRIDE_LIFE,
            )
            await store.insert_override(tx, override)
            detail: dict[str, object] = {"reason": override.reason}
            await self.policies.audit.append(tx, actor, "gate.override_proposed", policy_id, detail)
        return override

    async def confirm(self, actor: str, policy_id: str, reason: str) -> Policy:
        """Open, as the second person, what still waits for its work.

        Raises ``OverrideWithoutReason``, ``OverrideGone``, ``SamePerson``, ``NotFound``,
        ``BadTimes``.
        """
        check_override_reason(reason)
        keeper = self.policies.keeper
        now = keeper.clock.now()
        said = reason.strip()[:REASON_LETTERS_MAX]
        async with keeper.db.transaction() as tx:
            version = await store.advance_epoch(tx)
            await self.policies.to_end(tx, policy_id)
            override = await store.override_to_confirm(tx, policy_id)
            check_confirms(override, actor, now)
            assert override is not None, "what is confirmed was proposed"
            await store.confirm_override(tx, override.override_id, actor, said, now)
            both = f"{override.reason} / {said}"
            ended = await self.policies.end_within(
                tx, actor, policy_id, "overridden", Both(zh=both, en=both)
            )
            await self.policies.moved(tx, [ended])
            await keeper.log.put(tx, PolicyChanged(version, policy_id, "overridden"))
        return ended.policy

    async def overrides(self) -> list[Override]:
        """Return the wishes that somebody may still confirm."""
        keeper = self.policies.keeper
        async with keeper.db.read() as tx:
            return await store.overrides_open(tx, keeper.clock.now())
