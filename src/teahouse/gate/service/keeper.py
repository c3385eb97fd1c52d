"""The keeper decides: first when somebody knocks, and again in the last transaction.

The rules are read by their version: a worker that has seen a version keeps its policies, and asks
PostgreSQL only which version holds. So every worker decides by the rules of the moment, without
waiting to be told.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec

from teahouse.accounts.model import Admission
from teahouse.clock import Clock
from teahouse.errors import Refused, Unavailable
from teahouse.gate import store
from teahouse.gate.events import PolicyChanged
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import PASS_DOORS, BadInvite, Invite
from teahouse.gate.model.notices import GateClosed, GatePaced, Notice, notices
from teahouse.gate.model.policies import (
    ATTEMPTS_LIFE,
    Attempt,
    Decision,
    Policy,
    Verdict,
    decide,
)
from teahouse.gate.model.queues import (
    Line,
    doors_of,
    has_list,
    line_of,
    paces,
    refusal,
    refuses,
)
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Row, Tx

TURN_TRACES_LIFE = timedelta(days=1)  # of a turn that is over


@dataclass
class Known:
    """The rules of one version, as this worker read them."""

    version: int = -1
    policies: tuple[Policy, ...] = ()
    current: bool = False  # false once a change was heard of
    reading: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, repr=False)
class Keeper:
    """Decides at every door."""

    db: Database
    log: Log
    clock: Clock
    ids: Ids
    list_page: str = ""  # where people can wait for their turn
    known: Known = field(default_factory=Known, repr=False)

    def __post_init__(self) -> None:
        """Hear of changes, so that the notices here are of the moment."""
        self.log.hear(PolicyChanged, self._changed)

    def _changed(self, _pos: int, _event: PolicyChanged) -> None:
        self.known.current = False

    async def policies(self, tx: Tx, version: int | None = None) -> tuple[Policy, ...]:
        """Return the rules as ``tx`` sees them."""
        if version is None:
            version = (await store.epoch(tx)).version
        if version == self.known.version:
            return self.known.policies
        found = tuple(await store.policies_in_force(tx))
        if version > self.known.version:  # a slower reader of older ones changes nothing
            self.known.version, self.known.policies = version, found
        return found

    async def check(self, attempt: Attempt) -> None:
        """Refuse who would not be let in now, before anything is asked of them.

        Raises ``GateClosed`` or ``GatePaced`` with the notice.
        """
        now, full = self.clock.now(), False
        async with self.db.read() as tx:
            held = await store.epoch(tx)
            policies = await self.policies(tx, held.version)
            decision = decide(policies, attempt, now)
            # Whoever has a pass may begin: the last step counts them.
            if decision.verdict is Verdict.PACE and not attempt.invited:
                levels = [await store.pace_level(tx, p, now) for p in paces(policies, attempt, now)]
                full = min(levels) < 1
        if full or refuses(held.queues, attempt, decision):
            await self.refuse(attempt, self._refusal(held, attempt, decision))

    async def check_within(self, tx: Tx, attempt: Attempt) -> None:
        """Refuse, inside somebody's transaction, who would not be let in now: ``GateClosed``."""
        held = await store.epoch(tx)
        decision = decide(await self.policies(tx, held.version), attempt, self.clock.now())
        if refuses(held.queues, attempt, decision):
            raise self._refusal(held, attempt, decision)

    async def check_any(self, attempts: Sequence[Attempt]) -> None:
        """Refuse who would not be let in by any of some doors, with the first one's notice."""
        async with self.db.read() as tx:
            held = await store.epoch(tx)
            policies = await self.policies(tx, held.version)
        now = self.clock.now()
        decisions = [decide(policies, attempt, now) for attempt in attempts]
        if all(
            refuses(held.queues, attempt, decision)
            for attempt, decision in zip(attempts, decisions, strict=True)
        ):
            await self.refuse(attempts[0], self._refusal(held, attempts[0], decisions[0]))

    async def told_to_wait(self, attempt: Attempt) -> GateClosed | None:
        """Return what somebody is told who would need a pass now; ``None`` who needs none."""
        async with self.db.read() as tx:
            held = await store.epoch(tx)
            policies = await self.policies(tx, held.version)
        now = self.clock.now()
        without = msgspec.structs.replace(attempt, invited=False)
        invited = msgspec.structs.replace(attempt, invited=True)
        decision = decide(policies, without, now)
        shut = refuses(held.queues, without, decision)
        if not shut or decide(policies, invited, now).verdict is Verdict.REFUSE:
            return None
        told = self._refusal(held, without, decision)
        assert isinstance(told, GateClosed), "what is shut is not merely full"
        return told

    # -- the waiting list, which is above the gate -----------------------------------------------

    async def line(self, tx: Tx, line: Line) -> Decision:
        """Return what holds for those whom a line is for."""
        attempt = Attempt(
            doors=doors_of(line), region=line.region, account_class=line.account_class
        )
        return decide(await self.policies(tx), attempt, self.clock.now())

    async def check_list(self, tx: Tx, attempt: Attempt) -> Line | None:
        """Return where somebody may wait for their turn; ``None``: they can come in at once.

        Raises ``GateClosed`` with the notice where there is no list.
        """
        now = self.clock.now()
        held = await store.epoch(tx)
        policies = await self.policies(tx, held.version)
        decision = decide(policies, attempt, now)
        if not refuses(held.queues, attempt, decision):
            levels = [await store.pace_level(tx, p, now) for p in paces(policies, attempt, now)]
            if min(levels, default=1.0) >= 1:
                return None
        if decision.policy is None or not has_list(decision, attempt.account_class):
            raise self._refusal(held, attempt, decision)
        return line_of(decision.policy, attempt)

    async def people_wait(self, tx: Tx, line: Line, waiting: bool) -> None:
        """Note whether people wait in a line: newcomers are sent to its end while they do."""
        if waiting:
            await store.begin_queue(tx, line, self.clock.now())
        else:
            await store.end_queue(tx, line)

    async def give_pass(self, tx: Tx, digest: bytes, given: Invite) -> None:
        """Keep a pass of any kind, by the digest of its token."""
        await store.insert_invite(tx, digest, given)

    async def invites(self, tx: Tx, limit: int) -> Sequence[Invite]:
        """Return operators' invitations, newest first."""
        return await store.invites(tx, limit)

    async def invite_of(self, tx: Tx, digest: bytes) -> str | None:
        """Return which of operators' invitations a pass is, ``None`` when it is another's."""
        return await store.invite_of(tx, digest)

    async def revoke_invite(self, tx: Tx, invite_id: str) -> bool:
        """Take a pass back by its id; false when there is none to take."""
        return await store.revoke_invite(tx, invite_id, self.clock.now())

    async def end_pass(self, tx: Tx, digest: bytes) -> None:
        """Make a pass good for nothing."""
        await store.end_pass(tx, digest, self.clock.now())

    # -- passes ----------------------------------------------------------------------------------

    async def pass_doors(self, digest: bytes) -> tuple[Door, ...]:
        """Return the doors that a pass leads through. Raises ``BadInvite`` when there is none."""
        async with self.db.read() as tx:
            kind = await store.pass_kind(tx, digest)
        if kind is None:
            raise BadInvite
        return PASS_DOORS[kind]

    async def check_invite(self, tx: Tx, digest: bytes, attempt: Attempt) -> None:
        """Refuse an invitation that would not let somebody in: ``BadInvite``."""
        if not await store.invite_fits(tx, digest, self.clock.now(), attempt):
            raise BadInvite

    async def invite_valid(self, token: str, attempt: Attempt) -> bool:
        """Tell whether an invitation would let somebody in."""
        async with self.db.read() as tx:
            return await store.invite_fits(tx, token_digest(token), self.clock.now(), attempt)

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
        """Delete old attempts, and turns that are over."""
        now = self.clock.now()
        await store.purge_attempts(tx, now - ATTEMPTS_LIFE)
        await store.purge_turns(tx, now - TURN_TRACES_LIFE)

    async def admit(self, tx: Tx, attempt: Attempt, invite_digest: bytes | None) -> Admission:
        """Decide for the last time, and mint the admission from which an account may be made.

        Until ``tx`` commits the rules cannot change. Raises ``GateClosed``, ``GatePaced`` or
        ``BadInvite``; then roll back, and tell :meth:`refuse`.
        """
        now, admission_id = self.clock.now(), self.ids.ulid()
        held = await store.admit(tx, admission_id, now, attempt)
        if invite_digest is not None and not await store.use_invite(
            tx, invite_digest, now, attempt
        ):
            raise BadInvite
        policies = await self.policies(tx, held.version)
        decision = decide(policies, attempt, now)
        if refuses(held.queues, attempt, decision):
            raise self._refusal(held, attempt, decision)
        for policy in paces(policies, attempt, now):  # of each: a narrow pace is part of a wide one
            if not await store.take_pace(tx, policy, now):
                raise self._refusal(held, attempt, Decision(Verdict.PACE, policy))
        return Admission(
            admission_id=admission_id,
            door=attempt.doors[0].value,
            account_class=attempt.account_class,
            region=attempt.region,
            policy_version=held.version,
            at=now,
        )

    def _refusal(
        self, held: store.Held, attempt: Attempt, decision: Decision
    ) -> GateClosed | GatePaced:
        return refusal(held.queues, attempt, decision, self.list_page)

    async def notices(self) -> list[Notice]:
        """Return what people are to be told now; with PostgreSQL gone, what was true last."""
        known = self.known
        if not known.current or known.reading.locked():
            async with known.reading:
                if not known.current:
                    await self._refresh()
        return notices(self.known.policies, self.clock.now())

    async def _refresh(self) -> None:
        self.known.current = True  # first: a change heard while we read counts
        try:
            async with self.db.read() as tx:
                await self.policies(tx)
        except Unavailable:
            self.known.current = False
            if self.known.version < 0:
                raise
