"""What a run tells of itself when it has ended: the facts of its signed report."""

import hashlib
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from importlib.metadata import version

import msgspec

from teahouse.exposures.model import Curve
from teahouse.gate.model.policies import Both
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.store import census
from teahouse.infra.vault.store.census import Wraps
from teahouse.planning.model import WHOLE, Mode
from teahouse.renewals.model import DEK, NORMALISERS
from teahouse.renewals.model.sums import Sums
from teahouse.renewals.service.merging import Merged
from teahouse.reports.model.facts import (
    ABORTED,
    CLOSED,
    POINTS_MAX,
    Act,
    CapabilityFact,
    ClassFact,
    ColumnFact,
    CurveFact,
    CurvePoint,
    ErrorFact,
    KeyFact,
    NormaliserFact,
    Point,
    RegionFact,
    RunFacts,
    Undeclared,
    WrapsFact,
)
from teahouse.reports.model.words import ANSWERS, CAPABILITIES, UNASKED
from teahouse.reports.service import Reports
from teahouse.upgrades import store
from teahouse.upgrades.model.plans import StepRow
from teahouse.upgrades.model.runs import Agreement, Run, State
from teahouse.upgrades.service.driver import Ended
from teahouse.upgrades.service.laying import VERIFY
from teahouse.upgrades.service.upgrades import Shown, Upgrades
from teahouse.upgrades.service.yard import REPLICA, SCAN
from teahouse.upgrades.store import ranges
from teahouse.uptime.model import Spell
from teahouse.uptime.service import Uptime

# What operators wrote as their reason is theirs; everybody reads which kind of run it was.
WHY = {
    Mode.ORDINARY: Both("例行更换全部密钥", "A change of keys, as is done from time to time"),
    Mode.COMPROMISE: Both("有密钥可能已被他人得知", "A key may be known to somebody else"),
}


def reporting(upgrades: Upgrades, reports: Reports, uptime: Uptime) -> Ended:
    """Return what publishes the report of a run in the transaction that ends it."""

    async def ended(run: Run, to: State) -> Callable[[Tx], Awaitable[None]]:
        facts = await reports.draft(await facts_of(upgrades, uptime, run, to))

        async def publish(tx: Tx) -> None:
            await reports.publish(tx, "system", facts)

        return publish

    return ended


async def facts_of(upgrades: Upgrades, uptime: Uptime, run: Run, to: State) -> RunFacts:
    """Return what is told of a run that is about to end."""
    shown = await upgrades.show(run.run_id)
    async with upgrades.yard.db.read() as tx:
        sums = await ranges.sums(tx, run.run_id, VERIFY, 0)
        digest = await upgrades.driver.digest(tx, run) if run.verified_at is not None else ""
        agreed = await store.agreements(tx, run.run_id)
        samples = await store.samples(tx, run.run_id, POINTS_MAX)
        whole = run.scope == WHOLE
        now_wraps = [] if whole else await census.by_scope(tx, run.scope, run.since)
    curves = await upgrades.yard.exposures.curves(run.run_id)
    before = {(one.place, one.column): one.first for one in curves if one.data_class == DEK}
    now, began = upgrades.yard.clock.now(), run.started_at or run.planned_at
    merged = await upgrades.yard.merging.report(run.run_id)
    return RunFacts(
        run_id=run.run_id,
        release=version("teahouse"),
        mode=run.mode.value,
        stolen=run.stolen,
        paused_milliseconds=run.paused_ms,
        outcome=CLOSED if to is State.CLOSED else ABORTED,
        reason=WHY[run.mode],
        started_at=began,
        ended_at=now,
        classes=tuple(_class(one) for one in shown.steps),
        keys=_keys(shown),
        columns=tuple(
            column
            for one in sums
            if one.place not in (SCAN, REPLICA)
            for column in _columns(one, before)
        ),
        verified_digest=digest,
        capabilities=_capabilities(await uptime.between(began, now), now - began),
        errors=tuple(
            ErrorFact(where=one.place, what=one.code, times=one.count) for one in shown.findings
        ),
        acts=_acts(run, agreed.values()),
        points=tuple(_point(one) for one in samples),
        undeclared=tuple(
            Undeclared(column=one.place, what=one.code, rows=one.count)
            for one in shown.findings
            if one.code == "undeclared"
        ),
        region=_region(run, now_wraps),
        normaliser=_normaliser(merged),
        curves=tuple(_curve(one) for one in curves),
    )


