"""What Synapse's tools ask: answered in their shapes, within our rules, and audited."""

from datetime import timedelta
from typing import Any

import httpx
import pytest

from teahouse.adminapi.model import READERS
from teahouse.clock import FixedClock
from teahouse.operators.model import BadRole, Role
from tests.adminapi.tools import V1, V2, V3, acts, administrator
from tests.gate.house import suspension
from tests.living import Living, Person, q


async def test_only_administrators(home: Living) -> None:
    ann = await home.person("ann")
    asked = [
        ("GET", f"{V2}/users"),
        ("GET", f"{V1}/rooms"),
        ("POST", f"{V1}/deactivate/@ann:s"),
        ("GET", f"{V1}/registration_tokens"),
        ("PUT", f"{V2}/users/@new:s"),
    ]
    for method, path in asked:
        assert await ann.refused(method, path, {}) == "403 M_FORBIDDEN"
        bare = await home.client.request(method, path, json={})
        assert (bare.status_code, bare.json()["errcode"]) == (401, "M_MISSING_TOKEN")
    version = await home.client.get(f"{V1}/server_version")
    assert version.json()["server_version"].startswith("Teahouse")
    assert await acts(home) == []


async def test_each_role_as_far_as_it_reaches(home: Living) -> None:
    ada = await administrator(home)
    badges = home.house.programs.adminapi.badges
    account = await home.house.people.accounts.account(ada.user_id)
    wanted = {
        ("GET", f"{V2}/users"): READERS,
        ("GET", f"{V1}/rooms"): READERS,
        ("GET", f"{V1}/rooms/!none:s/messages"): {Role.OWNER, Role.MODERATOR},
        ("PUT", f"{V2}/users/@new:s"): {Role.OWNER, Role.REGISTRAR},
        ("POST", f"{V1}/registration_tokens/new"): {Role.OWNER, Role.REGISTRAR},
        ("PUT", f"{V1}/users/@nobody:s/admin"): {Role.OWNER},
        ("POST", f"{V1}/deactivate/@nobody:s"): {Role.OWNER},
        ("POST", f"{V1}/media/quarantine/s/none"): {Role.OWNER, Role.MODERATOR},
    }
    with pytest.raises(BadRole):
        await badges.give("cli:tea", account, Role.INSPECTOR)
    for role in READERS:
        await badges.give("cli:tea", account, role)
        for (method, path), roles in wanted.items():
            body: Any = {"admin": True} if path.endswith("/admin") else {}
            answer = await ada.ask(method, path.replace("@new", f"@n-{role.value}"), body)
            let_in = not (answer.status_code == 403 and "allowed" in answer.json())
            assert let_in is (role in roles), (role, method, path, answer.text)


async def test_accounts_in_pages(home: Living, clock: FixedClock) -> None:
    ada = await administrator(home)
    for name in ("ann", "ben", "cat"):
        clock.move(timedelta(minutes=1))
        await home.person(name)
    path = f"{V3}/users"
    told = await ada.did("GET", path, limit=2)
    assert [one["name"] for one in told["users"]] == ["@ada:s", "@ann:s"]
    assert (told["total"], told["next_token"]) == (4, "2")
    rest = await ada.did("GET", path, **{"limit": 2, "from": 2})
    assert [one["name"] for one in rest["users"]] == ["@ben:s", "@cat:s"]
    assert "next_token" not in rest
    newest = await ada.did("GET", path, order_by="creation_ts", dir="b")
    assert [one["name"] for one in newest["users"]][:2] == ["@cat:s", "@ben:s"]
    found = await ada.did("GET", path, name="en")
    assert [one["name"] for one in found["users"]] == ["@ben:s"]
    assert (await ada.did("GET", path, name="%"))["total"] == 0
    assert (await ada.did("GET", path, **{"from": 9}))["users"] == []
    await ada.did("POST", f"{V1}/deactivate/@cat:s", {"erase": True})
    assert [o["name"] for o in (await ada.did("GET", path, deactivated="true"))["users"]] == [
        "@cat:s"
    ]
    assert (await ada.did("GET", path, deactivated="false"))["total"] == 3
    assert (await ada.did("GET", path))["total"] == 4
    assert (await ada.did("GET", f"{V2}/users"))["total"] == 3
    assert (await ada.did("GET", f"{V2}/users", deactivated="true"))["total"] == 4
    assert await ada.refused("GET", path, dir="x") == "400 M_INVALID_PARAM"
    assert "adminapi.accounts_listed" in await acts(home)


