"""Statements over the works. The table is in ``schema.sql``."""

from datetime import datetime

from teahouse.infra.db.pool import Row, Tx
from teahouse.works.model import Work, WorkState

INSERT = """
insert into works_works (work_id, kind, title, state, opened_by, opened_at, heartbeat_at)
values ($1, $2, $3, 'running', $4, $5, $5)"""
BEAT = """
update works_works set heartbeat_at = greatest(heartbeat_at, $2)
where work_id = $1 and state = 'running'"""
PROGRESS = """
update works_works set heartbeat_at = greatest(heartbeat_at, $2), done = $3, total = $4
where work_id = $1 and state = 'running'"""
VERIFY = """
update works_works set state = 'verified', ended_at = $2, report_digest = $3
where work_id = $1 and state = 'running'"""
FAIL = """
update works_works set state = 'failed', ended_at = $2, reason = $3
where work_id = $1 and state = 'running'"""
WORK = """
select work_id, kind, title, state, done, total, opened_by, opened_at, heartbeat_at, ended_at,
    report_digest, reason
from works_works where work_id = $1"""
NEWEST = """
select work_id, kind, title, state, done, total, opened_by, opened_at, heartbeat_at, ended_at,
    report_digest, reason
from works_works order by opened_at desc, work_id desc limit $1"""


async def insert(tx: Tx, work: Work) -> None:
    """Add a work that begins."""
    await tx.run(INSERT, work.work_id, work.kind, work.title, work.opened_by, work.opened_at)


async def beat(tx: Tx, work_id: str, at: datetime) -> bool:
    """Note that a work is alive; false when it does not run."""
    return await tx.run(BEAT, work_id, at) == 1


async def progress(tx: Tx, work_id: str, at: datetime, done: int, total: int) -> bool:
    """Note how far a work has come; false when it does not run."""
    return await tx.run(PROGRESS, work_id, at, done, total) == 1


async def verify(tx: Tx, work_id: str, at: datetime, report_digest: str) -> bool:
    """Note that a work is done; false when it does not run. Holds its row."""
    return await tx.run(VERIFY, work_id, at, report_digest) == 1


async def fail(tx: Tx, work_id: str, at: datetime, reason: str) -> bool:
    """Note that a work failed; false when it does not run. Holds its row."""
    return await tx.run(FAIL, work_id, at, reason) == 1


async def work(tx: Tx, work_id: str) -> Work | None:
    """Return a work."""
    row = await tx.row(WORK, work_id)
    return None if row is None else _work(row)


async def newest(tx: Tx, limit: int) -> list[Work]:
    """Return works, the newest first."""
    return [_work(row) for row in await tx.rows(NEWEST, limit)]


def _work(row: Row) -> Work:
    return Work(
        work_id=row[0],
        kind=row[1],
        title=row[2],
        state=WorkState(row[3]),
        done=row[4],
        total=row[5],
        opened_by=row[6],
        opened_at=row[7],
        heartbeat_at=row[8],
        ended_at=row[9],
        report_digest=row[10],
        reason=row[11],
    )