def _normaliser(merged: Merged) -> NormaliserFact | msgspec.UnsetType:
    """Return by which form people are found under the new index key, unless by the exact one."""
    if merged.normaliser is None or merged.normaliser == NORMALISERS[0]:
        return msgspec.UNSET
    return NormaliserFact(version=merged.normaliser, kept_apart=merged.total)


def _region(run: Run, after: Sequence[Wraps]) -> RegionFact | msgspec.UnsetType:
    """Return of which region a run was, with the census of the keys that wrap."""
    if run.scope == WHOLE:
        return msgspec.UNSET
    before: Sequence[Wraps] = run.census or ()
    counts: dict[tuple[bool, int, str], list[int]] = {}
    for nth, seen in enumerate((before, after)):
        for one in seen:
            counts.setdefault((not one.inside, one.kek_version, one.kek_id), [0, 0])[nth] = one.deks
    return RegionFact(
        scope=run.scope,
        census=tuple(
            WrapsFact(inside=not outside, key_id=key_id, version=nth, before=then, after=now)
            for (outside, nth, key_id), (then, now) in sorted(counts.items())
        ),
    )


def _capabilities(told: Mapping[str, Spell], watched: timedelta) -> tuple[CapabilityFact, ...]:
    """Return how long each thing could not be done; of what nobody asked for, that it was so."""
    seconds, found = int(watched.total_seconds()), list[CapabilityFact]()
    for name in CAPABILITIES:
        spell = told.get(name)
        if spell is None:
            found.append(CapabilityFact(capability=name, method=UNASKED, watched_seconds=seconds))
            continue
        found.append(
            CapabilityFact(
                capability=name,
                method=ANSWERS,
                requests=spell.requests,
                failed=spell.failed,
                watched_seconds=seconds,
                down_milliseconds=spell.down_seconds * 1000,
                longest_gap_milliseconds=spell.gap_seconds * 1000,
            )
        )
    return tuple(found)


def _class(one: StepRow) -> ClassFact:
    took = 0
    if one.began_at is not None and one.moved_at is not None:
        took = int((one.moved_at - one.began_at).total_seconds() * 1000)
    return ClassFact(
        data_class=one.data_class,
        table=one.place,
        rows=one.total,
        done=one.done,
        quarantined=one.quarantined,
        began_at=one.began_at,
        ended_at=one.moved_at,
        milliseconds=took,
    )


def _keys(shown: Shown) -> tuple[KeyFact, ...]:
    return tuple(
        KeyFact(
            purpose=key.purpose.value,
            key_id=key.key_id,
            version=key.version,
            suite=key.suite,
            before="primary" if role == "old" else None,
            after=key.state.value,
        )
        for role, key, _ in shown.keys
    )


def _columns(one: Sums, before: Mapping[tuple[str, str], int]) -> list[ColumnFact]:
    """Return what was found in each column; what is about rows stands with the first of them."""
    return [
        ColumnFact(
            column=f"{one.place}.{name}",
            before=before.get((one.place, name), 0),
            values=found.values,
            opened=found.opened,
            erased=found.erased,
            broken=found.broken,
            old=found.old,
            same=found.same,
            changed=found.changed,
            unindexed=0 if nth else one.unindexed,
        )
        for nth, (name, found) in enumerate(one.columns.items())
    ]


def _acts(run: Run, agreed: Iterable[Agreement]) -> tuple[Act, ...]:
    found: list[Act] = []
    if run.started_at is not None:
        found.append(Act(act="start", at=run.started_at, persons=1, by=(_who(run.planned_by),)))
    both = sorted((one for one in agreed if one.second_by is not None), key=lambda a: a.first_at)
    found += [
        Act(
            act=one.act.value,
            at=one.first_at,
            persons=2,
            by=(_who(one.first_by), _who(one.second_by or "")),
        )
        for one in both
    ]
    return tuple(found)


def _who(actor: str) -> str:
    """Return an operator's id; of somebody at the machine not the name, which may be their own."""
    kind, colon, name = actor.partition(":")
    return f"{kind}:{hashlib.sha256(name.encode()).hexdigest()[:8]}" if colon else actor


def _curve(one: Curve) -> CurveFact:
    return CurveFact(
        data_class=one.data_class,
        table=one.place,
        column=one.column,
        gravity=one.gravity,
        points=tuple(CurvePoint(at=p.at, exposed=p.exposed, counted=p.counted) for p in one.points),
    )


def _point(one: store.Sample) -> Point:
    return Point(
        at=one.at,
        exposed=one.exposed,
        rows_per_second=int(one.rate),
        p99_microseconds=None if one.p99_ms is None else int(one.p99_ms * 1000),
        queue_microseconds=None if one.queue_ms is None else int(one.queue_ms * 1000),
    )
