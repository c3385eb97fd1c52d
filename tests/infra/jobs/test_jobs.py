"""The queue and its runner, on a real database: once, again, never twice at a time."""

import asyncio
from datetime import timedelta
from typing import ClassVar

import msgspec
import pytest

from teahouse.clock import FixedClock
from teahouse.errors import Conflict
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs import store
from teahouse.infra.jobs.queue import GiveUp, Jobs
from teahouse.infra.jobs.runner import LEASE, JobRunner, retry_after


class Greet(msgspec.Struct, frozen=True):
    kind: ClassVar[str] = "t.Greet"
    name: str


class Stray(msgspec.Struct, frozen=True):
    kind: ClassVar[str] = "t.Stray"


@pytest.fixture
def jobs(clock: FixedClock, ids: Ids) -> Jobs:
    return Jobs(clock, ids)


@pytest.fixture
def runner(database: Database, jobs: Jobs) -> JobRunner:
    return JobRunner(database, jobs)


async def ask(database: Database, jobs: Jobs, name: str = "ann", **how: object) -> bool:
    async with database.transaction() as tx:
        return await jobs.enqueue(tx, Greet(name), **how)  # pyright: ignore[reportArgumentType]


async def waiting(database: Database) -> int:
    async with database.read() as tx:
        return await tx.value("select count(*) from jobs_queue where state = 'waiting'")


async def test_a_job_is_done_once(database: Database, jobs: Jobs, runner: JobRunner) -> None:
    greeted: list[str] = []

    async def greet(payload: Greet) -> None:
        greeted.append(payload.name)

    jobs.handle_outside(Greet, greet)
    assert await ask(database, jobs)
    assert await runner.run_due() == 1
    assert await runner.run_due() == 0
    assert greeted == ["ann"]
    assert await waiting(database) == 0


