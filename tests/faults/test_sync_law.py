"""The law of sync: snapshot + events = new snapshot.

Three people on two devices each do anything in any order. A client that has followed from the
beginning, filling its gaps, must always know what one that begins now is told.
"""

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from tests.faults.client import MEMBER, Client, Key, View
from tests.faults.sliding import SlidingClient
from tests.living import Living, Person, living, q
from tests.slidingsync.asking import Line

PEOPLE, DEVICES, ROOMS, SLIDING = 3, 2, 2, 2
TEXTS = ("hello", "p0 p1 p2", "再见")
people = st.integers(0, PEOPLE - 1)
devices = st.integers(0, PEOPLE * DEVICES - 1)
rooms = st.integers(0, ROOMS - 1)
recent = st.integers(0, 6)


class Interleaving(RuleBasedStateMachine):
    """One random course of events in one house."""

    loop: asyncio.AbstractEventLoop
    home: Living

    def __init__(self) -> None:
        super().__init__()
        self.people: list[Person] = []
        self.clients: list[Client] = []
        self.sliding: list[SlidingClient] = []
        self.rooms: list[str] = []
        self.said: dict[str, list[str]] = {}

    def run(self, work: Any) -> Any:
        return self.loop.run_until_complete(work)

    def ask(self, who: int, method: str, path: str, body: Any) -> Any:
        """Do something that may be refused, but must not fail."""
        answer = self.run(self.people[who].ask(method, path, body))
        assert answer.status_code in (200, 400, 403, 404), answer.text
        return answer.json() if answer.status_code == 200 else {}

    def at(self, room: int, path: str) -> str:
        return f"/rooms/{q(self.rooms[room])}/{path}"

    def add(self, room: int, told: Any) -> None:
        if "event_id" in told:
            self.said[self.rooms[room]].append(told["event_id"])

    def nth(self, room: int, back: int) -> str:
        """Return an event, counted from the newest."""
        known = self.said[self.rooms[room]]
        return known[-1 - back % len(known)]

    @initialize(
        limits=st.lists(st.integers(1, 5), min_size=6, max_size=6),
        version=st.sampled_from(["10", "11"]),
    )
    def begin(self, limits: list[int], version: str) -> None:
        self.run(self._begin(limits, version))

    async def _begin(self, limits: list[int], version: str) -> None:
        for _ in range(PEOPLE):
            one = await self.home.person()
            self.people.append(one)
            for device in (one, await one.again()):
                client = Client(device, limits[len(self.clients)], len(self.clients) % 2 == 1)
                self.clients.append(client)
            if len(self.sliding) < SLIDING:
                lazy = len(self.sliding) == 1
                self.sliding.append(SlidingClient(one, limits[len(self.sliding)], lazy))
        for _ in range(ROOMS):
            others = self.people[1:] if not self.rooms else []
            room_id = await self.people[0].room(*others, room_version=version)
            self.rooms.append(room_id)
            self.said[room_id] = [await self.people[0].say(room_id, "first")]

    # -- what people do ------------------------------------------------------------------------

    @rule(who=people, room=rooms, text=st.sampled_from(TEXTS), times=st.integers(1, 4))
    def say(self, who: int, room: int, text: str, times: int) -> None:
        for _ in range(times):
            txn = next(self.people[who].txns)
            path = self.at(room, f"send/m.room.message/t{txn}")
            self.add(room, self.ask(who, "PUT", path, {"msgtype": "m.text", "body": text}))

    @rule(
        who=people, room=rooms, kind=st.sampled_from(["name", "topic"]), text=st.sampled_from(TEXTS)
    )
    def change_state(self, who: int, room: int, kind: str, text: str) -> None:
        self.add(room, self.ask(who, "PUT", self.at(room, f"state/m.room.{kind}"), {kind: text}))

    @rule(who=people, room=rooms)
    def join(self, who: int, room: int) -> None:
        self.ask(who, "POST", self.at(room, "join"), {})

    @rule(who=people, room=rooms)
    def leave(self, who: int, room: int) -> None:
        self.ask(who, "POST", self.at(room, "leave"), {})

    @rule(
        who=people,
        whom=people,
        room=rooms,
        act=st.sampled_from(["invite", "invite", "kick", "ban", "unban"]),
    )
    def move(self, who: int, whom: int, room: int, act: str) -> None:
        self.ask(who, "POST", self.at(room, act), {"user_id": self.people[whom].user_id})

    @rule(who=people, room=rooms, power=st.sampled_from([0, 50, 100]), whom=people)
    def empower(self, who: int, room: int, power: int, whom: int) -> None:
        path = self.at(room, "state/m.room.power_levels")
        levels = self.ask(who, "GET", path, None)
        if levels:
            levels.setdefault("users", {})[self.people[whom].user_id] = power
            self.ask(who, "PUT", path, levels)

    @rule(who=people, room=rooms, rule_=st.sampled_from(["public", "invite"]))
    def change_join_rule(self, who: int, room: int, rule_: str) -> None:
        self.ask(who, "PUT", self.at(room, "state/m.room.join_rules"), {"join_rule": rule_})

    @rule(who=people, room=rooms, back=recent)
    def redact(self, who: int, room: int, back: int) -> None:
        txn = next(self.people[who].txns)
        self.ask(who, "PUT", self.at(room, f"redact/{q(self.nth(room, back))}/t{txn}"), {})

    @rule(who=people, room=rooms, back=recent, kind=st.sampled_from(["m.read", "m.read.private"]))
    def read(self, who: int, room: int, back: int, kind: str) -> None:
        self.ask(who, "POST", self.at(room, f"receipt/{kind}/{q(self.nth(room, back))}"), {})

    @rule(who=people, room=rooms, typing=st.booleans())
    def type(self, who: int, room: int, typing: bool) -> None:
        path = self.at(room, f"typing/{q(self.people[who].user_id)}")
        self.ask(who, "PUT", path, {"typing": typing, "timeout": 100_000})

    @rule(who=people, room=st.none() | rooms, value=st.integers(0, 3))
    def keep(self, who: int, room: int | None, value: int) -> None:
        place = "" if room is None else f"/rooms/{q(self.rooms[room])}"
        path = f"/user/{q(self.people[who].user_id)}{place}/account_data/test.kept"
        self.ask(who, "PUT", path, {"value": value})

    @rule(who=people, rooms_=st.lists(rooms, max_size=2))
    def befriend(self, who: int, rooms_: list[int]) -> None:
        path = f"/user/{q(self.people[who].user_id)}/account_data/m.direct"
        self.ask(who, "PUT", path, {"@friend:s": [self.rooms[room] for room in rooms_]})

    @rule(who=people, room=rooms, back=recent)
    def mark(self, who: int, room: int, back: int) -> None:
        event_id = self.nth(room, back)
        body = {"m.fully_read": event_id, "m.read": event_id}
        self.ask(who, "POST", self.at(room, "read_markers"), body)

    @rule(who=people, room=rooms, tag=st.sampled_from(["m.favourite", "u.tea"]), on=st.booleans())
    def tag(self, who: int, room: int, tag: str, on: bool) -> None:
        place = f"/user/{q(self.people[who].user_id)}/rooms/{q(self.rooms[room])}/tags/{tag}"
        self.ask(who, "PUT" if on else "DELETE", place, {"order": 0.5} if on else None)

    @rule(who=people, name=st.sampled_from(["Ada", "Lin", "林"]))
    def rename(self, who: int, name: str) -> None:
        path = f"/profile/{q(self.people[who].user_id)}/displayname"
        self.ask(who, "PUT", path, {"displayname": name})

    # -- the law -------------------------------------------------------------------------------

    @rule(which=devices)
    def sync(self, which: int) -> None:
        self.run(self._check(self.clients[which]))

    @rule(which=st.integers(0, SLIDING - 1), last=st.integers(0, 1), again=st.booleans())
    def slide(self, which: int, last: int, again: bool) -> None:
        if again:  # an answer that does not arrive
            self.run(self._lose(self.sliding[which], last))
        self.run(self._check_sliding(self.sliding[which], last))

    def teardown(self) -> None:
        for client in self.clients:
            self.run(self._check(client))
        for sliding in self.sliding:
            self.run(self._check_sliding(sliding, 9))

    async def _check(self, client: Client) -> None:
        await client.sync()
        fresh = Client(client.person, client.limit, client.lazy)
        await fresh.sync()
        assert client.data == fresh.data
        assert client.invites.keys() == fresh.invites.keys()  # they tell how it was when invited
        assert client.rooms.keys() == fresh.rooms.keys()
        for room_id, view in client.rooms.items():
            now = fresh.rooms[room_id]
            await same_state(client, room_id, view, now)
            await same_timeline(client, room_id, view, now)
            assert view.receipts == now.receipts
            assert view.data == now.data
            assert view.typing == now.typing
            assert view.unread == now.unread
            assert told_of(view) == now.summary

    async def _lose(self, client: SlidingClient, last: int) -> None:
        line = Line(client.person, client.wish(last), client.name, client.pos)
        await line.ask()

    async def _check_sliding(self, client: SlidingClient, last: int) -> None:
        await client.sync(last)
        fresh = SlidingClient(client.person, client.limit, client.lazy, "fresh")
        await fresh.sync(last)
        assert client.data == fresh.data
        assert fresh.invites.keys() <= client.invites.keys()
        assert fresh.rooms.keys() <= client.rooms.keys()
        if last >= ROOMS:
            assert client.invites.keys() == fresh.invites.keys()
            assert client.rooms.keys() == fresh.rooms.keys()
        me = client.person.user_id
        for room_id, now in fresh.rooms.items():
            view = client.rooms[room_id]
            await same_state(client, room_id, view, now)
            await same_timeline(client, room_id, view, now)
            assert at_events(view, me, now) == at_events(now, me, now)
            assert view.data == now.data
            assert view.typing == now.typing
            assert view.unread == now.unread
            assert client.shown[room_id] == fresh.shown[room_id]


