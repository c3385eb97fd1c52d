"""Lazy loading of members (Client-Server API, "Lazy-loading room members", and /sync's own text)."""

import json
from typing import Any

import pytest

from tests.living import Living, Person, q

LIMIT = 2


def wish(redundant: bool = False, limit: int = LIMIT) -> str:
    """Return a filter that is lazy about members."""
    state = {"lazy_load_members": True, "include_redundant_members": redundant}
    return json.dumps({"room": {"state": state, "timeline": {"limit": limit}}})


def names(told: Any, room: str, kind: str = "state") -> list[str]:
    """Return whose memberships an answer's state has, each as often as it has it."""
    events = told["rooms"]["join"][room][kind]["events"]
    return sorted(e["state_key"] for e in events if e["type"] == "m.room.member")


async def call(person: Person, name: str) -> None:
    await person.did("PUT", f"/profile/{q(person.user_id)}/displayname", {"displayname": name})


async def test_what_members_did_in_a_gap_is_told_whoever_speaks(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob, carol, name="Tea")
    await alice.sync(filter=wish())
    await call(bob, "Robert")
    await carol.did("POST", f"/rooms/{q(room)}/leave", {})
    for number in range(LIMIT):
        await alice.say(room, str(number))
    told = await alice.sync(filter=wish())
    assert told["rooms"]["join"][room]["timeline"]["limited"] is True
    assert names(told, room) == sorted([bob.user_id, carol.user_id])


@pytest.mark.parametrize("redundant", [False, True])
async def test_a_member_is_told_once_unless_asked_for_again(house: Living, redundant: bool) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob, name="Tea")
    for number in range(LIMIT):
        await alice.say(room, str(number))
    assert names(await alice.sync(filter=wish(redundant)), room) == [alice.user_id]
    await bob.say(room, "here")
    before = alice.since
    assert names(await alice.sync(filter=wish(redundant)), room) == [bob.user_id]
    alice.since = before  # the answer was lost on its way
    assert names(await alice.sync(filter=wish(redundant)), room) == [bob.user_id]
    await bob.say(room, "again")
    await alice.say(room, "and again")
    expected = sorted([alice.user_id, bob.user_id]) if redundant else []
    assert names(await alice.sync(filter=wish(redundant)), room) == expected
    phone = await alice.again()
    assert names(await phone.sync(filter=wish(redundant)), room) == sorted(
        [alice.user_id, bob.user_id]
    )
    await call(bob, "Robert")
    await bob.say(room, "after that")
    for number in range(LIMIT):
        await bob.say(room, str(number))
    assert names(await alice.sync(filter=wish(redundant)), room) == [bob.user_id]


async def test_the_heroes_come_with_the_summary_that_names_them(house: Living) -> None:
    alice, bob, carol = [await house.person() for _ in range(3)]
    room = await alice.room(bob)
    for number in range(LIMIT):
        await alice.say(room, str(number))
    told = await alice.sync(filter=wish())
    assert told["rooms"]["join"][room]["summary"]["m.heroes"] == [bob.user_id]
    assert names(told, room) == sorted([alice.user_id, bob.user_id])
    await carol.did("POST", f"/join/{q(room)}", {})
    told = await alice.sync(filter=wish())
    assert told["rooms"]["join"][room]["summary"]["m.heroes"] == [bob.user_id, carol.user_id]
    assert names(told, room) == []  # one is known, and the other comes in the timeline


async def test_one_s_own_membership_is_told_on_joining_and_with_the_whole_state(
    house: Living,
) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(name="Tea")
    await bob.sync(filter=wish())
    await bob.did("POST", f"/join/{q(room)}", {})
    for number in range(LIMIT):
        await alice.say(room, str(number))
    expected = sorted([alice.user_id, bob.user_id])
    assert names(await bob.sync(filter=wish()), room) == expected
    assert names(await bob.sync(filter=wish(), full_state="true"), room) == [bob.user_id]
