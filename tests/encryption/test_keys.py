"""Device keys are shown, one-time keys given out once, and all of it ends with the device."""

import asyncio
from typing import Any

import pytest

from tests.encryption.signer import Signer, claim, query
from tests.living import Living


async def signer(house: Living) -> Signer:
    return Signer(await house.person())


async def test_what_a_device_shows_is_shown_to_others(house: Living) -> None:
    ann, bob = await signer(house), await house.person()
    assert await ann.upload(device_keys=ann.device_keys) == {"signed_curve25519": 0}
    told = await query(bob, ann.person, bob)
    who, device = ann.person.user_id, ann.person.device_id
    assert told["device_keys"][who][device] == {**ann.device_keys, "unsigned": {}}
    assert told["device_keys"][bob.user_id] == {}
    assert told["failures"] == {}
    asked = {"device_keys": {who: ["OTHER"], "@nobody:s": [], "@far:elsewhere": []}}
    told = await bob.did("POST", "/keys/query", asked)
    assert told["device_keys"] == {who: {}}
    assert list(told["failures"]) == ["elsewhere"]


async def test_a_device_is_called_by_its_name_to_its_owner_alone(house: Living) -> None:
    ann, bob = await signer(house), await house.person()
    await ann.upload(device_keys=ann.device_keys)
    who, device = ann.person.user_id, ann.person.device_id
    await ann.person.did("PUT", f"/devices/{device}", {"display_name": "Kettle"})
    mine = (await query(ann.person, ann.person))["device_keys"][who][device]
    assert mine["unsigned"] == {"device_display_name": "Kettle"}
    seen = (await query(bob, ann.person))["device_keys"][who][device]
    assert seen["unsigned"] == {}


async def test_keys_are_ones_own_and_of_the_right_shape(house: Living) -> None:
    ann = await signer(house)
    for wrong in (
        {"user_id": "@bob:s"},
        {"device_id": "OTHER"},
        {"user_id": 50},
        {"algorithms": None},
        {"keys": {"a": 1}},
        {"signatures": {"bob": {}}},
    ):
        body = {"device_keys": {**ann.device_keys, **wrong}}
        assert await ann.person.refused("POST", "/keys/upload", body) == "400 M_BAD_JSON"
    for name, value in (
        ("nocolon", "x"),
        ("a:", "x"),
        ("a:1", 5),
        ("a:1", {"key": "x"}),
        ("a:1", {"key": "x", "signatures": {"bob": {}}}),
    ):
        for field in ("one_time_keys", "fallback_keys"):
            body = {field: {name: value}}
            assert await ann.person.refused("POST", "/keys/upload", body) == "400 M_BAD_JSON"
    big = {"one_time_keys": {"a:1": "x" * 5000}}
    assert await ann.person.refused("POST", "/keys/upload", big) == "413 M_TOO_LARGE"
    many = {"one_time_keys": {f"a:{n}": "x" for n in range(1001)}}
    assert await ann.person.refused("POST", "/keys/upload", many) == "413 M_TOO_LARGE"
    spare = {"fallback_keys": {f"a{n}:1": "x" for n in range(21)}}
    assert await ann.person.refused("POST", "/keys/upload", spare) == "413 M_TOO_LARGE"
    assert (await query(ann.person, ann.person))["device_keys"] == {ann.person.user_id: {}}
    for body in ({}, {"device_keys": {ann.person.user_id: "x"}}, {"device_keys": {"ann": []}}):
        status = await ann.person.refused("POST", "/keys/query", body)
        assert status == ("400 M_MISSING_PARAM" if not body else "400 M_BAD_JSON")
    assert await ann.person.refused("POST", "/keys/claim", {}) == "400 M_MISSING_PARAM"
    wrong_claim = {"one_time_keys": {"ann": {"A": "x"}}}
    assert await ann.person.refused("POST", "/keys/claim", wrong_claim) == "400 M_BAD_JSON"


async def test_a_one_time_key_of_the_same_name_is_the_same_key(house: Living) -> None:
    ann = await signer(house)
    keys = ann.one_time("A", "B")
    assert await ann.upload(one_time_keys=keys) == {"signed_curve25519": 2}
    assert await ann.upload(one_time_keys=keys) == {"signed_curve25519": 2}
    other = {"one_time_keys": {**ann.one_time("C"), **ann.one_time("B", extra=1)}}
    answer = await ann.person.ask("POST", "/keys/upload", other)
    assert (answer.status_code, answer.json()["errcode"]) == (400, "M_INVALID_PARAM")
    assert answer.json()["error"].startswith("One time key signed_curve25519:B already exists")
    assert await ann.upload() == {"signed_curve25519": 2}  # nothing of it was kept


