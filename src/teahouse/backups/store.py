"""Statements over known back-ups, the ledger of erasures, and what was brought back."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.backups.model.known import Backup, Key, Restored
from teahouse.backups.model.ledger import Erasure
from teahouse.infra.db.pool import Row, Tx

_LEDGER_LOCK = 7_240_711

INSERT_BACKUP = """
insert into backups_backups (
    backup_id, made_at, made_by, place, release, log_pos, bytes_count, sha256, locked,
    missing_count, kept_by
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) on conflict (backup_id) do nothing"""
INSERT_KEYS = """
insert into backups_keys (backup_id, key_id, version, state, count)
select $1, * from unnest($2::text[], $3::bigint[], $4::text[], $5::bigint[])
on conflict do nothing"""
BACKUPS = """
select backup_id, made_at, made_by, place, release, log_pos, bytes_count, sha256, locked,
    missing_count, gone_at, kept_by
from backups_backups order by made_at desc, backup_id desc limit $1"""
UNDER = """
select b.backup_id, b.made_at, b.made_by, b.place, b.release, b.log_pos, b.bytes_count, b.sha256,
    b.locked, b.missing_count, b.gone_at, b.kept_by
from backups_backups b join backups_keys k using (backup_id)
where k.key_id = $1 and k.version = $2 and k.count > 0 and b.gone_at is null
order by b.made_at desc, b.backup_id desc limit $3"""
KEPT_BY = """
select backup_id, made_at, made_by, place, release, log_pos, bytes_count, sha256, locked,
    missing_count, gone_at, kept_by
