"""Changing what was reviewed: proposed by the account, looked at beside what is in force, decided.

What is in force stays so until the change is approved. Reasons and rounds are those of a registration.
"""

from dataclasses import dataclass

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.approvals.model import (
    FOLLOWS,
    KEPT,
    UNDECIDED,
    Decision,
    State,
    Verdict,
    check_verdict,
    may_follow,
)
from teahouse.audit.service import Audit
from teahouse.config import Config
from teahouse.consent.model import check_lang
from teahouse.consent.service.stepups import StepUps
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller, OperatorCaller
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage, NeverSent
from teahouse.infra.vault.vault import Vault
from teahouse.officials import store
from teahouse.officials.model import (
    CHANGE_LIFE,
    WITHHELD,
    Change,
    ChangeDecided,
    ChangeRound,
    ChangeWaits,
    Compared,
    Details,
    NothingChanged,
    NotOfficial,
    Own,
    SubjectKind,
    TellChange,
    check_details,
    differing,
    tidy,
)
from teahouse.officials.store import CHANGED, LICENCE, NAME, SUBJECT_NAME, SealedOfficial
from teahouse.standing.events import SilenceChanged
from teahouse.standing.service import Standing

PAGE = 200
LETTERS = {
    State.APPROVED: "change_approved",
    State.DECLINED: "change_declined",
    State.MORE: "change_more",
    State.LAPSED: "change_lapsed",
}


