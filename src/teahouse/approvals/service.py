"""Approvals' verbs: stand in the queue, say why one would like to join, decide, tell.

Those who decide see the contact masked. The letter that tells is written in the transaction of the
decision, because that may empty the registration; it is sent afterwards, and deleted.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta

from teahouse.accounts.model import masked
from teahouse.approvals import store
from teahouse.approvals.model import (
    DECIDED_AT_ONCE_MAX,
    FOLLOWS,
    KEPT,
    KINDS,
    LAPSE_BEFORE,
    PAGE_MAX,
    UNDECIDED,
    BadVerdict,
    Decision,
    NoSuchRequest,
    NotAsked,
    Request,
    Round,
    Rule,
    SendLetter,
    State,
    Verdict,
    check_reason,
    check_rule,
    check_verdict,
    may_follow,
    rule_for,
    sentence,
    sentence_of,
    wait_for,
)
from teahouse.approvals.store import LETTER, REASON, SealedLetter
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.gate.model.doors import door_values
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.senders.model import CodeMessage
from teahouse.infra.vault.vault import Vault
from teahouse.registrations.model import HELD_LIFE, NewAccount, Registered, Registration
from teahouse.registrations.service import Registrations
from teahouse.screening.model.findings import Finding

# Tells what made a registration look unusual, in numbers and without naming anybody.
Signals = Callable[[Tx, bytes], Awaitable[tuple[Finding, ...]]]
LETTER_LIFE = timedelta(days=1)
LAPSED_AT_ONCE_MAX = 200
NEWEST = "~"  # after every id


@dataclass(frozen=True, repr=False)
class Approvals:
    """The queue of those who wait. ``listen`` once, before anybody registers.

    A registration is locked before its request.
    """

    db: Database
    vault: Vault
    audit: Audit
    jobs: Jobs
    registrations: Registrations
    config: Config
    clock: Clock
    ids: Ids
    signals: list[Signals] = field(default_factory=list[Signals])

    def listen(self) -> None:
        """Judge every registration, and take in those that have to wait."""
        steps = self.registrations.steps
        steps.judges.append(self.judge)
        steps.waiting.append(self.wait)
        steps.finishers.append(self.complete)

    # -- registrations -------------------------------------------------------------------------

    async def judge(self, tx: Tx, registration: Registration, _new: NewAccount) -> str | None:
        """Return what a registration waits for by the rules for its scope."""
        return wait_for(registration.account_class, await self._rule(tx, registration))

    async def wait(self, tx: Tx, registration: Registration, waits: tuple[str, ...]) -> None:
        """Put a registration in the queue, if what it waits for is decided here."""
        mine = tuple(one for one in waits if one in KINDS)
        if not mine:
            return
        rule, now = await self._rule(tx, registration), self.clock.now()
        told = [await ask(tx, registration.digest) for ask in self.signals]
        request = Request(
            request_id=self.ids.ulid(),
            digest=registration.digest,
            waits_for=mine,
            account_class=registration.account_class,
            region=registration.region,
            doors=tuple(door_values(registration.doors)),
            lang=registration.lang,
            signals=tuple(finding for findings in told for finding in findings),
            asks_reason=rule.asks_reason if rule is not None else "approval" in mine,
            reason=None,
            state=State.WAITING,
            rounds=0,
            template="",
            words="",
            decided_by="",
            decided_at=None,
            created_at=now,
            expires_at=now + HELD_LIFE - LAPSE_BEFORE,
        )
        await store.insert(tx, request)

    async def complete(self, tx: Tx, registered: Registered) -> None:
        """Note that an account was made of what waited, and forget by what name it did."""
        if registered.registration is not None:
            await store.done(tx, registered.registration.digest)

    # -- applicants ----------------------------------------------------------------------------

    async def own(self, registration_id: str) -> tuple[Request, Registration]:
        """Return one's own request. Raises ``NoSuchRegistration``, ``NoSuchRequest``."""
        async with self.db.transaction() as tx:
            registration = await self.registrations.held.named(tx, registration_id)
            found = await store.by_digest(tx, registration.digest)
        if found is None:
            raise NoSuchRequest
        return found, registration

    async def explain(self, registration_id: str, text: str) -> None:
        """Say why one would like to join. Raises ``BadReason``, ``NoSuchRequest``."""
        text = check_reason(text)
        async with self.db.transaction() as tx:
            registration, request = await self._mine(tx, registration_id)
            assert registration.receipt_id is not None, "who waits has given a receipt"
            consent = self.registrations.steps.consent
            ground = await consent.ground(tx, registration.receipt_id)
            sealed = await self.vault.seal_pending(tx, REASON, request.request_id, text, ground)
            await store.set_reason(tx, request.request_id, sealed)
            await store.answer_round(tx, request.request_id, self.clock.now())

    async def check_amendable(self, registration_id: str) -> None:
        """Refuse to change what is being looked at: ``NotAsked`` unless somebody asked for it."""
        request, _ = await self.own(registration_id)
        if request.state is not State.MORE:
            raise NotAsked

    async def amended(self, registration_id: str) -> None:
        """Take note that a registration that waits was changed as was asked: it waits again."""
        async with self.db.transaction() as tx:
            _, request = await self._mine(tx, registration_id)
            await store.wait_again(tx, request.request_id)
            await store.answer_round(tx, request.request_id, self.clock.now())

    async def registration(self, tx: Tx, request_id: str) -> Registration | None:
        """Return the registration that a request is about, while it waits."""
        request = await store.one(tx, request_id)
        if request is None or request.digest is None or request.state not in UNDECIDED:
            return None
        return await self.registrations.held.find(tx, request.digest)

    async def withdraw(self, registration_id: str) -> None:
        """Give up waiting: everything that was left is deleted at once."""
        async with self.db.transaction() as tx:
            registration, request = await self._mine(tx, registration_id)
            words = sentence_of(State.WITHDRAWN, registration.lang)
            await self.registrations.steps.turn_away(tx, registration.digest, words)
            await store.end(tx, request.request_id, State.WITHDRAWN)

    # -- operators -----------------------------------------------------------------------------

    async def page(self, waiting: bool, cursor: str, limit: int) -> list[tuple[Request, str]]:
        """Return requests with their masked contact: those that wait, oldest first, or the others."""
        limit = min(limit, PAGE_MAX)
        async with self.db.transaction() as tx:
            if waiting:
                found = await store.waiting(tx, cursor, limit)
            else:
                found = await store.decided(tx, cursor or NEWEST, limit)
            return [(request, await self._masked(tx, request)) for request in found]

    async def counts(self) -> dict[str, int]:
        """Return how many requests there are, by state."""
        async with self.db.read() as tx:
            return await store.counts(tx)

    async def look(self, actor: str, request_id: str) -> tuple[Request, str, str, list[Round]]:
        """Return a request, its masked contact, what its owner wrote, and what was asked. Audited."""
        async with self.db.transaction() as tx:
            request = await store.one(tx, request_id)
            if request is None:
                raise NoSuchRequest
            contact, text = await self._masked(tx, request), ""
            if request.reason is not None:
                text = await self.vault.open_pending(tx, REASON, request_id, request.reason)
            rounds = await store.rounds(tx, request_id)
            await self.audit.append(tx, actor, "approvals.look", request_id)
        return request, contact, text, rounds

    async def decide(self, actor: str, request_ids: list[str], verdict: Verdict) -> list[str]:
        """Decide some requests alike, each with the reason; return those that were. Audited.

        Who was decided meanwhile, or waits no more, is left out. Raises ``BadVerdict``.
        """
        verdict = check_verdict(verdict)
        if not 0 < len(request_ids) <= DECIDED_AT_ONCE_MAX:
            raise BadVerdict
        async with self.db.transaction() as tx:
            decided = [
                one
                for one in sorted(set(request_ids))
                if await self._decide(tx, actor, one, verdict)
            ]
            for request_id in decided:
                act = f"approvals.{verdict.decision.value}"
                detail: dict[str, object] = {"template": verdict.template, "words": verdict.words}
                await self.audit.append(tx, actor, act, request_id, detail)
        return decided

    async def rules(self) -> list[Rule]:
        """Return which scopes need approval, or do not."""
        async with self.db.read() as tx:
            return await store.rules(tx)

    async def set_rule(
        self, actor: str, scope: tuple[str, str, str], needed: bool, asks_reason: bool
    ) -> Rule:
        """Say whether accounts of a region, class and door need approval. Audited. ``BadRule``."""
        check_rule(*scope)
        rule = Rule(
            rule_id=self.ids.ulid(),
            region=scope[0],
            account_class=scope[1],
            door=scope[2],
            needed=needed,
            asks_reason=asks_reason,
            set_by=actor,
            set_at=self.clock.now(),
        )
        async with self.db.transaction() as tx:
            await store.replace_rule(tx, rule)
            detail: dict[str, object] = {"needed": needed, "asks_reason": asks_reason}
            await self.audit.append(tx, actor, "approvals.rule_set", "/".join(scope), detail)
        return rule

    async def end_rule(self, actor: str, scope: tuple[str, str, str]) -> None:
        """Let a scope be as it is without a rule. Audited. Raises ``NoSuchRequest``."""
        async with self.db.transaction() as tx:
            if not await store.end_rule(tx, scope, self.clock.now()):
                raise NoSuchRequest
            await self.audit.append(tx, actor, "approvals.rule_ended", "/".join(scope))

    # -- by the clock --------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """End what nobody decided or finished in time, and tell those who waited."""
        for request_id in await store.due(tx, self.clock.now(), LAPSED_AT_ONCE_MAX):
            seen = await store.one(tx, request_id)
            if seen is None or seen.digest is None:
                continue
            registration = await self.registrations.held.hold(tx, seen.digest)
            request = await store.hold(tx, request_id)
            if request is None or request.state not in (*UNDECIDED, State.APPROVED):
                continue
            if registration is not None and registration.contact is not None:
                if request.state in UNDECIDED:
                    await self._write(tx, registration, "lapsed")
                words = sentence_of(State.LAPSED, request.lang)
                await self.registrations.steps.turn_away(tx, seen.digest, words)
            await store.end(tx, request_id, State.LAPSED)

    async def purge(self, tx: Tx) -> None:
        """Delete old records, and letters that could not be sent."""
        now = self.clock.now()
        await store.purge(tx, now - KEPT, now - LETTER_LIFE)

    async def send(self, job: SendLetter) -> None:
        """Send a letter, with a link to go on by. Raises ``NotSent``, ``NeverSent``."""
        async with self.db.transaction() as tx:
            letter = await store.letter(tx, job.letter_id)
            if letter is None:
                return
            to = await self.vault.open_pending(tx, LETTER, letter.letter_id, letter.contact)
            token = await self.registrations.held.link(tx, letter.digest)
        link = f"{self.config.base_url}/#/sign-up/back/{token}"
        message = CodeMessage(
            to,
            "",
            0,
            "zh" if letter.lang == "zh" else "en",
            letter.template,
            letter.letter_id,
            link,
        )
        await self.registrations.steps.accounts.codes.tell(letter.contact_kind, message)
        async with self.db.transaction() as tx:
            await store.delete_letter(tx, letter.letter_id)

    # -- inside --------------------------------------------------------------------------------

    async def _rule(self, tx: Tx, registration: Registration) -> Rule | None:
        doors = door_values(registration.doors)
        rules = await store.rules(tx)
        return rule_for(rules, registration.region, registration.account_class, doors)

    async def _mine(self, tx: Tx, registration_id: str) -> tuple[Registration, Request]:
        registration = await self.registrations.held.named(tx, registration_id)
        request = await store.by_digest(tx, registration.digest)
        if request is None or request.state not in UNDECIDED:
            raise NoSuchRequest
        return registration, request

    async def _masked(self, tx: Tx, request: Request) -> str:
        if request.digest is None:
            return ""
        registration = await self.registrations.held.find(tx, request.digest)
        if registration is None or registration.contact is None:
            return ""
        return masked(*await self.registrations.steps.opened_contact(tx, registration))

    async def _decide(self, tx: Tx, actor: str, request_id: str, verdict: Verdict) -> bool:
        seen = await store.one(tx, request_id)
        if seen is None or seen.digest is None:
            return False
        registration = await self.registrations.held.hold(tx, seen.digest)
        request = await store.hold(tx, request_id)
        if request is None or not may_follow(request.state, verdict.decision, request.rounds):
            return False
        if registration is None or registration.contact is None:  # its owner gave up, or was late
            await store.end(tx, request_id, State.LAPSED)
            return False
        await self._carry_out(tx, registration, request, verdict)
        now, until = self.clock.now(), request.expires_at
        if verdict.decision is Decision.ASK:
            await store.insert_round(tx, request, verdict, actor, now)
        if verdict.decision is Decision.APPROVE:
            until = await self.registrations.held.prolong(tx, registration.digest)
        state = FOLLOWS[verdict.decision]
        await store.decide(tx, request, state, verdict, (actor, now, until))
        return True

    async def _carry_out(
        self, tx: Tx, registration: Registration, request: Request, verdict: Verdict
    ) -> None:
        """Write the letter, and let the registration go on, or end."""
        letters = {
            Decision.APPROVE: "approved",
            Decision.DECLINE: "declined",
            Decision.ASK: "more",
        }
        await self._write(tx, registration, letters[verdict.decision])
        steps = self.registrations.steps
        if verdict.decision is Decision.APPROVE:
            for what in request.waits_for:
                await steps.release(tx, registration.digest, what)
        if verdict.decision is Decision.DECLINE:
            words = sentence(verdict.decision, verdict.template, verdict.words, request.lang)
            await steps.turn_away(tx, registration.digest, words)

    async def _write(self, tx: Tx, registration: Registration, template: str) -> None:
        """Have the owner of a registration told, at the contact that they proved."""
        assert registration.receipt_id is not None, "who waits has given a receipt"
        steps, letter_id = self.registrations.steps, self.ids.ulid()
        kind, value = await steps.opened_contact(tx, registration)
        ground = await steps.consent.ground(tx, registration.receipt_id)
        sealed = await self.vault.seal_pending(tx, LETTER, letter_id, value, ground)
        letter = SealedLetter(
            letter_id, registration.digest, template, registration.lang, kind, sealed
        )
        await store.insert_letter(tx, letter, self.clock.now())
        await self.jobs.enqueue(tx, SendLetter(letter_id))
