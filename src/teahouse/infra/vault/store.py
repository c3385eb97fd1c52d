"""The vault's rows. The tables are in ``schema.sql``."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import KeyRef

_FIRST_KEYS_LOCK = 7_240_601

LOCK_FIRST_KEYS = "select pg_advisory_xact_lock($1)"
KEYS = """
select purpose, key_id, version, state, check_value, wrapped
from vault_keys order by purpose, version"""
INSERT_KEY = """
insert into vault_keys (purpose, key_id, version, state, check_value, wrapped, created_at)
values ($1, $2, $3, $4, $5, $6, $7)"""
INSERT_SUBJECT = """
insert into vault_subjects (subject_id, created_at) values ($1, $2)
on conflict (subject_id) do nothing"""
SUBJECT_TO_WRITE = """
select s.purposes, s.destroyed_at is not null, d.dek_id, d.version, d.wrapped_dek, d.seals_count
from vault_subjects s
left join lateral (
    select dek_id, version, wrapped_dek, seals_count from vault_deks
    where subject_id = s.subject_id and class = $2 order by version desc limit 1
) d on true
where s.subject_id = $1
for share of s"""
UNERASABLE_TO_WRITE = """
select s.purposes, s.destroyed_at is not null, d.dek_id, d.version, d.wrapped_dek, d.seals_count
from vault_subjects s
join vault_deks d on d.subject_id = s.subject_id and d.class = $2
where s.subject_id = $1 order by d.version desc limit 1"""
SUBJECT = "select purposes, destroyed_at is not null from vault_subjects where subject_id = $1"
INSERT_DEK = """
insert into vault_deks (
    dek_id, version, subject_id, class, kek_id, kek_version, wrapped_dek, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict do nothing"""
DEKS = """
select d.dek_id, d.version, d.subject_id, d.class, d.wrapped_dek
from vault_deks d
join unnest($1::text[], $2::bigint[]) as wanted (dek_id, version)
  on d.dek_id = wanted.dek_id and d.version = wanted.version"""
RESERVE_SEALS = """
update vault_deks set seals_count = seals_count + $3
where dek_id = $1 and version = $2 returning seals_count"""
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

HAS_KEY = """
select exists (select 1 from vault_deks where subject_id = $1 and wrapped_dek is not null)"""


class KeyRow(NamedTuple):
    """A key of the house, as it is kept."""

    purpose: str
    key_id: str
    version: int
    state: str
    check_value: bytes
    wrapped: bytes | None

    @property
    def ref(self) -> KeyRef:
        """Which key this is."""
        return KeyRef(self.key_id, self.version)


class WritableSubject(NamedTuple):
    """A subject with the newest of its data keys of one class, if there is one yet."""

    purposes: list[str]
    destroyed: bool
    dek_id: str | None
    version: int | None
    wrapped_dek: bytes | None
    seals_count: int | None


class DekRow(NamedTuple):
    """A data key, wrapped; ``wrapped_dek`` is ``None`` once its person was erased."""

    dek_id: str
    version: int
    subject_id: str
    dek_class: str
    wrapped_dek: bytes | None


async def lock_first_keys(tx: Tx) -> None:
    """Let only one process make the first keys."""
    await tx.run(LOCK_FIRST_KEYS, _FIRST_KEYS_LOCK)


async def keys(tx: Tx) -> list[KeyRow]:
    """Return every key of the house, oldest first."""
    return [KeyRow(*row) for row in await tx.rows(KEYS)]


async def insert_key(tx: Tx, row: KeyRow, now: datetime) -> None:
    """Add a key of the house."""
    await tx.run(INSERT_KEY, *row, now)


async def insert_subject(tx: Tx, subject_id: str, now: datetime) -> bool:
    """Add a subject; say whether it is new."""
    return await tx.run(INSERT_SUBJECT, subject_id, now) == 1


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


async def insert_dek(tx: Tx, row: DekRow, kek: KeyRef, now: datetime) -> None:
    """Add a data key, unless another transaction has just added the same version."""
    await tx.run(
        INSERT_DEK,
        row.dek_id,
        row.version,
        row.subject_id,
        row.dek_class,
        kek.key_id,
        kek.version,
        row.wrapped_dek,
        now,
    )


async def deks(tx: Tx, refs: Sequence[KeyRef]) -> dict[KeyRef, DekRow]:
    """Return those of the data keys ``refs`` that exist."""
    ids, versions = [ref.key_id for ref in refs], [ref.version for ref in refs]
    found = [DekRow(*row) for row in await tx.rows(DEKS, ids, versions)]
    return {KeyRef(row.dek_id, row.version): row for row in found}


async def reserve_seals(tx: Tx, ref: KeyRef, count: int) -> int:
    """Count ``count`` more uses of a data key and return how many that makes."""
    return await tx.value(RESERVE_SEALS, ref.key_id, ref.version, count)


async def grant(tx: Tx, subject_id: str, grounds: list[str]) -> bool:
    """Put grounds on file; false when there is no such living subject."""
    return await tx.run(GRANT, subject_id, grounds) == 1


async def revoke(tx: Tx, subject_id: str, grounds: list[str]) -> bool:
    """Take grounds off file; false when there is no such living subject."""
    return await tx.run(REVOKE, subject_id, grounds) == 1


async def destroy(tx: Tx, subject_id: str, now: datetime) -> list[KeyRef]:
    """Empty every data key of a subject and return which they were."""
    await tx.run(DESTROY_SUBJECT, subject_id, now)
    return [KeyRef(row[0], row[1]) for row in await tx.rows(DESTROY_DEKS, subject_id)]


async def has_key(tx: Tx, subject_id: str) -> bool:
    """Tell whether there is any data key of a subject that still opens something."""
    return await tx.value(HAS_KEY, subject_id)
