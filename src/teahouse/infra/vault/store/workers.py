"""Who is at work. Time is the database's, so that the workers' clocks need not agree."""

from collections.abc import Sequence
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import GONE_SECONDS

BEAT = """
insert into vault_workers (worker_id, host, pid, release, suites, generation, heartbeat_at)
values ($1, $2, $3, $4, $5, $6, clock_timestamp())
on conflict (worker_id) do update set generation = excluded.generation,
    heartbeat_at = excluded.heartbeat_at
returning (select generation from vault_ring)"""
LIVE = """
select worker_id, host, pid, release, suites, generation from vault_workers
where heartbeat_at > clock_timestamp() - make_interval(secs => $1) order by worker_id"""
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


async def beat(tx: Tx, worker: WorkerRow) -> int:
    """Say that a worker lives, with what it has; return the generation that there is."""
    return await tx.value(BEAT, *worker)


async def live(tx: Tx) -> list[WorkerRow]:
    """Return who has been heard of of late."""
    return [WorkerRow(*row) for row in await tx.rows(LIVE, GONE_SECONDS)]


async def leave(tx: Tx, worker_id: str) -> None:
    """Take a worker off the list, and those that have long been gone."""
    await tx.run(LEAVE, worker_id)
    await tx.run(FORGET_GONE)
