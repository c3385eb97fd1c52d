"""An operator's authenticator after the set-up: another one, or none; and what sessions are told."""

import base64
import json
from dataclasses import dataclass

from pyotp.totp import TOTP

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import OperatorCaller
from teahouse.infra.qr import qr_svg
from teahouse.infra.vault.vault import Vault
from teahouse.operators import store
from teahouse.operators.model import (
    NEWS,
    NEWS_MAX,
    PENDING_LIFE,
    TOTP_SECRET_BYTES,
    AuthenticatorBegun,
    LastFactor,
    News,
    NoAuthenticator,
    NothingPending,
    WrongCode,
    matching_step,
)
from teahouse.operators.store import TOTP_PENDING, TOTP_SECRET
from teahouse.operators.store import factors as rows


@dataclass(frozen=True, slots=True, repr=False)
class Authenticators:
    """Adds, replaces and removes an operator's own authenticator; the password was shown before."""

    db: Database
    vault: Vault
    audit: Audit
    clock: Clock
    ids: Ids
    config: Config

    async def begin(self, operator: OperatorCaller) -> AuthenticatorBegun:
        """Return what to enter into a new authenticator; the old one counts until it has shown."""
        secret = base64.b32encode(self.ids.bytes(TOTP_SECRET_BYTES)).decode()
        whose, until = operator.operator_id, self.clock.now() + PENDING_LIFE
        async with self.db.transaction() as tx:
            sealed = await self.vault.seal(tx, TOTP_PENDING, whose, whose, secret)
            await rows.put_pending(tx, whose, sealed, until)
        uri = provisioning_uri(self.config, operator.name, secret)
        return AuthenticatorBegun(uri, qr_svg(uri), secret, until)

    async def finish(self, operator: OperatorCaller, code: str) -> None:
        """Put it in the place of the one before, once it has shown a code. Audited.

        Raises ``NothingPending``, ``WrongCode``.
        """
        whose, now = operator.operator_id, self.clock.now()
        async with self.db.transaction() as tx:
            sealed = await rows.pending(tx, whose, now)
            if sealed is None:
                raise NothingPending
            secret = await self.vault.open(tx, TOTP_PENDING, whose, whose, sealed)
            step = matching_step(secret, code, now, last_step=0)
            if step is None:
                raise WrongCode
            kept = await self.vault.seal(tx, TOTP_SECRET, whose, whose, secret)
            await rows.set_authenticator(tx, whose, kept, step, now)
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.authenticator_set", whose, by)

    async def remove(self, operator: OperatorCaller) -> None:
        """Remove it. Audited. Raises ``NoAuthenticator``; ``LastFactor`` without a passkey."""
        whose = operator.operator_id
        async with self.db.transaction() as tx:
            await store.lock_owners(tx)
            if not await rows.remove_authenticator(tx, whose):
                raise NoAuthenticator
            if not await rows.passkeys(tx, whose):
                raise LastFactor
            by = by_session(operator)
            await self.audit.append(tx, whose, "operators.authenticator_removed", whose, by)

    # -- what other sessions did ---------------------------------------------------------------

    async def news(self, operator: OperatorCaller) -> list[News]:
        """Return what the operator's other sessions did about the ways in, newest first."""
        async with self.db.read() as tx:
            since = await store.news_since(tx, operator.session_id)
            if since is None:
                return []
            found = await self.audit.about(tx, operator.operator_id, NEWS, since, NEWS_MAX)
        return [
            News(one.act, one.at)
            for one in found
            if json.loads(one.detail).get("session") != operator.session_id
        ]

    async def seen(self, operator: OperatorCaller) -> None:
        """Note that this session's operator has read it."""
        async with self.db.transaction() as tx:
            await store.news_seen(tx, operator.session_id, self.clock.now())


def by_session(operator: OperatorCaller) -> dict[str, object]:
    """Return what an audit entry says of the session that did it."""
    return {"session": operator.session_id}


def provisioning_uri(config: Config, name: str, secret: str) -> str:
    """Return a secret as an address that authenticators read."""
    issuer = f"{config.operator_name or 'Teahouse'} {config.server_name}"
    return TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)
