"""Every statement over incidents' tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.incidents.model.clocks import Clock
from teahouse.incidents.model.drafts import Part, Report
from teahouse.incidents.model.flaws import Flaw, FlawState
from teahouse.incidents.model.incident import Incident, IncidentFacts, IncidentLinks, Step
from teahouse.incidents.model.procedure import State
from teahouse.infra.db.pool import Row, Tx

INSERT = """
insert into incidents_incidents (
    incident_id, title, profile, level, state, facts, links, noticed_at, starts_at, opened_by,
    opened_at, held_by, contained_at, closed_at, lower_level, lower_by, lower_at, moved_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)"""

ONE = """
select incident_id, title, profile, level, state, facts, links, noticed_at, starts_at, opened_by,
    opened_at, held_by, contained_at, closed_at, lower_level, lower_by, lower_at, moved_at
from incidents_incidents where incident_id = $1"""

ONE_LOCKED = """
select incident_id, title, profile, level, state, facts, links, noticed_at, starts_at, opened_by,
    opened_at, held_by, contained_at, closed_at, lower_level, lower_by, lower_at, moved_at
from incidents_incidents where incident_id = $1 for no key update"""

BOARD = """
select incident_id, title, profile, level, state, facts, links, noticed_at, starts_at, opened_by,
    opened_at, held_by, contained_at, closed_at, lower_level, lower_by, lower_at, moved_at
from incidents_incidents
where ($1 = '' or state = $1) and ($2 = '' or incident_id < $2)
order by state = 'closed', incident_id desc limit $3"""

MOVE = """
update incidents_incidents set level = $2, state = $3, facts = $4, links = $5, starts_at = $6,
    held_by = $7, contained_at = $8, closed_at = $9, lower_level = $10, lower_by = $11,
    lower_at = $12, moved_at = $13
where incident_id = $1"""

CLOCKS = """
select clock_id, whom, due_at, applies, late_at, answered_at, answered_by, reference, late_why
from incidents_clocks where incident_id = $1 order by due_at nulls first, clock_id"""

CLOCKS_OF = """
select incident_id, clock_id, whom, due_at, applies, late_at, answered_at, answered_by, reference,
    late_why
from incidents_clocks where incident_id = any ($1::text[]) order by due_at nulls first, clock_id"""

KEEP_CLOCK = """
insert into incidents_clocks (incident_id, clock_id, whom, due_at, applies, late_at, answered_at,
    answered_by, reference, late_why)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
on conflict (incident_id, clock_id) do update set due_at = excluded.due_at,
    applies = excluded.applies, answered_at = excluded.answered_at,
    answered_by = excluded.answered_by, reference = excluded.reference,
    late_why = excluded.late_why"""

LATE = """
update incidents_clocks set late_at = $1
where (incident_id, clock_id) in (
    select incident_id, clock_id from incidents_clocks
    where applies and answered_at is null and late_at is null and due_at < $1
    order by incident_id, clock_id limit $2 for no key update skip locked
) returning incident_id, clock_id"""

STEP = """
insert into incidents_steps (step_id, about_id, act, state, level, actor, words, at)
values ($1, $2, $3, $4, $5, $6, $7, $8)"""

STEPS = """
select act, state, level, actor, words, at from incidents_steps
where about_id = $1 order by step_id"""

KEEP_REPORT = """
insert into incidents_reports (incident_id, number, clock_id, whom, told_at, told_by, parts)
select $1, coalesce(max(number), 0) + 1, $2, $3, $4, $5, $6
from incidents_reports where incident_id = $1"""

REPORTS = """
select clock_id, whom, told_at, parts from incidents_reports
where incident_id = $1 order by number desc"""

BY_KIND = """
select facts ->> 'kind', level, profile, count(*), sum((facts ->> 'people')::bigint)::bigint,
    count(*) filter (where state = 'closed'),
    coalesce(percentile_cont(0.5) within group (
        order by extract(epoch from contained_at - noticed_at)
    ), 0)::bigint
