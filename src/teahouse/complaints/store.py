"""Every statement over the table of complaints, and what is personal in it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.complaints.model import Wish
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="complaints.report",
    version=1,
    name=Wording("您的举报及处理结果", "What you report, and what was decided"),
    purpose=Wording(
        "查看被举报的内容，处理并答复您", "To look at what you report, decide, and answer you"
    ),
    means=Wording("加密保存，密钥专属于此事", "Kept encrypted under a key of its own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("举报", "Reporting"),
    retention=Wording("处理后一年", "One year after it was decided"),
    retention_days=365,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
REASON = PersonalField("complaints_complaints", "reason", PURPOSE)
ANSWER = PersonalField("complaints_complaints", "answer", PURPOSE)
FIELDS = (REASON, ANSWER)
SEALED = (Sealed((REASON, ANSWER), ("complaint_id",), "complaint_id", "complaint_id"),)

LOCK = "select pg_advisory_xact_lock(7240691, hashtext($1))"

OPEN_OF = """
select count(*) from complaints_complaints where account_id = $1 and decided_at is null"""

IS_OPEN = """
select exists (
    select from complaints_complaints
    where account_id = $1 and kind = $2 and room_id = $3 and event_id = $4 and about = $5
        and decided_at is null
)"""

INSERT = """
insert into complaints_complaints (
    complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

WAITING_FOR = """
select distinct event_id from complaints_complaints
where decided_at is null and kind = 'event' and room_id = $1 and event_id = any ($2::text[])"""

ONE = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer
from complaints_complaints where complaint_id = $1"""

ONE_LOCKED = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer
from complaints_complaints where complaint_id = $1 for update"""

WAITING = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer
from complaints_complaints where decided_at is null and complaint_id > $1
order by complaint_id limit $2"""

DECIDED = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer
from complaints_complaints where decided_at is not null
order by decided_at desc, complaint_id limit $1"""

PAGE = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer, count(*) over ()
from complaints_complaints
where decided_at is null and kind = $1 and ($2 = '' or strpos(user_id, $2) > 0)
    and ($3 = '' or strpos(room_id, $3) > 0) and ($4 = '' or strpos(about, $4) > 0)
order by case when $5 then complaint_id end, complaint_id desc limit $6 offset $7"""

OF_ACCOUNT = """
select complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at,
    decided_at, outcome, answer
from complaints_complaints where account_id = $1 order by complaint_id desc limit $2"""

DECIDE = """
update complaints_complaints set decided_at = $2, decided_by = $3, outcome = $4, answer = $5
where complaint_id = $1"""

UNNAME = "update complaints_complaints set account_id = null, user_id = '' where account_id = $1"

DELETE_OLD = """
delete from complaints_complaints where decided_at < $1 returning complaint_id"""


class ComplaintRow(NamedTuple):
    """A complaint still sealed."""

    complaint_id: str
    kind: str
    account_id: str | None
    user_id: str
    room_id: str
    event_id: str
    about: str
    reason: bytes | None
    made_at: datetime
    decided_at: datetime | None
    outcome: str | None
    answer: bytes | None


async def lock(tx: Tx, account_id: str) -> None:
    """Let one account's complaints come one after the other."""
    await tx.run(LOCK, account_id)


async def open_of(tx: Tx, account_id: str) -> int:
    """Return how many of an account's complaints nobody has decided."""
    return await tx.value(OPEN_OF, account_id)


async def is_open(tx: Tx, row: ComplaintRow) -> bool:
    """Tell whether somebody has complained of the same already."""
    about = (row.account_id, row.kind, row.room_id, row.event_id, row.about)
    return await tx.value(IS_OPEN, *about)


async def insert(tx: Tx, row: ComplaintRow) -> None:
    """Keep a new complaint."""
    await tx.run(INSERT, *row[:9])


async def one(tx: Tx, complaint_id: str) -> ComplaintRow | None:
    """Return a complaint."""
    return _row(await tx.row(ONE, complaint_id))


async def one_locked(tx: Tx, complaint_id: str) -> ComplaintRow | None:
    """Return a complaint and hold it, to decide it."""
    return _row(await tx.row(ONE_LOCKED, complaint_id))


async def waiting(tx: Tx, after: str, limit: int) -> Sequence[ComplaintRow]:
    """Return complaints that nobody has decided, the oldest first."""
    return [ComplaintRow(*row) for row in await tx.rows(WAITING, after, limit)]


async def page(tx: Tx, wish: Wish, limit: int, offset: int) -> tuple[Sequence[ComplaintRow], int]:
    """Return a page of complaints that nobody has decided, and how many there are."""
    rows = await tx.rows(PAGE, *wish, limit, offset)
    found = [(ComplaintRow(*fields), total) for *fields, total in rows]
    return [one for one, _ in found], found[0][1] if found else 0


async def waiting_for(tx: Tx, room_id: str, event_ids: Sequence[str]) -> set[str]:
    """Return which events of a room somebody complained of and nobody has decided."""
    return {row[0] for row in await tx.rows(WAITING_FOR, room_id, list(event_ids))}


async def decided(tx: Tx, limit: int) -> Sequence[ComplaintRow]:
    """Return complaints that were decided, the newest first."""
    return [ComplaintRow(*row) for row in await tx.rows(DECIDED, limit)]


async def of_account(tx: Tx, account_id: str, limit: int) -> Sequence[ComplaintRow]:
    """Return an account's complaints, the newest first."""
    return [ComplaintRow(*row) for row in await tx.rows(OF_ACCOUNT, account_id, limit)]


async def decide(
    tx: Tx, complaint_id: str, now: datetime, operator_id: str, outcome: str, answer: bytes
) -> None:
    """Write what was decided."""
    await tx.run(DECIDE, complaint_id, now, operator_id, outcome, answer)


async def unname(tx: Tx, account_id: str) -> None:
    """Take an account off its complaints."""
    await tx.run(UNNAME, account_id)


async def delete_old(tx: Tx, before: datetime) -> list[str]:
    """Delete what was decided before a moment; return which."""
    return [row[0] for row in await tx.rows(DELETE_OLD, before)]


def _row(row: Row | None) -> ComplaintRow | None:
    return None if row is None else ComplaintRow(*row)
