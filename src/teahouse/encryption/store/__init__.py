"""The rows of keys. Those of letters and of signing have files of their own."""

from collections.abc import Sequence

from teahouse.encryption.model.keys import Stock, StoredKey
from teahouse.encryption.store.personal import FIELDS as FIELDS
from teahouse.infra.db.pool import Row, Tx

DEVICE = "select keys from encryption_devices where session_id = $1 for update"
SET_DEVICE = """
insert into encryption_devices (session_id, user_id, device_id, keys) values ($1, $2, $3, $4)
on conflict (session_id) do update set keys = excluded.keys"""
DEVICES = """
select user_id, device_id, session_id, keys from encryption_devices
where user_id = any ($1::text[]) order by user_id, device_id"""

ONE_TIME = """
select k.algorithm, k.key_id, k.body from encryption_one_time_keys k
join unnest($2::text[], $3::text[]) as named (algorithm, key_id) using (algorithm, key_id)
where k.session_id = $1"""
ADD_ONE_TIME = """
insert into encryption_one_time_keys (session_id, algorithm, key_id, body, nth)
select $1, new.algorithm, new.key_id, new.body, 1 + (
    select coalesce(max(nth), 0) from encryption_one_time_keys where session_id = $1
)
from unnest($2::text[], $3::text[], $4::bytea[]) as new (algorithm, key_id, body)"""
SET_FALLBACK = """
insert into encryption_fallback_keys (session_id, algorithm, key_id, body)
select $1, new.algorithm, new.key_id, new.body
from unnest($2::text[], $3::text[], $4::bytea[]) as new (algorithm, key_id, body)
on conflict (session_id, algorithm) do update
set key_id = excluded.key_id, body = excluded.body, used = false
where (encryption_fallback_keys.key_id, encryption_fallback_keys.body)
    is distinct from (excluded.key_id, excluded.body)"""
COUNTS = """
select algorithm, count(*) from encryption_one_time_keys
where session_id = $1 group by algorithm order by algorithm"""
UNUSED = """
select algorithm from encryption_fallback_keys
where session_id = $1 and not used order by algorithm"""

# Of each device and algorithm the key that came first and that nobody else is being given now.
CLAIM = """
with wanted as (
    select distinct * from unnest($1::text[], $2::text[]) as w (session_id, algorithm)
), chosen as (
    select k.session_id, k.algorithm, k.key_id from wanted w cross join lateral (
        select session_id, algorithm, key_id from encryption_one_time_keys o
        where o.session_id = w.session_id and o.algorithm = w.algorithm
        order by nth, key_id limit 1 for update skip locked
    ) k
)
delete from encryption_one_time_keys k using chosen c
where k.session_id = c.session_id and k.algorithm = c.algorithm and k.key_id = c.key_id
returning k.session_id, k.algorithm, k.key_id, k.body"""
USE_FALLBACK = """
update encryption_fallback_keys k set used = true
from unnest($1::text[], $2::text[]) as w (session_id, algorithm)
where k.session_id = w.session_id and k.algorithm = w.algorithm
returning k.session_id, k.algorithm, k.key_id, k.body"""

SET_CHANGE = """
insert into encryption_changes (user_id, told, pos) values ($1, $2, $3)
on conflict (user_id, told) do update set pos = excluded.pos
where encryption_changes.pos < excluded.pos"""
CHANGED = """
select distinct user_id from encryption_changes
where user_id = any ($1::text[]) and pos > $3 and told in ('', $2)"""
CHANGED_FOR_ONE = """
select user_id from encryption_changes where told = $1 and told <> '' and pos > $2"""

HELD = """
select kind, name, body from (
    select 'device' as kind, device_id as name, keys as body
    from encryption_devices where user_id = $1
    union all
    select usage, public_key, body from encryption_cross_keys where user_id = $1
    union all
    select 'one_time', k.algorithm || ':' || k.key_id, k.body
    from encryption_one_time_keys k join encryption_devices d using (session_id)
    where d.user_id = $1
    union all
    select 'fallback', k.algorithm || ':' || k.key_id, k.body
    from encryption_fallback_keys k join encryption_devices d using (session_id)
    where d.user_id = $1
) held order by kind, name"""

FORGET_CROSS_KEYS = "delete from encryption_cross_keys where user_id = $1"
FORGET_SIGNATURES = "delete from encryption_signatures where user_id = $1 or signer = $1"
FORGET_CHANGES = "delete from encryption_changes where told = $1 and told <> ''"

