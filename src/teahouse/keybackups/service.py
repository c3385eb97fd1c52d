"""Beginning, filling, reading and deleting backups of keys."""

from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.errors import Invalid, TooLarge
from teahouse.infra.db.pool import Database, Tx
from teahouse.keybackups import model, store
from teahouse.keybackups.model import (
    Backup,
    KeptKey,
    NoSuchBackup,
    NoSuchKey,
    Object,
    Tally,
    TooManyBackups,
    WrongVersion,
)


@dataclass(frozen=True, repr=False)
class KeyBackups:
    """Backups of keys. Every verb is about the account that is named first."""

    db: Database
    accounts: Accounts

    def listen(self) -> None:
        """Be asked when an account ends."""
        self.accounts.endings.append(store.forget)

    # -- versions ------------------------------------------------------------------------------

    async def begin(self, account_id: str, algorithm: str, auth_data: Object | str) -> int:
        """Begin a new version, to which all is written from now on; return its number.

        Raises ``Invalid``, ``TooLarge``, ``TooManyBackups``.
        """
        text = model.check_backup(algorithm, auth_data)
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            if await store.count(tx, account_id) >= model.VERSIONS_MAX:
                raise TooManyBackups
            return await store.add(tx, account_id, algorithm, text)

    async def newest(self, account_id: str) -> Backup:
        """Return the newest version. Raises ``NoSuchBackup``."""
        async with self.db.read() as tx:
            return _there(await store.newest(tx, account_id))

    async def one(self, account_id: str, version: int) -> Backup:
        """Return a version. Raises ``NoSuchBackup``."""
        async with self.db.read() as tx:
            return _there(await store.one(tx, account_id, version))

    async def change(
        self, account_id: str, version: int, algorithm: str, auth_data: Object | str
    ) -> None:
        """Give a version other authentication data. Raises ``NoSuchBackup``, ``Invalid``."""
        text = model.check_backup(algorithm, auth_data)
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            known = _there(await store.one(tx, account_id, version))
            if known.algorithm != algorithm:
                raise Invalid("A backup's algorithm does not change.")
            await store.change(tx, account_id, version, text)

    async def delete(self, account_id: str, version: int) -> None:
        """Delete a version with its keys; twice is once. Raises ``NoSuchBackup``."""
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            if not await store.ever(tx, account_id, version):
                raise NoSuchBackup
            await store.delete(tx, account_id, version)

    # -- keys ----------------------------------------------------------------------------------

    async def put(self, account_id: str, version: int, brought: list[KeptKey]) -> Tally:
        """Keep keys, of two of one conversation the better.

        Raises ``NoSuchBackup``, ``WrongVersion`` for another than the newest, ``TooLarge``.
        """
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            known = await self._newest(tx, account_id, version)
            for key in brought:
                model.check_data(known.algorithm, "session_data", key.session_data)
            before = await store.named(tx, account_id, version, [key.place for key in brought])
            kept = model.better(brought, before)
            if not kept:
                return Tally(known.count, known.etag)
            more = sum(1 for key in kept if key.place not in before)
            if known.count + more > model.KEYS_MAX:
                raise TooLarge(f"A backup has room for {model.KEYS_MAX} keys.")
            await store.put(tx, account_id, version, kept)
            return await store.move(tx, account_id, version, more)

    async def _newest(self, tx: Tx, account_id: str, version: int) -> Backup:
        known = _there(await store.newest(tx, account_id))
        if known.version == version:
            return known
        _there(await store.one(tx, account_id, version))
        raise WrongVersion(current_version=str(known.version))

    async def keys(
        self, account_id: str, version: int, room_id: str | None = None
    ) -> list[KeptKey]:
        """Return the keys of a version, or of one room of it. Raises ``NoSuchBackup``."""
        async with self.db.read() as tx:
            _there(await store.one(tx, account_id, version))
            return await store.keys(tx, account_id, version, room_id, None)

    async def key(self, account_id: str, version: int, room_id: str, session_id: str) -> KeptKey:
        """Return one key. Raises ``NoSuchBackup``, ``NoSuchKey``."""
        async with self.db.read() as tx:
            _there(await store.one(tx, account_id, version))
            found = await store.keys(tx, account_id, version, room_id, session_id)
        if not found:
            raise NoSuchKey
        return found[0]

    async def remove(
        self,
        account_id: str,
        version: int,
        room_id: str | None = None,
        session_id: str | None = None,
    ) -> Tally:
        """Delete keys of a version. Raises ``NoSuchBackup``."""
        async with self.db.transaction() as tx:
            await store.lock(tx, account_id)
            known = _there(await store.one(tx, account_id, version))
            gone = await store.remove(tx, account_id, version, room_id, session_id)
            if not gone:
                return Tally(known.count, known.etag)
            return await store.move(tx, account_id, version, -gone)

    async def held(self, account_id: str) -> list[dict[str, Any]]:
        """Return all that is kept for a person, for them to take away."""
        async with self.db.read() as tx:
            rows = await store.held(tx, account_id)
        return [
            {"version": version, "of": of, "session": session, "data": msgspec.json.decode(data)}
            for version, of, session, data in rows
        ]


def _there(backup: Backup | None) -> Backup:
    if backup is None:
        raise NoSuchBackup
    return backup
