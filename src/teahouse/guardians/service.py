"""Guardians' verbs: a child asks; a guardian looks, agrees or declines, and may withdraw.

A child's code is made from the registration, the moment it was asked for and the house's key. It is
kept nowhere, and every look at the page shows the same one.
"""

import hashlib
import hmac
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime

from teahouse.accounts.model import BadTransition
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.consent.model import check_lang
from teahouse.consent.service import Consent
from teahouse.desk.service import Desk
from teahouse.errors import Invalid
from teahouse.gate.model.doors import Door
from teahouse.guardians import store
from teahouse.guardians.model import (
    ASK_LIFE,
    CHILDREN_MAX,
    CODE_LETTERS,
    GUARDIAN,
    WITHDRAWAL_GRACE,
    Asked,
    Child,
    NoSuchAsk,
    NoSuchChild,
    NotAGuardian,
    TooManyChildren,
    check_month,
    of_age_on,
)
from teahouse.guardians.store import ASKED_MONTH, MONTH, PURPOSE, Agreed, Ask, Link
from teahouse.ids import spelled, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Ground, Vault
from teahouse.proofs.service import Proofs
from teahouse.registrations.model import (
    NewAccount,
    Registered,
    Registration,
    TurnedAway,
    WrongStep,
    check_step,
)
from teahouse.registrations.service import Registrations

PAGE = 200

# Told of a child's new account, in the transaction that makes it: who the child is, who the
# guardian, and the month of birth.
Linked = Callable[[Tx, str, str, str], Awaitable[bool]]
REASON_LETTERS_MAX = 500
WITHDRAWN = "The guardian has withdrawn consent / 监护人已撤回同意"