Claimed = dict[tuple[str, str], StoredKey]  # by session and algorithm


async def device(tx: Tx, session_id: str) -> bytes | None:
    """Return what a device shows of itself, and hold it."""
    return await tx.value(DEVICE, session_id)


async def set_device(tx: Tx, session_id: str, user_id: str, device_id: str, keys: bytes) -> None:
    """Keep what a device shows of itself."""
    await tx.run(SET_DEVICE, session_id, user_id, device_id, keys)


async def devices(tx: Tx, user_ids: Sequence[str]) -> list[tuple[str, str, str, bytes]]:
    """Return (user, device, session, keys) of every device of some people that has keys."""
    return [(row[0], row[1], row[2], row[3]) for row in await tx.rows(DEVICES, list(user_ids))]


async def one_time(
    tx: Tx, session_id: str, named: Sequence[StoredKey]
) -> dict[tuple[str, str], bytes]:
    """Return those of the named one-time keys that are there."""
    algorithms, key_ids = [key.algorithm for key in named], [key.key_id for key in named]
    rows = await tx.rows(ONE_TIME, session_id, algorithms, key_ids)
    return {(row[0], row[1]): row[2] for row in rows}


async def add_one_time(tx: Tx, session_id: str, keys: Sequence[StoredKey]) -> None:
    """Keep new one-time keys, to be given out after those that are there."""
    await tx.run(ADD_ONE_TIME, session_id, *_columns(keys))


async def set_fallbacks(tx: Tx, session_id: str, keys: Sequence[StoredKey]) -> int:
    """Keep fallback keys, each in place of the one of its algorithm; return how many are new."""
    last = {key.algorithm: key for key in keys}
    return await tx.run(SET_FALLBACK, session_id, *_columns(list(last.values())))


def _columns(keys: Sequence[StoredKey]) -> tuple[list[str], list[str], list[bytes]]:
    return (
        [key.algorithm for key in keys],
        [key.key_id for key in keys],
        [key.body for key in keys],
    )


async def stock(tx: Tx, session_id: str) -> Stock:
    """Return what a device has here for others to take."""
    counts = {row[0]: row[1] for row in await tx.rows(COUNTS, session_id)}
    return Stock(counts, [row[0] for row in await tx.rows(UNUSED, session_id)])


async def claim(tx: Tx, wanted: Sequence[tuple[str, str]]) -> Claimed:
    """Take a one-time key of each (session, algorithm), where there is one."""
    return _taken(await tx.rows(CLAIM, *_pairs(wanted)))


async def use_fallbacks(tx: Tx, wanted: Sequence[tuple[str, str]]) -> Claimed:
    """Return the fallback key of each (session, algorithm), which counts as used from now on."""
    return _taken(await tx.rows(USE_FALLBACK, *_pairs(wanted)))


def _pairs(wanted: Sequence[tuple[str, str]]) -> tuple[list[str], list[str]]:
    ordered = sorted(set(wanted))
    return [session_id for session_id, _ in ordered], [algorithm for _, algorithm in ordered]


def _taken(rows: Sequence[Row]) -> Claimed:
    return {(row[0], row[1]): StoredKey(row[1], row[2], row[3]) for row in rows}


async def set_change(tx: Tx, user_id: str, told: str, pos: int) -> None:
    """Note where somebody's keys changed."""
    await tx.run(SET_CHANGE, user_id, told, pos)


async def changed(tx: Tx, among: Sequence[str], reader: str, after: int) -> set[str]:
    """Return who of some people has other keys since a position, as far as it concerns a reader."""
    found = {row[0] for row in await tx.rows(CHANGED, list(among), reader, after)}
    return found | {row[0] for row in await tx.rows(CHANGED_FOR_ONE, reader, after)}


async def held(tx: Tx, user_id: str) -> list[tuple[str, str, bytes]]:
    """Return (kind, name, content) of every key of a person."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(HELD, user_id)]


async def forget(tx: Tx, user_id: str) -> None:
    """Delete what is kept of a person beyond their sessions."""
    await tx.run(FORGET_CROSS_KEYS, user_id)
    await tx.run(FORGET_SIGNATURES, user_id)
    await tx.run(FORGET_CHANGES, user_id)
