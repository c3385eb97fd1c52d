"""Making a back-up while the house serves: one snapshot of every table, then the blobs it names.

A blob is whole before its row is there, so whatever the snapshot names was there when it was taken;
what was deleted since is told as missing. The file is written beside its place and moved there when
it is whole and on the disk.
"""

import asyncio
import fcntl
import gzip
import hashlib
import os
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from teahouse.audit.service import Audit
from teahouse.backups import store
from teahouse.backups.model.known import Backup
from teahouse.backups.model.manifest import (
    CONTEXT,
    DRAFT_ENDING,
    FORMAT,
    Destination,
    KeyTold,
    Manifest,
    NoSuchPlace,
    PlaceTaken,
    TableTold,
    document_of,
    file_name,
    is_file_name,
)
from teahouse.backups.service.known import keys_told, told_of
from teahouse.backups.service.locking import locked, recipients_of
from teahouse.backups.service.packing import Packer, blob_part, table_part
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import Blobs, NoBlob
from teahouse.infra.bus import store as log_store
from teahouse.infra.db import copying
from teahouse.infra.db.copying import Table
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.forward import keys_used
from teahouse.notices.model.chain import canonical
from teahouse.notices.service.history import History
from teahouse.processors.model.proof import KeptBy
from teahouse.processors.model.register import BadProcessorStep, NoSuchProcessor

PART_BYTES = 8 * 1024 * 1024
GZIP_LEVEL = 3

BlobNames = Callable[[Tx], Awaitable[Sequence[str]]]
# Told by whom, and to whom, what is handed over, when a back-up is to lie with somebody.
Handing = Callable[[Tx, str, str, str], Awaitable[None]]


@dataclass(frozen=True)
class Made:
    """A back-up that was made, and its manifest."""

    path: Path
    backup: Backup
    manifest: Manifest
    deleted: tuple[Path, ...] = ()


@dataclass(frozen=True)
class _Snapshot:
    """What is told of the moment, and which blobs it names."""

    log_pos: int
    ledger_seq: int
    migrations: dict[str, str]
    tables: dict[str, TableTold]
    blobs: list[str]
    keys: list[KeyTold]


@dataclass(frozen=True, repr=False)
class Making:
    """Makes back-ups. ``blob_names`` are asked, within the snapshot, for the files to keep."""

    db: Database
    blobs: Blobs
    history: History
    audit: Audit
    config: Config
    clock: Clock
    ids: Ids
    release: str
    blob_names: Sequence[BlobNames]
    handing: list[Handing] = field(default_factory=list[Handing])

    async def make(
        self,
        place: Path,
        actor: str,
        recipients: Sequence[Any] = (),
        keep: int = 0,
        kept_by: KeptBy | None = None,
    ) -> Made:
        """Write a back-up into a folder, or to a file that is not there yet.

        With ``keep``, only so many of this house stay in the folder. What is to lie with a
        processor, ``kept_by``, is locked under its key and no other. Raises ``PlaceTaken``,
        ``NoSuchPlace``, ``Unavailable``, ``BadProcessorStep`` when that was ended meanwhile.
        """
        now = self.clock.now()
        if kept_by is not None:
            recipients = recipients_of([kept_by.recipient])
        path = self._path(place, now, bool(recipients))
        with _draft(path) as file:
            hashed = _Hashed(file)
            with locked(hashed.as_file(), recipients) as out:
                packer = Packer(out)
                manifest = await self._fill(packer, self.ids.ulid(), now, kept_by)
                packer.close(canonical(msgspec.to_builtins(manifest)))
        sha256 = hashed.digest.hexdigest()
        backup = told_of(manifest, path, actor, bool(recipients), sha256)
        deleted = await asyncio.to_thread(_prune, path.parent, self.config.server_name, keep)
        try:
            await self._note(actor, manifest, backup, deleted)
        except (BadProcessorStep, NoSuchProcessor):  # it was ended while the back-up was made
            path.unlink()
            raise
        return Made(path, backup, manifest, tuple(deleted))

    async def _note(
        self, actor: str, manifest: Manifest, backup: Backup, deleted: Sequence[Path]
    ) -> None:
        async with self.db.transaction() as tx:
            if backup.kept_by:
                for hand in self.handing:
                    await hand(tx, actor, backup.kept_by, f"back-up {backup.backup_id}, sealed")
            await store.insert_backup(tx, backup, keys_told(manifest))
            await store.pruned(tx, [one.name for one in deleted], manifest.made_at)
            detail: dict[str, object] = {
                "log_pos": manifest.log_pos,
                "sha256": backup.sha256,
                "locked": backup.locked,
                "missing": backup.missing_count,
                "deleted": len(deleted),
                "kept_by": backup.kept_by,
            }
            await self.audit.append(tx, actor, "backups.made", backup.backup_id, detail)

    def _path(self, place: Path, now: datetime, is_locked: bool) -> Path:
        path = place.absolute()
        if path.is_dir():
            path /= file_name(self.config.server_name, now, is_locked)
        if not path.parent.is_dir():
            raise NoSuchPlace(f"there is no folder {path.parent}")
        if path.exists():
            raise PlaceTaken(f"{path} is there already")
        return path

    async def _fill(
        self, packer: Packer, backup_id: str, now: datetime, kept_by: KeptBy | None
    ) -> Manifest:
        await self.history.begin()  # so that the key that signs is in the snapshot
        async with self.db.snapshot() as tx:
            await copying.unhurried(tx)
            shot = await self._tables(packer, tx)
        missing, bytes_count = await self._blobs(packer, shot.blobs)
        (primary,) = [row for row in await self.history.keys() if row.state == "primary"]
        unsigned = Manifest(
            format=FORMAT,
            backup_id=backup_id,
            server_name=self.config.server_name,
            tenant=self.config.tenant,
            release=self.release,
            made_at=now,
            log_pos=shot.log_pos,
            ledger_seq=shot.ledger_seq,
            migrations=shot.migrations,
            tables=shot.tables,
            blobs_count=len(shot.blobs) - len(missing),
            blobs_bytes=bytes_count,
            missing=missing,
            keys=shot.keys,
            index=packer.end(),
            public=primary.public,
            region=self.config.profile,
            kept_by=_destination(kept_by),
        )
        document = document_of(unsigned)
        signed = await self.history.sign(CONTEXT, document, primary.key_id)
        return msgspec.structs.replace(
            unsigned, key_id=signed["key_id"], signature=signed["signature"]
        )

    async def _tables(self, packer: Packer, tx: Tx) -> _Snapshot:
        tables: dict[str, TableTold] = {}
        for table in await copying.tables(tx):
            tables[table.name] = await _pack(packer, tx, table)
        names = {name for ask in self.blob_names for name in await ask(tx)}
        return _Snapshot(
            log_pos=await log_store.newest(tx),
            ledger_seq=await store.newest(tx),
            migrations=await copying.migrations(tx),
            tables=tables,
            blobs=sorted(names),
            keys=[
                KeyTold(
                    one.ref.key_id,
                    one.ref.version,
                    one.state.value,
                    one.check_value.hex(),
                    one.count,
                )
                for one in await keys_used(tx)
            ],
        )

    async def _blobs(self, packer: Packer, names: Sequence[str]) -> tuple[list[str], int]:
        missing: list[str] = []
        bytes_count = 0
        for name in names:
            try:
                reading = await self.blobs.read(name)
            except NoBlob:
                missing.append(name)
                continue
            await packer.stream(blob_part(name), reading.size_bytes, reading.chunks())
            bytes_count += reading.size_bytes
        return missing, bytes_count