async def test_guests_are_shown_as_guests_and_may_be_left_out(home: Living) -> None:
    ada, path = await administrator(home), f"{V3}/users"
    made = await home.client.post("/_matrix/client/v3/register?kind=guest", json={})
    guest = made.json()["user_id"]
    told = {one["name"]: one["is_guest"] for one in (await ada.did("GET", path))["users"]}
    assert told == {"@ada:s": False, guest: True}
    assert (await ada.did("GET", f"{V2}/users/{q(guest)}"))["is_guest"]
    assert not (await ada.did("GET", f"{V2}/users/@ada:s"))["is_guest"]
    left = await ada.did("GET", path, guests="false")
    assert [one["name"] for one in left["users"]] == ["@ada:s"]


async def test_one_account(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.joined("ann", "+447911123456")
    await ann.did("PUT", f"/profile/{q(ann.user_id)}/displayname", {"displayname": "Ann"})
    path = f"{V2}/users/{q(ann.user_id)}"
    told = await ada.did("GET", path)
    assert (told["name"], told["displayname"], told["admin"]) == ("@ann:s", "Ann", False)
    assert [one["medium"] for one in told["threepids"]] == ["msisdn"]
    assert "7911123456" not in told["threepids"][0]["address"]
    room_id = await ann.room(preset="private_chat")
    joined = await ada.did("GET", f"{V1}/users/{q(ann.user_id)}/joined_rooms")
    assert joined == {"joined_rooms": [room_id], "total": 1}
    memberships = await ada.did("GET", f"{V1}/users/{q(ann.user_id)}/memberships")
    assert memberships["memberships"] == {room_id: "join"}
    pusher = {
        "kind": "http",
        "app_id": "com.example.app",
        "pushkey": "a-very-secret-key",
        "app_display_name": "Tea",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": "https://push.example/_matrix/push/v1/notify"},
    }
    await ann.did("POST", "/pushers/set", pusher)
    pushers = await ada.did("GET", f"{V1}/users/{q(ann.user_id)}/pushers")
    assert [one["app_id"] for one in pushers["pushers"]] == ["com.example.app"]
    assert "secret" not in str(pushers)
    devices = await ada.did("GET", f"{path}/devices")
    assert [one["device_id"] for one in devices["devices"]] == [ann.device_id]
    whois = await ada.did("GET", f"{V1}/whois/{q(ann.user_id)}")
    assert list(whois["devices"]) == [ann.device_id]
    await ada.did("DELETE", f"{path}/devices/{ann.device_id}")
    assert await ann.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    assert await ada.refused("GET", f"{path}/devices/{ann.device_id}") == "404 M_NOT_FOUND"
    assert await ada.refused("GET", f"{V2}/users/@none:s") == "404 M_NOT_FOUND"
    assert await ada.refused("GET", f"{V2}/users/@ann:elsewhere") == "400 M_INVALID_PARAM"


async def test_made_and_changed(home: Living) -> None:
    ada = await administrator(home)
    path = f"{V2}/users/@new:s"
    body = {"password": "correct horse", "displayname": "New", "admin": False}
    made = await ada.ask("PUT", path, body)
    assert (made.status_code, made.json()["displayname"]) == (201, "New")
    new = await Person(home, "@new:s", ada.token, "").again()
    unchanged = made.json()
    assert (await ada.did("PUT", path, unchanged))["displayname"] == "New"
    await ada.did("PUT", path, {"displayname": "Newer", "avatar_url": "mxc://s/a"})
    profile = await new.did("GET", "/profile/@new:s")
    assert profile == {"displayname": "Newer", "avatar_url": "mxc://s/a"}
    await ada.did("PUT", path, {"avatar_url": ""})
    assert "avatar_url" not in await new.did("GET", "/profile/@new:s")
    assert await ada.refused("PUT", path, {"password": "another one"}) == "403 M_FORBIDDEN"
    contact = {"threepids": [{"medium": "email", "address": "new@tea.example"}]}
    assert await ada.refused("PUT", path, contact) == "403 M_FORBIDDEN"
    for refused in ("reset_password/@new:s", "users/@new:s/login"):
        told = await ada.ask("POST", f"{V1}/{refused}", {"new_password": "x"})
        assert told.status_code == 403, told.text
    assert (await ada.did("PUT", path, {"locked": True}))["locked"]
    assert await new.refused("GET", "/account/whoami") == "401 M_USER_LOCKED"
    await ada.did("PUT", path, {"locked": False})
    suspended = await ada.did("PUT", f"{V1}/suspend/@new:s", {"suspend": True})
    assert suspended == {"user_@new:s_suspended": True}
    assert await new.refused("POST", "/createRoom", {}) == "403 M_USER_SUSPENDED"
    assert (await ada.did("GET", path))["suspended"]
    assert await acts(home, "accounts.lock") == ["accounts.lock"]
    assert "adminapi.account_made" in await acts(home)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"admin": True, "locked": True}, "403 M_FORBIDDEN"),
        ({"locked": True, "displayname": "N" * 257}, "400 M_INVALID_PARAM"),
        ({"displayname": "Other", "avatar_url": "m" * 1001}, "400 M_INVALID_PARAM"),
        ({"displayname": "Other", "password": "another one"}, "403 M_FORBIDDEN"),
        ({"admin": True, "deactivated": True}, "403 M_FORBIDDEN"),
    ],
)
async def test_a_change_of_which_a_part_is_refused_changes_nothing(
    home: Living, body: dict[str, Any], told: str
) -> None:
    ada = await administrator(home)
    ann = await home.person("ann")
    path = f"{V2}/users/@ann:s"
    before = await ada.did("GET", path)
    assert await ada.refused("PUT", path, body) == told
    assert await ada.did("GET", path) == before
    assert await ann.did("GET", "/profile/@ann:s") == {}
    both = {"displayname": "Ann", "avatar_url": "mxc://s/ann"}
    after = await ada.did("PUT", path, both | {"admin": True})
    assert after == before | both | {"admin": True}
    after = await ada.did("PUT", path, {"admin": False, "locked": True})
    assert (after["admin"], after["locked"]) == (False, True)


