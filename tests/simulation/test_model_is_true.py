"""The modelled PostgreSQL and a real one are told the same, by several at once, and say the same.

Every other script is of a log with two shards. Sessions take turns by lot. Whoever waits for a lock in one must wait for it in the other; what each
statement gives, and which faults, must be the same; and so must what is there at the end.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from typing import Any

import asyncpg
import pytest

from teahouse.infra.bus import store as log
from teahouse.rooms import store as rooms
from teahouse.timeline import store as timeline
from tests.conftest import wipe
from tests.simulation import statements as s
from tests.simulation.loop import Loop
from tests.simulation.postgres import BEGIN, COMMIT, ROLLBACK, SNAPSHOT, Server

SESSIONS = 3
TURNS = 60
SCRIPTS = 60
ROOMS = ("!a:s", "!b:s")
WAITS = "select wait_event_type = 'Lock' and state = 'active' from pg_stat_activity where pid = $1"
BEFORE = """
delete from log_shards;
insert into log_shards (shard, head) select unnest($1::smallint[]), 0;
insert into log_cursors (name, pos) values ('f', 0);
insert into rooms_rooms (room_id, version, creator, created_at, state_pos)
values ('!a:s', '10', '@m:s', now(), 0), ('!b:s', '10', '@m:s', now(), 0);
"""
STARTS = {BEGIN: "begin", SNAPSHOT: "begin isolation level repeatable read read only"}
AT_THE_END = {
    s.ENTRIES: "select shard, pos from log_entries",
    s.SHARDS: "select shard, head from log_shards",
    s.CURSORS: "select name, pos from log_cursors",
    s.SENT: "select user_id, device_id, place, event_id from timeline_transactions",
    s.EVENTS: "select room_id, pos, event_id from timeline_events",
    s.ROOMS: "select room_id, state_pos from rooms_rooms",
    s.STATE: "select room_id, type, state_key, event_id, pos from rooms_state",
    s.MEMBERS: "select room_id, user_id, membership, pos from rooms_members",
}
Said = tuple[str, tuple[Any, ...]]
# In this order rows are locked; a second time only what is one row.
RANKS = (
    "", log.CURSOR_NEW, log.CURSOR_TAKE, log.CURSOR_MOVE, log.APPEND, log.HOLD,
    timeline.INSERT_EVENTS,
    rooms.SET_STATE, rooms.SET_MEMBERS, rooms.MOVE_ROOMS,
)  # fmt: skip


class Both:
    """One session of the model and one of the real thing."""

    def __init__(self, server: Server, real: asyncpg.Connection, eye: asyncpg.Connection) -> None:
        self.server, self.real, self.eye = server, real, eye
        self.session = server.connect(lambda: None)
        self.rank = (0, "")  # of what it has locked last: nobody locks crosswise
        self.modelled: Any = None
        self.asked: asyncio.Task[Any] | None = None
        self.open = False
        self.reading = False
        self.held: list[int] = []  # shards

    def ask(self, query: str, values: tuple[Any, ...]) -> None:
        """Ask both."""
        self.modelled = None
        self.server.ask(self.session, query, values, self._replied)
        self.asked = asyncio.ensure_future(self._really(query, values))

    def _replied(self, found: Any) -> None:
        if isinstance(found, Exception):
            self.modelled = ("fault", type(found))
        else:
            self.modelled = ("rows", sorted(found[0], key=repr))

    async def _really(self, query: str, values: tuple[Any, ...]) -> Any:
        try:
            rows = await self.real.fetch(STARTS.get(query, query), *values)
        except asyncpg.PostgresError as fault:
            return "fault", type(fault)
        return "rows", sorted(map(tuple, rows), key=repr)

    async def compare(self) -> None:
        """Be of one mind about whether there is an answer, and which."""
        assert self.asked is not None
        if self.modelled is None:
            async with asyncio.timeout(30):
                while not await self.eye.fetchval(WAITS, self.real.get_server_pid()):
                    assert not self.asked.done(), "the model waits, and the real one answers"
            return
        async with asyncio.timeout(30):
            real = await self.asked
        self.asked = None
        assert real == self.modelled


class Script:
    """Says by lot what a session says next."""

    def __init__(self, seed: int, shards: Sequence[int]) -> None:
        self.rng = random.Random(seed)
        self.shards = shards
        self.event = 0
        self.pos = 0

    def next(self, both: Both) -> Said:
        if not both.open:
            if self.rng.random() < 0.2 and len(self.shards) > 1:
                return log.QUIET, (self.shards,)
            both.open, both.rank, both.held = True, (0, ""), []
            both.reading = self.rng.random() < 0.2
            return (SNAPSHOT if both.reading else BEGIN), ()
        if self.rng.random() < 0.3:
            both.open = False
            return self.rng.choice((COMMIT, COMMIT, ROLLBACK)), ()
        reads = (self.head, self.read, self.kinds, self.stale, self.room, self.state, self.sent)
        if len(self.shards) > 1 and not both.reading and self.rng.random() < 0.3:
            return self.spread(both)
        writes = (self.append, self.append, self.events, self.set_state, self.take, self.new)
        writes = (*writes, self.move)
        query, values = self.rng.choice(reads if both.reading else (*reads, *writes))()
        if query in RANKS:
            rank = (RANKS.index(query), str(values[0]) + str(values[2:3]))
            if rank <= both.rank and (query != log.APPEND or rank[0] < both.rank[0]):
                return self.head()
            both.rank = max(both.rank, rank)
        return query, values

    def spread(self, both: Both) -> Said:
        """Hold shards, once, before what is locked after them; then write to one of them."""
        if both.held:
            kinds = [self.rng.choice("ab") for _ in range(self.rng.randint(1, 3))]
            columns = kinds, kinds, [b"x"] * len(kinds)
            return log.APPEND_SPREAD, (self.rng.choice(both.held), both.held, *columns, 2)
        rank = (RANKS.index(log.HOLD), "")
        if rank <= both.rank:
            return self.head()
        both.rank, both.held = rank, self.rng.choice(([1], [2], [1, 2]))
        return log.HOLD, (both.held,)

    def head(self) -> Said:
        return self.rng.choice(((log.HEAD, (0,)), (log.HEADS, ()), (log.TRIMMED, ())))

    def read(self) -> Said:
        if len(self.shards) > 1:
            return log.READ_SPREAD, (2, self.rng.randrange(4), self.rng.choice((2, 1000)))
        return log.READ, (0, self.rng.randrange(4), self.rng.choice((2, 1000)))

    def kinds(self) -> Said:
        if len(self.shards) > 1:
            limit = self.rng.choice((1, 200))
            return log.READ_KINDS_SPREAD, (2, self.rng.randrange(3), 9, ["a"], limit)
        return log.READ_KINDS, (0, self.rng.randrange(3), 9, ["a"], self.rng.choice((1, 200)))

    def stale(self) -> Said:
        return rooms.STALE, (list(ROOMS), [self.rng.randrange(3), 0])

    def room(self) -> Said:
        return rooms.ROOMS, ([self.rng.choice((*ROOMS, "!none:s"))],)

    def state(self) -> Said:
        return rooms.STATES, ([self.rng.choice(ROOMS)],)

    def sent(self) -> Said:
        return timeline.SENT, (["@u:s", "@u:s"], ["D", "D"], ["t0", "t1"])

    def append(self) -> Said:
        kinds = [self.rng.choice("ab") for _ in range(self.rng.randint(1, 3))]
        return log.APPEND, (0, kinds, kinds, [b"x"] * len(kinds))

    def events(self) -> Said:
        self.event += self.rng.randrange(2)  # now and then an event that is there
        self.pos += 1
        place = f"t{self.rng.randrange(3)}"
        row = [ROOMS[0], self.pos, f"$e{self.event}", "m", "@u:s", 0, b"{}", None, "D", "", ""]
        columns = [[value] for value in row]
        return timeline.INSERT_EVENTS, (*columns, ["@u:s"], ["D"], [place], [f"$e{self.event}"])

    def set_state(self) -> Said:
        self.event += 1
        columns = [[ROOMS[0]], ["m"], [self.rng.choice("xy")], [f"$s{self.event}"], [self.event]]
        if self.rng.random() < 0.3:
            return rooms.MOVE_ROOMS, ([self.rng.choice(ROOMS)], [self.event])
        if self.rng.random() < 0.3:
            row = [[ROOMS[0]], ["@u:s"], ["join"], ["@u:s"], [self.event]]
            return rooms.SET_MEMBERS, tuple(row)
        return rooms.SET_STATE, (*columns, [b"{}"])

    def take(self) -> Said:
        return log.CURSOR_TAKE, (self.rng.choice(("f", "f", "none")),)

    def new(self) -> Said:
        return log.CURSOR_NEW, (self.rng.choice(("f", "g")), 0)

    def move(self) -> Said:
        return log.CURSOR_MOVE, ("f", self.rng.randrange(9))


def fresh(loop: Loop, shards: Sequence[int]) -> Server:
    """Return the model as ``BEFORE`` makes the real one."""
    server = Server(loop, s.STATEMENTS)
    for shard in shards:
        server.put((s.SHARDS, shard), 0)
    server.put((s.CURSORS, "f"), 0)
    for room_id in ROOMS:
        server.put((s.ROOMS, room_id), ("10", "@m:s", 0))
    return server


def settle(loop: Loop) -> None:
    """Let those go on in the model who waited for a lock that is free now."""
    while loop._ready:
        loop._turn()


@pytest.fixture
async def real(database: object, dsn: str) -> AsyncIterator[list[asyncpg.Connection]]:
    """Connections to an empty database, and one that watches."""
    opened = [await asyncpg.connect(dsn) for _ in range(SESSIONS + 1)]
    before = await opened[0].fetch("select shard, head from log_shards")
    yield opened
    await opened[0].execute("delete from log_shards")
    await opened[0].executemany("insert into log_shards (shard, head) values ($1, $2)", before)
    for one in opened:
        await one.close()


@pytest.mark.parametrize("share", range(3))
async def test_they_say_the_same(
    share: int, real: list[asyncpg.Connection], wiper: asyncpg.Connection
) -> None:
    waited = 0
    for seed in range(share * SCRIPTS // 3, (share + 1) * SCRIPTS // 3):
        waited += await play(seed, real, wiper)
    assert waited > SCRIPTS // 6, "nobody had to wait for anybody"


async def play(seed: int, real: list[asyncpg.Connection], wiper: asyncpg.Connection) -> int:
    """Play one script on both; return how often somebody had to wait."""
    await wipe(wiper)
    shards = (0,) if seed % 2 else (1, 2)
    for statement in BEFORE.strip().rstrip(";").split(";"):
        await real[-1].execute(statement, *([shards] if "$1" in statement else []))
    loop, script, waits = Loop(), Script(seed, shards), 0
    server = fresh(loop, shards)
    them = [Both(server, one, real[-1]) for one in real[:-1]]
    for turn in range(TURNS):
        free = [one for one in them if one.asked is None]
        ending = turn > TURNS - 2 * SESSIONS
        who = script.rng.choice([one for one in free if one.open] or free if ending else free)
        if ending and not who.open:
            break
        query, values = (COMMIT, ()) if ending else script.next(who)
        who.open = who.open and not ending
        who.ask(query, values)
        settle(loop)
        for one in [who, *(other for other in them if other is not who)]:
            if one.asked is not None:
                await one.compare()
                waits += one.modelled is None
        if not any(one.asked is None for one in them):
            break
    await finish(server, loop, them)
    await same_rows(server, real[-1])
    return waits


async def finish(server: Server, loop: Loop, them: list[Both]) -> None:
    """Have everybody roll back who has not ended, those first who hold up others."""
    while left := [one for one in them if one.open]:
        for one in sorted(left, key=lambda one: one.asked is not None):
            if one.asked is None:
                one.open = False
                one.ask(ROLLBACK, ())
                settle(loop)
            break
        for one in them:
            if one.asked is not None:
                await one.compare()
    assert all(one.asked is None for one in them)


async def same_rows(server: Server, connection: asyncpg.Connection) -> None:
    """Everything that was committed is the same."""
    for table, query in AT_THE_END.items():
        width = query.count(",") + 1
        there = {tuple(row) for row in await connection.fetch(query)}
        modelled = {
            _flat(key, server.committed((table, key)))[:width] for key in server.keys(None, table)
        }
        if table == s.ROOMS:
            modelled = {(key, server.committed((table, key))[2]) for key in ROOMS}
        if table == s.MEMBERS:
            modelled = {(row[0], row[1], row[2], row[4]) for row in modelled_rows(server, table)}
        assert there == modelled, table


def modelled_rows(server: Server, table: str) -> list[tuple[Any, ...]]:
    return [_flat(key, server.committed((table, key))) for key in server.keys(None, table)]


def _flat(key: Any, value: Any) -> tuple[Any, ...]:
    first = key if isinstance(key, tuple) else (key,)
    return (*first, *(value if isinstance(value, tuple) else (value,)))