def at_events(view: View, me: str, among: View) -> dict[tuple[str, str], str]:
    """Return one's own receipts, and others' at the events that a new connection is told of."""
    return {
        key: event_id
        for key, event_id in view.receipts.items()
        if key[1] == me or event_id in among.events
    }


def told_of(view: View) -> dict[str, Any]:
    """Return the summary that holds: heroes are told where a room has no other name."""
    named = any(
        view.state.get((kind, ""), {}).get("content", {}).get(key)
        for kind, key in (("m.room.name", "name"), ("m.room.canonical_alias", "alias"))
    )
    return {k: v for k, v in view.summary.items() if k != "m.heroes" or not named}


async def same_state(client: Client | SlidingClient, room_id: str, view: View, now: View) -> None:
    """Each piece of state is the same, and is what the room has; lazy clients lack members."""
    path = f"/rooms/{q(room_id)}/state"
    truth = {(e["type"], e["state_key"]): e for e in await client.person.did("GET", path)}
    for known in (view, now):
        assert brief(known.state) == brief({key: truth[key] for key in known.state})
        if client.lazy:
            needed = {key for key in truth if key[0] != MEMBER}
            needed |= {(MEMBER, sender) for sender in known.heard}
            assert needed <= known.state.keys()
        else:
            assert known.state.keys() == truth.keys()


