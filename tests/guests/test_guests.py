"""Guests' accounts, after "Guest Access" of the Client-Server API v1.19."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from teahouse.app import build_routes, build_server, open_house, register_jobs
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.guests.model import GUESTS_MAY
from teahouse.infra.db.pool import Database
from teahouse.infra.http.router import Auth, Router
from tests.contract.conformance import document
from tests.living import V3, Living, Person, living, q

REGISTER = f"{V3}/register"
FORBIDDEN = "403 M_GUEST_ACCESS_FORBIDDEN"
PASSWORD = "correct horse"
METHODS = ("get", "post", "put", "delete")


@pytest.fixture
async def home(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def knocks(home: Living, body: Any = None) -> httpx.Response:
    return await home.client.post(f"{REGISTER}?kind=guest", json=body or {})


async def guest(home: Living, **body: Any) -> Person:
    answer = await knocks(home, body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return Person(home, told["user_id"], told["access_token"], told["device_id"])


async def welcoming(host: Person, **content: Any) -> str:
    room_id = await host.room()
    await admit(host, room_id, "can_join")
    for event_type, value in content.items():
        name = event_type.removeprefix("m.room.")
        await host.did("PUT", f"/rooms/{q(room_id)}/state/m.room.{name}", {name: value})
    return room_id


async def admit(host: Person, room_id: str, access: str) -> None:
    path = f"/rooms/{q(room_id)}/state/m.room.guest_access"
    await host.did("PUT", path, {"guest_access": access})


async def test_a_guest_has_a_number_and_a_device_that_the_server_chooses(home: Living) -> None:
    asked = {"username": "ada", "password": 7, "device_id": "MINE", "inhibit_login": True}
    one = await guest(home, initial_device_display_name="On loan", refresh_token=True, **asked)
    number = one.user_id.removeprefix("@").removesuffix(":s")
    assert number.isdigit()
    assert one.device_id != "MINE"
    told = await one.did("GET", "/account/whoami")
    assert told == {"user_id": one.user_id, "device_id": one.device_id, "is_guest": True}
    [device] = (await one.did("GET", "/devices"))["devices"]
    assert device["display_name"] == "On loan"
    assert not (await (await home.person()).did("GET", "/account/whoami"))["is_guest"]
    other = await guest(home)
    assert other.user_id != one.user_id


async def test_the_name_of_a_device_is_text_and_a_kind_is_user_or_guest(home: Living) -> None:
    said = await knocks(home, {"initial_device_display_name": 3})
    assert (said.status_code, said.json()["errcode"]) == (400, "M_BAD_JSON")
    said = await home.client.post(f"{REGISTER}?kind=ghost", json={})
    assert (said.status_code, said.json()["errcode"]) == (400, "M_UNRECOGNIZED")


@pytest.mark.parametrize("guests", ["refuse", "allow"])
async def test_the_door_is_the_operators_to_open(
    database: Database, dsn: str, tmp_path: Path, guests: str
) -> None:
    async with living(dsn, tmp_path, guests=guests) as opened:
        answer = await knocks(opened)
    if guests == "allow":
        assert answer.status_code == 200
    else:
        told = (answer.status_code, answer.json()["errcode"])
        assert told == (403, "M_GUEST_ACCESS_FORBIDDEN")


async def test_guests_come_only_into_rooms_that_admit_them(home: Living) -> None:
    host, one = await home.person(), await guest(home)
    closed, friend = await host.room(), await home.person()
    for path in (f"/rooms/{q(closed)}/join", f"/join/{q(closed)}"):
        assert await one.refused("POST", path, {}) == FORBIDDEN
    content = {"membership": "join"}
    member = f"/rooms/{q(closed)}/state/m.room.member/{q(one.user_id)}"
    assert await one.refused("PUT", member, content) == FORBIDDEN
    await host.did("POST", f"/rooms/{q(closed)}/invite", {"user_id": one.user_id})
    assert await one.refused("POST", f"/join/{q(closed)}", {}) == FORBIDDEN
    await friend.did("POST", f"/join/{q(closed)}", {})
    await admit(host, closed, "can_join")
    await one.did("POST", f"/rooms/{q(closed)}/join", {})
    await one.say(closed, "hello")
    assert "hello" in await host.texts(closed)


async def test_guests_leave_when_a_room_admits_them_no_more(home: Living) -> None:
    host, one, friend = await home.person(), await guest(home), await home.person()
    room_id, other = await welcoming(host), await welcoming(host)
    for place in (room_id, other):
        await one.did("POST", f"/join/{q(place)}", {})
        await friend.did("POST", f"/join/{q(place)}", {})
    await admit(host, room_id, "forbidden")
    member = f"/rooms/{q(room_id)}/state/m.room.member/"
    assert (await host.did("GET", member + q(one.user_id)))["membership"] == "leave"
    assert (await host.did("GET", member + q(friend.user_id)))["membership"] == "join"
    assert await one.refused("POST", f"/join/{q(room_id)}", {}) == FORBIDDEN
    joined = (await one.sync(full_state="true"))["rooms"]["join"]
    assert list(joined) == [other]


async def test_guests_leave_also_when_the_worker_died_that_was_to_send_them_out(
    home: Living,
) -> None:
    host, one = await home.person(), await guest(home)
    room_id = await welcoming(host)
    await one.did("POST", f"/join/{q(room_id)}", {})
    home.house.talk.timeline.speaking.stating.clear()
    await admit(host, room_id, "forbidden")
    member = f"/rooms/{q(room_id)}/state/m.room.member/{q(one.user_id)}"
    assert (await host.did("GET", member))["membership"] == "join"
    await home.run_jobs()
    assert (await host.did("GET", member))["membership"] == "leave"


async def test_taking_the_setting_back_sends_guests_out_too(home: Living) -> None:
    host, one = await home.person(), await guest(home)
    room_id = await welcoming(host)
    await one.did("POST", f"/join/{q(room_id)}", {})
    path = f"/rooms/{q(room_id)}"
    found = await host.did("GET", f"{path}/state/m.room.guest_access", None, format="event")
    await host.did("PUT", f"{path}/redact/{q(found['event_id'])}/t", {})
    await home.run_jobs()
    told = await host.did("GET", f"{path}/state/m.room.member/{q(one.user_id)}")
    assert told["membership"] == "leave"


async def test_a_room_that_everybody_may_read_is_read_without_joining(home: Living) -> None:
    host, one = await home.person(), await guest(home)
    room_id = await host.room()
    await host.say(room_id, "before")
    path = f"/rooms/{q(room_id)}"
    reads = (f"{path}/state", f"{path}/initialSync", f"{path}/members")
    for read in reads:
        assert (await one.refused("GET", read)).startswith("403")
    assert (await one.refused("GET", "/events", None, room_id=room_id)).startswith("403")
    visible = {"history_visibility": "world_readable"}
    await host.did("PUT", f"{path}/state/m.room.history_visibility", visible)
    for read in reads:
        await one.did("GET", read)
    event_id = await host.say(room_id, "after")
    told = await one.did("GET", f"{path}/messages", None, dir="b")
    bodies = [e["content"]["body"] for e in told["chunk"] if e["type"] == "m.room.message"]
    assert bodies == ["after"]
    await one.did("GET", f"{path}/event/{q(event_id)}")
    await one.did("GET", f"{path}/context/{q(event_id)}")
    await one.did("GET", f"{path}/state/m.room.history_visibility")
    start = (await one.did("GET", f"{path}/initialSync"))["messages"]["end"]
    await host.say(room_id, "later")
    stream = {"room_id": room_id, "from": start, "timeout": 0}
    told = await one.did("GET", "/events", None, **stream)
    assert [event["content"]["body"] for event in told["chunk"]] == ["later"]
    assert await one.refused("GET", "/events", None, timeout=0) == FORBIDDEN
    assert room_id not in (await one.sync()).get("rooms", {}).get("join", {})


async def test_guests_have_a_name_a_device_and_keys(home: Living) -> None:
    one, host = await guest(home), await home.person()
    place = f"/profile/{q(one.user_id)}"
    await one.did("PUT", f"{place}/displayname", {"displayname": "A guest"})
    assert (await host.did("GET", place))["displayname"] == "A guest"
    assert await one.refused("PUT", f"{place}/avatar_url", {"avatar_url": "mxc://s/a"}) == FORBIDDEN
    assert await one.refused("DELETE", f"{place}/displayname") == FORBIDDEN
    other = f"/profile/{q(host.user_id)}/displayname"
    assert await one.refused("PUT", other, {"displayname": "x"}) == "403 M_FORBIDDEN"
    await one.did("PUT", f"/devices/{one.device_id}", {"display_name": "Kiosk"})
    assert (await one.did("GET", f"/devices/{one.device_id}"))["display_name"] == "Kiosk"
    assert (await one.did("POST", "/keys/upload", {}))["one_time_key_counts"] is not None
    await one.did("POST", "/keys/query", {"device_keys": {host.user_id: []}})
    await one.did("POST", "/keys/claim", {"one_time_keys": {}})
    letter = {"messages": {host.user_id: {"*": {"hello": 1}}}}
    await one.did("PUT", "/sendToDevice/org.example/t1", letter)


def filled(path: str) -> str:
    """Return a path of the specification with something in each place."""
    values = {"userId": "@x:s", "roomId": "!x:s", "eventId": "$x", "deviceId": "D"}
    parts = [
        q(values.get(part[1:-1], "x")) if part.startswith("{") else part for part in path.split("/")
    ]
    return "/".join(parts)


async def test_a_guest_reaches_nothing_that_is_not_in_the_list(home: Living) -> None:
    one, routes = await guest(home), build_routes(home.house)
    there = {(route.method, route.path) for route in routes}
    assert there >= GUESTS_MAY, "what the list names is a route"
    patterns = [(route.method, route.path) for route in routes if route.auth is Auth.USER]
    refused = 0
    for method, path in patterns:
        if (method, path) in GUESTS_MAY:
            continue
        answer = await one.ask(method, filled(path), {} if method in ("POST", "PUT") else None)
        said = answer.json()
        assert answer.status_code == 403, (method, path, answer.text)
        code = said.get("errcode") or said.get("type", "").rpartition("#")[2]
        assert code in ("M_GUEST_ACCESS_FORBIDDEN", "request.guests"), (method, path, said)
        refused += 1
    assert refused > 200


async def test_every_operation_of_the_specification_is_for_guests_or_not(home: Living) -> None:
    """Walked from the specification's side: what a guest is let into is in the list, or for all."""
    one, router, reached = await guest(home), Router(build_routes(home.house)), 0
    for path, methods in document()["paths"].items():
        for method in (name.upper() for name in methods if name in METHODS):
            body = {} if method in ("POST", "PUT") else None
            answer = await one.ask(method, filled(path), body)
            if answer.json().get("errcode") == "M_GUEST_ACCESS_FORBIDDEN":
                assert answer.status_code == 403
                continue
            found = router.find(method, filled(path))
            if found is None or found.route is None:
                assert answer.status_code in (404, 405), (method, path)
                continue
            listed = (method, found.route.path) in GUESTS_MAY
            assert listed or found.route.auth is not Auth.USER, (method, path, answer.text)
            reached += 1
    assert reached > 40


