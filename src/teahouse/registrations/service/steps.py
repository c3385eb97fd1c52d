"""The steps: from the first knock to the account, in steps that each look again.

The account, its consent, its contact, its password and its first session are one transaction,
which also decides for the last time. Whatever goes wrong, there is a whole account or none.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import msgspec

from teahouse.accounts.model import Account, Admission, NameTaken, check_device, check_localpart
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.codes.model import CodeRequest, ContactKindOff, StartedCode, WrongCode
from teahouse.config import Config
from teahouse.consent.model import Answer, Basis
from teahouse.consent.service import Consent
from teahouse.errors import Invalid
from teahouse.gate.model.doors import Door
from teahouse.gate.model.invites import BadInvite
from teahouse.gate.model.notices import GateClosed, GatePaced
from teahouse.gate.model.policies import Attempt
from teahouse.gate.model.previews import InFlight
from teahouse.gate.service.keeper import Keeper
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.profiles.service import Profiles
from teahouse.recovery.service.recycling import Recycling
from teahouse.registrations import store
from teahouse.registrations.model import (
    DETAILS_BYTES_MAX,
    HELD_LIFE,
    REGISTRATION_LIFE,
    TRACES_LIFE,
    Created,
    HeldBack,
    NewAccount,
    NoSuchRegistration,
    NotRegistrable,
    Progress,
    Registered,
    Registration,
    Stage,
    Started,
    TurnedAway,
    WrongStep,
    check_start,
    check_step,
    steps,
)
from teahouse.registrations.service.attempts import attempt_of, begun_of, normal, placed_of
from teahouse.registrations.store import CONTACT, DETAILS
from teahouse.screening.model.signals import NOBODY, Knock
from teahouse.screening.service import Screening

Finisher = Callable[[Tx, Registered], Awaitable[None]]
# Tells why a registration has to wait, ``None`` when it has not; asked before the account is made.
Judge = Callable[[Tx, Registration, NewAccount], Awaitable[str | None]]
# Told, in the transaction that has it wait, that a registration waits, and what for.
Waiting = Callable[[Tx, Registration, tuple[str, ...]], Awaitable[None]]
Grounded = Callable[[Tx, Account], Awaitable[None]]
NameCheck = Callable[[str, str], None]  # refuses a name that is kept for another service


@dataclass(frozen=True, repr=False)
class Steps:
    """Takes people through the gate."""

    db: Database
    log: Log
    keeper: Keeper
    screening: Screening
    accounts: Accounts
    profiles: Profiles
    consent: Consent
    vault: Vault
    config: Config
    clock: Clock
    ids: Ids
    recycling: Recycling | None = None
    finishers: list[Finisher] = field(default_factory=list[Finisher], repr=False)
    judges: list[Judge] = field(default_factory=list[Judge], repr=False)
    waiting: list[Waiting] = field(default_factory=list[Waiting], repr=False)
    name_checks: list[NameCheck] = field(default_factory=list[NameCheck], repr=False)

    async def start(
        self,
        account_class: str,
        door: str,
        service_region: str,
        invite_token: str | None = None,
        knock: Knock = NOBODY,
    ) -> Started:
        """Begin: the gate is asked, then screening, and nothing is asked of the person.

        Raises ``GateClosed`` or ``GatePaced`` with the notice, ``BadInvite``, ``NotRegistrable``,
        ``ContactKindOff`` when this house cannot send codes that way.
        """
        doors = check_start(account_class, door, service_region)
        digest = None if invite_token is None else token_digest(invite_token)
        by_pass = () if digest is None else await self.keeper.pass_doors(digest)
        attempt = Attempt(
            doors=(*doors, *by_pass),
            account_class=account_class,
            region=service_region,
            invited=digest is not None,
        )
        await self.keeper.check(attempt)
        if not self.accounts.codes.offers("phone" if Door.PHONE in doors else "email"):
            raise ContactKindOff  # now, and not once they have typed their number
        await self.screening.knocks.check_start(knock, door)
        registration_id = self.ids.token("reg")
        registration = self._new(registration_id, attempt, digest)
        async with self.db.transaction() as tx:
            if digest is not None:
                await self.keeper.check_invite(tx, digest, attempt)
            await store.insert(tx, registration)
        return Started(registration_id, registration.expires_at, steps(account_class))

    async def consented(self, registration_id: str, answer: Answer, under_14: bool = False) -> None:
        """Take the answer to the policy; a child comes by a door of its own. Raises as ``start``."""
        await self.consent.effective_at()
        digest = token_digest(registration_id)
        registration = await self.peek(registration_id, "consent")
        if under_14 and registration.account_class != "personal":
            raise NotRegistrable
        doors = (Door.CHILD, *registration.doors) if under_14 else registration.doors
        placed = msgspec.structs.replace(registration, doors=doors)
        try:
            async with self.db.transaction() as tx:
                registration = await self._held(tx, digest, "consent")
                if under_14:  # it comes by another door now
                    await self.keeper.check_within(tx, attempt_of(placed))
                receipt = await self.consent.record_pending(
                    tx, registration.row_id, answer, registration.account_class
                )
                await store.consented(tx, digest, receipt.receipt_id, answer.lang, doors)
        except GateClosed as refusal:
            await self._refused(registration, attempt_of(placed), refusal)
            raise

    async def start_agreed(
        self, registration_id: str, answer: Answer, knock: Knock = NOBODY
    ) -> None:
        """Begin, under an id that was given out before, with the policy already answered.

        For Matrix, where nothing is written before the terms stage. Doing it twice is doing it
        once. Raises like :meth:`consented`.
        """
        await self.consent.effective_at()
        if await self.find(registration_id) is not None:
            return
        proved = await self.screening.knocks.is_proved(registration_id)
        await self.screening.knocks.check_start(knock, "phone", proved=proved)
        attempt = Attempt(doors=(), account_class="personal", region=self.config.profile)
        registration = self._new(registration_id, attempt, None)
        async with self.db.transaction() as tx:
            if not await store.insert_once(tx, registration):
                return
            receipt = await self.consent.record_pending(tx, registration.row_id, answer, "personal")
            await store.consented(
                tx, registration.digest, receipt.receipt_id, answer.lang, registration.doors
            )

    async def invited(self, registration_id: str, invite_token: str) -> None:
        """Bring an invitation to a registration that has begun. Raises ``BadInvite``."""
        digest, invite = token_digest(registration_id), token_digest(invite_token)
        by_pass = await self.keeper.pass_doors(invite)
        async with self.db.transaction() as tx:
            registration = await self._held(tx, digest, None)
            await self.keeper.check_invite(tx, invite, attempt_of(registration))
            doors = tuple(dict.fromkeys((*registration.doors, *by_pass)))
            await store.invited(tx, digest, invite, doors)

    async def contact(
        self,
        registration_id: str,
        kind: str,
        value: str,
        knock: Knock = NOBODY,
    ) -> StartedCode:
        """Send a code to a number or address; the same answer, whoever has it already.

        A +86 number moves the registration to the mainland, where the gate may be closed. Raises
        ``GateClosed``, ``WrongContact``, ``BadPhone``, ``BadEmail``, ``TooManyCodes``.
        """
        digest = token_digest(registration_id)
        async with self.db.transaction() as tx:
            registration = await self._held(tx, digest, "contact")
        written, country = normal(kind, value)
        placed = placed_of(registration, kind, country)
        seen = await self.screening.contact(knock, begun_of(placed), kind, written)
        try:
            async with self.db.transaction() as tx:
                registration = await self._held(tx, digest, "contact")
                await self.keeper.check_within(tx, attempt_of(placed))
                await self.screening.weighing.see(tx, seen)
                return await self._send(tx, registration, placed, (kind, written))
        except GateClosed as refusal:
            await self._refused(registration, attempt_of(placed), refusal)
            raise

    async def code(self, registration_id: str, code: str) -> bool:
        """Prove the contact; tell whether an account has it. Raises ``WrongCode``.

        Also when the contact was changed meanwhile.
        """
        digest = token_digest(registration_id)
        registration = await self.peek(registration_id, "code")
        assert registration.code_id is not None, "the code's id is kept when it is sent"
        await self.accounts.codes.check(registration.code_id, code)
        async with self.db.transaction() as tx:
            held = await self._held(tx, digest, "code")
            if held.code_id != registration.code_id:
                raise WrongCode  # it proved a contact that is not this registration's any more
            await store.verified(tx, held.digest)
            contact = await self.opened_contact(tx, held)
            return self.recycling is not None and await self.recycling.taken(tx, *contact)

    async def detail(self, registration_id: str, details: str) -> None:
        """Keep, sealed, what a finisher will want to know; for classes that need more."""
        if len(details.encode()) > DETAILS_BYTES_MAX:
            raise Invalid("That is more than this step takes.")
        digest = token_digest(registration_id)
        async with self.db.transaction() as tx:
            registration = await self._held(tx, digest, "official")
            assert registration.receipt_id is not None, "consent comes before"
            ground = await self.consent.ground(tx, registration.receipt_id)
            sealed = await self.vault.seal_pending(
                tx, DETAILS, registration.row_id, details, ground
            )
            await store.detailed(tx, registration.digest, sealed)

    async def find(self, registration_id: str) -> Registration | None:
        """Return a registration that is under way."""
        async with self.db.transaction() as tx:
            found = await store.hold(tx, token_digest(registration_id))
        if found is None or found.expires_at <= self.clock.now():
            return None
        return found

    async def finish(self, registration_id: str, new: NewAccount) -> Created:
        """Make the account. The gate decides again, in the same transaction.

        Raises ``GateClosed`` (the registration is over, and emptied), ``GatePaced`` (try again),
        ``NameTaken``, ``ContactInUse``, ``WeakPassword``, ``BadLocalpart``; ``HeldBack`` when it
        waits for a decision, ``TurnedAway`` when that went against it.
        """
        registration = await self.peek(registration_id, "finish")
        self.check_new(new)
        phc = await self._hashed(new)
        attempt = attempt_of(registration)
        await self.screening.weighing.weigh(registration.digest, new.username, phc is None)
        try:
            async with self.db.transaction() as tx:
                registration = await self._held(tx, registration.digest, "finish")
                waits = registration.held_for or await self._judged(tx, registration, new)
                if not waits:
                    return await self._finish(tx, registration, new, phc)
        except (GateClosed, BadInvite) as refusal:
            await self._refused(registration, attempt, refusal)
            raise
        except GatePaced as refusal:
            await self.keeper.refuse(attempt, refusal)
            raise
        raise HeldBack(held_for=list(waits))

    async def progress(self, registration_id: str) -> Progress:
        """Tell its owner how far a registration has come. Raises ``NoSuchRegistration``."""
        async with self.db.read() as tx:
            found = await store.find(tx, token_digest(registration_id))
        if found is None or (found.expires_at <= self.clock.now() and not found.turned_away):
            raise NoSuchRegistration
        return Progress(found.stage.value, found.held_for, found.turned_away, found.expires_at)

    async def release(self, tx: Tx, digest: bytes, what: str) -> bool:
        """Let a registration that waits for ``what`` go on; false when it does not wait for it."""
        return await store.release(tx, digest, what)

    async def opened_contact(self, tx: Tx, registration: Registration) -> tuple[str, str]:
        """Return the contact (kind, value) of a registration. Raises ``WrongStep``: it has none."""
        kind, sealed = registration.contact_kind, registration.contact
        if kind is None or sealed is None:
            raise WrongStep(stage=registration.stage.value)
        return kind, await self.vault.open_pending(tx, CONTACT, registration.row_id, sealed)

    async def opened_details(self, tx: Tx, registration: Registration) -> str | None:
        """Return what :meth:`detail` was given."""
        if registration.details is None:
            return None
        return await self.vault.open_pending(tx, DETAILS, registration.row_id, registration.details)

    async def turn_away(self, tx: Tx, digest: bytes, reason: str) -> None:
        """Refuse a registration that waits, in words for its owner, and empty it."""
        now = self.clock.now()
        await store.end(tx, digest, Stage.REFUSED, now)
        await store.turn_away(tx, digest, reason, now + HELD_LIFE)

    async def at_once(
        self,
        attempt: Attempt,
        new: NewAccount,
        basis: Basis | None,
        also: Grounded | None = None,
        invite_token: str | None = None,
        details: str | None = None,
        lang: str = "en",
    ) -> Created:
        """Make an account in one step, where there is nothing to ask step by step.

        The gate is asked all the same, and an invitation is spent as by anybody. ``also`` writes
        what else belongs to the account, in the transaction that makes it; ``details`` are what
        finishers will want to know. Without a ``basis`` nobody agreed to anything, and nothing
        personal is kept. Raises like :meth:`finish`.
        """
        self.check_new(new)
        await self.consent.effective_at()
        phc = await self._hashed(new)
        invite = None if invite_token is None else token_digest(invite_token)
        version, door, scope = self.consent.policy_version, attempt.doors[0], attempt.account_class

        async def ground(tx: Tx, account: Account) -> None:
            if basis is not None:
                answer = Answer(version, (), lang, door.value, basis)
                await self.consent.record(tx, account.account_id, None, answer, scope)
            if also is not None:
                await also(tx, account)
            await self._completed(tx, Registered(account, details, None, invite))

        try:
            async with self.db.transaction() as tx:
                return await self._make(tx, (attempt, invite), (new, phc), ground)
        except (GateClosed, GatePaced) as refusal:
            await self.keeper.refuse(attempt, refusal)
            raise

    def check_new(self, new: NewAccount) -> None:
        """Refuse a name, password or device that could not be: before any work is done."""
        if new.username is not None:
            localpart = check_localpart(new.username, self.config.server_name)
            for check in self.name_checks:
                check(localpart, new.service_id)
        if new.password is not None:
            self.accounts.check_new_password(new.password)
        check_device(new.device_id, new.device_name)

    async def check_name(self, username: str) -> None:
        """Refuse a name that cannot be had: ``BadLocalpart``, ``NameTaken``."""
        localpart = self.accounts.check_localpart(username)
        for check in self.name_checks:
            check(localpart, "")
        async with self.db.read() as tx:
            if not await self.accounts.name_free(tx, localpart):
                raise NameTaken

    async def purge(self, tx: Tx) -> None:
        """Empty what nobody finished in time, and delete the traces of what ended a day ago."""
        now = self.clock.now()
        await store.expire(tx, now)
        await store.purge(tx, now - TRACES_LIFE)

    async def in_flight(self, tx: Tx, now: datetime) -> InFlight:
        """Return how many registrations are under way, by doors, class and region."""
        return await store.in_flight(tx, now)

    # -- inside a transaction ------------------------------------------------------------------

    async def _finish(
        self, tx: Tx, registration: Registration, new: NewAccount, phc: str | None
    ) -> Created:
        receipt_id = registration.receipt_id
        assert receipt_id is not None, "no stage after consent is without a receipt"
        kind, value = await self.opened_contact(tx, registration)
        details = await self.opened_details(tx, registration)
        asked = (attempt_of(registration), registration.invite_digest)

        async def ground(tx: Tx, account: Account) -> None:
            await self.consent.adopt(tx, receipt_id, account.account_id, registration.account_class)
            if self.recycling is not None and Door.RECYCLED_NUMBER in registration.doors:
                await self.recycling.release(tx, kind, value)
            await self.accounts.add_identifier(tx, account.account_id, kind, value)
            await self._completed(tx, Registered(account, details, registration, asked[1]))
            await store.end(tx, registration.digest, Stage.CREATED, self.clock.now())

        return await self._make(tx, asked, (new, phc), ground)

    async def _judged(self, tx: Tx, registration: Registration, new: NewAccount) -> tuple[str, ...]:
        """Return what a registration has to wait for, and have it wait."""
        said = [await judge(tx, registration, new) for judge in self.judges]
        reasons = dict.fromkeys(why for why in said if why is not None)
        waits = tuple(why for why in reasons if why not in registration.released)
        if waits:
            until = self.clock.now() + HELD_LIFE
            await store.hold_back(tx, registration.digest, waits, until)
            for told in self.waiting:
                await told(tx, registration, waits)
        return waits

    async def _completed(self, tx: Tx, registered: Registered) -> None:
        for finisher in self.finishers:
            await finisher(tx, registered)

    async def _make(
        self,
        tx: Tx,
        asked: tuple[Attempt, bytes | None],
        wanted: tuple[NewAccount, str | None],
        ground: Grounded,
    ) -> Created:
        admission = await self.keeper.admit(tx, *asked)
        new, phc = wanted
        account, told = await self._account(tx, admission, new)
        await ground(tx, account)
        if phc is not None:
            await self.accounts.set_password(tx, account.account_id, phc)
        if new.display_name:
            shown = await self.profiles.set_field(
                tx, account.account_id, account.user_id, "displayname", new.display_name
            )
            told.append(shown)
        session = None
        if new.sign_in:
            session = await self.accounts.open_session(
                tx, account, new.device_id, new.device_name, new.refresh
            )
        if told:
            await self.log.put(tx, *told)
        await self.accounts.announce_created(tx, account, session)
        return Created(account, session)

    async def _account(
        self, tx: Tx, admission: Admission, new: NewAccount
    ) -> tuple[Account, list[Any]]:
        """Return a new account, or the one that a guest has; and what is to be announced of it."""
        localpart = new.username or self.ids.readable(12)
        if new.guest is not None:
            return await self.accounts.upgrading.upgrade(tx, admission, new.guest, localpart)
        return await self.accounts.create(tx, admission, localpart, new.administrator), []

    async def _send(
        self, tx: Tx, registration: Registration, placed: Registration, contact: tuple[str, str]
    ) -> StartedCode:
        assert registration.receipt_id is not None, "consent comes before"
        ground = await self.consent.ground(tx, registration.receipt_id)
        kind, value = contact
        sealed = await self.vault.seal_pending(tx, CONTACT, registration.row_id, value, ground)
        request = CodeRequest(kind, value, "register", registration.lang)
        started = await self.accounts.codes.start(tx, request, ground)
        sent = msgspec.structs.replace(
            placed, contact_kind=kind, contact=sealed, code_id=started.code_id
        )
        await store.contact_sent(tx, sent)
        return started

    async def _held(self, tx: Tx, digest: bytes, step: str | None) -> Registration:
        registration = await store.hold(tx, digest)
        if registration is None:
            raise NoSuchRegistration
        if registration.turned_away:
            raise TurnedAway(registration.turned_away)
        check_step(registration, step, self.clock.now())
        return registration

    # -- around them ---------------------------------------------------------------------------

    async def peek(self, registration_id: str, step: str) -> Registration:
        """Return a registration that is at a step. Raises ``NoSuchRegistration``, ``WrongStep``."""
        async with self.db.transaction() as tx:
            return await self._held(tx, token_digest(registration_id), step)

    async def _refused(
        self, registration: Registration, attempt: Attempt, refusal: GateClosed | BadInvite
    ) -> None:
        """Empty a refused registration at once, then note the attempt and raise."""
        async with self.db.transaction() as tx:
            await store.end(tx, registration.digest, Stage.REFUSED, self.clock.now())
        await self.keeper.refuse(attempt, refusal)

    async def _hashed(self, new: NewAccount) -> str | None:
        return None if new.password is None else await self.accounts.hash_password(new.password)

    def _new(self, registration_id: str, attempt: Attempt, invite: bytes | None) -> Registration:
        now = self.clock.now()
        return Registration(
            digest=token_digest(registration_id),
            doors=attempt.doors,
            account_class=attempt.account_class,
            service_region=attempt.region,
            region=attempt.region,
            stage=Stage.STARTED,
            invite_digest=invite,
            created_at=now,
            expires_at=now + REGISTRATION_LIFE,
        )
