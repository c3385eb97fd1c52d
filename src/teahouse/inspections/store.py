"""Every statement over the visits of inspectors."""

from datetime import datetime

from teahouse.infra.db.pool import Row, Tx
from teahouse.inspections.model import Visit

INSERT = """
insert into inspections_visits (
    visit_id, inspector_id, authority, mandate, registers, opens_at, closes_at, asked_by, asked_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

ONE_LOCKED = """
select visit_id, inspector_id, authority, mandate, registers, opens_at, closes_at, asked_by, asked_at,
    agreed_by, agreed_at, ended_by, ended_at
from inspections_visits where visit_id = $1 for no key update"""

OF_INSPECTOR = """
select visit_id, inspector_id, authority, mandate, registers, opens_at, closes_at, asked_by, asked_at,
    agreed_by, agreed_at, ended_by, ended_at
from inspections_visits where inspector_id = $1 and closes_at > $2 order by visit_id limit $3"""

LISTED = """
select visit_id, inspector_id, authority, mandate, registers, opens_at, closes_at, asked_by, asked_at,
    agreed_by, agreed_at, ended_by, ended_at
from inspections_visits order by visit_id desc limit $1"""

AGREE = "update inspections_visits set agreed_by = $2, agreed_at = $3 where visit_id = $1"

END = "update inspections_visits set ended_by = $2, ended_at = $3 where visit_id = $1"


async def insert(tx: Tx, visit: Visit) -> None:
    """Keep a visit that is asked for."""
    who = (visit.visit_id, visit.inspector_id, visit.authority, visit.mandate)
    when = (visit.opens_at, visit.closes_at, visit.asked_by, visit.asked_at)
    await tx.run(INSERT, *who, list(visit.registers), *when)


async def one_locked(tx: Tx, visit_id: str) -> Visit | None:
    """Return a visit and hold it."""
    row = await tx.row(ONE_LOCKED, visit_id)
    return None if row is None else _visit(row)


async def of_inspector(tx: Tx, inspector_id: str, now: datetime, limit: int) -> list[Visit]:
    """Return the visits of somebody that are not past."""
    return [_visit(row) for row in await tx.rows(OF_INSPECTOR, inspector_id, now, limit)]


async def listed(tx: Tx, limit: int) -> list[Visit]:
    """Return visits, the newest first."""
    return [_visit(row) for row in await tx.rows(LISTED, limit)]


async def agree(tx: Tx, visit_id: str, actor: str, now: datetime) -> None:
    """Write who agreed."""
    await tx.run(AGREE, visit_id, actor, now)


async def end(tx: Tx, visit_id: str, actor: str, now: datetime) -> None:
    """Write who ended it."""
    await tx.run(END, visit_id, actor, now)


def _visit(row: Row) -> Visit:
    visit_id, inspector_id, authority, mandate, registers, *rest = row
    return Visit(visit_id, inspector_id, authority, mandate, tuple(registers), *rest)
