"""Application services: whom they act as, what is kept for them, and what they are told."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.appservices.model import (
    BadRegistration,
    NoSuchService,
    TokenTaken,
    parse,
    retry_after,
)
from teahouse.clock import FixedClock
from teahouse.gate.model.notices import GateClosed
from teahouse.retention.model import Sweep
from tests.appservices.bridge import (
    AS_TOKEN,
    HS_TOKEN,
    REGISTER,
    Bridge,
    ask,
    did,
    ghost,
    registration,
    told,
)
from tests.gate.house import suspension
from tests.living import V3, Living, q

SERVICE = "m.login.application_service"
EXCLUSIVE = (400, "M_EXCLUSIVE")


@pytest.mark.parametrize(
    "changed",
    [
        {"id": ""},
        {"as_token": ""},
        {"hs_token": None},
        {"sender_localpart": ""},
        {"url": "ftp://127.0.0.1"},
        {"url": "http://name:word@127.0.0.1"},
        {"namespaces": {"users": [{"regex": "@(", "exclusive": True}]}},
        {"namespaces": {"users": "@_ghost_.*"}},
        {"rate_limited": "no"},
    ],
)
def test_what_is_no_registration(changed: dict[str, Any]) -> None:
    assert parse(registration("http://127.0.0.1:1")).id == "bridge"
    with pytest.raises(BadRegistration):
        parse(registration(**({"url": "http://127.0.0.1:1"} | changed)))


@pytest.mark.parametrize("text", ["[]", "a: [", "", "id: 3"])
def test_what_is_no_file(text: str) -> None:
    with pytest.raises(BadRegistration):
        parse(text)


def test_yaml_as_bridges_write_it() -> None:
    found = parse(
        "id: telegram\nurl: null\nas_token: a\nhs_token: b\nsender_localpart: telegrambot\n"
        "namespaces:\n  users:\n  - regex: '^@telegram_.+:tea\\.example$'\n    exclusive: true\n"
        "  rooms: null\nde.sorunome.msc2409.push_ephemeral: true\npush_ephemeral: true\n"
    )
    assert found.kept.url is None
    assert found.kept.receive_ephemeral
    assert found.kept.rate_limited
    assert found.kept.namespaces.rooms == ()


def test_how_long_a_service_is_left_alone() -> None:
    waits = [retry_after(count).total_seconds() for count in (1, 2, 3, 10, 11, 99)]
    assert waits == [1, 2, 4, 512, 600, 600]


async def test_whom_a_service_acts_as(home: Living) -> None:
    whoami = f"{V3}/account/whoami"
    assert await did(home, "GET", whoami) == {"user_id": "@bridge:s", "is_guest": False}
    ann = await home.person("ann")
    assert told(await ask(home, "GET", whoami, user_id=ann.user_id)) == (403, "M_FORBIDDEN")
    assert told(await ask(home, "GET", whoami, user_id="@_ghost_a:s")) == (403, "M_FORBIDDEN")
    who = await ghost(home, "_ghost_a")
    assert (await did(home, "GET", whoami, user_id=who))["user_id"] == "@_ghost_a:s"
    wrong = await home.client.get(whoami, headers={"authorization": "Bearer nobody's"})
    assert told(wrong) == (401, "M_UNKNOWN_TOKEN")
    own = await home.client.get("/api/v1/account", headers={"authorization": f"Bearer {AS_TOKEN}"})
    assert own.status_code in (401, 404), "a service has Matrix's API only"
    in_query = await home.client.get(whoami, params={"access_token": AS_TOKEN, "user_id": who})
    assert in_query.json()["user_id"] == who


async def test_a_device_of_its_user(home: Living) -> None:
    who = await ghost(home, "_ghost_a")
    login = {"type": SERVICE, "identifier": {"type": "m.id.user", "user": who}, "device_id": "D"}
    told_in = await did(home, "POST", f"{V3}/login", login)
    assert told_in["user_id"] == who
    whoami = f"{V3}/account/whoami"
    with_device = await did(home, "GET", whoami, user_id=who, device_id="D")
    assert with_device["device_id"] == "D"
    unknown = await ask(home, "GET", whoami, user_id=who, device_id="E")
    assert told(unknown) == (400, "M_UNKNOWN_DEVICE")
    ann = await home.person("ann")
    hers = {"type": SERVICE, "identifier": {"type": "m.id.user", "user": ann.user_id}}
    assert told(await ask(home, "POST", f"{V3}/login", hers)) == EXCLUSIVE
    nobody = {"type": SERVICE, "identifier": {"type": "m.id.user", "user": "_ghost_none"}}
    assert told(await ask(home, "POST", f"{V3}/login", nobody)) == (403, "M_FORBIDDEN")
    bare = await home.client.post(f"{V3}/login", json=login)
    assert told(bare) == (401, "M_MISSING_TOKEN")
    headers = {"authorization": f"Bearer {ann.token}"}
    person = await home.client.post(f"{V3}/login", json=login, headers=headers)
    assert told(person) == (401, "M_UNKNOWN_TOKEN")
    flows = (await home.client.get(f"{V3}/login")).json()["flows"]
    assert {"type": SERVICE} in flows


async def test_names_that_are_kept(home: Living, bridge: Bridge) -> None:
    await ghost(home, "_ghost_a")
    again = {"type": SERVICE, "username": "_ghost_a"}
    assert told(await ask(home, "POST", REGISTER, again)) == (400, "M_USER_IN_USE")
    outside = {"type": SERVICE, "username": "ann"}
    assert told(await ask(home, "POST", REGISTER, outside)) == EXCLUSIVE
    assert told(await ask(home, "POST", REGISTER, {"type": SERVICE})) == (400, "M_MISSING_PARAM")
    dummy = {"username": "_ghost_b", "password": "correct horse", "auth": {"type": "m.login.dummy"}}
    assert told(await home.client.post(REGISTER, json=dummy)) == EXCLUSIVE
    free = f"{V3}/register/available"
    asked = await home.client.get(free, params={"username": "_ghost_b"})
    assert told(asked) == EXCLUSIVE
    ann = await home.person("ann")
    room_id = await ann.room()
    put = f"/directory/room/{q('#_ghost_room:s')}"
    assert await ann.refused("PUT", put, {"room_id": room_id}) == "400 M_EXCLUSIVE"
    made = await ann.ask("POST", "/createRoom", {"room_alias_name": "_ghost_new"})
    assert told(made) == EXCLUSIVE
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {})
    await did(home, "PUT", V3 + put, {"room_id": room_id})
    elsewhere = await ask(home, "PUT", f"{V3}/directory/room/{q('#other:s')}", {"room_id": room_id})
    assert told(elsewhere) == EXCLUSIVE
    assert await ann.refused("DELETE", put) == "400 M_EXCLUSIVE"
    await did(home, "DELETE", V3 + put)
    await home.house.programs.appservices.keeping.remove("cli:tea", "bridge")
    assert (await home.client.post(REGISTER, json=dummy)).status_code == 200
    assert told(await ask(home, "GET", f"{V3}/account/whoami")) == (401, "M_UNKNOWN_TOKEN")


async def test_its_accounts_pass_the_gate(home: Living) -> None:
    policies = home.house.doors.gate.policies
    policy = await policies.set("op", "the owner", suspension())
    refused = await ask(home, "POST", REGISTER, {"type": SERVICE, "username": "_ghost_a"})
    assert told(refused) == (403, "M_FORBIDDEN")
    assert refused.json()["org.teahouse.notice"]["id"] == policy.policy_id
    other = parse(
        registration(None, id="other", as_token="x", sender_localpart="other", namespaces={})
    )
    keeping = home.house.programs.appservices.keeping
    with pytest.raises(GateClosed):
        await keeping.add("cli:tea", other)
    assert [one.service_id for one in await keeping.every()] == ["bridge", "other"]
    await policies.end("op", policy.policy_id, "it is over")
    await ghost(home, "_ghost_a")


async def test_letting_in_twice_changes_nothing(home: Living, bridge: Bridge) -> None:
    keeping = home.house.programs.appservices.keeping
    assert not await keeping.add("cli:tea", parse(registration(bridge.url)))
    with pytest.raises(TokenTaken):
        await keeping.add("cli:tea", parse(registration(bridge.url, id="other")))
    assert await keeping.add("cli:tea", parse(registration(bridge.url, as_token="new")))
    assert told(await ask(home, "GET", f"{V3}/account/whoami")) == (401, "M_UNKNOWN_TOKEN")
    with pytest.raises(NoSuchService):
        await keeping.remove("cli:tea", "nobody")
    acts = [one.act for one in await home.house.people.audit.page(act="appservices")]
    assert acts == ["appservices.changed", "appservices.added"]


async def said(home: Living, who: str, room_id: str, text: str, **query: str) -> str:
    path = f"{V3}/rooms/{q(room_id)}/send/m.room.message/{text}"
    body = {"msgtype": "m.text", "body": text}
    return (await did(home, "PUT", path, body, user_id=who, **query))["event_id"]


def texts(bridge: Bridge) -> list[str]:
    return [e["content"]["body"] for e in bridge.events if e["type"] == "m.room.message"]


async def test_it_is_told_of_its_rooms_and_of_no_other(home: Living, bridge: Bridge) -> None:
    who = await ghost(home, "_ghost_a")
    ann = await home.person("ann")
    mine, other = await ann.room(), await ann.room()
    await ann.say(mine, "before it came")
    await did(home, "POST", f"{V3}/join/{q(mine)}", {}, user_id=who)
    await ann.say(mine, "hello")
    await ann.say(other, "not yours")
    await said(home, who, mine, "hi")
    await home.run_jobs()
    assert texts(bridge) == ["hello", "hi"]
    assert {event["room_id"] for event in bridge.events} == {mine}
    assert {kind for _, _, kind in bridge.asked} == {f"Bearer {HS_TOKEN}"}
    await did(home, "POST", f"{V3}/rooms/{q(mine)}/leave", {}, user_id=who)
    await ann.say(mine, "gone")
    await home.run_jobs()
    assert bridge.events[-1]["content"]["membership"] == "leave"
    assert "gone" not in texts(bridge)


async def test_each_transaction_once_and_in_order(
    home: Living, bridge: Bridge, clock: FixedClock
) -> None:
    who = await ghost(home, "_ghost_a")
    ann = await home.person("ann")
    room_id = await ann.room()
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {}, user_id=who)
    await home.run_jobs()
    first = len(bridge.sent)
    bridge.down = True
    await ann.say(room_id, "one")
    await home.run_jobs()
    tries = sum(method == "PUT" for method, _, _ in bridge.asked)
    assert tries == first + 1
    await ann.say(room_id, "two")
    await home.run_jobs()
    assert sum(method == "PUT" for method, _, _ in bridge.asked) == tries, "it waits a second"
    failed = [path.rpartition("/")[2] for method, path, _ in bridge.asked if method == "PUT"][-1]
    bridge.down = False
    clock.move(timedelta(seconds=2))
    await home.run_jobs()
    again = bridge.sent[first:]
    assert again[0][0] == failed, "the same transaction once more"
    assert [[e["content"]["body"] for e in body["events"]] for _, body in again] == [
        ["one"],
        ["two"],
    ]
    names = [name for name, _ in bridge.sent]
    assert len(names) == len(set(names))
    shown = (await home.house.programs.appservices.keeping.every())[0]
    assert (shown.waiting, shown.failure_count) == (0, 0)


async def test_it_is_asked_for_who_and_what_is_not_there(home: Living, bridge: Bridge) -> None:
    ann = await home.person("ann")
    room_id = await ann.room(preset="private_chat")

    async def make_user() -> None:
        await ghost(home, "_ghost_new")

    bridge.makes[f"/_matrix/app/v1/users/{q('@_ghost_new:s')}"] = make_user
    await ann.did("POST", f"/rooms/{q(room_id)}/invite", {"user_id": "@_ghost_new:s"})
    await home.run_jobs()
    assert bridge.events[-1]["state_key"] == "@_ghost_new:s"
    joined = f"{V3}/join/{q(room_id)}"
    await did(home, "POST", joined, {}, user_id="@_ghost_new:s")

    async def make_room() -> None:
        body = {"room_alias_name": "_ghost_hall", "preset": "public_chat"}
        await did(home, "POST", f"{V3}/createRoom", body)

    bridge.makes[f"/_matrix/app/v1/rooms/{q('#_ghost_hall:s')}"] = make_room
    await ann.did("POST", f"/join/{q('#_ghost_hall:s')}", {})
    assert await ann.refused("POST", f"/join/{q('#_ghost_none:s')}", {}) == "404 M_NOT_FOUND"


async def test_it_is_not_followed_elsewhere(home: Living, bridge: Bridge) -> None:
    """A redirect leads where no operator said that we may ask."""
    ann = await home.person("ann")
    bridge.leads = f"{bridge.url}/on"
    assert await ann.refused("POST", f"/join/{q('#_ghost_hall:s')}", {}) == "404 M_NOT_FOUND"
    await ann.room(preset="private_chat", invite=["@bridge:s"])
    await home.run_jobs()
    ping = await ask(home, "POST", "/_matrix/client/v1/appservice/bridge/ping", {})
    assert told(ping) == (502, "M_BAD_STATUS")
    assert {method for method, _, _ in bridge.asked} == {"GET", "PUT", "POST"}
    assert not any(path.startswith("/on") for _, path, _ in bridge.asked)


async def test_who_is_in_is_told_to_whom_has_one_of_its_people_there(home: Living) -> None:
    """``/joined_members``: "any of the AS's users must be in the room"."""
    ann, bob = await home.person("ann"), await home.person("bob")
    room_id = await ann.room()
    path = f"{V3}/rooms/{q(room_id)}/joined_members"
    who = await ghost(home, "_ghost_a")
    assert told(await ask(home, "GET", path)) == (403, "M_FORBIDDEN")
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {}, user_id=who)
    assert set((await did(home, "GET", path))["joined"]) == {ann.user_id, who}
    assert await bob.refused("GET", path) == "403 M_FORBIDDEN"


async def test_when_it_was_said_elsewhere(home: Living) -> None:
    ann = await home.person("ann")
    room_id = await ann.room()
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {})
    event_id = await said(home, "@bridge:s", room_id, "late", ts="1234")
    event = await ann.did("GET", f"/rooms/{q(room_id)}/event/{q(event_id)}")
    assert event["origin_server_ts"] == 1234
    state = f"/rooms/{q(room_id)}/state/com.example.x/"
    by = {"users": {"@bridge:s": 50}}
    await ann.did("PUT", f"/rooms/{q(room_id)}/state/m.room.power_levels", by)
    set_id = (await did(home, "PUT", V3 + state, {"a": 1}, ts="77"))["event_id"]
    stated = await ann.did("GET", f"/rooms/{q(room_id)}/event/{q(set_id)}")
    assert stated["origin_server_ts"] == 77
    path = f"{V3}/rooms/{q(room_id)}/send/m.room.message/x"
    for wrong in ("-1", "soon", str(2**60)):
        assert told(await ask(home, "PUT", path, {}, ts=wrong)) == (400, "M_INVALID_PARAM")
    plain = f"/rooms/{q(room_id)}/send/m.room.message/mine"
    mine = await ann.did("PUT", plain, {"msgtype": "m.text", "body": "x"}, ts="5")
    kept = await ann.did("GET", f"/rooms/{q(room_id)}/event/{q(mine['event_id'])}")
    assert kept["origin_server_ts"] != 5, "for services only"


async def test_what_is_brought_into_the_past_goes_too(home: Living) -> None:
    ann = await home.person("ann")
    room_id = await ann.room()
    day = 24 * 60 * 60 * 1000
    keep = f"/rooms/{q(room_id)}/state/m.room.retention"
    await ann.did("PUT", keep, {"max_lifetime": day})
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {})
    await home.run_jobs()
    past = home.house.ground.clock.ms() - 2 * day
    event_id = await said(home, "@bridge:s", room_id, "long ago", ts=str(past))
    newest = await ann.say(room_id, "now")
    await home.run_jobs()
    await home.house.talk.retention.sweep(Sweep())  # whatever time the schedule has
    place = f"/rooms/{q(room_id)}/event/"
    assert await ann.refused("GET", place + q(event_id)) == "404 M_NOT_FOUND"
    await ann.did("GET", place + q(newest))


async def test_ping(home: Living, bridge: Bridge, monkeypatch: pytest.MonkeyPatch) -> None:
    path = "/_matrix/client/v1/appservice/bridge/ping"
    assert (await did(home, "POST", path, {"transaction_id": "meow"}))["duration_ms"] >= 0
    other = await ask(home, "POST", "/_matrix/client/v1/appservice/other/ping", {})
    assert told(other) == (403, "M_FORBIDDEN")
    ann = await home.person("ann")
    assert await ann.refused("POST", path, {}) == "403 M_FORBIDDEN"
    bridge.down = True
    wrong = await ask(home, "POST", path, {})
    assert told(wrong) == (502, "M_BAD_STATUS")
    assert wrong.json()["status"] == 500
    keeping = home.house.programs.appservices.keeping
    await keeping.add("cli:tea", parse(registration("http://127.0.0.1:9")))
    assert told(await ask(home, "POST", path, {})) == (502, "M_CONNECTION_FAILED")
    await keeping.add("cli:tea", parse(registration(None)))
    assert told(await ask(home, "POST", path, {})) == (400, "M_URL_NOT_SET")
    monkeypatch.setattr("teahouse.appservices.service.asking.ASK_SECONDS_MAX", 0.05)
    async with await asyncio.start_server(listen_only, "127.0.0.1", 0) as silent:
        where = f"http://127.0.0.1:{silent.sockets[0].getsockname()[1]}"
        await keeping.add("cli:tea", parse(registration(where)))
        assert told(await ask(home, "POST", path, {})) == (504, "M_CONNECTION_TIMEOUT")


async def listen_only(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read what is said until the other one hangs up."""
    await reader.read()
    writer.close()


