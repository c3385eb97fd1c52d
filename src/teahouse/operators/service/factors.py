"""Operators' second factors: an authenticator, passkeys, and codes for when both are lost."""

import hashlib
from dataclasses import dataclass
from typing import Any

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.http.caller import OperatorCaller
from teahouse.infra.vault.model import Erased
from teahouse.infra.vault.vault import SealedRow, Vault
from teahouse.infra.webauthn import ceremonies
from teahouse.infra.webauthn.ceremonies import Answer, NotProved, RelyingParty
from teahouse.infra.webauthn.challenges import Challenges, challenge_digest
from teahouse.operators import store
from teahouse.operators.model import (
    PASSKEYS_MAX,
    RECOVERY_CODES,
    RECOVERY_LETTERS,
    Factor,
    Factors,
    LastFactor,
    NoSuchPasskey,
    OperatorPasskey,
    PasskeyRefused,
    PasskeysImpossible,
    SomeWithout,
    TooManyPasskeys,
    label_of,
    matching_step,
    plain_recovery_code,
)
from teahouse.operators.service.authenticators import by_session
from teahouse.operators.store import CREDENTIAL_ID, LABEL, PUBLIC_KEY, TOTP_SECRET, SignInRow
from teahouse.operators.store import factors as rows

SIGN_IN = "operators.sign_in"
ADD = "operators.add_passkey"


