"""Walking a space, and looking at a room before coming in."""

from typing import Any

import pytest

from tests.living import Living, Person, q

V1 = "/_matrix/client/v1"


async def space(person: Person, **body: Any) -> str:
    """Make a space that everybody may come into."""
    return await person.room(creation_content={"type": "m.space"}, **body)


async def hold(person: Person, parent: str, child: str, **content: Any) -> None:
    """Put a room into a space."""
    body = {"via": ["s"], **content}
    await person.did("PUT", f"/rooms/{q(parent)}/state/m.space.child/{q(child)}", body)


async def walked(person: Person, root: str, **query: Any) -> list[str]:
    """Return the ids that a walk gives, page by page."""
    found: list[str] = []
    while True:
        told = await person.did("GET", f"{V1}/rooms/{q(root)}/hierarchy", None, **query)
        found += [room["room_id"] for room in told["rooms"]]
        if "next_batch" not in told:
            return found
        query["from"] = told["next_batch"]


async def test_a_space_is_walked_depth_first_in_its_order(house: Living) -> None:
    ada = await house.person()
    top, below = await space(ada, name="Top"), await space(ada, name="Below")
    first, second, third = [await ada.room(name=name) for name in ("first", "second", "third")]
    await hold(ada, top, second)
    await hold(ada, top, below, order="b")
    await hold(ada, top, first, order="a", suggested=True)
    await hold(ada, below, third)
    await hold(ada, below, top)  # a ring is walked once
    await hold(ada, top, await ada.room(), order="!", via=[])  # says nowhere: no child
    assert await walked(ada, top) == [top, first, below, third, second]
    assert await walked(ada, top, limit=2) == [top, first, below, third, second]
    assert await walked(ada, top, max_depth=1) == [top, first, below, second]
    assert await walked(ada, top, max_depth=0) == [top]
    assert await walked(ada, top, suggested_only="true") == [top, first]
    told = await ada.did("GET", f"{V1}/rooms/{q(top)}/hierarchy", None)
    head = told["rooms"][0]
    assert (head["room_type"], head["name"], head["num_joined_members"]) == ("m.space", "Top", 1)
    shown = head["children_state"]
    assert [event["state_key"] for event in shown] == [first, below, second]
    assert shown[0].keys() == {"type", "state_key", "content", "sender", "origin_server_ts"}
    assert all(room["children_state"] == [] for room in told["rooms"] if "room_type" not in room)


async def test_a_page_goes_on_only_in_the_same_walk(house: Living) -> None:
    ada = await house.person()
    top = await space(ada)
    await hold(ada, top, await ada.room())
    path = f"{V1}/rooms/{q(top)}/hierarchy"
    token = (await ada.did("GET", path, None, limit=1))["next_batch"]
    query = {"limit": 1, "from": token}
    assert len((await ada.did("GET", path, None, **query))["rooms"]) == 1
    for changed in ({"max_depth": 1}, {"suggested_only": "true"}, {"from": "x"}, {"limit": 0}):
        refused = await ada.refused("GET", path, None, **(query | changed))
        assert refused == "400 M_INVALID_PARAM", changed


async def test_a_walk_shows_only_what_one_may_see(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    top, other = await space(ada), await space(ada)
    closed = await ada.room(preset="private_chat")
    readable = await ada.room(preset="private_chat")
    state = {"history_visibility": "world_readable"}
    await ada.did("PUT", f"/rooms/{q(readable)}/state/m.room.history_visibility", state)
    asks = await ada.room(preset="private_chat")
    await ada.did("PUT", f"/rooms/{q(asks)}/state/m.room.join_rules", {"join_rule": "knock"})
    theirs = await ada.room(preset="private_chat")
    allow = [{"type": "m.room_membership", "room_id": other}]
    rule = {"join_rule": "restricted", "allow": allow}
    await ada.did("PUT", f"/rooms/{q(theirs)}/state/m.room.join_rules", rule)
    for nth, room in enumerate((closed, readable, asks, theirs)):
        await hold(ada, top, room, order=str(nth))
    assert await walked(bob, top) == [top, readable, asks]
    await bob.did("POST", f"/join/{q(other)}", {})
    assert await walked(bob, top) == [top, readable, asks, theirs]
    await ada.did("POST", f"/rooms/{q(closed)}/invite", {"user_id": bob.user_id})
    assert await walked(bob, top) == [top, closed, readable, asks, theirs]
    shown = (await bob.did("GET", f"{V1}/rooms/{q(theirs)}/hierarchy", None))["rooms"][0]
    assert (shown["join_rule"], shown["allowed_room_ids"]) == ("restricted", [other])
    await ada.did("POST", f"/rooms/{q(top)}/ban", {"user_id": bob.user_id})
    path = f"{V1}/rooms/{q(top)}/hierarchy"
    assert await bob.refused("GET", path) == "403 M_FORBIDDEN"
    nowhere = f"{V1}/rooms/{q('!nowhere:s')}/hierarchy"
    assert await bob.refused("GET", nowhere) == "403 M_FORBIDDEN"


@pytest.mark.parametrize("by_alias", [False, True])
async def test_a_room_is_summed_up_for_whom_it_concerns(house: Living, by_alias: bool) -> None:
    ada, bob = await house.person(), await house.person()
    room = await ada.room(
        name="Tea",
        room_alias_name="tea",
        initial_state=[
            {"type": "m.room.encryption", "content": {"algorithm": "m.megolm.v1.aes-sha2"}}
        ],
    )
    path = f"{V1}/room_summary/{q('#tea:s' if by_alias else room)}"
    told = await bob.did("GET", path)
    assert (told["room_id"], told["name"], told["membership"]) == (room, "Tea", "leave")
    assert told["encryption"] == "m.megolm.v1.aes-sha2"
    assert told["room_version"] == "12"
    assert (await ada.did("GET", path))["membership"] == "join"
    anybody = await house.client.get(path)
    assert anybody.status_code == 200
    assert "membership" not in anybody.json()
    await ada.did("PUT", f"/rooms/{q(room)}/state/m.room.join_rules", {"join_rule": "invite"})
    assert await bob.refused("GET", path) == "404 M_NOT_FOUND"
    assert (await house.client.get(path)).status_code == 404
    await ada.did("POST", f"/rooms/{q(room)}/invite", {"user_id": bob.user_id})
    assert (await bob.did("GET", path))["membership"] == "invite"


async def test_rooms_that_two_are_in(house: Living) -> None:
    ada, bob = await house.person(), await house.person()
    both = {await ada.room(bob), await bob.room(ada)}
    await ada.room()
    path = f"{V1}/mutual_rooms"
    told = await ada.did("GET", path, None, user_id=bob.user_id)
    assert (set(told["joined"]), told["count"]) == (both, 2)
    none = await ada.did("GET", path, None, user_id="@nobody:s")
    assert none == {"joined": [], "count": 0}
    for wrong in (ada.user_id, "bob", "@bö:s"):
        assert await ada.refused("GET", path, None, user_id=wrong) == "400 M_INVALID_PARAM"
    assert await ada.refused("GET", path) == "400 M_MISSING_PARAM"
    token = {"user_id": bob.user_id, "from": "x"}
    assert await ada.refused("GET", path, None, **token) == "400 M_INVALID_PARAM"
