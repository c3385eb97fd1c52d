"""Data keys by the page, and what could not be opened."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import SHARED, KeyRef

OF_SUBJECTS = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, d.seals_count,
    d.created_at, s.scope
from vault_deks d join vault_subjects s using (subject_id) where d.subject_id = any ($1::text[])"""
WITH_AGES = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, d.seals_count,
    d.created_at
from vault_deks d
join unnest($1::text[], $2::bigint[]) as wanted (dek_id, version)
  on d.dek_id = wanted.dek_id and d.version = wanted.version"""
# The living are held against erasure while they are given a key: whoever erases empties it, too.
# A commit need not wait for the disk: what a crash takes back is in nobody's row yet, as rows are
# written after their keys, and is made again.
ADD_DEKS = """
with fence as materialized (
    select vault_current($11) as current, set_config('synchronous_commit', 'off', true)
),
living as materialized (
    select subject_id from vault_subjects
    where subject_id = any ($3::text[]) and destroyed_at is null order by subject_id for share
),
counted as (
    insert into vault_wraps (key_id, version, wraps) select $8, $9, cardinality($1::text[])
)
insert into vault_deks (
    dek_id, version, subject_id, wrapped_dek, seals_count, class, suite, kek_id, kek_version,
    created_at
)
select n.dek_id, n.version, n.subject_id, n.wrapped, n.seals, $6, $7, $8, $9, $10
from fence, unnest($1::text[], $2::integer[], $3::text[], $4::bytea[], $5::bigint[])
    as n (dek_id, version, subject_id, wrapped, seals)
join living on living.subject_id = n.subject_id
where fence.current order by n.subject_id
on conflict do nothing returning subject_id"""
# A key that somebody else counts at this moment is left for the next round.
COUNT_SEALS = """
with quick as materialized (select set_config('synchronous_commit', 'off', true)),
n as materialized (
    select d.dek_id, d.version, n.seals
    from quick, unnest($1::text[], $2::integer[], $3::bigint[]) as n (dek_id, version, seals)
    join vault_deks d on d.dek_id = n.dek_id and d.version = n.version
    where d.wrapped_dek is not null
    for no key update of d skip locked
)
update vault_deks d set seals_count = d.seals_count + n.seals from n
where d.dek_id = n.dek_id and d.version = n.version
returning d.dek_id, d.version"""
OLD_LIVING = """
select count(*) from vault_deks where wrapped_dek is not null and created_at < $1"""
OLD_LIVING_OF = """
select count(*) from vault_deks d join vault_subjects s using (subject_id)
where d.wrapped_dek is not null and d.created_at < $1 and s.scope = $2"""

QUARANTINE = """
insert into vault_quarantine (table_name, row_key, column_name, why, found_at)
select $1, n.row_key, n.column_name, n.why, $5
from unnest($2::text[], $3::text[], $4::text[]) as n (row_key, column_name, why)
on conflict (table_name, row_key, column_name) do update
set why = excluded.why, found_at = excluded.found_at"""
QUARANTINED = """
select table_name, row_key, column_name, why from vault_quarantine
order by table_name, row_key, column_name limit $1"""

QUARANTINED_BY_TABLE = """
select table_name, count(*) from vault_quarantine group by 1 order by 1"""
RELEASE = "delete from vault_quarantine"


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
    scope: str = SHARED  # of its subject, where that was asked

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


async def of_subjects(tx: Tx, subjects: Sequence[str]) -> list[DekAge]:
    """Return every data key of the subjects."""
    return [DekAge(*row) for row in await tx.rows(OF_SUBJECTS, list(subjects))]


def newest(deks: Iterable[DekAge]) -> dict[tuple[str, str], DekAge]:
    """Return the newest data key by subject and class."""
    found: dict[tuple[str, str], DekAge] = {}
    for dek in deks:
        whose = (dek.subject_id, dek.dek_class)
        if whose not in found or found[whose].version < dek.version:
            found[whose] = dek
    return found


async def with_ages(tx: Tx, refs: Sequence[KeyRef]) -> dict[KeyRef, DekAge]:
    """Return those of the data keys ``refs`` that exist."""
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    found = [DekAge(*row) for row in await tx.rows(WITH_AGES, ids, versions)]
    return {one.ref: one for one in found}


async def add_deks(tx: Tx, made: Sequence[NewDek], common: Wrapped) -> set[str]:
    """Give data keys to those who live, their first seals counted; return who was given one.

    Not whom another has just given the same version; nobody, when a key of that generation of the
    ring may not wrap any more.
    """
    columns = list(zip(*made, strict=True)) or [(), (), (), (), ()]
    rows = await tx.rows(ADD_DEKS, *(list(one) for one in columns), *common)
    return {row[0] for row in rows}


async def count_seals(tx: Tx, seals: dict[KeyRef, int]) -> set[KeyRef]:
    """Count uses of living data keys; return those that were counted."""
    refs = sorted(seals, key=lambda ref: (ref.key_id, ref.version))
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    rows = await tx.rows(COUNT_SEALS, ids, versions, [seals[ref] for ref in refs])
    return {KeyRef(row[0], row[1]) for row in rows}


async def old_living(tx: Tx, before: datetime, scope: str = SHARED) -> int:
    """Count the data keys of a scope from before a moment that still open something."""
    if scope != SHARED:
        return await tx.value(OLD_LIVING_OF, before, scope)
    return await tx.value(OLD_LIVING, before)


async def quarantine(tx: Tx, table: str, found: Sequence[Found], now: datetime) -> None:
    """Note what could not be done in a table; the values stay where they are."""
    keys, columns = [one.row_key for one in found], [one.column for one in found]
    await tx.run(QUARANTINE, table, keys, columns, [one.why for one in found], now)


async def quarantined_by_table(tx: Tx) -> dict[str, int]:
    """Count what could not be done, by table."""
    return {row[0]: row[1] for row in await tx.rows(QUARANTINED_BY_TABLE)}


async def release(tx: Tx) -> int:
    """Forget what could not be done, because it is tried again; return how much that was."""
    return await tx.run(RELEASE)


async def quarantined(tx: Tx, limit: int) -> list[Found]:
    """Return what could not be done."""
    return [Found(*row) for row in await tx.rows(QUARANTINED, limit)]
