"""The rows of the queue and of the schedules. The tables are in ``schema.sql``."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT = """
insert into jobs_queue (id, kind, unique_key, payload, run_at, created_at, urgent)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (kind, unique_key)
where unique_key is not null and state = 'waiting' and attempts = 0 do nothing"""
CLAIM = """
with due as (
    select id from jobs_queue
    where state = 'waiting' and run_at <= $1 and kind = any ($2::text[])
    order by run_at, id limit $3 for update skip locked
)
update jobs_queue q set attempts = attempts + 1, run_at = $4
from due where q.id = due.id
returning q.id, q.kind, q.payload, q.attempts"""
CLAIM_URGENT = """
with due as (
    select id from jobs_queue
    where state = 'waiting' and urgent and run_at <= $1 and kind = any ($2::text[])
    order by run_at, id limit $3 for update skip locked
)
update jobs_queue q set attempts = attempts + 1, run_at = $4
from due where q.id = due.id
returning q.id, q.kind, q.payload, q.attempts"""
FINISH = "delete from jobs_queue where id = $1 and attempts = $2"
HOLD_LONGER = "update jobs_queue set run_at = $3 where id = $1 and attempts = $2"
PUT_BACK = """
update jobs_queue set run_at = $3, last_fault = $4 where id = $1 and attempts = $2"""
BURY = """
update jobs_queue set state = 'dead', last_fault = $3 where id = $1 and attempts = $2"""
DEAD = """
select id, kind, attempts, last_fault, created_at
from jobs_queue where state = 'dead' order by id desc limit $1"""
WAITING = "select count(*), min(created_at) from jobs_queue"
REVIVE = """
update jobs_queue set state = 'waiting', attempts = 0, run_at = $2, unique_key = null
where id = $1 and state = 'dead'"""
NEW_SCHEDULE = """
insert into jobs_schedules (name, next_at) values ($1, $2) on conflict do nothing"""
# What is due later than can have been said, a clock that was ahead said.
DUE_SCHEDULES = """
select wanted.name, s.name is not null
from unnest($1::text[], $3::timestamptz[]) as wanted (name, latest)
left join jobs_schedules s on s.name = wanted.name
where s.name is null or s.next_at <= $2 or s.next_at > wanted.latest"""
TAKE_SCHEDULE = """
select name from jobs_schedules
where name = $1 and (next_at <= $2 or next_at > $3) for update skip locked"""
SET_RIGHT = """
update jobs_queue set created_at = least(created_at, $1),
    run_at = case when attempts = 0 then run_at - (created_at - $1) else $1 end
where state = 'waiting' and (created_at > $2 or attempts > 0 and run_at > $3)"""
MOVE_SCHEDULE = "update jobs_schedules set next_at = $2 where name = $1"


class Claimed(NamedTuple):
    """A job that this worker may run until its lease ends; ``attempt`` counts from 1."""

    id: str
    kind: str
    payload: bytes
    attempt: int


class Dead(NamedTuple):
    """A job that was given up."""

    id: str
    kind: str
    attempts: int
    last_fault: str
    created_at: datetime


async def insert(
    tx: Tx, job: Claimed, unique: str | None, when: tuple[datetime, datetime], urgent: bool
) -> bool:
    """Add a job, to run at a moment, asked for at another; false when one like it waits already."""
    return await tx.run(INSERT, job.id, job.kind, unique, job.payload, *when, urgent) == 1


async def claim(
    tx: Tx, now: datetime, kinds: Sequence[str], count: tuple[int, int], until: datetime
) -> list[Claimed]:
    """Take jobs that are due, for the length of a lease: the urgent ones first.

    ``count`` is how many at most, and how many of them at most that are not urgent.
    """
    most, others = count
    rows = list(await tx.rows(CLAIM_URGENT, now, kinds, most, until))
    others = min(others, most - len(rows))
    if others > 0:
        rows += await tx.rows(CLAIM, now, kinds, others, until)
    return [Claimed(*row) for row in rows]


async def hold_longer(tx: Tx, job: Claimed, until: datetime) -> None:
    """Make a lease end later."""
    await tx.run(HOLD_LONGER, job.id, job.attempt, until)


async def finish(tx: Tx, job: Claimed) -> bool:
    """Remove a job; false when its lease had ended and another worker has it."""
    return await tx.run(FINISH, job.id, job.attempt) == 1


async def put_back(tx: Tx, job: Claimed, run_at: datetime, fault: str) -> None:
    """Have a job tried again at ``run_at``."""
    await tx.run(PUT_BACK, job.id, job.attempt, run_at, fault)


async def bury(tx: Tx, job: Claimed, fault: str) -> None:
    """Give a job up, keeping it for an operator to see."""
    await tx.run(BURY, job.id, job.attempt, fault)


async def dead(tx: Tx, count: int) -> list[Dead]:
    """Return jobs that were given up, newest first."""
    return [Dead(*row) for row in await tx.rows(DEAD, count)]


async def waiting(tx: Tx) -> tuple[int, datetime | None]:
    """Return how many jobs there are, and from when the oldest is."""
    row = await tx.row(WAITING)
    assert row is not None, "a count is a row"
    return row[0], row[1]


async def revive(tx: Tx, job_id: str, now: datetime) -> bool:
    """Have a job that was given up tried again."""
    return await tx.run(REVIVE, job_id, now) == 1


async def new_schedule(tx: Tx, name: str, now: datetime) -> None:
    """Make a schedule known; it is due at once."""
    await tx.run(NEW_SCHEDULE, name, now)


async def due_schedules(tx: Tx, latest: Mapping[str, datetime], now: datetime) -> dict[str, bool]:
    """Return those of the schedules that are due, and whether each has a row yet.

    ``latest`` is, for each, the latest moment for which it can have been put down.
    """
    rows = await tx.rows(DUE_SCHEDULES, list(latest), now, list(latest.values()))
    return {row[0]: row[1] for row in rows}


async def take_schedule(tx: Tx, name: str, now: datetime, latest: datetime) -> bool:
    """Hold a schedule that is due, unless another worker does."""
    return await tx.value(TAKE_SCHEDULE, name, now, latest) is not None


async def set_right(tx: Tx, now: datetime, asked: datetime, longest: datetime) -> int:
    """Move what a clock that was ahead put too far off; return how many.

    Nothing can have been asked for after ``asked``, nor be held or put back beyond ``longest``.
    """
    return await tx.run(SET_RIGHT, now, asked, longest)


async def move_schedule(tx: Tx, name: str, next_at: datetime) -> None:
    """Say when a schedule is due next."""
    await tx.run(MOVE_SCHEDULE, name, next_at)
