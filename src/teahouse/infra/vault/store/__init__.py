"""Subjects and their data keys. The tables are in ``schema.sql``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import SHARED, KeyRef

INSERT_SUBJECT = """
insert into vault_subjects (subject_id, created_at, scope) values ($1, $2, $3)
on conflict (subject_id) do nothing"""
SUBJECT_TO_WRITE = """
select s.purposes, s.destroyed_at is not null, d.dek_id, d.version, d.wrapped_dek, d.seals_count,
    d.suite, coalesce(d.created_at < greatest(
        (select sealed_since from vault_ring),
        (select sealed_since from vault_scopes where scope = s.scope)
    ), false), s.scope
from vault_subjects s
left join lateral (
    select dek_id, version, wrapped_dek, seals_count, suite, created_at from vault_deks
    where subject_id = s.subject_id and class = $2 order by version desc limit 1
) d on true
where s.subject_id = $1
for share of s"""
UNERASABLE_TO_WRITE = """
select s.purposes, s.destroyed_at is not null, d.dek_id, d.version, d.wrapped_dek, d.seals_count,
    d.suite, coalesce(d.created_at < greatest(
        (select sealed_since from vault_ring),
        (select sealed_since from vault_scopes where scope = s.scope)
    ), false), s.scope
from vault_subjects s
join vault_deks d on d.subject_id = s.subject_id and d.class = $2
where s.subject_id = $1 order by d.version desc limit 1"""
SUBJECT = "select purposes, destroyed_at is not null from vault_subjects where subject_id = $1"
INSERT_DEK = """
with fence as (select vault_current($10) as current), put as (
    insert into vault_deks (
        dek_id, version, subject_id, class, wrapped_dek, suite, kek_id, kek_version, created_at
    )
    select $1, $2, $3, $4, $5, $6, $7, $8,
        greatest($9, (select sealed_since from vault_ring), ( -- by whatever clock
            select c.sealed_since from vault_scopes c
            join vault_subjects s on s.scope = c.scope where s.subject_id = $3
        ))
    from fence where current
    on conflict do nothing
), counted as (
    insert into vault_wraps (key_id, version, wraps) select $7, $8, 1 from fence where current
)
select current from fence"""
DEKS = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite,
    coalesce(d.created_at < greatest((select retired_before from vault_ring), (
        select c.retired_before from vault_scopes c where c.scope = s.scope
    )), false), s.scope, cardinality(s.restricted) > 0
from vault_deks d
join unnest($1::text[], $2::bigint[]) as wanted (dek_id, version)
  on d.dek_id = wanted.dek_id and d.version = wanted.version
join vault_subjects s on s.subject_id = d.subject_id"""
RESTRICT = """
update vault_subjects set restricted = array_append(array_remove(restricted, $2), $2)
where subject_id = $1"""
UNRESTRICT = """
update vault_subjects set restricted = array_remove(restricted, $2) where subject_id = $1"""
RESERVE_SEALS = """
update vault_deks set seals_count = seals_count + $3
where dek_id = $1 and version = $2 returning seals_count"""
HAVING = """
select count(*) from vault_subjects where purposes && $1::text[] and destroyed_at is null"""
GRANT = """
update vault_subjects set purposes = array(
    select distinct unnest(purposes || $2::text[]) order by 1
) where subject_id = $1 and destroyed_at is null"""
REVOKE = """
update vault_subjects set purposes = array(
    select ground from unnest(purposes) as ground where ground <> all ($2::text[]) order by 1
) where subject_id = $1 and destroyed_at is null"""
DESTROY_SUBJECT = """
update vault_subjects set destroyed_at = coalesce(destroyed_at, $2), purposes = '{}'
where subject_id = $1"""
DESTROY_DEKS = """
update vault_deks set wrapped_dek = null where subject_id = $1 returning dek_id, version"""
UNDER_KEK = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, false, s.scope
from vault_deks d join vault_subjects s using (subject_id)
where d.kek_id = $1 and d.kek_version = $2 and d.wrapped_dek is not null
    and (d.dek_id, d.version) > ($3, $4)
