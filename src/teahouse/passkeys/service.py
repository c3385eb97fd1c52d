"""Passkeys' verbs: add one, sign in by one, name and remove them."""

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import msgspec

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.model import Erased
from teahouse.infra.vault.vault import SealedRow, Vault
from teahouse.infra.webauthn import ceremonies
from teahouse.infra.webauthn.ceremonies import Answer, NewCredential, RelyingParty
from teahouse.infra.webauthn.challenges import Challenges, challenge_digest
from teahouse.passkeys import store
from teahouse.passkeys.model import (
    PASSKEYS_MAX,
    AlreadyThere,
    Keyring,
    LastWayIn,
    NoSuchPasskey,
    NotHere,
    NotProved,
    Passkey,
    Proof,
    ProofNeeded,
    TooManyPasskeys,
    check_label,
    goes_backwards,
    is_recent,
)
from teahouse.passkeys.store import CREDENTIAL_ID, LABEL, PUBLIC_KEY, PasskeyRow

ADD = "passkeys.add"
SIGN_IN = "passkeys.sign_in"
PROVE = "passkeys.prove"

# Refuses who shows neither the password nor a code, or a passkey (its kind, and what it is).
Prove = Callable[[Caller, str | None, str | None, str | None], Awaitable[None]]
# Has every other device told, within the transaction, of what the caller did.
Tell = Callable[[Tx, Caller, str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Passkeys:
    """The passkeys of people. ``party`` is ``None`` where there can be none."""

    db: Database
    vault: Vault
    accounts: Accounts
    challenges: Challenges
    party: RelyingParty | None
    prove: Prove
    tell: Tell
    clock: Clock
    ids: Ids

    def listen(self) -> None:
        """Let passkeys go with their account, and when everybody is put out of it."""
        self.accounts.endings.append(store.remove_all)
        self.accounts.shuttings.append(store.remove_all)

    # -- adding --------------------------------------------------------------------------------

    async def begin(self, caller: Caller, proof: Proof) -> dict[str, object]:
        """Return what to ask the caller's browser for a new passkey.

        Raises ``ProofNeeded`` unless they signed in just now or show who they are,
        ``WrongCredentials``, ``WrongCode``, ``NotHere``, ``TooManyPasskeys``.
        """
        party = self._party()
        await self._prove(caller, proof)
        async with self.db.read() as tx:
            rows = await store.of_account(tx, caller.account_id)
            known = [
                await self.vault.open_bytes(
                    tx, CREDENTIAL_ID, row.account_id, row.passkey_id, row.credential_id
                )
                for row in rows
            ]
        if len(rows) >= PASSKEYS_MAX:
            raise TooManyPasskeys
        challenge = self.challenges.make(ADD, caller.session_id)
        name = caller.user_id[1:].partition(":")[0]
        user = (caller.account_id.encode(), name, caller.user_id)
        return ceremonies.creation_options(party, challenge, user, known)

    async def add(
        self, caller: Caller, credential: dict[str, object], label: str, place: str = ""
    ) -> Passkey:
        """Add the passkey that the caller's browser has made; ``place`` is what all are told.

        Raises ``NotProved`` (also for a challenge of another session, or one used before),
        ``BadLabel``, ``AlreadyThere``, ``TooManyPasskeys``, ``NotHere``.
        """
        party, label = self._party(), check_label(label)
        answer = _read(credential)
        try:
            made = ceremonies.check_creation(party, answer)
        except ceremonies.NotProved as wrong:
            raise NotProved from wrong
        async with self.db.transaction() as tx:
            await self._spend(tx, ADD, caller.session_id, answer)
            await store.lock_account(tx, caller.account_id)
            if len(await store.of_account(tx, caller.account_id)) >= PASSKEYS_MAX:
                raise TooManyPasskeys
            row = await self._sealed(tx, caller.account_id, made, label)
            try:
                await store.insert(tx, row, _digest(made.credential_id))
            except UniqueViolation as there:
                raise AlreadyThere from there
            await self.tell(tx, caller, "passkey_added", label, place)
        return _told(row, label)

    # -- signing in ----------------------------------------------------------------------------

    def begin_sign_in(self) -> dict[str, object]:
        """Return what to ask a browser that shall show any passkey it has. Raises ``NotHere``."""
        party = self._party()
        return ceremonies.request_options(party, self.challenges.make(SIGN_IN))

    def begin_proof(self, caller: Caller) -> dict[str, object]:
        """Return what to ask the caller's browser, to show once more who they are.

        Raises ``NotHere``.
        """
        party = self._party()
        return ceremonies.request_options(party, self.challenges.make(PROVE, caller.session_id))

    async def proved(self, caller: Caller, shown: str) -> None:
        """Take a passkey of the caller's own as proof; ``shown`` is the browser's JSON.

        Raises ``NotProved`` (also for somebody else's, or a challenge of another session).
        """
        try:
            answer = _read(msgspec.json.decode(shown, type=dict[str, object]))
        except msgspec.DecodeError as wrong:
            raise NotProved from wrong
        async with self.db.transaction() as tx:
            row = await store.by_credential(tx, _digest(answer.credential_id))
            if row is None or row.account_id != caller.account_id:
                raise NotProved
            await self._used(tx, row, answer, PROVE, caller.session_id)

    async def sign_in(
        self, credential: dict[str, object], device: Device
    ) -> tuple[Account, OpenedSession]:
        """Open a session by a passkey.

        Raises ``NotProved`` whatever it is that is wrong, ``AccountLocked``, ``AccountGone``,
        ``NotHere``. A challenge counts once, also when two come at the same moment.
        """
        answer = _read(credential)
        async with self.db.transaction() as tx:
            row = await store.by_credential(tx, _digest(answer.credential_id))
            if row is None or answer.user_handle != row.account_id.encode():
                raise NotProved
            await self._used(tx, row, answer, SIGN_IN, "")
        return await self.accounts.sign_in(row.account_id, device)

    # -- what there is -------------------------------------------------------------------------

    async def keyring(self, account_id: str) -> Keyring:
        """Return an account's passkeys, oldest first."""
        async with self.db.read() as tx:
            rows = await store.of_account(tx, account_id)
            sealed = [SealedRow(row.account_id, row.passkey_id, row.label) for row in rows]
            labels = await self.vault.open_many(tx, LABEL, sealed)
        told = [_told(row, label or "") for row, label in zip(rows, labels, strict=True)]
        return Keyring(told, not await self._other_ways(account_id))

    async def rename(self, caller: Caller, passkey_id: str, label: str) -> None:
        """Give a passkey another name. Raises ``NoSuchPasskey``, ``BadLabel``."""
        label = check_label(label)
        async with self.db.transaction() as tx:
            sealed = await self.vault.seal(tx, LABEL, caller.account_id, passkey_id, label)
            if not await store.rename(tx, passkey_id, caller.account_id, sealed):
                raise NoSuchPasskey

    async def remove(
        self, caller: Caller, passkey_id: str, proof: Proof, sure: bool = False
    ) -> None:
        """Remove a passkey.

        Raises ``NoSuchPasskey``; ``LastWayIn`` unless the caller is sure; ``ProofNeeded`` unless
        they signed in just now or show who they are, ``WrongCredentials``, ``WrongCode``.
        """
        await self._prove(caller, proof)
        others = sure or await self._other_ways(caller.account_id)
        async with self.db.transaction() as tx:
            await store.lock_account(tx, caller.account_id)
            if not await store.remove(tx, passkey_id, caller.account_id):
                raise NoSuchPasskey
            if not others and not await store.of_account(tx, caller.account_id):
                raise LastWayIn
            await self.tell(tx, caller, "passkey_removed", "", "")

    async def purge(self, tx: Tx) -> None:
        """Forget the challenges that have ended by themselves."""
        await store.purge(tx, self.clock.now())

    # -- inside --------------------------------------------------------------------------------

    def _party(self) -> RelyingParty:
        if self.party is None:
            raise NotHere
        return self.party

    async def _prove(self, caller: Caller, proof: Proof) -> None:
        if proof.password is not None or proof.code is not None:
            await self.prove(caller, proof.password, proof.kind, proof.code)
            return
        sessions = await self.accounts.devices(caller.account_id)
        mine = next((one for one in sessions if one.session_id == caller.session_id), None)
        if mine is None or not is_recent(mine.created_at, self.clock.now()):
            raise ProofNeeded

    async def _other_ways(self, account_id: str) -> bool:
        if await self.accounts.has_password(account_id):
            return True
        return bool(await self.accounts.identifiers(account_id))

    async def _used(
        self, tx: Tx, row: PasskeyRow, answer: Answer, purpose: str, whose: str
    ) -> None:
        signs = await self._checked(tx, self._party(), row, answer)
        await self._spend(tx, purpose, whose, answer)
        now = self.clock.now()
        doubted_at = now if goes_backwards(row.signs, signs) else None
        await store.used(tx, row.passkey_id, signs, now, doubted_at)

    async def _checked(self, tx: Tx, party: RelyingParty, row: PasskeyRow, answer: Answer) -> int:
        try:
            public_key = await self.vault.open_bytes(
                tx, PUBLIC_KEY, row.account_id, row.passkey_id, row.public_key
            )
            return ceremonies.check_request(party, answer, public_key)
        except (ceremonies.NotProved, Erased) as wrong:
            raise NotProved from wrong

    async def _spend(self, tx: Tx, purpose: str, whose: str, answer: Answer) -> None:
        until = self.challenges.ends(purpose, whose, answer.challenge)
        if until is None or not await store.spend(tx, challenge_digest(answer.challenge), until):
            raise NotProved

    async def _sealed(self, tx: Tx, account_id: str, made: NewCredential, label: str) -> PasskeyRow:
        """Seal a passkey. Asking for one is the ground: accounts older than passkeys have none."""
        await self.vault.grant(tx, account_id, store.PURPOSES)
        passkey_id = self.ids.ulid()
        whose = (account_id, passkey_id)
        return PasskeyRow(
            passkey_id=passkey_id,
            account_id=account_id,
            credential_id=await self.vault.seal(tx, CREDENTIAL_ID, *whose, made.credential_id),
            public_key=await self.vault.seal(tx, PUBLIC_KEY, *whose, made.public_key),
            label=await self.vault.seal(tx, LABEL, *whose, label),
            signs=made.signs,
            synced=made.synced,
            created_at=self.clock.now(),
            last_used_at=None,
            doubted_at=None,
        )


def _read(credential: dict[str, object]) -> Answer:
    try:
        return ceremonies.read_answer(credential)
    except ceremonies.NotProved as wrong:
        raise NotProved from wrong


def _digest(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()


def _told(row: PasskeyRow, label: str) -> Passkey:
    return Passkey(
        row.passkey_id, label, row.synced, row.created_at, row.last_used_at, row.doubted_at
    )