async def test_keys_are_given_out_in_order_then_the_fallback_again_and_again(
    house: Living,
) -> None:
    ann, bob = await signer(house), await house.person()
    await ann.upload(device_keys=ann.device_keys, one_time_keys=ann.one_time("Z"))
    await ann.upload(
        one_time_keys=ann.one_time("A"), fallback_keys=ann.one_time("F", fallback=True)
    )
    told = await ann.person.sync()
    assert told["device_one_time_keys_count"] == {"signed_curve25519": 2}
    assert told["device_unused_fallback_key_types"] == ["signed_curve25519"]
    who, device = ann.person.user_id, ann.person.device_id
    names: list[str] = []
    for _ in range(4):
        names += (await claim(bob, ann.person))[who][device]
    assert names == [f"signed_curve25519:{name}" for name in "ZAFF"]
    told = await ann.person.sync()
    assert told["device_one_time_keys_count"] == {"signed_curve25519": 0}
    assert told["device_unused_fallback_key_types"] == []
    await ann.upload(fallback_keys=ann.one_time("F", fallback=True))  # the same is still used
    assert (await ann.person.sync())["device_unused_fallback_key_types"] == []
    await ann.upload(fallback_keys=ann.one_time("G", fallback=True))
    told = await ann.person.sync()
    assert told["device_unused_fallback_key_types"] == ["signed_curve25519"]


async def test_who_is_not_there_has_no_key(house: Living) -> None:
    bob = await house.person()
    asked = {"@far:elsewhere": {"A": "x"}, bob.user_id: {bob.device_id: "x"}, "@no:s": {"A": "x"}}
    told = await bob.did("POST", "/keys/claim", {"one_time_keys": asked})
    assert told["one_time_keys"] == {}
    assert list(told["failures"]) == ["elsewhere"]


@pytest.mark.parametrize("askers", [8])
async def test_no_key_is_given_out_twice(house: Living, askers: int) -> None:
    ann = await signer(house)
    names = [f"K{n}" for n in range(askers - 2)]
    await ann.upload(device_keys=ann.device_keys, one_time_keys=ann.one_time(*names))
    others = [await house.person() for _ in range(askers)]
    found = await asyncio.gather(*(claim(one, ann.person) for one in others))
    given = [
        name
        for one in found
        for devices in one.values()
        for keys in devices.values()
        for name in keys
    ]
    assert len(given) == len(set(given))
    while more := await claim(others[0], ann.person):  # what was held by somebody else's claim
        given += more[ann.person.user_id][ann.person.device_id]
    assert sorted(given) == sorted(f"signed_curve25519:{name}" for name in names)


async def test_what_a_device_had_goes_with_it(house: Living) -> None:
    ann, bob = await signer(house), await house.person()
    second = Signer(await ann.person.again())
    await ann.upload(device_keys=ann.device_keys)
    await second.upload(device_keys=second.device_keys, one_time_keys=second.one_time("A"))
    messages = {ann.person.user_id: {second.person.device_id: {"a": 1}}}
    await bob.did("PUT", "/sendToDevice/m.test/1", {"messages": messages})
    devices = (await query(bob, ann.person))["device_keys"][ann.person.user_id]
    assert set(devices) == {ann.person.device_id, second.person.device_id}
    await second.person.did("POST", "/logout", {})
    devices = (await query(bob, ann.person))["device_keys"][ann.person.user_id]
    assert set(devices) == {ann.person.device_id}
    assert await claim(bob, second.person) == {}
    back = await ann.person.again(second.person.device_id)
    told = await back.sync()
    assert "to_device" not in told
    assert told["device_one_time_keys_count"] == {"signed_curve25519": 0}


async def test_new_device_keys_take_the_place_of_the_old(house: Living) -> None:
    ann = await signer(house)
    await ann.upload(device_keys=ann.device_keys)
    anew = Signer(ann.person)
    await anew.upload(device_keys=anew.device_keys)
    told: Any = await query(ann.person, ann.person)
    shown = told["device_keys"][ann.person.user_id][ann.person.device_id]
    assert shown["keys"] == anew.device_keys["keys"]


async def test_what_is_kept_of_keys_is_in_the_copy(house: Living) -> None:
    ann = await signer(house)
    await ann.upload(
        device_keys=ann.device_keys,
        one_time_keys=ann.one_time("A"),
        fallback_keys=ann.one_time("F"),
    )
    await ann.person.did("POST", "/keys/device_signing/upload", ann.cross_keys())
    held = await house.house.talk.encryption.keys.held(ann.person.user_id)
    kinds = ["device", "fallback", "master", "one_time", "self_signing", "user_signing"]
    assert [kind for kind, _, _ in held] == kinds