order by d.dek_id, d.version limit $5"""
UNDER_KEK_UNTIL = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, false, s.scope
from vault_deks d join vault_subjects s using (subject_id)
where d.kek_id = $1 and d.kek_version = $2 and d.wrapped_dek is not null
    and (d.dek_id, d.version) > ($3, $4)
    and (d.dek_id, d.version) <= ($6, $7)
order by d.dek_id, d.version limit $5"""
# Of a scope: what its key does not wrap yet, and what the key does that it takes the place of. As
# those may be few among many, so many are looked at, and not so many found.
ASTRAY = """
with page as materialized (
    select dek_id, version from vault_deks where (dek_id, version) > ($1, $2)
    order by dek_id, version limit $3
)
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek, d.suite, false, s.scope
from page join vault_deks d using (dek_id, version) join vault_subjects s using (subject_id)
where d.wrapped_dek is not null and (
    s.scope = $4 and (d.kek_id, d.kek_version) <> ($5, $6)
    or (d.kek_id, d.kek_version) = ($7, $8) and s.scope <> $4
)
order by d.dek_id, d.version"""
LAST_OF_PAGE = """
select dek_id, version from vault_deks where (dek_id, version) > ($1, $2)
order by dek_id, version offset $3 limit 1"""
COUNT_ASTRAY = """
select count(*) from vault_deks d join vault_subjects s using (subject_id)
where d.wrapped_dek is not null and s.scope = $1 and (d.kek_id, d.kek_version) <> ($2, $3)"""
OF_SUBJECT = """
select dek_id, version, subject_id, class, wrapped_dek, suite, false, $2, kek_id, kek_version
from vault_deks where subject_id = $1 and wrapped_dek is not null
order by dek_id, version for no key update"""
SET_SCOPE = """
update vault_subjects set scope = $2
where subject_id = $1 and scope <> $2 and destroyed_at is null"""
SET_SCOPES = """
update vault_subjects s set scope = n.scope
from unnest($1::text[], $2::text[]) as n (subject_id, scope)
where s.subject_id = n.subject_id and s.scope <> n.scope"""
COUNT_UNDER_KEK = """
select count(*) from vault_deks
where kek_id = $1 and kek_version = $2 and wrapped_dek is not null"""
# The commit does not wait for the disk: what a crash takes back is under the old key still, which
# goes only by a later commit that is waited for.
REWRAP = """
with fence as materialized (
    select vault_current($7) as current, set_config('synchronous_commit', 'off', true)
),
counted as (
    insert into vault_wraps (key_id, version, wraps)
    select $5, $6, cardinality($1::text[]) from fence where cardinality($1::text[]) > 0
)
update vault_deks d set wrapped_dek = new.wrapped, kek_id = $5, kek_version = $6
from fence, unnest($1::text[], $2::integer[], $3::bytea[], $4::bytea[])
    as new (dek_id, version, former, wrapped)
where fence.current
    and d.dek_id = new.dek_id and d.version = new.version and d.wrapped_dek = new.former"""

HAS_KEY = """
select exists (select 1 from vault_deks where subject_id = $1 and wrapped_dek is not null)"""


class WritableSubject(NamedTuple):
    """A subject with the newest of its data keys of one class, if there is one yet."""

    purposes: list[str]
    destroyed: bool
    dek_id: str | None
    version: int | None
    wrapped_dek: bytes | None
    seals_count: int | None
    suite: int | None
    old: bool = False  # from before everything is sealed under younger ones
    scope: str = SHARED


class DekRow(NamedTuple):
    """A data key, wrapped; ``wrapped_dek`` is ``None`` once its person was erased."""

    dek_id: str
    version: int
    subject_id: str
    dek_class: str
    wrapped_dek: bytes | None
    suite: int
    late: bool = False  # nobody should need it any more
    scope: str = SHARED  # of its subject, where that was asked
    restricted: bool = False  # its subject, where that was asked

    @property
    def ref(self) -> KeyRef:
        """Which key this is."""
        return KeyRef(self.dek_id, self.version)


async def insert_subject(tx: Tx, subject_id: str, now: datetime, scope: str) -> bool:
    """Add a subject; say whether it is new."""
    return await tx.run(INSERT_SUBJECT, subject_id, now, scope) == 1


async def subject_to_write(tx: Tx, subject_id: str, dek_class: str) -> WritableSubject | None:
    """Return a subject, held against revocation and erasure until this transaction ends."""
    row = await tx.row(SUBJECT_TO_WRITE, subject_id, dek_class)
    return WritableSubject(*row) if row else None


async def unerasable_to_write(tx: Tx, subject_id: str, dek_class: str) -> WritableSubject | None:
    """Return a subject that is never erased, without a lock that everybody would share."""
    row = await tx.row(UNERASABLE_TO_WRITE, subject_id, dek_class)
    return WritableSubject(*row) if row else None


async def subject(tx: Tx, subject_id: str) -> tuple[list[str], bool] | None:
    """Return the grounds on file and whether the subject was erased."""
    row = await tx.row(SUBJECT, subject_id)
    return (row[0], row[1]) if row else None


async def insert_dek(tx: Tx, row: DekRow, kek: KeyRef, generation: int, now: datetime) -> bool:
    """Add a data key, unless another transaction has just added the same version.

    False: a key-encryption key of that generation of the ring may not wrap any more.
    """
    return await tx.value(INSERT_DEK, *row[:6], kek.key_id, kek.version, now, generation)


async def deks(tx: Tx, refs: Sequence[KeyRef]) -> dict[KeyRef, DekRow]:
    """Return those of the data keys ``refs`` that exist."""
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    found = [DekRow(*row) for row in await tx.rows(DEKS, ids, versions)]
    return {row.ref: row for row in found}


