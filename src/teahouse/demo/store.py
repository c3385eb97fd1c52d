"""Statements over the town and what it is made of."""

from datetime import datetime

from teahouse.demo.model.rules import Made, Town
from teahouse.infra.db.pool import Tx

LOCK = "select pg_advisory_xact_lock(7240670)"
TOWN = """
select state, done, total, fault, moved_at, begun_by, begun_at from demo_towns"""
BEGIN = """
insert into demo_towns (state, done, total, moved_at, begun_by, begun_at)
values ('building', 0, $1, $2, $3, $2)"""
MOVE = """
update demo_towns set state = $1, done = $2, total = $3, fault = $4, moved_at = $5"""
END = "delete from demo_towns"
ADD = "insert into demo_made (kind, id, key) values ($1, $2, $3) on conflict do nothing"
MADE = "select kind, id, key from demo_made order by kind, id"
FORGET = "delete from demo_made where kind = $1 and id = $2"


async def lock(tx: Tx) -> None:
    """Let only one at a time decide about the town."""
    await tx.row(LOCK)


async def town(tx: Tx) -> Town | None:
    """Return the town, if there is one."""
    row = await tx.row(TOWN)
    return Town(*row) if row else None


async def begin(tx: Tx, total: int, now: datetime, by: str) -> None:
    """Begin a town."""
    await tx.run(BEGIN, total, now, by)


async def move(tx: Tx, state: str, progress: tuple[int, int], fault: str, now: datetime) -> None:
    """Say how far it is: ``progress`` is (done, in all)."""
    await tx.run(MOVE, state, *progress, fault, now)


async def end(tx: Tx) -> None:
    """Forget the town."""
    await tx.run(END)


async def add(tx: Tx, made: Made) -> None:
    """Write down what was made."""
    await tx.run(ADD, made.kind, made.id, made.key)


async def made(tx: Tx) -> list[Made]:
    """Return all that the town is made of."""
    return [Made(*row) for row in await tx.rows(MADE)]


async def forget(tx: Tx, one: Made) -> None:
    """Strike out what is no more."""
    await tx.run(FORGET, one.kind, one.id)
