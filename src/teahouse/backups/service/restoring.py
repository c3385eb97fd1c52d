"""Bringing a back-up into an empty database and an empty store of files, all of it or nothing.

The file is read twice: once to prove that it is whole, before anything is touched, and once to bring
it in. What comes after, keys and erasures, is :mod:`teahouse.backups.service.returning`'s.
"""

import gzip
import zlib
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from teahouse.backups import store
from teahouse.backups.model.manifest import (
    BrokenBackup,
    KeysLacking,
    Manifest,
    check_house,
    check_region,
    check_release,
    lacking,
)
from teahouse.backups.service.locking import opened
from teahouse.backups.service.packing import Unpacker, blob_of, table_of
from teahouse.backups.store import RestoreRow
from teahouse.config import Config
from teahouse.infra.blobs.blobs import Blobs
from teahouse.infra.bus.log import Log
from teahouse.infra.db.copying import Loading, Table, check_empty, loading
from teahouse.infra.db.migrator import migrate, on_disk
from teahouse.infra.vault.forward import destroy_idle, is_held
from teahouse.infra.vault.keyfile import KeySource
from teahouse.infra.vault.model import KeyRef, UnknownKey


def read_through(path: Path, identities: Sequence[Any], pinned: str = "") -> Manifest:
    """Prove that a back-up is whole, and return its manifest.

    ``pinned`` is the public key that must have signed it; without one it is only proved to agree
    with itself. Raises ``BrokenBackup``, ``LockedBackup``.
    """
    with opened(path, identities) as source:
        unpacker = Unpacker(source)
        parts, blobs = Counter[str](), 0
        for name, _ in unpacker.parts():
            parts[table_of(name) or ""] += 1
            blobs += blob_of(name) is not None
    manifest = unpacker.manifest
    assert manifest is not None, "a back-up that was read has a manifest"
    told = {name: table.parts for name, table in manifest.tables.items() if table.parts}
    parts.pop("", None)
    if dict(parts) != told or blobs != manifest.blobs_count:
        raise BrokenBackup("its manifest tells of other parts than there are")
    if pinned and manifest.public != pinned:
        raise BrokenBackup("it is signed by another key than the one that you gave")
    return manifest


async def check_for(
    manifest: Manifest, config: Config, source: KeySource, today: date, country: str = ""
) -> list[KeyRef]:
    """Refuse a back-up that this release, house, region and key source cannot read, or may not.

    ``country`` is where this machine is. Returns those of its keys that are not here and that nothing
    is under: destroyed since.

    Raises ``OtherHouse``, ``BackupAbroad``, ``NewerRelease``, ``KeysLacking`` with the lines that are needed.
    """
    check_house(manifest, config.server_name, config.tenant)
    check_region(manifest, config.profile, country, today)
    check_release(manifest, {one.name: one.digest.hex() for one in on_disk()})
    held: list[tuple[str, int]] = []
    for key in manifest.keys:
        with suppress(UnknownKey):
            if await is_held(source, KeyRef(key.key_id, key.version), bytes.fromhex(key.check)):
                held.append((key.key_id, key.version))
    lines = lacking(manifest.keys, held)
    if lines:
        raise KeysLacking(f"the key file lacks what begins with: {'; '.join(lines)}")
    refs = [KeyRef(key.key_id, key.version) for key in manifest.keys]
    return [ref for ref in refs if (ref.key_id, ref.version) not in held]


@dataclass(frozen=True, repr=False)
class Restoring:
    """Brings one back-up in."""

    path: Path
    identities: Sequence[Any]
    manifest: Manifest
    idle: Sequence[KeyRef]
    blobs: Blobs

    async def load(self, dsn: str, restore_id: str, now: datetime) -> None:
        """Fill an empty database and the blobs, and bring the schema to this release.

        Raises ``NotEmpty``, ``BrokenBackup``, ``Unavailable``.
        """
        await check_empty(dsn)
        await migrate(dsn, self.manifest.migrations)
        async with loading(dsn) as into:
            await self._fill(into)
            await destroy_idle(into.tx, self.idle, now)
            await Log.leap(into.tx, now)
            row = RestoreRow(restore_id, self.manifest.backup_id, self.manifest.made_at, now)
            await store.insert_restore(into.tx, row)
        await migrate(dsn)

    async def _fill(self, into: Loading) -> None:
        told = self.manifest.tables
        there = {table.name: set(table.columns) for table in await into.tables()}
        if any(not set(one.columns) <= there.get(name, set()) for name, one in told.items()):
            raise BrokenBackup("its tables are not those of its migrations")
        rows = Counter[str]()
        with opened(self.path, self.identities) as source:
            unpacker = Unpacker(source)
            for name, pieces in unpacker.parts():
                table, blob = table_of(name), blob_of(name)
                if table is not None and table in told:
                    columns = tuple(told[table].columns)
                    rows[table] += await into.copy_in(Table(table, columns), _plain(pieces))
                elif blob is not None:
                    await self.blobs.put_back(blob, _flowing(pieces))
        if unpacker.manifest != self.manifest:
            raise BrokenBackup("it was changed while it was read")
        _check_rows(rows, {name: one.rows for name, one in told.items()})


def _check_rows(found: Mapping[str, int], told: Mapping[str, int]) -> None:
    for name, count in told.items():
        if found.get(name, 0) != count:
            raise BrokenBackup(f"{name} has {found.get(name, 0)} rows, and {count} were written")


async def _plain(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    try:
        yield gzip.decompress(b"".join(pieces))
    except (zlib.error, EOFError, OSError) as wrong:
        raise BrokenBackup(f"it cannot be read: {wrong}") from wrong


async def _flowing(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