async def reserve_seals(tx: Tx, ref: KeyRef, count: int) -> int:
    """Count ``count`` more uses of a data key and return how many that makes."""
    return await tx.value(RESERVE_SEALS, ref.key_id, ref.version, count)


async def having(tx: Tx, grounds: list[str]) -> int:
    """Return of how many living subjects one of the grounds is on file."""
    return await tx.value(HAVING, grounds)


async def grant(tx: Tx, subject_id: str, grounds: list[str]) -> bool:
    """Put grounds on file; false when there is no such living subject."""
    return await tx.run(GRANT, subject_id, grounds) == 1


async def revoke(tx: Tx, subject_id: str, grounds: list[str]) -> bool:
    """Take grounds off file; false when there is no such living subject."""
    return await tx.run(REVOKE, subject_id, grounds) == 1


async def restrict(tx: Tx, subject_id: str, why: str) -> None:
    """Have what a subject shows be opened for nobody else, for a reason."""
    await tx.run(RESTRICT, subject_id, why)


async def unrestrict(tx: Tx, subject_id: str, why: str) -> None:
    """Take a reason away; another one still holds."""
    await tx.run(UNRESTRICT, subject_id, why)


async def destroy(tx: Tx, subject_id: str, now: datetime) -> list[KeyRef]:
    """Empty every data key of a subject and return which they were."""
    await tx.run(DESTROY_SUBJECT, subject_id, now)
    return [KeyRef(row[0], row[1]) for row in await tx.rows(DESTROY_DEKS, subject_id)]


async def has_key(tx: Tx, subject_id: str) -> bool:
    """Tell whether there is any data key of a subject that still opens something."""
    return await tx.value(HAS_KEY, subject_id)


async def under_kek(
    tx: Tx, kek: KeyRef, after: KeyRef, until: KeyRef | None, limit: int
) -> list[DekRow]:
    """Return the next data keys that are wrapped by a key and not destroyed, up to one of them."""
    place = (kek.key_id, kek.version, after.key_id, after.version, limit)
    if until is None:
        return [DekRow(*row) for row in await tx.rows(UNDER_KEK, *place)]
    rows = await tx.rows(UNDER_KEK_UNTIL, *place, until.key_id, until.version)
    return [DekRow(*row) for row in rows]


async def astray(
    tx: Tx, scope: str, keys: tuple[KeyRef, KeyRef], after: KeyRef, limit: int
) -> tuple[list[DekRow], KeyRef | None]:
    """Return what in the next so many data keys is not under a scope's key; and where to go on.

    ``keys`` are that key, and the one that it takes the place of.
    """
    last = await tx.row(LAST_OF_PAGE, *after, limit - 1)
    rows = await tx.rows(ASTRAY, *after, limit, scope, *keys[0], *keys[1])
    return [DekRow(*row) for row in rows], None if last is None else KeyRef(*last)


async def count_astray(tx: Tx, scope: str, kek: KeyRef) -> int:
    """Count the living data keys of a scope that are not under its key."""
    return await tx.value(COUNT_ASTRAY, scope, *kek)


async def of_subject(tx: Tx, subject_id: str, scope: str) -> list[tuple[DekRow, KeyRef]]:
    """Return the living data keys of a subject with what wraps them, held until the commit."""
    rows = await tx.rows(OF_SUBJECT, subject_id, scope)
    return [(DekRow(*row[:8]), KeyRef(row[8], row[9])) for row in map(tuple, rows)]


async def set_scope(tx: Tx, subject_id: str, scope: str) -> bool:
    """Bring a living subject into another scope; false when it is there already."""
    return await tx.run(SET_SCOPE, subject_id, scope) == 1


async def set_scopes(tx: Tx, scopes: Mapping[str, str]) -> int:
    """Say of subjects of which scope they are; return of how many that is news."""
    return await tx.run(SET_SCOPES, list(scopes), list(scopes.values()))


async def count_under_kek(tx: Tx, kek: KeyRef) -> int:
    """Count the data keys that are wrapped by a key and not destroyed."""
    return await tx.value(COUNT_UNDER_KEK, kek.key_id, kek.version)


async def rewrap(tx: Tx, rows: Sequence[tuple[DekRow, bytes]], kek: KeyRef, generation: int) -> int:
    """Put each new wrapping where the former still is; return how many that were.

    None, when a key of that generation of the ring may not wrap any more. What was erased meanwhile has no former wrapping any more, and stays erased.
    """
    return await tx.run(
        REWRAP,
        [row.dek_id for row, _ in rows],
        [row.version for row, _ in rows],
        [row.wrapped_dek for row, _ in rows],
        [wrapped for _, wrapped in rows],
        kek.key_id,
        kek.version,
        generation,
    )
