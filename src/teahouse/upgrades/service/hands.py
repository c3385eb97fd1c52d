"""Hands: who does a run's work, a page at a time, each on stretches that it has on lease.

Whoever dies is missed after the lease, and another goes on from the page that was noted last. A page
that was done and not noted is done once more, and changes nothing. A hand is at several stretches
side by side, so that one is sealed while the database puts another back.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import structlog

from teahouse.errors import Refused
from teahouse.infra.vault.replicas import NotAReplicaError, ReplicaAwayError
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.sweep.roll import Roll
from teahouse.infra.vault.sweep.slots import clear
from teahouse.infra.vault.sweep.sweep import PAGE_ROWS, Sweep, Wanted
from teahouse.infra.vault.sweep.walked import DEKS, SUBJECTS, Turned
from teahouse.infra.vault.verifier import Looking, Verified, Verifier
from teahouse.renewals.model import INDEX, NEW, OLD, Finding, Pacing, Paged, Renewal, Steady
from teahouse.renewals.service.summing import sums_of
from teahouse.upgrades import store
from teahouse.upgrades.model.plans import (
    COMPARED_MAX,
    OPENED_ALL_MAX,
    one_in,
)
from teahouse.upgrades.model.runs import Run, State, has_work
from teahouse.upgrades.service.driver import Driver
from teahouse.upgrades.service.laying import BACKFILL, BEFORE, CLEAR, DESTROY, REGIONS, classes_in
from teahouse.upgrades.service.yard import REPLICA, SCAN, Yard, read, written
from teahouse.upgrades.store import ranges
from teahouse.upgrades.store.ranges import Claim, Claimed

LEASE_SECONDS = 20.0
LEAD_SECONDS = 6.0
AGAIN_SECONDS = 1.0  # until what somebody held is looked at once more
TURNS_MAX = 100  # beyond, it is left to the verifier
IDLE_SECONDS = 0.25
ABORT_ROWS = 200
PACE_SECONDS = 0.05  # until a hand asks its pace again
ASKS = 10  # so often, before it looks whether the run was held meanwhile
PASSED_ROWS = 2000

_log = structlog.get_logger("teahouse.upgrades")


class _Place(NamedTuple):
    """A stretch, and what is wanted there."""

    run: Run
    renewal: Renewal
    wanted: Wanted
    mine: Claim
    found: Claimed


@dataclass(repr=False)
class Hand:
    """One that works. ``lease_seconds`` is how long it is waited for when it falls silent."""

    yard: Yard
    driver: Driver
    hand_id: str
    host: str
    pid: int
    pace: Pacing = field(default_factory=lambda: Steady(PAGE_ROWS))
    lease_seconds: float = LEASE_SECONDS
    lead_seconds: float = LEAD_SECONDS
    processor: Callable[[], float] = time.process_time  # seconds of it that were had

    async def go_on(self, more: Callable[[], Awaitable[bool]], lanes: int = 1) -> None:
        """Work on so many stretches at a time, for as long as ``more`` says yes, and lead."""

        async def always() -> bool:
            return True

        async with asyncio.TaskGroup() as group:
            works = [group.create_task(self._again(self._any, always)) for _ in range(lanes)]
            await self._again(self._leads, more)
            for one in works:
                one.cancel()

    async def _again(
        self, work: Callable[[], Awaitable[bool]], more: Callable[[], Awaitable[bool]]
    ) -> None:
        """Do something again and again; what could not be done is tried again."""
        while True:
            try:
                if not await more():
                    return
                busy = await work()
            except Refused as refused:  # the database is away, or a key
                _log.warning("a hand waits", fault=refused.code)
                busy = False
            if not busy:
                await asyncio.sleep(IDLE_SECONDS)

    async def leave(self) -> None:
        """Say that it goes."""
        async with self.yard.db.transaction() as tx:
            await ranges.gone(tx, self.hand_id)

    async def turn(self) -> bool:
        """Lead a run one step on, if nobody else does, and do one stretch; tell whether either was."""
        led = await self._leads()
        return await self._any() or led

    async def _leads(self) -> bool:
        """Say that it is there, and lead a run one step on, if nobody else does."""
        async with self.yard.db.transaction() as tx:
            await ranges.seen(tx, self.hand_id, self.host, self.pid)
            found = [run for run in await store.at_work(tx) if has_work(run)]
        led = False
        for run in found:
            async with self.yard.db.transaction() as tx:
                leads = await store.lead(tx, run.run_id, self.hand_id, self.lead_seconds)
            if leads:
                led |= await self.driver.step(run)
        return led

    async def _any(self) -> bool:
        """Do a stretch of a run, if there is one that nobody has."""
        async with self.yard.db.read() as tx:
            found = [run.run_id for run in await store.at_work(tx) if has_work(run)]
        for run_id in found:
            if await self._stretch(run_id):
                return True
        return False

    # -- a stretch -------------------------------------------------------------------------------

    async def _stretch(self, run_id: str) -> bool:
        async with self.yard.db.transaction() as tx:
            run = await self.yard.run(tx, run_id)
            if not run.laid or _rests(run):
                return False
            taken = await ranges.claim(tx, run_id, run.laid, self.hand_id, self.lease_seconds)
        if taken is None:
            return False
        mine, found = taken
        if mine.stage in (REGIONS, BACKFILL, CLEAR, DESTROY):
            await self._pages(run, mine, found)
        else:
            async with self._kept(mine):
                await self._look(run, mine, found)
        return True

    async def _pages(self, run: Run, mine: Claim, found: Claimed) -> None:
        missed, cursor = found.missed, found.cursor
        async with self.yard.db.read() as tx:
            at, wanted = await self.yard.renewal(tx, run), await self.yard.wanted(tx, run)
        place = _Place(run, at, wanted, mine, found)
        while True:
            began = self.yard.clock.now()
            rows_max = await self._leave(mine)
            if not rows_max:
                return
            with self._worked():
                rows, lost, broken, following = await self._page(place, cursor, rows_max)
            self.pace.spent(rows - rows_max)
            missed += lost
            now = self.yard.clock.now()
            async with self.yard.db.transaction() as tx:
                last = cursor if following is None else following
                if not await ranges.advance(tx, mine, last, lost, self.lease_seconds):
                    return  # it is another's by now
                if found.turn == 0 and mine.stage == BACKFILL:
                    classes = self._classes(run, mine.place)
                    where = "" if mine.place in classes else mine.place
                    await store.moved_on(
                        tx, run.run_id, where, classes, (rows, broken), (began, now)
                    )
                if following is None:
                    if missed and found.turn < TURNS_MAX:
                        await ranges.again(tx, mine, AGAIN_SECONDS if found.turn else 0.0)
                    else:
                        await ranges.finish(tx, mine, now)
                    return
            cursor = following or ""

    def _classes(self, run: Run, place: str) -> list[str]:
        if place == SUBJECTS.table:
            return []
        table = next((one for one in self.yard.sealed if one.table == place), None)
        return [place] if table is None else classes_in(table, run)

    async def _page(self, at: _Place, cursor: str, rows_max: int) -> Paged:
        """Do a page."""
        yard, run, mine, found = self.yard, at.run, at.mine, at.found
        step = next((one for one in yard.steps_of(run) if one.name == mine.place), None)
        if step is not None:
            return await step.page(at.renewal, cursor, rows_max)
        if mine.stage == REGIONS:
            after, until = ("".join(read(SUBJECTS, one)) for one in (cursor, found.upto))
            rows, last = await yard.regions(after, until, rows_max)
            return Paged(rows, 0, 0, None if last is None else written((last,)))
        if mine.stage == CLEAR:
            return await self._clear(run, yard.table(mine.place), (cursor, found.upto), rows_max)
        roll = Roll(yard.db, yard.vault.ring, yard.ids, yard.clock)
        if mine.place == SUBJECTS.table:
            assert run.since is not None, "data keys are made anew"
            after, until = read(SUBJECTS, cursor), read(SUBJECTS, found.upto)
            return _turned(await roll.page(run.since, after, rows_max, until, run.scope))
        if mine.stage == DESTROY:
            assert run.since is not None, "data keys were made anew"
            after, until = read(DEKS, cursor), read(DEKS, found.upto)
            return _turned(await roll.destroy_old(run.since, after, rows_max, until, run.scope))
        sealed = yard.table(mine.place)
        wanted = at.wanted if sealed.indexed else replace(at.wanted, index=None)
        sweep = Sweep(yard.db, yard.vault.ring, yard.ids, yard.clock)
        told = await sweep.page(
            sealed, wanted, read(sealed, cursor), rows_max, read(sealed, found.upto)
        )
        following = None if told.last is None else written(told.last)
        return Paged(told.rows, told.missed, told.broken, following)

    async def _clear(
        self, run: Run, sealed: Sealed, place: tuple[str, str], rows_max: int
    ) -> Paged:
        """Empty a page of the slot that goes."""
        async with self.yard.db.read() as tx:
            keys = await self.yard.smith.keys(tx, run.run_id)
        if (INDEX, OLD) not in keys:
            return Paged(0, 0, 0, None)  # given up before there was another
        out, kept = keys[INDEX, OLD].version, keys[INDEX, NEW].version
        if run.state is State.ABORTING:
            out, kept = kept, out
        after, until = (read(sealed, one) for one in place)
        return _turned(await clear(self.yard.db, sealed, out, kept, after, rows_max, until))

    @contextmanager
    def _worked(self) -> Iterator[None]:
        """Tell the pace how long something had the processor. What is waited for costs nobody."""
        began = self.processor()
        yield
        self.pace.worked(self.yard.clock.monotonic(), self.processor() - began)

    async def _leave(self, mine: Claim) -> int:
        """Return how many rows may be done now; none, when the stretch is to be left as it is.

        They are taken off at once, so that those side by side do not spend them twice.
        """
        clock, looked = self.yard.clock, False
        while True:
            async with self.yard.db.transaction() as tx:
                run = await self.yard.run(tx, mine.run_id)
                if run.laid != mine.stage or _rests(run):
                    await ranges.let_go(tx, mine)
                    return 0
                hands = len(await ranges.hands(tx)) if run.rate_max else 1
                if looked and not await ranges.renew(tx, mine, self.lease_seconds):
                    return 0
            self.pace.limit(
                clock.monotonic(), run.rate_max / max(1, hands) if run.rate_max else None
            )
            for _ in range(ASKS):
                rows = min(self.pace.allow(clock.monotonic()), PAGE_ROWS)
                if rows:
                    self.pace.spent(rows)
                    return rows
                await asyncio.sleep(PACE_SECONDS)
            if run.state is State.ABORTING:
                return ABORT_ROWS  # going back does not wait until it is known what is usual
            looked = True

    # -- looking ---------------------------------------------------------------------------------

    async def _look(self, run: Run, mine: Claim, found: Claimed) -> None:
        yard = self.yard
        if mine.place == SCAN:
            undeclared = await yard.scanner.scan()
            async with yard.db.transaction() as tx:
                for one in undeclared:
                    told = Finding("undeclared", f"{one.name} {one.what}", one.rows)
                    await store.put_finding(tx, run.run_id, told, yard.clock.now())
                await ranges.finish(tx, mine, yard.clock.now())
            return
        if mine.place == REPLICA:
            await self._replica(run, mine, found)
            return
        sealed = yard.table(mine.place)
        async with yard.db.read() as tx:
            wanted = await yard.wanted(tx, run)
        index = wanted.index if sealed.indexed else None
        rows = sum(int(one["rows"]) for one in run.plan["steps"])
        few = one_in(rows, COMPARED_MAX)
        if mine.stage == BEFORE:
            looking = Looking(one_in=few, keep_rows=True, drawn_only=True, scope=run.scope)
        else:
            # Kept are no others than were kept before.
            every = one_in(rows, OPENED_ALL_MAX)
            looking = Looking(
                wanted.since,
                index,
                one_in=every,
                keep_rows=True,
                keep_one_in=few,
                scope=run.scope,
            )
        verifier = Verifier(yard.db, yard.vault.ring, yard.digest_key(run))
        after, upto = read(sealed, found.starts), read(sealed, found.upto)
        seen: Verified | None = None
        while after is not None:
            rows_max = await self._leave(mine)
            if not rows_max:
                return
            # What is only passed over costs nobody anything.
            many = min(rows_max * looking.one_in, PASSED_ROWS)
            with self._worked():
                more, after = await verifier.page(sealed, looking, after, upto, many)
            self.pace.spent(-(-more.rows // looking.one_in) - rows_max)
            seen = more if seen is None else seen + more
        assert seen is not None, "there is a page"
        digests = [
            (name, row, digest)
            for name, column in seen.columns.items()
            for row, digest in column.rows.items()
        ]
        async with yard.db.transaction() as tx:
            if mine.stage == BEFORE:
                await ranges.keep(tx, run.run_id, mine.place, digests)
                await ranges.told(tx, mine, sums_of(sealed, seen, {}))
            else:
                compared = await ranges.compared(tx, run.run_id, mine.place, digests)
                await ranges.told(tx, mine, sums_of(sealed, seen, compared))
            await ranges.finish(tx, mine, yard.clock.now())

    async def _replica(self, run: Run, mine: Claim, found: Claimed) -> None:
        """Count what is old on a replica, once it is as far as the database was."""
        yard = self.yard
        async with yard.db.read() as tx:
            under = await yard.under(tx, run)
        wrong: list[Finding] = []
        name = f"replica {found.number}"
        try:
            there = await yard.replicas.reached(found.number, found.starts)
            if there:
                old = await yard.replicas.old(found.number, yard.sealed, under)
                wrong += [Finding("old", name, old.count, old.named)] if old.count else []
        except NotAReplicaError:
            there, wrong = True, [Finding("not_a_replica", name, 1)]
        except ReplicaAwayError as away:
            there, wrong = True, [Finding("replica_away", name, 1, (str(away),))]
        async with yard.db.transaction() as tx:
            if not there:
                await ranges.again(tx, mine, AGAIN_SECONDS)
                return
            for one in wrong:
                await store.put_finding(tx, run.run_id, one, yard.clock.now())
            await ranges.finish(tx, mine, yard.clock.now())

    @asynccontextmanager
    async def _kept(self, mine: Claim) -> AsyncIterator[None]:
        """Keep a stretch for as long as it takes to look through it."""

        async def keep() -> None:
            while True:
                await asyncio.sleep(self.lease_seconds / 3)
                async with self.yard.db.transaction() as tx:
                    await ranges.renew(tx, mine, self.lease_seconds)

        task = asyncio.get_running_loop().create_task(keep())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _turned(turned: Turned) -> Paged:
    """Return a page of the vault's own. What was missed there is seen when it is all done."""
    return Paged(turned.rows, 0, 0, None if turned.last is None else written(turned.last))


def _rests(run: Run) -> bool:
    return run.paused and run.state is not State.ABORTING