from backups_backups where kept_by = $1 order by made_at, backup_id limit $2"""
UNREADABLE = "update backups_backups set gone_at = $2 where kept_by = $1 and gone_at is null"
KEYS = """
select backup_id, key_id, version, count from backups_keys
where backup_id = any($1) order by backup_id, version"""
PLACE = "select place from backups_backups where backup_id = $1"
GONE = "update backups_backups set gone_at = $2 where backup_id = $1 and gone_at is null"
# By the file's name, in which are the house and the second: hosts in containers change their names.
PRUNED = """
update backups_backups set gone_at = $2
where substring(place from '[^/]+$') = any($1) and gone_at is null"""

NOTE = """
insert into backups_erasures (subject_id, at, hidden) values ($1, $2, $3)
on conflict (subject_id) do nothing"""
LOCK_LEDGER = "select pg_advisory_xact_lock($1)"
NUMBER = """
with newest as (select coalesce(max(seq), 0) as seq from backups_erasures),
named as (
    select subject_id, row_number() over (order by at, subject_id) as nth
    from backups_erasures where seq is null
)
update backups_erasures one set seq = newest.seq + named.nth
from named, newest where one.subject_id = named.subject_id"""
NEWEST = "select coalesce(max(seq), 0) from backups_erasures"
AFTER = """
select seq, at, subject_id, hidden from backups_erasures
where seq > $1 order by seq limit $2"""
LACKING = """
select told.subject_id from unnest($1::text[]) as told (subject_id)
where not exists (
    select 1 from backups_erasures e where e.subject_id = told.subject_id and e.seq is not null
)"""
TAKE_OVER = """
insert into backups_erasures (subject_id, at, hidden, seq)
select * from unnest($1::text[], $2::timestamptz[], $3::boolean[], $4::bigint[])
on conflict (subject_id) do update set seq = excluded.seq, at = excluded.at"""

INSERT_RESTORE = """
insert into backups_restores (restore_id, backup_id, made_at, restored_at)
values ($1, $2, $3, $4)"""
RESTORE_DONE = """
update backups_restores set done_at = $2, erased_count = $3 where restore_id = $1"""
RESTORES = """
select backup_id, made_at, restored_at, done_at, erased_count from backups_restores
order by restored_at desc limit $1"""
UNFINISHED = "select restore_id from backups_restores where done_at is null limit 1"


class RestoreRow(NamedTuple):
    """That this database was brought back."""

    restore_id: str
    backup_id: str
    made_at: datetime
    restored_at: datetime


async def insert_backup(tx: Tx, backup: Backup, keys: Sequence[tuple[Key, str]]) -> None:
    """Note a back-up, and what it is sealed under, each with the state of the key then."""
    await tx.run(
        INSERT_BACKUP,
        backup.backup_id,
        backup.made_at,
        backup.made_by,
        backup.place,
        backup.release,
        backup.log_pos,
        backup.bytes_count,
        backup.sha256,
        backup.locked,
        backup.missing_count,
        backup.kept_by,
    )
    await tx.run(
        INSERT_KEYS,
        backup.backup_id,
        [key.key_id for key, _ in keys],
        [key.version for key, _ in keys],
        [state for _, state in keys],
        [key.count for key, _ in keys],
    )


async def backups(tx: Tx, limit: int) -> list[Backup]:
    """Return the newest back-ups, with their keys."""
    return await _whole(tx, await tx.rows(BACKUPS, limit))


async def under(tx: Tx, key_id: str, version: int, limit: int) -> list[Backup]:
    """Return the newest back-ups that are there and hold something under a key, with their keys."""
    return await _whole(tx, await tx.rows(UNDER, key_id, version, limit))


async def kept_by(tx: Tx, processor_id: str, limit: int) -> list[Backup]:
    """Return the back-ups that lie, or lay, with a processor, with their keys."""
    return await _whole(tx, await tx.rows(KEPT_BY, processor_id, limit))


async def unreadable(tx: Tx, processor_id: str, now: datetime) -> None:
    """Note that nobody can open any more what lies with a processor."""
    await tx.run(UNREADABLE, processor_id, now)


async def _whole(tx: Tx, rows: Sequence[Row]) -> list[Backup]:
    keys: dict[str, list[Key]] = {}
    for backup_id, *key in await tx.rows(KEYS, [row[0] for row in rows]):
        keys.setdefault(backup_id, []).append(Key(*key))
    return [Backup(*row, keys=tuple(keys.get(row[0], ()))) for row in rows]


async def place(tx: Tx, backup_id: str) -> str | None:
    """Return where a back-up lies, if it is known."""
    return await tx.value(PLACE, backup_id)


async def gone(tx: Tx, backup_id: str, now: datetime) -> None:
    """Note that a back-up is destroyed."""
    await tx.run(GONE, backup_id, now)


async def pruned(tx: Tx, names: Sequence[str], now: datetime) -> None:
    """Note that the back-ups in files of some names are deleted."""
    await tx.run(PRUNED, list(names), now)


async def note(tx: Tx, subject_id: str, at: datetime, hidden: bool) -> None:
    """Write an erasure into the ledger; the first one counts."""
    await tx.run(NOTE, subject_id, at, hidden)


async def number(tx: Tx) -> None:
    """Give numbers to what has none yet; one at a time, and nobody else writes the file."""
    await tx.run(LOCK_LEDGER, _LEDGER_LOCK)
    await tx.run(NUMBER)


async def newest(tx: Tx) -> int:
    """Return the newest number."""
    return await tx.value(NEWEST)


async def after(tx: Tx, seq: int, limit: int) -> list[Erasure]:
    """Return erasures after a number, in order."""
    rows = await tx.rows(AFTER, seq, limit)
    return [Erasure(row[0], row[1].isoformat(), row[2], row[3]) for row in rows]


async def lacking(tx: Tx, told: Sequence[Erasure]) -> set[str]:
    """Return which of the subjects are not in this ledger, or without a number."""
    return {row[0] for row in await tx.rows(LACKING, [one.subject_id for one in told])}


async def take_over(tx: Tx, told: Sequence[Erasure]) -> None:
    """Write erasures into the ledger as another one tells of them."""
    await tx.run(
        TAKE_OVER,
        [one.subject_id for one in told],
        [datetime.fromisoformat(one.at) for one in told],
        [one.hidden for one in told],
        [one.seq for one in told],
    )


async def insert_restore(tx: Tx, row: RestoreRow) -> None:
    """Note that this database is being brought back."""
    await tx.run(INSERT_RESTORE, *row)


async def restore_done(tx: Tx, restore_id: str, now: datetime, erased: int) -> None:
    """Note that it has been brought back."""
    await tx.run(RESTORE_DONE, restore_id, now, erased)


async def unfinished(tx: Tx) -> str | None:
    """Return which bringing back was not finished, if any."""
    return await tx.value(UNFINISHED)


async def restores(tx: Tx, limit: int) -> list[Restored]:
    """Return when this database was brought back, the newest first."""
    return [Restored(*row) for row in await tx.rows(RESTORES, limit)]
