"""A worker's hand that falls at a step of its own choosing, over a real PostgreSQL.

``python -m tests.faults.steps DSN kill`` forks a life for every step that sending some messages and
changing a room takes: it is killed there. Then another life sends the same again, as clients do. What
each was told is printed as JSON, a line for a life. With ``stop`` it is stopped, and goes on when the
next has had its turn; with ``slow`` the PostgreSQL process that it speaks with stands still there for
a while, as one does that waits for its disk.
"""

import asyncio
import json
import os
import select
import signal
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

import asyncpg

from teahouse.clock import SystemClock
from teahouse.directory.service import Directory
from teahouse.errors import Unavailable
from teahouse.ids import Ids
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.rooms.model.state import MEMBER, RoomState
from teahouse.rooms.model.version import version_named
from teahouse.rooms.service import Rooms
from teahouse.timeline.events import Posted
from teahouse.timeline.model import Draft
from teahouse.timeline.service.appending import Addition, Additions, NewRoom, TimelineWriter
from teahouse.timeline.service.erasing import Erasing

ROOM, ADA = "!steps:s", "@ada:s"
MESSAGES = 3
STEPS_MAX = 200
SEND_SECONDS_MAX = 60
SLOW_SECONDS = float(os.environ.get("SLOW_SECONDS", "0.5"))
ENDED_SECONDS = 30  # how long a supervisor lets a worker stand still
FELL = 3  # exit code of a life that met its step and went on
JOURNAL = "create table if not exists steps_journal (pos bigint primary key)"
STATEMENTS = ("execute", "fetch", "fetchrow", "fetchval")
nobody = cast("Any", None)


