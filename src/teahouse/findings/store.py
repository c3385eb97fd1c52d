"""Every statement over findings' tables."""

from collections.abc import Sequence
from datetime import date, datetime

from teahouse.findings.model.finding import Entry, Finding, Ruling, Step, Tally, Wish
from teahouse.findings.model.procedure import Place, Programme, Rung, State
from teahouse.infra.db.pool import Row, Tx

INSERT = """
insert into findings_findings (
    finding_id, authority, number, programme, clauses, severity, kind, target, name, version, store,
    operator_name, facts, found_at, due_at, state, rung, imported_by, moved_at
) values (
    $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, 'open', 'rectify', $16, $17
) on conflict (authority, number, target) do nothing"""

KNOWN = """
select number, target from findings_findings where authority = $1 and number = any ($2::text[])"""

ONE = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings where finding_id = $1"""

ONE_LOCKED = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings where finding_id = $1 for no key update"""

BOARD = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings
where ($1 = '' or state = $1) and ($2 = '' or programme = $2) and ($3 = '' or operator_name = $3)
    and ($4 = '' or (due_at, finding_id) > (
        select due_at, finding_id from findings_findings where finding_id = $4
    ))
order by due_at, finding_id limit $5"""

LAPSED = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings where state = 'open' and due_at <= $1
order by finding_id limit $2 for no key update skip locked"""

CLOSED_OF = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings where kind = $1 and target = $2 and state in ('closed', 'rechecking')
order by finding_id for no key update"""

PUBLISHED = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings where published_at is not null
order by published_at desc, finding_id limit $1"""

MOVE = """
update findings_findings set state = $2, rung = $3, due_at = $4, version = $5, ruling_id = $6,
    regressions = $7, evidence_by = $8, moved_at = $9, asked_by = '', asked_at = null
where finding_id = $1"""

ASK = "update findings_findings set asked_by = $2, asked_at = $3 where finding_id = $1"

PUBLISH = """
update findings_findings set published_at = $2 where finding_id = $1 and published_at is null"""

STILL_SHUT = """
select exists (
    select from findings_findings
    where kind = $1 and target = $2 and finding_id <> $3 and state = 'shut'
)"""

