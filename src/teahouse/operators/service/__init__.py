"""Operators: set up by a link, signed in with a second factor, invited and disabled by owners."""

import base64
from dataclasses import dataclass
from typing import Protocol

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import UnknownToken
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.http.caller import OperatorCaller
from teahouse.infra.qr import qr_svg
from teahouse.infra.vault.bearers import Bearers, under
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.vault import Vault
from teahouse.infra.webauthn.ceremonies import relying_party
from teahouse.infra.webauthn.challenges import Challenges
from teahouse.operators import model, store
from teahouse.operators.model import (
    SESSION_LIFE,
    SETUP_LIFE,
    BadSetup,
    Factor,
    LastOwner,
    NameTaken,
    NoSuchOperator,
    OpenedConsole,
    Operator,
    PasskeyNeeded,
    Role,
    SetupBegun,
    SetupLink,
    WrongCode,
    WrongCredentials,
    check_name,
    check_password,
    check_role,
    matching_step,
)
from teahouse.operators.service.authenticators import (
    Authenticators,
    by_session,
    provisioning_uri,
)
from teahouse.operators.service.factors import SecondFactors
from teahouse.operators.store import SETUP_SECRET, TOTP_SECRET, SetupRow

SYSTEM = "system"


class PasswordWork(Protocol):
    """Hashes and checks passwords away from the event loop; accounts' own does."""

    async def hash(self, password: str) -> str:
        """Return the PHC string of a password."""
        ...

    async def check(self, phc: str | None, password: str) -> bool:
        """Tell whether a password is right; without a digest do the same work and say no."""
        ...


