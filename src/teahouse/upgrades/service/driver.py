"""What leads a run from state to state. One hand drives at a time; each deed can be done twice.

The driver may die at any instruction, and another goes on: what was done is seen in the keys' states
and in the rows, and the run's row only says where to look.
"""

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.infra.db.pool import Tx
from teahouse.infra.pace import Signals
from teahouse.infra.vault.lifecycle import TwoPersons
from teahouse.infra.vault.model import SHARED, BarrierBlocked
from teahouse.infra.vault.store import census, sweeping
from teahouse.infra.vault.store import workers as workers_store
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.renewals.model import DEK, INDEX, NEW, OLD, Finding, Renewal, say
from teahouse.renewals.model.sums import findings_of
from teahouse.renewals.service import Step
from teahouse.upgrades import store
from teahouse.upgrades.model.plans import soft_until
from teahouse.upgrades.model.runs import Act, Run, State, becomes
from teahouse.upgrades.service import exposing
from teahouse.upgrades.service.laying import BACKFILL, BEFORE, CLEAR, DESTROY, REGIONS, VERIFY, lay
from teahouse.upgrades.service.yard import Yard
from teahouse.upgrades.store import ranges
from teahouse.upgrades.store.ranges import Lay
from teahouse.works.model import BEAT_SECONDS
from teahouse.works.service import Works

BARRIER_SECONDS = 5.0  # then it says what it waits for, and waits again
SAMPLE_EVERY = timedelta(seconds=5)
NAMED_MAX = 20
Deed = Callable[[Renewal], Awaitable[str]]
# Asked before a run ends, with the run and its end: what is to be done in the transaction that does.
Ended = Callable[[Run, State], Awaitable[Callable[[Tx], Awaitable[None]]]]

assert SAMPLE_EVERY.total_seconds() <= BEAT_SECONDS, "a sample is a sign of life"


class At(NamedTuple):
    """A run, and how its steps see it."""

    run: Run
    renewal: Renewal


