"""What people decide about runs, and what they are shown of them. Each act is audited."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from teahouse.gate.model.policies import REGIONS
from teahouse.gate.service import Gate
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.store.keys import KeyRow
from teahouse.planning.model import WHOLE, Asking, Plan, asked, check_rate, check_reason, scope_of
from teahouse.planning.service import Planning
from teahouse.renewals.model import (
    KEPT_BACKUPS,
    KEPT_NAMED_MAX,
    LOST_BACKUPS,
    NEW,
    Finding,
    KeptBackup,
    kept_finding,
)
from teahouse.upgrades import store
from teahouse.upgrades.model.plans import StepRow, ends_about
from teahouse.upgrades.model.runs import (
    AGREEMENT_LIFE,
    HELD,
    UNDER_WAY,
    Act,
    Agreement,
    AnotherRun,
    BackupsKept,
    BadAct,
    NoSuchRun,
    Run,
    State,
    TooEarly,
    becomes,
    has_work,
    is_second,
    may,
)
from teahouse.upgrades.service.driver import Driver
from teahouse.upgrades.service.hands import Hand
from teahouse.upgrades.service.yard import Yard
from teahouse.upgrades.store import ranges
from teahouse.upgrades.store.ranges import HandRow
from teahouse.works.service import Works

RUNS_MAX = 100
SAMPLES_MAX = 600
QUARANTINED_MAX = 100


class Shown(NamedTuple):
    """A run with all that there is to see of it."""

    run: Run
    steps: list[StepRow]
    samples: list[store.Sample]
    agreements: list[Agreement]
    findings: list[Finding]
    quarantined: list[sweeping.Found]
    quarantined_total: int
    keys: list[tuple[str, KeyRow, int]]  # role, key, how often it was wanted late
    hands: list[HandRow]
    soft_until: datetime | None
    may: list[str]


class Public(NamedTuple):
    """What everybody may know: the run of now, its steps, and whether registration is open."""

    run: Run | None
    steps: list[StepRow]
    registration_open: bool
    until: datetime | None  # about when all will have been made anew, while it is
    downtime_seconds: int  # in which registration was shut to wait for this run


@dataclass(frozen=True, repr=False)
class Upgrades:
    """The security upgrade."""

    yard: Yard
    works: Works
    gate: Gate
    driver: Driver
    planning: Planning
    tenant: str

    def hand(self, host: str, pid: int) -> Hand:
        """Return one that works."""
        return Hand(self.yard, self.driver, self.yard.ids.ulid(), host, pid)

    # -- planning --------------------------------------------------------------------------------

    async def plan(self, asking: Asking) -> Plan:
        """Return what a run would do. Raises ``BadPlan``, ``NoSuchScope``, ``BadRate``."""
        asking = asking._replace(scope=scope_of(asking.scope, self.tenant, REGIONS))
        known = [one.name for one in self.yard.steps]
        said = asking._replace(reason=asking.reason or "a plan")
        wanted = asked(said, known, await self.planning.suite(asking.scope))
        async with self.yard.db.read() as tx:
            at_work = [(run.run_id, run.classes) for run in await store.at_work(tx)]
        return await self.planning.plan(wanted, at_work)

    async def make(self, actor: str, asking: Asking) -> Run:
        """Plan a run, to be started. Raises as :meth:`plan` does, and ``NoReason``."""
        reason = check_reason(asking.reason)
        plan = await self.plan(asking)
        run_id, now = self.yard.ids.ulid(), self.yard.clock.now()
        async with self.yard.db.transaction() as tx:
            told = (reason, asking.rate_max, actor, now)
            await store.insert_run(tx, run_id, plan, told)
            detail: dict[str, object] = {"reason": reason, "names": list(plan.classes)}
            if plan.stolen:
                detail["stolen"] = plan.stolen
            if plan.scope != WHOLE:
                detail["region"] = plan.scope
            await self.yard.audit.append(tx, actor, "upgrades.planned", run_id, detail)
            return await self.yard.run(tx, run_id)

    # -- acts ------------------------------------------------------------------------------------

    async def start(self, actor: str, run_id: str) -> Run:
        """Begin. Raises ``NoSuchRun``, ``BadAct``, ``AnotherRun``."""
        async with self.yard.db.transaction() as tx:
            await store.lock_starts(tx)
            run = await self._held(tx, run_id)
            to = becomes(run.state, Act.START)
            for other in await store.at_work(tx):
                if other.state in (*UNDER_WAY, State.ABORTING) or set(other.classes) & set(
                    run.classes
                ):
                    raise AnotherRun(run_id=other.run_id)
            await store.move(tx, run, to, self.yard.clock.now())
            where = "" if run.scope == WHOLE else f", {run.scope} only"
            told = f"Security upgrade {run_id[-6:]}{where}"
            work = await self.works.open(tx, "upgrade", told, actor)
            await store.set_work(tx, run_id, work.work_id)
            await self.yard.audit.append(tx, actor, "upgrades.started", run_id)
            return await self.yard.run(tx, run_id)

    async def pause(self, actor: str, run_id: str, paused: bool) -> Run:
        """Hold a run where it is, or let it go on; hands obey within a page."""
        act = Act.PAUSE if paused else Act.RESUME
        async with self.yard.db.transaction() as tx:
            run = await self._held(tx, run_id)
            becomes(run.state, act)
            if run.paused is paused:
                raise BadAct(act=act.value, state=run.state.value)
            await store.pause(tx, run_id, paused, self.yard.clock.now())
            told = "upgrades.paused" if paused else "upgrades.resumed"
            await self.yard.audit.append(tx, actor, told, run_id)
            return await self.yard.run(tx, run_id)

    async def rate(self, actor: str, run_id: str, rate_max: int | None) -> Run:
        """Set how many rows a second there are at most. Raises ``BadRate``."""
        check_rate(rate_max)
        async with self.yard.db.transaction() as tx:
            run = await self._held(tx, run_id)
            becomes(run.state, Act.RATE)
            await store.set_rate(tx, run_id, rate_max)
            detail: dict[str, object] = {"rate": rate_max}
            await self.yard.audit.append(tx, actor, "upgrades.rate_set", run_id, detail)
            return await self.yard.run(tx, run_id)

    async def abort(self, actor: str, run_id: str, reason: str) -> Run:
        """Give a run up: it goes back to a state in which all is well. Raises ``OnlyOn``."""
        return await self._on(actor, run_id, Act.ABORT, check_reason(reason))

    async def verify(self, actor: str, run_id: str) -> Run:
        """Open everything once more."""
        return await self._on(actor, run_id, Act.VERIFY, "")

    async def retry(self, actor: str, run_id: str) -> Run:
        """Try once more what is in quarantine: everything is gone through again."""
        return await self._on(actor, run_id, Act.RETRY, "")

    async def agree(self, actor: str, run_id: str, act: Act, reason: str) -> Run:
        """Wish what needs two persons, or agree to what another wished: then it is done.

        Raises ``NoReason``, ``SecondPerson``, ``BadAct``, ``TooEarly``, ``BackupsKept``.
        """
        said = check_reason(reason)
        run, kept = await self._checked(run_id, act)
        now = self.yard.clock.now()
        async with self.yard.db.transaction() as tx:
            held = await self._held(tx, run_id)
            if (held.state, held.verified_at, held.soft_since) != (
                run.state,
                run.verified_at,
                run.soft_since,
            ):
                raise BadAct(act=act.value, state=held.state.value)
            first = (await store.agreements(tx, run_id)).get(act)
            detail: dict[str, object] = {"reason": said, "act": act.value}
            if not is_second(first, actor, now):
                times = (now, now + AGREEMENT_LIFE)
                await store.wish(tx, run_id, act, (actor, said), times)
                await self.yard.audit.append(tx, actor, "upgrades.wished", run_id, detail)
                return await self.yard.run(tx, run_id)
            await store.second(tx, run_id, act, (actor, said), now)
            for one in kept_finding(LOST_BACKUPS, kept):
                await store.put_finding(tx, run_id, one, now)
            if act not in HELD:
                await store.move(tx, held, becomes(held.state, act), now)
            await self.yard.audit.append(tx, actor, "upgrades.agreed", run_id, detail)
            return await self.yard.run(tx, run_id)

    # -- looking ---------------------------------------------------------------------------------

    async def runs(self) -> list[tuple[Run, list[StepRow]]]:
        """Return the runs with their steps, newest first."""
        async with self.yard.db.read() as tx:
            found = await store.runs(tx, RUNS_MAX)
            return [(run, await store.steps(tx, run.run_id)) for run in found]

    async def show(self, run_id: str) -> Shown:
        """Return a run with all that there is to see. Raises ``NoSuchRun``."""
        async with self.yard.db.snapshot() as tx:
            run = await self.yard.run(tx, run_id)
            now = self.yard.clock.now()
            agreed = await store.agreements(tx, run_id)
            by_table = await sweeping.quarantined_by_table(tx)
            shown = Shown(
                run=run,
                steps=await store.steps(tx, run_id),
                samples=await store.samples(tx, run_id, SAMPLES_MAX),
                agreements=[
                    one for one in agreed.values() if one.second_by is None and one.expires_at > now
                ],
                findings=await store.findings(tx, run_id),
                quarantined=await sweeping.quarantined(tx, QUARANTINED_MAX),
                quarantined_total=sum(by_table.values()),
                keys=await self._keys(tx, run),
                hands=await ranges.hands(tx),
                soft_until=None,
                may=may(run, await self._lacks(tx, run)),
            )
        asked = run.state is State.SOFT_RETIRE and not _lost(agreed)
        kept = await self.yard.kept_backups(run) if asked else []
        if not kept:
            shown.may[:] = [one for one in shown.may if one != Act.LOSE_BACKUPS]
        shown.findings.extend(kept_finding(KEPT_BACKUPS, kept))
        return shown._replace(soft_until=await self.driver.rests_until(run))

    async def public(self) -> Public:
        """Return what everybody may know."""
        async with self.yard.db.read() as tx:
            newest = await store.runs(tx, 1)
            run = next((one for one in await store.at_work(tx)), newest[0] if newest else None)
            steps = [] if run is None else await store.steps(tx, run.run_id)
        shut = 0 if run is None else await self._shut_seconds(run)
        moving = run is not None and run.state is State.BACKFILL and not run.paused
        until = ends_about(steps, self.yard.clock.now()) if moving else None
        return Public(run, steps, await self.registration_open(), until, shut)

    async def registration_open(self) -> bool:
        """Tell whether nothing limits registration now."""
        return not await self.gate.notices()

    async def wants_hands(self, tx: Tx) -> bool:
        """Tell whether there is work for a hand."""
        return any(has_work(run) for run in await store.at_work(tx))

    # -- within ----------------------------------------------------------------------------------

    async def _shut_seconds(self, run: Run) -> int:
        """Return how long policies that wait for a run have limited registration."""
        now = self.yard.clock.now()
        mine = [
            one
            for one in await self.gate.policies.history()
            if run.work_id is not None and one.resume_on == run.work_id
        ]
        spans = [(one.effective_from, min(one.ended_at or now, now)) for one in mine]
        return sum(max(0, int((end - begun).total_seconds())) for begun, end in spans)

    async def _held(self, tx: Tx, run_id: str) -> Run:
        run = await store.hold(tx, run_id)
        if run is None:
            raise NoSuchRun
        return run

    async def _checked(self, run_id: str, act: Act) -> tuple[Run, list[KeptBackup]]:
        """Refuse what two persons could not do either; return the back-ups that may be lost."""
        async with self.yard.db.read() as tx:
            run = await self.yard.run(tx, run_id)
            agreed = await store.agreements(tx, run_id)
        kept = await self.yard.kept_backups(run) if act in (Act.DESTROY, Act.LOSE_BACKUPS) else []
        becomes(run.state, act)
        if act is Act.RETIRE and run.verified_at is None:
            raise BadAct(act=act.value, state=run.state.value)
        if act is Act.DESTROY:
            until = await self.driver.rests_until(run)
            if until is None:
                raise BadAct(act=act.value, state=run.state.value)
            if until > self.yard.clock.now():
                raise TooEarly(until=until.isoformat())
            if kept and not _lost(agreed):
                raise BackupsKept(backups=[one.named for one in kept[:KEPT_NAMED_MAX]])
        return run, [] if act is Act.DESTROY else kept

    async def _on(self, actor: str, run_id: str, act: Act, reason: str) -> Run:
        now = self.yard.clock.now()
        async with self.yard.db.transaction() as tx:
            run = await self._held(tx, run_id)
            await store.move(tx, run, becomes(run.state, act), now)
            await store.pause(tx, run_id, False, now)
            if act in (Act.VERIFY, Act.RETRY):
                await store.forget_findings(tx, run_id)
            if act is Act.RETRY:
                await sweeping.release(tx)
            detail: dict[str, object] = {"reason": reason, "act": act.value}
            await self.yard.audit.append(tx, actor, "upgrades.told", run_id, detail)
            return await self.yard.run(tx, run_id)

    async def _lacks(self, tx: Tx, run: Run) -> bool:
        """Tell whether a live worker lacks a new key of a run."""
        if run.state not in UNDER_WAY:
            return False
        for (purpose, role), ref in (await self.yard.smith.keys(tx, run.run_id)).items():
            if role == NEW:
                if await self.yard.locksmith.lacking(tx, KeyPurpose(purpose), ref.version):
                    return True
        return False

    async def _keys(self, tx: Tx, run: Run) -> list[tuple[str, KeyRow, int]]:
        late = await self.yard.locksmith.late(tx)
        found: list[tuple[str, KeyRow, int]] = []
        for (purpose, role), ref in (await self.yard.smith.keys(tx, run.run_id)).items():
            key = await self.yard.locksmith.key(tx, KeyPurpose(purpose), ref.version)
            found.append((role, key, late.get((purpose, ref), (0, None))[0]))
        return sorted(found, key=lambda one: (one[1].purpose, one[0]))


def _lost(agreed: Mapping[Act, Agreement]) -> bool:
    """Tell whether two persons have let go of the back-ups that the old key opens."""
    found = agreed.get(Act.LOSE_BACKUPS)
    return found is not None and found.second_by is not None
