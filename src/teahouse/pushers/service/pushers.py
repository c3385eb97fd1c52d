"""Keeping pushers: those that Matrix clients set, and browsers that ask for it."""

from collections.abc import Container
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.accounts.model import AccountState
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.model import Erased
from teahouse.infra.vault.vault import Vault
from teahouse.pushers import store
from teahouse.pushers.events import PushersChanged
from teahouse.pushers.model import (
    PUSHERS_MAX,
    App,
    Browser,
    TooManyPushers,
    check_app,
    check_endpoint,
    check_pushkey,
    place_digest,
)
from teahouse.pushers.model import web as model_web
from teahouse.pushers.store import APP, APP_PURPOSE, BROWSER, BROWSER_PURPOSE, PusherRow


class Opened(NamedTuple):
    """A pusher with what was sealed of it: one of both."""

    row: PusherRow
    app: App | None
    browser: Browser | None


class WebState(NamedTuple):
    """Whether the browser of a device is told, and by which key of ours it can be."""

    sender_key: str
    browser: Browser | None


@dataclass(frozen=True, repr=False)
class Pushers:
    """Everybody's pushers. ``inside`` are the gateways that the operator names."""

    db: Database
    log: Log
    vault: Vault
    accounts: Accounts
    clock: Clock
    ids: Ids
    inside: Container[tuple[str, int]]

    def listen(self) -> None:
        """Let pushers go with their account."""
        self.accounts.endings.append(store.forget)

    # -- of Matrix clients -----------------------------------------------------------------------

    async def put(self, caller: Caller, app: App, append: bool) -> None:
        """Have an app's gateway told. Raises ``BadPusher``, ``TooManyPushers``.

        Unless it is to ``append``, other people's pushers to the same place end: the device is
        somebody else's now.
        """
        check_app(app, self.inside)
        digest = place_digest(app.place)
        async with self.db.transaction() as tx:
            # Setting one is asking to be told; nobody else can have agreed to it.
            await self.vault.grant(tx, caller.account_id, (APP_PURPOSE,))
            if not append:
                await store.remove_others(tx, caller.user_id, digest)
            row = await self._row(tx, caller, "http", digest)
            raw = msgspec.json.encode(app)
            sealed = await self.vault.seal(tx, APP, caller.account_id, row.pusher_id, raw)
            await store.put(tx, row._replace(app=sealed), digest)
            await self.log.put(tx, PushersChanged(caller.user_id))

    async def remove(self, caller: Caller, app_id: str, pushkey: str) -> None:
        """End an app's pusher; none is fine. Raises ``BadPusher``."""
        check_pushkey(pushkey)
        digest = place_digest(f"{app_id}\0{pushkey}")
        async with self.db.transaction() as tx:
            await store.remove_place(tx, caller.user_id, digest)

    async def apps(self, user_id: str) -> list[App]:
        """Return a person's pushers of Matrix clients, the oldest first."""
        return [one.app for one in await self.all(user_id) if one.app is not None]

    # -- of browsers -----------------------------------------------------------------------------

    async def web(self, caller: Caller) -> WebState:
        """Return whether the caller's browser is told."""
        mine = (one for one in await self.all(caller.user_id) if one.browser is not None)
        here = [one.browser for one in mine if one.row.device_id == caller.device_id]
        return WebState(self.sender_public, here[0] if here else None)

    async def subscribe(self, caller: Caller, browser: Browser) -> None:
        """Have the caller's browser told.

        Raises ``BadSubscription``, ``TooManyPushers``, and ``NoGround`` while they have not agreed.
        """
        check_endpoint(browser.endpoint, self.inside)
        model_web.check_keys(browser)
        digest = place_digest(browser.place)
        async with self.db.transaction() as tx:
            await store.remove_others(tx, caller.user_id, digest)
            await store.remove_browser(tx, caller.user_id, caller.device_id, digest)
            row = await self._row(tx, caller, "web", digest)
            raw = msgspec.json.encode(browser)
            sealed = await self.vault.seal(tx, BROWSER, caller.account_id, row.pusher_id, raw)
            await store.put(tx, row._replace(browser=sealed), digest)
            await self.log.put(tx, PushersChanged(caller.user_id))

    async def unsubscribe(self, caller: Caller) -> None:
        """Have the caller's browser told no more."""
        async with self.db.transaction() as tx:
            await store.remove_browser(tx, caller.user_id, caller.device_id)

    async def settle_consent(self, tx: Tx, account_id: str) -> None:
        """End an account's browsers if there is no ground for them on file any more."""
        if BROWSER_PURPOSE.ground not in await self.vault.grounds(tx, account_id):
            await store.remove_browsers(tx, account_id)

    async def end_browsers(self, tx: Tx, account_id: str) -> None:
        """End an account's browsers; for the transaction in which the consent is withdrawn."""
        await store.remove_browsers(tx, account_id)

    @property
    def sender_public(self) -> str:
        """The key by which push services know this house now."""
        newest = model_web.sender_key(self.vault.ring.house_keys()[0])
        return model_web.encoded(model_web.public_of(newest))

    def sender_key(self, public: str) -> model_web.PrivateKey | None:
        """Return the key that a subscription was made for, while it is good."""
        for secret in self.vault.ring.house_keys():
            key = model_web.sender_key(secret)
            if model_web.encoded(model_web.public_of(key)) == public:
                return key
        return None

    # -- both ------------------------------------------------------------------------------------

    async def all(self, user_id: str) -> list[Opened]:
        """Return a person's pushers, the oldest first."""
        async with self.db.read() as tx:
            return [await self._opened(tx, row) for row in await store.of_user(tx, user_id)]

    async def open(self, row: PusherRow) -> Opened | None:
        """Return what is sealed of a pusher, ``None`` when nobody is to be told by it."""
        async with self.db.read() as tx:
            account = await self.accounts.by_id(tx, row.account_id)
            if account.state in (AccountState.LOCKED, AccountState.DEACTIVATED):
                return None
            try:
                return await self._opened(tx, row)
            except Erased:
                return None

    async def _opened(self, tx: Tx, row: PusherRow) -> Opened:
        account_id, pusher_id = row.account_id, row.pusher_id
        if row.app is not None:
            raw = await self.vault.open_bytes(tx, APP, account_id, pusher_id, row.app)
            return Opened(row, msgspec.json.decode(raw, type=App), None)
        assert row.browser is not None, "a pusher is an app's or a browser's"
        raw = await self.vault.open_bytes(tx, BROWSER, account_id, pusher_id, row.browser)
        return Opened(row, None, msgspec.json.decode(raw, type=Browser))

    async def _row(self, tx: Tx, caller: Caller, kind: str, digest: bytes) -> PusherRow:
        """Return the row to write: of the pusher that is there, or a new one."""
        await store.lock(tx, caller.user_id)
        known = await store.find(tx, caller.user_id, digest)
        if known is None and await store.count(tx, caller.user_id) >= PUSHERS_MAX:
            raise TooManyPushers
        now: datetime = self.clock.now()
        return PusherRow(
            pusher_id=known or self.ids.ulid(),
            account_id=caller.account_id,
            user_id=caller.user_id,
            device_id=caller.device_id,
            kind=kind,
            app=None,
            browser=None,
            set_at=now,
            told_pos=self.log.applied,
            unread=0,
            failures=0,
            failing_since=None,
            leased_until=None,
        )