class Steps:
    """Counts what is said to PostgreSQL, and falls at one."""

    def __init__(self, falls_at: int, how: signal.Signals | None) -> None:
        self.count, self.falls_at, self.how = 0, falls_at, how

    @property
    def fell(self) -> bool:
        return 0 < self.falls_at <= self.count

    def step(self, connection: Any) -> None:
        self.count += 1
        if self.count != self.falls_at:
            return
        if self.how is not None:
            os.kill(os.getpid(), self.how)
        else:
            server = connection.get_server_pid()
            os.kill(server, signal.SIGSTOP)
            asyncio.get_running_loop().call_later(SLOW_SECONDS, os.kill, server, signal.SIGCONT)

    def watch(self) -> None:
        """Step before each statement, while it is on its way, and after it."""
        for name in STATEMENTS:
            setattr(asyncpg.Connection, name, self._stepping(vars(asyncpg.Connection)[name]))

    def _stepping(self, said: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def stepping(connection: Any, query: str, *values: Any, **how: Any) -> Any:
            self.step(connection)
            asked = asyncio.ensure_future(said(connection, query, *values, **how))
            await asyncio.sleep(0)
            self.step(connection)  # it is sent, and has not been answered
            found = await asked
            self.step(connection)
            return found

        return stepping


class Hand:
    """The real log, appender and rules, without the rest of the house."""

    def __init__(self, db: Database) -> None:
        clock = SystemClock()
        ids = Ids(clock)
        self.log = Log(db)
        rooms = Rooms(db, clock)
        directory = Directory(db, self.log, rooms, nobody, nobody, clock, "s", nobody, nobody)
        writer = TimelineWriter(rooms, directory, Erasing(db, self.log, rooms))

        async def takes_invites(_user_id: str) -> bool:
            return False

        self.additions = Additions(
            clock, ids, self.log, Appender(self.log), rooms, writer, lambda: True, takes_invites
        )
        self.rooms = rooms
        self.log.hear(Posted, lambda pos, told: rooms.apply(pos, told.event))

    async def make_room(self) -> None:
        """Make the room, as the house does."""
        version = version_named("10")
        state = RoomState(ROOM, version, ADA)
        first = [
            Draft("m.room.create", {"creator": ADA, "room_version": "10"}, ""),
            Draft(MEMBER, {"membership": "join"}, ADA),
        ]
        events = []
        for pos, draft in enumerate(first, 1):
            events.append(self.additions.encode(state, ADA, draft))
            state.apply(pos, events[-1])
        await self.additions.add(Addition(events, (ROOM, 0), new_room=NewRoom(ROOM, version, ADA)))

    async def say(self, txn_id: str) -> str:
        room = await self.rooms.room(ROOM)
        draft = Draft("m.room.message", {"body": txn_id})
        return await self.additions.send(room, ADA, draft, "D", txn_id)

    async def rename(self, name: str) -> str:
        room = await self.rooms.room(ROOM)
        return (await self.additions.change(room, ADA, Draft("m.room.name", {"name": name}, "")))[
            0
        ].event_id

    async def follow(self) -> None:
        async def act(tx: Tx, told: Sequence[tuple[int, Any]]) -> None:
            for pos, _ in told:
                await tx.run("insert into steps_journal (pos) values ($1)", pos)

        while await self.log.follow_once("steps", {Posted.kind: Posted}, act):
            pass


def tell(**what: Any) -> None:
    """Say what somebody was told; it is out before anything else happens."""
    os.write(1, json.dumps(what).encode() + b"\n")


async def answered(who: str, txn_id: str, work: Callable[[], Awaitable[str]], again: bool) -> None:
    """Ask, again until there is an answer if so wished, and tell of the answer."""
    async with asyncio.timeout(SEND_SECONDS_MAX):
        while True:
            try:
                event_id = await work()
            except Unavailable:
                if not again:
                    return
                await asyncio.sleep(0.02)
            else:
                tell(who=who, txn=txn_id, event=event_id)
                return


async def live(dsn: str, falls_at: int, how: signal.Signals | None, again: bool) -> int:
    """Send, rename and follow; perhaps not to the end."""
    db = await Database.open(dsn)
    hand = Hand(db)
    await hand.log.start()
    if again:
        await hand.log.catch_up()
    await hand.rooms.room(ROOM)
    steps = Steps(falls_at, how)
    steps.watch()
    who = "next" if again else "first"
    names = [f"{nth}" for nth in range(MESSAGES)]
    try:
        work = [answered(who, name, lambda name=name: hand.say(name), again) for name in names]
        await asyncio.gather(*work)
        await answered(who, "", lambda: hand.rename(f"at {falls_at}"), again)
        await hand.follow()
    except Unavailable:
        pass
    fell, steps.falls_at = steps.fell, 0
    tell(who=who, steps=steps.count)
    await hand.log.stop()
    await db.close()
    return FELL if fell else 0


def forked(work: Callable[[], Any]) -> int:
    """Fork a life."""
    child = os.fork()
    if child == 0:
        try:
            os._exit(asyncio.run(work()) or 0)
        except BaseException as fault:  # noqa: BLE001 - it must not become a second parent
            tell(who="fault", fault=repr(fault))
        os._exit(0)
    return child


async def begin(dsn: str) -> None:
    """Make the room and the cursor anew, so that each life finds the same."""
    connection = await asyncpg.connect(dsn)
    await connection.execute(JOURNAL)
    tables = ("timeline_events", "timeline_transactions", "rooms_state", "rooms_members")
    for table in (*tables, "rooms_rooms", "log_entries", "log_cursors", "steps_journal"):
        await connection.execute(f"delete from {table}")
    await connection.execute("update log_shards set head = 0")
    await connection.execute("insert into log_cursors (name, pos) values ('steps', 0)")
    await connection.close()
    db = await Database.open(dsn)
    hand = Hand(db)
    await hand.log.start()
    await hand.make_room()
    await hand.log.stop()
    await db.close()


LOOK = """
select json_build_object(
    'head', (select head from log_shards),
    'entries', (select coalesce(json_agg(pos order by pos), '[]') from log_entries),
    'events', (select coalesce(json_agg(json_build_array(pos, event_id, txn_id) order by pos), '[]')
               from timeline_events),
    'journal', (select coalesce(json_agg(pos order by pos), '[]') from steps_journal),
    'cursor', (select pos from log_cursors where name = 'steps'))"""


async def what_is_there(dsn: str) -> dict[str, Any]:
    """Return what the database holds."""
    connection = await asyncpg.connect(dsn)
    found: dict[str, Any] = json.loads(await connection.fetchval(LOOK))
    await connection.close()
    return {"who": "house", **found}


async def catch_up(dsn: str) -> None:
    """Follow to the end."""
    db = await Database.open(dsn)
    hand = Hand(db)
    await hand.log.start()
    await hand.follow()
    await hand.log.stop()
    await db.close()


async def look(dsn: str) -> None:
    """Tell what is there."""
    tell(**await what_is_there(dsn))


def fall(dsn: str, step: int, how: signal.Signals | None) -> bool:
    """Let one life fall at a step and the next go on; tell whether it fell at all."""
    wait(forked(lambda: begin(dsn)))
    tell(who="step", step=step)
    first = forked(lambda: live(dsn, step, how, again=False))
    _, status = os.waitpid(first, os.WUNTRACED)
    fell = not os.WIFEXITED(status) or os.WEXITSTATUS(status) == FELL
    following = forked(lambda: live(dsn, 0, how, again=True))
    if os.WIFSTOPPED(status):
        ended = wakes(first, following)
        wait(following)
        if not ended:
            os.kill(first, signal.SIGCONT)
            wait(first)
        wait(forked(lambda: catch_up(dsn)))  # who found the cursor held would look again
    else:
        wait(following)
    wait(forked(lambda: look(dsn)))
    return fell


def wakes(stopped: int, following: int) -> bool:
    """End who is stopped when another cannot go on for long, as the supervisor does; tell whether."""
    handle = os.pidfd_open(following)
    goes_on = bool(select.select([handle], [], [], ENDED_SECONDS)[0])
    os.close(handle)
    if not goes_on:
        os.kill(stopped, signal.SIGKILL)
        os.waitpid(stopped, 0)
        tell(who="supervisor", ended=stopped)
    return not goes_on


def wait(child: int) -> None:
    """Wait until a life ends by itself."""
    _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) in (0, FELL), status


def main() -> None:
    """Read the command line and go."""
    dsn, how, *wanted = sys.argv[1:]
    by = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP, "slow": None}[how]
    for step in map(int, wanted) if wanted else range(1, STEPS_MAX):
        if not fall(dsn, step, by):
            break


if __name__ == "__main__":
    main()
