"""What providers say of sessions that are over (OpenID Connect Back-Channel Logout 1.0)."""

import hashlib
from dataclasses import dataclass

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.infra.db.pool import Tx
from teahouse.oidc import store
from teahouse.oidc.model import WAY, BadLogout, LoggedOut, NotBelieved
from teahouse.oidc.service.provider import Provider
from teahouse.oidc.store import SUBJECT, Came


@dataclass(frozen=True, repr=False)
class Logouts:
    """Remembers which devices came by which session of a provider, and signs them out with it."""

    accounts: Accounts

    def listen(self) -> None:
        """Hear of everybody who signs in."""
        self.accounts.enterings.append(self.entered)

    async def entered(
        self, tx: Tx, account: Account, device: Device, opened: OpenedSession
    ) -> None:
        """Note how a device came; one that comes anew by another way is no longer a provider's."""
        came = came_by(device.way)
        if came is not None or not opened.new:
            now = self.accounts.clock.now()
            await store.put_session(tx, account.account_id, opened.device_id, came, now)

    async def end(self, provider: Provider, token: str) -> int:
        """Sign out the devices that a logout token is about, and return how many there were.

        Raises ``BadLogout``, also for one that was heard before, and ``ProviderFailed``.
        """
        provider_id = provider.settings.id
        try:
            told = await provider.logged_out(token)
        except NotBelieved as wrong:
            raise BadLogout from wrong
        said = sid_digest(provider_id, told.said)
        async with self.accounts.db.transaction() as tx:
            if await store.said(tx, said):
                raise BadLogout
            gone = await self._about(tx, provider_id, told)
        ended = 0
        for account_id in sorted({account_id for account_id, _ in gone}):
            devices = sorted(device for whose, device in gone if whose == account_id)
            ended += len(await self._sign_out(account_id, devices))
        # Last, so that what was cut off here is done by the provider's next try.
        async with self.accounts.db.transaction() as tx:
            await store.say(tx, said, told.expires_at)
        return ended

    async def _about(self, tx: Tx, provider_id: str, told: LoggedOut) -> list[tuple[str, str]]:
        """Return whom it is about; a session's own name counts before its person's."""
        if told.sid:
            digest = sid_digest(provider_id, told.sid)
            await store.drop_tokens_by_sid(tx, provider_id, digest)
            return await store.sessions_by_sid(tx, provider_id, digest)
        candidates = self.accounts.vault.indexer.candidates
        wanted = candidates(SUBJECT, f"{provider_id}\0{told.subject}")
        account_id = await store.linked(tx, provider_id, wanted)
        if account_id is None:
            return []
        await store.drop_tokens_of(tx, provider_id, account_id)
        return await store.sessions_of(tx, provider_id, account_id)

    async def _sign_out(self, account_id: str, devices: list[str]) -> list[str]:
        async with self.accounts.db.read() as tx:
            account = await self.accounts.by_id(tx, account_id)
        ended = await self.accounts.end_sessions_of((account_id, account.user_id), devices)
        async with self.accounts.db.transaction() as tx:
            for device_id in devices:
                await store.put_session(tx, account_id, device_id, None, account.created_at)
        return ended


def came(provider_id: str, sid: str) -> Came:
    """Return by what somebody came, without the provider's own name for its session."""
    return Came(provider_id, sid_digest(provider_id, sid) if sid else None)


def way_of(came: Came) -> tuple[str, ...]:
    """Return what a device is given to sign in with."""
    return (WAY, came.provider, came.sid_digest.hex() if came.sid_digest else "")


def came_by(way: tuple[str, ...]) -> Came | None:
    """Return what :func:`way_of` was made from; ``None`` for any other way."""
    if way[:1] != (WAY,):
        return None
    return Came(way[1], bytes.fromhex(way[2]) or None)


def sid_digest(provider_id: str, name: str) -> bytes:
    """Return what is kept of a provider's own name for something."""
    return hashlib.sha256(f"{provider_id}\0{name}".encode()).digest()
