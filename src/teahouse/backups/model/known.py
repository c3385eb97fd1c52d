"""Back-ups as far as is known here: places where what was sealed under old keys still lies."""

from collections.abc import Iterable
from datetime import datetime

import msgspec


class Key(msgspec.Struct, frozen=True):
    """A key-encryption key, and how many keys a back-up has under it."""

    key_id: str
    version: int
    count: int


class Backup(msgspec.Struct, frozen=True):
    """A back-up that was made."""

    backup_id: str
    made_at: datetime
    made_by: str
    place: str
    release: str
    log_pos: int
    bytes_count: int
    sha256: str
    locked: bool
    missing_count: int
    gone_at: datetime | None = None
    keys: tuple[Key, ...] = ()


class Exposure(msgspec.Struct, frozen=True):
    """A back-up in which something is still sealed under a key that is no longer the primary."""

    backup_id: str
    made_at: datetime
    place: str
    locked: bool
    keys: tuple[Key, ...]  # the old ones only


def exposed(backups: Iterable[Backup], primary: tuple[str, int]) -> list[Exposure]:
    """Return the back-ups that are still there and hold what is sealed under former keys."""
    found: list[Exposure] = []
    for one in backups:
        old = tuple(key for key in one.keys if key.count and (key.key_id, key.version) != primary)
        if old and one.gone_at is None:
            found.append(Exposure(one.backup_id, one.made_at, one.place, one.locked, old))
    return found
