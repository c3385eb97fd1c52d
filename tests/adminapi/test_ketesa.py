"""Every call of Ketesa's that is not of its own services: each is answered, or refused with a reason.

The list is from its page of the endpoints that it uses, and from its data provider.
"""

from typing import Any

import httpx

from teahouse.adminapi.model import READERS
from teahouse.operators.model import Role
from tests.adminapi.tools import V1, V2, V3, acts, administrator
from tests.living import Living, Person, q

HERS = f"{V1}/users/@ann:s"
HER = f"{V2}/users/@ann:s"
ROOM = f"{V1}/rooms/{{room}}"
THERE = f"{V1}/federation/destinations"
OK, NOT_HERE, NOT_OURS, NONE = 200, "400 M_INVALID_PARAM", "403 M_FORBIDDEN", "404 M_NOT_FOUND"
CALLS: list[tuple[str, str, Any, int | str]] = [
    # users
    ("GET", f"{V1}/server_version", None, OK),
    ("GET", f"{V3}/users", None, OK),
    ("GET", HER, None, OK),
    ("PUT", HER, {"displayname": "Ann"}, OK),
    ("GET", f"{V1}/whois/@ann:s", None, OK),
    ("PUT", f"{V1}/suspend/@ann:s", {"suspend": False}, OK),
    ("POST", f"{V1}/reset_password/@ann:s", {"new_password": "x"}, NOT_OURS),
    ("GET", f"{HERS}/joined_rooms", None, OK),
    ("GET", f"{HERS}/memberships", None, OK),
    ("GET", f"{HERS}/media", None, OK),
    ("GET", f"{HERS}/accountdata", None, NOT_OURS),
    ("GET", f"{HERS}/pushers", None, OK),
    ("GET", f"{HERS}/override_ratelimit", None, OK),
    ("POST", f"{HERS}/override_ratelimit", {"messages_per_second": 1}, NOT_HERE),
    ("DELETE", f"{HERS}/override_ratelimit", None, OK),
    ("POST", f"{HERS}/login", {}, NOT_OURS),
    ("POST", f"{HERS}/shadow_ban", None, NOT_HERE),
    ("DELETE", f"{HERS}/shadow_ban", None, OK),
    ("POST", f"{HERS}/_allow_cross_signing_replacement_without_uia", {}, NOT_OURS),
    ("GET", f"{HERS}/sent_invite_count", None, NOT_HERE),
    ("GET", f"{HERS}/cumulative_joined_room_count", None, NOT_HERE),
    ("GET", f"{V1}/username_available?username=zoe", None, OK),
    ("GET", f"{V1}/auth_providers/oidc/users/ann", None, NOT_HERE),
    ("GET", f"{V1}/threepid/msisdn/users/447911123456", None, OK),
    ("GET", f"{V1}/threepid/msisdn/users/447911000000", None, NONE),
    ("GET", f"{V1}/threepid/email/users/none@tea.example", None, NONE),
    ("GET", f"{V1}/threepid/email/users/ann", None, NONE),
    ("POST", f"{V1}/user/@ann:s/redact", {"rooms": []}, NOT_HERE),
    ("GET", f"{V1}/user/redact_status/none", None, NONE),
    ("GET", f"{HER}/devices", None, OK),
    ("POST", f"{HER}/devices", {"device_id": "D"}, NOT_OURS),
    ("PUT", f"{HER}/devices/D", {"display_name": "D"}, NOT_OURS),
    ("DELETE", f"{HER}/devices/none", None, NONE),
    ("POST", f"{HER}/delete_devices", {"devices": []}, OK),
    # rooms
    ("GET", f"{V1}/rooms", None, OK),
    ("GET", ROOM, None, OK),
    ("GET", f"{ROOM}/members", None, OK),
    ("GET", f"{ROOM}/state", None, OK),
    ("GET", f"{ROOM}/messages?dir=b", None, OK),
    ("GET", f"{ROOM}/timestamp_to_event?ts=0&dir=f", None, OK),
    ("GET", f"{ROOM}/timestamp_to_event?ts=0&dir=b", None, NONE),
    ("GET", f"{ROOM}/context/{{event}}?limit=5", None, OK),
    ("GET", f"{V1}/rooms/!none:s/context/{{event}}", None, NONE),
    ("GET", f"{ROOM}/hierarchy", None, OK),
    ("GET", f"{ROOM}/hierarchy?from=x", None, NOT_HERE),
    ("GET", f"{ROOM}/block", None, OK),
    ("PUT", f"{ROOM}/block", {"block": True}, NOT_HERE),
    ("GET", f"{V2}/rooms/delete_status/none", None, NONE),
    ("POST", f"{ROOM}/make_room_admin", {"user_id": "@ann:s"}, NOT_OURS),
    ("GET", f"{ROOM}/forward_extremities", None, OK),
    ("DELETE", f"{ROOM}/forward_extremities", None, OK),
    ("POST", f"{V1}/join/{{room}}", {"user_id": "@ann:s"}, NOT_OURS),
    # invitations, files, reports
    ("GET", f"{V1}/registration_tokens", None, OK),
    ("GET", f"{V1}/room/{{room}}/media", None, OK),
    ("POST", f"{V1}/media/delete?before_ts=1", None, NOT_HERE),
    ("POST", f"{V1}/purge_media_cache?before_ts=1", None, OK),
    ("POST", f"{V1}/media/protect/none", None, NOT_HERE),
    ("POST", f"{V1}/media/unprotect/none", None, NOT_HERE),
    ("GET", f"{V1}/event_reports", None, OK),
    ("GET", f"{V1}/event_reports/none", None, NONE),
    ("DELETE", f"{V1}/event_reports/none", {}, NONE),
    ("GET", f"{V1}/user_reports", None, OK),
    # the rest
    ("POST", f"{V1}/send_server_notice", {"user_id": "@ann:s", "content": {}}, NOT_HERE),
    ("PUT", f"{V1}/send_server_notice/1", {"user_id": "@ann:s", "content": {}}, NOT_HERE),
    ("GET", THERE, None, OK),
    ("GET", f"{THERE}/tea.example", None, NONE),
    ("GET", f"{THERE}/tea.example/rooms", None, NONE),
    ("POST", f"{THERE}/tea.example/reset_connection", None, NONE),
    ("GET", f"{V1}/experimental_features/@ann:s", None, OK),
    ("PUT", f"{V1}/experimental_features/@ann:s", {"features": {}}, NOT_HERE),
    ("GET", f"{V1}/statistics/users/media", None, OK),
    ("GET", f"{V1}/statistics/database/rooms", None, OK),
    ("POST", f"{V1}/account_validity/validity", {"user_id": "@ann:s"}, NOT_HERE),
    ("POST", f"{V1}/purge_history/{{room}}", {"purge_up_to_ts": 1}, NOT_HERE),
    ("GET", f"{V1}/purge_history_status/none", None, NONE),
    ("GET", f"{V1}/fetch_event/{{event}}", None, OK),
    ("GET", f"{V1}/fetch_event/$none", None, NONE),
    ("GET", f"{V1}/scheduled_tasks", None, OK),
    ("GET", "/_matrix/client/v3/publicRooms", None, OK),
]


