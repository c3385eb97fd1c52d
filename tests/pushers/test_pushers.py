"""Pushers over HTTP: setting them, what a gateway is told, and what it is not."""

from typing import Any

import asyncpg

from tests.living import q
from tests.pushers.conftest import Place
from tests.pushers.gateway import GATEWAY_PATH


async def read(person: Any, room: str, event_id: str) -> None:
    await person.did("POST", f"/rooms/{q(room)}/receipt/m.read/{q(event_id)}", {})


async def test_a_pusher_is_set_listed_changed_and_ended(place: Place) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    assert await ann.did("GET", "/pushers") == {"pushers": []}
    await place.pusher(ann, profile_tag="work")
    (one,) = (await ann.did("GET", "/pushers"))["pushers"]
    assert one == {
        "kind": "http",
        "app_id": "org.example.app",
        "pushkey": "key",
        "app_display_name": "App",
        "device_display_name": "Phone",
        "lang": "en",
        "data": {"url": place.receiver.url, "brand": "tea"},
        "profile_tag": "work",
    }
    await place.pusher(ann, lang="zh")
    assert [p["lang"] for p in (await ann.did("GET", "/pushers"))["pushers"]] == ["zh"]
    await place.pusher(bo, append=True)
    assert len((await ann.did("GET", "/pushers"))["pushers"]) == 1
    await place.pusher(bo)  # the device is bo's now
    assert (await ann.did("GET", "/pushers"))["pushers"] == []
    end = {"kind": None, "app_id": "org.example.app", "pushkey": "key"}
    await bo.did("POST", "/pushers/set", end)
    await bo.did("POST", "/pushers/set", end)
    assert (await bo.did("GET", "/pushers"))["pushers"] == []


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"kind": "email"}, "400 M_INVALID_PARAM"),
    ({"lang": None}, "400 M_MISSING_PARAM"),
    ({"data": {}}, "400 M_MISSING_PARAM"),
    ({"data": {"url": 5}}, "400 M_INVALID_PARAM"),
    ({"data": {"url": "https://push.example/else"}}, "400 M_INVALID_PARAM"),
    ({"data": {"url": f"http://push.example{GATEWAY_PATH}"}}, "400 M_INVALID_PARAM"),
    ({"data": {"url": f"https://a:b@push.example{GATEWAY_PATH}"}}, "400 M_INVALID_PARAM"),
    ({"data": {"url": f"https://push.example:8443{GATEWAY_PATH}"}}, "400 M_INVALID_PARAM"),
    ({"app_id": "x" * 65}, "400 M_INVALID_PARAM"),
    ({"pushkey": "x" * 513}, "400 M_INVALID_PARAM"),
    ({"pushkey": ""}, "400 M_INVALID_PARAM"),
]


async def test_what_cannot_be_a_pusher(place: Place) -> None:
    ann = await place.home.person()
    body = {
        "kind": "http", "app_id": "a", "pushkey": "k", "app_display_name": "A",
        "device_display_name": "D", "lang": "en",
        "data": {"url": f"https://push.example{GATEWAY_PATH}"},
    }  # fmt: skip
    for change, said in REFUSED:
        assert await ann.refused("POST", "/pushers/set", {**body, **change}) == said, change
    assert (await ann.did("GET", "/pushers"))["pushers"] == []
    await ann.did("POST", "/pushers/set", body)
    del body["kind"]
    assert await ann.refused("POST", "/pushers/set", body) == "400 M_MISSING_PARAM"


