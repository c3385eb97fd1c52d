"""Verbs of those who wait: ask for a place, prove the contact, look, leave, and use one's turn."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import msgspec

from teahouse.clock import Clock
from teahouse.codes.model import CodeRequest, StartedCode
from teahouse.codes.service import Codes
from teahouse.consent.model import Answer
from teahouse.consent.service import Consent
from teahouse.errors import Invalid
from teahouse.gate.model.doors import Door
from teahouse.gate.model.policies import Attempt, State, registration_region
from teahouse.gate.model.queues import Line
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.index import BlindIndex
from teahouse.infra.vault.normal import phone_region
from teahouse.infra.vault.vault import Vault
from teahouse.screening.model.signals import NOBODY, Knock
from teahouse.screening.service.knocks import Knocks
from teahouse.waitlist import store
from teahouse.waitlist.model import (
    ASK_LIFE,
    MEASURED_MINUTES,
    Estimate,
    HasAccount,
    Joining,
    LineRow,
    NoNeedToWait,
    NoSuchPlace,
    Place,
    Stage,
    Standing,
    Ticket,
    Turn,
    TurnOf,
    calls_per_minute,
    check_line,
    estimate,
    poll_after,
)
from teahouse.waitlist.service.turns import Turns
from teahouse.waitlist.store import CONTACT, CONTACT_OF, PURPOSE, WRITTEN_AS

SCREEN = "web.waitlist"
KNOCKS = "waitlist"  # screening counts those who join beside those who register
DOORS = {"phone": Door.PHONE, "email": Door.EMAIL}


@dataclass(frozen=True, repr=False)
class Places:
    """What somebody who waits can do. A ticket is the secret that names their place."""

    db: Database
    keeper: Keeper
    knocks: Knocks
    codes: Codes
    consent: Consent
    vault: Vault
    turns: Turns
    clock: Clock
    ids: Ids

    async def ask(self, joining: Joining, knock: Knock = NOBODY) -> Ticket:
        """Ask for a place: a code is sent, the same answer whoever has one or an account.

        Raises ``NoNeedToWait`` where registering is possible now, ``GateClosed`` where there is no
        list, ``NoSuchLine``, ``StalePolicy``, ``BadPhone``, ``BadEmail``, ``TooManyCodes``, and
        what screening raises at the start of a registration and at its contact step.
        """
        check_line(joining.service_region, joining.account_class)
        kind = joining.contact_kind
        if kind not in DOORS:
            raise Invalid("kind must be phone or email.")
        line = await self._check(joining, joining.service_region)  # before the contact is read
        written = WRITTEN_AS[kind].apply(joining.contact)
        country = phone_region(written) if kind == "phone" else None
        region = registration_region(joining.service_region, country)
        if region != joining.service_region:
            line = await self._check(joining, region)
        await self.knocks.check_start(knock, KNOCKS)
        await self.knocks.check_contact(knock, kind, written)
        await self.consent.effective_at()
        ticket, now = self.ids.token("place"), self.clock.now()
        place_id = self.ids.ulid()
        accepted = (PURPOSE.id, self.codes.purpose_id)
        answer = Answer(joining.policy_version, accepted, joining.lang, SCREEN)
        async with self.db.transaction() as tx:
            receipt = await self.consent.record_separate(tx, place_id, answer)
            ground = await self.consent.ground(tx, receipt.receipt_id)
            sealed = await self.vault.seal_pending(tx, CONTACT, place_id, written, ground)
            request = CodeRequest(kind, written, "register", joining.lang)
            started = await self.codes.start(tx, request, ground)
            place = Place(
                place_id=place_id,
                region=line.region,
                account_class=line.account_class,
                door=line.door,
                lang=joining.lang,
                ordinal=None,
                stage=Stage.ASKED,
                receipt_id=receipt.receipt_id,
                contact_kind=kind,
                contact=sealed,
                code_id=started.code_id,
                pass_digest=None,
                at=now,
                expires_at=now + ASK_LIFE,
            )
            await self._add(tx, place, ticket, written)
        return _ticket(ticket, started)

    async def prove(self, ticket: str, code: str) -> None:
        """Prove the contact and take the last place in line, or find the one that it has again.

        Raises ``WrongCode``, ``NoSuchPlace``, ``HasAccount`` (and what was asked is forgotten).
        """
        place = await self._own(ticket)
        if place.stage is not Stage.ASKED or place.code_id is None:
            raise NoSuchPlace
        account_id = await self.codes.check(place.code_id, code)
        async with self.db.transaction() as tx:
            if account_id is None:
                await self._place(tx, place, token_digest(ticket))
            else:
                await store.delete(tx, place.place_id)
        if account_id is not None:
            raise HasAccount

    async def look(self, ticket: str) -> Standing:
        """Return how somebody stands in line. Raises ``NoSuchPlace``."""
        now = self.clock.now()
        async with self.db.read() as tx:
            place = await store.find(tx, token_digest(ticket))
            if place is None or place.stage is Stage.ASKED:
                raise NoSuchPlace
            decision = await self.keeper.line(tx, place.line)
            line = await store.line_row(tx, place.line)
            assert line is not None, "a place is in a line"
            ahead = None
            if place.stage is Stage.WAITING and place.ordinal is not None:
                gone = await store.gone_between(tx, line, place.ordinal)
                ahead = max(place.ordinal - 1 - line.called_through - gone, 0)
            measured = await self.measured(tx, line)
        pace = None if line.paused else calls_per_minute(decision.policy)
        known: Estimate | None = None
        if ahead is not None and pace is not None:
            known = estimate(ahead, (pace, measured))
        turn = None
        if place.stage is Stage.CALLED and place.expires_at is not None:
            turn = Turn(self.turns.token_of(place), place.expires_at)
        return Standing(
            stage=place.stage if turn is None or turn.expires_at > now else Stage.LAPSED,
            region=place.region,
            account_class=place.account_class,
            door=place.door,
            joined_at=place.at,
            ahead=ahead,
            waiting=line.waiting,
            pace_per_minute=pace,
            estimate=known,
            paused=line.paused,
            state=State.OPEN if decision.policy is None else decision.policy.state,
            turn=turn if turn is not None and turn.expires_at > now else None,
            poll_after_seconds=poll_after(known),
        )

    async def measured(self, tx: Tx, line: LineRow) -> float | None:
        """Return how many were called a minute of late, ``None`` when nobody was."""
        now = self.clock.now()
        since = now - timedelta(minutes=MEASURED_MINUTES)
        count, first = await store.calls_since(tx, line.line, since)
        if not count or first is None:
            return None
        return count / max((now - first).total_seconds() / 60, 1.0)

    async def leave(self, ticket: str) -> None:
        """Give a place up; the contact is erased at once. Doing it twice is doing it once.

        Raises ``NoSuchPlace``.
        """
        now = self.clock.now()
        place = await self._own(ticket)
        if place.stage is Stage.CALLED and place.pass_digest is not None:
            async with self.db.transaction() as tx:
                await self.turns.take_back(tx, place.pass_digest)
                await store.end(tx, place.place_id, Stage.LEFT, now, Stage.CALLED)
            return
        async with self.db.transaction() as tx:
            if place.stage is Stage.ASKED:
                await store.delete(tx, place.place_id)
                return
            line = await store.hold_line(tx, place.line, now)
            if not await store.end(tx, place.place_id, Stage.LEFT, now, Stage.WAITING):
                return
            assert place.ordinal is not None, "who waits has a number"
            await store.add_gap(tx, place.line, place.ordinal)
            await self.turns.changed(tx, line, waiting=line.waiting - 1)

    async def turn_of(self, token: str) -> TurnOf:
        """Return for which registration a turn is. Raises ``NoSuchPlace``."""
        async with self.db.read() as tx:
            place = await store.by_pass(tx, token_digest(token))
        if place is None or place.stage is not Stage.CALLED:
            raise NoSuchPlace
        assert place.expires_at is not None, "a turn ends"
        assert place.contact_kind is not None, "and its owner was told"
        if place.expires_at <= self.clock.now():
            raise NoSuchPlace
        return TurnOf(*place.line, place.contact_kind, place.expires_at)

    async def used(self, tx: Tx, pass_digest: bytes) -> None:
        """Forget whose turn it was, in the transaction that makes the account."""
        await store.used(tx, pass_digest, self.clock.now())

    async def _check(self, joining: Joining, region: str) -> Line:
        official = (Door.OFFICIAL,) if joining.account_class == "official" else ()
        attempt = Attempt(
            doors=(*official, DOORS[joining.contact_kind]),
            account_class=joining.account_class,
            region=region,
        )
        async with self.db.read() as tx:
            line = await self.keeper.check_list(tx, attempt)
        if line is None:
            raise NoNeedToWait
        return line

    async def _own(self, ticket: str) -> Place:
        async with self.db.read() as tx:
            place = await store.find(tx, token_digest(ticket))
        if place is None:
            raise NoSuchPlace
        ends = place.expires_at
        if place.stage is Stage.ASKED and ends is not None and ends <= self.clock.now():
            raise NoSuchPlace
        return place

    async def _add(self, tx: Tx, place: Place, ticket: str, written: str) -> None:
        async def write() -> bool:
            assert place.contact_kind is not None, "whoever asks has a contact"
            index = self.vault.indexer.slots(CONTACT_OF[place.contact_kind], written)
            return await store.insert(tx, place, token_digest(ticket), index)

        await self.vault.ring.written(tx, write)

    async def _place(self, tx: Tx, place: Place, ticket_digest: bytes) -> None:
        now = self.clock.now()
        line = await store.hold_line(tx, place.line, now)
        had = await store.by_contact(tx, place.line, await self._wanted(tx, place))
        if had is not None:
            await store.delete(tx, place.place_id)
            await store.take_over(tx, had, ticket_digest)
            return
        ordinal = line.last_ordinal + 1
        if not await store.placed(tx, place.place_id, ordinal, now):
            raise NoSuchPlace
        longer = msgspec.structs.replace(line, last_ordinal=ordinal)
        await self.turns.changed(tx, longer, waiting=line.waiting + 1)

    async def _wanted(self, tx: Tx, place: Place) -> Sequence[BlindIndex]:
        assert place.contact is not None, "what is asked has a contact"
        assert place.contact_kind is not None, "of a kind"
        value = await self.vault.open_pending(tx, CONTACT, place.place_id, place.contact)
        return self.vault.indexer.candidates(CONTACT_OF[place.contact_kind], value)


def _ticket(ticket: str, started: StartedCode) -> Ticket:
    return Ticket(ticket, started.resend_after_seconds, started.expires_at)
