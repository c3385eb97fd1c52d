"""Telling the author, hiding and showing, asking a guardian, and noting what people decided."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.appearances import store
from teahouse.appearances.model import (
    CATEGORY,
    LISTED_MAX,
    UNDER_REVIEW,
    VEILED,
    Act,
    Appearance,
    BadAppearanceStep,
    NoGuardianToAsk,
    NoSuchAppearance,
    State,
    check_words,
    next_state,
)
from teahouse.appearances.store import PURPOSE, WORDS
from teahouse.audit.service import Audit
from teahouse.cases.model.case import Case, Found, NoSuchContent, Told
from teahouse.cases.model.procedure import CLEARED
from teahouse.cases.model.procedure import State as CaseState
from teahouse.cases.service.house import Cases
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.caller import Caller
from teahouse.minors.model.profile import UNKNOWN, Answer, Capability
from teahouse.minors.service import Minors

BY_GUARDIAN = "guardian"


class Reviewed(NamedTuple):
    """An appearance, with its author's words opened and whether its content is to be seen."""

    appearance: Appearance
    words: str
    hidden: bool


@dataclass(frozen=True, repr=False)
class Appearances:
    """Reviews of what may show a child. ``listen`` once. ``actor``: as in ``audit``."""

    cases: Cases
    minors: Minors
    accounts: Accounts
    audit: Audit

    def listen(self) -> None:
        """Hear of cases that begin and of what is decided in them; forget accounts that end."""
        self.cases.engine.holding.append(self.heard)
        self.cases.engine.moved.append(self.decided)
        self.accounts.endings.append(store.forget)

    async def heard(self, tx: Tx, case: Case, evidence: bytes) -> None:
        """Begin a review with a case about a child on camera."""
        begins = case.state is CaseState.REPORTED and bool(evidence)
        if case.category == CATEGORY and case.account_id is not None and begins:
            about = (case.kind, case.target)
            await store.insert(tx, case.case_id, case.account_id, about, case.opened_at)

    async def decided(self, tx: Tx, case: Case) -> None:
        """Note what people decided in the case."""
        one = await store.one_locked(tx, case.case_id) if case.category == CATEGORY else None
        if one is None or case.state in (CaseState.REPORTED, CaseState.VERIFIED):
            return
        act = Act.KEEP if case.state in CLEARED else Act.DECIDE
        if one.state in UNDER_REVIEW or (one.state is State.DECIDED and act is Act.KEEP):
            await self._move(tx, one, act, one.guardian_id)

    # -- authors -------------------------------------------------------------------------------

    async def mine(self, caller: Caller) -> list[Reviewed]:
        """Return the reviews of what one has shown, the newest first."""
        return await self.of(caller.account_id)

    async def of(self, account_id: str) -> list[Reviewed]:
        """Return the reviews of what somebody has shown, by their account."""
        async with self.cases.engine.db.read() as tx:
            return await self._all(tx, account_id)

    async def say(self, caller: Caller, case_id: str, words: str) -> Reviewed:
        """Say what speaks for one's content, as long as it is looked at.

        Raises ``NoSuchCase``, ``NoSuchAppearance``, ``BadAppearanceStep``, ``BadAppearanceWords``.
        """
        text, engine = check_words(words), self.cases.engine
        async with engine.db.transaction() as tx:
            one = await self._held(tx, case_id)
            if one.account_id != caller.account_id:
                raise NoSuchAppearance
            if one.state not in UNDER_REVIEW:
                raise BadAppearanceStep
            await engine.vault.grant(tx, case_id, [PURPOSE])
            sealed = await engine.vault.seal(tx, WORDS, case_id, case_id, text)
            await store.say(tx, case_id, sealed)
            return await self._reviewed(tx, structs.replace(one, words=sealed))

    # -- guardians -----------------------------------------------------------------------------

    async def of_ward(self, caller: Caller, user_id: str) -> list[Reviewed]:
        """Return the reviews of a ward's content. Raises ``NoSuchWard``."""
        async with self.cases.engine.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            return await self._all(tx, link.child_id)

    async def answer(self, caller: Caller, user_id: str, case_id: str, act: Act) -> Reviewed:
        """Consent, decline, or withdraw what was consented to; the caller has proved who they are.

        What is withdrawn is hidden at once, and looked at again. Raises ``NoSuchWard``, ``NoSuchCase``,
        ``NoSuchAppearance``, ``BadAppearanceStep``, ``NoSuchContent``.
        """
        engine = self.cases.engine
        found = await self._again(case_id) if act is Act.WITHDRAW else None
        async with engine.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            one = await self._held(tx, case_id)
            if one.account_id != link.child_id:
                raise NoSuchAppearance
            if act is Act.WITHDRAW and one.guardian_id is None:
                raise BadAppearanceStep
            after, told = await self._step(tx, one, act, caller.account_id)
            if after.state is State.REOPENED:
                assert found is not None, "what was withdrawn was looked at before"
                after, more = await self._reopen(tx, after, found)
                told = [*told, *more]
            reviewed = await self._reviewed(tx, after)
            if told:
                await engine.log.put(tx, *told)
        return reviewed

    # -- operators -----------------------------------------------------------------------------

    async def look(self, actor: str, case_id: str) -> Reviewed:
        """Return the review of a case. Raises ``NoSuchCase``, ``NotYours``, ``NoSuchAppearance``."""
        await self.cases.deciding.look(actor, case_id)
        async with self.cases.engine.db.read() as tx:
            one = await store.one(tx, case_id)
            if one is None:
                raise NoSuchAppearance
            return await self._reviewed(tx, one)

    async def act(self, actor: str, case_id: str, act: Act) -> Reviewed:
        """Hide, show, or ask a guardian. Audited.

        Raises ``NoSuchCase``, ``NotYours``, ``NoSuchAppearance``, ``BadAppearanceStep``,
        ``NoGuardianToAsk``.
        """
        await self.cases.deciding.look(actor, case_id)
        engine = self.cases.engine
        async with engine.db.transaction() as tx:
            one = await self._held(tx, case_id)
            next_state(one.state, act)
            if act is Act.ASK:
                await self._check_asked(tx, one.account_id)
            after, told = await self._step(tx, one, act, one.guardian_id)
            await self.audit.append(tx, actor, f"appearances.{act.value}", case_id)
            reviewed = await self._reviewed(tx, after)
            if told:
                await engine.log.put(tx, *told)
        return reviewed

    # -- inside --------------------------------------------------------------------------------

    async def _check_asked(self, tx: Tx, account_id: str) -> None:
        """Refuse with ``NoGuardianToAsk`` where no guardian's yes would decide."""
        knowing = self.minors.knowing
        age = await knowing.age_within(tx, account_id)
        band = UNKNOWN if age.at_least is None else str(age.at_least)
        answers = knowing.profile.rule(Capability.VIDEO, knowing.today()).answers
        asked = answers[band] is Answer.GUARDIAN
        if not asked or not await self.minors.families.guardians_of(tx, account_id):
            raise NoGuardianToAsk

    async def _again(self, case_id: str) -> Found | None:
        """Look at the content of a review that is over, before a transaction; ``None``: it is not over."""
        engine = self.cases.engine
        async with engine.db.read() as tx:
            one = await store.one(tx, case_id)
        if one is None or one.state is not State.KEPT:
            return None
        found = await engine.kinds[one.kind].find(one.target)
        if found is None:
            raise NoSuchContent
        return found

    async def _reopen(self, tx: Tx, one: Appearance, found: Found) -> tuple[Appearance, Told]:
        """Begin another case about the same, hidden from the beginning."""
        place = (one.kind, one.target)
        case_id = await self.cases.engine.begin(tx, place, found, CATEGORY, BY_GUARDIAN)
        fresh = await store.one_locked(tx, case_id)
        if fresh is None:  # it is looked at already, in a case about something else
            return one, await self.cases.engine.veil(tx, case_id, hidden=True)
        return await self._step(tx, fresh, Act.HIDE, one.guardian_id)

    async def _step(
        self, tx: Tx, one: Appearance, act: Act, guardian_id: str | None
    ) -> tuple[Appearance, Told]:
        after = await self._move(tx, one, act, guardian_id)
        was, now = one.state in VEILED, after.state in VEILED
        told = await self.cases.engine.veil(tx, one.case_id, hidden=now) if was is not now else []
        return after, told

    async def _move(self, tx: Tx, one: Appearance, act: Act, guardian_id: str | None) -> Appearance:
        now = self.cases.engine.clock.now()
        state = next_state(one.state, act)
        after = structs.replace(one, state=state, guardian_id=guardian_id, moved_at=now)
        await store.move(tx, after)
        return after

    async def _held(self, tx: Tx, case_id: str) -> Appearance:
        await self.cases.engine.held(tx, case_id)  # as cases do, which tell of what they decide
        one = await store.one_locked(tx, case_id)
        if one is None:
            raise NoSuchAppearance
        return one

    async def _all(self, tx: Tx, account_id: str) -> list[Reviewed]:
        found: Sequence[Appearance] = await store.of_account(tx, account_id, LISTED_MAX)
        return [await self._reviewed(tx, one) for one in found]

    async def _reviewed(self, tx: Tx, one: Appearance) -> Reviewed:
        words, vault = "", self.cases.engine.vault
        if one.words is not None:
            words = await vault.open(tx, WORDS, one.case_id, one.case_id, one.words)
        return Reviewed(one, words, await self.cases.engine.is_hidden(tx, one.case_id))
