"""The one way by which a case moves: the table, then the content, then the account, then the rows."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import msgspec
from msgspec import structs

from teahouse.cases import store
from teahouse.cases.model.case import (
    CLAIMED_FOR,
    DELETE_AFTER,
    KEPT_FOR,
    REVIEW_WITHIN,
    Appeal,
    Case,
    ContentKind,
    Found,
    NoSuchCase,
    Statement,
    Step,
    Told,
    Whole,
)
from teahouse.cases.model.counting import Outcomes, outcomes
from teahouse.cases.model.entering import ended_by, reviewed_as, ruling_of
from teahouse.cases.model.procedure import CLEARED, HIDDEN, Act, State, next_state
from teahouse.cases.service.sanctions import Sanctions
from teahouse.cases.store import (
    ANSWER,
    EVIDENCE,
    PURPOSE,
    STATEMENT,
    WORDS,
    CaseRow,
    StepRow,
)
from teahouse.cases.store import appeals as appeal_rows
from teahouse.cases.store.appeals import AppealRow
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.rulebook.model import Rules
from teahouse.rulings.model import Counted
from teahouse.rulings.service import Rulings

AUTHOR, HOUSE = "author", "house"
AT_ONCE_MAX = 100
DAY_SECONDS = 86_400
# Called with ``(tx, case, evidence)``: keeps the files that this names; of nothing, none any more.
Holding = Callable[[Tx, Case, bytes], Awaitable[None]]
# Told of each step, in its transaction.
Moved = Callable[[Tx, Case], Awaitable[None]]
# Returns the cases that must stay although their time is over.
Staying = Callable[[Tx], Awaitable[list[str]]]


class Said(msgspec.Struct, frozen=True):
    """What is said with a step: a decision's statement, an author's words."""

    statement: Statement | None = None
    words: str = ""


NOTHING = Said()
_decode = msgspec.json.Decoder(Said).decode


@dataclass(frozen=True, repr=False)
class Engine:
    """Begins cases, moves them, and opens what is sealed of them."""

    db: Database
    log: Log
    vault: Vault
    sanctions: Sanctions
    kinds: Mapping[str, ContentKind]
    rules: Rules
    rulings: Rulings
    clock: Clock
    ids: Ids
    holding: list[Holding] = field(default_factory=list[Holding])
    staying: list[Staying] = field(default_factory=list[Staying])
    moved: list[Moved] = field(default_factory=list[Moved])

    # -- beginning -------------------------------------------------------------------------------

    async def begin(
        self, tx: Tx, place: tuple[str, str], found: Found, category: str, opened_by: str = ""
    ) -> str:
        """Begin a case about (kind, target), or return the one that is under way."""
        kind, target = place
        await store.lock_target(tx, kind, target)
        known = await store.open_case(tx, kind, target)
        if known is not None:
            return known
        case_id, now = self.ids.ulid(), self.clock.now()
        await self.vault.create_subject(tx, case_id)
        await self.vault.grant(tx, case_id, [PURPOSE])
        snapshot = found.snapshot.decode()
        evidence = await self.vault.seal(tx, EVIDENCE, case_id, case_id, snapshot)
        case = Case(
            case_id, kind, target, found.place, category, found.account_id, found.user_id,
            State.REPORTED, 1, False, "", None, 0, "", None, "", None, None, now, now,
            found.account_class,
        )  # fmt: skip
        await store.insert(tx, case, evidence, opened_by)
        await self._hold(tx, case, found.snapshot)
        await self.rulings.count(tx, Counted.CASE, kind)
        return case_id

    async def _hold(self, tx: Tx, case: Case, evidence: bytes = b"") -> None:
        for hold in self.holding:
            await hold(tx, case, evidence)

    # -- moving ----------------------------------------------------------------------------------

    async def is_known(self, tx: Tx, case_id: str) -> bool:
        """Tell whether there is a case."""
        return await store.one(tx, case_id) is not None

    async def held(self, tx: Tx, case_id: str) -> CaseRow:
        """Return a case and hold it. Raises ``NoSuchCase``."""
        found = await store.one_locked(tx, case_id)
        if found is None:
            raise NoSuchCase
        return found

    async def move(
        self, tx: Tx, row: CaseRow, act: Act, actor: str, said: Said = NOTHING
    ) -> tuple[Case, Told]:
        """Take a step; return the case after it, and what is to be put last. Raises ``BadStep``."""
        before, now = row.case, self.clock.now()
        after = self._after(before, act, said, now)
        after, shown = await self._content(tx, row, after)
        told = [*shown, *await self._account(tx, before.state, after, act)]
        await store.move(tx, after)
        if after.state in CLEARED:
            await self._hold(tx, after)
        await self._note(tx, after, act, actor, said)
        await self._enter(tx, before.state, after, act, said)
        for tell in self.moved:
            await tell(tx, after)
        return after, told

    async def veil(self, tx: Tx, case_id: str, *, hidden: bool) -> Told:
        """Hide what a case is about while people look, or show it; nothing is decided by it.

        From the order on the procedure says what is hidden. Raises ``NoSuchCase``.
        """
        row = await self.held(tx, case_id)
        if row.case.state not in (State.REPORTED, State.VERIFIED):
            return []
        after, told = await self._content(tx, row, structs.replace(row.case, hidden=hidden))
        await store.move(tx, after)
        return told

    async def is_hidden(self, tx: Tx, case_id: str) -> bool:
        """Tell whether a case hides what it is about."""
        found = await store.one(tx, case_id)
        return found is not None and found.case.hidden

    def _after(self, case: Case, act: Act, said: Said, now: datetime) -> Case:
        state = next_state(case.state, act)
        rule_id = said.statement.rule_id if said.statement else case.rule_id
        due_at, left = None, case.left_seconds
        if act is Act.ORDER:
            due_at = now + timedelta(days=self.rules.rule(rule_id).days)
        elif act is Act.CONTEST:
            assert case.due_at is not None, "what is ordered has a deadline"
            left = max(1, int((case.due_at - now).total_seconds()))
        elif act is Act.HALT:
            due_at, left = now + REVIEW_WITHIN, 0
        elif act is Act.CONFIRM and state is State.ORDERED:
            # At least a day, for whoever contested at the last minute.
            due_at = now + timedelta(seconds=max(left, DAY_SECONDS))
        return structs.replace(
            case,
            state=state,
            hidden=state not in (*CLEARED, State.REPORTED) and (case.hidden or state in HIDDEN),
            rule_id=rule_id,
            due_at=due_at,
            left_seconds=left,
            unmet_at=now if act is Act.LAPSE else case.unmet_at,
            moved_at=now,
            halted_at=now if act is Act.HALT else case.halted_at,
        )

    async def _content(self, tx: Tx, row: CaseRow, after: Case) -> tuple[Case, Told]:
        if after.hidden is row.case.hidden:
            return after, []
        await store.lock_target(tx, after.kind, after.target)
        kind, snapshot = self.kinds[after.kind], await self._evidence(tx, row)
        if after.hidden:
            hidden = await kind.hide(tx, after.target, snapshot)
            return structs.replace(after, taken=hidden.taken), hidden.told
        if kind.shared and await store.held_elsewhere(tx, after):
            return after, []  # what this case has taken comes back with the last that holds it
        taken = after.taken
        if kind.shared:
            taken = await store.left_over(tx, after.kind, after.target) or taken
        told = await kind.show(tx, after.target, snapshot, taken) if taken else []
        return structs.replace(after, taken=""), told

    async def _account(self, tx: Tx, before: State, after: Case, act: Act) -> Told:
        told = list[Any]()
        if before is State.HALTED:
            told += await self.sanctions.unlock(tx, after)
        if after.state is State.OVERTURNED or (
            before is State.HALTED and after.state is not State.SUSPENDED
        ):
            return [*told, *await self.sanctions.lift(tx, after)]
        return [*told, *await self.sanctions.impose(tx, after, act)]

    async def _enter(self, tx: Tx, before: State, after: Case, act: Act, said: Said) -> None:
        """Tell the register of a decision, and of what it ends."""
        if ended := ended_by(before, act):
            await self.rulings.end(tx, after.case_id, ended)
        if reviewed := reviewed_as(before, act):
            await self.rulings.count(tx, Counted.AFTER_REVIEW, reviewed)
        now = self.clock.now()
        ruling = ruling_of(before, after, act, said.statement, self.rules, now)
        if ruling is not None:
            await self.rulings.enter(tx, ruling)

    async def _note(self, tx: Tx, case: Case, act: Act, actor: str, said: Said) -> None:
        step_id, sealed = self.ids.ulid(), None
        if said != NOTHING:
            text = msgspec.json.encode(said).decode()
            sealed = await self.vault.seal(tx, STATEMENT, case.case_id, step_id, text)
        label = said.statement.label.strip() if said.statement else ""
        row = StepRow(
            step_id, case.case_id, act.value, case.state.value, actor, case.rule_id, label, sealed,
            self.clock.now(),
        )  # fmt: skip
        await store.step(tx, row)

    # -- opening ---------------------------------------------------------------------------------

    async def whole(self, tx: Tx, row: CaseRow) -> Whole:
        """Return a case with its evidence, its steps and its appeal, opened."""
        case_id = row.case.case_id
        appeal = await appeal_rows.appeal_of(tx, case_id)
        steps = [await self._step(tx, one) for one in await store.steps(tx, case_id)]
        opened = None if appeal is None else await self.appeal(tx, appeal)
        return Whole(row.case, await self._evidence(tx, row), steps, opened)

    async def appeal(self, tx: Tx, row: AppealRow) -> Appeal:
        """Return an appeal, opened."""
        words = answer = ""
        if row.words is not None:
            words = await self.vault.open(tx, WORDS, row.case_id, row.appeal_id, row.words)
        if row.answer is not None:
            answer = await self.vault.open(tx, ANSWER, row.case_id, row.appeal_id, row.answer)
        return Appeal(*row[:7], words, answer)

    async def _step(self, tx: Tx, row: StepRow) -> Step:
        said = NOTHING
        if row.statement is not None:
            sealed = row.statement
            said = _decode(await self.vault.open(tx, STATEMENT, row.case_id, row.step_id, sealed))
        return Step(
            row.step_id, row.act, State(row.state), row.actor, row.rule_id, row.label, row.at,
            said.statement, said.words,
        )  # fmt: skip

    async def _evidence(self, tx: Tx, row: CaseRow) -> bytes:
        assert row.evidence is not None, "a case begins with its evidence"
        case_id = row.case.case_id
        return (await self.vault.open(tx, EVIDENCE, case_id, case_id, row.evidence)).encode()

    async def under_rules(self, tx: Tx, rule_ids: Sequence[str]) -> Outcomes:
        """Return what was done under some rules, what was appealed, and what was taken back."""
        return outcomes(await store.under_rules(tx, rule_ids))

    # -- the clock -------------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """Note orders whose deadline has gone by; nobody is sanctioned for it by the clock.

        What was done at once ends, when nobody has looked at it in time; so do claims.
        """
        told, now = list[Any](), self.clock.now()
        await store.unclaim(tx, now - CLAIMED_FOR)
        for row in await store.lapsed(tx, now, AT_ONCE_MAX):
            act = Act.LAPSE if row.case.state is State.ORDERED else Act.EXPIRE
            _, more = await self.move(tx, row, act, HOUSE)
            told += more
        if told:
            await self.log.put(tx, *told)

    async def purge(self, tx: Tx) -> None:
        """Delete what no appeal can bring back, and cases closed long ago with their keys."""
        now = self.clock.now()
        for row in await store.deletable(tx, now - DELETE_AFTER, AT_ONCE_MAX):
            await self.kinds[row.case.kind].delete(tx, row.case.target)
            await store.deleted(tx, row.case.case_id, now)
            await self._hold(tx, row.case)
        stay = [case_id for held in self.staying for case_id in await held(tx)]
        gone = await store.delete_old(tx, now - KEPT_FOR, stay)
        await self.rulings.untie(tx, gone)
        for case_id in gone:
            await self.vault.destroy_subject(tx, case_id)
