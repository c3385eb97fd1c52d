"""The list of rooms."""

from typing import Any

import pytest

from tests.directory.conftest import Town

V3 = "/_matrix/client/v3"
ROOMS = f"{V3}/publicRooms"
PUBLIC = {"join_rule": "public"}


def listing(room_id: str) -> str:
    return f"{V3}/directory/list/room/{room_id}"


async def publish(town: Town, called: str, **state: Any) -> str:
    room_id = await town.room(called, "ann", **{"join_rules": PUBLIC, **state})
    answer = await town.client.ask("ann", "PUT", listing(room_id), json={"visibility": "public"})
    assert answer.status_code == 200, answer.text
    return room_id


async def found(town: Town, **body: Any) -> list[str]:
    answer = await town.client.ask("bo", "POST", ROOMS, json=body)
    assert answer.status_code == 200, answer.text
    return [room["room_id"] for room in answer.json()["chunk"]]


async def test_what_is_shown_of_a_room(town: Town) -> None:
    room_id = await publish(
        town,
        "a",
        name={"name": "Tea"},
        topic={"topic": "leaves"},
        canonical_alias={"alias": "#tea:tea.example"},
        avatar={"url": "mxc://tea.example/x"},
        guest_access={"guest_access": "can_join"},
        create={"type": "m.space"},
        history_visibility={"history_visibility": "world_readable"},
    )
    plain = await publish(town, "b", name={"name": 5}, avatar={"url": "http://x/"})
    await town.come(room_id, "bo")
    answer = (await town.client.ask("", "GET", ROOMS)).json()
    assert answer == {
        "chunk": [
            {
                "room_id": room_id,
                "num_joined_members": 2,
                "world_readable": True,
                "guest_can_join": True,
                "join_rule": "public",
                "name": "Tea",
                "topic": "leaves",
                "canonical_alias": "#tea:tea.example",
                "avatar_url": "mxc://tea.example/x",
                "room_type": "m.space",
            },
            {
                "room_id": plain,
                "num_joined_members": 1,
                "world_readable": False,
                "guest_can_join": False,
                "join_rule": "public",
            },
        ],
        "total_room_count_estimate": 2,
    }


async def test_rooms_are_listed_by_who_may_name_them(town: Town) -> None:
    room_id = await town.room("a", "ann", join_rules=PUBLIC)
    await town.come(room_id, "bo")
    path = listing(room_id)
    assert (await town.client.ask("", "GET", path)).json() == {"visibility": "private"}
    body = {"visibility": "public"}
    assert await town.client.error("bo", "PUT", path, json=body) == (403, "M_FORBIDDEN")
    assert await town.client.error("cy", "PUT", path, json=body) == (403, "M_FORBIDDEN")
    bad = await town.client.error("ann", "PUT", path, json={"visibility": "odd"})
    assert bad == (400, "M_BAD_JSON")
    for _ in range(2):
        assert (await town.client.ask("ann", "PUT", path, json={})).json() == {}
    assert (await town.client.ask("", "GET", path)).json() == {"visibility": "public"}
    await town.client.ask("ann", "PUT", path, json={"visibility": "private"})
    assert await found(town) == []
    nowhere = listing("!nowhere:tea.example")
    assert await town.client.error("", "GET", nowhere) == (404, "M_NOT_FOUND")
    assert await town.client.error("ann", "PUT", nowhere, json=body) == (404, "M_NOT_FOUND")


async def test_rooms_that_nobody_could_enter_or_read_are_left_out(town: Town) -> None:
    await publish(town, "closed", join_rules={"join_rule": "invite"})
    readable = await publish(
        town,
        "read",
        join_rules={"join_rule": "invite"},
        history_visibility={"history_visibility": "world_readable"},
    )
    knock = await publish(town, "knock", join_rules={"join_rule": "knock"})
    empty = await publish(town, "empty")
    await town.come(empty, "ann", "leave")
    assert sorted(await found(town)) == sorted([readable, knock])


async def test_pages_go_there_and_back(town: Town) -> None:
    rooms = [await publish(town, f"r{n}") for n in range(5)]
    for n, room_id in enumerate(rooms):
        for name in ("bo", "cy", "dan", "eve")[:n]:
            await town.come(room_id, name)
    rooms.reverse()
    first = (await town.client.ask("", "GET", f"{ROOMS}?limit=2")).json()
    assert [room["room_id"] for room in first["chunk"]] == rooms[:2]
    assert ("prev_batch" in first, first["total_room_count_estimate"]) == (False, 5)
    seen, token = list(first["chunk"]), first["next_batch"]
    while token:
        page = (await town.client.ask("", "GET", f"{ROOMS}?limit=2&since={token}")).json()
        seen += page["chunk"]
        back, token = page["prev_batch"], page.get("next_batch")
    assert [room["room_id"] for room in seen] == rooms
    before = await town.client.ask("bo", "POST", ROOMS, json={"limit": 2, "since": back})
    assert [room["room_id"] for room in before.json()["chunk"]] == rooms[2:4]


async def test_rooms_are_searched(town: Town) -> None:
    tea = await publish(town, "a", name={"name": "Green TEA"})
    topic = await publish(town, "b", topic={"topic": "茶 and tea"})
    space = await publish(town, "c", create={"type": "m.space"})
    assert sorted(await found(town, filter={"generic_search_term": "tea"})) == sorted([tea, topic])
    assert await found(town, filter={"generic_search_term": "茶"}) == [topic]
    assert await found(town, filter={"room_types": ["m.space"]}) == [space]
    assert sorted(await found(town, filter={"room_types": [None]})) == sorted([tea, topic])
    assert await found(town, third_party_instance_id="irc") == []


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        ({"limit": -1}, (400, "M_INVALID_PARAM")),
        ({"limit": "many"}, (400, "M_BAD_JSON")),
        ({"since": "nonsense"}, (400, "M_INVALID_PARAM")),
        ({"filter": []}, (400, "M_BAD_JSON")),
    ],
)
async def test_bad_questions(town: Town, body: Any, answer: tuple[int, str]) -> None:
    assert await town.client.error("bo", "POST", ROOMS, json=body) == answer
    assert await town.client.error("", "POST", ROOMS, json={}) == (401, "M_MISSING_TOKEN")
    other = await town.client.error("", "GET", f"{ROOMS}?server=other.example")
    assert other == (404, "M_NOT_FOUND")
