"""Statements over appeals and second sign-offs: where somebody looks again."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

APPEAL = """
insert into cases_appeals (appeal_id, case_id, filed_at, due_at, words)
values ($1, $2, $3, $4, $5)"""

APPEAL_OF = """
select appeal_id, case_id, filed_at, due_at, taken_by, outcome, decided_at, words, answer
from cases_appeals where case_id = $1"""

APPEALS = """
select appeal_id, case_id, filed_at, due_at, taken_by, outcome, decided_at, words, answer
from cases_appeals where outcome is null and (
    $1 = '' or (due_at, appeal_id) > (select due_at, appeal_id from cases_appeals where appeal_id = $1)
)
order by due_at, appeal_id limit $2"""

TAKE_APPEAL = "update cases_appeals set taken_by = $2 where appeal_id = $1"

DECIDE_APPEAL = """
update cases_appeals set outcome = $2, answer = $3, decided_at = $4 where appeal_id = $1"""

SIGN_OFF = """
insert into cases_sign_offs (sign_off_id, reason, operator_id, at) values ($1, $2, $3, $4)"""

SIGNED_OFF = """
select exists (
    select from cases_sign_offs where reason = any ($1::text[]) and at > $2 and operator_id <> $3
)"""

SIGN_OFFS = """
select sign_off_id, reason, operator_id, at, reviewed_by, reviewed_at
from cases_sign_offs order by at desc, sign_off_id limit $1"""

REVIEW = """
update cases_sign_offs set reviewed_by = $2, reviewed_at = $3
where sign_off_id = $1 and reviewed_at is null and operator_id <> $2"""


class AppealRow(NamedTuple):
    """An appeal still sealed."""

    appeal_id: str
    case_id: str
    filed_at: datetime
    due_at: datetime
    taken_by: str
    outcome: str | None
    decided_at: datetime | None
    words: bytes | None
    answer: bytes | None


class SignOff(NamedTuple):
    """Another operator's word that many may be decided on for one reason."""

    sign_off_id: str
    reason: str
    operator_id: str
    at: datetime
    reviewed_by: str
    reviewed_at: datetime | None


async def appeal(tx: Tx, row: AppealRow) -> None:
    """Keep an appeal."""
    await tx.run(APPEAL, row.appeal_id, row.case_id, row.filed_at, row.due_at, row.words)


async def appeal_of(tx: Tx, case_id: str) -> AppealRow | None:
    """Return the appeal in a case."""
    row = await tx.row(APPEAL_OF, case_id)
    return None if row is None else AppealRow(*row)


async def appeals(tx: Tx, after: str, limit: int) -> list[AppealRow]:
    """Return appeals that wait, what is due first."""
    return [AppealRow(*row) for row in await tx.rows(APPEALS, after, limit)]


async def take_appeal(tx: Tx, appeal_id: str, operator_id: str) -> None:
    """Write who looks at an appeal."""
    await tx.run(TAKE_APPEAL, appeal_id, operator_id)


async def decide_appeal(tx: Tx, appeal_id: str, outcome: str, answer: bytes, now: datetime) -> None:
    """Write what became of an appeal."""
    await tx.run(DECIDE_APPEAL, appeal_id, outcome, answer, now)


async def sign_off(tx: Tx, sign_off_id: str, reason: str, operator_id: str, now: datetime) -> None:
    """Keep a second sign-off."""
    await tx.run(SIGN_OFF, sign_off_id, reason, operator_id, now)


async def signed_off(tx: Tx, reasons: Sequence[str], since: datetime, operator_id: str) -> bool:
    """Tell whether another operator has signed one of these reasons off."""
    return await tx.value(SIGNED_OFF, list(reasons), since, operator_id)


async def sign_offs(tx: Tx, limit: int) -> list[SignOff]:
    """Return second sign-offs, the newest first."""
    return [SignOff(*row) for row in await tx.rows(SIGN_OFFS, limit)]


async def review(tx: Tx, sign_off_id: str, operator_id: str, now: datetime) -> bool:
    """Note the review of what was signed off; false when it is not this operator's to do."""
    return await tx.run(REVIEW, sign_off_id, operator_id, now) == 1
