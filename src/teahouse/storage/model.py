"""What the house is made of on the disk, and how it grows."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

import msgspec

from teahouse.collection.model import Collected

# Which tables are which part; a table that none of these names is people's.
OF_PREFIX = {
    "timeline_": "messages",
    "relations_": "messages",
    "receipts_": "messages",
    "retention_": "messages",
    "collection_": "messages",
    "push_": "messages",
    "rooms_": "rooms",
    "directory_": "rooms",
    "search_": "search",
    "encryption_": "keys",
    "keybackups_": "keys",
    "log_": "log",
    "jobs_": "log",
    "audit_": "records",
    "gate_": "records",
    "notices_": "records",
    "screening_": "records",
    "storage_": "records",
    "uptime_": "records",
}
PEOPLE = "people"
DATABASE = ("messages", "rooms", "search", "keys", "people", "records", "log", "journal")
FILES = ("pictures", "videos", "sounds", "documents", "thumbnails")
LOGS, BACKUPS = "logs", "backups"
TABLES_MAX = 20
ROOMS_MAX = 10
FREED_DAYS = 30
GROWTH_DAYS = 7  # growth is what came in so many days
DAYS_KEPT = 400


class DiskTable(msgspec.Struct, frozen=True):
    """A table of the database, with about how many rows."""

    name: str
    part: str
    rows_count: int
    table_bytes: int
    index_bytes: int


class DiskPart(msgspec.Struct, frozen=True):
    """How much a part takes; ``per_day`` is how fast it grows, where that is known."""

    part: str
    bytes_count: int
    per_day: int | None


class DiskRoom(msgspec.Struct, frozen=True):
    """A room, and about how much what was said in it takes."""

    room_id: str
    bytes_count: int


class DiskFreed(msgspec.Struct, frozen=True):
    """What was taken away in the last days: messages whose time was over, files that nothing names.

    ``files_unused`` go when nothing has named them for ``files_days`` (0: never), once all that the
    house has was looked through (``files_filled``); encrypted messages may name ``files_veiled``.
    ``files_more``: there are more of either than were counted.
    """

    days: int
    messages_count: int
    messages_bytes: int
    files_count: int
    files_bytes: int
    files_days: int
    files_filled: bool
    files_unused: Collected
    files_veiled: Collected
    files_more: bool


class DiskUse(msgspec.Struct, frozen=True):
    """What fills the disk. ``days_left`` until it is full as it grows now, where that is known.

    ``disk_scarce``: so little is left that room should be made now.
    """

    measured_at: datetime
    disk_free: int
    disk_total: int
    disk_scarce: bool
    days_left: int | None
    parts: list[DiskPart]
    tables: list[DiskTable]
    rooms: list[DiskRoom]
    freed: DiskFreed


def part_of(table: str) -> str:
    """Return the part of the house that a table belongs to."""
    return OF_PREFIX.get(table.partition("_")[0] + "_", PEOPLE)


def by_part(tables: Iterable[DiskTable]) -> dict[str, int]:
    """Return how much the parts of the database take, their indexes with them."""
    found: dict[str, int] = {}
    for table in tables:
        found[table.part] = found.get(table.part, 0) + table.table_bytes + table.index_bytes
    return found


def grown(amounts: Mapping[str, int], then: Mapping[str, int], span: timedelta) -> list[DiskPart]:
    """Return the parts, with what each came to grow a day since ``then``, the largest first."""
    days = span / timedelta(days=1)
    parts = [
        DiskPart(
            part, count, round((count - then[part]) / days) if days > 0 and part in then else None
        )
        for part, count in amounts.items()
    ]
    return sorted(parts, key=lambda one: (-one.bytes_count, one.part))


def days_left(parts: Sequence[DiskPart], free: int, here: Iterable[str]) -> int | None:
    """Return in how many days what grows ``here`` fills what is free; ``None``: it does not grow."""
    places = set(here)
    per_day = sum(one.per_day or 0 for one in parts if one.part in places)
    return free // per_day if per_day > 0 else None


def looked_back(today: date) -> date:
    """Return the day from which growth is counted, at the earliest."""
    return today - timedelta(days=GROWTH_DAYS)
