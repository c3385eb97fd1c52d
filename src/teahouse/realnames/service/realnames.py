"""Real names' verbs: have an identity confirmed, see one's level, and let it go again."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import msgspec
from msgspec import structs

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.consent.service import Consent
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Ground, Vault
from teahouse.realnames import store
from teahouse.realnames.model import (
    PENDING_LIFE,
    TRIES_A_DAY_MAX,
    AgeBand,
    Aged,
    Banding,
    Confirmed,
    ConsentNeeded,
    Identity,
    Level,
    NoProvider,
    Proved,
    RealNameProvider,
    Shown,
    TooManyTries,
    check_identity,
)
from teahouse.realnames.store import PENDING, PENDING_AGE, PURPOSE, REFERENCE, Proof

SCREEN = "settings.realname"
DESK = "desk"


@dataclass(frozen=True, repr=False)
class Realnames:
    """Who is behind the stage. ``listen`` once, before anybody's account ends."""

    db: Database
    vault: Vault
    audit: Audit
    clock: Clock
    ids: Ids
    accounts: Accounts
    consent: Consent
    provider: RealNameProvider | None
    proved: list[Proved] = field(
        default_factory=list[Proved], repr=False
    )  # (tx, account_id, level)
    aged: list[Aged] = field(default_factory=list[Aged], repr=False)  # (tx, account_id, band)
    banding: list[Banding] = field(default_factory=list[Banding], repr=False)

    def listen(self) -> None:
        """Let what is kept here go with its account."""
        self.accounts.endings.append(store.forget)

    async def level(self, tx: Tx, account_id: str) -> Level:
        """Return how far an account's identity is known."""
        if await store.proof(tx, account_id) is not None:
            return Level.ID
        phones = await self.accounts.finder.contacts_in_use(tx, account_id, "phone")
        return Level.PHONE if phones else Level.NONE

    async def own(self, caller: Caller) -> Shown:
        """Return what somebody may see of their own identity."""
        async with self.db.read() as tx:
            level = await self.level(tx, caller.account_id)
            found = await store.proof(tx, caller.account_id)
        provider, at = found or (None, None)
        return Shown(level.name.lower(), provider, at, self.provider is not None)

    async def proof_of(self, account_id: str) -> tuple[str, str, datetime] | None:
        """Return (provider, its reference, when) to whose it is."""
        async with self.db.read() as tx:
            found = await store.whole_proof(tx, account_id)
            if found is None:
                return None
            word = self.vault.own_word(
                account_id, "own copy"
            )  # whoever asks has shown who they are
            reference = await self.vault.open(
                tx, REFERENCE, account_id, account_id, found.reference, word
            )
        return found.provider, reference, found.proved_at

    async def confirm(self, caller: Caller, identity: Identity, agreed: bool, lang: str) -> Shown:
        """Have the caller's identity confirmed; ``agreed`` is the separate consent [L-28].

        Raises ``ConsentNeeded``, ``BadIdentity``, ``NoProvider``, ``TooManyTries``,
        ``NotConfirmed``, ``ProviderAway``; then nothing is kept.
        """
        if not agreed:
            raise ConsentNeeded
        word = await self._ask(caller.account_id.encode(), identity)
        await self.consent.change(caller.account_id, (PURPOSE.id,), (), lang, SCREEN)
        async with self.db.transaction() as tx:
            await self._keep(tx, caller.account_id, word)
        return await self.own(caller)

    async def confirm_pending(
        self, registration_digest: bytes, identity: Identity, agreed: bool
    ) -> Proof:
        """Like :meth:`confirm`, for somebody who has no account yet; the caller keeps the proof."""
        if not agreed:
            raise ConsentNeeded
        word = await self._ask(registration_digest, identity)
        row = registration_digest.hex()
        ground = Ground(row, frozenset({PURPOSE}))
        async with self.db.transaction() as tx:
            sealed = await self.vault.seal_pending(tx, PENDING, row, word.reference, ground)
            age = None
            if word.band is not None:
                text = msgspec.json.encode(word.band)
                age = await self.vault.seal_pending(tx, PENDING_AGE, row, text, ground)
        return Proof(word.provider, sealed, self.clock.now(), age)

    async def keep_pending(self, tx: Tx, registration_digest: bytes, proof: Proof) -> None:
        """Keep the proof of a registration until its account is made."""
        await store.put_pending(tx, registration_digest, proof)

    async def adopt(self, tx: Tx, registration_digest: bytes, account_id: str) -> None:
        """Give a registration's proof, if it has one, to the account that came of it."""
        found = await store.take_pending(tx, registration_digest)
        if found is None:
            return
        row = registration_digest.hex()
        reference = await self.vault.open_pending(tx, PENDING, row, found.reference)
        band = None
        if found.age is not None:
            text = await self.vault.open_pending(tx, PENDING_AGE, row, found.age)
            band = msgspec.json.decode(text, type=AgeBand)
        await self.vault.grant(tx, account_id, [PURPOSE])
        await self._keep(tx, account_id, Confirmed(found.provider, reference, band=band))

    async def vouch(self, actor: str, user_id: str, reason: str) -> None:
        """Note that an operator has seen somebody's document at a desk. Audited.

        The person has agreed in person; the reason says what was seen. Raises ``NoSuchAccount``.
        """
        account = await self.accounts.account(user_id)
        async with self.db.transaction() as tx:
            await self.vault.grant(tx, account.account_id, [PURPOSE])
            await self._keep(tx, account.account_id, Confirmed(DESK, self.ids.ulid()))
            detail: dict[str, object] = {"reason": reason[:500]}
            await self.audit.append(tx, actor, "realnames.seen", account.account_id, detail)

    async def withdrawn(self, tx: Tx, account_id: str) -> None:
        """Forget a proof whose ground is gone, and tell who relied on it."""
        if await store.delete_proof(tx, account_id):
            await self._tell(tx, account_id)

    async def purge(self, tx: Tx) -> None:
        """Delete what came to nothing."""
        now = self.clock.now()
        await store.purge(tx, now - PENDING_LIFE, (now - timedelta(days=2)).date())

    async def _ask(self, who: bytes, identity: Identity) -> Confirmed:
        if self.provider is None:
            raise NoProvider
        checked = check_identity(identity)
        async with self.db.transaction() as tx:  # a try counts, whatever comes of it
            if not await store.count_try(tx, who, self.clock.now().date(), TRIES_A_DAY_MAX):
                raise TooManyTries
        word = await self.provider.confirm(checked, self.ids.ulid())
        return structs.replace(word, born_on=None, band=self._band(word))

    def _band(self, word: Confirmed) -> AgeBand | None:
        """Return the band of what was told of an age: from here on there is no day of birth."""
        for band_of in self.banding:
            band = band_of(word)
            if band is not None:
                return band
        return None

    async def _keep(self, tx: Tx, account_id: str, word: Confirmed) -> None:
        sealed = await self.vault.seal(tx, REFERENCE, account_id, account_id, word.reference)
        await store.put_proof(tx, account_id, Proof(word.provider, sealed, self.clock.now()))
        await self._tell(tx, account_id)
        if word.band is not None:
            for aged in self.aged:
                await aged(tx, account_id, word.band)

    async def _tell(self, tx: Tx, account_id: str) -> None:
        level = await self.level(tx, account_id)
        for told in self.proved:
            await told(tx, account_id, level)
