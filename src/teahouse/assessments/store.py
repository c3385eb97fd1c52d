"""Every statement over assessments' tables."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.assessments.model.assessment import (
    Assessment,
    AssessmentStep,
    AssessmentText,
    CountedFacts,
    Declared,
    Owed,
    Seen,
)
from teahouse.assessments.model.procedure import AssessmentState
from teahouse.infra.db.pool import Row, Tx

INSERT = """
insert into assessments_assessments (
    assessment_id, kind, feature, content, state, author, written_at, moved_at
) values ($1, $2, $3, $4, 'draft', $5, $6, $6)"""

REWRITE = """
update assessments_assessments set content = $2, author = $3, written_at = $4, moved_at = $4
where assessment_id = $1"""

NEWEST = """
select assessment_id, kind, feature, content, state, author, written_at, digest, reviewer,
    decided_at, reason, valid_until, facts, moved_at
from assessments_assessments order by moved_at desc, assessment_id desc limit $1"""

ONE = """
select assessment_id, kind, feature, content, state, author, written_at, digest, reviewer,
    decided_at, reason, valid_until, facts, moved_at
from assessments_assessments where assessment_id = $1"""

ONE_LOCKED = """
select assessment_id, kind, feature, content, state, author, written_at, digest, reviewer,
    decided_at, reason, valid_until, facts, moved_at
from assessments_assessments where assessment_id = $1 for update"""

# Whoever switches a feature on holds its assessment until the commit: nobody withdraws it meanwhile.
APPROVED = """
select assessment_id, kind, feature, content, state, author, written_at, digest, reviewer,
    decided_at, reason, valid_until, facts, moved_at
from assessments_assessments where state = 'approved' order by assessment_id for share"""

APPROVED_READ = """
select assessment_id, kind, feature, content, state, author, written_at, digest, reviewer,
    decided_at, reason, valid_until, facts, moved_at
from assessments_assessments where state = 'approved' order by assessment_id"""

MOVE = """
update assessments_assessments set state = $2, digest = $3, reviewer = $4, decided_at = $5,
    reason = $6, valid_until = $7, facts = $8, moved_at = $9
