"""Which rooms a list has."""

from typing import Any

import pytest

from tests.living import Living, Person, q
from tests.slidingsync.asking import Line, body_of

ENCRYPTED = {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}


async def found(person: Person, filters: dict[str, Any]) -> set[str]:
    """Return the rooms of a new list."""
    line = Line(person, body_of(1, [], filters=filters), name="x")
    told = await line.ask()
    assert told["lists"]["all"]["count"] == len(told["rooms"])
    return set(told["rooms"])


async def keep(person: Person, kind: str, content: Any) -> None:
    await person.did("PUT", f"/user/{q(person.user_id)}/account_data/{kind}", content)


async def tag(person: Person, room: str, name: str) -> None:
    await person.did("PUT", f"/user/{q(person.user_id)}/rooms/{q(room)}/tags/{name}", {})


async def test_filters(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    plain = await alice.room(name="Green Tea")
    secret = await alice.room(initial_state=[ENCRYPTED])
    space = await alice.room(name="House", creation_content={"type": "m.space"})
    invited = (await bob.did("POST", "/createRoom", {"invite": [alice.user_id]}))["room_id"]
    everything = {plain, secret, space, invited}
    await keep(alice, "m.direct", {bob.user_id: [secret], "odd": 5})
    await tag(alice, plain, "m.favourite")
    await tag(alice, secret, "m.lowpriority")
    child = f"/rooms/{q(space)}/state/m.space.child/{q(plain)}"
    await alice.did("PUT", child, {"via": ["s"]})
    cases: list[tuple[dict[str, Any], set[str]]] = [
        ({}, everything),
        ({"is_dm": True}, {secret}),
        ({"is_dm": False}, everything - {secret}),
        ({"is_encrypted": True}, {secret}),
        ({"is_encrypted": False}, everything - {secret}),
        ({"is_invite": True}, {invited}),
        ({"is_invite": False}, everything - {invited}),
        ({"room_types": ["m.space"]}, {space}),
        ({"room_types": [None]}, everything - {space}),
        ({"not_room_types": ["m.space"]}, everything - {space}),
        ({"room_types": ["m.space", None], "not_room_types": [None]}, {space}),
        ({"room_name_like": "green"}, {plain}),
        ({"tags": ["m.favourite", "u.none"]}, {plain}),
        ({"not_tags": ["m.favourite"]}, everything - {plain}),
        ({"tags": ["m.lowpriority"], "is_dm": False}, set()),
        ({"spaces": [space, "!nowhere"]}, {plain}),
        ({"spaces": []}, set()),
    ]
    for filters, rooms in cases:
        assert await found(alice, filters) == rooms, filters


async def test_a_list_follows_what_its_filters_look_at(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room, space = await alice.room(bob), await bob.room(creation_content={"type": "m.space"})
    lists = {
        name: {"timeline_limit": 1, "required_state": [], "ranges": [[0, 9]], "filters": filters}
        for name, filters in (
            ("dm", {"is_dm": True}),
            ("secret", {"is_encrypted": True}),
            ("inside", {"spaces": [space]}),
            ("named", {"room_name_like": "tea"}),
        )
    }
    line = Line(bob, {"lists": lists})

    async def counts() -> dict[str, int]:
        told = await line.ask()
        return {name: one["count"] for name, one in told["lists"].items() if one["count"]}

    assert await counts() == {}
    await keep(bob, "m.direct", {alice.user_id: [room]})
    assert await counts() == {"dm": 1}
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.name", {"name": "Oolong tea"})
    assert await counts() == {"dm": 1, "named": 1}
    path = f"/rooms/{q(room)}/state/m.room.encryption"
    await alice.did("PUT", path, ENCRYPTED["content"])
    child = f"/rooms/{q(space)}/state/m.space.child/{q(room)}"
    await bob.did("PUT", child, {"via": ["s"]})
    assert await counts() == {"dm": 1, "secret": 1, "inside": 1, "named": 1}
    await bob.did("PUT", child, {})
    await bob.did("PUT", f"/rooms/{q(room)}/send/m.room.message/1", {"body": "", "msgtype": "x"})
    assert await counts() == {"dm": 1, "secret": 1, "named": 1}
    await keep(bob, "m.direct", {})
    assert await counts() == {"secret": 1, "named": 1}
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    assert await counts() == {}


@pytest.mark.parametrize(
    ("body", "errcode"),
    [
        ({"lists": {"a": {"ranges": [[5, 1]]}}}, "M_INVALID_PARAM"),
        ({"lists": {"a": {"ranges": [[-1, 1]]}}}, "M_BAD_JSON"),
        ({"lists": {"a": {"required_state": [["a"]]}}}, "M_BAD_JSON"),
        ({"lists": {"a": {"required_state": [["a", str(n)] for n in range(300)]}}}, "M_INVALID_PARAM"),
        ({"lists": {str(n): {} for n in range(101)}}, "M_INVALID_PARAM"),
        ({"lists": []}, "M_BAD_JSON"),
        ({"txn_id": "x" * 300}, "M_INVALID_PARAM"),
        ({"extensions": {"to_device": {"enabled": True, "since": "x"}}}, "M_INVALID_PARAM"),
    ],
)  # fmt: skip
async def test_what_cannot_be_read_is_refused(house: Living, body: Any, errcode: str) -> None:
    alice = await house.person()
    answer = await Line(alice, body).answer()
    assert (answer.status_code, answer.json()["errcode"]) == (400, errcode)


async def test_a_list_without_ranges_has_all_and_unknown_rooms_none(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    rooms = {await alice.room() for _ in range(3)}
    hidden = await bob.room()
    named = {hidden: {"timeline_limit": 1}, "!nowhere": {"timeline_limit": 1}}
    line = Line(alice, body_of(0, [], ranges=None, room_subscriptions=named))
    told = await line.ask(txn_id="t9")
    assert told["rooms"].keys() == rooms
    assert told["txn_id"] == "t9"
    assert all(part["timeline"] == [] and part["limited"] for part in told["rooms"].values())
