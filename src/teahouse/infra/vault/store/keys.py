"""The keys of the house, the ring, and the transactions that a raised floor waits for."""

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.lifecycle import KeyPurpose, KeyState
from teahouse.infra.vault.model import SHARED, KeyRef
from teahouse.infra.vault.normal import EXACT

_FIRST_KEYS_LOCK = 7_240_601

LOCK_FIRST_KEYS = "select pg_advisory_xact_lock($1)"
# One statement: keys and generation are of the same moment. The key that leads in a scope is kept as
# one that only opens, for the sake of workers of the release before, and is a primary here.
KEYS = """
select r.generation, k.purpose, k.key_id, k.version,
    case when k.leads then 'primary' else k.state end, k.check_value, k.wrapped, k.suite,
    k.generation, k.changed_at, k.written, k.scope, k.normaliser
from vault_ring r left join vault_keys k on true order by k.purpose, k.version"""
INSERT_KEY = """
insert into vault_keys (
    purpose, key_id, version, state, check_value, wrapped, suite, generation, changed_at, written,
    scope, normaliser, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $9)"""
MOVE_KEY = """
update vault_keys set generation = $5, changed_at = $6,
    state = case when $4 = 'primary' and scope <> '*' then 'decrypt_only' else $4 end,
    leads = ($4 = 'primary' and scope <> '*'),
    wrapped = case when $4 = 'destroyed' then null else wrapped end
where purpose = $1 and key_id = $2 and version = $3"""
SET_WRITTEN = """
update vault_keys set written = $4 where purpose = $1 and key_id = $2 and version = $3"""
SET_WRAPPED = """
update vault_keys set wrapped = $4
where purpose = $1 and key_id = $2 and version = $3 and wrapped is not null"""

COUNT_WRAPS = "insert into vault_wraps (key_id, version, wraps) values ($1, $2, $3)"
ADD_UP_WRAPS = """
with taken as (delete from vault_wraps returning key_id, version, wraps),
sums as (select key_id, version, sum(wraps) as wraps from taken group by key_id, version)
update vault_keys k set wraps_count = k.wraps_count + sums.wraps from sums
where k.purpose = 'kek' and k.key_id = sums.key_id and k.version = sums.version"""
WRAPS = """
select key_id, version, wraps_count from vault_keys
where purpose = 'kek' and (state = 'primary' or leads)"""

FIRST_RING = """
insert into vault_ring (generation, floor, settled) values (1, 0, 0) on conflict do nothing"""
RING = "select generation, floor, settled from vault_ring"
NEXT_GENERATION = "update vault_ring set generation = generation + 1 returning generation"
RAISE_FLOOR = "update vault_ring set floor = generation returning floor"
SETTLE = "update vault_ring set settled = greatest(settled, $1)"
# A transaction holds the lock on its virtual id from its beginning to its end, whether or not it
# has written, so that this finds also those whose snapshot is old and whose xid will be new.
UNDER_WAY = """
select l.virtualtransaction from pg_locks l join pg_stat_activity a on a.pid = l.pid
where l.locktype = 'virtualxid' and l.virtualxid = l.virtualtransaction
    and a.datname = current_database() and l.pid <> pg_backend_pid()"""


SEAL_SINCE = """
update vault_ring set generation = generation + 1, sealed_since = greatest(
    sealed_since, $1, (select max(created_at) + interval '1 millisecond' from vault_deks)
)
returning sealed_since"""
RETIRE_BEFORE = """
update vault_ring set generation = generation + 1, retired_before = $1"""
SEAL_SCOPE_SINCE = """
insert into vault_scopes as s (scope, sealed_since)
select $2, greatest($1, (select max(created_at) + interval '1 millisecond' from vault_deks))
on conflict (scope) do update set sealed_since = greatest(s.sealed_since, excluded.sealed_since)
returning sealed_since"""
RETIRE_SCOPE_BEFORE = """
insert into vault_scopes (scope, retired_before) values ($2, $1)
on conflict (scope) do update set retired_before = excluded.retired_before"""
CAME_LATE = """
insert into vault_late_opens (purpose, key_id, version, opens, last_at)
select purpose, key_id, version, opens, clock_timestamp()
from unnest($1::text[], $2::text[], $3::integer[], $4::bigint[])
    as n (purpose, key_id, version, opens) order by 1, 2, 3
on conflict (purpose, key_id, version) do update
set opens = vault_late_opens.opens + excluded.opens, last_at = excluded.last_at"""
LATE = "select purpose, key_id, version, opens, last_at from vault_late_opens"
FORGET_LATE = "delete from vault_late_opens"


class KeyRow(NamedTuple):
    """A key of the house, as it is kept."""

    purpose: KeyPurpose
    key_id: str
    version: int
    state: KeyState
    check_value: bytes
    wrapped: bytes | None
    suite: int
    generation: int  # of the ring, when it came into its state
    changed_at: datetime
    written: bool = False  # of an index key: written beside the primary
    scope: str = SHARED  # of a key-encryption key: whose data keys it wraps
    normaliser: int = EXACT  # of an index key: by which form people are found

    @property
    def ref(self) -> KeyRef:
        """Which key this is."""
        return KeyRef(self.key_id, self.version)


