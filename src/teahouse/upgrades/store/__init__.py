"""Statements over runs, their keys and steps, and what was decided and found."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.store.census import Wraps
from teahouse.planning.model import Mode, Plan
from teahouse.renewals.model import Finding
from teahouse.upgrades.model.plans import StepRow
from teahouse.upgrades.model.runs import Act, Agreement, Run, State

INSERT_RUN = """
insert into upgrades_runs (
    run_id, state, mode, stolen, classes, suite, plan, scope, reason, rate_max,
    planned_by, planned_at
) values ($1, 'planned', $2, $3, $4, $5, $6::text::jsonb, $7, $8, $9, $10, $11)"""
RUN = """
select run_id, state, paused, mode, stolen, reason, classes, suite, rate_max, laid, says,
    plan::text, since, work_id, paused_ms, planned_by, planned_at, started_at, verified_at, soft_since, ended_at,
    scope, census::text
from upgrades_runs where run_id = $1"""
HOLD_RUN = """
select run_id, state, paused, mode, stolen, reason, classes, suite, rate_max, laid, says,
    plan::text, since, work_id, paused_ms, planned_by, planned_at, started_at, verified_at, soft_since, ended_at,
    scope, census::text
from upgrades_runs where run_id = $1 for update"""
RUNS = """
select run_id, state, paused, mode, stolen, reason, classes, suite, rate_max, laid, says,
    plan::text, since, work_id, paused_ms, planned_by, planned_at, started_at, verified_at, soft_since, ended_at,
    scope, census::text
from upgrades_runs order by planned_at desc, run_id desc limit $1"""
AT_WORK = """
select run_id, state, paused, mode, stolen, reason, classes, suite, rate_max, laid, says,
    plan::text, since, work_id, paused_ms, planned_by, planned_at, started_at, verified_at, soft_since, ended_at,
    scope, census::text
from upgrades_runs where ended_at is null and state <> 'planned' order by planned_at, run_id"""
LOCK_STARTS = "lock table upgrades_runs in share row exclusive mode"
LEAD = """
update upgrades_runs set led_by = $2,
    led_until = clock_timestamp() + make_interval(secs => $3)
where run_id = $1 and (led_by = $2 or led_until is null or led_until < clock_timestamp())"""
MOVE = """
update upgrades_runs set state = $3, says = '', laid = $4, started_at = coalesce(started_at, $5),
    ended_at = case when $3 in ('closed', 'aborted') then $5 end
where run_id = $1 and state = $2"""
# How long it was held is summed when it goes on, and when it ends.
PAUSE = """
update upgrades_runs set paused = $2, paused_at = case when $2 then coalesce(paused_at, $3) end,
    paused_ms = paused_ms + case when $2 or paused_at is null then 0
        else greatest(0, extract(epoch from $3 - paused_at) * 1000)::bigint end
where run_id = $1"""
SAY = "update upgrades_runs set says = $2 where run_id = $1 and says <> $2"
RATE = "update upgrades_runs set rate_max = $2 where run_id = $1"
LAID = "update upgrades_runs set laid = $2 where run_id = $1"
SINCE = "update upgrades_runs set since = $2 where run_id = $1"
VERIFIED = "update upgrades_runs set verified_at = $2 where run_id = $1 and verified_at is null"
SOFT = "update upgrades_runs set soft_since = $2 where run_id = $1 and soft_since is null"
CENSUS = "update upgrades_runs set census = $2::text::jsonb where run_id = $1"
WORK = "update upgrades_runs set work_id = $2 where run_id = $1"

PUT_STEP = """
insert into upgrades_steps (run_id, data_class, place, total) values ($1, $2, $3, $4)
on conflict (run_id, data_class, place) do update set total = excluded.total"""
STEPS = """
select data_class, place, total, done, quarantined, began_at, moved_at from upgrades_steps
where run_id = $1 order by data_class, place"""
MOVED_ON = """
update upgrades_steps set done = done + $4, total = greatest(total, done + $4),
    quarantined = quarantined + $5, began_at = coalesce(began_at, $6), moved_at = $7
