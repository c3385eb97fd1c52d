"""What PostgreSQL says about itself, for the doctor."""

from datetime import datetime
from typing import Any

import asyncpg
import msgspec

from teahouse.clock import Clock
from teahouse.errors import Unavailable

CONNECT_SECONDS_MAX = 5
ABOUT = """
select current_setting('server_version_num')::int, current_setting('server_version'),
    clock_timestamp(), pg_database_size(current_database()),
    current_setting('fsync')::bool and current_setting('synchronous_commit') <> 'off'"""

APPLIED = "select name from db_migrations"  # the migrator's book
FIRST = "select min(applied_at) from db_migrations"
WRAPS = """
select k.wraps_count + coalesce(
    (select sum(w.wraps) from vault_wraps w where (w.key_id, w.version) = (k.key_id, k.version)), 0
)::bigint
from vault_keys k where k.purpose = 'kek' and (k.state = 'primary' or k.leads)
order by 1 desc limit 1"""
# Everything but what is still to be handed out, and what is gone.
KEKS = """
select key_id, version, check_value from vault_keys
where purpose = 'kek' and state not in ('pending', 'destroyed') order by version"""
# What of risky features is assessed, owed, and was on when the server last looked.
ASSESSED = """
select coalesce(array_agg(distinct feature), '{}') from assessments_assessments
where state = 'approved' and valid_until > now()"""
OWED_LATE = "select coalesce(array_agg(feature), '{}') from assessments_owed where due_at <= now()"
SEEN_ON = "select on_features from assessments_seen"
LAST_BACKUP = "select max(made_at) from backups_backups"


class About(msgspec.Struct, frozen=True, kw_only=True):
    """One answer of PostgreSQL. ``clock_seconds_off`` is its clock less ours, at the best guess."""

    version_number: int
    version: str
    database_bytes: int
    durable: bool
    clock_seconds_off: float
    answer_seconds: float
    migrations: frozenset[str]
    begun_at: datetime | None = None
    backed_up_at: datetime | None = None
    wraps: int | None = None  # by the key that wraps keys
    keks: tuple[tuple[str, int, bytes], ...] = ()  # those that wrap keys: id, version, check value
    assessed: frozenset[str] = frozenset()  # features with an assessment that holds
    owed_late: frozenset[str] = frozenset()  # those whose assessment is due
    seen_on: frozenset[str] | None = None  # those that were on at the last look


async def about(dsn: str, clock: Clock) -> About:
    """Ask the PostgreSQL at ``dsn``. Raises ``Unavailable`` with the reason when it is not there."""
    try:
        connection: Any = await asyncpg.connect(dsn, timeout=CONNECT_SECONDS_MAX)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError) as gone:
        raise Unavailable(f"PostgreSQL cannot be reached: {gone}") from gone
    try:
        began, asked = clock.monotonic(), clock.now()
        row = await connection.fetchrow(ABOUT)
        took = clock.monotonic() - began
        applied = await _applied(connection)
        begun_at = await connection.fetchval(FIRST) if applied else None
        backed_up_at = await _told(connection, LAST_BACKUP)
        wraps = await _told(connection, WRAPS)
        keks = await _keks(connection)
        assessed, late = await _told(connection, ASSESSED), await _told(connection, OWED_LATE)
        seen_on = await _told(connection, SEEN_ON)
    finally:
        await connection.close()
    number, version, told, size, durable = row
    assert isinstance(told, datetime), "clock_timestamp() is a timestamptz"
    return About(
        version_number=number,
        version=version,
        database_bytes=size,
        durable=durable,
        clock_seconds_off=(told - asked).total_seconds() - took / 2,
        answer_seconds=took,
        migrations=applied,
        begun_at=begun_at,
        backed_up_at=backed_up_at,
        wraps=wraps,
        keks=keks,
        assessed=frozenset(assessed or ()),
        owed_late=frozenset(late or ()),
        seen_on=None if seen_on is None else frozenset(seen_on),
    )


async def _told(connection: Any, query: str) -> Any:
    """Return what a query finds; ``None`` also in a database that does not know of it yet."""
    try:
        return await connection.fetchval(query)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return None


async def _keks(connection: Any) -> tuple[tuple[str, int, bytes], ...]:
    """Return the keys that wrap keys; none in a database that is new."""
    try:
        return tuple((row[0], row[1], row[2]) for row in await connection.fetch(KEKS))
    except asyncpg.UndefinedTableError:
        return ()


async def _applied(connection: Any) -> frozenset[str]:
    """Return the names of the applied migrations; none in a database that is new."""
    try:
        return frozenset(row[0] for row in await connection.fetch(APPLIED))
    except asyncpg.UndefinedTableError:
        return frozenset()