async def test_a_gateway_is_told_what_was_said(place: Place) -> None:
    ann, bo = await place.home.person("ann"), await place.home.person("bo")
    await ann.did("PUT", f"/profile/{q(ann.user_id)}/displayname", {"displayname": "Ann Lee"})
    room = await ann.room(bo, name="Tea")
    await place.pusher(bo)
    event_id = await ann.say(room, "hello")
    (told,) = await place.told()
    assert told == {
        "event_id": event_id,
        "room_id": room,
        "type": "m.room.message",
        "sender": ann.user_id,
        "sender_display_name": "Ann Lee",
        "room_name": "Tea",
        "content": {"msgtype": "m.text", "body": "hello"},
        "prio": "high",
        "counts": {"unread": 1},
        "devices": [
            {
                "app_id": "org.example.app",
                "pushkey": "key",
                "pushkey_ts": int(place.clock.now().timestamp()),
                "data": {"brand": "tea"},
                "tweaks": {"sound": "default"},
            }
        ],
    }
    await bo.say(room, "my own")
    assert await place.told() == []
    for text in ("two", "three"):
        await ann.say(room, text)
    bodies = [told["content"]["body"] for told in await place.told()]  # type: ignore[index]
    assert bodies == ["two", "three"], "in order, once"


async def test_ids_only_and_the_number_alone(place: Place) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await place.pusher(bo, data={"url": place.receiver.url, "format": "event_id_only"})
    event_id = await ann.say(room, "secret")
    (told,) = await place.told()
    assert told["event_id"] == event_id
    assert set(told) == {"event_id", "room_id", "prio", "counts", "devices"}
    assert told["devices"][0]["data"] == {"format": "event_id_only"}  # type: ignore[index]
    await read(bo, room, event_id)
    (told,) = await place.told()
    assert set(told) == {"counts", "devices"}
    assert told["counts"] == {"unread": 0}
    await read(ann, room, event_id)
    assert await place.told() == []


async def test_what_was_read_or_taken_back_meanwhile_is_not_told(place: Place) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await place.pusher(bo)
    place.receiver.status = 500
    first = await ann.say(room, "one")
    second = await ann.say(room, "two")
    assert await place.told() == []
    await read(bo, room, first)
    place.receiver.status = 200
    path = f"/rooms/{q(room)}/redact/{q(second)}/r"
    await ann.did("PUT", path, {})
    third = await ann.say(room, "three")
    (told,) = await place.told(seconds=10)
    assert (told["event_id"], told["counts"]) == (third, {"unread": 1})


async def test_it_is_tried_again_ever_later_and_let_go_after_a_day(
    place: Place, wiper: asyncpg.Connection
) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await place.pusher(bo)
    place.receiver.status = 503
    await ann.say(room, "one")
    await place.settle()
    assert place.receiver.tried == 1
    await place.settle(seconds=4)
    assert place.receiver.tried == 1
    await place.settle(seconds=10)
    assert place.receiver.tried == 2
    row = await wiper.fetchrow("select failures, due_at is null from pushers_pushers")
    assert tuple(row or ()) == (2, False), "kept, so that a restart goes on from there"
    for _ in range(26):
        await place.settle(hours=1, minutes=1)
    assert 15 < place.receiver.tried < 40
    tried, place.receiver.status = place.receiver.tried, 200
    await place.settle(hours=2)
    assert place.receiver.tried == tried, "what was a day old is let go"
    event_id = await ann.say(room, "two")
    assert [told["event_id"] for told in await place.told()] == [event_id]


async def test_a_rejected_pushkey_is_gone_and_others_stay(place: Place) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await place.pusher(bo, "good")
    await place.pusher(bo, "bad")
    place.receiver.answer = {"rejected": ["bad", "of somebody else"]}
    await ann.say(room, "one")
    assert len(await place.told()) == 2
    left = (await bo.did("GET", "/pushers"))["pushers"]
    assert [one["pushkey"] for one in left] == ["good"]


async def test_rules_decide_and_an_invitation_is_told(place: Place) -> None:
    ann, bo = await place.home.person("ann"), await place.home.person("bo")
    await place.pusher(bo)
    body = {"invite": [bo.user_id], "preset": "private_chat", "name": "Quiet"}
    room = (await ann.did("POST", "/createRoom", body))["room_id"]
    (told,) = await place.told()
    assert (told["type"], told["user_is_target"], told["membership"]) == (
        "m.room.member", True, "invite",
    )  # fmt: skip
    await bo.did("POST", f"/join/{q(room)}", {})
    await ann.say(room, "loud")
    assert len(await place.told()) == 1
    await bo.did("PUT", f"/pushrules/global/room/{q(room)}", {"actions": []})
    await ann.say(room, "muted")
    assert await place.told() == []


