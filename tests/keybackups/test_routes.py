"""Backups of keys through the Matrix API: versions, the three ways to name keys, and who wins."""

import asyncio
from typing import Any

from tests.living import Living, Person, q

ALGORITHM = "m.megolm_backup.v1.curve25519-aes-sha2"
VERSION, KEYS = "/room_keys/version", "/room_keys/keys"


async def begin(person: Person, **auth: Any) -> str:
    body = {"algorithm": ALGORITHM, "auth_data": {"public_key": "abc", **auth}}
    return (await person.did("POST", VERSION, body))["version"]


def key(index: int = 5, forwarded: int = 5, verified: bool = False, data: str = "x") -> Any:
    return {
        "first_message_index": index,
        "forwarded_count": forwarded,
        "is_verified": verified,
        "session_data": {"ciphertext": data},
    }


async def test_versions_begin_change_and_end(house: Living) -> None:
    ann, bob = await house.person(), await house.person()
    assert await ann.refused("GET", VERSION) == "404 M_NOT_FOUND"
    first, second = await begin(ann), await begin(ann, of="two")
    assert first != second
    told = await ann.did("GET", VERSION)
    assert (told["version"], told["count"]) == (second, 0)
    assert told["auth_data"] == {"public_key": "abc", "of": "two"}
    assert (await ann.did("GET", f"{VERSION}/{first}"))["auth_data"] == {"public_key": "abc"}
    body = {"algorithm": ALGORITHM, "auth_data": {"public_key": "new"}, "version": first}
    await ann.did("PUT", f"{VERSION}/{first}", body)
    assert (await ann.did("GET", f"{VERSION}/{first}"))["auth_data"] == {"public_key": "new"}
    place = f"{VERSION}/{first}"
    assert await ann.refused("PUT", place, body | {"version": "9"}) == "400 M_INVALID_PARAM"
    assert await ann.refused("PUT", place, body | {"algorithm": "x"}) == "400 M_INVALID_PARAM"
    assert await ann.refused("PUT", f"{VERSION}/9", body | {"version": "9"}) == "404 M_NOT_FOUND"
    assert await bob.refused("GET", place) == "404 M_NOT_FOUND"
    assert await ann.refused("GET", f"{VERSION}/x") == "404 M_NOT_FOUND"
    assert await ann.refused("DELETE", f"{VERSION}/9") == "404 M_NOT_FOUND"
    await ann.did("DELETE", f"{VERSION}/{second}")
    await ann.did("DELETE", f"{VERSION}/{second}")  # twice is once
    assert await ann.refused("GET", f"{VERSION}/{second}") == "404 M_NOT_FOUND"
    assert (await ann.did("GET", VERSION))["version"] == first
    assert await begin(ann) not in (first, second)


async def test_versions_that_cannot_be_are_refused(house: Living) -> None:
    ann = await house.person()
    for body, word in (
        ({}, "400 M_MISSING_PARAM"),
        ({"algorithm": ALGORITHM}, "400 M_MISSING_PARAM"),
        ({"algorithm": 5, "auth_data": {}}, "400 M_BAD_JSON"),
        ({"algorithm": "x", "auth_data": {}}, "400 M_INVALID_PARAM"),
        ({"algorithm": ALGORITHM, "auth_data": "x"}, "400 M_BAD_JSON"),
        ({"algorithm": ALGORITHM, "auth_data": 5}, "400 M_BAD_JSON"),
        ({"algorithm": ALGORITHM, "auth_data": {"a": "x" * 70_000}}, "413 M_TOO_LARGE"),
    ):
        assert await ann.refused("POST", VERSION, body) == word
    for _ in range(100):
        last = await begin(ann)
    body = {"algorithm": ALGORITHM, "auth_data": {}}
    assert await ann.refused("POST", VERSION, body) == "413 M_TOO_LARGE"
    await ann.did("DELETE", f"{VERSION}/{last}")
    await begin(ann)


async def test_keys_are_named_in_three_ways(house: Living) -> None:
    ann = await house.person()
    version = await begin(ann)
    asked: dict[str, Any] = {"version": version}
    rooms = {"!a:s": {"sessions": {"s1": key(), "s2": key()}}, "!b:s": {"sessions": {"s3": key()}}}
    told = await ann.did("PUT", KEYS, {"rooms": rooms}, **asked)
    assert told["count"] == 3
    room = f"{KEYS}/{q('!b:s')}"
    told2 = await ann.did("PUT", room, {"sessions": {"s4": key()}}, **asked)
    assert (told2["count"], told2["etag"] != told["etag"]) == (4, True)
    await ann.did("PUT", f"{room}/{q('s/5')}", key(data="five"), **asked)
    assert await ann.did("GET", f"{room}/{q('s/5')}", None, **asked) == key(data="five")
    assert set((await ann.did("GET", room, None, **asked))["sessions"]) == {"s3", "s4", "s/5"}
    everything = (await ann.did("GET", KEYS, None, **asked))["rooms"]
    assert {r: set(one["sessions"]) for r, one in everything.items()} == {
        "!a:s": {"s1", "s2"},
        "!b:s": {"s3", "s4", "s/5"},
    }
    newest = await ann.did("GET", VERSION)
    assert newest["count"] == 5
    assert (await ann.did("DELETE", f"{room}/s3", None, **asked))["count"] == 4
    again = await ann.did("DELETE", f"{room}/s3", None, **asked)
    assert again["count"] == 4  # nothing was there to delete, and nothing changed
    assert await ann.refused("GET", f"{room}/s3", None, **asked) == "404 M_NOT_FOUND"
    assert (await ann.did("DELETE", room, None, **asked))["count"] == 2
    assert await ann.did("GET", room, None, **asked) == {"sessions": {}}
    assert (await ann.did("DELETE", KEYS, None, **asked))["count"] == 0
    assert await ann.did("GET", KEYS, None, **asked) == {"rooms": {}}