class RingRow(NamedTuple):
    """How often the keys have changed, since when one may write, and what is over."""

    generation: int
    floor: int
    settled: int


async def lock_first_keys(tx: Tx) -> None:
    """Let only one process make the first keys."""
    await tx.run(LOCK_FIRST_KEYS, _FIRST_KEYS_LOCK)
    await tx.run(FIRST_RING)


async def keys(tx: Tx) -> tuple[int, list[KeyRow]]:
    """Return the generation of the ring, and every key of the house, oldest first."""
    rows = await tx.rows(KEYS)
    assert rows, "there is a ring"
    found = [_key(*list(row)[1:]) for row in rows if row[1] is not None]
    return rows[0][0], found


def _key(
    purpose: str, key_id: str, version: int, state: str, check_value: bytes, *rest: object
) -> KeyRow:
    fields = (KeyPurpose(purpose), key_id, version, KeyState(state), check_value, *rest)
    return KeyRow._make(fields)


async def insert_key(tx: Tx, row: KeyRow) -> None:
    """Add a key of the house."""
    await tx.run(INSERT_KEY, *row)


async def move_key(tx: Tx, row: KeyRow, state: KeyState, generation: int, now: datetime) -> None:
    """Bring a key into another state; a destroyed one is emptied."""
    await tx.run(MOVE_KEY, row.purpose, row.key_id, row.version, state, generation, now)


async def set_written(tx: Tx, row: KeyRow, written: bool) -> None:
    """Say whether indexes are written under a key when it is not the primary."""
    await tx.run(SET_WRITTEN, row.purpose, row.key_id, row.version, written)


async def set_wrapped(tx: Tx, row: KeyRow, wrapped: bytes) -> None:
    """Keep a key under another wrapping, unless it was destroyed."""
    await tx.run(SET_WRAPPED, row.purpose, row.key_id, row.version, wrapped)


async def count_wraps(tx: Tx, kek: KeyRef, wraps: int) -> None:
    """Count that a key-encryption key has wrapped so often."""
    await tx.run(COUNT_WRAPS, kek.key_id, kek.version, wraps)


async def add_up_wraps(tx: Tx) -> None:
    """Bring the counts of all key-encryption keys up to date."""
    await tx.run(ADD_UP_WRAPS)


async def wraps(tx: Tx) -> dict[KeyRef, int]:
    """Return how often each key that wraps new keys had done so when it was last added up."""
    return {KeyRef(row[0], row[1]): row[2] for row in await tx.rows(WRAPS)}


async def ring(tx: Tx) -> RingRow:
    """Return the ring."""
    row = await tx.row(RING)
    assert row is not None, "there is a ring"
    return RingRow(*row)


async def next_generation(tx: Tx) -> int:
    """Count one more change of the keys; nobody else changes any until the commit."""
    return await tx.value(NEXT_GENERATION)


async def raise_floor(tx: Tx) -> int:
    """Let nobody write any more under keys older than those of now."""
    return await tx.value(RAISE_FLOOR)


async def settle(tx: Tx, floor: int) -> None:
    """Note that every transaction from before a floor has ended."""
    await tx.run(SETTLE, floor)


async def seal_since(tx: Tx, now: datetime, scope: str) -> datetime:
    """Let nothing of a scope be sealed under data keys that there are; return since when."""
    if scope == SHARED:
        return await tx.value(SEAL_SINCE, now)
    await next_generation(tx)
    return await tx.value(SEAL_SCOPE_SINCE, now, scope)


async def retire_before(tx: Tx, since: datetime | None, scope: str) -> None:
    """Count from now on who still opens what is under a scope's data keys from before a moment."""
    await tx.run(FORGET_LATE)
    if scope == SHARED:
        await tx.run(RETIRE_BEFORE, since)
    else:
        await next_generation(tx)
        await tx.run(RETIRE_SCOPE_BEFORE, since, scope)


async def came_late(tx: Tx, late: Mapping[tuple[str, KeyRef], int]) -> None:
    """Add up who needed a key that should not be needed any more."""
    refs = [(purpose, ref.key_id, ref.version, opens) for (purpose, ref), opens in late.items()]
    await tx.run(CAME_LATE, *(list(one) for one in zip(*refs, strict=True)))


async def late(tx: Tx) -> dict[tuple[str, KeyRef], tuple[int, datetime]]:
    """Return how often each was needed, and when last, by the database's clock."""
    rows = await tx.rows(LATE)
    return {(row[0], KeyRef(row[1], row[2])): (row[3], row[4]) for row in rows}


async def under_way(tx: Tx) -> set[str]:
    """Return the transactions that are under way in this database, but for our own."""
    return {row[0] for row in await tx.rows(UNDER_WAY)}