@dataclass(frozen=True, slots=True, repr=False)
class Operators:
    """The operators of this server."""

    db: Database
    vault: Vault
    audit: Audit
    passwords: PasswordWork
    clock: Clock
    ids: Ids
    config: Config

    @property
    def factors(self) -> SecondFactors:
        """What operators show beside their password."""
        challenges = Challenges(self.vault.ring.house_keys, self.clock, self.ids)
        party = relying_party(self.config)
        return SecondFactors(
            self.db, self.vault, self.audit, challenges, party, self.clock, self.ids
        )

    @property
    def authenticators(self) -> Authenticators:
        """Operators' authenticators after the set-up."""
        return Authenticators(self.db, self.vault, self.audit, self.clock, self.ids, self.config)

    @property
    def bearers(self) -> Bearers:
        """How the tokens of sessions are kept."""
        return Bearers(self.vault.ring, "operators.session")

    # -- set-up --------------------------------------------------------------------------------

    async def setup_link(self, actor: str = SYSTEM, again: bool = False) -> SetupLink | None:
        """Return a new link for the first owner, and end the one before; ``None``: there is one.

        ``again`` makes one although there is an owner: for whoever sits at the machine and has
        lost the second factor. Good for 24 hours, once. Audited.
        """
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            if await store.owners(tx) and not again:
                return None
            await self._forget(tx, await store.delete_printed(tx))
            return await self._link(tx, Role.OWNER, SYSTEM, actor)

    async def invite(self, operator: OperatorCaller, role: str) -> SetupLink:
        """Return a link by which one more operator may set themselves up. Raises ``BadRole``."""
        wanted = check_role(role)
        async with self.db.transaction() as tx:
            return await self._link(tx, wanted, operator.operator_id, operator.operator_id)

    async def begin_setup(self, token: str, name: str, password: str) -> SetupBegun:
        """Keep name and password and return what can be the second factor: one is to be shown.

        May be done again until it is finished. Raises ``BadSetup``, ``BadName``, ``NameTaken``,
        ``WeakPassword``.
        """
        digest, name = token_digest(token), check_name(name)
        check_password(password)
        async with self.db.read() as tx:
            if await store.setup(tx, digest, self.clock.now()) is None:
                raise BadSetup  # before any work is done for a stranger
        phc = await self.passwords.hash(password)
        secret = base64.b32encode(self.ids.bytes(model.TOTP_SECRET_BYTES)).decode()
        async with self.db.transaction() as tx:
            row = await self._setup(tx, digest)
            if await store.name_taken(tx, name):
                raise NameTaken
            operator_id = row.operator_id
            if operator_id is None:
                operator_id = self.ids.ulid()
                await self.vault.create_subject(tx, operator_id)
                await self.vault.grant(tx, operator_id, store.PURPOSES)
            sealed = await self.vault.seal(tx, SETUP_SECRET, operator_id, operator_id, secret)
            await store.begin_setup(tx, digest, operator_id, name, (phc, sealed))
            required = await self.factors.required(tx)
        uri = provisioning_uri(self.config, name, secret)
        options = self.factors.creation_options(operator_id, name, digest.hex(), [])
        return SetupBegun(uri, qr_svg(uri), secret, options, required)

    async def finish_setup(self, token: str, factor: Factor, label: str = "") -> OpenedConsole:
        """Make the operator, once a second factor was shown, and sign them in. Audited.

        Raises ``BadSetup``, ``WrongCode``, ``PasskeyRefused``, ``PasskeyNeeded``, ``NameTaken``.
        """
        digest, now = token_digest(token), self.clock.now()
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)  # also against a rule that is set at this moment
            row = await self._setup(tx, digest)
            if row.operator_id is None or row.totp_secret is None:
                raise BadSetup
            assert row.name is not None, "a set-up that was begun has a name"
            assert row.password_phc is not None, "and a password"
            whose = row.operator_id
            sealed, step = await self._first_factor(tx, row, whose, factor)
            operator = Operator(whose, row.name, Role(row.role), "active", now)
            try:
                await store.insert_operator(tx, operator, row.password_phc, sealed, step)
            except UniqueViolation as taken:
                raise NameTaken from taken
            if factor.credential is not None:
                await self.factors.add(tx, whose, digest.hex(), factor.credential, label)
            await store.delete_setup(tx, digest)
            codes = await self.factors.new_recovery_codes(tx, whose)
            opened = await self._open(tx, operator, codes)
            detail: dict[str, object] = {"role": row.role, "invited_by": row.invited_by}
            await self.audit.append(tx, whose, "operators.set_up", whose, detail)
        return opened

    # -- sessions ------------------------------------------------------------------------------

    async def sign_in(self, name: str, password: str, factor: Factor) -> OpenedConsole:
        """Open a session. Raises ``WrongCredentials``, whatever it is that is wrong. Audited.

        A code or an answer counts once, also when two come at the same moment. Raises
        ``PasskeyNeeded`` for whoever has shown all that is right but a passkey.
        """
        async with self.db.read() as tx:
            row = await store.to_sign_in(tx, name.strip().lower())
        right = await self.passwords.check(row.password_phc if row else None, password)
        refusal: type[WrongCredentials | PasskeyNeeded] = WrongCredentials
        async with self.db.transaction() as tx:
            shown = await self.factors.check(tx, row, factor) if row and right else None
            if row is not None and shown is not None:
                whose, detail = row.operator.operator_id, {"factor": shown}
                if shown != "authenticator" or not await self.factors.required(tx):
                    opened = await self._open(tx, row.operator)
                    detail["session"] = opened.session_id
                    await self.audit.append(tx, whose, "operators.signed_in", whose, {**detail})
                    return opened
                refusal = PasskeyNeeded
            target = row.operator.operator_id if row else ""
            await self.audit.append(tx, SYSTEM, "operators.sign_in_refused", target)
        raise refusal

    async def check_password(self, operator: OperatorCaller, password: str) -> None:
        """Refuse whoever does not know the operator's password: ``WrongCredentials``. Audited."""
        async with self.db.read() as tx:
            row = await store.to_sign_in(tx, operator.name)
        if await self.passwords.check(row.password_phc if row else None, password):
            return
        async with self.db.transaction() as tx:
            whose = operator.operator_id
            await self.audit.append(tx, whose, "operators.proof_refused", whose)
        raise WrongCredentials

    async def new_recovery_codes(self, operator: OperatorCaller) -> tuple[str, ...]:
        """Replace an operator's own recovery codes, and return them this once. Audited."""
        async with self.db.transaction() as tx:
            whose = operator.operator_id
            made = await self.factors.new_recovery_codes(tx, whose)
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.recovery_codes_made", whose, by)
        return made

    async def check_factor(self, tx: Tx, operator: OperatorCaller, factor: Factor) -> bool:
        """Tell whether a second factor is the operator's; it counts once."""
        row = await store.to_sign_in(tx, operator.name)
        return row is not None and await self.factors.check(tx, row, factor) is not None

    async def authenticate(self, token: str) -> OperatorCaller:
        """Return whose token it is. Raises ``UnknownToken``; a disabled operator has none."""
        bare, now = token_digest(token), self.clock.now()
        async with self.db.read() as tx:
            row = await self.bearers.found(tx, bare, lambda found: store.by_token(tx, found, now))
            if row is None:
                raise UnknownToken
            kept = self.bearers.kept(bare)
            if kept.digest != row.token_digest:
                await store.rekey_token(tx, row.session_id, row.token_digest, *kept)
        return OperatorCaller(row.operator_id, row.name, row.role, row.session_id)

    async def held(self, tx: Tx, key: KeyRef) -> int:
        """Count the sessions whose token is kept under a key, for the locksmith."""
        return await store.held(tx, under(key.version), self.clock.now())

    async def sign_out(self, operator: OperatorCaller) -> None:
        """End the operator's session."""
        async with self.db.transaction() as tx:
            await store.end_session(tx, operator.session_id)
            whose = operator.operator_id
            await self.audit.append(tx, whose, "operators.signed_out", whose)

    # -- who there is --------------------------------------------------------------------------

    async def operators(self) -> list[Operator]:
        """Return all operators, oldest first, the disabled too."""
        async with self.db.read() as tx:
            return await store.operators(tx, model.OPERATORS_MAX)

    async def disable(self, operator: OperatorCaller, operator_id: str) -> None:
        """Disable an operator for good and end their sessions, at once. Audited.

        The links that they made end too, and their second factor can never be opened again.
        Raises ``NoSuchOperator``, ``LastOwner`` (also for oneself).
        """
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            target = await store.operator(tx, operator_id)
            if target is None:
                raise NoSuchOperator
            last = target.role is Role.OWNER and await store.owners(tx) <= 1
            if last or operator_id == operator.operator_id:
                raise LastOwner
            await store.disable(tx, operator_id)
            gone = [operator_id, *await store.delete_invited(tx, operator_id)]
            await self._forget(tx, gone)
            await self.audit.append(tx, operator.operator_id, "operators.disabled", operator_id)

    async def purge(self, tx: Tx) -> None:
        """Delete sessions and links that have expired."""
        await self._forget(tx, await store.purge(tx, self.clock.now()))

    # -- inside --------------------------------------------------------------------------------

    async def _link(self, tx: Tx, role: Role, invited_by: str, actor: str) -> SetupLink:
        token, now = self.ids.token("thl"), self.clock.now()
        until = now + SETUP_LIFE
        await store.insert_setup(tx, token_digest(token), role, invited_by, (now, until))
        await self.audit.append(tx, actor, "operators.invited", "", {"role": role.value})
        return SetupLink(f"{self.config.base_url}/admin/setup#{token}", role, until)

    async def _setup(self, tx: Tx, digest: bytes) -> SetupRow:
        row = await store.setup(tx, digest, self.clock.now())
        if row is None:
            raise BadSetup
        return row

    async def _first_factor(
        self, tx: Tx, row: SetupRow, whose: str, factor: Factor
    ) -> tuple[bytes | None, int]:
        """Return the authenticator's secret, sealed for an operator, and its step; or neither."""
        if factor.credential is not None:
            return None, 0
        if await self.factors.required(tx):
            raise PasskeyNeeded
        assert row.totp_secret is not None, "a set-up that was begun has one"
        secret = await self.vault.open(tx, SETUP_SECRET, whose, whose, row.totp_secret)
        step = matching_step(secret, factor.code, self.clock.now(), last_step=0)
        if step is None:
            raise WrongCode
        return await self.vault.seal(tx, TOTP_SECRET, whose, whose, secret), step

    async def _open(self, tx: Tx, operator: Operator, codes: tuple[str, ...] = ()) -> OpenedConsole:
        token, now = self.ids.token("tho"), self.clock.now()
        life = (now, now + SESSION_LIFE)
        bare, session_id = token_digest(token), self.ids.ulid()

        async def write() -> bool:
            digest, generation = self.bearers.kept(bare)
            whose = operator.operator_id
            return await store.insert_session(tx, session_id, digest, whose, life, generation)

        await self.vault.ring.written(tx, write)
        return OpenedConsole(token, operator, life[1], codes, session_id)

    async def _forget(self, tx: Tx, operator_ids: list[str]) -> None:
        for operator_id in operator_ids:
            await self.vault.destroy_subject(tx, operator_id)
