"""A house in a box: real logs, appenders, rooms and additions over a world that can be repeated.

``run(seed)`` draws how many workers and people there are, how bad their luck is and what they do,
runs until everybody has their answers, lets the world calm down, and returns what went wrong. The
same seed does the same again, to the last step: ``trace`` tells.
"""

import asyncio
import math
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, cast

import msgspec

from teahouse.directory.service import Directory
from teahouse.errors import Refused, Unavailable
from teahouse.ids import Ids
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.rooms.model.event import RoomEvent, encode_event
from teahouse.rooms.model.state import MEMBER
from teahouse.rooms.service import Rooms
from teahouse.timeline.events import Posted
from teahouse.timeline.model import Draft
from teahouse.timeline.service.appending import Additions, TimelineWriter
from tests.simulation import statements as s
from tests.simulation.judge import FOLLOWER, Ears, Judge, Refusal, Rule
from tests.simulation.loop import Loop, Process
from tests.simulation.network import Bus, Network, Pool
from tests.simulation.postgres import Server

MESSAGE, LEVELS, TOPIC = "m.room.message", "m.room.power_levels", "m.room.topic"
MODERATOR = "@mo:s"
STORM_SECONDS_MAX = 120.0
CALM_SECONDS_MAX = 150.0
ANSWER_SECONDS_MAX = 60.0  # in the calm; a connection that leads nowhere is noticed after 15
T0 = datetime(2021, 7, 27, 1, 0, tzinfo=UTC)


class Noted(msgspec.Struct, frozen=True):
    """Something else is announced, in a transaction of its own."""

    kind: ClassVar[str] = "simulated.Noted"
    text: str

    @property
    def key(self) -> str:
        return self.text


class Clock:
    """A machine's clock: its own, wrong, and set anew at any time."""

    def __init__(self, loop: Loop, rng: random.Random) -> None:
        self._loop, self._rng = loop, rng
        self._shift = 0.0

    def now(self) -> datetime:
        if self._rng.random() < 0.05:
            self._shift = self._rng.choice((0.0, -86_400.0, 3600.0, 40 * 86_400.0))
        return T0 + timedelta(seconds=self._loop.time() + self._shift)

    def ms(self) -> int:
        return int(self.now().timestamp() * 1000)

    def monotonic(self) -> float:
        return self._loop.time()


class Gone(Exception):  # noqa: N818 - what a client sees of it
    """The worker is no more, or its answer never came."""


@dataclass
class Parts:
    """What a run is made of; a planted fault replaces one."""

    appender: type[Appender] = Appender
    log: type[Log] = Log
    writer: type[TimelineWriter] = TimelineWriter
    additions: type[Additions] = Additions
    alone_too: bool = True
    shards: int = 0  # by lot


@dataclass
class Worker:
    """One process of the house: the real parts, over a modelled pool and bus."""

    process: Process
    pool: Pool
    log: Log
    rooms: Rooms
    additions: Additions
    db: Database
    ears: Ears | None = None
    open: bool = False

    async def serve(self, judge: Judge) -> None:
        """Open, as the real one does: until PostgreSQL is there it is not."""
        while not self.open:
            try:
                await self.log.start()
            except Unavailable:
                await asyncio.sleep(0.2)
            else:
                self.open = True
        self.ears = judge.ears(self.process.name, self.log.applied)
        self.log.hear(Posted, lambda pos, told: self._heard(judge, pos, told))
        self.log.hear(Noted, lambda pos, _told: self._noted(judge, pos))
        self.log.follow_together(FOLLOWER, [Posted], _act)

    def _heard(self, judge: Judge, pos: int, told: Posted) -> None:
        assert self.ears is not None, "it has ears when it hears"
        judge.heard_at(self.ears, pos, told.event.event_id)
        self.rooms.apply(pos, told.event)

    def _noted(self, judge: Judge, pos: int) -> None:
        assert self.ears is not None, "as above"
        judge.noted_at(self.ears, pos)


async def _act(tx: Tx, told: Sequence[tuple[int, Posted]]) -> None:
    """What the follower does; between its statements it may fall like any other."""
    for pos, _ in told:
        await tx.run(s.NOTE, [pos])


@dataclass
class Verdict:
    """What came of a run."""

    seed: int
    wrongs: list[str]
    trace: int
    steps: int
    events: int
    seconds: float
    counts: dict[str, int] = field(default_factory=dict)


