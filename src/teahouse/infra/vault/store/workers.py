"""Who is at work. Time is the database's, so that the workers' clocks need not agree."""

from collections.abc import Sequence
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import GONE_SECONDS
from teahouse.infra.vault.normal import NORMALISERS

BEAT = """
insert into vault_workers (
    worker_id, host, pid, release, suites, generation, queue_ms, p99_ms, requests, faults,
    scoped, normaliser, heartbeat_at
)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, clock_timestamp())
on conflict (worker_id) do update set generation = excluded.generation,
    queue_ms = excluded.queue_ms, p99_ms = excluded.p99_ms, requests = excluded.requests,
    faults = excluded.faults, heartbeat_at = excluded.heartbeat_at
returning (select generation from vault_ring)"""
LIVE = """
select worker_id, host, pid, release, suites, generation, queue_ms, p99_ms, requests, faults, scoped,
    normaliser
from vault_workers
where heartbeat_at > clock_timestamp() - make_interval(secs => $1) order by worker_id"""
# Of those who serve, and of this release: the others say nothing.
FELT = """
select queue_ms, p99_ms, requests, faults,
    extract(epoch from clock_timestamp() - heartbeat_at)::float8
from vault_workers
where queue_ms is not null and heartbeat_at > clock_timestamp() - make_interval(secs => $1)
order by worker_id"""
REPLICA_LAG = """
select coalesce(max(extract(epoch from replay_lag)), 0)::float8 from pg_stat_replication"""
POSITION = "select pg_current_wal_insert_lsn()::text"
REACHED = """
select pg_is_in_recovery(), coalesce(pg_last_wal_replay_lsn() >= $1::text::pg_lsn, false)"""
LEAVE = "delete from vault_workers where worker_id = $1"
FORGET_GONE = """
delete from vault_workers where heartbeat_at < clock_timestamp() - interval '1 day'"""


class WorkerRow(NamedTuple):
    """A process that serves, and up to which generation of the ring it has the keys."""

    worker_id: str
    host: str
    pid: int
    release: str
    suites: Sequence[int]
    generation: int
    queue_ms: float | None = None  # what is felt there, as ``Pulse`` has it, if it serves
    p99_ms: float | None = None
    requests: int | None = None
    faults: int | None = None
    scoped: bool = True  # its release knows keys of scopes
    normaliser: int = NORMALISERS[-1]  # the newest that its release knows


class FeltRow(NamedTuple):
    """What users felt of a worker in its last second, and how long ago it said so."""

    queue_ms: float
    p99_ms: float | None
    requests: int
    faults: int
    silent_seconds: float


async def beat(tx: Tx, worker: WorkerRow) -> int:
    """Say that a worker lives, with what it has; return the generation that there is."""
    return await tx.value(BEAT, *worker)


async def live(tx: Tx) -> list[WorkerRow]:
    """Return who has been heard of of late."""
    return [WorkerRow(*row) for row in await tx.rows(LIVE, GONE_SECONDS)]


async def felt(tx: Tx) -> list[FeltRow]:
    """Return what is felt of each worker that serves."""
    return [FeltRow(*row) for row in await tx.rows(FELT, GONE_SECONDS)]


async def replica_lag_seconds(tx: Tx) -> float:
    """Return how far behind the slowest replica is; 0 when there is none, or we may not know."""
    return await tx.value(REPLICA_LAG)


async def position(tx: Tx) -> str:
    """Return up to where the database has written."""
    return await tx.value(POSITION)


async def reached(tx: Tx, position: str) -> tuple[bool, bool]:
    """Tell, on a replica, whether it is one, and whether it has replayed up to a position."""
    row = await tx.row(REACHED, position)
    assert row is not None, "an answer is a row"
    return row[0], row[1]


async def leave(tx: Tx, worker_id: str) -> None:
    """Take a worker off the list, and those that have long been gone."""
    await tx.run(LEAVE, worker_id)
    await tx.run(FORGET_GONE)
