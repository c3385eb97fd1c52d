"""Sessions: opened, recognised by their token, ended everywhere at once.

Each worker remembers the tokens it has seen. What it remembers is dropped when the log tells that
the person's sessions or state changed, so a sign-out or a lock needs no time to take effect.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from teahouse.accounts.events import (
    AccountDeactivated,
    AccountStateChanged,
    DeviceRenamed,
    SessionEnded,
    SessionOpened,
)
from teahouse.accounts.model import (
    REFRESH_LIFE,
    SEEN_EVERY,
    SESSIONS_MAX,
    TOKEN_LIFE,
    UNUSED_LIFE,
    Account,
    AccountLocked,
    AccountState,
    Device,
    DeviceOf,
    NoSuchDevice,
    OpenedSession,
    Session,
    TokenExpired,
    TooManySessions,
    check_device,
)
from teahouse.accounts.store import account_shared, known
from teahouse.accounts.store import sessions as store
from teahouse.accounts.store.personal import DEVICE_NAME, LAST_ADDRESS
from teahouse.accounts.store.sessions import RefreshRow, SessionRow, TokenDigests
from teahouse.clock import Clock
from teahouse.errors import UnknownToken
from teahouse.ids import Ids, token_digest
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.seats import Seat, Seats
from teahouse.infra.vault.bearers import Bearers, under
from teahouse.infra.vault.field import PersonalField
from teahouse.infra.vault.model import KeyRef, NoGround
from teahouse.infra.vault.vault import SealedRow, Vault

Pairs = list[tuple[str, bytes | None]]  # (row id, sealed value)


@dataclass(frozen=True, slots=True, repr=False)
class Sessions:
    """Opens, recognises and ends sessions."""

    db: Database
    log: Log
    vault: Vault
    clock: Clock
    ids: Ids
    seats: Seats = field(default_factory=Seats)

    @property
    def access(self) -> Bearers:
        """How access tokens are kept."""
        return Bearers(self.vault.ring, "accounts.access")

    @property
    def renewing(self) -> Bearers:
        """How refresh tokens are kept."""
        return Bearers(self.vault.ring, "accounts.refresh")

    def listen(self) -> None:
        """Hear from the log whose tokens are to be asked for again."""

        def drop(
            _pos: int,
            event: SessionOpened | SessionEnded | AccountStateChanged | AccountDeactivated,
        ) -> None:
            self.seats.drop(event.user_id)

        for event_type in (SessionOpened, SessionEnded, AccountStateChanged, AccountDeactivated):
            self.log.hear(event_type, drop)

    async def authenticate(self, token: str, locked_too: bool = False) -> Caller:
        """Return whose token it is; see ``Accounts.authenticate``."""
        digest = token_digest(token)
        now = self.clock.now()
        seat = self.seats.get(digest)
        if seat is None or now >= seat.ask_again_at:
            seat = await self._ask(digest, now)
        if seat.expires_at is not None and now >= seat.expires_at:
            raise TokenExpired
        if seat.locked and not locked_too:
            raise AccountLocked
        return seat.caller

    def remembered(self, token: str) -> str | None:
        """Return the account whose token it is, if this worker has seen it; nothing is checked."""
        seat = self.seats.get(token_digest(token))
        return None if seat is None else seat.caller.account_id

    async def _ask(self, digest: bytes, now: datetime) -> Seat:
        changes = self.seats.changes
        async with self.db.read() as tx:
            row = await self.access.found(tx, digest, lambda found: store.by_token(tx, found))
            if row is None or row.state == AccountState.DEACTIVATED.value:
                raise UnknownToken
            if row.token_expires_at is not None and now >= row.token_expires_at:
                raise TokenExpired
            if now - row.last_seen_at >= SEEN_EVERY:
                await store.seen(tx, row.account_id, row.session_id, now)
            if row.renewed:
                await store.forget_spent(tx, row.session_id)
            kept = self.access.kept(digest)
            if kept.digest != row.token_digest:
                await store.rekey_token(tx, row.session_id, row.token_digest, *kept)
        caller = Caller(
            account_id=row.account_id,
            user_id=row.user_id,
            device_id=row.device_id,
            session_id=row.session_id,
            account_class=row.account_class,
            administrator=row.administrator,
            suspended=row.state == AccountState.SUSPENDED.value,
            matrix_only=row.matrix_only,
            guest=row.guest,
        )
        locked = row.state == AccountState.LOCKED.value
        seat = Seat(caller, locked, row.token_expires_at, now + SEEN_EVERY)
        self.seats.keep(digest, seat, changes)
        return seat

    async def open(self, tx: Tx, account: Account, device: Device) -> OpenedSession:
        """Open a session, or renew that of a known device; see ``Accounts.open_session``."""
        check_device(device.device_id, device.device_name)
        opened = self._tokens(device)
        known = None
        if device.device_id is not None:
            known = await store.session_of_device(tx, account.account_id, device.device_id)
        session_id = known or self.ids.ulid()
        address = await self._address(tx, account.account_id, session_id, device.address)
        if known:
            await self._renew(tx, session_id, opened, address, matrix_only=device.matrix_only)
        else:
            who = (session_id, account.account_id, account.user_id, opened.device_id)
            name = await self._name(tx, account.account_id, session_id, device.device_name)
            await self._insert(tx, who, opened, name, address, device.matrix_only)
        return msgspec.structs.replace(opened, session_id=session_id, new=not known)

    async def refresh(self, token: str) -> OpenedSession:
        """Exchange a refresh token; see ``Accounts.refresh``. An app's is good where it got it."""
        async with self.db.transaction() as tx:
            row = await self.refreshing(tx, token)
            if row.matrix_only:
                raise UnknownToken
            opened, event = await self.renew(tx, row, token)
            await self.log.put(tx, event)
        return opened

    async def refreshing(self, tx: Tx, token: str) -> RefreshRow:
        """Return whose refresh token it is, and hold the session. Raises as ``refresh``."""
        digest = token_digest(token)
        row = await self.renewing.found(tx, digest, lambda found: store.by_refresh(tx, found))
        if row is None or self.clock.now() >= row.refresh_expires_at:
            raise UnknownToken
        account = await account_shared(tx, row.account_id)
        if account is None or account.state is AccountState.DEACTIVATED:
            raise UnknownToken
        if account.state is AccountState.LOCKED:
            raise AccountLocked
        return row

    async def renew(
        self, tx: Tx, row: RefreshRow, token: str
    ) -> tuple[OpenedSession, SessionOpened]:
        """Give a session new tokens for ``token``, and return what is to be announced, last."""
        opened = self._tokens(Device(row.device_id, refresh=True))
        await self._renew(tx, row.session_id, opened, None, spent=token_digest(token))
        return opened, SessionOpened(row.account_id, row.user_id, row.device_id, row.session_id)

    async def end(self, account: tuple[str, str], device_ids: list[str]) -> list[str]:
        """End the sessions of some devices of (account id, user id); unknown ones are passed by."""
        account_id, user_id = account
        async with self.db.transaction() as tx:
            ended = await store.end_sessions(tx, account_id, device_ids)
            if ended:
                await self.log.put(tx, SessionEnded(account_id, user_id, ended))
        return ended

    async def end_all(
        self, tx: Tx, account: tuple[str, str], but_device: str | None = None
    ) -> list[SessionEnded]:
        """End all sessions but one within ``tx``; the caller announces what is returned, last."""
        ended = await store.end_all_sessions(tx, account[0], but_device)
        return [SessionEnded(*account, ended)] if ended else []

    async def of_users(self, tx: Tx, user_ids: Sequence[str], hold: bool = False) -> list[DeviceOf]:
        """Return the devices of many people by their Matrix ids; held: none can end meanwhile."""
        return await store.devices_of(tx, user_ids, hold)

    async def known(self, tx: Tx, user_ids: Sequence[str]) -> set[str]:
        """Return which of some users there are, and not deactivated."""
        return await known(tx, user_ids)

    async def hold(self, tx: Tx, session_id: str) -> None:
        """Let a session not end before the commit. Raises ``UnknownToken``: it has."""
        if not await store.hold(tx, session_id):
            raise UnknownToken

    async def list(self, account_id: str) -> list[Session]:
        """Return an account's sessions, oldest first, opened."""
        async with self.db.read() as tx:
            rows = await store.sessions(tx, account_id, SESSIONS_MAX)
            names = [(row.session_id, row.device_name) for row in rows]
            addresses = [(row.session_id, row.last_seen_address) for row in rows]
            opened_names = await self._opened(tx, DEVICE_NAME, account_id, names)
            opened_addresses = await self._opened(tx, LAST_ADDRESS, account_id, addresses)
        return [_session(row, opened_names, opened_addresses) for row in rows]

    async def name(self, tx: Tx, account_id: str, session_id: str) -> str | None:
        """Return the name of a session's device, if it has one."""
        sealed = await store.device_name(tx, session_id)
        found = await self._opened(tx, DEVICE_NAME, account_id, [(session_id, sealed)])
        return found.get(session_id)

    async def of_device(self, tx: Tx, account_id: str, device_id: str) -> str | None:
        """Return the session of a device that is signed in."""
        return await store.session_of_device(tx, account_id, device_id)

    async def names_of(self, tx: Tx, account_id: str) -> dict[str, str | None]:
        """Return the names of an account's devices by session, of those that have one."""
        rows = await store.sessions(tx, account_id, SESSIONS_MAX)
        named = [(row.session_id, row.device_name) for row in rows]
        return await self._opened(tx, DEVICE_NAME, account_id, named)

    async def rename(self, account: tuple[str, str], device_id: str, name: str | None) -> None:
        """Give a device of (account id, user id) another name; none is given: it keeps its own.

        Raises ``NoSuchDevice``, ``BadDevice``.
        """
        account_id, user_id = account
        check_device(device_id, name)
        async with self.db.transaction() as tx:
            session_id = await store.session_of_device(tx, account_id, device_id)
            if session_id is None:
                raise NoSuchDevice
            if name is None:
                return
            sealed = await self._name(tx, account_id, session_id, name)
            await store.rename_device(tx, account_id, device_id, sealed)
            await self.log.put(tx, DeviceRenamed(account_id, user_id, device_id))

    # -- the keys that they are kept under ------------------------------------------------------

    async def held(self, tx: Tx, key: KeyRef) -> int:
        """Count the live tokens under a key, for the locksmith.

        A token is live until it ends; one without an end, while somebody uses it.
        """
        now = self.clock.now()
        return await store.held(tx, under(key.version), now, now - UNUSED_LIFE)

    # -- within --------------------------------------------------------------------------------

    async def _opened(
        self, tx: Tx, column: PersonalField, account_id: str, values: Pairs
    ) -> dict[str, str | None]:
        present = [(row_id, value) for row_id, value in values if value is not None]
        rows = [SealedRow(account_id, row_id, value) for row_id, value in present]
        texts = await self.vault.open_many(tx, column, rows) if rows else []
        return {row_id: text for (row_id, _), text in zip(present, texts, strict=True)}

    async def _name(
        self, tx: Tx, account_id: str, session_id: str, name: str | None
    ) -> bytes | None:
        if not name:
            return None
        return await self.vault.seal(tx, DEVICE_NAME, account_id, session_id, name)

    async def _address(
        self, tx: Tx, account_id: str, session_id: str, address: str
    ) -> bytes | None:
        if not address:
            return None
        try:
            return await self.vault.seal(tx, LAST_ADDRESS, account_id, session_id, address)
        except NoGround:
            return None  # without a ground it is not collected, and signing in does not need it

    def _tokens(self, device: Device) -> OpenedSession:
        access = self.ids.token("tha")
        device_id = device.device_id or self.ids.device_id()
        if not device.refresh:
            return OpenedSession(access, device_id, None, None, "")
        life_ms = int(TOKEN_LIFE.total_seconds() * 1000)
        return OpenedSession(access, device_id, self.ids.token("thr"), life_ms, "")

    def _kept(self, opened: OpenedSession) -> tuple[TokenDigests, int]:
        now = self.clock.now()
        access = self.access.kept(token_digest(opened.access_token))
        if opened.refresh_token is None:
            return TokenDigests(access.digest, None, None, None), access.generation
        refresh = self.renewing.kept(token_digest(opened.refresh_token))
        lives = now + TOKEN_LIFE, now + REFRESH_LIFE
        kept = TokenDigests(access.digest, lives[0], refresh.digest, lives[1])
        return kept, min(access.generation, refresh.generation)

    async def _insert(
        self,
        tx: Tx,
        who: tuple[str, str, str, str],
        opened: OpenedSession,
        name: bytes | None,
        address: bytes | None,
        matrix_only: bool,
    ) -> None:
        async def write() -> bool:
            kept, generation = self._kept(opened)
            seen = self.clock.now(), address
            current, room = await store.insert_session(
                tx, who, kept, name, seen, generation, matrix_only
            )
            if not room:
                raise TooManySessions
            return current

        await self.vault.ring.written(tx, write)

    async def _renew(
        self,
        tx: Tx,
        session_id: str,
        opened: OpenedSession,
        address: bytes | None,
        spent: bytes | None = None,
        matrix_only: bool | None = None,
    ) -> None:
        async def write() -> bool:
            kept, generation = self._kept(opened)
            seen = self.clock.now(), address
            was = None if spent is None else self.renewing.kept(spent).digest
            return await store.renew_session(
                tx, session_id, kept, seen, generation, was, matrix_only
            )

        await self.vault.ring.written(tx, write)


def _session(
    row: SessionRow, names: dict[str, str | None], addresses: dict[str, str | None]
) -> Session:
    return Session(
        session_id=row.session_id,
        device_id=row.device_id,
        device_name=names.get(row.session_id),
        last_seen_at=row.last_seen_at,
        last_seen_address=addresses.get(row.session_id),
        created_at=row.created_at,
    )
