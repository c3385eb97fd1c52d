"""Asking back what a minor spent, checking, deciding, and an appeal that somebody else decides."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

import msgspec
from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.calendars.model import Calendar
from teahouse.clock import Clock
from teahouse.desk.service import Desk
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.vault import Vault
from teahouse.minors.model.spending import Booked
from teahouse.minors.service import Minors
from teahouse.refunds import store
from teahouse.refunds.model import (
    CLAIMS_OPEN_MAX,
    KEPT,
    LATE_AT_ONCE_MAX,
    PAGE_MAX,
    PENDING,
    REFERENCE_LETTERS_MAX,
    Act,
    AskedAlready,
    Claim,
    NoSuchRefund,
    NoSuchSpending,
    State,
    TooManyClaims,
    Words,
    check_appeal,
    check_decider,
    check_words,
    next_state,
)
from teahouse.refunds.store import APPEAL_REASON, APPEAL_WORDS, CLAIM, REASON, WORDS, ClaimRow

SYSTEM = "system"

# Pays a claim back in the transaction that upholds it; tells by what reference, or ``None``: not mine.
Paying = Callable[[Tx, Claim], Awaitable[str | None]]


class Whole(msgspec.Struct, frozen=True):
    """A claim with its words, whose spending it was, and whether its answer is late."""

    claim: Claim
    words: Words
    child: str
    guardian: str
    late: bool


class Listed(msgspec.Struct, frozen=True):
    """A claim without its words, whose spending it was, and whether its answer is late."""

    claim: Claim
    child: str
    guardian: str
    late: bool


@dataclass(frozen=True, repr=False)
class Refunds:
    """What guardians ask back. ``listen`` once. ``actor``: as in ``audit``."""

    db: Database
    vault: Vault
    audit: Audit
    clock: Clock
    ids: Ids
    accounts: Accounts
    desk: Desk
    minors: Minors
    calendar: Callable[[], Calendar]
    paying: list[Paying] = field(default_factory=list[Paying])

    def listen(self) -> None:
        """Forget accounts that end."""
        self.accounts.endings.append(store.forget)

    # -- guardians -----------------------------------------------------------------------------

    async def spending(self, caller: Caller, user_id: str) -> list[Booked]:
        """Return what a ward spent, as long as it is kept. Raises ``NoSuchWard``."""
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            return await self.minors.spending.booked(tx, link.child_id)

    async def ask(self, caller: Caller, user_id: str, reservation_id: str, words: str) -> Whole:
        """Ask a ward's spending back; it is answered within fifteen working days.

        The caller has proved that it is they. Raises ``NoSuchWard``, ``NoSuchSpending``,
        ``AskedAlready``, ``TooManyClaims``, ``BadRefundWords``.
        """
        text, now, guardian_id = check_words(words), self.clock.now(), caller.account_id
        async with self.db.transaction() as tx:
            link = await self.minors.families.held(tx, caller, user_id)
            await store.lock(tx, guardian_id)
            if await store.count_pending(tx, guardian_id) >= CLAIMS_OPEN_MAX:
                raise TooManyClaims
            booked = await self.minors.spending.booking(tx, reservation_id)
            if booked is None or booked.reservation.account_id != link.child_id:
                raise NoSuchSpending
            claim = self._new(guardian_id, booked, now)
            await self.vault.grant(tx, guardian_id, [CLAIM])
            sealed = await self.vault.seal(tx, WORDS, guardian_id, claim.refund_id, text)
            row = ClaimRow(claim, sealed)
            if not await store.insert(tx, row):
                raise AskedAlready
            return await self._whole(tx, row)

    async def mine(self, caller: Caller) -> list[Whole]:
        """Return a guardian's claims, the newest first."""
        return await self.of(caller.account_id)

    async def of(self, guardian_id: str) -> list[Whole]:
        """Return the claims of a guardian by their account."""
        async with self.db.read() as tx:
            rows = await store.of_guardian(tx, guardian_id, PAGE_MAX)
            return [await self._whole(tx, row) for row in rows]

    async def answer(self, caller: Caller, refund_id: str, act: Act, words: str) -> Whole:
        """Appeal a refusal, with words, or withdraw what was asked.

        Raises ``NoSuchRefund``, ``BadRefundStep``, ``AppealTooLate``, ``BadRefundWords``.
        """
        async with self.db.transaction() as tx:
            row = await self._held(tx, refund_id)
            if row.claim.guardian_id != caller.account_id:
                raise NoSuchRefund
            check_appeal(row.claim, self.clock.now())
            return await self._whole(tx, await self._moved(tx, row, act, "", words))

    # -- operators -----------------------------------------------------------------------------

    async def page(self, which: str) -> list[Listed]:
        """Return claims that are ``open`` or ``over``, by when they are due; no words are opened."""
        async with self.db.read() as tx:
            rows = await store.page(tx, which, PAGE_MAX)
            return [await self._listed(tx, row.claim) for row in rows]

    async def look(self, actor: str, refund_id: str) -> Whole:
        """Return a claim with its words. Raises ``NoSuchRefund``.

        Audited are that they were read, and that the child's account was looked at.
        """
        async with self.db.transaction() as tx:
            row = await store.one(tx, refund_id)
            if row is None:
                raise NoSuchRefund
            whole = await self._whole(tx, row)
            await self.audit.append(tx, actor, "refunds.look", refund_id)
        await self.desk.look(actor, row.claim.child_id)
        return whole

    async def act(self, actor: str, refund_id: str, act: Act, words: str) -> Whole:
        """Check, uphold, refuse or note a payment. Audited.

        ``words`` are the reasons; of a payment, its reference. What is upheld no longer counts
        against the month's cap. Raises ``NoSuchRefund``, ``BadRefundStep``, ``SameRefundDecider``,
        ``BadRefundWords``.
        """
        async with self.db.transaction() as tx:
            row = await self._held(tx, refund_id)
            check_decider(row.claim, act, actor)
            after = await self._moved(tx, row, act, actor, words)
            detail: dict[str, object] = {"state": after.claim.state.value}
            await self.audit.append(tx, actor, f"refunds.{act.value}", refund_id, detail)
            if act is Act.UPHOLD:
                await self.minors.spending.release(tx, row.claim.reservation_id)
                after = await self._paid(tx, after)
            return await self._whole(tx, after)

    # -- by the clock --------------------------------------------------------------------------

    async def lapse(self, tx: Tx) -> None:
        """Note in the audit log, once each, which claims were not answered in time."""
        for refund_id in await store.late(tx, self.clock.now(), LATE_AT_ONCE_MAX):
            await self.audit.append(tx, SYSTEM, "refunds.late", refund_id)

    async def purge(self, tx: Tx) -> None:
        """Forget claims that have been over for a year."""
        await store.purge(tx, self.clock.now() - KEPT)

    # -- inside --------------------------------------------------------------------------------

    def _new(self, guardian_id: str, booked: Booked, now: datetime) -> Claim:
        spent = booked.reservation
        return Claim(
            refund_id=self.ids.ulid(),
            guardian_id=guardian_id,
            child_id=spent.account_id,
            reservation_id=spent.reservation_id,
            amount_minor=spent.amount_minor,
            currency=spent.currency,
            spent_at=booked.made_at,
            state=State.ASKED,
            decided_by="",
            reference="",
            asked_at=now,
            due_at=self.calendar().due(now),
            moved_at=now,
        )

    async def _held(self, tx: Tx, refund_id: str) -> ClaimRow:
        row = await store.hold(tx, refund_id)
        if row is None:
            raise NoSuchRefund
        return row

    async def _moved(self, tx: Tx, row: ClaimRow, act: Act, actor: str, words: str) -> ClaimRow:
        """Take a step, with what is said of it; keep and return what became of the claim."""
        before, now = row.claim, self.clock.now()
        after = structs.replace(before, state=next_state(before.state, act), moved_at=now)
        if act in (Act.UPHOLD, Act.REFUSE):
            after = structs.replace(after, decided_by=actor)
            if before.state is State.APPEALED:
                row = row._replace(appeal_reason=await self._seal(tx, APPEAL_REASON, row, words))
            else:
                row = row._replace(reason=await self._seal(tx, REASON, row, words))
        elif act is Act.APPEAL:
            after = structs.replace(after, due_at=self.calendar().due(now))
            row = row._replace(appeal_words=await self._seal(tx, APPEAL_WORDS, row, words))
        elif act is Act.PAY:
            after = structs.replace(after, reference=check_words(words, REFERENCE_LETTERS_MAX))
        row = row._replace(claim=after)
        await store.move(tx, row)
        return row

    async def _paid(self, tx: Tx, row: ClaimRow) -> ClaimRow:
        """Have what was upheld paid back by whoever moves such money, if anybody does."""
        for pay in self.paying:
            reference = await pay(tx, row.claim)
            if reference is not None:
                return await self._moved(tx, row, Act.PAY, "", reference)
        return row

    async def _seal(self, tx: Tx, what: PersonalField, row: ClaimRow, words: str) -> bytes:
        claim, text = row.claim, check_words(words)
        return await self.vault.seal(tx, what, claim.guardian_id, claim.refund_id, text)

    async def _whole(self, tx: Tx, row: ClaimRow) -> Whole:
        claim = row.claim

        async def opened(what: PersonalField, sealed: bytes | None) -> str | None:
            if sealed is None:
                return None
            return await self.vault.open(tx, what, claim.guardian_id, claim.refund_id, sealed)

        words = Words(
            await opened(WORDS, row.words) or "",
            await opened(REASON, row.reason),
            await opened(APPEAL_WORDS, row.appeal_words),
            await opened(APPEAL_REASON, row.appeal_reason),
        )
        told = await self._listed(tx, claim)
        return Whole(claim, words, told.child, told.guardian, told.late)

    async def _listed(self, tx: Tx, claim: Claim) -> Listed:
        child = (await self.accounts.by_id(tx, claim.child_id)).user_id
        guardian = (await self.accounts.by_id(tx, claim.guardian_id)).user_id
        late = claim.state in PENDING and claim.due_at < self.clock.now()
        return Listed(claim, child, guardian, late)