async def upgrade(home: Living, body: dict[str, Any]) -> httpx.Response:
    asked = {"password": PASSWORD, "auth": {"type": "m.login.dummy"}} | body
    return await home.client.post(REGISTER, json=asked)


async def test_a_guest_registers_and_keeps_the_account(home: Living) -> None:
    host, one, other = await home.person(), await guest(home), await guest(home)
    room_id = await welcoming(host)
    await one.did("POST", f"/join/{q(room_id)}", {})
    name = one.user_id[1:].partition(":")[0]
    shown = {"guest_access_token": one.token}
    for body in (
        {"username": host.user_id[1:].partition(":")[0], **shown},
        {"username": "somebody_new", **shown},
        {"username": name, "guest_access_token": other.token},
        {"username": name, "guest_access_token": host.token},
        {"username": name, "guest_access_token": "nonsense"},
    ):
        for asked in (body, body | {"auth": None}):
            told = await upgrade(home, asked)
            assert (told.status_code, told.json()["errcode"]) == (403, "M_FORBIDDEN"), asked
    told = await upgrade(home, {"username": name, "auth": None})
    assert (told.status_code, told.json()["errcode"]) == (400, "M_USER_IN_USE")
    told = await upgrade(home, shown | {"auth": None})
    assert (told.status_code, told.json()["errcode"]) == (400, "M_MISSING_PARAM")
    begun = await upgrade(home, {"username": name, "auth": None, **shown})
    assert begun.status_code == 401
    auth = {"type": "m.login.dummy", "session": begun.json()["session"]}
    made = await home.client.post(REGISTER, json={"auth": auth})
    assert made.status_code == 200, made.text
    assert made.json()["user_id"] == one.user_id
    me = Person(home, one.user_id, made.json()["access_token"], made.json()["device_id"])
    assert not (await me.did("GET", "/account/whoami"))["is_guest"]
    assert list((await me.sync())["rooms"]["join"]) == [room_id]
    assert await one.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    await (await me.again()).did("GET", "/capabilities")
    await admit(host, room_id, "forbidden")
    await home.run_jobs()
    member = f"/rooms/{q(room_id)}/state/m.room.member/{q(one.user_id)}"
    assert (await host.did("GET", member))["membership"] == "join", "a guest no more"
    again = await upgrade(home, {"username": name, **shown})
    assert (again.status_code, again.json()["errcode"]) == (403, "M_FORBIDDEN")


