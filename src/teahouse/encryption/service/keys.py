"""Uploading a device's keys, looking at others', and claiming one-time keys."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.encryption import store
from teahouse.encryption.events import DeviceKeysChanged, KeyStockChanged
from teahouse.encryption.model import keys as model
from teahouse.encryption.model import signing
from teahouse.encryption.model.keys import Object, Stock, StoredKey, TooManyKeys
from teahouse.encryption.model.signing import (
    MASTER,
    SELF_SIGNING,
    USER_SIGNING,
    CrossKey,
    Signature,
)
from teahouse.encryption.service.changes import Changes
from teahouse.encryption.store import signing as signing_rows
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.http.caller import Caller

ByDevice = dict[str, dict[str, Object]]


class Upload(NamedTuple):
    """What a device brings: what it shows of itself, and keys to be given out."""

    device: bytes | None
    one_time: list[StoredKey]
    fallbacks: list[StoredKey]


class Shown(NamedTuple):
    """What one may see of other people's keys, by user."""

    devices: ByDevice
    cross: dict[str, dict[str, Object]]  # by use
    failures: dict[str, Object]


@dataclass(frozen=True, repr=False)
class Keys:
    """Device keys, one-time keys and fallback keys."""

    db: Database
    accounts: Accounts
    changes: Changes
    server_name: str

    def upload_of(
        self,
        caller: Caller,
        device: Object | None,
        one_time: Mapping[str, Any] | None,
        fallbacks: Mapping[str, Any] | None,
    ) -> Upload:
        """Return what a device wants to bring. Raises ``BadJson``, ``TooLarge``, ``TooManyKeys``."""
        shown = None
        if device is not None:
            shown = model.device_keys_text(device, caller.user_id, caller.device_id)
        spare = model.stored_keys(fallbacks or {})
        model.check_fallbacks(spare)
        return Upload(shown, model.stored_keys(one_time or {}), spare)

    async def upload(self, caller: Caller, brought: Upload) -> Stock:
        """Keep a device's keys and return what it has here then.

        Raises ``KeyExists`` for a one-time key that is there with another content, ``TooManyKeys``.
        """
        concerned: list[DeviceKeysChanged] = []
        if brought.device is not None:
            concerned = [await self.changes.of(caller.user_id)]
        session_id = caller.session_id
        model.check_device_said(session_id)
        async with self.db.transaction() as tx:
            await self.accounts.sessions.hold(tx, session_id)
            if not await self._show(tx, caller, brought.device):
                concerned = []
            stocked = await self._stock_up(tx, session_id, brought)
            found = await store.stock(tx, session_id)
            if sum(found.counts.values()) > model.STOCK_MAX:
                raise TooManyKeys
            told = [KeyStockChanged(caller.user_id, [session_id])] if stocked else []
            if concerned or told:
                await self.changes.announce(tx, concerned, *told)
        return found

    async def _show(self, tx: Tx, caller: Caller, shown: bytes | None) -> bool:
        """Keep what a device shows of itself; tell whether it is anything new."""
        if shown is None or await store.device(tx, caller.session_id) == shown:
            return False
        user_id, device_id = caller.user_id, caller.device_id
        await store.set_device(tx, caller.session_id, user_id, device_id, shown)
        await signing_rows.drop_targets(tx, user_id, [device_id])
        return True

    async def _stock_up(self, tx: Tx, session_id: str, brought: Upload) -> bool:
        known = await store.one_time(tx, session_id, brought.one_time) if brought.one_time else {}
        new = model.unknown_keys(brought.one_time, known)
        if new:
            await store.add_one_time(tx, session_id, new)
        spare = brought.fallbacks
        replaced = await store.set_fallbacks(tx, session_id, spare) if spare else 0
        return bool(new or replaced)

    async def claim(
        self, asked: Mapping[str, Mapping[str, str]]
    ) -> tuple[ByDevice, dict[str, Object]]:
        """Take a key of each device that is asked for; each is given out once.

        Returns them by user and device, named as clients name them, and what is on other servers.
        """
        wanted = model.wanted_claims(asked)
        people = sorted({user_id for user_id, _, _ in wanted})
        async with self.db.transaction() as tx:
            devices = await self.accounts.sessions.of_users(tx, people, hold=True)
            sessions = {(one.user_id, one.device_id): one.session_id for one in devices}
            pairs = [
                (sessions[user_id, device_id], algorithm)
                for user_id, device_id, algorithm in wanted
                if (user_id, device_id) in sessions
            ]
            taken = await store.claim(tx, pairs)
            rest = [pair for pair in pairs if pair not in taken]
            taken |= await store.use_fallbacks(tx, rest) if rest else {}
            moved = {session_id for session_id, _ in taken}
            told = [
                KeyStockChanged(user_id, sorted(mine))
                for user_id in people
                if (mine := moved & {one.session_id for one in devices if one.user_id == user_id})
            ]
            if told:
                await self.changes.announce(tx, [], *told)
        found: ByDevice = {}
        for user_id, device_id, algorithm in wanted:
            key = taken.get((sessions.get((user_id, device_id), ""), algorithm))
            if key is not None:
                value = msgspec.json.decode(key.body)
                found.setdefault(user_id, {}).setdefault(device_id, {})[key.name] = value
        return found, model.unreached(asked, self.server_name)

    async def query(self, caller: Caller, asked: Mapping[str, Sequence[str]]) -> Shown:
        """Return what the caller may see of some people's keys; no devices named: all of them."""
        model.check_people(asked)
        people = sorted(asked)
        async with self.db.read() as tx:
            known = await self.accounts.sessions.known(tx, people)
            rows = await store.devices(tx, people)
            cross = await signing_rows.cross_keys(tx, people)
            added = await signing_rows.signatures(tx, people)
            names: Mapping[str, str | None] = {}
            if caller.user_id in asked:  # what devices are called is for their owner
                names = await self.accounts.sessions.names_of(tx, caller.account_id)
        seen = [one for one in added if signing.shown_to(caller.user_id, one)]
        devices: ByDevice = {user_id: {} for user_id in people if user_id in known}
        for user_id, device_id, session_id, keys in rows:
            if asked[user_id] and device_id not in asked[user_id]:
                continue
            mine = [one for one in seen if (one.user_id, one.target) == (user_id, device_id)]
            value = signing.with_signatures(keys, mine)
            name = names.get(session_id)
            value["unsigned"] = {"device_display_name": name} if name else {}
            devices.setdefault(user_id, {})[device_id] = value
        return Shown(devices, _shown(caller, cross, seen), model.unreached(asked, self.server_name))

    async def held(self, user_id: str) -> list[tuple[str, str, Object]]:
        """Return (kind, name, key) of all that is kept of a person's keys."""
        async with self.db.read() as tx:
            rows = await store.held(tx, user_id)
        return [(kind, name, msgspec.json.decode(body)) for kind, name, body in rows]


def _shown(
    caller: Caller, cross: dict[str, dict[str, CrossKey]], seen: list[Signature]
) -> dict[str, dict[str, Object]]:
    """Return the cross-signing keys that a reader may see, by use and user."""
    found: dict[str, dict[str, Object]] = {MASTER: {}, SELF_SIGNING: {}, USER_SIGNING: {}}
    for user_id, keys in cross.items():
        for usage, key in keys.items():
            if usage == USER_SIGNING and user_id != caller.user_id:
                continue
            added = [one for one in seen if (one.user_id, one.target) == (user_id, key.public_key)]
            found[usage][user_id] = signing.with_signatures(key.body, added)
    return found