def brief(state: dict[Key, Any]) -> dict[Key, Any]:
    """Return what is compared of state: which event, and what it says."""
    return {key: (event["event_id"], event["content"]) for key, event in state.items()}


async def same_timeline(
    client: Client | SlidingClient, room_id: str, view: View, now: View
) -> None:
    """What was followed is the end of what is there now, redactions applied."""
    path = f"/rooms/{q(room_id)}/messages"
    page = await client.person.did("GET", path, None, dir="b", limit=500)
    there = page["chunk"][::-1]
    for known in (view, now):
        ending = there[len(there) - len(known.timeline) :]
        assert known.timeline == [event["event_id"] for event in ending]
        said = {event_id: event["content"] for event_id, event in known.events.items()}
        assert said == {event["event_id"]: event["content"] for event in ending}


@pytest.mark.timeout(300)
@pytest.mark.usefixtures("database")  # an empty one
def test_snapshot_and_events_are_the_new_snapshot(dsn: str, tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()
    stack = AsyncExitStack()
    try:
        Interleaving.loop = loop
        Interleaving.home = loop.run_until_complete(
            stack.enter_async_context(living(dsn, tmp_path))
        )
        run_state_machine_as_test(
            Interleaving,
            settings=settings(
                max_examples=50,
                stateful_step_count=40,
                deadline=None,
                database=None,
                phases=(
                    Phase.generate,
                ),  # add Phase.shrink to study what it finds: that takes minutes
                print_blob=False,
                suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
            ),
        )
    finally:
        loop.run_until_complete(stack.aclose())
        loop.close()


async def test_who_comes_back_is_told_what_they_keep_about_the_room(house: Living) -> None:
    maker, guest = await house.person(), await house.person()
    room_id = await maker.room(guest)
    path = f"/user/{q(guest.user_id)}/rooms/{q(room_id)}/account_data/test.kept"
    await guest.did("PUT", path, {"value": 1})
    await guest.sync()
    await guest.did("POST", f"/rooms/{q(room_id)}/leave", {})
    await guest.sync()
    await guest.did("POST", f"/join/{q(room_id)}", {})
    room = (await guest.sync())["rooms"]["join"][room_id]
    assert room["account_data"]["events"] == [{"type": "test.kept", "content": {"value": 1}}]


async def test_a_room_that_loses_its_name_has_heroes(house: Living) -> None:
    maker, guest = await house.person(), await house.person()
    room_id = await maker.room(guest, name="a name")
    await maker.sync()
    path = f"/rooms/{q(room_id)}"
    named = (await maker.did("PUT", f"{path}/state/m.room.name", {"name": "another"}))["event_id"]
    assert "m.heroes" not in (await maker.sync())["rooms"]["join"][room_id]["summary"]
    await maker.did("PUT", f"{path}/redact/{q(named)}/t1", {})
    room = (await maker.sync())["rooms"]["join"][room_id]
    assert room["summary"]["m.heroes"] == [guest.user_id]
