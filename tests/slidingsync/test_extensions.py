"""What else a connection is told of."""

from typing import Any

from tests.living import Living, Person, q
from tests.slidingsync.asking import Line, body_of

ALL = {name: {"enabled": True} for name in ("account_data", "receipts", "typing", "e2ee")}
KEY = {"algorithms": ["m.megolm.v1.aes-sha2"], "keys": {}, "signatures": {}}


async def told(line: Line, **changes: Any) -> Any:
    return (await line.ask(**changes))["extensions"]


async def send(one: Person, to: Person, number: int) -> None:
    body = {"messages": {to.user_id: {to.device_id: {"n": number}}}}
    await one.did("PUT", f"/sendToDevice/m.test/{number}", body)


async def test_letters_are_given_until_they_have_arrived(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    wish: dict[str, Any] = {"to_device": {"enabled": True, "limit": 2}}
    line = Line(bob, {"extensions": wish}, name="encryption")
    assert (await told(line))["to_device"]["events"] == []
    for number in range(3):
        await send(alice, bob, number)
    first = (await told(line))["to_device"]
    assert [e["content"]["n"] for e in first["events"]] == [0, 1]
    again = (await told(line))["to_device"]  # without since: nothing has arrived
    assert again["events"] == first["events"]
    wish["to_device"]["since"] = first["next_batch"]
    rest = (await told(line))["to_device"]
    assert [e["content"]["n"] for e in rest["events"]] == [2]
    wish["to_device"]["since"] = rest["next_batch"]
    assert (await told(line))["to_device"]["events"] == []
    del wish["to_device"]["since"]
    assert (await told(line))["to_device"]["events"] == []  # they have arrived, and are gone


async def test_keys_and_whose_devices_changed(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    await alice.room(bob)
    line = Line(bob, {"extensions": {"e2ee": {"enabled": True}}})
    first = (await told(line))["e2ee"]
    assert first["device_unused_fallback_key_types"] == []
    assert "signed_curve25519" in first["device_one_time_keys_count"]
    assert "device_lists" not in first
    keys = KEY | {"user_id": alice.user_id, "device_id": alice.device_id}
    await alice.did("POST", "/keys/upload", {"device_keys": keys})
    assert (await told(line))["e2ee"]["device_lists"] == {"changed": [alice.user_id], "left": []}
    assert "device_lists" not in (await told(line))["e2ee"]


async def test_what_people_keep(house: Living) -> None:
    alice = await house.person()
    room, other = await alice.room(), await alice.room()
    place = f"/user/{q(alice.user_id)}"
    await alice.did("PUT", f"{place}/account_data/test.kept", {"value": 1})
    await alice.did("PUT", f"{place}/rooms/{q(room)}/account_data/test.kept", {"value": 2})
    line = Line(alice, body_of(1, [], extensions=ALL))
    data = (await told(line))["account_data"]
    assert {"test.kept", "m.push_rules"} <= {one["type"] for one in data["global"]}
    assert data["rooms"] == {room: [{"type": "test.kept", "content": {"value": 2}}]}
    assert "account_data" not in await told(line)
    await alice.did("PUT", f"{place}/rooms/{q(other)}/account_data/test.kept", {"value": 3})
    await alice.did("PUT", f"{place}/account_data/test.kept", {"value": 4})
    assert (await told(line))["account_data"] == {
        "global": [{"type": "test.kept", "content": {"value": 4}}],
        "rooms": {other: [{"type": "test.kept", "content": {"value": 3}}]},
    }
    none: dict[str, Any] = {"account_data": {"enabled": True, "lists": [], "rooms": []}}
    data = (await told(Line(alice, body_of(1, [], extensions=none), name="x")))["account_data"]
    assert data["rooms"] == {}


async def test_what_was_kept_about_a_room_out_of_sight(house: Living) -> None:
    alice = await house.person()
    room, other = await alice.room(), await alice.room()
    line = Line(alice, body_of(1, [], extensions=ALL))
    await line.ask()
    narrow = body_of(1, [], ranges=[[0, 0]], extensions=ALL)
    path = f"/user/{q(alice.user_id)}/rooms/{q(room)}/account_data/test.kept"
    await alice.did("PUT", path, {"value": 5})
    assert "account_data" not in await told(line, **narrow)
    data = (await told(line))["account_data"]
    assert data["rooms"] == {room: [{"type": "test.kept", "content": {"value": 5}}]}
    assert other


async def test_an_extension_that_is_wanted_later_tells_everything(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    event_id = await alice.say(room, "one")
    await bob.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(event_id)}", {})
    await bob.did("PUT", f"/rooms/{q(room)}/typing/{q(bob.user_id)}", {"typing": True})
    line = Line(alice, body_of(1, []))
    assert await told(line) == {}
    found = await told(line, extensions=ALL)
    assert found["receipts"]["rooms"][room]["content"].keys() == {event_id}
    assert found["typing"]["rooms"][room]["content"] == {"user_ids": [bob.user_id]}
    assert {"m.push_rules"} <= {one["type"] for one in found["account_data"]["global"]}


async def test_receipts_and_typing(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    event_id = await alice.say(room, "one")
    line = Line(bob, body_of(1, [], extensions=ALL))
    first = await line.ask()
    assert not {"receipts", "typing"} & first["extensions"].keys()
    assert first["rooms"][room]["notification_count"] == 1
    await bob.did("POST", f"/rooms/{q(room)}/receipt/m.read.private/{q(event_id)}", {})
    found = await line.ask()
    receipt = found["extensions"]["receipts"]["rooms"][room]
    assert receipt["type"] == "m.receipt"
    assert receipt["content"][event_id]["m.read.private"].keys() == {bob.user_id}
    assert found["rooms"][room]["notification_count"] == 0
    watching = Line(alice, body_of(1, [], extensions=ALL))
    assert "receipts" not in (await told(watching))
    await bob.did("PUT", f"/rooms/{q(room)}/typing/{q(bob.user_id)}", {"typing": True})
    typing = (await told(watching))["typing"]["rooms"][room]
    assert typing == {"type": "m.typing", "content": {"user_ids": [bob.user_id]}}
    assert "typing" not in await told(watching)
    await bob.did("PUT", f"/rooms/{q(room)}/typing/{q(bob.user_id)}", {"typing": False})
    typing = (await told(watching))["typing"]["rooms"][room]
    assert typing["content"] == {"user_ids": []}