@dataclass(frozen=True, repr=False)
class Driver:
    """Leads runs. ``ended`` have the last word in the transaction in which one is closed."""

    yard: Yard
    works: Works
    ended: list[Ended] = field(default_factory=list[Ended])

    async def step(self, run: Run) -> bool:
        """Do the next thing that a run's state asks for; tell whether that has led on."""
        if run.paused and run.state is not State.ABORTING:
            return False
        async with self.yard.db.read() as tx:
            at = At(run, await self.yard.renewal(tx, run))
        deeds: dict[State, Callable[[At], Awaitable[str]]] = {
            State.DISTRIBUTE: self._distribute,
            State.DUAL_WRITE: self._dual_write,
            State.BACKFILL: self._backfill,
            State.VERIFY: self._verify,
            State.READ_NEW: self._read_new,
            State.SOFT_RETIRE: self._soft_retire,
            State.DESTROY: self._destroy,
            State.ABORTING: self._aborting,
        }
        says = await deeds[run.state](at)
        async with self.yard.db.transaction() as tx:
            if says:
                await store.say(tx, run.run_id, says)
            await self._sample(tx, run, waits=bool(says))
        return not says

    # -- the states: each returns what it waits for, nothing when it has led on ------------------

    async def _distribute(self, at: At) -> str:
        if at.run.scope != SHARED and at.run.census is None:
            said = await self._census(at.run)
            if said:
                return said
        said = await self._each(at, [(one.name, one.distribute) for one in self._steps(at)])
        return said or await self._on(at.run, State.DUAL_WRITE)

    async def _census(self, run: Run) -> str:
        """Have it noted of which region everybody is, and then which keys wrap whose data keys."""
        if run.laid != REGIONS:
            await lay(self.yard, run, REGIONS)
            return say("regions")
        said = await self._left(run, REGIONS)
        if said:
            return said
        async with self.yard.db.transaction() as tx, tx.patient():
            before = await census.by_scope(tx, run.scope, None)
            await store.set_census(tx, run.run_id, before)
        return ""

    async def _dual_write(self, at: At) -> str:
        run = at.run
        if run.laid != BEFORE:
            said = await self._each(at, [(one.name, one.dual_write) for one in self._steps(at)])
            if said:
                return said
            if DEK in run.classes and run.since is None:
                async with self.yard.db.transaction() as tx:
                    since = await self.yard.locksmith.seal_since(tx, run.scope)
                    await store.set_since(tx, run.run_id, since)
            said = await self._settle()
            if said:
                return said
            await lay(self.yard, run, BEFORE)
            return say("notes")
        said = await self._left(run, BEFORE)
        if not said:
            async with self.yard.db.transaction() as tx:
                await exposing.count(self.yard, tx, run, BEFORE)
        return said or await self._on(run, State.BACKFILL)

    async def _backfill(self, at: At) -> str:
        run = at.run
        if run.laid != BACKFILL:
            await lay(self.yard, run, BACKFILL)
            return say("anew")
        return await self._left(run, BACKFILL) or await self._on(run, State.VERIFY)

    async def _verify(self, at: At) -> str:
        run = at.run
        if run.laid != VERIFY:
            await lay(self.yard, run, VERIFY)
            return say("opens")
        said = await self._left(run, VERIFY) or await self._unseen(run)
        if said:
            return said
        found = await self._judged(at)
        now = self.yard.clock.now()
        async with self.yard.db.transaction() as tx:
            held = await store.hold(tx, run.run_id)
            if held is None or (held.state, held.laid) != (State.VERIFY, VERIFY):
                return say("again")
            for one in found:
                await store.put_finding(tx, run.run_id, one, now)
            await exposing.count(self.yard, tx, run, VERIFY)
            stops = [one for one in await store.findings(tx, run.run_id) if one.stops]
            if stops:
                await store.pause(tx, run.run_id, True, now)
                await store.say(tx, run.run_id, say("stopped", count=len(stops)))
                await self.yard.audit.append(
                    tx, "system", "upgrades.stopped", run.run_id, {"result": len(stops)}
                )
                return say("stopped", count=len(stops))
            await ranges.forget_digests(tx, run.run_id)
            await store.move(tx, run, State.READ_NEW, now, VERIFY)
        return ""

    async def _read_new(self, at: At) -> str:
        run = at.run
        if run.verified_at is None:
            said = await self._each(at, [(one.name, one.read_new) for one in self._steps(at)])
            if said:
                return said
            async with self.yard.db.transaction() as tx:
                await store.hold(tx, run.run_id)
                if await store.set_verified(tx, run.run_id, self.yard.clock.now()):
                    await self._verified(tx, run)
        return ""

    async def _soft_retire(self, at: At) -> str:
        run = at.run
        if run.laid != CLEAR:
            said = await self._each(at, [(one.name, one.retire) for one in self._steps(at)])
            said = said or await self._settle()
            if said:
                return said
            if DEK in run.classes:
                async with self.yard.db.transaction() as tx:
                    await self.yard.locksmith.retire_before(tx, run.since, run.scope)
            await lay(self.yard, run, CLEAR)
            return say("empties_old")
        said = await self._left(run, CLEAR) or await self._again(run, OLD)
        said = said or await self._each(at, [(one.name, one.rest) for one in self._steps(at)])
        if said:
            return said
        async with self.yard.db.transaction() as tx:
            await exposing.count(self.yard, tx, run, "")
            await store.set_soft(tx, run.run_id, self.yard.clock.now())
        return ""

    async def _destroy(self, at: At) -> str:
        run, yard = at.run, self.yard
        async with yard.db.read() as tx:
            agreed = (await store.agreements(tx, run.run_id))[Act.DESTROY]
        assert agreed.second_by is not None, "two have agreed"
        both = TwoPersons(agreed.first_by, agreed.second_by)
        for step in self._steps(at):
            await step.destroy(at.renewal, both)
        if run.laid != DESTROY:
            await lay(self.yard, run, DESTROY)
            return say("destroys")
        said = await self._left(run, DESTROY)
        if said:
            return said
        if run.since is not None:
            async with yard.db.transaction() as tx:
                async with tx.patient():
                    left = await sweeping.old_living(tx, run.since, run.scope)
                if left:
                    await store.set_laid(tx, run.run_id, "")
                    return say("old_left", count=left)
                await yard.locksmith.retire_before(tx, None, run.scope)
        return await self._end(run, State.CLOSED)

    async def _aborting(self, at: At) -> str:
        run = at.run
        if run.laid != CLEAR:
            said = await self._each(at, [(one.name, one.give_up) for one in self._steps(at)])
            said = said or await self._settle()
            if said:
                return said
            await lay(self.yard, run, CLEAR)
            return say("empties_new")
        said = await self._left(run, CLEAR) or await self._again(run, NEW)
        said = said or await self._each(at, [(one.name, one.gave_up) for one in self._steps(at)])
        if said:
            return said
        await exposing.left(self.yard, run)
        return await self._end(run, State.ABORTED)

    # -- within ----------------------------------------------------------------------------------

    async def rests_until(self, run: Run) -> datetime | None:
        """Return until when the old keys of a run rest; ``None`` before they do."""
        if run.soft_since is None:
            return None
        async with self.yard.db.read() as tx:
            keys = {
                ref
                for (_, role), ref in (await self.yard.smith.keys(tx, run.run_id)).items()
                if role == "old"
            }
            late = await self.yard.locksmith.late(tx)
        mine = [at for (kind, ref), (_, at) in late.items() if ref in keys or kind == DEK]
        return soft_until(run.soft_since, self.yard.soft_days, max(mine, default=None))

    def _steps(self, at: At) -> list[Step]:
        return self.yard.steps_of(at.run)

    async def _each(self, at: At, deeds: Sequence[tuple[str, Deed]]) -> str:
        for name, deed in deeds:
            said = await deed(at.renewal)
            if said:
                return f"{name}:{said}"
        return ""

    async def _on(self, run: Run, to: State) -> str:
        assert becomes(run.state, Act.DONE) is to, f"{run.state} does not lead to {to}"
        async with self.yard.db.transaction() as tx:
            await store.move(tx, run, to, self.yard.clock.now())
        return ""

    async def _left(self, run: Run, stage: str) -> str:
        async with self.yard.db.read() as tx:
            count = await ranges.left(tx, run.run_id, stage)
        return say("stretches", count=count) if count else ""

    async def _unseen(self, run: Run) -> str:
        """Say how many in the merge report nobody has looked at."""
        async with self.yard.db.read() as tx:
            _, unseen = await self.yard.merging.count(tx, run.run_id)
        return say("unseen", count=unseen) if unseen else ""

    async def _again(self, run: Run, role: str) -> str:
        """Have slots gone through once more in which something of a key is left."""
        async with self.yard.db.transaction() as tx:
            ref = (await self.yard.smith.keys(tx, run.run_id)).get((INDEX, role))
            left = 0 if ref is None else await IndexHoldings(self.yard.sealed).held(tx, ref)
            if left:
                await store.set_laid(tx, run.run_id, "")
        return say("indexes", count=left) if left else ""

    async def _settle(self) -> str:
        """Raise the floor, and wait until whoever began before has ended."""
        async with self.yard.db.transaction() as tx:
            await self.yard.locksmith.raise_floor(tx)
        try:
            await self.yard.locksmith.barrier(self.yard.db, BARRIER_SECONDS)
        except BarrierBlocked as blocked:
            return say("transactions", count=blocked.fields["left"])
        return ""

    async def _judged(self, at: At) -> list[Finding]:
        run = at.run
        async with self.yard.db.read() as tx:
            found = findings_of(await ranges.sums(tx, run.run_id, VERIFY, NAMED_MAX))
            quarantined = await sweeping.quarantined_by_table(tx)
        found += [Finding("quarantined", table, count) for table, count in quarantined.items()]
        for step in self._steps(at):
            found += await step.check(at.renewal)
        return found

    async def digest(self, tx: Tx, run: Run) -> str:
        """Return the digest of all that the verifier counted, and of the keys of a run."""
        sums = await ranges.sums(tx, run.run_id, VERIFY, NAMED_MAX)
        keys = sorted(
            [purpose, role, ref.key_id, ref.version]
            for (purpose, role), ref in (await self.yard.smith.keys(tx, run.run_id)).items()
        )
        said = msgspec.json.encode([run.run_id, keys, sums], order="deterministic")
        return hashlib.sha256(said).hexdigest()

    async def _verified(self, tx: Tx, run: Run) -> None:
        digest = await self.digest(tx, run)
        await store.steps_done(tx, run.run_id)
        if run.work_id is not None:
            await self.works.verified(tx, run.work_id, digest)
        else:
            detail: dict[str, object] = {"report_digest": digest}
            await self.yard.audit.append(tx, "system", "upgrades.verified", run.run_id, detail)

    async def _end(self, run: Run, to: State) -> str:
        last_words = [await one(run, to) for one in self.ended]
        async with self.yard.db.transaction() as tx:
            if not await store.move(tx, run, to, self.yard.clock.now()):
                return ""
            await ranges.forget_digests(tx, run.run_id)
            await ranges.lay(tx, run.run_id, BEFORE, list[Lay]())
            closed = to is State.CLOSED
            await self.yard.audit.append(
                tx, "system", "upgrades.closed" if closed else "upgrades.aborted", run.run_id
            )
            if not closed and run.work_id is not None and run.verified_at is None:
                await self.works.failed(tx, run.work_id, "the upgrade was given up")
            for add in last_words:
                await add(tx)
        return ""

    async def _sample(self, tx: Tx, run: Run, *, waits: bool) -> None:
        """Note how it is, now and then; which is a sign of life, too, unless it has just led on."""
        now = self.yard.clock.now()
        last = await store.last_sample(tx, run.run_id)
        if last is not None and now - last.at < SAMPLE_EVERY:
            return
        if run.state is State.BACKFILL:
            await exposing.reckon(self.yard, tx, run)
        steps = await store.steps(tx, run.run_id)
        done, total = sum(one.done for one in steps), sum(one.total for one in steps)
        exposed, rate = total - done, 0.0
        if last is not None:
            rate = max(0, last.exposed - exposed) / (now - last.at).total_seconds()
        felt = Signals.of(await workers_store.felt(tx))
        queue_ms = felt.queue_ms if felt.requests else None
        await store.sample(tx, run.run_id, store.Sample(now, rate, felt.p99_ms, queue_ms, exposed))
        is_going = waits and run.verified_at is None and run.state is not State.ABORTING
        if run.work_id is not None and is_going:
            await self.works.progress(tx, run.work_id, done, total)
