"""Accounts: made on the gate's word, signed in, locked with a reason, and erased on request.

Verbs that take ``tx`` first belong in their caller's transaction and announce nothing themselves:
they return the announcement, or :meth:`Accounts.announce_created` makes it, and the caller puts it
last, because the log's head is the last lock of a transaction.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from teahouse.accounts import model, store
from teahouse.accounts.events import (
    AccountCreated,
    AccountDeactivated,
    AccountStateChanged,
    SessionEnded,
    SessionOpened,
)
from teahouse.accounts.model import (
    Account,
    AccountGone,
    AccountLeaving,
    AccountLocked,
    AccountState,
    Activity,
    Admission,
    ContactInUse,
    Device,
    NameTaken,
    NoSuchAccount,
    OpenedSession,
    Session,
)
from teahouse.accounts.service.finder import Finder
from teahouse.accounts.service.sessions import Sessions
from teahouse.accounts.service.upgrading import Upgrading
from teahouse.accounts.service.wrapping import Wrapping
from teahouse.accounts.store import passwords as password_rows
from teahouse.accounts.store import sessions as session_rows
from teahouse.accounts.store.personal import IDENTIFIER_FIELDS
from teahouse.clock import Clock
from teahouse.codes.model import check_kind
from teahouse.codes.service import Codes
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx, UniqueViolation
from teahouse.infra.http.caller import Caller
from teahouse.infra.vault.vault import Vault
from teahouse.passwords.model import check_password
from teahouse.passwords.service import Passwords

# Called with ``(tx, account_id)`` in the transaction that ends an account, calls it back, or puts
# out whoever is in it.
Ending = Callable[[Tx, str], Awaitable[None]]
# Called in the transaction in which somebody signs in, with what was opened.
Entering = Callable[[Tx, Account, Device, OpenedSession], Awaitable[None]]
# Returns, in the transaction that is to end an account, until when it has to wait, if it does. Told
# too whether what its owner said is to go.
Waiting = Callable[[Tx, Account, bool], Awaitable[datetime | None]]
# Refuses, with ``(tx, kind, value)``, a contact that no account may have.
ContactCheck = Callable[[Tx, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Accounts:
    """The accounts of this server. Make one with ``opening.open_accounts``."""

    db: Database
    log: Log
    vault: Vault
    clock: Clock
    ids: Ids
    config: Config
    passwords: Passwords
    sessions: Sessions
    codes: Codes
    finder: Finder
    wrapping: Wrapping
    endings: list[Ending] = field(default_factory=list[Ending], repr=False)
    waitings: list[Waiting] = field(default_factory=list[Waiting], repr=False)
    restorings: list[Ending] = field(default_factory=list[Ending], repr=False)
    shuttings: list[Ending] = field(default_factory=list[Ending], repr=False)
    enterings: list[Entering] = field(default_factory=list[Entering], repr=False)
    contact_checks: list[ContactCheck] = field(default_factory=list[ContactCheck], repr=False)

    @property
    def upgrading(self) -> Upgrading:
        """How a guest registers."""
        return Upgrading(self.sessions)

    # -- coming to be --------------------------------------------------------------------------

    def check_localpart(self, written: str) -> str:
        """Return a new name in the form it is kept in. Raises ``BadLocalpart``."""
        return model.check_localpart(written, self.config.server_name)

    async def name_free(self, tx: Tx, localpart: str) -> bool:
        """Tell whether a name was never given to anybody."""
        return not await store.name_taken(tx, localpart)

    async def create(
        self, tx: Tx, admission: Admission, localpart: str, administrator: bool = False
    ) -> Account:
        """Make an account on the gate's word; nothing personal is written yet.

        Raises ``BadLocalpart``, ``NameTaken``. The caller gets consent, writes what is personal,
        and at last calls :meth:`announce_created`.
        """
        localpart = self.check_localpart(localpart)
        account = Account(
            account_id=self.ids.ulid(),
            localpart=localpart,
            user_id=model.user_id_of(localpart, self.config.server_name),
            account_class=model.AccountClass(admission.account_class),
            region=admission.region,
            regime_version=admission.policy_version,
            state=AccountState.ACTIVE,
            state_reason="",
            administrator=administrator,
            door=admission.door,
            created_at=self.clock.now(),
            deactivated_at=None,
        )
        try:
            await store.insert_account(tx, account, admission.admission_id)
        except UniqueViolation as taken:
            raise NameTaken from taken
        await self.vault.create_subject(tx, account.account_id, account.region)
        return account

    async def announce_created(
        self, tx: Tx, account: Account, opened: OpenedSession | None = None
    ) -> int:
        """Announce a new account and its first session; the last call of the transaction."""
        created = AccountCreated(
            account.account_id,
            account.user_id,
            account.account_class.value,
            account.region,
            account.door,
        )
        events: list[Any] = [created]
        if opened is not None:
            events.append(_opened(account, opened))
        return await self.log.put(tx, *events)

    async def add_identifier(
        self, tx: Tx, account_id: str, kind: str, value: str, rank: int = 1
    ) -> None:
        """Give an account a proved phone number or address, as its main one (1) or second (2).

        Raises ``ContactInUse``, ``NoGround``, ``BadPhone``, ``BadEmail``.
        """
        check_kind(kind)
        personal = IDENTIFIER_FIELDS[kind]
        assert personal.normaliser is not None, "contacts are normalised"
        written = personal.normaliser.apply(value)
        for check in self.contact_checks:
            await check(tx, kind, written)

        async def write() -> bool:
            wanted = self.vault.indexer.candidates(personal, written)
            await store.lock_contact(tx, wanted[0].digest)
            if await store.account_by_index(tx, kind, wanted) is not None:
                raise ContactInUse
            sealed = await self.vault.seal(tx, personal, account_id, account_id, written)
            index = self.vault.indexer.slots(personal, written)
            now = self.clock.now()
            return await store.insert_identifier(tx, account_id, kind, sealed, index, now, rank)

        try:
            await self.vault.ring.written(tx, write)
        except UniqueViolation as taken:
            raise ContactInUse from taken

    async def rerank(
        self, tx: Tx, account_id: str, kind: str, ranks: tuple[int, int], left: datetime | None
    ) -> bool:
        """Move a contact from a rank to another; to 0 with the moment when it leaves for good."""
        return await store.rerank(tx, account_id, kind, ranks, left)

    async def drop_contact(self, tx: Tx, account_id: str, kind: str, rank: int) -> bool:
        """Take a contact from an account; false when there is none of that rank."""
        return await store.delete_rank(tx, account_id, kind, rank)

    async def proved_again(self, account_id: str, kind: str, value: str) -> None:
        """Note that a contact was proved once more: it has not gone to somebody else."""
        async with self.db.read() as tx:
            for index in self.vault.indexer.candidates(IDENTIFIER_FIELDS[kind], value):
                await store.proved_again(tx, account_id, kind, index.digest, self.clock.now())

    async def purge_contacts(self, tx: Tx) -> None:
        """Delete the contacts whose replacement can no longer be undone."""
        await store.delete_left(tx, self.clock.now())

    # -- finding -------------------------------------------------------------------------------

    async def account(self, user_id: str) -> Account:
        """Return an account by its Matrix id. Raises ``NoSuchAccount``."""
        async with self.db.read() as tx:
            return _there(await store.account_by_user(tx, user_id))

    async def by_id(self, tx: Tx, account_id: str) -> Account:
        """Return an account by our own id. Raises ``NoSuchAccount``."""
        return _there(await store.account(tx, account_id))

    async def count(self, tx: Tx) -> int:
        """Return how many accounts there are, without the deactivated."""
        return await store.count(tx)

    async def census(self, tx: Tx) -> list[tuple[str, str, int]]:
        """Return how many accounts there are of each region and class, without the deactivated."""
        return await store.census(tx)

    async def active_since(self, tx: Tx, since: datetime) -> int:
        """Return how many of them came since a moment; true to the hour."""
        return await store.active_since(tx, since)

    async def exists(self, tx: Tx, user_id: str) -> bool:
        """Tell whether there is such a user, and not deactivated."""
        found = await store.account_by_user(tx, user_id)
        return found is not None and found.state is not AccountState.DEACTIVATED

    async def id_of(self, tx: Tx, user_id: str) -> str | None:
        """Return the id of a user's account, ``None`` when there is none or no longer one."""
        found = await store.account_by_user(tx, user_id)
        gone = found is None or found.state is AccountState.DEACTIVATED
        return None if found is None or gone else found.account_id

    async def masked_identifiers(self, account_id: str) -> dict[str, str]:
        """Return phone and address by kind, with just enough shown to know them again."""
        values = await self.identifiers(account_id)
        return {kind: model.masked(kind, value) for kind, value in values.items()}

    async def identifiers(self, account_id: str) -> dict[str, str]:
        """Return the main phone and address by kind, for their owner only."""
        found = reversed(await self.finder.identifiers(account_id))
        return {kind: value for kind, value, _ in found}

    async def activity(self, tx: Tx, account_id: str) -> Activity:
        """Return how an account has been used of late."""
        return await store.activity(tx, account_id, self.passwords.plain)

    # -- passwords -----------------------------------------------------------------------------

    def check_new_password(self, password: str) -> None:
        """Refuse a password that is too short, or absurdly long: ``WeakPassword``."""
        check_password(password, strict=not self.config.test_mode)

    async def hash_password(self, password: str) -> str:
        """Return the PHC string (argon2id) of a new password. Raises ``WeakPassword``, ``Busy``.

        It takes 25 ms of a thread's time: call it outside any transaction.
        """
        self.check_new_password(password)
        return await self.passwords.hash(password)

    async def set_password(self, tx: Tx, account_id: str, password_phc: str) -> None:
        """Keep what :meth:`hash_password` returned, or ``passwords`` reads of another system's."""
        await password_rows.set_password(tx, account_id, password_phc, self.clock.now())

    async def check_password(self, account: Account | None, password: str) -> bool:
        """Tell whether it is the account's password, with the same work when there is none."""
        return await self.finder.check_password(account, password)

    async def has_password(self, account_id: str) -> bool:
        """Tell whether an account has a password at all."""
        async with self.db.read() as tx:
            return await password_rows.password(tx, account_id) is not None

    # -- sessions ------------------------------------------------------------------------------

    async def authenticate(self, token: str, locked_too: bool = False) -> Caller:
        """Return whose access token it is.

        Raises ``UnknownToken``, ``TokenExpired``, ``AccountLocked`` (unless ``locked_too``, for
        signing out). A session that has ended and an account that was locked count at once, in
        every worker.
        """
        return await self.sessions.authenticate(token, locked_too)

    async def open_session(
        self,
        tx: Tx,
        account: Account,
        device_id: str | None = None,
        device_name: str | None = None,
        refresh: bool = False,
        address: str = "",
    ) -> OpenedSession:
        """Open a session; a device that has one gets new tokens and keeps its name.

        Announces nothing: see :meth:`announce_created`. Raises ``BadDevice``, ``NoGround``.
        """
        return await self.sessions.open(
            tx, account, Device(device_id, device_name, refresh, address)
        )

    async def sign_in(
        self, account_id: str, device: Device, restore: bool = False
    ) -> tuple[Account, OpenedSession]:
        """Open a session for whoever was recognised; announces it.

        An account that is being deleted is called back with ``restore``. Raises ``AccountGone``,
        ``AccountLocked``, ``AccountLeaving``.
        """
        try:
            return await self._enter(account_id, device, restore)
        except UniqueViolation:  # the same new device, at the same moment: now it is known
            return await self._enter(account_id, device, restore)

    async def logout(self, caller: Caller) -> None:
        """End the caller's own session."""
        await self.sessions.end((caller.account_id, caller.user_id), [caller.device_id])

    async def logout_all(self, caller: Caller) -> None:
        """End every session of the caller."""
        async with self.db.transaction() as tx:
            ended = await self.sessions.end_all(tx, (caller.account_id, caller.user_id))
            if ended:
                await self.log.put(tx, *ended)

    async def end_session(self, caller: Caller, device_id: str) -> None:
        """Sign out one of the caller's devices. Raises ``NoSuchDevice``."""
        await self.end_sessions_of((caller.account_id, caller.user_id), [device_id], True)

    async def end_sessions_of(
        self, account: tuple[str, str], device_ids: list[str], must_exist: bool = False
    ) -> list[str]:
        """Sign out devices of (account id, user id) and return those that were signed in."""
        ended = await self.sessions.end(account, device_ids)
        if must_exist and not ended:
            raise model.NoSuchDevice
        return ended

    async def devices(self, account_id: str) -> list[Session]:
        """Return an account's devices that are signed in, oldest first."""
        return await self.sessions.list(account_id)

    async def device_name(self, tx: Tx, account_id: str, session_id: str) -> str | None:
        """Return the name of a device, if it has one."""
        return await self.sessions.name(tx, account_id, session_id)

    async def rename_device(self, caller: Caller, device_id: str, name: str | None) -> None:
        """Give one of the caller's devices another name. Raises ``NoSuchDevice``."""
        await self.sessions.rename((caller.account_id, caller.user_id), device_id, name)

    async def change_password(
        self, caller: Caller, password: str, logout_devices: bool, also: Ending | None = None
    ) -> None:
        """Set a new password and, as a rule, sign out every other device. Raises as ``hash_password``.

        ``also`` is called with ``(tx, account_id)`` in the same transaction.
        """
        phc = await self.hash_password(password)
        account = (caller.account_id, caller.user_id)
        async with self.db.transaction() as tx:
            await self.set_password(tx, caller.account_id, phc)
            if also is not None:
                await also(tx, caller.account_id)
            if logout_devices:
                ended = await self.sessions.end_all(tx, account, caller.device_id)
                if ended:
                    await self.log.put(tx, *ended)

    # -- states --------------------------------------------------------------------------------

    async def change_state(
        self, tx: Tx, account_id: str, act: str, reason: str
    ) -> tuple[AccountState, AccountStateChanged]:
        """Change an account's state by an act of ``model.TRANSITIONS``; return the one before.

        Announces and audits nothing: the caller does. Raises ``BadTransition``, ``NoSuchAccount``.
        """
        account = _there(await store.account_locked(tx, account_id))
        state, kept, before = model.changed(account, act, reason)
        await store.set_state(tx, account_id, state, kept, None, before)
        return account.state, AccountStateChanged(account_id, account.user_id, state.value)

    async def unsuspend_behind(self, tx: Tx, account_id: str) -> None:
        """Have a locked account be active once it is unlocked, though it was suspended before."""
        account = _there(await store.account_locked(tx, account_id))
        assert account.state is model.AccountState.LOCKED, "only a lock has something behind it"
        before = (model.AccountState.ACTIVE.value, "")
        await store.set_state(tx, account_id, account.state, account.state_reason, None, before)

    async def sign_out(self, tx: Tx, account_id: str, device_id: str) -> SessionEnded:
        """Sign out a device and return the announcement, for the caller to put last.

        Raises ``NoSuchAccount``, ``NoSuchDevice``.
        """
        account = await self.by_id(tx, account_id)
        ended = await session_rows.end_sessions(tx, account_id, [device_id])
        if not ended:
            raise model.NoSuchDevice
        return SessionEnded(account_id, account.user_id, ended)

    async def leave(self, tx: Tx, account_id: str, ends_at: datetime, erase: bool) -> SessionEnded:
        """Sign an account out everywhere, to end at a moment unless it is called back before.

        Returns the announcement, for the caller to put last.
        """
        account = _there(await store.account_locked(tx, account_id))
        await store.set_end(tx, account_id, ends_at, erase)
        ended = await session_rows.end_all_sessions(tx, account_id, None)
        return SessionEnded(account_id, account.user_id, ended)

    async def hold(self, tx: Tx, account_id: str) -> Account:
        """Return an account, and let nobody else change it until the commit."""
        return _there(await store.account_locked(tx, account_id))

    async def shut_out(self, tx: Tx, account_id: str) -> list[SessionEnded]:
        """End every session, the password, and every other way in that somebody else may have added.

        Those who keep such ways listen in ``shuttings``. Returns what is to be announced, for the
        caller to put last.
        """
        account = _there(await store.account_locked(tx, account_id))
        await password_rows.delete(tx, account_id)
        for shut in self.shuttings:
            await shut(tx, account_id)
        return await self.sessions.end_all(tx, (account_id, account.user_id))

    async def ending(self, tx: Tx, limit: int) -> list[tuple[str, bool]]:
        """Return (account, erase) of those whose time to be called back is over."""
        return await store.ending(tx, self.clock.now(), limit)

    async def deactivate(
        self, account_id: str, erase: bool, only_if_due: bool = False, also: Sequence[Ending] = ()
    ) -> datetime | None:
        """End an account for good: sessions, contacts, profile and data key are destroyed.

        What was sealed for it is never opened again, its name never given again. Twice is once. One
        that has to wait is signed out, and ends when the moment that is returned has come.
        """
        async with self.db.transaction() as tx:
            account = _there(await store.account_locked(tx, account_id))
            late = account.ends_at is not None and account.ends_at <= self.clock.now()
            if account.state is AccountState.DEACTIVATED or (only_if_due and not late):
                return None  # or it was called back meanwhile
            if (until := await self._waits(tx, account, erase)) is not None:
                for ending in also:
                    await ending(tx, account_id)
                await self.log.put(tx, await self.leave(tx, account_id, until, erase))
                return until
            ended = await self.sessions.end_all(tx, (account_id, account.user_id))
            await store.forget(tx, account_id)
            await self.codes.forget(tx, account_id)
            for ending in (*self.endings, *also):
                await ending(tx, account_id)
            await self.vault.destroy_subject(tx, account_id, hidden=erase)
            await store.set_state(tx, account_id, AccountState.DEACTIVATED, "", self.clock.now())
            await store.set_end(tx, account_id, None, True)
            await self.log.put(tx, *ended, AccountDeactivated(account_id, account.user_id, erase))
        return None

    async def end_now(self, tx: Tx, account_id: str) -> None:
        """Let an account end that had to wait; nothing, if its owner has called it back."""
        await store.end_now(tx, account_id, self.clock.now())

    async def _waits(self, tx: Tx, account: Account, erase: bool) -> datetime | None:
        found = [await waits(tx, account, erase) for waits in self.waitings]
        return max((until for until in found if until is not None), default=None)

    # -- inside --------------------------------------------------------------------------------

    async def _enter(
        self, account_id: str, device: Device, restore: bool
    ) -> tuple[Account, OpenedSession]:
        async with self.db.transaction() as tx:
            account = _there(await store.account_locked(tx, account_id))
            if account.state is AccountState.DEACTIVATED:
                raise AccountGone
            if account.state is AccountState.LOCKED:
                raise AccountLocked
            if account.ends_at is not None and not restore:
                raise AccountLeaving(ends_at=account.ends_at.isoformat())
            if account.ends_at is not None:
                await store.set_end(tx, account_id, None, True)
                for restored in self.restorings:
                    await restored(tx, account_id)
            opened = await self.sessions.open(tx, account, device)
            for entering in self.enterings:
                await entering(tx, account, device, opened)
            await self.log.put(tx, _opened(account, opened, opened.new))
        return account, opened


def _there(account: Account | None) -> Account:
    if account is None:
        raise NoSuchAccount
    return account


def _opened(account: Account, opened: OpenedSession, new: bool = False) -> SessionOpened:
    session = opened.device_id, opened.session_id
    return SessionOpened(account.account_id, account.user_id, *session, new)
