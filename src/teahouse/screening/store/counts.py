"""Statements over the buckets, what was used once, the secrets of days, and the tally."""

from collections.abc import Sequence
from datetime import date, datetime

import msgspec

from teahouse.infra.db.pool import Tx

TAKE = """
insert into screening_buckets as b (name, key_digest, tokens, filled_at)
values ($1, $2, $3 - 1, $5)
on conflict (name, key_digest) do update set
    filled_at = least(greatest(b.filled_at, $5), $5 + interval '10 minutes'),
    tokens = least($3, b.tokens + greatest(extract(epoch from $5 - b.filled_at), 0) * $4) - 1
where least($3, b.tokens + greatest(extract(epoch from $5 - b.filled_at), 0) * $4) >= 1"""

LEVEL = """
select name, tokens, filled_at from screening_buckets
where (name, key_digest) in (select * from unnest($1::text[], $2::bytea[]))"""

PURGE_BUCKETS = "delete from screening_buckets where filled_at <= $1"

SPEND = "insert into screening_spent (digest, expires_at) values ($1, $2) on conflict do nothing"

IS_SPENT = "select exists (select from screening_spent where digest = $1 and expires_at > $2)"

PURGE_SPENT = "delete from screening_spent where expires_at <= $1"

KEY_NEW = "insert into screening_keys (day, secret) values ($1, $2) on conflict do nothing"

KEYS = "select day, secret from screening_keys where day = any ($1::date[])"

PURGE_KEYS = "delete from screening_keys where day < $1"

COUNT = """
insert into screening_tally as t (rule, minute, outcome, count)
values ($1, date_trunc('minute', $2::timestamptz), $3, 1)
on conflict (rule, minute, outcome) do update set count = t.count + 1"""

# A count by itself may be lost with the machine: those who are refused do not wait for the disk,
# nor for each other's.
COUNT_UNHURRIED = """
with unhurried as (select set_config('synchronous_commit', 'off', true))
insert into screening_tally as t (rule, minute, outcome, count)
select $1, date_trunc('minute', $2::timestamptz), $3, 1 from unhurried
on conflict (rule, minute, outcome) do update set count = t.count + 1"""

TALLY = """
select rule, outcome, sum(count)::bigint from screening_tally
where minute > $1 group by rule, outcome"""

PURGE_TALLY = "delete from screening_tally where minute <= $1"


class Bucket(msgspec.Struct, frozen=True):
    """A bucket: at most ``burst`` at once, and ``per_second`` in the long run."""

    name: str
    key_digest: bytes
    burst: float
    per_second: float


async def take(tx: Tx, bucket: Bucket, now: datetime) -> bool:
    """Take one; false when the bucket is empty. Holds it until the commit."""
    values = (bucket.name, bucket.key_digest, bucket.burst, bucket.per_second, now)
    return await tx.run(TAKE, *values) == 1


async def levels(tx: Tx, buckets: Sequence[Bucket], now: datetime) -> list[float]:
    """Return how many each bucket holds."""
    names = [bucket.name for bucket in buckets]
    rows = await tx.rows(LEVEL, names, [bucket.key_digest for bucket in buckets])
    held = {row[0]: (row[1], row[2]) for row in rows}
    found: list[float] = []
    for bucket in buckets:
        tokens, filled_at = held.get(bucket.name, (bucket.burst, now))
        since = max(0.0, (now - filled_at).total_seconds())
        found.append(min(bucket.burst, tokens + since * bucket.per_second))
    return found


async def spend(tx: Tx, digest: bytes, expires_at: datetime) -> bool:
    """Use something that can be used once; false when it was."""
    return await tx.run(SPEND, digest, expires_at) == 1


async def is_spent(tx: Tx, digest: bytes, now: datetime) -> bool:
    """Tell whether something was used, and would not have ended."""
    return await tx.value(IS_SPENT, digest, now)


async def keys(tx: Tx, days: Sequence[date]) -> dict[date, bytes]:
    """Return the secrets of days that have one."""
    return {row[0]: row[1] for row in await tx.rows(KEYS, list(days))}


async def new_key(tx: Tx, day: date, secret: bytes) -> None:
    """Give a day its secret, unless it has one."""
    await tx.run(KEY_NEW, day, secret)


async def count(tx: Tx, rule: str, outcome: str, now: datetime) -> None:
    """Count what a rule did, or would have done."""
    await tx.run(COUNT, rule, now, outcome)


async def count_unhurried(tx: Tx, rule: str, outcome: str, now: datetime) -> None:
    """Count it in a transaction that does nothing else."""
    await tx.run(COUNT_UNHURRIED, rule, now, outcome)


async def tally(tx: Tx, since: datetime) -> list[tuple[str, str, int]]:
    """Return what each rule did and would have done since a moment."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(TALLY, since)]


async def purge(
    tx: Tx, now: datetime, buckets_before: datetime, tally_before: datetime, oldest_day: date
) -> None:
    """Delete what is too old to matter."""
    await tx.run(PURGE_BUCKETS, buckets_before)
    await tx.run(PURGE_SPENT, now)
    await tx.run(PURGE_TALLY, tally_before)
    await tx.run(PURGE_KEYS, oldest_day)
