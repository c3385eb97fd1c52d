"""Pairing's verbs: show a code, come with one, look, approve or refuse, take the session."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import msgspec

from teahouse.accounts.model import Account, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.entry.service import Entry
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller
from teahouse.infra.http.place import place_of
from teahouse.infra.qr import qr_svg
from teahouse.infra.vault.vault import Ground, Vault
from teahouse.pairing import store
from teahouse.pairing.model import (
    APPROVAL_LIFE,
    CODE_LETTERS,
    CODE_LIFE,
    TRACES_LIFE,
    WAY,
    NoSuchPairing,
    PairingEntered,
    PairingShown,
    PairingTold,
    State,
    Way,
    WrongNumber,
    check_device_name,
    next_state,
    plain_code,
)
from teahouse.pairing.store import DEVICE_NAME, PLACE, PURPOSE, PairingRow
from teahouse.proofs.service import Proofs

_NUMBERS = range(10, 100)


# Has every other device told, within the transaction, of what the caller did: (what, the new
# device's name, its place).
Tell = Callable[[Tx, Caller, str, str, str], Awaitable[None]]


@dataclass(frozen=True, slots=True, repr=False)
class Pairing:
    """Pairs a new device with one that is signed in. ``listen`` once, before an account ends."""

    db: Database
    vault: Vault
    accounts: Accounts
    tell: Tell
    clock: Clock
    ids: Ids
    config: Config
    confirming: Proofs

    def listen(self, entry: Entry) -> None:
        """Let what is under way end with its account, and when everybody is put out of it."""
        self.accounts.endings.append(store.forget)
        self.accounts.shuttings.append(store.forget)
        entry.flows.append({"type": "m.login.token", "get_login_token": True})
        entry.token_ways.append(self.sign_in)

    # -- the new device ------------------------------------------------------------------------

    async def ask(self, device_name: str, address: str) -> PairingShown:
        """Return a code for a new device to show; a signed-in one reads it."""
        pairing_id, code = self.ids.ulid(), self.ids.readable(CODE_LETTERS)
        secret, until = self.ids.token("thp"), self.clock.now() + CODE_LIFE
        async with self.db.transaction() as tx:
            device = await self._sealed(tx, pairing_id, secret, device_name, address)
            await store.insert_asked(tx, pairing_id, token_digest(code), device, until)
        return self._shown(code, until, secret=secret)

    async def enter(self, code: str, device_name: str, address: str) -> PairingEntered:
        """Come with a code that a signed-in device shows; the first one to come has it.

        Raises ``NoSuchPairing`` alike for a wrong, used or expired code.
        """
        digest, now = token_digest(plain_code(code)), self.clock.now()
        secret, number = self.ids.token("thp"), self._number()
        until = now + APPROVAL_LIFE
        async with self.db.transaction() as tx:
            row = _there(await store.by_code(tx, digest, now), Way.OFFERED)
            next_state(row.state, "meet")
            device = await self._sealed(tx, row.pairing_id, secret, device_name, address)
            await store.entered(tx, row.pairing_id, number, device, until)
        return PairingEntered(secret, number, until)

    async def take(
        self, secret: str, address: str
    ) -> tuple[State, tuple[Account, OpenedSession] | None]:
        """Return how far the new device's pairing is, and its session once, when it is approved.

        What a device approved that was signed out meanwhile is refused: else whoever was put out
        would be let in again. Raises ``NoSuchPairing``, ``AccountLocked``, ``AccountGone``.
        """
        now = self.clock.now()
        async with self.db.transaction() as tx:
            row = _there(await store.by_secret(tx, token_digest(secret), now))
            if row.state is not State.APPROVED:
                return row.state, None
            assert row.account_id is not None, "somebody has approved"
            name, _ = await self._opened(tx, row)
            await store.ended(tx, row.pairing_id, next_state(row.state, "take"))
        sessions = await self.accounts.devices(row.account_id)
        if all(one.session_id != row.approved_by for one in sessions):
            raise NoSuchPairing
        device = Device(device_name=name or None, address=address, way=WAY)
        return State.DONE, await self.accounts.sign_in(row.account_id, device)

    # -- the signed-in device ------------------------------------------------------------------

    async def offer(self, caller: Caller) -> PairingShown:
        """Return a code for a signed-in device to show; a new one comes with it."""
        pairing_id, code = self.ids.ulid(), self.ids.readable(CODE_LETTERS)
        until = self.clock.now() + CODE_LIFE
        async with self.db.transaction() as tx:
            digest = token_digest(code)
            await store.insert_offered(tx, pairing_id, digest, caller.account_id, until)
        return self._shown(code, until, pairing_id=pairing_id)

    async def look(self, caller: Caller, code: str) -> PairingTold:
        """Return which device shows a code; from now on only the caller may approve it.

        Raises ``NoSuchPairing`` alike for a wrong, used or expired code, and somebody else's.
        """
        digest, now = token_digest(plain_code(code)), self.clock.now()
        async with self.db.transaction() as tx:
            row = _there(await store.by_code(tx, digest, now), Way.ASKED)
            if row.account_id is None:
                state, until = next_state(row.state, "meet"), now + APPROVAL_LIFE
                await store.looked(tx, row.pairing_id, caller.account_id, until)
                row = row._replace(account_id=caller.account_id, state=state, expires_at=until)
            if row.account_id != caller.account_id or row.state is not State.SEEN:
                raise NoSuchPairing
            return await self._told(tx, row)

    async def watch(self, caller: Caller, pairing_id: str) -> PairingTold:
        """Return how far a pairing of the caller's is. Raises ``NoSuchPairing``."""
        async with self.db.transaction() as tx:
            return await self._told(tx, await self._mine(tx, caller, pairing_id))

    async def approve(self, caller: Caller, pairing_id: str, number: str) -> None:
        """Let the new device in, and have all devices told.

        Raises ``NoSuchPairing``; where the caller's device showed the code, ``WrongNumber`` for
        another number than the new device's, and that ends it.
        """
        async with self.db.transaction() as tx:
            row = await self._mine(tx, caller, pairing_id)
            next_state(row.state, "approve")
            right = row.number is None or hmac.compare_digest(
                row.number.encode(), number.strip().encode()
            )
            if right:
                await store.approved(tx, pairing_id, caller.session_id)
                name, place = await self._opened(tx, row)
                await self.tell(tx, caller, "device_paired", name or "", place or "")
            else:
                await store.ended(tx, pairing_id, State.REFUSED)
        if not right:
            raise WrongNumber

    async def refuse(self, caller: Caller, pairing_id: str) -> None:
        """Keep the new device out, and end the pairing. Raises ``NoSuchPairing``."""
        async with self.db.transaction() as tx:
            row = await self._mine(tx, caller, pairing_id)
            await store.ended(tx, pairing_id, next_state(row.state, "refuse"))

    async def purge(self, tx: Tx) -> None:
        """Delete what ended ten minutes ago."""
        await store.purge(tx, self.clock.now() - TRACES_LIFE)

    # -- by a token, as other Matrix clients do it ------------------------------------------------

    async def lend(self, caller: Caller) -> tuple[str, int]:
        """Return a token by which one other device may sign in, and for how many ms it is good."""
        token, until = self.ids.token("thg"), self.clock.now() + CODE_LIFE
        async with self.db.transaction() as tx:
            await store.insert_token(tx, token_digest(token), caller.account_id, until)
        return token, int(CODE_LIFE.total_seconds() * 1000)

    async def sign_in(self, token: str, device: Device) -> tuple[Account, OpenedSession] | None:
        """Sign in by such a token, once; ``None``: it is none, or none any more."""
        async with self.db.transaction() as tx:
            account_id = await store.take_token(tx, token_digest(token), self.clock.now())
        if account_id is None:
            return None
        return await self.accounts.sign_in(account_id, msgspec.structs.replace(device, way=WAY))

    # -- inside --------------------------------------------------------------------------------

    async def _mine(self, tx: Tx, caller: Caller, pairing_id: str) -> PairingRow:
        return _there(await store.by_id(tx, pairing_id, caller.account_id, self.clock.now()))

    async def _sealed(
        self, tx: Tx, pairing_id: str, secret: str, name: str, address: str
    ) -> store.Device:
        """Seal what a device tells of itself; its asking to be let in is the ground."""
        ground = Ground(pairing_id, frozenset({PURPOSE}))
        seal = self.vault.seal_pending
        return store.Device(
            token_digest(secret),
            await seal(tx, DEVICE_NAME, pairing_id, check_device_name(name), ground),
            await seal(tx, PLACE, pairing_id, place_of(address), ground),
        )

    async def _opened(self, tx: Tx, row: PairingRow) -> tuple[str | None, str | None]:
        if row.device_name is None or row.place is None:
            return None, None
        return (
            await self.vault.open_pending(tx, DEVICE_NAME, row.pairing_id, row.device_name),
            await self.vault.open_pending(tx, PLACE, row.pairing_id, row.place),
        )

    async def _told(self, tx: Tx, row: PairingRow) -> PairingTold:
        name, place = await self._opened(tx, row)
        needed = row.way is Way.OFFERED
        return PairingTold(row.pairing_id, row.state.value, name, place, needed, row.expires_at)

    def _shown(
        self, code: str, until: datetime, pairing_id: str = "", secret: str = ""
    ) -> PairingShown:
        link = f"{self.config.base_url}/#/pair/{code}"
        return PairingShown(code, link, qr_svg(link), until, pairing_id, secret)

    def _number(self) -> str:
        return str(_NUMBERS[int.from_bytes(self.ids.bytes(8), "big") % len(_NUMBERS)])


def _there(row: PairingRow | None, way: Way | None = None) -> PairingRow:
    if row is None or way not in (None, row.way):
        raise NoSuchPairing
    return row