@dataclass(frozen=True, slots=True, repr=False)
class Changes:
    """Changes of official accounts' particulars. ``listen`` once. An account is locked before its change."""

    db: Database
    vault: Vault
    audit: Audit
    jobs: Jobs
    accounts: Accounts
    stepups: StepUps
    standing: Standing
    log: Log
    config: Config

    def listen(self) -> None:
        """Have what waits forgotten with its account."""
        self.accounts.endings.append(store.forget)

    # -- the account itself --------------------------------------------------------------------

    async def propose(self, caller: Caller, wanted: Details, lang: str) -> None:
        """Propose a change, or answer with it what more was asked for.

        Raises ``NotOfficial``, ``BadName``, ``BadLicence``, ``NothingChanged``, ``ChangeWaits``.
        """
        wanted, lang = tidy(wanted), check_lang(lang)
        account_id, now = caller.account_id, self.accounts.clock.now()
        async with self.db.transaction() as tx:
            official = await self._held(tx, account_id)
            check_details(wanted, official.region)
            fields = differing(await self._opened(tx, account_id, official), wanted)
            if not fields:
                raise NothingChanged
            waits = await store.undecided(tx, account_id)
            if waits is not None and waits.state is not State.MORE:
                raise ChangeWaits
            change_id = self.accounts.ids.ulid() if waits is None else waits.change_id
            said = msgspec.json.encode(wanted).decode()
            sealed = await self.vault.seal(tx, CHANGED, account_id, change_id, said)
            until = now + CHANGE_LIFE
            if waits is None:
                await store.insert_change(
                    tx, change_id, account_id, (fields, sealed), lang, now, until
                )
            else:
                await store.amend(tx, change_id, fields, sealed, until)
                await store.answer_round(tx, change_id, now)

    async def own(self, caller: Caller) -> Own:
        """Return what is in force, and the last change. Raises ``NotOfficial``."""
        async with self.db.read() as tx:
            official = await store.one(tx, caller.account_id)
            if official is None:
                raise NotOfficial
            in_force = await self._opened(tx, caller.account_id, official)
            found = await store.latest(tx, caller.account_id)
            proposed = None if found is None else await self._proposed(tx, found)
            return Own(official.region, in_force, found, proposed)

    async def withdraw(self, caller: Caller) -> None:
        """Take a change back that was not decided. Raises ``NotOfficial``, ``ChangeDecided``."""
        async with self.db.transaction() as tx:
            await self._held(tx, caller.account_id)
            waits = await store.undecided(tx, caller.account_id)
            if waits is None:
                raise ChangeDecided
            await store.end(tx, waits.change_id, State.WITHDRAWN)

    # -- operators -----------------------------------------------------------------------------

    async def listed(self, waiting: bool) -> list[Change]:
        """Return changes: those that wait, oldest first, or the others, newest first."""
        async with self.db.read() as tx:
            return await store.changes(tx, waiting, PAGE)

    async def look(self, operator: OperatorCaller, change_id: str) -> Compared:
        """Return a change beside what is in force, and its rounds. Audited.

        Raises ``StepUpNeeded`` unless the operator has just proved who they are, ``NotOfficial``.
        """
        await self.stepups.check_operator(operator, change_id, "officials.change")
        async with self.db.read() as tx:
            found = await store.change(tx, change_id)
            official = None if found is None else await store.one(tx, found.account_id)
            if found is None or official is None:
                raise NotOfficial
            in_force = await self._opened(tx, found.account_id, official)
            rounds = await store.rounds(tx, change_id)
            return Compared(found, in_force, await self._proposed(tx, found), rounds)

    async def decide(self, actor: str, change_id: str, verdict: Verdict) -> Change:
        """Approve, decline or ask for more, with a reason; the account is told. Audited.

        Raises ``BadVerdict``, ``NotOfficial``, ``ChangeDecided``.
        """
        verdict, now = check_verdict(verdict), self.accounts.clock.now()
        state = FOLLOWS[verdict.decision]
        async with self.db.transaction() as tx:
            seen = await store.change(tx, change_id)
            if seen is None:
                raise NotOfficial
            await self._held(tx, seen.account_id)
            told = list[SilenceChanged]()
            found = await store.hold_change(tx, change_id)
            if found is None or not may_follow(found.state, verdict.decision, found.rounds):
                raise ChangeDecided
            if verdict.decision is Decision.APPROVE:
                told += await self._put_in_force(tx, found)
            if verdict.decision is Decision.ASK:
                asked = ChangeRound(found.rounds + 1, verdict.template, verdict.words, now, None)
                await store.insert_round(tx, change_id, actor, asked)
            await store.decide(tx, change_id, state, verdict, (actor, now, now + CHANGE_LIFE))
            detail: dict[str, object] = {
                "template": verdict.template,
                "words": verdict.words,
                "fields": list(found.fields),
            }
            act = f"officials.change_{verdict.decision.value}"
            await self.audit.append(tx, actor, act, change_id, detail)
            await self.jobs.enqueue(tx, TellChange(change_id, LETTERS[state]))
            after = await store.change(tx, change_id)
            if told:
                await self.log.put(tx, *told)
        assert after is not None, "it is held"
        return after

    # -- by the clock --------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """End what nobody decided or answered in time, tell it, and forget old records."""
        now = self.accounts.clock.now()
        for change_id in await store.due(tx, now, PAGE):
            await store.end(tx, change_id, State.LAPSED)
            await self.jobs.enqueue(tx, TellChange(change_id, LETTERS[State.LAPSED]))
        await store.purge(tx, now - KEPT)

    async def tell(self, job: TellChange) -> None:
        """Tell an account what became of its change. Raises ``NotSent``, ``NeverSent``."""
        async with self.db.read() as tx:
            found = await store.change(tx, job.change_id)
        if found is None:
            return
        contacts = await self.accounts.identifiers(found.account_id)
        kind = "email" if "email" in contacts else "phone"
        if kind not in contacts:
            raise NeverSent("the account has no contact any more")
        message = CodeMessage(
            contacts[kind],
            code="",
            minutes=0,
            lang="zh" if found.lang == "zh" else "en",
            template=job.template,
            message_id=f"{job.change_id}.{job.template}.{found.rounds}",
            link=f"{self.config.base_url}/#/me/official",
        )
        await self.accounts.codes.tell(kind, message)

    # -- inside --------------------------------------------------------------------------------

    async def _held(self, tx: Tx, account_id: str) -> SealedOfficial:
        found = await store.hold(tx, account_id)
        if found is None:
            raise NotOfficial
        return found

    async def _opened(self, tx: Tx, account_id: str, sealed: SealedOfficial) -> Details:
        licence = await self.vault.open(tx, LICENCE, account_id, account_id, sealed.licence)
        return Details(
            name=await self.vault.open(tx, NAME, account_id, account_id, sealed.name),
            subject_kind=SubjectKind(sealed.subject_kind),
            subject_name=await self.vault.open(
                tx, SUBJECT_NAME, account_id, account_id, sealed.subject_name
            ),
            licence=msgspec.json.decode(licence, type=dict[str, str]),
        )

    async def _proposed(self, tx: Tx, change: Change) -> Details | None:
        sealed = await store.sealed_details(tx, change.change_id)
        if sealed is None:
            return None
        said = await self.vault.open(tx, CHANGED, change.account_id, change.change_id, sealed)
        return msgspec.json.decode(said, type=Details)

    async def _put_in_force(self, tx: Tx, change: Change) -> list[SilenceChanged]:
        assert change.state in UNDECIDED, "only what waits is approved"
        owner, wanted = change.account_id, await self._proposed(tx, change)
        assert wanted is not None, "what waits has its particulars"
        licence = msgspec.json.encode(wanted.licence)
        await store.replace(
            tx,
            owner,
            wanted.subject_kind.value,
            (
                await self.vault.seal(tx, NAME, owner, owner, wanted.name),
                await self.vault.seal(tx, SUBJECT_NAME, owner, owner, wanted.subject_name),
                await self.vault.seal(tx, LICENCE, owner, owner, licence),
            ),
        )
        return await self.standing.unsilence(tx, owner, WITHHELD)  # if it was out of force