async def test_what_no_guest_uses_is_erased(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    idle, busy, upgraded = await guest(home), await guest(home), await guest(home)
    name = upgraded.user_id[1:].partition(":")[0]
    told = await upgrade(home, {"username": name, "guest_access_token": upgraded.token})
    assert told.status_code == 200
    clock.move(timedelta(days=20))
    await busy.did("GET", "/account/whoami")
    await home.run_jobs()
    await idle.ask("GET", "/nothing")
    clock.move(timedelta(days=11))
    await home.run_jobs()
    await home.run_jobs()
    assert await idle.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    await busy.did("GET", "/account/whoami")
    await Person(home, "", told.json()["access_token"], "").did("GET", "/account/whoami")
    [entry] = await wiper.fetch("select act, detail from audit_entries where act like 'guests.%'")
    assert entry["act"] == "guests.erased"
    assert await wiper.fetchval("select count(*) from guests_accounts") == 1


async def test_nothing_personal_is_kept_of_who_agreed_to_nothing(
    database: Database, dsn: str, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    """As people find the house: nobody was shown the policy, so there is no ground for anything."""
    config = Config(data_dir=str(tmp_path), server_name="s", guests="allow")
    async with open_house(config, dsn) as house:
        register_jobs(house)
        transport = httpx.ASGITransport(build_server(house), client=("192.0.2.7", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            one = await guest(Living(house, client), initial_device_display_name="Ada's phone")
            [device] = (await one.did("GET", "/devices"))["devices"]
            assert "display_name" not in device
            assert "last_seen_ip" not in device
            name = f"/profile/{q(one.user_id)}/displayname"
            assert await one.refused("PUT", name, {"displayname": "Ada"}) == "403 M_FORBIDDEN"
    assert await wiper.fetch("select from consent_receipts") == []
    [session] = await wiper.fetch("select device_name, last_seen_address from accounts_sessions")
    assert tuple(session) == (None, None)