async def test_the_list_of_its_network_is_the_services(home: Living) -> None:
    ann = await home.person("ann")
    room_id = await ann.room()
    path = f"/directory/list/appservice/irc/{q(room_id)}"
    assert await did(home, "PUT", V3 + path, {"visibility": "public"}) == {}
    assert await did(home, "PUT", V3 + path, {"visibility": "private"}) == {}
    assert await ann.refused("PUT", path, {"visibility": "public"}) == "403 M_FORBIDDEN"


async def test_what_the_configuration_names(home: Living, tmp_path: Path) -> None:
    keeping = home.house.programs.appservices.keeping
    file = tmp_path / "other.yaml"
    file.write_text(
        registration(None, id="other", as_token="x", sender_localpart="other", namespaces={})
    )
    await keeping.load([file])
    await keeping.load([file])
    assert [one.service_id for one in await keeping.every()] == ["bridge", "other"]
    with pytest.raises(BadRegistration, match="cannot be read"):
        await keeping.load([tmp_path / "none.yaml"])


async def test_who_types_and_who_has_read(home: Living, bridge: Bridge) -> None:
    services = home.house.programs.appservices
    who = await ghost(home, "_ghost_a")
    ann = await home.person("ann")
    room_id = await ann.room()
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {}, user_id=who)
    event_id = await ann.say(room_id, "hello")
    await home.run_jobs()
    read = f"/rooms/{q(room_id)}/receipt/m.read/{q(event_id)}"
    typing = f"/rooms/{q(room_id)}/typing/{q(ann.user_id)}"
    first = len(bridge.sent)
    await ann.did("PUT", typing, {"typing": True, "timeout": 30000})
    await services.murmurs.drain()
    assert len(bridge.sent) == first, "it has not asked for it"
    await services.keeping.add("cli:tea", parse(registration(bridge.url, receive_ephemeral=True)))
    await ann.did("POST", read, {})
    private = f"/rooms/{q(room_id)}/receipt/m.read.private/{q(event_id)}"
    await ann.did("POST", private, {})
    await ann.did("PUT", typing, {"typing": False})
    await services.murmurs.drain()
    told_of = [event for _, body in bridge.sent[first:] for event in body["ephemeral"]]
    assert {event["room_id"] for event in told_of} == {room_id}
    assert [e["content"] for e in told_of if e["type"] == "m.typing"] == [{"user_ids": []}]
    receipts = [e["content"][event_id] for e in told_of if e["type"] == "m.receipt"]
    assert [list(one) for one in receipts] == [["m.read"]], "a private one is its owner's"
    mine = f"{V3}/rooms/{q(room_id)}/receipt/m.read.private/{q(event_id)}"
    await did(home, "POST", mine, {}, user_id=who)
    await services.murmurs.drain()
    assert who in str(bridge.sent[-1][1]["ephemeral"])


async def test_who_is_there(home: Living, bridge: Bridge) -> None:
    services = home.house.programs.appservices
    who = await ghost(home, "_ghost_a")
    ann, ben = await home.person("ann"), await home.person("ben")
    room_id = await ann.room()
    await ben.room()
    await did(home, "POST", f"{V3}/join/{q(room_id)}", {}, user_id=who)
    await services.keeping.add("cli:tea", parse(registration(bridge.url, receive_ephemeral=True)))
    await home.run_jobs()
    first = len(bridge.sent)
    for one in (ann, ben):
        shown = {"presence": "unavailable", "status_msg": one.user_id}
        await one.did("PUT", f"/presence/{q(one.user_id)}/status", shown)
    mine = f"{V3}/presence/{q(who)}/status"
    await did(home, "PUT", mine, {"presence": "online"}, user_id=who)
    await services.murmurs.drain()
    told_of = [event for _, body in bridge.sent[first:] for event in body["ephemeral"]]
    assert {event["type"] for event in told_of} == {"m.presence"}
    shown_of = {event["sender"]: event["content"] for event in told_of}
    assert shown_of.keys() == {ann.user_id, who}, "not who is elsewhere"
    assert shown_of[ann.user_id]["status_msg"] == ann.user_id
