"""Whose devices one is told to look at again: those who share a room, and no others."""

import asyncio
import itertools
from typing import Any

import pytest

from tests.encryption.signer import Signer
from tests.living import Living, Person, q

NOTHING: dict[str, list[str]] = {"changed": [], "left": []}


async def lists(person: Person, until: str = "changed") -> Any:
    """Sync until a list of devices is told, or at once if none is waited for."""
    since = person.since
    for _ in range(50 if until else 1):
        told = (await person.sync(timeout=1000 if until else 0)).get("device_lists", NOTHING)
        if not until or told[until]:
            changes = await person.did(
                "GET", "/keys/changes", None, **{"from": since, "to": person.since}
            )
            assert told in (NOTHING, changes)
            return told
    raise AssertionError(f"nobody has {until}")


async def settled(house: Living, *people: Person) -> None:
    """Let everybody hear of what has been."""
    assert await house.house.log.settled(20)
    for one in people:
        await one.sync()


async def test_new_keys_are_told_to_who_shares_a_room(house: Living) -> None:
    ann, bob, eve = [await house.person() for _ in range(3)]
    second = await ann.again()
    await ann.room(bob)
    await settled(house, ann, bob, eve, second)
    signer = Signer(ann)
    waiting = asyncio.ensure_future(lists(bob))
    while not house.house.talk.hub.waiting_count:
        await asyncio.wait([waiting], timeout=0.01)
    await signer.upload(device_keys=signer.device_keys)
    assert await waiting == {"changed": [ann.user_id], "left": []}
    assert await lists(second) == {"changed": [ann.user_id], "left": []}
    assert await lists(eve, "") == NOTHING
    await signer.upload(device_keys=signer.device_keys)  # the same again is no change
    assert await lists(bob, "") == NOTHING
    await ann.did("POST", "/keys/device_signing/upload", signer.cross_keys())
    assert await lists(bob) == {"changed": [ann.user_id], "left": []}


@pytest.mark.parametrize("what", ["came", "renamed", "went", "put out"])
async def test_devices_that_come_and_go_are_told(house: Living, what: str) -> None:
    ann, bob = await house.person(), await house.person()
    await ann.room(bob)
    second = await ann.again() if what != "came" else None
    await settled(house, ann, bob)
    if second is None:
        await ann.again()
    elif what == "renamed":
        await second.did("PUT", f"/devices/{second.device_id}", {"display_name": "Kettle"})
    elif what == "went":
        await second.did("POST", "/logout", {})
    else:
        body = {"new_password": "battery staple", "logout_devices": True}
        asked = (await ann.ask("POST", "/account/password", body)).json()
        who = {"type": "m.id.user", "user": ann.user_id}
        auth = {"type": "m.login.password", "session": asked["session"], "identifier": who}
        auth["password"] = "correct horse"
        await ann.did("POST", "/account/password", body | {"auth": auth})
    assert await lists(bob) == {"changed": [ann.user_id], "left": []}


async def test_who_comes_to_share_a_room_and_who_does_no_longer(house: Living) -> None:
    ann, bob, eve = [await house.person() for _ in range(3)]
    one = await ann.room(bob)
    two = await ann.room()
    await settled(house, ann, bob, eve)
    await eve.did("POST", f"/join/{q(one)}", {})
    assert await lists(ann) == {"changed": [eve.user_id], "left": []}
    both = sorted([ann.user_id, bob.user_id])
    assert await lists(eve) == {"changed": both, "left": []}
    await settled(house, ann, bob, eve)
    await bob.did("PUT", f"/profile/{bob.user_id}/displayname", {"displayname": "Bob"})
    assert await lists(ann, "") == NOTHING  # another name is not another coming
    await eve.did("POST", f"/join/{q(two)}", {})
    await lists(ann)
    await settled(house, ann, bob, eve)
    await eve.did("POST", f"/rooms/{q(one)}/leave", {})
    assert await lists(bob, "left") == {"changed": [], "left": [eve.user_id]}
    assert await lists(ann, "") == NOTHING  # there is another room
    assert await lists(eve, "left") == {"changed": [], "left": [bob.user_id]}
    invited = {"user_id": bob.user_id}
    await ann.did("POST", f"/rooms/{q(two)}/invite", invited)
    assert await lists(eve, "") == NOTHING
    await bob.did("POST", f"/rooms/{q(two)}/leave", {})
    assert await lists(eve, "") == NOTHING  # who was only asked never shared it


