"""Measuring what the house takes: the database by its own word, files by their rows."""

import asyncio
import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from teahouse.backups.service.known import Known
from teahouse.clock import Clock
from teahouse.collection.service.collecting import Collecting
from teahouse.config import Config
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.engines.headroom import Headroom
from teahouse.infra.engines.places import DataDir, is_scarce, nearest
from teahouse.media.service import Media
from teahouse.retention.service import Retention
from teahouse.storage import model, store
from teahouse.storage.model import (
    BACKUPS,
    DATABASE,
    DAYS_KEPT,
    FILES,
    FREED_DAYS,
    LOGS,
    ROOMS_MAX,
    TABLES_MAX,
    DiskFreed,
    DiskRoom,
    DiskTable,
    DiskUse,
)
from teahouse.timeline.service.reading import Reading

FRESH_FOR = timedelta(seconds=30)
ENTRIES_MAX = 10_000
KINDS = {"image": "pictures", "video": "videos", "audio": "sounds"}


@dataclass(frozen=True, repr=False)
class Storage:
    """What fills the disk, the back-ups that are known with it."""

    db: Database
    media: Media
    reading: Reading
    retention: Retention
    collecting: Collecting
    known: Known
    config: Config
    clock: Clock
    headroom: Headroom  # of the database
    _last: list[DiskUse] = field(default_factory=list[DiskUse], repr=False)

    async def shown(self) -> DiskUse:
        """Return what fills the disk, at most half a minute old."""
        now = self.clock.now()
        if self._last and timedelta() <= now - self._last[0].measured_at < FRESH_FOR:
            return self._last[0]
        known = await self.known.backups()
        backups = sum(one.bytes_count for one in known if one.gone_at is None)
        async with self.db.read() as tx:
            tables, amounts = await self._measure(tx)
            then = await store.since(tx, model.looked_back(_day(now)))
            rooms = await self.reading.largest(tx, ROOMS_MAX)
            freed = await self._freed(tx)
        begun, before = then or (_day(now), {})
        parts = model.grown({**amounts, BACKUPS: backups}, before, _since(begun, now))
        free, total = await asyncio.to_thread(self._disk)
        shown = DiskUse(
            measured_at=now,
            disk_free=free,
            disk_total=total,
            disk_scarce=is_scarce(free, total),
            days_left=model.days_left(parts, free, self._here()),
            parts=parts,
            tables=tables[:TABLES_MAX],
            rooms=[DiskRoom(*one) for one in rooms],
            freed=freed,
        )
        self._last[:] = [shown]
        return shown

    async def _freed(self, tx: Tx) -> DiskFreed:
        """Return what was taken away of late, and what will be."""
        messages = await self.retention.freed(tx, FREED_DAYS)
        files = await self.collecting.freed(tx, FREED_DAYS)
        unused, more_unused = await self.collecting.unused(tx, veiled=False)
        veiled, more_veiled = await self.collecting.unused(tx, veiled=True)
        return DiskFreed(
            days=FREED_DAYS,
            messages_count=messages.events_count,
            messages_bytes=messages.bytes_count,
            files_count=files.files_count,
            files_bytes=files.bytes_count,
            files_days=self.config.files_unused_days,
            files_filled=await self.collecting.is_filled(tx),
            files_unused=unused,
            files_veiled=veiled,
            files_more=more_unused or more_veiled,
        )

    async def note(self, tx: Tx) -> None:
        """Write down what the parts take, once a day, and forget days of long ago."""
        today = _day(self.clock.now())
        if not await store.measured(tx, today):
            _, amounts = await self._measure(tx)
            await store.keep(tx, today, amounts)
            await store.purge(tx, today - timedelta(days=DAYS_KEPT))

    async def _measure(self, tx: Tx) -> tuple[list[DiskTable], dict[str, int]]:
        tables = await store.tables(tx)
        amounts = dict.fromkeys((*DATABASE[:-1], *FILES), 0) | model.by_part(tables)
        journal = await store.journal(tx)
        if journal is not None:
            amounts["journal"] = journal
        for kind, bytes_count in (await self.media.by_kind(tx)).items():
            amounts[KINDS.get(kind, "documents")] += bytes_count
        amounts["thumbnails"] += await self.media.thumbnails_bytes(tx)
        amounts[LOGS] = await asyncio.to_thread(_size, self._data() / "log")
        return tables, amounts

    def _data(self) -> Path:
        return nearest(Path(self.config.data_dir))

    def _disk(self) -> tuple[int, int]:
        return DataDir(self._data()).free_bytes()

    def _here(self) -> list[str]:
        """Return the parts that lie on the disk of the data directory."""
        database = DATABASE if self.headroom.is_ours else ()
        files = () if self.config.blobs_url else FILES
        return [*database, *files, LOGS]


def _size(folder: Path) -> int:
    """Return how many bytes the files of a folder have; what goes meanwhile counts for nothing."""
    try:
        with os.scandir(folder) as found:
            entries = [entry for entry, _ in zip(found, range(ENTRIES_MAX), strict=False)]
    except OSError:
        return 0
    return sum(_bytes(entry) for entry in entries)


def _bytes(entry: "os.DirEntry[str]") -> int:
    try:
        return entry.stat().st_size if entry.is_file(follow_symlinks=False) else 0
    except OSError:
        return 0


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()


def _since(day: date, now: datetime) -> timedelta:
    """Return how long ago a day was measured, whole days: for today there is nothing to tell."""
    return timedelta(days=(_day(now) - day).days)