async def test_a_pusher_goes_with_its_device_and_not_with_others(place: Place) -> None:
    bo = await place.home.person()
    phone = await bo.again()
    await place.pusher(bo, "desk")
    await place.pusher(phone, "phone")
    await phone.did("POST", "/logout", {})
    await place.settle()
    left = (await bo.did("GET", "/pushers"))["pushers"]
    assert [one["pushkey"] for one in left] == ["desk"]
    await bo.did(
        "POST",
        "/account/deactivate",
        {
            "auth": {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": bo.user_id},
                "password": "correct horse",
            }
        },
    )
    await place.settle()


async def test_nobody_is_told_of_whom_they_ignore(place: Place) -> None:
    ann, bo, cy = [await place.home.person(name) for name in ("ann", "bo", "cy")]
    room = await ann.room(bo, cy)
    await place.pusher(bo)
    ignored = {"ignored_users": {ann.user_id: {}}}
    path = f"/user/{q(bo.user_id)}/account_data/m.ignored_user_list"
    await bo.did("PUT", path, ignored)
    await ann.say(room, "to the wind")
    heard = await cy.say(room, "to bo")
    assert [told["event_id"] for told in await place.told()] == [heard]
    listed = (await bo.did("GET", "/notifications"))["notifications"]
    assert [one["event"]["event_id"] for one in listed] == [heard]


async def test_notifications_are_listed(place: Place) -> None:
    ann, bo = await place.home.person("ann"), await place.home.person("bo")
    room, other = await ann.room(bo), await ann.room(bo)
    first = await ann.say(room, "one")
    await read(bo, room, first)
    said = [first]
    for nth in range(5):
        said.append(await ann.say((room, other)[nth % 2], f"bo, {nth}" if nth == 3 else "more"))
    told = await bo.did("GET", "/notifications")
    assert [one["event"]["event_id"] for one in told["notifications"]] == said[::-1]
    assert "next_token" not in told
    last = told["notifications"][-1]
    assert (last["read"], last["room_id"], last["ts"]) == (
        True, room, last["event"]["origin_server_ts"],
    )  # fmt: skip
    assert last["actions"] == ["notify", {"set_tweak": "sound", "value": "default"}]
    seen, token = [], None
    while True:
        query = {"limit": 2} if token is None else {"limit": 2, "from": token}
        page = await bo.did("GET", "/notifications", None, **query)
        assert len(page["notifications"]) <= 2
        seen += [one["event"]["event_id"] for one in page["notifications"]]
        token = page.get("next_token")
        if token is None:
            break
    assert seen == said[::-1]
    (one,) = (await bo.did("GET", "/notifications", None, only="highlight"))["notifications"]
    assert one["event"]["content"]["body"] == "bo, 3"
    assert (await ann.did("GET", "/notifications"))["notifications"] == []
    assert await bo.refused("GET", "/notifications", None, **{"from": "x"}) == "400 M_INVALID_PARAM"
    await ann.did("PUT", f"/rooms/{q(room)}/redact/{q(first)}/r", {})
    found = (await bo.did("GET", "/notifications"))["notifications"]
    assert first not in [one["event"]["event_id"] for one in found]


async def test_a_redaction_is_counted_no_more(place: Place) -> None:
    ann, bo = await place.home.person(), await place.home.person()
    room = await ann.room(bo)
    await bo.sync()
    first = await ann.say(room, "one")
    await ann.say(room, "two")

    async def unread() -> int:
        told = await bo.sync()
        return told["rooms"]["join"][room]["unread_notifications"]["notification_count"]

    assert await unread() == 2
    await ann.did("PUT", f"/rooms/{q(room)}/redact/{q(first)}/r", {})
    assert await unread() == 1
