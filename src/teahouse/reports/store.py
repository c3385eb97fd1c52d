"""Statements over the reports of upgrades."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT = "insert into reports_reports (run_id, seq, made_at, body) values ($1, $2, $3, $4)"
BODY = "select body from reports_reports where run_id = $1"
LISTED = "select run_id, seq, made_at from reports_reports order by seq desc limit $1"
BODIES = "select run_id, body from reports_reports order by seq desc limit $1"


# What the database says of itself: the server's own catalogue, no table of ours.
SETTINGS = """
select name, setting from pg_settings where name = any ($1::text[])"""
STANDBYS = """
select coalesce(application_name, ''), state, coalesce(extract(epoch from replay_lag), 0)::float8,
    replay_lsn is not null
from pg_stat_replication order by 1"""
SLOTS = "select slot_name from pg_replication_slots where not active order by 1"
DEAD_ROWS = "select coalesce(sum(n_dead_tup), 0)::bigint from pg_stat_user_tables"


class Made(NamedTuple):
    """A report: of which run, its entry in the public history, when."""

    run_id: str
    seq: int
    made_at: datetime


class Standby(NamedTuple):
    """A replica, and how many seconds it is behind; ``known`` is false when it does not say."""

    name: str
    state: str
    behind_seconds: float
    known: bool


async def insert(tx: Tx, made: Made, body: str) -> None:
    """Keep a report."""
    await tx.run(INSERT, *made, body)


async def body(tx: Tx, run_id: str) -> str | None:
    """Return the report of a run, as it was signed."""
    return await tx.value(BODY, run_id)


async def listed(tx: Tx, limit: int) -> list[Made]:
    """Return the newest reports."""
    return [Made(*row) for row in await tx.rows(LISTED, limit)]


async def bodies(tx: Tx, limit: int) -> list[tuple[str, str]]:
    """Return the newest reports whole, each with its run."""
    return [(row[0], row[1]) for row in await tx.rows(BODIES, limit)]


async def settings(tx: Tx, names: list[str]) -> dict[str, str]:
    """Return settings of the database."""
    return {row[0]: row[1] for row in await tx.rows(SETTINGS, names)}


async def standbys(tx: Tx) -> list[Standby]:
    """Return who replicates from here."""
    return [Standby(*row) for row in await tx.rows(STANDBYS)]


async def idle_slots(tx: Tx) -> list[str]:
    """Return the replication slots that nobody reads, and that hold the log back."""
    return [row[0] for row in await tx.rows(SLOTS)]


async def dead_rows(tx: Tx) -> int:
    """Return about how many rows wait for vacuum."""
    return await tx.value(DEAD_ROWS)