@dataclass(frozen=True, slots=True, repr=False)
class Guardians:
    """Children's accounts and those who answer for them. ``listen`` once, before anybody registers."""

    db: Database
    vault: Vault
    clock: Clock
    accounts: Accounts
    desk: Desk
    consent: Consent
    confirming: Proofs
    registrations: Registrations
    linked: list[Linked] = field(default_factory=list[Linked])

    def listen(self) -> None:
        """Have children's registrations wait, and every account that is made or ends looked at."""
        self.registrations.steps.judges.append(self.judge)
        self.registrations.finishers.append(self.complete)
        self.accounts.endings.append(store.forget)

    async def judge(self, _tx: Tx, registration: Registration, _new: NewAccount) -> str | None:
        """Have a child's registration wait for a guardian."""
        return GUARDIAN if Door.CHILD in registration.doors else None

    async def ask(self, registration_id: str, anew: bool = False) -> Asked:
        """Return the code for the guardian: the one in force, or with ``anew`` another instead of it.

        Raises ``NoSuchRegistration``, ``TurnedAway``, ``WrongStep`` unless the registration waits
        for a guardian.
        """
        now = self.clock.now()
        async with self.db.transaction() as tx:
            registration = await self._waiting(tx, registration_id, now)
            digest = registration.digest
            asked = None if anew else await store.asked(tx, digest, now)
            code = None if asked is None else self._code_of(digest, asked)
            if asked is not None and code is not None:
                return Asked(code, asked.expires_at)
            code = _code(self.vault.ring.house_keys()[0], digest, now)
            expires_at = min(now + ASK_LIFE, registration.expires_at)
            if not await store.ask_anew(tx, _digest(code), Ask(digest, expires_at), now):
                raise WrongStep(stage=registration.stage.value)
        return Asked(code, expires_at)

    async def look(self, caller: Caller, code: str) -> Asked:
        """Tell a guardian that a code is one that a child shows. Raises ``NoSuchAsk``, ``NotAGuardian``."""
        async with self.db.read() as tx:
            await self.check_guardian(tx, caller)
            found = await store.ask(tx, _digest(code), self.clock.now())
        if found is None:
            raise NoSuchAsk
        return Asked(code, found.expires_at)

    async def agree(self, caller: Caller, code: str, birth_month: str, lang: str) -> None:
        """Agree; the child's registration can go on. The caller has proved that it is they.

        Raises ``BadMonth``, ``NotAChild``, ``NoSuchAsk``, ``NotAGuardian``, ``TooManyChildren``.
        """
        now = self.clock.now()
        check_month(birth_month, now.date())
        async with self.db.transaction() as tx:
            asked = await self._answering(tx, caller, code)
            if await store.count_children(tx, caller.account_id) >= CHILDREN_MAX:
                raise TooManyChildren
            row = asked.registration_digest.hex()
            ground = Ground(row, frozenset({PURPOSE}))  # the guardian's own word, kept in the row
            sealed = await self.vault.seal_pending(tx, ASKED_MONTH, row, birth_month, ground)
            agreed = Agreed(
                caller.account_id, sealed, self.consent.policy_version, check_lang(lang)
            )
            await store.agree(tx, _digest(code), agreed, now)
            await self.registrations.steps.release(tx, asked.registration_digest, GUARDIAN)

    async def decline(self, caller: Caller, code: str, reason: str) -> None:
        """Decline, in words for the child; its registration ends. Raises like :meth:`look`."""
        words = reason.strip()
        if not 0 < len(words) <= REASON_LETTERS_MAX:
            raise Invalid(f"A reason has from 1 to {REASON_LETTERS_MAX} letters.")
        async with self.db.transaction() as tx:
            asked = await self._answering(tx, caller, code)
            await self.registrations.steps.turn_away(tx, asked.registration_digest, words)
            await store.delete_ask(tx, _digest(code))

    async def complete(self, tx: Tx, registered: Registered) -> None:
        """Link a child's new account with its guardian, in the transaction that makes it."""
        registration, account = registered.registration, registered.account
        if registration is None or Door.CHILD not in registration.doors:
            return
        agreed = await store.take_agreed(tx, registration.digest)
        assert agreed is not None, "a guardian agreed, or the registration waits"
        month = await self.vault.open_pending(
            tx, ASKED_MONTH, registration.digest.hex(), agreed.birth_month
        )
        child = account.account_id
        await self.vault.grant(tx, child, [PURPOSE])
        sealed = await self.vault.seal(tx, MONTH, child, child, month)
        link = Link(child, account.user_id, sealed, self.clock.now(), None)
        await store.insert_link(tx, link, agreed)
        for linked in self.linked:
            await linked(tx, child, agreed.guardian_id, month)

    async def children(self, caller: Caller) -> list[Child]:
        """Return the accounts that the caller is the guardian of."""
        async with self.db.read() as tx:
            links = await store.children(tx, caller.account_id, CHILDREN_MAX)
            return [await self._child(tx, link) for link in links]

    async def month_of(self, child_id: str) -> tuple[str, datetime] | None:
        """Return a child's month of birth and since when it is kept, for the child's own copy.

        ``None`` for who is nobody's child here. Whoever asks for a copy has shown who they are.
        """
        async with self.db.read() as tx:
            link = await store.link_of(tx, child_id)
            if link is None:
                return None
            word = self.vault.own_word(child_id, "own copy")
            month = await self.vault.open(tx, MONTH, child_id, child_id, link.birth_month, word)
            return month, link.since

    async def page(self, tx: Tx, after: str, limit: int) -> list[tuple[str, str, str]]:
        """Return (child, guardian, month of birth) after a child, for the house's own reckoning."""
        found: list[tuple[str, str, str]] = []
        for child_id, guardian_id, sealed in await store.guarded_after(tx, after, limit):
            word = self.vault.own_word(child_id, "age")
            month = await self.vault.open(tx, MONTH, child_id, child_id, sealed, word)
            found.append((child_id, guardian_id, month))
        return found

    async def answers_for(self, tx: Tx, guardian_id: str, child_id: str) -> bool:
        """Tell whether a child's account is there by somebody's consent."""
        return await store.guardian_of(tx, child_id) == guardian_id

    async def withdraw(self, caller: Caller, user_id: str) -> None:
        """Withdraw consent: the account stops at once and is erased in fifteen days.

        The caller has proved that it is they. Raises ``NoSuchChild``. Twice is once.
        """
        async with self.db.read() as tx:
            child_id, _ = await self._held(tx, caller, user_id)
        with suppress(BadTransition):  # it is shut already, by an operator or the time before
            await self.desk.lock(_actor(caller), child_id, WITHDRAWN, "guardian")
        async with self.db.transaction() as tx:
            _, withdrawn_at = await self._held(tx, caller, user_id)
            if withdrawn_at is None:
                await store.set_withdrawn(tx, child_id, self.clock.now())

    async def restore(self, caller: Caller, user_id: str) -> None:
        """Take a withdrawal back, before the account is erased. Raises ``NoSuchChild``."""
        async with self.db.transaction() as tx:
            child_id, withdrawn_at = await self._held(tx, caller, user_id)
            if withdrawn_at is not None:
                await store.set_withdrawn(tx, child_id, None)
        account = await self.accounts.account(user_id)
        if withdrawn_at is not None and account.state_reason == WITHDRAWN:
            await self.desk.unlock(_actor(caller), child_id, "The guardian agrees again")

    async def erase_withdrawn(self) -> int:
        """Erase the accounts whose guardians withdrew fifteen days ago; return how many."""
        before = self.clock.now() - WITHDRAWAL_GRACE
        async with self.db.read() as tx:
            due = await store.withdrawn_before(tx, before, PAGE)
        for child_id in due:
            await self.accounts.deactivate(child_id, erase=True)
        return len(due)

    async def come_of_age(self) -> int:
        """Forget the month of birth of those who are fourteen now; return how many."""
        today, after, count = self.clock.now().date(), "", 0
        while True:
            async with self.db.transaction() as tx:
                page = await store.links_after(tx, after, PAGE)
                for child_id, sealed in page:
                    word = self.vault.own_word(child_id, "coming of age")
                    month = await self.vault.open(tx, MONTH, child_id, child_id, sealed, word)
                    if of_age_on(month) <= today:
                        await store.delete_link(tx, child_id)
                        await self.vault.revoke(tx, child_id, [PURPOSE])
                        count += 1
            if len(page) < PAGE:
                return count
            after = page[-1][0]

    async def purge(self, tx: Tx) -> None:
        """Delete what was asked and not answered in time."""
        await store.purge_asks(tx, self.clock.now())

    async def _child(self, tx: Tx, link: Link) -> Child:
        child = link.child_id
        word = self.vault.own_word(
            child, "coming of age"
        )  # the guardian sees the day, not the month
        month = await self.vault.open(tx, MONTH, child, child, link.birth_month, word)
        gone = link.withdrawn_at
        erased_on = None if gone is None else (gone + WITHDRAWAL_GRACE).date()
        return Child(link.child_user, link.since, of_age_on(month), erased_on)

    async def _waiting(self, tx: Tx, registration_id: str, now: datetime) -> Registration:
        """Return a registration that waits for a guardian, held, by whichever name its owner has."""
        found = await self.registrations.held.named(tx, registration_id)
        if found.turned_away:
            raise TurnedAway(found.turned_away)
        check_step(found, None, now)
        if GUARDIAN not in found.held_for:
            raise WrongStep(stage=found.stage.value)
        return found

    def _code_of(self, digest: bytes, asked: store.Asking) -> str | None:
        """Return the code in force, under whichever key of the house; ``None`` when that is gone."""
        codes = (_code(key, digest, asked.asked_at) for key in self.vault.ring.house_keys())
        return next((code for code in codes if _digest(code) == asked.digest), None)

    async def _answering(self, tx: Tx, caller: Caller, code: str) -> Ask:
        await self.check_guardian(tx, caller)
        found = await store.hold_ask(tx, _digest(code), self.clock.now())
        if found is None:
            raise NoSuchAsk
        return found

    async def check_guardian(self, tx: Tx, caller: Caller) -> None:
        """Refuse who cannot answer for a child: ``NotAGuardian``."""
        if caller.account_class != "personal" or caller.suspended:
            raise NotAGuardian
        if await store.is_child(tx, caller.account_id):
            raise NotAGuardian
        found = await self.accounts.finder.contacts_within(tx, caller.account_id)
        if not any(contact.rank > 0 for contact in found):
            raise NotAGuardian

    async def _held(self, tx: Tx, caller: Caller, user_id: str) -> tuple[str, datetime | None]:
        found = await store.hold_child(tx, caller.account_id, user_id)
        if found is None:
            raise NoSuchChild
        return found


def _code(key: bytes, digest: bytes, asked_at: datetime) -> str:
    message = b"teahouse guardian code 1\0" + digest + asked_at.isoformat().encode()
    return spelled(hmac.digest(key, message, hashlib.sha256), CODE_LETTERS)


def _digest(code: str) -> bytes:
    return token_digest(code.strip().lower())


def _actor(caller: Caller) -> str:
    return f"account:{caller.account_id}"