async def test_the_better_key_stays(house: Living) -> None:
    ann = await house.person()
    asked: dict[str, Any] = {"version": await begin(ann)}
    place = f"{KEYS}/{q('!a:s')}/s"
    etag = ""
    for brought, wins in (
        (key(5, 5, False, "first"), True),
        (key(5, 5, False, "same"), False),
        (key(5, 6, False, "passed on"), False),
        (key(5, 4, False, "fewer hands"), True),
        (key(6, 0, False, "later"), False),
        (key(4, 9, False, "earlier"), True),
        (key(9, 9, True, "verified"), True),
        (key(0, 0, False, "unverified"), False),
    ):
        told = await ann.did("PUT", place, brought, **asked)
        assert told["count"] == 1
        kept = await ann.did("GET", place, None, **asked)
        assert (kept == brought) is wins
        assert (told["etag"] != etag) is wins
        etag = told["etag"]


async def test_only_the_newest_version_is_written_to(house: Living) -> None:
    ann = await house.person()
    place = f"{KEYS}/{q('!a:s')}/s"
    assert await ann.refused("PUT", place, key(), version="1") == "404 M_NOT_FOUND"
    first = await begin(ann)
    await ann.did("PUT", place, key(), version=first)
    second = await begin(ann)
    for path, body in (
        (place, key()),
        (f"{KEYS}/{q('!a:s')}", {"sessions": {"s": key()}}),
        (KEYS, {"rooms": {"!a:s": {"sessions": {"s": key()}}}}),
    ):
        answer = await ann.ask("PUT", path, body, version=first)
        told = answer.json()
        assert (answer.status_code, told["errcode"]) == (403, "M_WRONG_ROOM_KEYS_VERSION")
        assert told["current_version"] == second
        assert await ann.refused("PUT", path, body) == "400 M_MISSING_PARAM"
        assert await ann.refused("PUT", path, body, version="9") == "404 M_NOT_FOUND"
    assert await ann.did("GET", place, None, version=first) == key()
    for method in ("GET", "DELETE"):
        for path in (KEYS, f"{KEYS}/{q('!a:s')}", place):
            assert await ann.refused(method, path) == "400 M_MISSING_PARAM"
            assert await ann.refused(method, path, None, version="9") == "404 M_NOT_FOUND"


async def test_keys_of_the_wrong_shape_are_refused(house: Living) -> None:
    ann = await house.person()
    asked: dict[str, Any] = {"version": await begin(ann)}
    place = f"{KEYS}/{q('!a:s')}/s"
    for wrong, word in (
        ({"first_message_index": "1"}, "400 M_BAD_JSON"),
        ({"first_message_index": -1}, "400 M_BAD_JSON"),
        ({"forwarded_count": 2**60}, "400 M_BAD_JSON"),
        ({"is_verified": 1}, "400 M_BAD_JSON"),
        ({"session_data": "x"}, "400 M_BAD_JSON"),
        ({"session_data": {"a": "x" * 40_000}}, "413 M_TOO_LARGE"),
    ):
        assert await ann.refused("PUT", place, key() | wrong, **asked) == word
    assert await ann.refused("PUT", place, {}, **asked) == "400 M_MISSING_PARAM"
    assert await ann.refused("PUT", f"{KEYS}/room/s", key(), **asked) == "400 M_INVALID_PARAM"
    many = {"rooms": {"!a:s": {"sessions": {"s" * 256: key()}}}}
    assert await ann.refused("PUT", KEYS, many, **asked) == "400 M_INVALID_PARAM"
    assert (await ann.did("GET", VERSION))["count"] == 0


async def test_two_devices_that_write_at_once_are_both_counted(house: Living) -> None:
    ann = await house.person()
    second = await ann.again()
    asked: dict[str, Any] = {"version": await begin(ann)}

    async def put(person: Person, number: int) -> None:
        await person.did("PUT", f"{KEYS}/{q('!a:s')}/s{number}", key(), **asked)

    await asyncio.gather(*(put((ann, second)[n % 2], n % 6) for n in range(12)))
    told = await ann.did("GET", VERSION)
    assert told["count"] == 6
    assert len((await ann.did("GET", f"{KEYS}/{q('!a:s')}", None, **asked))["sessions"]) == 6


async def test_it_is_in_the_copy_and_goes_with_the_account(house: Living) -> None:
    ann = await house.person()
    asked: dict[str, Any] = {"version": await begin(ann)}
    await ann.did("PUT", f"{KEYS}/{q('!a:s')}/s", key(), **asked)
    accounts, backups = house.house.people.accounts, house.house.talk.key_backups
    account_id = (await accounts.account(ann.user_id)).account_id
    assert [row["of"] for row in await backups.held(account_id)] == [ALGORITHM, "!a:s"]
    await accounts.deactivate(account_id, erase=True)
    assert await backups.held(account_id) == []