@dataclass(frozen=True, slots=True, repr=False)
class SecondFactors:
    """Checks second factors, and keeps those that are not authenticators."""

    db: Database
    vault: Vault
    audit: Audit
    challenges: Challenges
    party: RelyingParty | None
    clock: Clock
    ids: Ids

    # -- coming in -----------------------------------------------------------------------------

    def begin_sign_in(self) -> dict[str, Any]:
        """Return what to ask a browser that shall show a passkey. Raises ``PasskeysImpossible``."""
        return ceremonies.request_options(self._party(), self.challenges.make(SIGN_IN))

    async def check(self, tx: Tx, row: SignInRow, factor: Factor) -> str | None:
        """Return which factor was shown: passkey, recovery or authenticator; ``None`` if none.

        Each answer, code and half minute counts once.
        """
        whose = row.operator.operator_id
        if factor.credential is not None:
            return "passkey" if await self._passkey(tx, whose, factor.credential) else None
        if factor.recovery_code:
            digest = _code_digest(whose, factor.recovery_code)
            return "recovery" if await rows.use_recovery_code(tx, whose, digest) else None
        return "authenticator" if await self._totp(tx, row, factor.code) else None

    async def required(self, tx: Tx) -> bool:
        """Tell whether owners ask every operator for a passkey."""
        return await rows.passkeys_required(tx)

    # -- passkeys ------------------------------------------------------------------------------

    def creation_options(
        self, whose: str, name: str, session: str, known: list[bytes]
    ) -> dict[str, Any] | None:
        """Return what to ask a browser for; ``None`` where there can be no passkeys."""
        if self.party is None:
            return None
        challenge = self.challenges.make(ADD, session)
        return ceremonies.creation_options(
            self.party, challenge, (whose.encode(), name, name), known
        )

    async def add(
        self, tx: Tx, whose: str, session: str, credential: dict[str, Any], label: str
    ) -> OperatorPasskey:
        """Keep a passkey that was asked for in ``session``. Raises ``PasskeyRefused``."""
        party = self._party()
        try:
            answer = ceremonies.read_answer(credential)
            made = ceremonies.check_creation(party, answer)
        except NotProved as wrong:
            raise PasskeyRefused from wrong
        if not await self._spent(tx, ADD, session, answer):
            raise PasskeyRefused
        await self.vault.grant(tx, whose, store.PASSKEY_PURPOSES)
        passkey_id, seal, label = self.ids.ulid(), self.vault.seal, label_of(label)
        row = rows.PasskeyRow(
            passkey_id=passkey_id,
            operator_id=whose,
            credential_id=await seal(tx, CREDENTIAL_ID, whose, passkey_id, made.credential_id),
            public_key=await seal(tx, PUBLIC_KEY, whose, passkey_id, made.public_key),
            label=await seal(tx, LABEL, whose, passkey_id, label),
            signs=made.signs,
            created_at=self.clock.now(),
            last_used_at=None,
        )
        try:
            await rows.insert_passkey(tx, row, _digest(made.credential_id))
        except UniqueViolation as there:
            raise PasskeyRefused from there
        return OperatorPasskey(passkey_id, label, row.created_at, None)

    async def begin_add(self, operator: OperatorCaller) -> dict[str, Any]:
        """Return what to ask an operator's browser for; the password was shown before.

        Raises ``PasskeysImpossible``, ``TooManyPasskeys``.
        """
        self._party()
        whose = operator.operator_id
        async with self.db.read() as tx:
            found = await rows.passkeys(tx, whose)
            known = [
                await self.vault.open_bytes(tx, CREDENTIAL_ID, whose, r.passkey_id, r.credential_id)
                for r in found
            ]
        if len(found) >= PASSKEYS_MAX:
            raise TooManyPasskeys
        options = self.creation_options(whose, operator.name, operator.session_id, known)
        assert options is not None, "there is a relying party"
        return options

    async def finish_add(
        self, operator: OperatorCaller, credential: dict[str, Any], label: str
    ) -> OperatorPasskey:
        """Add a passkey to an operator's own. Audited. Raises ``PasskeyRefused``."""
        whose = operator.operator_id
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            if len(await rows.passkeys(tx, whose)) >= PASSKEYS_MAX:
                raise TooManyPasskeys
            added = await self.add(tx, whose, operator.session_id, credential, label)
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.passkey_added", whose, by)
        return added

    async def remove(self, operator: OperatorCaller, passkey_id: str) -> None:
        """Remove one of an operator's passkeys. Audited.

        Raises ``NoSuchPasskey``; ``LastFactor`` for what they could not come in without.
        """
        whose = operator.operator_id
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            if not await rows.remove_passkey(tx, passkey_id, whose):
                raise NoSuchPasskey
            row = await store.to_sign_in(tx, operator.name)
            assert row is not None, "whoever asks is active"
            needed = row.totp_secret is None or await rows.passkeys_required(tx)
            if needed and not await rows.passkeys(tx, whose):
                raise LastFactor
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.passkey_removed", whose, by)

    async def rename(self, operator: OperatorCaller, passkey_id: str, label: str) -> None:
        """Give one of an operator's passkeys another name. Audited. Raises ``NoSuchPasskey``."""
        whose = operator.operator_id
        async with self.db.transaction() as tx:
            if passkey_id not in {row.passkey_id for row in await rows.passkeys(tx, whose)}:
                raise NoSuchPasskey
            sealed = await self.vault.seal(tx, LABEL, whose, passkey_id, label_of(label))
            await rows.rename_passkey(tx, passkey_id, whose, sealed)
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.passkey_named", whose, by)

    # -- recovery codes, and what is asked of all ----------------------------------------------

    async def new_recovery_codes(self, tx: Tx, whose: str) -> tuple[str, ...]:
        """Replace an operator's recovery codes; the last time that anybody can read them here."""
        made = tuple(self.ids.readable(RECOVERY_LETTERS) for _ in range(RECOVERY_CODES))
        await rows.set_recovery_codes(tx, whose, [_code_digest(whose, one) for one in made])
        return made

    async def require_passkeys(self, operator: OperatorCaller, required: bool) -> None:
        """Ask every operator for a passkey, or no longer. Audited.

        Raises ``SomeWithout`` while it would shut somebody out, ``PasskeysImpossible``.
        """
        if required:
            self._party()
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            without = await rows.without_passkey(tx) if required else []
            if without:
                raise SomeWithout(operators=without)
            await rows.set_passkeys_required(tx, required)
            detail: dict[str, object] = {"passkeys_required": required}
            await self.audit.append(tx, operator.operator_id, "operators.rule_set", "", detail)

    async def told(self, operator: OperatorCaller) -> Factors:
        """Return by what an operator may come in."""
        whose = operator.operator_id
        async with self.db.read() as tx:
            found = await rows.passkeys(tx, whose)
            sealed = [SealedRow(whose, row.passkey_id, row.label) for row in found]
            labels = await self.vault.open_many(tx, LABEL, sealed)
            row = await store.to_sign_in(tx, operator.name)
            return Factors(
                passkeys=[
                    OperatorPasskey(one.passkey_id, label or "", one.created_at, one.last_used_at)
                    for one, label in zip(found, labels, strict=True)
                ],
                authenticator=row is not None and row.totp_secret is not None,
                recovery_codes_left=await rows.recovery_codes_left(tx, whose),
                passkeys_required=await rows.passkeys_required(tx),
                passkeys_possible=self.party is not None,
                authenticator_since=await rows.made_at(tx, whose),
            )

    # -- inside --------------------------------------------------------------------------------

    def _party(self) -> RelyingParty:
        if self.party is None:
            raise PasskeysImpossible
        return self.party

    async def _passkey(self, tx: Tx, whose: str, credential: dict[str, Any]) -> bool:
        try:
            answer = ceremonies.read_answer(credential)
            row = await rows.by_credential(tx, _digest(answer.credential_id))
            if row is None or row.operator_id != whose or answer.user_handle != whose.encode():
                return False
            public_key = await self.vault.open_bytes(
                tx, PUBLIC_KEY, whose, row.passkey_id, row.public_key
            )
            signs = ceremonies.check_request(self._party(), answer, public_key)
        except (NotProved, Erased, PasskeysImpossible):
            return False
        if not await self._spent(tx, SIGN_IN, "", answer):
            return False
        await rows.used(tx, row.passkey_id, signs, self.clock.now())
        return True

    async def _totp(self, tx: Tx, row: SignInRow, code: str) -> bool:
        whose = row.operator.operator_id
        if row.totp_secret is None:
            return False
        try:
            secret = await self.vault.open(tx, TOTP_SECRET, whose, whose, row.totp_secret)
        except Erased:
            return False  # disabled at this moment
        step = matching_step(secret, code, self.clock.now(), row.totp_last_step)
        return step is not None and await store.spend_step(tx, whose, step)

    async def _spent(self, tx: Tx, purpose: str, session: str, answer: Answer) -> bool:
        until = self.challenges.ends(purpose, session, answer.challenge)
        return until is not None and await rows.spend(tx, challenge_digest(answer.challenge), until)


def _digest(credential_id: bytes) -> bytes:
    return hashlib.sha256(credential_id).digest()


def _code_digest(operator_id: str, code: str) -> bytes:
    return hashlib.sha256(f"{operator_id}:{plain_recovery_code(code)}".encode()).digest()
