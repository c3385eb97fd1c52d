"""Sliding sync through the API: which rooms, what of them, and once."""

import asyncio
from typing import Any

from tests.living import Living, q
from tests.slidingsync.asking import Line, body_of, state, texts

NOTHING: dict[str, Any] = {}


async def test_it_is_told_in_versions(house: Living) -> None:
    told = (await house.client.get("/_matrix/client/versions")).json()
    assert told["unstable_features"]["org.matrix.simplified_msc3575"] is True


async def test_a_room_is_told_once_and_then_what_is_new(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob, name="Tea")
    await alice.say(room, "one")
    line = Line(bob, body_of(1))
    told = await line.ask()
    assert told["lists"] == {"all": {"count": 1}}
    part = told["rooms"][room]
    assert (part["initial"], part["name"], part["limited"]) == (True, "Tea", True)
    assert (part["joined_count"], part["invited_count"], part["num_live"]) == (2, 0, 0)
    assert (texts(part), part["membership"], part["lists"]) == (["one"], "join", ["all"])
    assert ("m.room.create", "") in state(part)
    assert ("m.room.member", alice.user_id) in state(part)
    assert "heroes" not in part
    assert await line.rooms() == NOTHING
    await alice.say(room, "two")
    part = (await line.rooms())[room]
    assert (texts(part), part["num_live"], part["limited"]) == (["two"], 1, False)
    assert not {"initial", "name", "required_state", "joined_count"} & part.keys()
    assert part["notification_count"] == 2
    assert await line.rooms() == NOTHING