@dataclass
class _Rows:
    """Gathers what PostgreSQL gives, and packs it part by part."""

    packer: Packer
    table: str
    parts: int = 0
    held: bytearray = field(default_factory=bytearray)

    async def take(self, piece: bytes) -> None:
        self.held += piece
        if len(self.held) >= PART_BYTES:
            await self._put(self.held.rfind(b"\n") + 1)  # a part ends where a row does

    async def end(self) -> None:
        await self._put(len(self.held))

    async def _put(self, size: int) -> None:
        if size == 0:
            return
        self.parts += 1
        content = await asyncio.to_thread(gzip.compress, self.held[:size], GZIP_LEVEL, mtime=0)
        self.packer.put(table_part(self.table, self.parts), content)
        del self.held[:size]


def _destination(kept_by: KeptBy | None) -> Destination | None:
    if kept_by is None:
        return None
    return Destination(kept_by.processor_id, kept_by.country, kept_by.until)


async def _pack(packer: Packer, tx: Tx, table: Table) -> TableTold:
    rows = _Rows(packer, table.name)
    count = await copying.copy_out(tx, table, rows.take)
    await rows.end()
    return TableTold(list(table.columns), count, rows.parts)


@dataclass
class _Hashed:
    """A file that hashes what is written to it."""

    file: BinaryIO
    digest: Any = field(default_factory=hashlib.sha256)

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()

    def as_file(self) -> Any:
        """Return it as whoever writes to files wants it."""
        return self


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    """Give a file that takes its place when the block ends well, and is gone when it does not."""
    draft = path.with_name(path.name + DRAFT_ENDING)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(handle, "wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise PlaceTaken(f"another back-up is being written to {path}") from None
        file.truncate()
        try:
            yield file
            file.flush()
            os.fsync(file.fileno())
            draft.rename(path)
        except BaseException:
            draft.unlink(missing_ok=True)
            raise
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def _prune(folder: Path, server_name: str, keep: int) -> list[Path]:
    """Delete all but the newest back-ups of a house, and what a killed run left."""
    if not keep:
        return []
    ours = sorted(path for path in folder.iterdir() if is_file_name(server_name, path.name))
    gone = ours[:-keep]
    for path in gone:
        path.unlink()
    for path in folder.iterdir():
        whole = path.name.removesuffix(DRAFT_ENDING)
        if whole != path.name and is_file_name(server_name, whole):
            _delete_unless_written(path)
    return gone


def _delete_unless_written(draft: Path) -> None:
    with suppress(OSError), draft.open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        draft.unlink()
