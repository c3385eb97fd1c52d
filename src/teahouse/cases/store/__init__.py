"""Statements over cases, their reports and steps, and what is personal in all tables of this domain."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.cases.model.case import Case
from teahouse.cases.model.counting import Record, Reporter
from teahouse.cases.model.procedure import State
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="cases.case",
    version=1,
    name=Wording("被举报的内容、处理理由与申诉", "Content that was reported, reasons and appeals"),
    purpose=Wording(
        "核实被举报的内容，说明处理理由，并在申诉成立时原样恢复",
        "To verify what was reported, to give reasons, and to restore it when an appeal is granted",
    ),
    means=Wording("加密保存，密钥专属于该案件", "Kept encrypted under a key of the case's own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("处理违规与申诉", "Enforcing rules, and appeals"),
    retention=Wording("最后一步之后三年", "Three years after the last step"),
    retention_days=1095,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
EVIDENCE = PersonalField("cases_cases", "evidence", PURPOSE)
STATEMENT = PersonalField("cases_steps", "statement", PURPOSE)
WORDS = PersonalField("cases_appeals", "words", PURPOSE)
ANSWER = PersonalField("cases_appeals", "answer", PURPOSE)
FIELDS = (EVIDENCE, STATEMENT, WORDS, ANSWER)
SEALED = (
    Sealed((EVIDENCE,), ("case_id",), "case_id", "case_id"),
    Sealed((STATEMENT,), ("step_id",), "case_id", "step_id"),
    Sealed((WORDS, ANSWER), ("appeal_id",), "case_id", "appeal_id"),
)

LOCK_TARGET = "select pg_advisory_xact_lock(7240693, hashtext($1))"

INSERT = """
insert into cases_cases (
    case_id, kind, target, place, category, account_id, user_id, state, evidence, opened_by,
    opened_at, moved_at, account_class
) values ($1, $2, $3, $4, $5, $6, $7, 'reported', $8, $9, $10, $10, $11)"""

OPEN_CASE = """
select case_id from cases_cases
where kind = $1 and target = $2 and state in ('reported', 'verified', 'ordered', 'contested', 'halted')
for update"""

ONE = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, evidence, opened_by
from cases_cases where case_id = $1"""

ONE_LOCKED = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, evidence, opened_by
from cases_cases where case_id = $1 for update"""

STATES = "select case_id, state from cases_cases where case_id = any ($1::text[])"

QUEUE = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, null::bytea as evidence, opened_by
from cases_cases where state = $1 and category = any ($2::text[]) and (
    $3 = '' or (-voices, case_id) > (select -voices, case_id from cases_cases where case_id = $3)
)
order by voices desc, case_id limit $4"""

OF_ACCOUNT = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, evidence, opened_by
from cases_cases where account_id = $1 and (state = any ($2::text[]) or halted_at is not null)
order by case_id desc limit $3"""

LAPSED = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, evidence, opened_by
from cases_cases where due_at <= $1 order by case_id limit $2 for update skip locked"""

DELETABLE = """
select case_id, kind, target, place, category, account_id, user_id, state, voices, hidden, rule_id,
    due_at, left_seconds, claimed_by, claimed_at, asked_by, asked_at, unmet_at, opened_at, moved_at,
    account_class, taken, halted_at, evidence, opened_by
from cases_cases
where hidden and moved_at < $1 and deleted_at is null
    and state not in ('reported', 'verified', 'contested', 'halted') and not exists (
    select from cases_appeals where cases_appeals.case_id = cases_cases.case_id and outcome is null
) and not exists (
    select from cases_cases other
    where other.kind = cases_cases.kind and other.target = cases_cases.target
        and other.hidden and other.moved_at >= $1
) order by case_id limit $2 for update skip locked"""

MOVE = """
update cases_cases set state = $2, hidden = $3, rule_id = $4, due_at = $5, left_seconds = $6,
    unmet_at = $7, moved_at = $8, taken = $9, halted_at = $10, asked_by = '', asked_at = null
where case_id = $1"""