from incidents_incidents where noticed_at >= $1 and noticed_at < $2
group by 1, 2, 3 order by 3, 1, 2"""

CLOCKS_COUNTED = """
select c.clock_id, count(*), count(c.answered_at),
    count(*) filter (where c.late_at is not null or c.answered_at > c.due_at)
from incidents_clocks c join incidents_incidents i using (incident_id)
where i.noticed_at >= $1 and i.noticed_at < $2 and c.applies group by 1 order by 1"""

FLAWS_COUNTED = """
select severity, count(*), count(fixed_at) from incidents_flaws
where found_at >= $1 and found_at < $2 group by 1 order by 1"""

FLAW = """
select flaw_id, title, source, reference, severity, versions, public_danger, incident_id, state,
    found_at, fixed_in, fixed_at, told_at, why, noted_by, moved_at
from incidents_flaws where flaw_id = $1 for no key update"""

FLAWS = """
select flaw_id, title, source, reference, severity, versions, public_danger, incident_id, state,
    found_at, fixed_in, fixed_at, told_at, why, noted_by, moved_at
from incidents_flaws order by flaw_id desc limit $1"""

NEW_FLAW = """
insert into incidents_flaws (flaw_id, title, source, reference, severity, versions, public_danger,
    incident_id, state, found_at, fixed_in, fixed_at, told_at, why, noted_by, moved_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)"""

MOVE_FLAW = """
update incidents_flaws set state = $2, fixed_in = $3, fixed_at = $4, told_at = $5, why = $6,
    moved_at = $7
where flaw_id = $1"""


class Group(NamedTuple):
    """Incidents of a year of one kind, level and profile; the median is of those contained."""

    kind: str
    level: str
    profile: str
    times: int
    people: int
    closed: int
    median_seconds: int


class ClockCount(NamedTuple):
    """How often a clock ran in a year, was answered, and ran out before."""

    clock_id: str
    times: int
    answered: int
    late: int


class FlawCount(NamedTuple):
    """How many flaws of a severity were found in a year, and mended."""

    severity: str
    times: int
    fixed: int


async def insert(tx: Tx, one: Incident) -> None:
    """Keep an incident."""
    await tx.run(
        INSERT, one.incident_id, one.title, one.profile, one.level, one.state.value,
        _json(one.facts), _json(one.links), one.noticed_at, one.starts_at, one.opened_by,
        one.opened_at, one.held_by, one.contained_at, one.closed_at, one.lower_level, one.lower_by,
        one.lower_at, one.moved_at,
    )  # fmt: skip


async def one(tx: Tx, incident_id: str) -> Incident | None:
    """Return an incident."""
    row = await tx.row(ONE, incident_id)
    return None if row is None else _incident(row)


async def one_locked(tx: Tx, incident_id: str) -> Incident | None:
    """Return an incident and hold it."""
    row = await tx.row(ONE_LOCKED, incident_id)
    return None if row is None else _incident(row)


async def board(tx: Tx, state: str, before: str, limit: int) -> list[Incident]:
    """Return incidents, the newest first, those that are closed behind the others."""
    return [_incident(row) for row in await tx.rows(BOARD, state, before, limit)]


async def move(tx: Tx, after: Incident) -> None:
    """Write where an incident stands."""
    await tx.run(
        MOVE, after.incident_id, after.level, after.state.value, _json(after.facts),
        _json(after.links), after.starts_at, after.held_by, after.contained_at, after.closed_at,
        after.lower_level, after.lower_by, after.lower_at, after.moved_at,
    )  # fmt: skip


async def clocks(tx: Tx, incident_id: str) -> list[Clock]:
    """Return the clocks of an incident, at once before the others."""
    return [_clock(row) for row in await tx.rows(CLOCKS, incident_id)]


async def clocks_of(tx: Tx, incident_ids: Sequence[str]) -> dict[str, list[Clock]]:
    """Return the clocks of several incidents."""
    found: dict[str, list[Clock]] = {incident_id: [] for incident_id in incident_ids}
    for incident_id, *row in await tx.rows(CLOCKS_OF, list(incident_ids)):
        found[incident_id].append(_clock(row))
    return found


async def keep_clock(tx: Tx, incident_id: str, one: Clock) -> None:
    """Keep a clock as it stands; that it ran out is only ever added, by ``late``."""
    values = (one.due_at, one.applies, one.late_at, one.answered_at, one.answered_by)
    words = (one.reference, one.late_why)
    await tx.run(KEEP_CLOCK, incident_id, one.clock_id, one.whom, *values, *words)


async def late(tx: Tx, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Note which clocks have run out; return those, each once."""
    return sorted((row[0], row[1]) for row in await tx.rows(LATE, now, limit))


