"""Standing's verbs: let an act happen or refuse it, and bring accounts to other stages.

Every worker remembers the stages it was asked about, so that a member's act costs no query at all
and a newcomer's costs one. What is remembered is dropped when the log tells of a change.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.desk.service import Desk
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.standing import store
from teahouse.standing.events import RulesChanged, SilenceChanged, StageChanged
from teahouse.standing.model import (
    PROMOTED_AT_ONCE_MAX,
    REMEMBERED_MAX,
    USES_LIFE,
    Act,
    BadStage,
    Place,
    Rules,
    Silenced,
    Stage,
    StagesPreview,
    Why,
    check_reason,
    check_rules,
    promoted,
    refusal,
    standing,
)
from teahouse.standing.model import Standing as Shown


@dataclass
class Memory:
    """What this worker knows. ``changes`` counts what was heard, so that late readings are seen."""

    places: OrderedDict[str, Place] = field(default_factory=OrderedDict[str, Place])
    rules: Rules | None = None
    changes: int = 0
    active: OrderedDict[str, date] = field(default_factory=OrderedDict[str, date])


@dataclass(frozen=True, repr=False)
class Standing:
    """Where accounts stand. ``listen`` once."""

    db: Database
    log: Log
    audit: Audit
    accounts: Accounts
    desk: Desk
    clock: Clock
    memory: Memory = field(default_factory=Memory, repr=False)

    def listen(self) -> None:
        """Hear of changes, and forget accounts that end."""
        self.log.hear(StageChanged, self._stage_changed)
        self.log.hear(SilenceChanged, self._silence_changed)
        self.log.hear(RulesChanged, self._rules_changed)
        self.accounts.endings.append(store.forget)

    def _stage_changed(self, _pos: int, told: StageChanged) -> None:
        self.memory.changes += 1
        self.memory.places.pop(told.account_id, None)

    def _silence_changed(self, _pos: int, told: SilenceChanged) -> None:
        self.memory.changes += 1
        self.memory.places.pop(told.account_id, None)

    def _rules_changed(self, _pos: int, _told: RulesChanged) -> None:
        self.memory.changes += 1
        self.memory.rules = None

    # -- asked by those who do things ----------------------------------------------------------

    async def spend(self, account_id: str, act: Act, count: int = 1) -> None:
        """Count an act, or refuse it: ``StandingLimit``, ``TooNew``. Members cost nothing."""
        place, rules = await self._known(account_id)
        if place.stage is Stage.NEWCOMER:
            await self._note(account_id)
        per_day = rules.per_day(place.stage, act)
        if per_day is None or count <= 0:
            return
        now = self.clock.now()
        async with self.db.transaction() as tx:
            fits = await store.spend(tx, account_id, _day(now), act, count, per_day)
        if not fits:
            raise refusal(act, per_day, place, rules, now)

    async def upload(self, account_id: str, bytes_count: int) -> None:
        """Count what is uploaded, or refuse it."""
        await self.spend(account_id, Act.UPLOAD_BYTES, bytes_count)

    async def limited(self, account_id: str, act: Act) -> bool:
        """Tell whether an act is counted for an account: only then need it be worked out."""
        place, rules = await self._known(account_id)
        return rules.per_day(place.stage, act) is not None

    async def check_speaking(self, account_id: str) -> None:
        """Refuse with ``Silenced`` who may not speak; a day on which a newcomer speaks counts."""
        place, _ = await self._known(account_id)
        if place.silenced:
            raise Silenced(why=place.silenced)
        if place.stage is Stage.NEWCOMER:
            await self._note(account_id)

    async def stage(self, account_id: str) -> Stage:
        """Return an account's stage."""
        place, _ = await self._known(account_id)
        return place.stage

    async def own(self, account_id: str) -> Shown:
        """Return where an account stands, what that allows today, and how it gets further."""
        async with self.db.read() as tx:
            place, rules = await store.place(tx, account_id), await store.rules(tx)
            used = await store.used(tx, account_id, _day(self.clock.now()))
        return standing(place, rules, used)

    # -- stages --------------------------------------------------------------------------------

    async def begin(self, tx: Tx, account_id: str, why: Why | None) -> None:
        """Place a new account, in the transaction that makes it; nobody can have asked before.

        ``why``: ``SCREENING`` stages it, ``VOUCH`` spares it the beginning; with ``BURST`` or
        ``None`` it begins as the rules say.
        """
        now = self.clock.now()
        why = (await store.rules(tx)).begin_as(why)
        if why is not None:
            stage = Stage.MEMBER if why is Why.VOUCH else Stage.NEWCOMER
            await store.put(tx, account_id, Place(stage=stage, since=now, why=why))

    async def change(self, actor: str, account_id: str, stage: Stage, reason: str) -> Shown:
        """Bring an account to another stage, with a reason. Audited.

        Raises ``BadStage``, ``ReasonNeeded``, ``NoSuchAccount``.
        """
        reason = check_reason(reason)
        await self.desk.look(actor, account_id)
        async with self.db.transaction() as tx:
            before = await store.hold(tx, account_id)
            if before.stage is stage:
                raise BadStage
            new = Place(stage=stage, since=self.clock.now(), why=Why.OPERATOR, reason=reason)
            await store.put(tx, account_id, new)
            detail: dict[str, object] = {
                "from": before.stage.value,
                "to": stage.value,
                "reason": reason,
            }
            await self.audit.append(tx, actor, "standing.stage_set", account_id, detail)
            await self.log.put(tx, StageChanged(account_id, stage.value, Why.OPERATOR.value))
        return await self.own(account_id)

    async def stage_newcomers(self, tx: Tx, account_ids: list[str]) -> list[StageChanged]:
        """Make newcomers of members whose registrations turned out to be alike.

        Return the announcements for whoever's act it is to put, and to audit.
        """
        told: list[StageChanged] = []
        for account_id in sorted(account_ids):
            if (await store.hold(tx, account_id)).stage is Stage.MEMBER:
                new = Place(stage=Stage.NEWCOMER, since=self.clock.now(), why=Why.SCREENING)
                await store.put(tx, account_id, new)
                told.append(StageChanged(account_id, new.stage.value, Why.SCREENING.value))
        return told

    async def promote(self, tx: Tx) -> int:
        """Make members of the newcomers whose time is up; return how many."""
        now, rules = self.clock.now(), await store.rules(tx)
        told: list[StageChanged] = []
        for account_id, place in await store.newcomers(tx, rules, now, PROMOTED_AT_ONCE_MAX):
            if promoted(place, rules, now):
                new = Place(stage=Stage.MEMBER, since=now, why=Why.AGE)
                await store.put(tx, account_id, new)
                told.append(StageChanged(account_id, new.stage.value, Why.AGE.value))
        if told:
            await self.log.put(tx, *told)
        return len(told)

    async def purge(self, tx: Tx) -> None:
        """Delete the counts of days gone by."""
        await store.purge(tx, _day(self.clock.now() - USES_LIFE))

    async def silence(self, tx: Tx, account_id: str, why: str) -> list[SilenceChanged]:
        """Let an account read and not speak; the caller puts what is returned on the log."""
        changed = await store.silence(tx, account_id, why, self.clock.now())
        return [SilenceChanged(account_id, silenced=True)] if changed else []

    async def unsilence(self, tx: Tx, account_id: str, why: str) -> list[SilenceChanged]:
        """Take back one reason for silence; what another has silenced stays so. As :meth:`silence`."""
        if not await store.unsilence(tx, account_id, why):
            return []
        return [SilenceChanged(account_id, silenced=await store.is_silent(tx, account_id))]

    # -- rules ---------------------------------------------------------------------------------

    async def rules(self) -> Rules:
        """Return what each stage may do."""
        async with self.db.read() as tx:
            return await store.rules(tx)

    async def burst_days(self, tx: Tx) -> int:
        """Return for how many days an account is a newcomer that was made in a burst."""
        return (await store.rules(tx)).burst_days

    async def preview(self, rules: Rules) -> StagesPreview:
        """Return how many accounts are at each stage, and what rules would do. ``BadRules``."""
        check_rules(rules)
        now = self.clock.now()
        async with self.db.snapshot() as tx:
            counted, total = await store.counts(tx), await self.accounts.count(tx)
            promoted = await store.due(tx, rules, now)
            reached = await store.reached(tx, rules, _day(now))
        stages = dict.fromkeys((stage.value for stage in Stage), 0)
        newcomers: dict[str, int] = {}
        for stage, why, number in counted:
            stages[stage] += number
            if stage == Stage.NEWCOMER.value:
                newcomers[why] = number
        placed = stages[Stage.NEWCOMER.value] + stages[Stage.TRUSTED.value]
        stages[Stage.MEMBER.value] = max(0, total - placed)  # most have no row
        return StagesPreview(stages, newcomers, promoted, reached)

    async def set_rules(self, actor: str, rules: Rules) -> Rules:
        """Set what each stage may do, everywhere, with the commit. Audited. Raises ``BadRules``."""
        check_rules(rules)
        async with self.db.transaction() as tx:
            before = await store.rules(tx)
            await store.set_rules(tx, rules)
            detail: dict[str, object] = msgspec.to_builtins(rules)
            detail["before"] = msgspec.to_builtins(before)
            await self.audit.append(tx, actor, "standing.rules_set", "", detail)
            await self.log.put(tx, RulesChanged(actor))
        return rules

    # -- inside --------------------------------------------------------------------------------

    async def _known(self, account_id: str) -> tuple[Place, Rules]:
        memory = self.memory
        place, rules = memory.places.get(account_id), memory.rules
        if place is not None and rules is not None:
            return place, rules
        changes = memory.changes
        async with self.db.read() as tx:
            place, rules = await store.place(tx, account_id), await store.rules(tx)
        if changes == memory.changes:
            memory.rules = rules
            memory.places[account_id] = place
            if len(memory.places) > REMEMBERED_MAX:
                memory.places.popitem(last=False)
        return place, rules

    async def _note(self, account_id: str) -> None:
        today = _day(self.clock.now())
        if self.memory.active.get(account_id) == today:
            return
        async with self.db.read() as tx:
            await store.active(tx, account_id, today)
        self.memory.active[account_id] = today
        if len(self.memory.active) > REMEMBERED_MAX:
            self.memory.active.popitem(last=False)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