async def test_every_call_is_answered(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.joined("ann", "+447911123456")
    room_id = await ann.room()
    names = {"room": q(room_id), "event": q(await ann.say(room_id, "hello"))}
    wrong: list[str] = []
    for method, path, body, wanted in CALLS:
        answer = await ada.ask(method, path.format(**names), body)
        said: int | str = answer.status_code
        if said != OK:
            said = f"{said} {answer.json()['errcode']}"
        if said != wanted:
            wrong.append(f"{method} {path}: {said}")
    assert wrong == []


async def test_nobody_else_is_answered(home: Living) -> None:
    """Of each call: a person who is no administrator, and who has no session at all."""
    await administrator(home)
    ann = await home.person("ann")
    for method, path, body, _ in CALLS:
        if not path.startswith("/_synapse") or path.endswith("/server_version"):
            continue
        assert await ann.refused(method, path, body) == NOT_OURS, path
        bare = await home.client.request(method, path, json=body)
        assert (bare.status_code, bare.json()["errcode"]) == (401, "M_MISSING_TOKEN"), path


async def reported(home: Living) -> tuple[Person, Person, str, str]:
    """Have an event and somebody reported."""
    ann, ben = await home.joined("ann", "+447911123456"), await home.person("ben")
    room_id = await ben.room(ann, name="Tea")
    event_id = await ben.say(room_id, "rude")
    path = f"/rooms/{q(room_id)}/report/{q(event_id)}"
    await ann.did("POST", path, {"reason": "it is rude"})
    await ann.did("POST", f"/users/{q(ben.user_id)}/report", {"reason": "he is rude"})
    return ann, ben, room_id, event_id


async def test_reports(home: Living) -> None:
    ada = await administrator(home)
    ann, ben, room_id, event_id = await reported(home)
    base = f"{V1}/event_reports"
    told = await ada.did("GET", base)
    [one] = told["event_reports"]
    assert (told["total"], "next_token" in told) == (1, False)
    assert (one["room_id"], one["event_id"], one["name"]) == (room_id, event_id, "Tea")
    assert (one["user_id"], one["sender"], one["reason"]) == (
        ann.user_id,
        ben.user_id,
        "it is rude",
    )
    shown = await ada.did("GET", f"{base}/{one['id']}")
    assert shown["event_json"]["content"]["body"] == "rude"
    for query, found in (({"user_id": "ann"}, 1), ({"user_id": "ben"}, 0), ({"room_id": "!x"}, 0)):
        assert (await ada.did("GET", base, **query))["total"] == found, query
    assert (await ada.did("GET", base, event_sender_user_id="@ben:s"))["total"] == 1
    assert (await ada.did("GET", base, **{"from": 1}))["event_reports"] == []
    [person] = (await ada.did("GET", f"{V1}/user_reports"))["user_reports"]
    assert (person["target_user_id"], person["reason"]) == (ben.user_id, "he is rude")
    assert await ada.refused("GET", f"{base}/{person['id']}") == NONE, "of the other kind"
    await ada.did("DELETE", f"{base}/{one['id']}", one)
    assert (await ada.did("GET", base))["total"] == 0
    assert await ada.refused("GET", f"{base}/{one['id']}") == NONE
    assert await ada.refused("DELETE", f"{base}/{one['id']}", {}) == NONE
    mine = (await ann.did("GET", "/api/v1/complaints"))["complaints"]
    assert [(o["kind"], o["outcome"]) for o in mine] == [("user", None), ("event", "dismissed")]
    assert "Operators" in mine[1]["answer"]
    assert {"complaints.read", "complaints.look", "complaints.decided"} <= set(
        await acts(home, "complaints")
    )


async def test_who_reads_what_people_wrote(home: Living) -> None:
    """Reports, and what was said, are read by those who act on them."""
    ada = await administrator(home)
    account = await home.house.people.accounts.account(ada.user_id)
    read = (f"{V1}/event_reports", f"{V1}/user_reports", f"{V1}/fetch_event/$none")
    for role in READERS:
        await home.house.programs.adminapi.badges.give("cli:tea", account, role)
        for path in read:
            answer = await ada.ask("GET", path)
            let_in = role in (Role.OWNER, Role.MODERATOR)
            assert (answer.status_code != 403) is let_in, (role, path)


async def test_what_was_said(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.person("ann")
    space = await ann.room(name="Space", creation_content={"type": "m.space"})
    room_id = await ann.room(preset="private_chat", name="Hidden")
    await ann.did("PUT", f"/rooms/{q(space)}/state/m.space.child/{q(room_id)}", {"via": ["s"]})
    said = [await ann.say(room_id, str(nth)) for nth in range(5)]
    around = await ada.did("GET", f"{V1}/rooms/{q(room_id)}/context/{q(said[2])}", limit=2)
    assert around["event"]["content"]["body"] == "2"
    assert [e["content"]["body"] for e in around["events_before"]] == ["1"]
    assert [e["content"]["body"] for e in around["events_after"]] == ["3"]
    path = f"{V1}/rooms/{q(room_id)}/messages"
    more = await ada.did("GET", path, **{"from": around["end"], "dir": "f"})
    assert [e["content"]["body"] for e in more["chunk"]] == ["4"]
    walked = await ada.did("GET", f"{V1}/rooms/{q(space)}/hierarchy")
    assert [one["room_id"] for one in walked["rooms"]] == [space, room_id]
    one = await ada.did("GET", f"{V1}/fetch_event/{q(said[0])}")
    assert (one["event"]["room_id"], one["event"]["event_id"]) == (room_id, said[0])
    last = await ada.did("GET", f"{V1}/rooms/{q(room_id)}/forward_extremities")
    assert [o["event_id"] for o in last["results"]] == [said[4]]
    async with home.house.ground.db.transaction() as tx:
        await tx.run("analyze timeline_events")
    sizes = (await ada.did("GET", f"{V1}/statistics/database/rooms"))["rooms"]
    assert {o["room_id"] for o in sizes} == {space, room_id}
    assert all(o["estimated_size"] > 500 for o in sizes)
    assert "adminapi.room_read" in await acts(home)


async def test_files_of_a_room_and_of_somebody(home: Living) -> None:
    ada = await administrator(home)
    ann = await home.person("ann")
    room_id = await ann.room()
    uris: list[str] = []
    for body in (b"one", b"two"):
        answer: httpx.Response = await home.client.post(
            "/_matrix/media/v3/upload",
            content=body,
            headers={
                "authorization": f"Bearer {ann.token}",
                "content-type": "image/x-tea",
            },
        )
        uris.append(answer.json()["content_uri"])
    content = {"msgtype": "m.image", "body": "x", "url": uris[0]}
    await ann.did("PUT", f"/rooms/{q(room_id)}/send/m.room.message/1", content)
    other = {"msgtype": "m.image", "body": "x", "url": "mxc://elsewhere/x"}
    await ann.did("PUT", f"/rooms/{q(room_id)}/send/m.room.message/2", other)
    path = f"{V1}/room/{q(room_id)}/media"
    told = await ada.did("GET", path)
    assert told == {"local": [uris[0]], "remote": ["mxc://elsewhere/x"], "total": 1}
    assert await ada.did("POST", f"{path}/quarantine", {}) == {"num_quarantined": 1}
    assert await ada.did("POST", f"{path}/quarantine", {}) == {"num_quarantined": 0}
    of_her = f"{V1}/user/@ann:s/media/quarantine"
    assert await ada.did("POST", of_her, {}) == {"num_quarantined": 1}
    for uri in uris:
        file = f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
        assert await ann.refused("GET", file) == NONE


async def test_a_closed_room_is_a_task(home: Living) -> None:
    ada = await administrator(home)
    room_id = await (await home.person("ann")).room()
    block = f"{V1}/rooms/{q(room_id)}/block"
    assert await ada.did("GET", block) == {"block": False}
    await ada.did("DELETE", f"{V2}/rooms/{q(room_id)}", {"block": False, "purge": False})
    [one] = (await ada.did("GET", f"{V1}/scheduled_tasks"))["scheduled_tasks"]
    assert (one["action"], one["status"]) == ("shutdown_room", "scheduled")
    await home.run_jobs()
    [one] = (await ada.did("GET", f"{V1}/scheduled_tasks"))["scheduled_tasks"]
    assert (one["resource_id"], one["status"]) == (room_id, "complete")
    assert await ada.did("GET", block) == {"block": True}
