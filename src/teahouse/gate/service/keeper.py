"""The keeper decides: first when somebody knocks, and again in the last transaction.

The rules are read by their version: a worker that has seen a version keeps its policies, and asks
PostgreSQL only which version holds. So every worker decides by the rules of the moment, without
waiting to be told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.accounts.model import Admission
from teahouse.clock import Clock
from teahouse.errors import Refused, Unavailable
from teahouse.gate import store
from teahouse.gate.events import PolicyChanged
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import PASS_DOORS, BadInvite
from teahouse.gate.model.notices import GateClosed, GatePaced, Notice, closed, notices, paced
from teahouse.gate.model.policies import (
    ATTEMPTS_LIFE,
    Attempt,
    Decision,
    Policy,
    Verdict,
    decide,
)
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Row, Tx


@dataclass
class Known:
    """The rules of one version, as this worker read them."""

    version: int = -1
    policies: tuple[Policy, ...] = ()
    current: bool = False  # false once a change was heard of


@dataclass(frozen=True)
class Keeper:
    """Decides at every door."""

    db: Database
    log: Log
    clock: Clock
    ids: Ids
    known: Known = field(default_factory=Known, repr=False)

    def __post_init__(self) -> None:
        """Hear of changes, so that the notices here are of the moment."""
        self.log.hear(PolicyChanged, self._changed)

    def _changed(self, _pos: int, _event: PolicyChanged) -> None:
        self.known.current = False

    async def policies(self, tx: Tx, version: int | None = None) -> tuple[Policy, ...]:
        """Return the rules as ``tx`` sees them."""
        if version is None:
            version = await store.epoch(tx)
        if version != self.known.version:
            found = tuple(await store.policies_in_force(tx))
            self.known.version, self.known.policies = version, found
        return self.known.policies

    async def check(self, attempt: Attempt) -> None:
        """Refuse who would not be let in now, before anything is asked of them.

        Raises ``GateClosed`` or ``GatePaced`` with the notice.
        """
        async with self.db.read() as tx:
            decision = decide(await self.policies(tx), attempt, self.clock.now())
            empty = False
            if decision.verdict is Verdict.PACE and decision.policy is not None:
                empty = await store.pace_level(tx, decision.policy, self.clock.now()) < 1
        if decision.verdict is Verdict.REFUSE or empty:
            await self.refuse(attempt, self._refusal(decision))

    async def check_within(self, tx: Tx, attempt: Attempt) -> None:
        """Refuse, inside somebody's transaction, who would not be let in now: ``GateClosed``."""
        decision = decide(await self.policies(tx), attempt, self.clock.now())
        if decision.verdict is Verdict.REFUSE:
            raise self._refusal(decision)

    async def check_any(self, attempts: Sequence[Attempt]) -> None:
        """Refuse who would not be let in by any of some doors, with the first one's notice."""
        async with self.db.read() as tx:
            policies = await self.policies(tx)
        now = self.clock.now()
        decisions = [decide(policies, attempt, now) for attempt in attempts]
        if all(decision.verdict is Verdict.REFUSE for decision in decisions):
            await self.refuse(attempts[0], self._refusal(decisions[0]))

    async def invitation_only(self, attempt: Attempt) -> bool:
        """Tell whether an invitation is what somebody would need now."""
        async with self.db.read() as tx:
            policies = await self.policies(tx)
        now = self.clock.now()
        without = msgspec.structs.replace(attempt, invited=False)
        invited = msgspec.structs.replace(attempt, invited=True)
        shut = decide(policies, without, now).verdict is Verdict.REFUSE
        return shut and decide(policies, invited, now).verdict is not Verdict.REFUSE

    async def pass_doors(self, digest: bytes) -> tuple[Door, ...]:
        """Return the doors that a pass leads through. Raises ``BadInvite`` when there is none."""
        async with self.db.read() as tx:
            kind = await store.pass_kind(tx, digest)
        if kind is None:
            raise BadInvite
        return PASS_DOORS[kind]

    async def check_invite(self, tx: Tx, digest: bytes, attempt: Attempt) -> None:
        """Refuse an invitation that would not let somebody in: ``BadInvite``."""
        now = self.clock.now()
        if not await store.invite_fits(tx, digest, now, attempt.region, attempt.account_class):
            raise BadInvite

    async def invite_valid(self, token: str, attempt: Attempt) -> bool:
        """Tell whether an invitation would let somebody in."""
        async with self.db.read() as tx:
            return await store.invite_fits(
                tx, token_digest(token), self.clock.now(), attempt.region, attempt.account_class
            )

    async def refuse(self, attempt: Attempt, refusal: Refused) -> None:
        """Note that somebody was not let in, without who, and raise ``refusal``."""
        policy_id = refusal.fields.get("notice", {}).get("id")
        outcome = "paced" if isinstance(refusal, GatePaced) else "refused"
        noted = store.Refusal(outcome, policy_id, refusal.code)
        async with self.db.transaction() as tx:
            await store.refuse(tx, self.ids.ulid(), self.clock.now(), attempt, noted)
        raise refusal

    async def counted(self, since: Sequence[datetime]) -> tuple[list[Row], list[Row]]:
        """Count who was let in and who not; see the store. ``since`` is a minute, an hour, a day."""
        async with self.db.snapshot() as tx:
            scopes = await store.attempts_counted(tx, since)
            return scopes, await store.attempts_by_minute(tx, since[1])

    async def purge(self, tx: Tx) -> None:
        """Delete old attempts."""
        await store.purge_attempts(tx, self.clock.now() - ATTEMPTS_LIFE)

    async def admit(self, tx: Tx, attempt: Attempt, invite_digest: bytes | None) -> Admission:
        """Decide for the last time, and mint the admission from which an account may be made.

        Until ``tx`` commits the rules cannot change. Raises ``GateClosed``, ``GatePaced`` or
        ``BadInvite``; then roll back, and tell :meth:`refuse`.
        """
        now, admission_id = self.clock.now(), self.ids.ulid()
        version = await store.admit(tx, admission_id, now, attempt)
        if invite_digest is not None and not await store.use_invite(
            tx, invite_digest, now, attempt.region, attempt.account_class
        ):
            raise BadInvite
        decision = decide(await self.policies(tx, version), attempt, now)
        if decision.verdict is Verdict.REFUSE:
            raise self._refusal(decision)
        if decision.verdict is Verdict.PACE:
            assert decision.policy is not None, "no policy, no pace"
            if not await store.take_pace(tx, decision.policy, now):
                raise self._refusal(decision)
        return Admission(
            admission_id=admission_id,
            door=attempt.doors[0].value,
            account_class=attempt.account_class,
            region=attempt.region,
            policy_version=version,
            at=now,
        )

    def _refusal(self, decision: Decision) -> GateClosed | GatePaced:
        policy = decision.policy
        assert policy is not None, "only a policy refuses"
        if policy.pace_per_minute is not None:
            return paced(policy, -(-60_000 // policy.pace_per_minute))
        return closed(policy)

    async def notices(self) -> list[Notice]:
        """Return what people are to be told now; with PostgreSQL gone, what was true last."""
        if not self.known.current or self.known.version < 0:
            self.known.current = True  # first: a change heard while we read counts
            try:
                async with self.db.read() as tx:
                    await self.policies(tx)
            except Unavailable:
                self.known.current = False
                if self.known.version < 0:
                    raise
        return notices(self.known.policies, self.clock.now())