class World:
    """Everything of one run."""

    def __init__(self, seed: int, parts: Parts | None = None) -> None:
        self.parts = parts or Parts()
        self.rng = random.Random(seed)
        self.loop = Loop()
        self.server = Server(self.loop, s.STATEMENTS)
        self.network = Network(self.loop, self.rng, self.server)
        self.network.killed = self.kill
        self.bus = Bus(self.network)
        self.workers: list[Worker | None] = [None] * self.rng.choice((1, 2, 2, 3, 4))
        self.speakers = [f"@u{nth}:s" for nth in range(self.rng.randint(2, 4))]
        self.shards = self.parts.shards or self.rng.choice((1, 1, 2, 3))
        most = 2 if self.shards == 1 else 4
        self.rooms = [f"!r{nth}:s" for nth in range(self.rng.randint(1, most))]
        self.judge = Judge(self.server, self._furnish(), self.shards)
        self.calls: dict[Process, list[asyncio.Future[Any]]] = {}
        self.answers_by = math.inf  # in the storm there need be none

    # -- the house -------------------------------------------------------------------------------

    def _furnish(self) -> int:
        """Have rooms in which people are; return the head of the log."""
        ids, pos = Ids(Clock(self.loop, random.Random(0)), random.Random(1)), 0
        for room_id in self.rooms:
            first: list[tuple[str, str, str, dict[str, Any]]] = [
                (MODERATOR, "m.room.create", "", {"creator": MODERATOR, "room_version": "10"}),
                (MODERATOR, MEMBER, MODERATOR, {"membership": "join"}),
                (MODERATOR, LEVELS, "", {"users": {MODERATOR: 100}}),
                (MODERATOR, "m.room.join_rules", "", {"join_rule": "public"}),
                *((user, MEMBER, user, {"membership": "join"}) for user in self.speakers),
            ]
            for sender, kind, key, content in first:
                pos += 1
                event_id = ids.event_id()
                body = encode_event(event_id, kind, sender, 0, content, key)
                event = RoomEvent(event_id, room_id, kind, sender, 0, body, key)
                entry = Log.live(Posted(event)).entry
                self.server.put((s.ENTRIES, (0, pos)), (entry.kind, entry.key, entry.body))
                self.server.put((s.BY_ID, event_id), (room_id, pos))
                self.server.put((s.EVENTS, (room_id, pos)), (event_id,))
                self.server.put((s.STATE, (room_id, kind, key)), (event_id, pos, body))
            self.server.put((s.ROOMS, room_id), ("10", MODERATOR, pos))
        for shard in (0,) if self.shards == 1 else range(1, self.shards + 1):
            self.server.put((s.SHARDS, shard), pos)  # several come after a time with one
        self.server.sequence = pos
        self.server.put((s.CURSORS, FOLLOWER), pos)
        return pos

    def start(self, number: int) -> None:
        """Start a worker, as the supervisor does."""
        life = sum(1 for _ in self.calls)
        process = Process(f"w{number}.{life}")
        self.calls[process] = []
        pool = Pool(self.network, process)
        db = Database(pool, "")
        alone = len(self.workers) == 1 and self.parts.alone_too
        log = self.parts.log(db, None if alone else self.bus.of(process))
        clock = Clock(self.loop, random.Random(self.rng.random()))
        ids = Ids(clock, random.Random(self.rng.random()))
        rooms = Rooms(db, clock)
        nobody = cast("Any", None)
        directory = Directory(db, log, rooms, nobody, nobody, clock, "s", nobody, nobody)
        writer = self.parts.writer(rooms, directory, [], [])

        async def takes_invites(_sender: str, _user_id: str) -> bool:
            await asyncio.sleep(self.network.seconds())
            return False

        additions = self.parts.additions(
            clock, ids, log, self.parts.appender(log), rooms, writer, lambda: True, takes_invites
        )
        worker = Worker(process, pool, log, rooms, additions, db)
        self.workers[number] = worker
        self.loop.spawn(process, worker.serve(self.judge))

    def kill(self, process: Process) -> None:
        """End a process at once, and start another in its place."""
        process.dead = True
        told = not self.network.happens("vanished", self.network.luck.vanished)
        for number, worker in enumerate(self.workers):
            if worker is not None and worker.process is process:
                worker.pool.fall(told)
                self.workers[number] = None
                wait = 0.02 + self.rng.random() * self.rng.choice((0.1, 3.0))
                self.network.later(wait, lambda number=number: self.start(number))
        for call in self.calls[process]:
            self.network.later(self.network.seconds(), lambda call=call: _hang_up(call))

    # -- requests --------------------------------------------------------------------------------

    async def ask(self, work: Callable[[Worker], Awaitable[Any]]) -> Any:
        """Have any worker do something, over a network. Raises ``Gone`` when no answer comes."""
        await asyncio.sleep(self.network.seconds())
        there = [one for one in self.workers if one is not None and one.open]
        if not there:
            raise Gone
        worker = self.rng.choice(there)
        answer: asyncio.Future[Any] = self.loop.create_future()

        async def handle() -> None:
            try:
                found: Any = await work(worker)
            except Exception as fault:  # noqa: BLE001 - it is what the client is told
                found = fault
            self.network.later(self.network.seconds(), lambda: _answer(answer, found))

        calls = self.calls[worker.process]
        calls.append(answer)
        self.loop.spawn(worker.process, handle())
        patience = self.rng.choice((0.05, 1.0, 30.0, 30.0))
        try:
            async with asyncio.timeout(patience):
                found = await answer
        except TimeoutError:
            raise Gone from None
        finally:
            calls.remove(answer)
        if self.network.happens("unheard", self.network.luck.cut):
            raise Gone
        if isinstance(found, Exception):
            raise found
        return found

    async def until_answered(
        self, rule: Rule, work: Callable[[Worker], Awaitable[str]], place: tuple[str, str]
    ) -> bool:
        """Ask until there is an answer, as a client does; tell whether it was yes."""
        after = self.judge.known
        while self.loop.time() < self.answers_by:
            known = self.judge.known

            async def judged(worker: Worker, known: int = known) -> str:
                try:
                    event_id = await work(worker)
                except Unavailable:
                    raise
                except Refused:
                    head = self.judge.head()
                    self.judge.refusals.append(Refusal(rule, known, head))
                    raise
                self.judge.replied(event_id, place, after)
                return event_id

            try:
                await self.ask(judged)
            except (Gone, Unavailable):
                await asyncio.sleep(0.01 + self.rng.random() * 0.5)
            except Refused:
                return False
            except AssertionError as fault:
                self.judge.wrong(f"{place} is told of a fault of ours: {fault}")
                return False
            except Exception as fault:  # noqa: BLE001 - whatever else is our fault
                self.judge.wrong(f"{place} is told of a fault of ours: {fault!r}")
                return False
            else:
                return True
        self.judge.wrong(f"{place} has no answer when all is calm")
        return False

    # -- people ----------------------------------------------------------------------------------

    async def say(self, user: str, device: str, nth: int) -> bool:
        """Say something, once."""
        room_id = self.rng.choice(self.rooms)
        content = {"body": f"{user} {device} {nth}"}

        async def work(worker: Worker) -> str:
            room = await worker.rooms.room(room_id)
            draft = Draft(MESSAGE, content)
            return await worker.additions.send(room, user, draft, device, f"t{nth}")

        rule = (room_id, user, MESSAGE, None, content)
        said = await self.until_answered(rule, work, (f"{user}/{device}", f"t{nth}"))
        if not said:
            await self.change(room_id, user, Draft(MEMBER, {"membership": "join"}, user))
        return said

    async def change(self, room_id: str, user: str, draft: Draft) -> bool:
        """Change the state of a room."""
        nth = self.network.steps

        async def work(worker: Worker) -> str:
            room = await worker.rooms.room(room_id)
            return (await worker.additions.change(room, user, draft))[0].event_id

        rule = (room_id, user, draft.type, draft.state_key, draft.content)
        return await self.until_answered(rule, work, (user, f"{draft.type}/{nth}"))

    async def speak(self, user: str, device: str) -> None:
        """Live as somebody who talks."""
        for nth in range(self.rng.randint(2, 5)):
            if self.rng.random() < 0.3:
                await asyncio.gather(
                    self.say(user, device, 10 * nth), self.say(user, device, 10 * nth + 1)
                )
            else:
                await self.say(user, device, 10 * nth)
            await asyncio.sleep(self.rng.random() * self.rng.choice((0.002, 0.02, 0.4)))

    async def moderate(self) -> None:
        """Live as somebody who has to do with those."""
        for nth in range(self.rng.randint(2, 6)):
            user, room_id = self.rng.choice(self.speakers), self.rng.choice(self.rooms)
            drafts = (
                Draft(MEMBER, {"membership": "ban"}, user),
                Draft(MEMBER, {"membership": "leave"}, user),
                Draft(MEMBER, {"membership": "invite"}, f"@guest{nth}:s"),
                Draft(LEVELS, {"users": {MODERATOR: 100}, "events_default": 50 * (nth % 2)}, ""),
                Draft(TOPIC, {"topic": str(nth)}, ""),
            )
            await self.change(room_id, MODERATOR, self.rng.choice(drafts))
            await asyncio.sleep(self.rng.random() * self.rng.choice((0.002, 0.02, 0.4)))

    async def note(self) -> None:
        """Announce other things, some of which are thought better of."""
        for nth in range(self.rng.randint(0, 4)):
            is_kept = self.rng.random() < 0.7

            async def work(worker: Worker, nth: int = nth, is_kept: bool = is_kept) -> None:
                async with worker.db.transaction() as tx:
                    await worker.log.put(tx, *(Noted(str(nth)) for _ in range(1 + nth % 2)))
                    if not is_kept:
                        raise Gone

            with suppress(Gone, Unavailable):
                await self.ask(work)
            await asyncio.sleep(self.rng.random() * 0.1)

    async def trouble(self) -> None:
        """Have PostgreSQL itself fall now and then."""
        for _ in range(self.rng.choice((0, 0, 1, 2))):
            await asyncio.sleep(self.rng.random() * 2)
            if not self.network.calm:
                self.network.crash_server(self.rng.random() * self.rng.choice((0.1, 2.0)))

    # -- one run ---------------------------------------------------------------------------------

    async def live(self) -> None:
        """Have everybody live, then wait until the house has come to rest."""
        for number in range(len(self.workers)):
            self.start(number)
        people = [self.speak(user, device) for user in self.speakers for device in ("A", "B")]
        everybody = asyncio.gather(*people, self.moderate(), self.note())
        trouble = asyncio.ensure_future(self.trouble())
        calms = self.loop.call_later(STORM_SECONDS_MAX, self._calm)
        await everybody
        calms.cancel()
        self._calm()
        trouble.cancel()
        end = self.loop.time() + CALM_SECONDS_MAX
        while (late := self._late()) and self.loop.time() < end:
            await asyncio.sleep(0.1)
        if late:
            self.judge.wrong(late)
        self.judge.end()

    def _calm(self) -> None:
        if not self.network.calm:
            self.answers_by = self.loop.time() + ANSWER_SECONDS_MAX
        self.network.calm = True

    def _late(self) -> str:
        """Say who has not come to the end of the log though nothing happens any more."""
        head = self.judge.head()
        for worker in self.workers:
            if worker is None or not worker.open:
                return "a worker does not open"
            if worker.log.applied != head:
                return f"{worker.process.name} stands at {worker.log.applied} of {head}"
        done = set(self.server.keys(None, s.JOURNAL))
        for pos in self.judge.places():
            if pos > self.judge.begins and self.judge.event(pos) is not None and pos not in done:
                return f"the follower has not acted on {pos} of {head}"
        return ""


def _answer(answer: "asyncio.Future[Any]", found: Any) -> None:
    if not answer.done():
        answer.set_result(found)


def _hang_up(answer: "asyncio.Future[Any]") -> None:
    if not answer.done():
        answer.set_exception(Gone())


def run(seed: int, parts: Parts | None = None) -> Verdict:
    """Live one life and return what went wrong in it."""
    world = World(seed, parts)
    loop, network = world.loop, world.network
    try:
        loop.run(world.live())
    except AssertionError as stuck:
        world.judge.wrong(str(stuck))
    for told in loop.complaints:
        if "listener" in told.get("message", "") or "poll" in told.get("message", ""):
            world.judge.wrong(f"{told['message']}: {told.get('exception')!r}")
    verdict = Verdict(
        seed,
        world.judge.wrongs,
        network.trace,
        network.steps,
        len(world.judge.acknowledged),
        loop.time(),
        network.counts,
    )
    network.over = True
    loop.bury()
    return verdict
