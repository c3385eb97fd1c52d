"""What operators do: look, claim, decide with reasons, and sign off what many are decided on for."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.cases import store
from teahouse.cases.model.case import (
    CATEGORIES,
    CLAIMED_FOR,
    DISTURBING,
    PAGE_MAX,
    Case,
    ClaimedByOther,
    NoSuchCase,
    NoSuchContent,
    NotYours,
    Queue,
    Statement,
    Whole,
    check_category,
    check_statement,
    check_words,
)
from teahouse.cases.model.counting import (
    MASS_TIME,
    SECOND_WITHIN,
    MassDecision,
    check_record,
    needs_sign_off,
)
from teahouse.cases.model.procedure import ACTS, Act, BadStep, Who, next_state
from teahouse.cases.service.engine import AT_ONCE_MAX, Engine, Said
from teahouse.cases.store import CaseRow
from teahouse.cases.store import appeals as appeal_rows
from teahouse.cases.store.appeals import SignOff
from teahouse.complaints.model import Outcome
from teahouse.complaints.service import Complaints
from teahouse.errors import Invalid
from teahouse.infra.db.pool import Tx
from teahouse.rulebook.model import NoSuchRule
from teahouse.rulings.model import Counted
from teahouse.wellbeing.service import Wellbeings

SANCTIONS = (Act.ORDER, Act.HALT, Act.RESTRICT, Act.SUSPEND, Act.BAN)
ANSWERED = {Act.DISMISS: Outcome.DISMISSED, Act.ORDER: Outcome.ACTED, Act.HALT: Outcome.ACTED}
ACCOUNT = "account:"  # how the audit log names an administrator who is no operator


@dataclass(frozen=True, repr=False)
class Deciding:
    """Operators' verbs. ``actor`` is an operator's id; every verb is audited."""

    engine: Engine
    accounts: Accounts
    complaints: Complaints
    audit: Audit
    wellbeings: Wellbeings

    # -- looking ---------------------------------------------------------------------------------

    async def queue(self, actor: str, state: str, category: str, after: str) -> Queue:
        """Return cases in a state, those that most independent people reported first.

        Without a category these are the operator's own; who has seen enough for a day of what is
        disturbing is offered none of it.
        """
        async with self.engine.db.transaction() as tx:
            own = await self.wellbeings.of(tx, actor)
            wanted = (category,) if category else own.preferences.categories or CATEGORIES
            offered = [one for one in wanted if not (own.is_enough and one in DISTURBING)]
            rows = await store.queue(tx, state, offered, after, PAGE_MAX)
            found = [one.case for one in rows]
            if found:
                detail: dict[str, object] = {"state": state, "count": len(found)}
                await self.audit.append(tx, actor, "cases.read", "", detail)
        return Queue(found, spared=len(offered) < len(wanted))

    async def look(self, actor: str, case_id: str) -> Whole:
        """Return a case with its evidence. Raises ``NoSuchCase``, ``NotYours``."""
        async with self.engine.db.transaction() as tx:
            row = await store.one(tx, case_id)
            if row is None:
                raise NoSuchCase
            await self._check_interest(tx, row, actor)
            whole = await self.engine.whole(tx, row)
            if row.case.category in DISTURBING:
                await self.wellbeings.looked(tx, actor, case_id)
            await self.audit.append(tx, actor, "cases.look", case_id)
        return whole

    async def open(self, actor: str, kind: str, target: str, category: str) -> str:
        """Begin a case that nobody reported; who begins it does not decide it.

        Raises ``Invalid`` for a kind that is not known, ``NoSuchContent``.
        """
        if kind not in self.engine.kinds:
            raise Invalid("There is no such kind of content.")
        found = await self.engine.kinds[kind].find(target)
        if found is None:
            raise NoSuchContent
        async with self.engine.db.transaction() as tx:
            chosen = check_category(category)
            case_id = await self.engine.begin(tx, (kind, target), found, chosen, actor)
            detail: dict[str, object] = {"kind": kind}
            await self.audit.append(tx, actor, "cases.opened", case_id, detail)
        return case_id

    async def claim(self, actor: str, case_id: str) -> Case:
        """Take a case for four hours. Raises ``NoSuchCase``, ``NotYours``, ``ClaimedByOther``."""
        async with self.engine.db.transaction() as tx:
            row = await self.engine.held(tx, case_id)
            await self._check_interest(tx, row, actor)
            now = self.engine.clock.now()
            _check_claim(row.case, actor, now)
            await store.claim(tx, case_id, actor, now)
            await self.audit.append(tx, actor, "cases.claimed", case_id)
            return (await self.engine.held(tx, case_id)).case

    # -- deciding --------------------------------------------------------------------------------

    async def decide(
        self,
        actor: str,
        case_id: str,
        act: Act,
        statement: Statement | None,
        answer: str = "",
    ) -> Whole:
        """Take a step in a case, with its statement of reasons; the first of two only asks for a ban.

        ``answer``, if there is any, is told to whoever reported. Raises ``NoSuchCase``, ``NotYours``,
        ``ClaimedByOther``, ``BadStep``, ``StatementNeeded``, ``NoSuchRule``, ``RecordLacking``,
        ``MassDecision``, ``BadTransition``.
        """
        engine, needs = self.engine, ACTS[act]
        if needs.who not in (Who.OPERATOR, Who.REVIEWER) or act is Act.OVERTURN:
            raise BadStep
        said = Said(check_statement(statement)) if needs.statement else Said(statement)
        async with engine.db.transaction() as tx:
            row = await engine.held(tx, case_id)
            if said.statement is not None:
                await self._check_rule(tx, row.case, said.statement.rule_id)
            next_state(row.case.state, act)
            await self._check(tx, row, act, actor, said)
            if needs.second and not self._is_second(row.case, actor):
                await store.ask(tx, case_id, actor, engine.clock.now())
                whole = await engine.whole(tx, await engine.held(tx, case_id))
                await self.audit.append(tx, actor, "cases.ban_asked", case_id)
                return whole
            case, told = await engine.move(tx, row, act, actor, said)
            whole = await engine.whole(tx, row._replace(case=case))
            if answer.strip() and act in ANSWERED:
                asked = await store.complaints(tx, case_id)
                await self.complaints.settle(tx, actor, asked, ANSWERED[act], answer)
            detail: dict[str, object] = {"rule": case.rule_id, "kind": case.kind}
            await self.audit.append(tx, actor, f"cases.{act.value}", case_id, detail)
            if told:
                await engine.log.put(tx, *told)
        return whole

    async def _check_rule(self, tx: Tx, case: Case, rule_id: str) -> None:
        """Refuse a rule that does not hold now, or not for this case: ``NoSuchRule``."""
        rule = self.engine.rules.holding(rule_id)
        if rule is None:
            return
        if case.opened_at < rule.since:
            raise NoSuchRule("That rule holds for what is reported after its campaign began.")
        if case.account_id is not None:
            account = await self.accounts.by_id(tx, case.account_id)
            if not rule.reaches(account.region, account.account_class.value):
                raise NoSuchRule("That rule is for other accounts than this one.")

    async def _check(self, tx: Tx, row: CaseRow, act: Act, actor: str, said: Said) -> None:
        case, needs = row.case, ACTS[act]
        await self._check_interest(tx, row, actor)
        if needs.who is Who.REVIEWER:
            await self._check_other(tx, case.case_id, actor)
        elif not needs.second:
            _check_claim(case, actor, self.engine.clock.now())
        if needs.evidence:
            assert row.evidence is not None, "a case begins with its evidence"
        if case.account_id is None:
            return
        if needs.record:
            check_record(await store.record(tx, case.account_id, case.case_id))
        if act in SANCTIONS and said.statement is not None:
            await self.check_mass(tx, case.account_id, said.statement, actor)

    async def check_mass(self, tx: Tx, account_id: str, statement: Statement, actor: str) -> None:
        """Refuse one account more for a reason for which many were decided on: ``MassDecision``."""
        await store.lock_target(tx, "mass", "")
        since, label = self.engine.clock.now() - MASS_TIME, statement.label.strip()
        counts = await store.decided_for(tx, since, label, statement.rule_id, account_id)
        if needs_sign_off(*counts):
            reasons = [f"rule:{statement.rule_id}", *([f"label:{label}"] if label else [])]
            if not await appeal_rows.signed_off(tx, reasons, since, actor):
                raise MassDecision(reasons=reasons)

    async def _check_other(self, tx: Tx, case_id: str, actor: str) -> None:
        """Refuse whoever has decided in a case, by their own account, too: ``NotYours``."""
        for one in await store.deciders(tx, case_id):
            if one == actor:
                raise NotYours
            if one.startswith(ACCOUNT):
                account = await self.accounts.by_id(tx, one.removeprefix(ACCOUNT))
                if await store.is_own(tx, actor, account.user_id):
                    raise NotYours

    async def _check_interest(self, tx: Tx, row: CaseRow, actor: str) -> None:
        if row.opened_by == actor or await store.is_in_it(tx, row.case.case_id, actor):
            raise NotYours

    def _is_second(self, case: Case, actor: str) -> bool:
        if case.asked_at is None or case.asked_by in ("", actor):
            return False
        return self.engine.clock.now() - case.asked_at <= SECOND_WITHIN

    # -- many at once, and who is who ------------------------------------------------------------

    async def sign_off(self, actor: str, reason: str) -> None:
        """Agree that another operator decides on more accounts for a reason, for a day."""
        written = check_words(reason)
        async with self.engine.db.transaction() as tx:
            now = self.engine.clock.now()
            sign_off_id = self.engine.ids.ulid()
            await self.engine.rulings.count(tx, Counted.SIGN_OFF, "signed")
            await appeal_rows.sign_off(tx, sign_off_id, written, actor, now)
            detail: dict[str, object] = {"reason": written}
            await self.audit.append(tx, actor, "cases.signed_off", sign_off_id, detail)

    async def sign_offs(self) -> Sequence[SignOff]:
        """Return second sign-offs; those without a review wait for one."""
        async with self.engine.db.read() as tx:
            return await appeal_rows.sign_offs(tx, AT_ONCE_MAX)

    async def review(self, actor: str, sign_off_id: str) -> None:
        """Note that what was signed off was reviewed, by another operator. Raises ``NotYours``."""
        async with self.engine.db.transaction() as tx:
            if not await appeal_rows.review(tx, sign_off_id, actor, self.engine.clock.now()):
                raise NotYours
            await self.engine.rulings.count(tx, Counted.SIGN_OFF, "reviewed")
            await self.audit.append(tx, actor, "cases.reviewed", sign_off_id)

    async def own_account(self, actor: str, user_id: str) -> None:
        """Say that an account is one's own: what it wrote or reported is for others to decide.

        Raises ``NoSuchAccount``.
        """
        await self.accounts.account(user_id)
        async with self.engine.db.transaction() as tx:
            await store.own_account(tx, actor, user_id)
            await self.audit.append(tx, actor, "cases.own_account", user_id)


def _check_claim(case: Case, actor: str, now: datetime) -> None:
    if case.claimed_by in ("", actor) or case.claimed_at is None:
        return
    if now - case.claimed_at < CLAIMED_FOR:
        raise ClaimedByOther
