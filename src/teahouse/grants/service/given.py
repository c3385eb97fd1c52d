"""What an app is given for a code or a refresh token, and how it gives it back."""

from dataclasses import dataclass
from datetime import timedelta

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.errors import Refused, UnknownToken
from teahouse.grants import store
from teahouse.grants.model import (
    WAIT_SECONDS_MAX,
    WAIT_SECONDS_MORE,
    WAY,
    BadGrant,
    Denied,
    Expired,
    Pending,
    Stage,
    Tokens,
    TooFast,
    Way,
    next_stage,
    proves,
)
from teahouse.grants.model.clients import CODE_GRANT, DEVICE_GRANT, REFRESH_GRANT, Client
from teahouse.grants.service.clients import Clients
from teahouse.grants.store import RequestRow, SessionRow
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Given:
    """Opens, renews and ends the sessions of apps."""

    accounts: Accounts
    clients: Clients

    async def for_code(
        self, client_id: str, code: str, redirect_uri: str, verifier: str, address: str
    ) -> Tokens:
        """Exchange a code (RFC 6749, 4.1.3). Raises ``BadGrant`` whatever is wrong with it.

        A code that comes a second time ends the session that came of it the first time.
        """
        replayed: str | None = None
        taken: RequestRow | None = None
        async with self.accounts.db.transaction() as tx:
            client = await self.clients.known(tx, client_id, CODE_GRANT)
            row = await store.by_code(tx, token_digest(code), Way.BROWSER)
            if row is None or row.client_id != client_id:
                raise BadGrant
            if row.stage is Stage.DONE:
                replayed = row.session_id
            elif row.redirect_uri != redirect_uri or not proves(verifier, row.challenge):
                await self._move(tx, row, "burn")
            else:
                taken = await self._take(tx, row)
        if replayed is not None:
            await self._end(replayed)
        if taken is None:
            raise BadGrant
        return await self._opened(client, taken, address)

    async def for_device(self, client_id: str, code: str, address: str) -> Tokens:
        """Tell a device how far it is, and let it in (RFC 8628, 3.4).

        Raises ``Pending``, ``TooFast``, ``Expired``, ``Denied``, ``BadGrant``.
        """
        async with self.accounts.db.transaction() as tx:
            client = await self.clients.known(tx, client_id, DEVICE_GRANT)
            row = await store.by_code(tx, token_digest(code), Way.DEVICE)
            if row is None or row.client_id != client_id:
                raise BadGrant
            refused = await self._asked_again(tx, row)
            taken = None if refused else await self._take(tx, row)
        if refused is not None:
            raise refused
        if taken is None:
            raise BadGrant
        return await self._opened(client, taken, address)

    async def for_refresh(self, client_id: str, token: str) -> Tokens:
        """Exchange a refresh token (RFC 6749, 6). Raises ``BadGrant``.

        One that was exchanged is good until what it was exchanged for is used, so that an answer
        may get lost; from then on, whoever comes with it ends the session.
        """
        sessions = self.accounts.sessions
        try:
            async with self.accounts.db.transaction() as tx:
                await self.clients.known(tx, client_id, REFRESH_GRANT)
                row = await sessions.refreshing(tx, token)
                mine = await store.session(tx, row.session_id)
                if mine is None or mine.client_id != client_id:
                    raise BadGrant
                opened, event = await sessions.renew(tx, row, token)
                await self._give(tx, row.session_id, opened)
                await store.used(tx, client_id, self.accounts.clock.now())
                await self.accounts.log.put(tx, event)
        except UnknownToken:
            await self._end_given(token)
            raise BadGrant from None
        return _tokens(opened, mine.scope)

    async def revoke(self, token: str) -> None:
        """End the session of an access or refresh token (RFC 7009); none is none any more."""
        try:
            caller = await self.accounts.authenticate(token, locked_too=True)
        except UnknownToken:
            await self._end_given(token)
            return
        await self.accounts.logout(caller)

    async def entered(
        self, tx: Tx, account: Account, device: Device, opened: OpenedSession
    ) -> None:
        """Note whose session it is that was opened: an app's, or nobody's any more."""
        if device.way[:1] != (WAY,):
            if not opened.new:
                await store.delete_session(tx, opened.session_id)
            return
        _, client_id, request_id, scope = device.way
        now, whose = self.accounts.clock.now(), (account.account_id, opened.device_id)
        await store.delete_session(tx, opened.session_id)
        session = SessionRow(opened.session_id, *whose, client_id, scope, now)
        await store.insert_session(tx, session)
        await store.came_of_it(tx, request_id, opened.session_id)
        await store.used(tx, client_id, now)
        await self._give(tx, opened.session_id, opened)

    # -- inside ---------------------------------------------------------------------------------

    async def _asked_again(self, tx: Tx, row: RequestRow) -> Refused | None:
        """Note that a device asks, and return what it is told who may not come in yet."""
        now = self.accounts.clock.now()
        if now >= row.expires_at:
            return Expired()
        if row.stage is Stage.REFUSED:
            return Denied()
        if row.stage is not Stage.ASKED:
            return None
        since = row.asked_at
        soon = since is not None and now - since < timedelta(seconds=row.wait_seconds)
        longer = min(row.wait_seconds + WAIT_SECONDS_MORE, WAIT_SECONDS_MAX)
        wait = longer if soon else row.wait_seconds
        await store.asked_again(tx, row.request_id, now, wait)
        return TooFast() if soon else Pending()

    async def _take(self, tx: Tx, row: RequestRow) -> RequestRow | None:
        """Spend a code, once, while the session stands in which it was allowed."""
        if self.accounts.clock.now() >= row.expires_at or not await self._move(tx, row, "take"):
            return None
        assert row.allowed_by is not None, "somebody allowed it"
        try:
            await self.accounts.sessions.hold(tx, row.allowed_by)
        except UnknownToken:
            return None
        return row

    async def _move(self, tx: Tx, row: RequestRow, act: str) -> bool:
        after = next_stage(row.stage, act)
        if after is not None:
            await store.moved(tx, row.request_id, after)
        return after is not None

    async def _opened(self, client: Client, row: RequestRow, address: str) -> Tokens:
        """Open the session; an account that may not come in is told as a code that is not right."""
        assert row.account_id is not None, "somebody allowed it"
        device = Device(
            device_id=row.device_id,
            device_name=client.metadata.name,
            refresh=True,
            address=address,
            way=(WAY, client.client_id, row.request_id, row.scope),
            matrix_only=True,
        )
        try:
            _, opened = await self.accounts.sign_in(row.account_id, device)
        except Refused as refused:
            raise BadGrant(refused.words) from refused
        return _tokens(opened, row.scope)

    async def _give(self, tx: Tx, session_id: str, opened: OpenedSession) -> None:
        assert opened.refresh_token is not None, "an app asks for one"
        digest = token_digest(opened.refresh_token)
        await store.given(tx, digest, session_id, self.accounts.clock.now())

    async def _end_given(self, token: str) -> None:
        async with self.accounts.db.read() as tx:
            row = await store.session_given(tx, token_digest(token))
        if row is not None:
            await self._end(row.session_id)

    async def _end(self, session_id: str) -> None:
        async with self.accounts.db.read() as tx:
            row = await store.session(tx, session_id)
            if row is None:
                return
            account = await self.accounts.by_id(tx, row.account_id)
        whose = row.account_id, account.user_id
        await self.accounts.end_sessions_of(whose, [row.device_id])


def _tokens(opened: OpenedSession, scope: str) -> Tokens:
    assert opened.refresh_token is not None, "an app asks for one"
    assert opened.expires_in_ms is not None, "and its access token ends"
    seconds = opened.expires_in_ms // 1000
    return Tokens(opened.access_token, "Bearer", seconds, opened.refresh_token, scope)