HELD_ELSEWHERE = """
select exists (
    select from cases_cases where kind = $1 and target = $2 and hidden and case_id <> $3
)"""

LEFT_OVER = """
with found as (
    select case_id, taken from cases_cases
    where kind = $1 and target = $2 and not hidden and taken <> '' order by case_id for update
), cleared as (
    update cases_cases set taken = '' from found where cases_cases.case_id = found.case_id
)
select coalesce(max(taken), '') from found"""

CLAIM = "update cases_cases set claimed_by = $2, claimed_at = $3 where case_id = $1"

UNCLAIM = """
update cases_cases set claimed_by = '', claimed_at = null where claimed_at <= $1"""

ASK = "update cases_cases set asked_by = $2, asked_at = $3 where case_id = $1"

DELETED = "update cases_cases set deleted_at = $2 where case_id = $1"

REPORT = """
insert into cases_reports (
    case_id, complaint_id, account_id, user_id, reported_at, created_at, door
) values ($1, $2, $3, $4, $5, $6, $7)"""

REPORTERS = "select reported_at, created_at, door from cases_reports where case_id = $1"

COMPLAINTS = "select complaint_id from cases_reports where case_id = $1 order by complaint_id"

VOICES = "update cases_cases set voices = $2 where case_id = $1"

IN_IT = """
select exists (
    select from cases_reviewers r where r.operator_id = $2 and (
        r.user_id = (select user_id from cases_cases where case_id = $1)
        or r.user_id in (select user_id from cases_reports where case_id = $1 and user_id <> '')
    )
)"""

STEP = """
insert into cases_steps (
    step_id, case_id, act, state, actor, rule_id, label, statement, at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""

STEPS = """
select step_id, case_id, act, state, actor, rule_id, label, statement, at
from cases_steps where case_id = $1 order by step_id"""

DECIDERS = """
select distinct actor from cases_steps
where case_id = $1 and act in ('verify', 'order', 'confirm', 'halt', 'restrict', 'suspend', 'ban')"""

RECORD = """
select count(*) filter (where case_id <> $2), count(*) filter (where unmet_at is not null)
from cases_cases
where account_id = $1 and state in ('complied', 'unmet', 'restricted', 'suspended', 'banned')
    and not exists (
        select from cases_appeals
        where cases_appeals.case_id = cases_cases.case_id and outcome is null
    )"""

STILL = """
select count(*) from cases_cases
where account_id = $1 and case_id <> $2 and state = any ($3::text[])"""

DECIDED_FOR = """
select count(distinct account_id) filter (where label = $2 and label <> ''),
    count(distinct account_id) filter (where steps.rule_id = $3)
from cases_steps steps join cases_cases using (case_id)
where at > $1 and act in ('order', 'halt', 'restrict', 'suspend', 'ban') and account_id <> $4"""

IS_OWN = """
select exists (select from cases_reviewers where operator_id = $1 and user_id = $2)"""

OWN_ACCOUNT = """
insert into cases_reviewers (operator_id, user_id) values ($1, $2) on conflict do nothing"""

UNNAME_CASES = "update cases_cases set account_id = null, user_id = '' where account_id = $1"

UNNAME_REPORTS = "update cases_reports set account_id = null, user_id = '' where account_id = $1"

DELETE_OLD = """
delete from cases_cases
where moved_at < $1 and state not in ('reported', 'verified', 'ordered', 'contested', 'halted')
    and case_id <> all ($2::text[])
returning case_id"""

UNDER_RULES = """
select coalesce(act, ''), count(*), count(distinct case_id), count(distinct appeal_id),
    count(distinct appeal_id) filter (where outcome = 'overturned')