async def test_a_room_that_becomes_encrypted_is_looked_at_anew(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    room = await ann.room(bob)
    await settled(house, ann, bob)
    content = {"algorithm": "m.megolm.v1.aes-sha2"}
    await ann.did("PUT", f"/rooms/{q(room)}/state/m.room.encryption", content)
    assert await lists(bob) == {"changed": [ann.user_id], "left": []}
    assert await lists(ann) == {"changed": [bob.user_id], "left": []}


async def test_a_place_from_before_this_worker_misses_nothing(house: Living) -> None:
    ann, bob, eve = [await house.person() for _ in range(3)]
    room = await ann.room(bob)
    await settled(house, ann, bob)
    signer = Signer(ann)
    await signer.upload(device_keys=signer.device_keys)
    await eve.did("POST", f"/join/{q(room)}", {})
    hub = house.house.talk.hub
    for moved in (hub.moved_rooms, hub.moved_data, hub.moved_keys):
        moved.floor = house.house.log.applied  # as after a restart
    told = await bob.sync()
    assert told["device_lists"]["changed"] == sorted([ann.user_id, eve.user_id])


async def test_places_are_needed_to_compare(house: Living) -> None:
    ann = await house.person()
    await ann.sync()
    here = str(ann.since)
    for query in ({}, {"from": here}, {"to": here}):
        assert await ann.refused("GET", "/keys/changes", None, **query) == "400 M_MISSING_PARAM"
    wrong = {"from": "nonsense", "to": here}
    assert await ann.refused("GET", "/keys/changes", None, **wrong) == "400 M_INVALID_PARAM"


@pytest.mark.parametrize("how", ["leave", "kick", "ban", "deactivate"])
async def test_who_is_out_of_the_last_room_shared_is_no_longer_followed(
    house: Living, how: str
) -> None:
    ann, bob, eve = [await house.person() for _ in range(3)]
    place = f"/rooms/{q(await ann.room(bob, eve))}"
    await settled(house, ann, bob, eve)
    if how == "leave":
        await bob.did("POST", f"{place}/leave", {})
        await bob.did("POST", f"{place}/forget", {})
    elif how == "deactivate":
        asked = (await bob.ask("POST", "/account/deactivate", {})).json()
        auth = {"type": "m.login.password", "user": bob.user_id, "password": "correct horse"}
        await bob.did("POST", "/account/deactivate", {"auth": auth | {"session": asked["session"]}})
        await house.run_jobs()
        assert await house.house.log.settled(20)
    else:
        await ann.did("POST", f"{place}/{how}", {"user_id": bob.user_id})
    gone = {"changed": [], "left": [bob.user_id]}
    assert await lists(ann, "left") == gone
    assert await lists(eve, "left") == gone
    if how != "deactivate":
        mine = {"changed": [], "left": sorted([ann.user_id, eve.user_id])}
        assert await lists(bob, "left") == mine


async def test_keys_that_changed_while_apart_are_told_on_meeting_again(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    place = q(await ann.room(bob))
    signer = Signer(bob)
    await signer.upload(device_keys=signer.device_keys)
    await settled(house, ann, bob)
    await bob.did("POST", f"/rooms/{place}/leave", {})
    anew = Signer(bob)
    await anew.upload(device_keys=anew.device_keys)
    await bob.did("POST", f"/join/{place}", {})
    assert await house.house.log.settled(20)
    assert await lists(ann, "") == {"changed": [bob.user_id], "left": []}


async def test_a_room_that_takes_anothers_place_loses_nobody(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    old = await ann.room(bob)
    await settled(house, ann, bob)
    body = {"new_version": "11"}
    new = (await ann.did("POST", f"/rooms/{q(old)}/upgrade", body))["replacement_room"]
    await bob.did("POST", f"/join/{q(new)}", {})
    await settled(house, ann, bob)
    await bob.did("POST", f"/rooms/{q(old)}/leave", {})
    assert await lists(ann, "") == NOTHING
    assert await lists(bob, "") == NOTHING
    await bob.did("POST", f"/rooms/{q(new)}/leave", {})
    assert await lists(ann, "left") == {"changed": [], "left": [bob.user_id]}


async def test_only_what_changed_between_two_places_is_told(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    await ann.room(bob)
    places: list[str | None] = []
    for number in range(3):
        if number == 1:
            signer = Signer(bob)
            await signer.upload(device_keys=signer.device_keys)
        await settled(house, ann, bob)
        places.append(ann.since)
    asked = [{"from": one, "to": other} for one, other in itertools.pairwise(places)]
    told = [await ann.did("GET", "/keys/changes", None, **one) for one in asked]
    assert told == [{"changed": [bob.user_id], "left": []}, NOTHING]


async def test_every_sync_counts_keys_and_only_later_ones_have_lists(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    await ann.room(bob)
    assert "device_lists" not in await ann.sync()
    for _ in range(2):
        told = await ann.sync()
        assert told["device_one_time_keys_count"] == {"signed_curve25519": 0}
        assert told["device_unused_fallback_key_types"] == []