async def test_a_long_poll_ends_when_something_is_said(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    line = Line(bob)
    await line.ask()
    waiting = asyncio.ensure_future(line.rooms(timeout=30_000))
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    await alice.say(room, "wake up")
    assert texts((await waiting)[room]) == ["wake up"]


async def test_an_answer_that_is_lost_is_given_again(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    line = Line(bob)
    first = await line.ask()
    await alice.say(room, "one")
    lost = (await line.answer()).json()
    again = (await line.answer()).json()
    assert texts(lost["rooms"][room]) == texts(again["rooms"][room]) == ["one"]
    line.pos = ""
    assert (await line.ask())["rooms"][room]["initial"] is True
    line.pos = first["pos"]
    assert (await line.answer()).json()["errcode"] == "M_UNKNOWN_POS"


async def test_what_cannot_be_gone_on_with_is_refused(house: Living) -> None:
    alice = await house.person()
    await alice.room()
    line = Line(alice)
    await line.ask()
    for pos in ("s1", "nonsense", "s1_0_x_0.12.", line.pos.replace(".", ".9")):
        line.pos = pos
        answer = await line.answer()
        assert (answer.status_code, answer.json()["errcode"]) == (400, "M_UNKNOWN_POS"), pos
    other = Line(await alice.again(), name=line.name, pos=line.pos)
    assert (await other.answer()).status_code == 400


async def test_a_connection_is_gone_on_with_after_a_restart(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room, other = await alice.room(bob), await alice.room(bob)
    line = Line(bob)
    assert (await line.rooms()).keys() == {room, other}
    house.house.sliding.connections._held.clear()  # as another worker has it
    await alice.say(room, "one")
    part = (await line.rooms())[room]
    assert texts(part) == ["one"]
    assert "initial" not in part
    house.house.sliding.connections._held.clear()
    assert await line.rooms() == NOTHING
    async with house.house.ground.db.transaction() as tx:
        await tx.run("truncate slidingsync_connections cascade")  # as a crash does
    house.house.sliding.connections._held.clear()
    assert (await line.answer()).json()["errcode"] == "M_UNKNOWN_POS"


async def test_a_window_slides_by_what_was_said_last(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    rooms = [await alice.room(bob) for _ in range(3)]
    for nth, room in enumerate(rooms):
        await alice.say(room, f"in {nth}")
    line = Line(bob, body_of(1, ranges=[[0, 1]]))
    told = await line.ask()
    assert told["lists"]["all"]["count"] == 3
    assert told["rooms"].keys() == {rooms[1], rooms[2]}
    await alice.say(rooms[0], "now I am first")
    told = await line.ask()
    assert told["rooms"].keys() == {rooms[0]}
    assert told["rooms"][rooms[0]]["initial"] is True
    assert told["rooms"][rooms[0]]["num_live"] == 1
    await alice.say(rooms[2], "two first")
    await alice.say(rooms[1], "one first")
    told = await line.ask()  # room 0 is out of sight, and does not change
    assert told["rooms"].keys() == {rooms[1], rooms[2]}
    await alice.did("PUT", f"/rooms/{q(rooms[0])}/state/m.room.topic", {"topic": "deep"})
    await alice.say(rooms[1], "one again")
    await alice.say(rooms[2], "two again")
    told = await line.ask()
    assert told["rooms"].keys() == {rooms[1], rooms[2]}
    wide = body_of(1, ranges=[[0, 9]])
    part = (await line.ask(**wide))["rooms"][rooms[0]]
    assert state(part) == {("m.room.topic", ""): {"topic": "deep"}}
    assert "initial" not in part
    assert part["limited"] is False


async def test_more_of_the_timeline_is_told_when_more_is_wanted(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    for nth in range(5):
        await alice.say(room, str(nth))
    line = Line(bob, body_of(1))
    assert texts((await line.rooms())[room]) == ["4"]
    more = {"room_subscriptions": {room: {"timeline_limit": 3, "required_state": []}}}
    part = (await line.rooms(timeout=30_000, **more))[room]
    assert texts(part) == ["2", "3", "4"]
    assert (part["unstable_expanded_timeline"], part["limited"], part["num_live"]) == (
        True, True, 0,
    )  # fmt: skip
    assert "initial" not in part
    assert await line.rooms(**more) == NOTHING
    assert await line.rooms() == NOTHING
    await alice.say(room, "5")
    assert texts((await line.rooms(**more))[room]) == ["5"]


async def test_more_state_is_told_when_more_is_wanted(house: Living) -> None:
    alice = await house.person()
    room = await alice.room(name="Tea", topic="leaves")
    line = Line(alice, body_of(1, [["m.room.create", ""], ["m.room.member", "$ME"]]))
    had = state((await line.rooms())[room])
    assert had.keys() == {("m.room.create", ""), ("m.room.member", alice.user_id)}
    more = body_of(1, [["m.room.create", ""], ["m.room.topic", "*"], ["m.room.member", "$ME"]])
    assert state((await line.rooms(**more))[room]).keys() == {("m.room.topic", "")}
    assert await line.rooms(**more) == NOTHING
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.topic", {"topic": "water"})
    part = (await line.rooms())[room]  # the topic is not wanted now
    assert state(part) == {}
    assert state((await line.rooms(**more))[room])[("m.room.topic", "")] == {"topic": "water"}


async def test_members_are_told_as_they_speak(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob, carol)
    await alice.say(room, "hello")
    line = Line(carol, body_of(1, [["*", "*"], ["m.room.member", "$LAZY"]]))

    def members(part: Any) -> set[str]:
        return {key for kind, key in state(part) if kind == "m.room.member"}

    assert members((await line.rooms())[room]) == {alice.user_id}
    await alice.say(room, "again")
    assert members((await line.rooms())[room]) == set()
    await bob.say(room, "I am here too")
    assert members((await line.rooms())[room]) == {bob.user_id}
    await bob.did("PUT", f"/profile/{q(bob.user_id)}/displayname", {"displayname": "Bo"})
    assert members((await line.rooms())[room]) == {bob.user_id}


async def test_invitations_departures_and_expulsions(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    line = Line(bob)
    assert await line.rooms() == NOTHING
    room = (await alice.did("POST", "/createRoom", {"name": "Tea", "invite": [bob.user_id]}))[
        "room_id"
    ]
    part = (await line.rooms())[room]
    assert part["membership"] == "invite"
    assert part["initial"] is True
    shown = {(e["type"], e["state_key"]) for e in part["invite_state"]}
    assert {("m.room.name", ""), ("m.room.member", bob.user_id)} <= shown
    assert not {"timeline", "required_state", "joined_count"} & part.keys()
    assert await line.rooms() == NOTHING
    await bob.did("POST", f"/join/{q(room)}", {})
    part = (await line.rooms())[room]
    assert (part["membership"], part["initial"], part["joined_count"]) == ("join", True, 2)
    await alice.say(room, "before")
    await alice.did("POST", f"/rooms/{q(room)}/kick", {"user_id": bob.user_id})
    await alice.say(room, "after")
    told = await line.ask()
    part = told["rooms"][room]
    assert (part["membership"], texts(part)) == ("leave", ["before"])
    assert part["timeline"][-1]["content"]["membership"] == "leave"
    assert state(part)[("m.room.member", bob.user_id)]["membership"] == "leave"
    assert told["lists"]["all"]["count"] == 1
    assert (await Line(bob, name="new").rooms())[room]["membership"] == "leave"
    assert await line.rooms() == NOTHING
    await alice.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    assert (await line.rooms())[room]["membership"] == "invite"
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    told = await line.ask()
    assert told["rooms"][room]["membership"] == "leave"
    assert told["lists"]["all"]["count"] == 0
    assert "after" not in str(told)
    assert await Line(bob, name="newer").rooms() == NOTHING


async def test_a_nameless_room_has_heroes_and_a_name_can_go(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    line = Line(bob, body_of(1, []))
    part = (await line.rooms())[room]
    assert part["heroes"] == [{"user_id": alice.user_id}]
    assert "name" not in part
    path = f"/rooms/{q(room)}"
    named = (await alice.did("PUT", f"{path}/state/m.room.name", {"name": "Tea"}))["event_id"]
    avatar = {"url": "mxc://s/a"}
    await alice.did("PUT", f"{path}/state/m.room.avatar", avatar)
    part = (await line.rooms())[room]
    assert (part["name"], part["avatar"]) == ("Tea", "mxc://s/a")
    assert "heroes" not in part
    await alice.did("PUT", f"{path}/redact/{q(named)}/t1", {})
    part = (await line.rooms())[room]
    assert part["name"] is None
    assert part["heroes"][0]["user_id"] == alice.user_id
    assert "avatar" not in part


async def test_what_is_ignored_is_not_told(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob, carol)
    line = Line(carol)
    await line.ask()
    body = {"ignored_users": {bob.user_id: {}}}
    path = f"/user/{q(carol.user_id)}/account_data/m.ignored_user_list"
    await carol.did("PUT", path, body)
    await bob.say(room, "spam")
    await alice.say(room, "tea")
    assert texts((await line.rooms())[room]) == ["tea"]
    invite = {"invite": [carol.user_id]}
    await bob.did("POST", "/createRoom", invite)
    assert (await line.ask())["lists"]["all"]["count"] == 1


async def test_who_takes_no_invitations_is_told_of_none(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    await alice.did("POST", "/createRoom", {"invite": [bob.user_id]})
    line = Line(bob)
    path = f"/user/{q(bob.user_id)}/account_data/m.invite_permission_config"
    for config, count in (({}, 1), ({"default_action": "block"}, 0), ({}, 1)):
        await bob.did("PUT", path, config)
        assert (await line.ask())["lists"]["all"]["count"] == count


async def test_the_bump_stamp_is_of_what_is_said(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room()
    await alice.say(room, "one")
    line = Line(alice, body_of(1, []))
    stamp = (await line.rooms())[room]["bump_stamp"]
    await bob.did("POST", f"/join/{q(room)}", {})
    assert "bump_stamp" not in (await line.rooms())[room]
    assert (await Line(alice, name="x").rooms())[room]["bump_stamp"] == stamp
    await alice.say(room, "two")
    assert (await line.rooms())[room]["bump_stamp"] > stamp
