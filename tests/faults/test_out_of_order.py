"""Transactions that are held open, and commit late: a sync client skips nothing."""

import asyncio
from typing import Any

import asyncpg
import pytest
from bench.talk import Line, Person, good, q

from tests.faults.conftest import OpenHouse
from tests.faults.house import House, until

pytestmark = pytest.mark.processes

TAKE_POSITION = "update log_shards set head = head + 1 where shard = 0 returning head"
ANNOUNCE = """
insert into log_entries (shard, pos, kind, key, body) values (0, $1, 'test.Nothing', '', '')"""
WAITING = """
select count(*) from pg_stat_activity
where wait_event_type = 'Lock' and application_name = 'teahouse' and datname = current_database()"""


class Listener:
    """A long poll that goes on all the while, and all that it has heard."""

    def __init__(self, person: Person, since: str) -> None:
        self.person, self.since = person, since
        self.bodies: list[str] = []
        self.names: list[str] = []

    async def listen(self) -> None:
        while True:
            told = good(await self.person.sync(self.since, 2000), "sync")
            self.since = told["next_batch"]
            for room in told.get("rooms", {}).get("join", {}).values():
                assert not room["timeline"]["limited"]
                for event in room["timeline"]["events"]:
                    if event["type"] == "m.room.member":
                        self.names.append(event["content"]["displayname"])
                    else:
                        self.bodies.append(event["content"]["body"])

    async def has(self, *bodies: str) -> bool:
        """Tell, after a moment, whether all of these have been heard."""
        await asyncio.wait([asyncio.ensure_future(self.person.another().sync())])
        return set(bodies) <= {*self.bodies, *self.names}


class Scene:
    """Two who speak, one who listens, and our own hand on the database."""

    def __init__(self, people: list[Person], room_id: str, sql: asyncpg.Connection) -> None:
        self.people, self.room_id, self.sql = people, room_id, sql
        self.listener = people[2]

    @classmethod
    async def set(cls, house: House) -> "Scene":
        people = [
            await Person.register(Line("127.0.0.1", house.port), name) for name in ("a", "b", "c")
        ]
        room_id = await people[0].create_room()
        for one in people[1:]:
            await one.join(room_id)
        return cls(people, room_id, await house.connect())

    async def listen(self) -> Listener:
        since = good(await self.listener.sync(), "sync")["next_batch"]
        return Listener(self.listener.another(), since)

    async def say(self, who: int, text: str) -> str:
        return good(await self.people[who].another().say(self.room_id, text, text), "send")[
            "event_id"
        ]

    async def blocked(self, count: int = 1) -> bool:
        """Wait until the server's own transactions wait for ours."""

        async def are_waiting() -> bool:
            # A connection of its own: ours may stand in an open transaction's snapshot.
            waiting = await self.sql.fetch(WAITING)
            return waiting[0][0] >= count

        return await until(are_waiting, 60)

    async def kept(self) -> list[str]:
        path = f"/rooms/{q(self.room_id)}/messages?dir=f&limit=100"
        page: dict[str, Any] = await self.listener.did("GET", path)
        return [e["content"]["body"] for e in page["chunk"] if e["type"] == "m.room.message"]


@pytest.mark.parametrize("ending", ["commit", "rollback"])
@pytest.mark.parametrize("workers", ["1", "2"])
async def test_sends_behind_a_held_head(opens: OpenHouse, ending: str, workers: str) -> None:
    scene = await Scene.set(await opens("--workers", workers))
    listener = await scene.listen()
    listening = asyncio.ensure_future(listener.listen())
    held = scene.sql.transaction()
    await held.start()
    pos = await scene.sql.fetchval(TAKE_POSITION)
    await scene.sql.execute(ANNOUNCE, pos)
    sends = [asyncio.ensure_future(scene.say(who, f"held {who}")) for who in (0, 1)]
    assert await scene.blocked()
    assert not any(send.done() for send in sends), "nothing is acknowledged before it is durable"
    assert listener.bodies == []
    await (held.commit() if ending == "commit" else held.rollback())
    await asyncio.gather(*sends)
    await scene.say(0, "after")
    assert await until(lambda: listener.has("held 0", "held 1", "after"), 60)
    assert listener.bodies == await scene.kept()
    listening.cancel()
    dense = "select count(*) = max(pos) - min(pos) + 1 and max(pos) = (select head from log_shards) from log_entries"
    assert await scene.sql.fetchval(dense)
    await scene.sql.close()


async def test_a_change_that_commits_after_younger_ones(opens: OpenHouse) -> None:
    """It began first and is held up at a row; others overtake it; it is told when it commits."""
    scene = await Scene.set(await opens())
    changer = scene.people[0]
    path = f"/profile/{q(changer.user_id)}/displayname"
    await changer.did("PUT", path, {"displayname": "before"})
    listener = await scene.listen()
    listening = asyncio.ensure_future(listener.listen())
    held = scene.sql.transaction()
    await held.start()
    await scene.sql.execute("select * from profiles_profiles for update")
    change = asyncio.ensure_future(changer.another().did("PUT", path, {"displayname": "after"}))
    assert await scene.blocked()
    for nth in range(5):
        await scene.say(1, f"younger {nth}")
    assert await until(lambda: listener.has("younger 4"), 60), "others are not held up"
    assert not change.done()
    assert listener.names == []
    await held.rollback()
    await change
    assert await until(lambda: listener.has("younger 4", "after"), 60)
    assert listener.names == ["after"]
    listening.cancel()
    await scene.sql.close()