STEP = """
insert into findings_steps (
    step_id, finding_id, act, state, rung, actor, words, artefact, version, at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""

STEPS = """
select act, state, rung, actor, words, artefact, version, at
from findings_steps where finding_id = $1 order by step_id"""

STEPS_OF = """
select finding_id, act, state, rung, actor, words, artefact, version, at
from findings_steps where finding_id = any ($1::text[]) order by finding_id, step_id"""

RULE = """
insert into findings_rulings (
    ruling_id, programme, authority, number, decided_on, shuts_down, document, noted_by, noted_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (authority, number) do nothing"""

RULING = """
select ruling_id, programme, authority, number, decided_on, shuts_down, document, noted_by, noted_at
from findings_rulings where ruling_id = $1"""

RULINGS = """
select ruling_id, programme, authority, number, decided_on, shuts_down, document, noted_by, noted_at
from findings_rulings order by decided_on desc, ruling_id limit $1"""

BY_STATE = "select state, count(*) from findings_findings group by state order by state"

BY_RUNG = """
select rung, count(*) from findings_findings
where state not in ('closed', 'rechecking', 'withdrawn') group by rung order by rung"""

BY_PROGRAMME = """
select programme, count(*) from findings_findings group by programme order by programme"""

BY_CLAUSE = """
select clause, count(*) from findings_findings, unnest(clauses) as clause
group by clause order by count(*) desc, clause"""

BY_OPERATOR = """
select operator_name, count(*) from findings_findings
group by operator_name order by count(*) desc, operator_name limit $1"""

ALL = "select count(*) from findings_findings"

EXPOSED = """
select finding_id, authority, number, programme, clauses, severity, kind, target, name, version,
    store, operator_name, facts, found_at, due_at, state, rung, ruling_id, regressions, evidence_by,
    asked_by, asked_at, published_at, imported_by, moved_at
from findings_findings
where severity = 'high' and state in ('open', 'testing', 'unmended')
order by due_at, finding_id limit $1"""


async def insert(tx: Tx, finding_id: str, entry: Entry, actor: str, now: datetime) -> bool:
    """Keep a finding, unless there is one of that authority, number and target; tell whether."""
    values = (
        finding_id, entry.authority, entry.number, entry.programme.value, list(entry.clauses),
        entry.severity, entry.kind, entry.target, entry.name, entry.version, entry.store,
        entry.operator_name, entry.facts, entry.found_at, entry.due_at, actor, now,
    )  # fmt: skip
    return await tx.run(INSERT, *values) == 1


async def known(tx: Tx, authority: str, numbers: Sequence[str]) -> set[tuple[str, str]]:
    """Return which (number, target) of an authority there are already."""
    return {(row[0], row[1]) for row in await tx.rows(KNOWN, authority, list(numbers))}


async def one(tx: Tx, finding_id: str) -> Finding | None:
    """Return a finding."""
    row = await tx.row(ONE, finding_id)
    return None if row is None else _finding(row)


async def one_locked(tx: Tx, finding_id: str) -> Finding | None:
    """Return a finding and hold it."""
    row = await tx.row(ONE_LOCKED, finding_id)
    return None if row is None else _finding(row)


async def board(tx: Tx, wish: Wish, limit: int) -> list[Finding]:
    """Return findings, what is due first."""
    return [_finding(row) for row in await tx.rows(BOARD, *wish, limit)]


async def lapsed(tx: Tx, now: datetime, limit: int) -> list[Finding]:
    """Return what is open past its deadline, and hold it."""
    return [_finding(row) for row in await tx.rows(LAPSED, now, limit)]


async def closed_of(tx: Tx, kind: str, target: str) -> list[Finding]:
    """Return what was closed about one thing, and hold it."""
    return [_finding(row) for row in await tx.rows(CLOSED_OF, kind, target)]


async def published(tx: Tx, limit: int) -> list[Finding]:
    """Return what is published, the newest first."""
    return [_finding(row) for row in await tx.rows(PUBLISHED, limit)]


async def exposed(tx: Tx, limit: int) -> list[Finding]:
    """Return what is open and serious, what is due first."""
    return [_finding(row) for row in await tx.rows(EXPOSED, limit)]


async def move(tx: Tx, after: Finding) -> None:
    """Write where a finding stands."""
    entry = after.entry
    await tx.run(
        MOVE, after.finding_id, after.state.value, after.rung.value, entry.due_at, entry.version,
        after.ruling_id, after.regressions, after.evidence_by, after.moved_at,
    )  # fmt: skip


async def ask(tx: Tx, finding_id: str, actor: str, now: datetime) -> None:
    """Note who asked first for a shut-down."""
    await tx.run(ASK, finding_id, actor, now)


async def publish(tx: Tx, finding_id: str, now: datetime) -> bool:
    """Publish a finding; tell whether it was not yet."""
    return await tx.run(PUBLISH, finding_id, now) == 1


async def still_shut(tx: Tx, finding: Finding) -> bool:
    """Tell whether another finding keeps the same thing shut."""
    entry = finding.entry
    return await tx.value(STILL_SHUT, entry.kind, entry.target, finding.finding_id)


async def note_step(tx: Tx, step_id: str, finding_id: str, step: Step) -> None:
    """Keep what was done about a finding."""
    values = (step.act, step.state, step.rung, step.actor, step.words, step.artefact, step.version)
    await tx.run(STEP, step_id, finding_id, *values, step.at)


async def steps(tx: Tx, finding_id: str) -> list[Step]:
    """Return what was done about a finding, the oldest first."""
    return [Step(*row) for row in await tx.rows(STEPS, finding_id)]


async def steps_of(tx: Tx, finding_ids: Sequence[str]) -> dict[str, list[Step]]:
    """Return what was done about several findings, the oldest first."""
    found: dict[str, list[Step]] = {finding_id: [] for finding_id in finding_ids}
    for finding_id, *step in await tx.rows(STEPS_OF, list(finding_ids)):
        found[finding_id].append(Step(*step))
    return found


async def rule(tx: Tx, ruling: Ruling) -> bool:
    """Keep a ruling, unless that authority has one of that number; tell whether."""
    values = (
        ruling.ruling_id, ruling.programme.value, ruling.authority, ruling.number,
        ruling.decided_on, ruling.shuts_down, ruling.document, ruling.noted_by, ruling.noted_at,
    )  # fmt: skip
    return await tx.run(RULE, *values) == 1


async def ruling(tx: Tx, ruling_id: str) -> Ruling | None:
    """Return a ruling."""
    row = await tx.row(RULING, ruling_id)
    return None if row is None else _ruling(row)


async def rulings(tx: Tx, limit: int) -> list[Ruling]:
    """Return rulings, the newest first."""
    return [_ruling(row) for row in await tx.rows(RULINGS, limit)]


async def count(tx: Tx) -> int:
    """Return how many findings there are."""
    return await tx.value(ALL)


async def by_state(tx: Tx) -> list[Tally]:
    """Count findings by where they stand."""
    return [Tally(*row) for row in await tx.rows(BY_STATE)]


async def by_rung(tx: Tx) -> list[Tally]:
    """Count what is held against its target, by rung."""
    return [Tally(*row) for row in await tx.rows(BY_RUNG)]


async def by_programme(tx: Tx) -> list[Tally]:
    """Count findings by programme."""
    return [Tally(*row) for row in await tx.rows(BY_PROGRAMME)]


async def by_clause(tx: Tx) -> list[Tally]:
    """Count findings by clause; one that names two counts for each."""
    return [Tally(*row) for row in await tx.rows(BY_CLAUSE)]


async def by_operator(tx: Tx, limit: int) -> list[Tally]:
    """Count findings by who runs what was found, the most first."""
    return [Tally(*row) for row in await tx.rows(BY_OPERATOR, limit)]


def _finding(row: Row) -> Finding:
    finding_id, authority, number, programme, clauses, *rest = row
    entry = Entry(
        authority=authority, number=number, programme=Programme(programme), clauses=tuple(clauses),
        severity=rest[0], kind=rest[1], target=rest[2], name=rest[3], version=rest[4],
        store=rest[5], operator_name=rest[6], facts=rest[7], found_at=rest[8], due_at=rest[9],
    )  # fmt: skip
    place = Place(State(rest[10]), Rung(rest[11]))
    return Finding(
        finding_id=finding_id, entry=entry, state=place.state, rung=place.rung, ruling_id=rest[12],
        regressions=rest[13], evidence_by=rest[14], asked_by=rest[15], asked_at=rest[16],
        published_at=rest[17], imported_by=rest[18], moved_at=rest[19],
    )  # fmt: skip


def _ruling(row: Row) -> Ruling:
    ruling_id, programme, authority, number, decided_on, *rest = row
    decided: date = decided_on
    return Ruling(ruling_id, Programme(programme), authority, number, decided, *rest)