from cases_steps left join cases_appeals using (case_id)
where rule_id = any ($1::text[]) group by rollup (act)"""


class CaseRow(NamedTuple):
    """A case, its evidence still sealed, and which operator opened it, if one did."""

    case: Case
    evidence: bytes | None
    opened_by: str


class StepRow(NamedTuple):
    """A step, its statement still sealed."""

    step_id: str
    case_id: str
    act: str
    state: str
    actor: str
    rule_id: str
    label: str
    statement: bytes | None
    at: datetime


async def lock_target(tx: Tx, kind: str, target: str) -> None:
    """Let cases about one piece of content begin one after the other."""
    await tx.run(LOCK_TARGET, f"{kind} {target}")


async def insert(tx: Tx, case: Case, evidence: bytes, opened_by: str) -> None:
    """Keep a new case."""
    await tx.run(
        INSERT, case.case_id, case.kind, case.target, case.place, case.category, case.account_id,
        case.user_id, evidence, opened_by, case.opened_at, case.account_class,
    )  # fmt: skip


async def open_case(tx: Tx, kind: str, target: str) -> str | None:
    """Return the undecided case about some content, held."""
    return await tx.value(OPEN_CASE, kind, target)


async def one(tx: Tx, case_id: str) -> CaseRow | None:
    """Return a case."""
    row = await tx.row(ONE, case_id)
    return None if row is None else _case(row)


async def one_locked(tx: Tx, case_id: str) -> CaseRow | None:
    """Return a case and hold it."""
    row = await tx.row(ONE_LOCKED, case_id)
    return None if row is None else _case(row)


async def queue(
    tx: Tx, state: str, categories: Sequence[str], after: str, limit: int
) -> list[CaseRow]:
    """Return cases of some categories in a state, those that most independent people reported first."""
    return [_case(row) for row in await tx.rows(QUEUE, state, list(categories), after, limit)]


async def states(tx: Tx, case_ids: Sequence[str]) -> dict[str, State]:
    """Return where cases stand, of those that are kept."""
    return {row[0]: State(row[1]) for row in await tx.rows(STATES, list(case_ids))}


async def of_account(tx: Tx, account_id: str, states: Sequence[State], limit: int) -> list[CaseRow]:
    """Return the cases of an author that are in a state, or were halted once; the newest first."""
    named = [one.value for one in states]
    return [_case(row) for row in await tx.rows(OF_ACCOUNT, account_id, named, limit)]


async def lapsed(tx: Tx, now: datetime, limit: int) -> list[CaseRow]:
    """Return cases whose order's deadline has gone by, held."""
    return [_case(row) for row in await tx.rows(LAPSED, now, limit)]


async def deletable(tx: Tx, before: datetime, limit: int) -> list[CaseRow]:
    """Return cases whose hidden content no appeal can bring back any more, held."""
    return [_case(row) for row in await tx.rows(DELETABLE, before, limit)]


async def move(tx: Tx, case: Case) -> None:
    """Write where a case stands; whoever had asked for a ban has to ask again."""
    await tx.run(
        MOVE, case.case_id, case.state.value, case.hidden, case.rule_id, case.due_at,
        case.left_seconds, case.unmet_at, case.moved_at, case.taken,
        case.halted_at,
    )  # fmt: skip


async def held_elsewhere(tx: Tx, case: Case) -> bool:
    """Tell whether another case hides the same."""
    return await tx.value(HELD_ELSEWHERE, case.kind, case.target, case.case_id)


async def left_over(tx: Tx, kind: str, target: str) -> str:
    """Return what cases have taken that are over, and could not give back; from now on nothing."""
    return await tx.value(LEFT_OVER, kind, target)


async def claim(tx: Tx, case_id: str, operator_id: str, now: datetime) -> None:
    """Write who has a case."""
    await tx.run(CLAIM, case_id, operator_id, now)


async def unclaim(tx: Tx, before: datetime) -> None:
    """Let others have the cases that were taken up to a moment."""
    await tx.run(UNCLAIM, before)


async def ask(tx: Tx, case_id: str, operator_id: str, now: datetime) -> None:
    """Write who is the first to ask for a ban."""
    await tx.run(ASK, case_id, operator_id, now)


