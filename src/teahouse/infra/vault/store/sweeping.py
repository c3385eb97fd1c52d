"""Data keys by the page, and what could not be opened."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import KeyRef

NEWEST = """
select distinct on (subject_id) dek_id, version, subject_id, class, wrapped_dek, suite, seals_count,
    created_at
from vault_deks where subject_id = any ($1::text[]) and class = $2
order by subject_id, version desc"""
WITH_AGES = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, d.seals_count,
    d.created_at
from vault_deks d
join unnest($1::text[], $2::bigint[]) as wanted (dek_id, version)
  on d.dek_id = wanted.dek_id and d.version = wanted.version"""
HOLD_LIVING = """
select subject_id from vault_subjects
where subject_id = any ($1::text[]) and destroyed_at is null order by subject_id for share"""
INSERT_DEKS = """
with fence as materialized (select vault_current($11) as current)
insert into vault_deks (
    dek_id, version, subject_id, wrapped_dek, seals_count, class, suite, kek_id, kek_version,
    created_at
)
select n.dek_id, n.version, n.subject_id, n.wrapped, n.seals, $6, $7, $8, $9, $10
from fence, unnest($1::text[], $2::integer[], $3::text[], $4::bytea[], $5::bigint[])
    as n (dek_id, version, subject_id, wrapped, seals)
where fence.current order by n.subject_id
on conflict do nothing returning subject_id"""
# A key that somebody else counts at this moment is left for the next round.
COUNT_SEALS = """
with n as materialized (
    select d.dek_id, d.version, n.seals
    from unnest($1::text[], $2::integer[], $3::bigint[]) as n (dek_id, version, seals)
    join vault_deks d on d.dek_id = n.dek_id and d.version = n.version
    where d.wrapped_dek is not null
    for no key update of d skip locked
)
update vault_deks d set seals_count = d.seals_count + n.seals from n
where d.dek_id = n.dek_id and d.version = n.version
returning d.dek_id, d.version"""
OLD_LIVING = """
select count(*) from vault_deks where wrapped_dek is not null and created_at < $1"""
# Only what a younger key has taken the place of.
DESTROY_OLD = """
update vault_deks d set wrapped_dek = null
from (
    select dek_id, version from vault_deks old
    where old.wrapped_dek is not null and old.created_at < $1 and exists (
        select 1 from vault_deks young
        where young.subject_id = old.subject_id and young.class = old.class
            and young.version > old.version and young.created_at >= $1
            and young.wrapped_dek is not null
    ) limit $2 for no key update skip locked
) as page
where d.dek_id = page.dek_id and d.version = page.version"""

QUARANTINE = """
insert into vault_quarantine (table_name, row_key, column_name, why, found_at)
select $1, n.row_key, n.column_name, n.why, $5
from unnest($2::text[], $3::text[], $4::text[]) as n (row_key, column_name, why)
on conflict (table_name, row_key, column_name) do update
set why = excluded.why, found_at = excluded.found_at"""
QUARANTINED = """
select table_name, row_key, column_name, why from vault_quarantine
order by table_name, row_key, column_name limit $1"""


class DekAge(NamedTuple):
    """A data key, with how old it is and how often it has sealed."""

    dek_id: str
    version: int
    subject_id: str
    dek_class: str
    wrapped_dek: bytes | None
    suite: int
    seals_count: int
    created_at: datetime

    @property
    def ref(self) -> KeyRef:
        """Which key this is."""
        return KeyRef(self.dek_id, self.version)


class NewDek(NamedTuple):
    """A data key that is to be, wrapped, with how often it is about to seal."""

    dek_id: str
    version: int
    subject_id: str
    wrapped: bytes
    seals: int


class Wrapped(NamedTuple):
    """What data keys that were made together have in common."""

    dek_class: str
    suite: int
    kek_id: str
    kek_version: int
    now: datetime
    generation: int


class Found(NamedTuple):
    """A value that could not be opened, or a row that could not be indexed."""

    table: str
    row_key: str
    column: str
    why: str


async def newest(tx: Tx, subjects: Sequence[str], dek_class: str) -> dict[str, DekAge]:
    """Return each subject's newest data key of a class."""
    found = [DekAge(*row) for row in await tx.rows(NEWEST, list(subjects), dek_class)]
    return {one.subject_id: one for one in found}


async def with_ages(tx: Tx, refs: Sequence[KeyRef]) -> dict[KeyRef, DekAge]:
    """Return those of the data keys ``refs`` that exist."""
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    found = [DekAge(*row) for row in await tx.rows(WITH_AGES, ids, versions)]
    return {one.ref: one for one in found}


async def hold_living(tx: Tx, subjects: Sequence[str]) -> set[str]:
    """Return those subjects that are not erased, held against erasure until the commit."""
    return {row[0] for row in await tx.rows(HOLD_LIVING, list(subjects))}


async def insert_deks(tx: Tx, made: Sequence[NewDek], common: Wrapped) -> set[str]:
    """Add data keys, their first seals counted; return whose were added.

    Not those of whom another has just added the same version; none, when a key of that generation
    of the ring may not wrap any more.
    """
    columns = list(zip(*made, strict=True)) or [(), (), (), (), ()]
    rows = await tx.rows(INSERT_DEKS, *(list(one) for one in columns), *common)
    return {row[0] for row in rows}


async def count_seals(tx: Tx, seals: dict[KeyRef, int]) -> set[KeyRef]:
    """Count uses of living data keys; return those that were counted."""
    refs = sorted(seals, key=lambda ref: (ref.key_id, ref.version))
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    rows = await tx.rows(COUNT_SEALS, ids, versions, [seals[ref] for ref in refs])
    return {KeyRef(row[0], row[1]) for row in rows}


async def old_living(tx: Tx, before: datetime) -> int:
    """Count the data keys from before a moment that still open something."""
    return await tx.value(OLD_LIVING, before)


async def destroy_old(tx: Tx, before: datetime, limit: int) -> int:
    """Empty data keys from before a moment that have a younger version; return how many."""
    return await tx.run(DESTROY_OLD, before, limit)


async def quarantine(tx: Tx, table: str, found: Sequence[Found], now: datetime) -> None:
    """Note what could not be done in a table; the values stay where they are."""
    keys, columns = [one.row_key for one in found], [one.column for one in found]
    await tx.run(QUARANTINE, table, keys, columns, [one.why for one in found], now)


async def quarantined(tx: Tx, limit: int) -> list[Found]:
    """Return what could not be done."""
    return [Found(*row) for row in await tx.rows(QUARANTINED, limit)]