async def test_a_job_lives_with_its_transaction(
    database: Database, jobs: Jobs, runner: JobRunner
) -> None:
    async def greet(_: Tx, __: Greet) -> None:
        raise AssertionError

    jobs.handle(Greet, greet)

    async def ask_in_vain() -> None:
        async with database.transaction() as tx:
            await jobs.enqueue(tx, Greet("ann"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await ask_in_vain()
    assert await runner.run_due() == 0
    async with database.transaction() as tx:
        with pytest.raises(AssertionError, match="nobody handles"):
            await jobs.enqueue(tx, Stray())


async def test_effects_and_end_commit_together(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    tries: list[str] = []

    async def greet(tx: Tx, payload: Greet) -> None:
        await store.new_schedule(tx, f"effect {len(tries)}", clock.now())
        tries.append(payload.name)
        if len(tries) < 3:
            raise Conflict

    jobs.handle(Greet, greet)
    await ask(database, jobs)
    assert await runner.run_due() == 1
    assert await runner.run_due() == 0  # it waits before it is tried again
    for attempt in (1, 2):
        clock.move(retry_after(attempt))
        assert await runner.run_due() == 1
    assert await waiting(database) == 0
    async with database.read() as tx:
        effects = [row[0] for row in await tx.rows("select name from jobs_schedules")]
    assert effects == ["effect 2"]


async def test_a_job_is_given_up_and_revived(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    works = [False]

    async def greet(_: Greet) -> None:
        if not works[0]:
            raise Conflict("ann@example.com has it")

    jobs.handle_outside(Greet, greet, attempts_max=3)
    await ask(database, jobs)
    for _ in range(5):
        await runner.run_due()
        clock.move(timedelta(hours=1))
    assert runner.meters.ended.labels("t.Greet", "again")._value.get() == 2
    assert runner.meters.ended.labels("t.Greet", "dead")._value.get() == 1
    works[0] = True
    async with database.transaction() as tx:
        (dead,) = await jobs.dead(tx)
        assert (dead.attempts, dead.last_fault) == (3, "request.conflict")  # and no words
        assert await jobs.revive(tx, dead.id)
        assert not await jobs.revive(tx, dead.id)
    assert await runner.run_due() == 1
    async with database.read() as tx:
        assert await jobs.dead(tx) == []


async def test_giving_up_is_at_once(database: Database, jobs: Jobs, runner: JobRunner) -> None:
    async def greet(_: Greet) -> None:
        raise GiveUp

    jobs.handle_outside(Greet, greet)
    await ask(database, jobs)
    await runner.run_due()
    async with database.transaction() as tx:
        (dead,) = await jobs.dead(tx)
        assert dead.attempts == 1
        await jobs.revive(tx, dead.id)
        await tx.run("update jobs_queue set payload = '[]'")
    await runner.run_due()
    async with database.read() as tx:
        assert [one.last_fault for one in await jobs.dead(tx)] == ["ValidationError"]


async def test_unique_asks_for_one_that_has_not_begun(
    database: Database, jobs: Jobs, runner: JobRunner
) -> None:
    async def greet(tx: Tx, payload: Greet) -> None:
        if payload.name == "ann":  # what is asked for meanwhile is not swallowed
            async with database.transaction() as other:
                assert await jobs.enqueue(other, Greet("bo"), unique="door")

    jobs.handle(Greet, greet)
    assert await ask(database, jobs, unique="door")
    assert not await ask(database, jobs, unique="door")
    assert await ask(database, jobs, unique="window", name="cy")
    assert await runner.run_due() == 3


async def test_a_later_job_waits(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    async def greet(_: Greet) -> None:
        """Only the hour matters."""

    jobs.handle_outside(Greet, greet)
    await ask(database, jobs, run_at=clock.now() + timedelta(hours=1))
    assert await runner.run_due() == 0
    clock.move(timedelta(hours=1))
    assert await runner.run_due() == 1


async def test_a_killed_workers_job_comes_back(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    greeted: list[str] = []

    async def greet(_: Tx, payload: Greet) -> None:
        greeted.append(payload.name)

    jobs.handle(Greet, greet)
    await ask(database, jobs)
    (held,) = await runner._claim(1, 1)  # and then that worker dies
    assert await runner.run_due() == 0
    clock.move(LEASE)
    assert await runner.run_due() == 1
    await runner._do(held)  # or wakes again, too late
    assert greeted == ["ann"]
    assert runner.meters.ended.labels("t.Greet", "lease_lost")._value.get() == 1


async def test_a_job_that_may_take_long_is_left_its_time(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    async def greet(_: Greet) -> None:
        """Be done."""

    jobs.handle_outside(Greet, greet, seconds_max=600.0)
    await ask(database, jobs)
    (held,) = await runner._claim(1, 1)
    clock.move(LEASE)
    assert await runner.run_due() == 0  # another worker leaves it alone
    clock.move(timedelta(seconds=1200))
    assert await runner.run_due() == 1
    assert held.attempt == 1


async def test_two_runners_share_the_work(database: Database, jobs: Jobs) -> None:
    greeted: list[str] = []
    enough = asyncio.Event()

    async def greet(payload: Greet) -> None:
        greeted.append(payload.name)
        if len(greeted) == 40:
            enough.set()

    jobs.handle_outside(Greet, greet)
    runners = [JobRunner(database, jobs), JobRunner(database, jobs)]
    for runner in runners:
        await runner.start()
    for number in range(40):
        await ask(database, jobs, str(number))
    async with asyncio.timeout(60):
        await enough.wait()
    for runner in runners:
        await runner.stop()
    assert sorted(greeted, key=int) == [str(number) for number in range(40)]
    assert await waiting(database) == 0


async def test_what_somebody_waits_for_does_not_stand_in_line(
    database: Database, jobs: Jobs, runner: JobRunner
) -> None:
    """A code goes before letters that were asked for earlier, and letters that hang stop none."""
    done: list[str] = []
    full, code, end = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def greet(payload: Greet) -> None:
        done.append(payload.name)
        if len(done) == runner.concurrency + 1:
            full.set()
        if payload.name != "ann":
            await end.wait()

    async def hurry(_: Stray) -> None:
        done.append("code")
        code.set()

    async def ask_for_a_code() -> None:
        async with database.transaction() as tx:
            await jobs.enqueue(tx, Stray())

    jobs.handle_outside(Greet, greet)
    jobs.handle_outside(Stray, hurry, urgent=True)
    await ask(database, jobs)
    await ask_for_a_code()
    assert await runner.run_due() == 2
    assert done == ["code", "ann"]
    for number in range(2 * runner.concurrency):
        await ask(database, jobs, f"letter {number}")
    await runner.start()
    async with asyncio.timeout(60):
        await full.wait()  # every place but one hangs
        code.clear()
        await ask_for_a_code()
        await code.wait()
        end.set()
        await runner.stop()
    assert done.count("code") == 2


async def test_a_nudge_does_not_wait_for_the_poll(
    database: Database, jobs: Jobs, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.infra.jobs.runner.POLL_SECONDS", 3600.0)
    done = asyncio.Event()

    async def greet(_: Greet) -> None:
        done.set()

    jobs.handle_outside(Greet, greet)
    await runner.start()
    for _ in range(5):
        done.clear()
        await ask(database, jobs)
        async with asyncio.timeout(60):
            await done.wait()
    await runner.stop()


async def test_a_runner_that_stops_lets_go_of_what_hangs(
    database: Database, jobs: Jobs, runner: JobRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.infra.jobs.runner.STOP_SECONDS_MAX", 0.01)
    begun = asyncio.Event()

    async def greet(_: Greet) -> None:
        begun.set()
        await asyncio.Event().wait()

    jobs.handle_outside(Greet, greet)
    await ask(database, jobs)
    await runner.start()
    await begun.wait()
    await runner.stop()
    assert await waiting(database) == 1


async def test_schedules_run_once_a_period_on_one_worker(
    database: Database, jobs: Jobs, clock: FixedClock
) -> None:
    runs: list[str] = []
    held = asyncio.Event()
    entered = asyncio.Event()

    async def sweep(_: Tx) -> None:
        runs.append("sweep")
        entered.set()
        await held.wait()

    jobs.every("t.sweep", 60, sweep)
    with pytest.raises(AssertionError):
        jobs.every("t.sweep", 60, sweep)
    one, other = JobRunner(database, jobs), JobRunner(database, jobs)
    first = asyncio.ensure_future(one.run_due())
    await entered.wait()
    await other.run_due()
    held.set()
    await first
    assert runs == ["sweep"]
    clock.move(timedelta(seconds=59))
    await other.run_due()
    assert len(runs) == 1
    clock.move(timedelta(seconds=1))
    await other.run_due()
    assert len(runs) == 2


async def test_a_failing_schedule_neither_spins_nor_stops_others(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    runs: list[str] = []

    async def bad(_: Tx) -> None:
        runs.append("bad")
        raise ZeroDivisionError

    async def good(_: Tx) -> None:
        runs.append("good")

    jobs.every("t.bad", 3600, bad)
    jobs.every("t.good", 3600, good)
    await runner.run_due()
    await runner.run_due()
    assert runs == ["bad", "good"]
    clock.move(timedelta(seconds=60))
    await runner.run_due()
    assert runs == ["bad", "good", "bad"]


async def test_the_clock_is_looked_at_every_second(
    database: Database, jobs: Jobs, runner: JobRunner
) -> None:
    ran = asyncio.Event()

    async def sweep(_: Tx) -> None:
        ran.set()

    jobs.every("t.sweep", 60, sweep)
    await runner.start()
    async with asyncio.timeout(60):
        await ran.wait()
    await runner.stop()


async def test_the_runner_outlives_its_database(
    database: Database, jobs: Jobs, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.infra.jobs.runner.POLL_SECONDS", 0.01)
    done = asyncio.Event()

    async def greet(_: Greet) -> None:
        done.set()

    async def broken() -> bool:
        raise ZeroDivisionError

    jobs.handle_outside(Greet, greet)
    gone = await Database.open(dsn)
    await gone.close()
    runner = JobRunner(gone, jobs)
    assert not await runner._or_later(broken())
    assert not await runner._or_later(runner._fill())
    await runner.start()
    await ask(database, jobs)
    runner.db = database  # it is back
    async with asyncio.timeout(60):
        await done.wait()
    await runner.stop()


async def test_a_lease_covers_a_fault_that_cannot_be_noted(
    database: Database, jobs: Jobs, dsn: str, clock: FixedClock
) -> None:
    greeted: list[str] = []

    async def greet(payload: Greet) -> None:
        greeted.append(payload.name)
        runner.db = gone

    jobs.handle_outside(Greet, greet)
    gone = await Database.open(dsn)
    await gone.close()
    await ask(database, jobs)
    runner = JobRunner(database, jobs)
    (held,) = await runner._claim(1, 1)
    await runner._do(held)
    runner.db = database
    assert await waiting(database) == 1
    clock.move(LEASE)
    assert await runner._claim(1, 1)


@pytest.mark.parametrize("jump", [timedelta(hours=1), timedelta(days=1), timedelta(days=4000)])
async def test_a_clock_that_was_ahead_for_a_moment_holds_nothing_up(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock, jump: timedelta
) -> None:
    done: list[str] = []

    async def swept(_: Tx) -> None:
        done.append("swept")

    async def greet(_: Tx, asked: Greet) -> None:
        done.append(asked.name)

    jobs.every("t.sweep", 60, swept)
    jobs.every("jobs.set_right", 60, jobs.set_right)
    jobs.handle(Greet, greet)
    await runner.run_due()
    assert done == ["swept"]
    clock.jump(jump)
    await runner.run_due()  # now both are due a moment after that
    await ask(database, jobs, "now")
    await ask(database, jobs, "later", run_at=clock.now() + timedelta(minutes=30))
    await ask(database, jobs, "held")
    async with database.transaction() as tx:
        taken = await store.claim(tx, clock.now(), [Greet.kind], (2, 2), clock.now() + LEASE)
    assert len(taken) == 2, "and their worker is gone"
    done.clear()
    clock.jump(-jump)
    clock.move(timedelta(seconds=1))
    await runner.run_due()
    assert sorted(done) == ["held", "now", "swept"]
    clock.move(timedelta(minutes=29))
    await runner.run_due()
    assert "later" not in done
    clock.move(timedelta(minutes=2))
    await runner.run_due()
    assert done.count("later") == 1
    assert done.count("now") == done.count("held") == 1


async def test_clocks_that_differ_a_little_take_nothing_from_each_other(
    database: Database, jobs: Jobs, runner: JobRunner, clock: FixedClock
) -> None:
    runs: list[str] = []

    async def sweep(_: Tx) -> None:
        runs.append("swept")

    jobs.every("t.sweep", 60, sweep)
    await runner.run_due()
    clock.jump(timedelta(minutes=-9))
    await runner.run_due()
    assert runs == ["swept"]