where assessment_id = $1"""

LAST_APPROVED = """
select kind, max(decided_at) from assessments_assessments
where facts is not null and decided_at is not null group by kind"""

FORGET = "delete from assessments_assessments where assessment_id = $1"

STEP = """
insert into assessments_steps (step_id, assessment_id, act, state, actor, words, at)
values ($1, $2, $3, $4, $5, $6, $7)"""

STEPS = """
select act, state, actor, words, at from assessments_steps where assessment_id = $1
order by step_id"""

OWED = "select feature, since, due_at from assessments_owed order by due_at, feature"

OWE = """
insert into assessments_owed (feature, since, due_at) values ($1, $2, $3) on conflict do nothing"""

SETTLE = "delete from assessments_owed where feature = any($1::text[])"

DECLARED = """
select name, holds, reason, declared_by, declared_at from assessments_declared order by name"""

DECLARE = """
insert into assessments_declared (name, holds, reason, declared_by, declared_at)
values ($1, $2, $3, $4, $5)
on conflict (name) do update set holds = excluded.holds, reason = excluded.reason,
    declared_by = excluded.declared_by, declared_at = excluded.declared_at"""

SEEN = "select known_features, on_features from assessments_seen for update"

SEE = """
insert into assessments_seen (one, known_features, on_features) values (true, $1, $2)
on conflict (one) do update
set known_features = excluded.known_features, on_features = excluded.on_features"""


async def insert(tx: Tx, assessment: Assessment) -> None:
    """Keep a draft."""
    about = (assessment.assessment_id, assessment.kind, assessment.feature)
    content = _json(assessment.text)
    await tx.run(INSERT, *about, content, assessment.author, assessment.written_at)


async def rewrite(
    tx: Tx, assessment_id: str, text: AssessmentText, author: str, at: datetime
) -> None:
    """Write a draft anew; whoever did is its author."""
    await tx.run(REWRITE, assessment_id, _json(text), author, at)


async def newest(tx: Tx, limit: int) -> list[Assessment]:
    """Return assessments, what moved last first."""
    return [_assessment(row) for row in await tx.rows(NEWEST, limit)]


async def one(tx: Tx, assessment_id: str) -> Assessment | None:
    """Return an assessment."""
    row = await tx.row(ONE, assessment_id)
    return None if row is None else _assessment(row)


async def one_locked(tx: Tx, assessment_id: str) -> Assessment | None:
    """Return an assessment, and hold it."""
    row = await tx.row(ONE_LOCKED, assessment_id)
    return None if row is None else _assessment(row)


async def approved(tx: Tx) -> list[Assessment]:
    """Return what is approved, and keep it so until the end of the transaction."""
    return [_assessment(row) for row in await tx.rows(APPROVED)]


async def approved_read(tx: Tx) -> list[Assessment]:
    """Return what is approved, to look at."""
    return [_assessment(row) for row in await tx.rows(APPROVED_READ)]


async def move(tx: Tx, after: Assessment) -> None:
    """Write where an assessment stands."""
    decided = (after.digest, after.reviewer, after.decided_at, after.reason, after.valid_until)
    facts = None if after.facts is None else _json(after.facts)
    await tx.run(MOVE, after.assessment_id, after.state.value, *decided, facts, after.moved_at)


async def last_approved(tx: Tx) -> dict[str, datetime]:
    """Return when one of each kind was last approved."""
    return {row[0]: row[1] for row in await tx.rows(LAST_APPROVED)}


async def forget(tx: Tx, assessment_id: str) -> None:
    """Forget an assessment and its steps."""
    await tx.run(FORGET, assessment_id)


async def step(tx: Tx, step_id: str, assessment_id: str, done: AssessmentStep) -> None:
    """Note what was done."""
    what = (done.act, done.state, done.actor, done.words, done.at)
    await tx.run(STEP, step_id, assessment_id, *what)


async def steps(tx: Tx, assessment_id: str) -> list[AssessmentStep]:
    """Return what was done, in order."""
    return [AssessmentStep(*row) for row in await tx.rows(STEPS, assessment_id)]


async def owed(tx: Tx) -> list[Owed]:
    """Return what is owed an assessment."""
    return [Owed(*row) for row in await tx.rows(OWED)]


async def owe(tx: Tx, new: Owed) -> bool:
    """Note that a feature is owed one; false when it was noted before."""
    return await tx.run(OWE, new.feature, new.since, new.due_at) == 1


async def settle(tx: Tx, features: Sequence[str]) -> None:
    """Note that these are owed none any more."""
    await tx.run(SETTLE, list(features))


async def declared(tx: Tx) -> list[Declared]:
    """Return what the house says of itself."""
    return [Declared(*row) for row in await tx.rows(DECLARED)]


async def declare(tx: Tx, new: Declared) -> None:
    """Keep what the house says of itself."""
    await tx.run(DECLARE, new.name, new.holds, new.reason, new.by, new.at)


async def seen(tx: Tx) -> Seen | None:
    """Return what the last look found, and hold it."""
    row = await tx.row(SEEN)
    return None if row is None else Seen(tuple(row[0]), tuple(row[1]))


async def see(tx: Tx, now: Seen) -> None:
    """Keep what a look found."""
    await tx.run(SEE, list(now.known), list(now.on))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _assessment(row: Row) -> Assessment:
    return Assessment(
        assessment_id=row[0],
        kind=row[1],
        feature=row[2],
        text=msgspec.json.decode(row[3], type=AssessmentText),
        state=AssessmentState(row[4]),
        author=row[5],
        written_at=row[6],
        digest=row[7],
        reviewer=row[8],
        decided_at=row[9],
        reason=row[10],
        valid_until=row[11],
        facts=None if row[12] is None else msgspec.json.decode(row[12], type=CountedFacts),
        moved_at=row[13],
    )