async def note_step(tx: Tx, step_id: str, about_id: str, step: Step) -> None:
    """Keep what was done about an incident or a flaw."""
    values = (step.act, step.state, step.level, step.actor, step.words, step.at)
    await tx.run(STEP, step_id, about_id, *values)


async def steps(tx: Tx, about_id: str) -> list[Step]:
    """Return what was done about an incident or a flaw, the oldest first."""
    return [Step(*row) for row in await tx.rows(STEPS, about_id)]


async def keep_report(tx: Tx, incident_id: str, report: Report, told_by: str) -> None:
    """Keep a report as it goes out."""
    parts = msgspec.json.encode(report.parts).decode()
    values = (report.clock_id, report.whom, report.told_at, told_by, parts)
    await tx.run(KEEP_REPORT, incident_id, *values)


async def reports(tx: Tx, incident_id: str) -> list[Report]:
    """Return the reports that went out, the newest first."""
    return [
        Report(clock_id, whom, at, msgspec.json.decode(parts, type=list[Part]))
        for clock_id, whom, at, parts in await tx.rows(REPORTS, incident_id)
    ]


async def by_kind(tx: Tx, since: datetime, until: datetime) -> list[Group]:
    """Count the incidents of a time."""
    return [Group(*row) for row in await tx.rows(BY_KIND, since, until)]


async def clocks_counted(tx: Tx, since: datetime, until: datetime) -> list[ClockCount]:
    """Count the clocks of the incidents of a time."""
    return [ClockCount(*row) for row in await tx.rows(CLOCKS_COUNTED, since, until)]


async def flaws_counted(tx: Tx, since: datetime, until: datetime) -> list[FlawCount]:
    """Count the flaws that were found in a time."""
    return [FlawCount(*row) for row in await tx.rows(FLAWS_COUNTED, since, until)]


async def flaw_locked(tx: Tx, flaw_id: str) -> Flaw | None:
    """Return a flaw and hold it."""
    row = await tx.row(FLAW, flaw_id)
    return None if row is None else _flaw(row)


async def flaws(tx: Tx, limit: int) -> list[Flaw]:
    """Return flaws, the newest first."""
    return [_flaw(row) for row in await tx.rows(FLAWS, limit)]


async def new_flaw(tx: Tx, flaw: Flaw) -> None:
    """Keep a flaw."""
    values = list(msgspec.structs.astuple(flaw))
    values[8] = flaw.state.value
    await tx.run(NEW_FLAW, *values)


async def move_flaw(tx: Tx, flaw: Flaw) -> None:
    """Write where a flaw stands."""
    values = (flaw.fixed_in, flaw.fixed_at, flaw.told_at, flaw.why, flaw.moved_at)
    await tx.run(MOVE_FLAW, flaw.flaw_id, flaw.state.value, *values)


def _json(value: IncidentFacts | IncidentLinks) -> str:
    return msgspec.json.encode(value).decode()


def _incident(row: Row) -> Incident:
    parts = list(row)
    parts[4] = State(parts[4])
    parts[5] = msgspec.json.decode(parts[5], type=IncidentFacts)
    parts[6] = msgspec.json.decode(parts[6], type=IncidentLinks)
    return Incident(**dict(zip(Incident.__struct_fields__, parts, strict=True)))


def _clock(row: Row | Sequence[object]) -> Clock:
    return Clock(**dict(zip(Clock.__struct_fields__, row, strict=True)))


def _flaw(row: Row) -> Flaw:
    parts = list(row)
    parts[8] = FlawState(parts[8])
    return Flaw(**dict(zip(Flaw.__struct_fields__, parts, strict=True)))