where run_id = $1 and place = $2 and data_class = any ($3::text[])"""
STEPS_AGAIN = """
update upgrades_steps set done = 0, quarantined = 0, began_at = null, moved_at = null
where run_id = $1"""
STEPS_DONE = "update upgrades_steps set total = done where run_id = $1"

PUT_FINDING = """
insert into upgrades_findings (run_id, code, place, count, named, stops, found_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (run_id, code, place) do update
set count = excluded.count, named = excluded.named, stops = excluded.stops"""
FINDINGS = """
select code, place, count, named, stops from upgrades_findings where run_id = $1
order by stops desc, code, place"""
FORGET_FINDINGS = "delete from upgrades_findings where run_id = $1"

WISH = """
insert into upgrades_agreements (run_id, act, first_by, first_reason, first_at, expires_at)
values ($1, $2, $3, $4, $5, $6)
on conflict (run_id, act) do update set first_by = excluded.first_by,
    first_reason = excluded.first_reason, first_at = excluded.first_at,
    expires_at = excluded.expires_at, second_by = null, second_reason = null, second_at = null"""
SECOND = """
update upgrades_agreements set second_by = $3, second_reason = $4, second_at = $5
where run_id = $1 and act = $2"""
AGREEMENTS = """
select act, first_by, first_at, expires_at, second_by from upgrades_agreements
where run_id = $1 order by act"""

SAMPLE = """
insert into upgrades_samples (run_id, at, rate, p99_ms, queue_ms, exposed)
values ($1, $2, $3, $4, $5, $6) on conflict do nothing"""
LAST_SAMPLE = """
select at, rate, p99_ms, queue_ms, exposed from upgrades_samples
where run_id = $1 order by at desc limit 1"""
# Of a long run every nth, so that the whole of it is told.
SAMPLES = """
select at, rate, p99_ms, queue_ms, exposed from (
    select *, row_number() over (order by at desc) as nth, count(*) over () as n
    from upgrades_samples where run_id = $1
) as each where (nth - 1) % greatest(1, (n + $2 - 1) / $2) = 0 order by at"""


class Sample(NamedTuple):
    """How it was at a moment."""

    at: datetime
    rate: float
    p99_ms: float | None
    queue_ms: float | None
    exposed: int


async def insert_run(tx: Tx, run_id: str, plan: Plan, told: tuple[object, ...]) -> None:
    """Add a planned run; ``told`` is reason, rate, by whom, when."""
    made = msgspec.json.encode(plan).decode()
    classes = list(plan.classes)
    what = (plan.mode, plan.stolen, classes, plan.suite, made, plan.scope)
    await tx.run(INSERT_RUN, run_id, *what, *told)


async def run(tx: Tx, run_id: str) -> Run | None:
    """Return a run."""
    return _run(await tx.row(RUN, run_id))


async def hold(tx: Tx, run_id: str) -> Run | None:
    """Return a run, held until the commit."""
    return _run(await tx.row(HOLD_RUN, run_id))


async def runs(tx: Tx, limit: int) -> list[Run]:
    """Return runs, the newest first."""
    return [one for row in await tx.rows(RUNS, limit) if (one := _run(row))]


async def at_work(tx: Tx) -> list[Run]:
    """Return the runs that were started and have not ended, the oldest first."""
    return [one for row in await tx.rows(AT_WORK) if (one := _run(row))]


async def lock_starts(tx: Tx) -> None:
    """Let nobody else start a run until the commit."""
    await tx.run(LOCK_STARTS)


async def lead(tx: Tx, run_id: str, hand_id: str, seconds: float) -> bool:
    """Take the lead of a run, or keep it; false when another has it."""
    return await tx.run(LEAD, run_id, hand_id, seconds) == 1


async def move(tx: Tx, found: Run, to: State, at: datetime, laid: str = "") -> bool:
    """Bring a run into another state; false when it is no longer where it was."""
    return await tx.run(MOVE, found.run_id, found.state, to, laid, at) == 1


async def pause(tx: Tx, run_id: str, paused: bool, at: datetime) -> None:
    """Hold a run where it is, or let it go on."""
    await tx.run(PAUSE, run_id, paused, at)


async def say(tx: Tx, run_id: str, says: str) -> None:
    """Say what a run does or waits for."""
    await tx.run(SAY, run_id, says)


async def set_rate(tx: Tx, run_id: str, rate_max: int | None) -> None:
    """Set how many rows a second there are at most."""
    await tx.run(RATE, run_id, rate_max)


async def set_laid(tx: Tx, run_id: str, stage: str) -> None:
    """Say that the ranges of a stage can be claimed."""
    await tx.run(LAID, run_id, stage)


async def set_since(tx: Tx, run_id: str, since: datetime) -> None:
    """Say from when on data keys are young."""
    await tx.run(SINCE, run_id, since)


async def set_verified(tx: Tx, run_id: str, at: datetime) -> bool:
    """Note that a run was verified; false when it was before."""
    return await tx.run(VERIFIED, run_id, at) == 1


async def set_soft(tx: Tx, run_id: str, at: datetime) -> None:
    """Note that the old keys open nothing any more."""
    await tx.run(SOFT, run_id, at)


async def set_census(tx: Tx, run_id: str, census: Sequence[Wraps]) -> None:
    """Note which keys wrap whose data keys before a run."""
    await tx.run(CENSUS, run_id, msgspec.json.encode(census).decode())


async def set_work(tx: Tx, run_id: str, work_id: str) -> None:
    """Note which work a run is for those who wait for it."""
    await tx.run(WORK, run_id, work_id)


async def put_step(tx: Tx, run_id: str, data_class: str, place: str, total: int) -> None:
    """Add a step, or count it again."""
    await tx.run(PUT_STEP, run_id, data_class, place, total)


async def steps(tx: Tx, run_id: str) -> list[StepRow]:
    """Return the steps of a run."""
    return [StepRow(*row) for row in await tx.rows(STEPS, run_id)]


async def moved_on(
    tx: Tx,
    run_id: str,
    place: str,
    classes: Sequence[str],
    done: tuple[int, int],
    times: tuple[datetime, datetime],
) -> None:
    """Count rows that were gone through, and those that could not be helped, from when to when."""
    await tx.run(MOVED_ON, run_id, place, list(classes), *done, *times)


async def steps_again(tx: Tx, run_id: str) -> None:
    """Count every step from the start."""
    await tx.run(STEPS_AGAIN, run_id)


async def steps_done(tx: Tx, run_id: str) -> None:
    """Say that nothing is left to do."""
    await tx.run(STEPS_DONE, run_id)


async def put_finding(tx: Tx, run_id: str, found: Finding, at: datetime) -> None:
    """Note what was found."""
    named = list(found.named)
    told = (run_id, found.code, found.place, found.count, named, found.stops, at)
    await tx.run(PUT_FINDING, *told)


async def findings(tx: Tx, run_id: str) -> list[Finding]:
    """Return what was found."""
    return [Finding(r[0], r[1], r[2], tuple(r[3]), r[4]) for r in await tx.rows(FINDINGS, run_id)]


async def forget_findings(tx: Tx, run_id: str) -> None:
    """Forget what was found, because it is looked for again."""
    await tx.run(FORGET_FINDINGS, run_id)


async def wish(
    tx: Tx, run_id: str, act: Act, first: tuple[str, str], times: tuple[datetime, datetime]
) -> None:
    """Note what one person wishes and why, from when until when."""
    await tx.run(WISH, run_id, act, *first, *times)


async def second(tx: Tx, run_id: str, act: Act, word: tuple[str, str], at: datetime) -> None:
    """Note that another person agrees, and why."""
    await tx.run(SECOND, run_id, act, *word, at)


async def agreements(tx: Tx, run_id: str) -> dict[Act, Agreement]:
    """Return what was wished and agreed of a run."""
    found = [
        Agreement(
            act=Act(row[0]), first_by=row[1], first_at=row[2], expires_at=row[3], second_by=row[4]
        )
        for row in await tx.rows(AGREEMENTS, run_id)
    ]
    return {one.act: one for one in found}


async def sample(tx: Tx, run_id: str, one: Sample) -> None:
    """Note how it is."""
    await tx.run(SAMPLE, run_id, *one)


async def last_sample(tx: Tx, run_id: str) -> Sample | None:
    """Return what was noted last."""
    row = await tx.row(LAST_SAMPLE, run_id)
    return None if row is None else Sample(*row)


async def samples(tx: Tx, run_id: str, limit: int) -> list[Sample]:
    """Return how it was, evenly over the whole run."""
    return [Sample(*row) for row in await tx.rows(SAMPLES, run_id, limit)]


def _run(row: Row | None) -> Run | None:
    if row is None:
        return None
    names = Run.__struct_fields__
    told = dict(zip(names, row, strict=True))
    told |= {"state": State(told["state"]), "mode": Mode(told["mode"])}
    told |= {"classes": tuple(told["classes"]), "plan": msgspec.json.decode(told["plan"])}
    if told["census"] is not None:
        told["census"] = msgspec.json.decode(told["census"], type=tuple[Wraps, ...])
    return Run(**told)
