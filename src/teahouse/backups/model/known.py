"""Back-ups as far as is known here: places where what was sealed under old keys still lies."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.renewals.model import KeptBackup
from teahouse.reports.model.facts import SinkSeen
from teahouse.reports.model.sinks import State

TOLD_MAX = 20


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


def seen(found: Sequence[Backup]) -> SinkSeen:
    """Tell the census of back-ups from before a change of keys: of when, and under which keys."""
    if not found:
        detail = "none is known here; those made by other means are the operator's"
        return SinkSeen(sink="backups", state=State.EXPIRES.value, counted=0, detail=detail)
    said = [_said(one) for one in found[:TOLD_MAX]]
    if len(found) > TOLD_MAX:
        said.append(f"and {len(found) - TOLD_MAX} older ones")
    state, detail = State.HOLDS_OLD.value, "; ".join(said)
    return SinkSeen(sink="backups", state=state, counted=len(found), detail=detail)


def _said(one: Backup) -> str:
    versions = ", ".join(str(key.version) for key in one.keys if key.count)
    lock = "locked" if one.locked else "not locked"
    return f"{one.made_at:%Y-%m-%d %H:%M}Z under key-encryption key {versions}, {lock}"


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
