"""Phone holders' verbs: have one's age told by who knows the holder of one's number."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.consent.service import Consent
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.minors.model.ages import BadAge, Source, Token, token_told
from teahouse.minors.service.knowing import Knowing
from teahouse.phoneholders import store
from teahouse.phoneholders.model import (
    TRIES_A_DAY_MAX,
    TRIES_KEPT_DAYS,
    HolderConsentNeeded,
    HolderShown,
    HolderVerifier,
    HolderWord,
    NoAgeTold,
    NoPhone,
    NotHolder,
    NoVerifier,
    Question,
    TooManyChecks,
    VerifierAway,
    question_of,
)
from teahouse.phoneholders.store import PURPOSE, REFERENCE, Check
from teahouse.realnames.model import Identity

SCREEN = "settings.age"
SYSTEM = "system"


@dataclass(frozen=True, repr=False)
class PhoneHolders:
    """How old the holders of numbers are. ``listen`` once, before anybody's account ends."""

    db: Database
    log: Log
    vault: Vault
    audit: Audit
    clock: Clock
    ids: Ids
    accounts: Accounts
    consent: Consent
    knowing: Knowing
    verifier: HolderVerifier | None
    asks_number: bool

    def listen(self) -> None:
        """Let what is kept here go with its account."""
        self.accounts.endings.append(store.forget)

    async def own(self, caller: Caller) -> HolderShown:
        """Return what somebody sees of the check of their own number."""
        has_phone = await self._phone(caller.account_id) is not None
        async with self.db.read() as tx:
            found = await store.check(tx, caller.account_id)
        checked_at = None if found is None else found.checked_at
        return HolderShown(self.verifier is not None, self.asks_number, has_phone, checked_at)

    async def reference_of(self, account_id: str) -> tuple[str, str, datetime] | None:
        """Return (verifier, its reference, when) to whose it is."""
        async with self.db.read() as tx:
            found = await store.check(tx, account_id)
            if found is None:
                return None
            word = self.vault.own_word(account_id, "own copy")  # who asks has shown who they are
            place = (REFERENCE, account_id, account_id, found.reference)
            opened = await self.vault.open(tx, *place, word)
        return found.verifier, opened, found.checked_at

    async def confirm(
        self, caller: Caller, identity: Identity, agreed: bool, lang: str
    ) -> HolderShown:
        """Have the verifier asked; ``agreed`` is the separate consent [L-28]. Audited.

        Raises ``HolderConsentNeeded``, ``NoVerifier``, ``NoPhone``, ``BadIdentity``,
        ``TooManyChecks``; and, when it was asked, ``NotHolder``, ``NoAgeTold``, ``VerifierAway``:
        then no age is noted.
        """
        if not agreed:
            raise HolderConsentNeeded
        if self.verifier is None:
            raise NoVerifier
        account_id, phone = caller.account_id, await self._phone(caller.account_id)
        if phone is None:
            raise NoPhone
        question = question_of(phone, identity, asks_number=self.asks_number)
        async with self.db.transaction() as tx:  # a try counts, whatever comes of it
            today = self.clock.now().date()
            if not await store.count_try(tx, account_id, today, TRIES_A_DAY_MAX):
                raise TooManyChecks
        # What goes out has its ground first, also when nothing comes back.
        await self.consent.change(account_id, (PURPOSE.id,), (), lang, SCREEN)
        word = await self._ask(self.verifier, account_id, question)
        token = self._token(word)
        if not word.matches or token is None:
            outcome = "no_age" if word.matches else "not_holder"
            await self._note(account_id, word.verifier, outcome)
            raise NoAgeTold if word.matches else NotHolder
        await self._keep(account_id, word, token)
        return await self.own(caller)

    async def withdrawn(self, tx: Tx, account_id: str) -> None:
        """Forget the reference whose ground is gone. The band stays: it has a ground of its own."""
        await store.delete_check(tx, account_id)

    async def purge(self, tx: Tx) -> None:
        """Delete counts of tries of before yesterday."""
        await store.purge(tx, (self.clock.now() - timedelta(days=TRIES_KEPT_DAYS)).date())

    # -- inside --------------------------------------------------------------------------------

    async def _phone(self, account_id: str) -> str | None:
        return (await self.accounts.identifiers(account_id)).get("phone")

    async def _ask(
        self, verifier: HolderVerifier, account_id: str, question: Question
    ) -> HolderWord:
        try:
            return await verifier.ask(question, self.ids.ulid())
        except VerifierAway:
            await self._note(account_id, "", "away")
            raise

    def _token(self, word: HolderWord) -> Token | None:
        """Return the band that was told, as one of ours; ``None``: none, or none that can be meant."""
        if word.age is None:
            return None
        try:
            return token_told(word.age, self.knowing.today(), self.knowing.profile.nodes)
        except BadAge:
            return None

    async def _note(self, account_id: str, verifier: str, outcome: str) -> None:
        async with self.db.transaction() as tx:
            await self._audited(tx, account_id, verifier, outcome)

    async def _audited(self, tx: Tx, account_id: str, verifier: str, outcome: str) -> None:
        """Note that somebody's data went out, and what came of it; not what was told of the age."""
        detail: dict[str, object] = {"verifier": verifier, "outcome": outcome}
        await self.audit.append(tx, SYSTEM, "phoneholders.asked", account_id, detail)

    async def _keep(self, account_id: str, word: HolderWord, token: Token) -> None:
        async with self.db.transaction() as tx:
            place = (REFERENCE, account_id, account_id)
            sealed = await self.vault.seal(tx, *place, word.reference)
            await store.put_check(tx, account_id, Check(word.verifier, sealed, self.clock.now()))
            told = await self.knowing.tell(tx, account_id, Source.PHONE, token)
            await self._audited(tx, account_id, word.verifier, "matched")
            await self.log.put(tx, told)
