"""Back-ups as far as is known here: places where what was sealed under old keys still lies."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.processors.model.proof import Under
from teahouse.renewals.model import KeptBackup
from teahouse.reports.model.details import detail, seen_at
from teahouse.reports.model.facts import Detail, SinkSeen
from teahouse.reports.model.sinks import State

TOLD_MAX = 20


class Key(msgspec.Struct, frozen=True):
    """A key-encryption key, and how many keys a back-up has under it."""

    key_id: str
    version: int
    count: int


class Restored(msgspec.Struct, frozen=True):
    """That the house was brought back from a back-up, and how many erasures were done again."""

    backup_id: str
    made_at: datetime
    restored_at: datetime
    done_at: datetime | None
    erased_count: int


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
    kept_by: str = ""  # the processor under whose key it is
    keys: tuple[Key, ...] = ()


class Exposure(msgspec.Struct, frozen=True):
    """A back-up in which something is still sealed under a key that is no longer the primary."""

    backup_id: str
    made_at: datetime
    place: str
    locked: bool
    keys: tuple[Key, ...]  # the old ones only


def older(backups: Iterable[Backup], than: datetime) -> list[Backup]:
    """Return the back-ups that are still there and were made before a moment."""
    return [one for one in backups if one.made_at < than and one.gone_at is None]


def needing(
    backups: Iterable[Backup], key: tuple[str, int], now: datetime, keep_days: int
) -> list[KeptBackup]:
    """Return the back-ups that are still kept and that nobody can open without a key."""
    found: list[KeptBackup] = []
    for one in backups:
        under = any(used.count and (used.key_id, used.version) == key for used in one.keys)
        until = one.made_at + timedelta(days=keep_days) if keep_days else None
        if under and one.gone_at is None and (until is None or until > now):
            found.append(KeptBackup(one.backup_id, one.made_at, one.place, until))
    return found


def lying(found: Iterable[Backup]) -> list[Under]:
    """Tell of the back-ups that lie with a processor."""
    return [
        Under("backup", one.backup_id, one.sha256, one.bytes_count, one.made_at) for one in found
    ]


def seen(found: Sequence[Backup]) -> SinkSeen:
    """Tell the census of back-ups from before a change of keys: of when, and under which keys."""
    if not found:
        return seen_at("backups", State.EXPIRES.value, [detail("backup_none")], 0)
    said = [_said(one) for one in found[:TOLD_MAX]]
    if len(found) > TOLD_MAX:
        said.append(detail("backup_more", count=len(found) - TOLD_MAX))
    return seen_at("backups", State.HOLDS_OLD.value, said, len(found))


def _said(one: Backup) -> Detail:
    versions = ", ".join(str(key.version) for key in one.keys if key.count)
    at = f"{one.made_at:%Y-%m-%d %H:%M}Z"
    if one.locked:
        return detail("backup_locked", at=at, versions=versions)
    return detail("backup_open", at=at, versions=versions)


def exposed(backups: Iterable[Backup], leading: Collection[tuple[str, int]]) -> list[Exposure]:
    """Return the back-ups that are still there and hold what is sealed under former keys."""
    found: list[Exposure] = []
    for one in backups:
        old = tuple(
            key for key in one.keys if key.count and (key.key_id, key.version) not in leading
        )
        if old and one.gone_at is None:
            found.append(Exposure(one.backup_id, one.made_at, one.place, one.locked, old))
    return found