async def deleted(tx: Tx, case_id: str, now: datetime) -> None:
    """Note that what a case is about is deleted."""
    await tx.run(DELETED, case_id, now)


async def report(
    tx: Tx, case_id: str, complaint_id: str, who: tuple[str, str], reporter: Reporter
) -> None:
    """Keep who reported."""
    await tx.run(REPORT, case_id, complaint_id, *who, *reporter)


async def reporters(tx: Tx, case_id: str) -> list[Reporter]:
    """Return who reported, as far as it counts."""
    return [Reporter(*row) for row in await tx.rows(REPORTERS, case_id)]


async def complaints(tx: Tx, case_id: str) -> list[str]:
    """Return the reports of a case."""
    return [row[0] for row in await tx.rows(COMPLAINTS, case_id)]


async def set_voices(tx: Tx, case_id: str, count: int) -> None:
    """Write how many independent people reported."""
    await tx.run(VOICES, case_id, count)


async def is_in_it(tx: Tx, case_id: str, operator_id: str) -> bool:
    """Tell whether an account of an operator's wrote or reported what a case is about."""
    return await tx.value(IN_IT, case_id, operator_id)


async def step(tx: Tx, row: StepRow) -> None:
    """Keep what was done."""
    await tx.run(STEP, *row)


async def steps(tx: Tx, case_id: str) -> list[StepRow]:
    """Return what was done in a case, in order."""
    return [StepRow(*row) for row in await tx.rows(STEPS, case_id)]


async def deciders(tx: Tx, case_id: str) -> set[str]:
    """Return who has decided against somebody in a case."""
    return {row[0] for row in await tx.rows(DECIDERS, case_id)}


async def record(tx: Tx, account_id: str, case_id: str) -> Record:
    """Return what is established of an author, besides a case; an appeal under way counts not yet."""
    row = await tx.row(RECORD, account_id, case_id)
    assert row is not None, "a count is a row"
    return Record(row[0], row[1])


async def still(tx: Tx, account_id: str, case_id: str, states: Sequence[State]) -> bool:
    """Tell whether another case has an author in one of these states."""
    return await tx.value(STILL, account_id, case_id, [one.value for one in states]) > 0


async def decided_for(
    tx: Tx, since: datetime, label: str, rule_id: str, account_id: str
) -> tuple[int, int]:
    """Return how many other accounts were decided on since, under a label and under a rule."""
    row = await tx.row(DECIDED_FOR, since, label, rule_id, account_id)
    assert row is not None, "a count is a row"
    return row[0], row[1]


async def is_own(tx: Tx, operator_id: str, user_id: str) -> bool:
    """Tell whether an account is an operator's own."""
    return await tx.value(IS_OWN, operator_id, user_id)


async def own_account(tx: Tx, operator_id: str, user_id: str) -> None:
    """Note that an account is an operator's own."""
    await tx.run(OWN_ACCOUNT, operator_id, user_id)


async def unname(tx: Tx, account_id: str) -> None:
    """Take an account off its cases and reports."""
    await tx.run(UNNAME_CASES, account_id)
    await tx.run(UNNAME_REPORTS, account_id)


async def delete_old(tx: Tx, before: datetime, but: Sequence[str]) -> list[str]:
    """Delete what was closed before a moment, but some cases; return which."""
    return [row[0] for row in await tx.rows(DELETE_OLD, before, list(but))]


def _case(row: Row) -> CaseRow:
    fields = list(row)
    evidence, opened_by = fields[-2:]
    fields[7] = State(fields[7])
    return CaseRow(Case(*fields[:-2]), evidence, opened_by)


async def under_rules(tx: Tx, rule_ids: Sequence[str]) -> list[tuple[str, int, int, int, int]]:
    """Count steps, cases, appeals and reversals by act; those without an act are of all."""
    found = await tx.rows(UNDER_RULES, list(rule_ids))
    return [(row[0], row[1], row[2], row[3], row[4]) for row in found]
