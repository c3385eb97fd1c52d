"""Every statement over yearly reports and recommendations."""

from datetime import datetime

import msgspec

from teahouse.annuals.model.procedure import AnnualState
from teahouse.annuals.model.report import Advice, Annual, Figures
from teahouse.gate.model.policies import Both
from teahouse.infra.db.pool import Row, Tx

INSERT = """
insert into annuals_reports (
    report_id, kind, year, content, figures, state, drafted_by, counted_at, moved_at
) values ($1, $2, $3, $4, $5, 'draft', $6, $7, $7)"""

NEWEST = """
select report_id, kind, year, content, figures, state, drafted_by, counted_at, asked_by,
    published_by, published_at, document, moved_at
from annuals_reports order by moved_at desc, report_id desc limit $1"""

ONE = """
select report_id, kind, year, content, figures, state, drafted_by, counted_at, asked_by,
    published_by, published_at, document, moved_at
from annuals_reports where report_id = $1"""

ONE_LOCKED = """
select report_id, kind, year, content, figures, state, drafted_by, counted_at, asked_by,
    published_by, published_at, document, moved_at
from annuals_reports where report_id = $1 for update"""

PUBLISHED_LOCKED = """
select report_id, kind, year, content, figures, state, drafted_by, counted_at, asked_by,
    published_by, published_at, document, moved_at
from annuals_reports where kind = $1 and year = $2 and state = 'published'
order by report_id for update"""

PUBLIC = """
select report_id, kind, year, content, figures, state, drafted_by, counted_at, asked_by,
    published_by, published_at, document, moved_at
from annuals_reports where state in ('published', 'replaced')
order by published_at desc, report_id desc limit $1"""

MOVE = """
update annuals_reports set content = $2, figures = $3, state = $4, drafted_by = $5,
    counted_at = $6, asked_by = $7, published_by = $8, published_at = $9, document = $10,
    moved_at = $11
where report_id = $1"""

ADVISE = """
insert into annuals_advice (advice_id, text_zh, text_en, given_by, given_at)
values ($1, $2, $3, $4, $5)"""

ANSWER = """
update annuals_advice set answer_zh = $2, answer_en = $3, answered_by = $4, answered_at = $5
where advice_id = $1"""

ADVICE = """
select advice_id, text_zh, text_en, given_by, given_at, answer_zh, answer_en, answered_by,
    answered_at
from annuals_advice order by given_at desc, advice_id desc limit $1"""


async def insert(tx: Tx, new: Annual) -> None:
    """Keep a draft."""
    what = (new.report_id, new.kind, new.year, _json(new.texts), _json(new.figures))
    await tx.run(INSERT, *what, new.drafted_by, new.counted_at)


async def newest(tx: Tx, limit: int) -> list[Annual]:
    """Return reports, what moved last first."""
    return [_report(row) for row in await tx.rows(NEWEST, limit)]


async def one(tx: Tx, report_id: str) -> Annual | None:
    """Return a report."""
    row = await tx.row(ONE, report_id)
    return None if row is None else _report(row)


async def one_locked(tx: Tx, report_id: str) -> Annual | None:
    """Return a report, and hold it."""
    row = await tx.row(ONE_LOCKED, report_id)
    return None if row is None else _report(row)


async def published_locked(tx: Tx, kind: str, year: int) -> list[Annual]:
    """Return the published reports of a kind and year, and hold them."""
    return [_report(row) for row in await tx.rows(PUBLISHED_LOCKED, kind, year)]


async def public(tx: Tx, limit: int) -> list[Annual]:
    """Return what was published, the newest first."""
    return [_report(row) for row in await tx.rows(PUBLIC, limit)]


async def move(tx: Tx, after: Annual) -> None:
    """Write a report as it stands."""
    said = (_json(after.texts), _json(after.figures), after.state.value, after.drafted_by)
    who = (after.counted_at, after.asked_by, after.published_by, after.published_at)
    await tx.run(MOVE, after.report_id, *said, *who, after.document, after.moved_at)


async def advise(tx: Tx, new: Advice) -> None:
    """Keep a recommendation."""
    what = (new.advice_id, new.text.zh, new.text.en, new.given_by, new.given_at)
    await tx.run(ADVISE, *what)


async def answer(tx: Tx, advice_id: str, said: Both, by: str, at: datetime) -> bool:
    """Keep the answer to a recommendation; false when there is no such one."""
    return await tx.run(ANSWER, advice_id, said.zh, said.en, by, at) == 1


async def advice(tx: Tx, limit: int) -> list[Advice]:
    """Return recommendations, the newest first."""
    return [
        Advice(
            advice_id=row[0],
            text=Both(row[1], row[2]),
            given_by=row[3],
            given_at=row[4],
            answer=Both(row[5], row[6]),
            answered_by=row[7],
            answered_at=row[8],
        )
        for row in await tx.rows(ADVICE, limit)
    ]


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _report(row: Row) -> Annual:
    return Annual(
        report_id=row[0],
        kind=row[1],
        year=row[2],
        texts=msgspec.json.decode(row[3], type=dict[str, Both]),
        figures=msgspec.json.decode(row[4], type=Figures),
        state=AnnualState(row[5]),
        drafted_by=row[6],
        counted_at=row[7],
        asked_by=row[8],
        published_by=row[9],
        published_at=row[10],
        document=row[11],
        moved_at=row[12],
    )