async def test_administrators_among_themselves(home: Living) -> None:
    ada = await administrator(home)
    ben = await home.person("ben")
    path = f"{V1}/users/@ben:s/admin"
    assert await ada.did("GET", path) == {"admin": False}
    await ada.did("PUT", path, {"admin": True})
    assert await ada.did("GET", path) == {"admin": True}
    assert (await ben.did("GET", f"{V2}/users"))["total"] == 2, "at once, with the session it has"
    assert (
        await ada.refused("PUT", f"{V1}/users/@ada:s/admin", {"admin": False}) == "403 M_FORBIDDEN"
    )
    assert await ada.refused("POST", f"{V1}/deactivate/@ben:s", {}) == "403 M_FORBIDDEN"
    assert await ada.refused("PUT", f"{V1}/suspend/@ben:s", {"suspend": True}) == "403 M_FORBIDDEN"
    await ada.did("PUT", path, {"admin": False})
    assert await ben.refused("GET", f"{V2}/users") == "403 M_FORBIDDEN"


async def test_ending_an_account(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.person("ann")
    told = await ada.did("POST", f"{V1}/deactivate/@ann:s", {"erase": True})
    assert told == {"id_server_unbind_result": "no-support"}
    assert await ann.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    shown = await ada.did("GET", f"{V2}/users/@ann:s")
    assert (shown["deactivated"], shown["displayname"]) == (True, None)
    assert await ada.refused("PUT", f"{V2}/users/@ann:s", {"deactivated": False}) == (
        "403 M_USER_DEACTIVATED"
    )
    free = f"{V1}/username_available"
    assert await ada.did("GET", free, username="zoe") == {"available": True}
    assert await ada.refused("GET", free, username="ann") == "400 M_USER_IN_USE"


async def test_making_passes_the_gate(home: Living) -> None:
    ada = await administrator(home)
    policy = await home.house.doors.gate.policies.set("op", "the owner", suspension())
    shut = await ada.ask("PUT", f"{V2}/users/@new:s", {"password": "correct horse"})
    assert (shut.status_code, shut.json()["errcode"]) == (403, "M_FORBIDDEN")
    assert shut.json()["notice"]["id"] == policy.policy_id
    assert await ada.refused("GET", f"{V2}/users/@new:s") == "404 M_NOT_FOUND"


async def test_rooms(home: Living) -> None:
    ada = await administrator(home)
    ann, ben = await home.person("ann"), await home.person("ben")
    tea = await ann.room(ben, name="Tea", room_alias_name="tea", visibility="public")
    milk = await ann.room(name="Milk", preset="private_chat")
    path = f"{V1}/rooms"
    told = await ada.did("GET", path)
    assert [one["name"] for one in told["rooms"]] == ["Milk", "Tea"]
    assert (told["total_rooms"], told["offset"]) == (2, 0)
    found = told["rooms"][1]
    assert (found["room_id"], found["joined_members"], found["public"]) == (tea, 2, True)
    assert (found["canonical_alias"], found["creator"]) == ("#tea:s", ann.user_id)
    largest = await ada.did("GET", path, order_by="joined_members", limit=1)
    assert ([one["room_id"] for one in largest["rooms"]], largest["next_batch"]) == ([tea], 1)
    for query, wanted in (
        ({"search_term": "mil"}, [milk]),
        ({"public_rooms": "true"}, [tea]),
        ({"public_rooms": "false"}, [milk]),
        ({"empty_rooms": "true"}, []),
        ({"dir": "b"}, [tea, milk]),
    ):
        rooms = (await ada.did("GET", path, **query))["rooms"]
        assert [one["room_id"] for one in rooms] == wanted, query
    one = f"{path}/{q(tea)}"
    assert (await ada.did("GET", one))["topic"] is None
    members = await ada.did("GET", f"{one}/members")
    assert members == {"members": [ann.user_id, ben.user_id], "total": 2}
    state = await ada.did("GET", f"{one}/state", type="m.room.name")
    assert [(e["content"]["name"], e["room_id"]) for e in state["state"]] == [("Tea", tea)]
    await ann.say(milk, "secret")
    said = await ada.did("GET", f"{path}/{q(milk)}/messages", dir="b", limit=1)
    assert [e["content"]["body"] for e in said["chunk"]] == ["secret"]
    more = await ada.did("GET", f"{path}/{q(milk)}/messages", **{"dir": "b", "from": said["end"]})
    assert "secret" not in str(more["chunk"])
    assert "adminapi.room_read" in await acts(home)
    assert await ada.refused("GET", f"{path}/!none:s") == "404 M_NOT_FOUND"


async def test_closing_a_room(home: Living) -> None:
    ada = await administrator(home)
    ann, ben = await home.person("ann"), await home.person("ben")
    room_id = await ann.room(ben, room_alias_name="tea", visibility="public")
    event_id = await ben.say(room_id, "to be forgotten")
    path = f"{V2}/rooms/{q(room_id)}"
    assert await ada.refused("DELETE", path, {"new_room_user_id": "@ada:s"}) == (
        "400 M_INVALID_PARAM"
    )
    delete_id = (await ada.did("DELETE", path, {"block": True}))["delete_id"]
    status = f"{V2}/rooms/delete_status/{delete_id}"
    assert (await ada.did("GET", status))["status"] == "scheduled"
    await home.run_jobs()
    told = await ada.did("GET", status)
    assert told["status"] == "complete"
    assert sorted(told["shutdown_room"]["kicked_users"]) == [ann.user_id, ben.user_id]
    assert told["shutdown_room"]["local_aliases"] == ["#tea:s"]
    assert (await ada.did("GET", f"{path}/delete_status"))["results"] == [told]
    assert await ben.refused("POST", f"/join/{q(room_id)}", {}) == "403 M_FORBIDDEN"
    assert (await ben.did("GET", "/publicRooms"))["chunk"] == []
    left = await ben.did("GET", f"/rooms/{q(room_id)}/event/{q(event_id)}")
    assert left["content"] == {}
    assert await ada.refused("GET", f"{V2}/rooms/delete_status/none") == "404 M_NOT_FOUND"


async def test_files(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.person("ann")
    uris: list[str] = []
    for body in (b"one", b"twelve"):
        answer: httpx.Response = await home.client.post(
            "/_matrix/media/v3/upload?filename=leaf.txt",
            content=body,
            headers={
                "authorization": f"Bearer {ann.token}",
                "content-type": "application/octet-stream",
            },
        )
        uris.append(answer.json()["content_uri"].removeprefix("mxc://s/"))
    listed = await ada.did("GET", f"{V1}/users/@ann:s/media")
    assert listed["total"] == 2
    assert {one["media_id"] for one in listed["media"]} == set(uris)
    assert {one["upload_name"] for one in listed["media"]} == {None}
    sizes = await ada.did("GET", f"{V1}/statistics/users/media")
    assert [(o["user_id"], o["media_count"], o["media_length"]) for o in sizes["users"]] == [
        ("@ann:s", 2, 9)
    ]
    file = f"/_matrix/client/v1/media/download/s/{uris[0]}"
    assert (await ann.ask("GET", file)).status_code == 200
    await ada.did("POST", f"{V1}/media/quarantine/s/{uris[0]}", {})
    assert await ann.refused("GET", file) == "404 M_NOT_FOUND"
    await ada.did("POST", f"{V1}/media/unquarantine/s/{uris[0]}", {})
    assert (await ann.ask("GET", file)).status_code == 200
    gone = await ada.did("DELETE", f"{V1}/media/s/{uris[0]}")
    assert gone == {"deleted_media": [uris[0]], "total": 1}
    assert await ann.refused("GET", file) == "404 M_NOT_FOUND"
    assert await ada.refused("DELETE", f"{V1}/media/s/{uris[0]}") == "404 M_NOT_FOUND"
    assert await ada.refused("DELETE", f"{V1}/media/elsewhere/x") == "400 M_INVALID_PARAM"
    rest = await ada.did("DELETE", f"{V1}/users/@ann:s/media")
    assert rest == {"deleted_media": [uris[1]], "total": 1}
    await home.run_jobs()


async def test_registration_tokens_are_invitations(home: Living, clock: FixedClock) -> None:
    ada = await administrator(home)
    base = f"{V1}/registration_tokens"
    made = await ada.did("POST", f"{base}/new", {"uses_allowed": 2})
    assert (made["uses_allowed"], made["completed"], made["pending"]) == (2, 0, 0)
    valid = "/_matrix/client/v1/register/m.login.registration_token/validity"
    asked = await home.client.get(valid, params={"token": made["token"]})
    assert asked.json() == {"valid": True}
    listed = (await ada.did("GET", base, valid="true"))["registration_tokens"]
    assert len(listed) == 1
    assert listed[0]["token"] != made["token"], "it is not known any more"
    assert await ada.did("GET", f"{base}/{made['token']}") == listed[0]
    assert await ada.did("GET", f"{base}/{listed[0]['token']}") == listed[0]
    assert await ada.refused("PUT", f"{base}/{made['token']}", {"uses_allowed": 9}) == (
        "403 M_FORBIDDEN"
    )
    assert await ada.refused("POST", f"{base}/new", {"token": "short"}) == "400 M_INVALID_PARAM"
    own = await ada.did("POST", f"{base}/new", {"token": "a-token-of-my-own-choice"})
    assert own["token"] == "a-token-of-my-own-choice"
    await ada.did("DELETE", f"{base}/{own['token']}")
    gone = (await ada.did("GET", base, valid="false"))["registration_tokens"]
    assert len(gone) == 1
    assert await ada.refused("GET", f"{base}/none") == "404 M_NOT_FOUND"


async def test_nothing_runs_behind(home: Living) -> None:
    ada = await administrator(home)
    told = await ada.did("GET", f"{V1}/background_updates/status")
    assert told == {"enabled": True, "current_updates": {}}


@pytest.mark.parametrize("order", ["name", "creator", "version", "state_events", "nothing"])
async def test_any_order_is_an_order(home: Living, order: str) -> None:
    ada = await administrator(home)
    await ada.room()
    assert (await ada.did("GET", f"{V1}/rooms", order_by=order))["total_rooms"] == 1
    assert (await ada.did("GET", f"{V3}/users", order_by=order))["total"] == 1
