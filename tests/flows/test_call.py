"""A call of two, as the house sees it: signals that pass, in order, to every device of both."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from tests.living import Living, Person, living, q


@pytest.fixture
async def home(database: object, dsn: str, tmp_path: Path, clock: FixedClock):  # noqa: ANN201
    """A house without a relay, at a time that stands still."""
    async with living(dsn, tmp_path, clock) as one:
        yield one


async def signal(one: Person, room: str, what: str, party: str, **more: Any) -> None:
    content = {"call_id": "c1", "party_id": party, "version": "1", **more}
    path = f"/rooms/{q(room)}/send/m.call.{what}/{party}{what}"
    await one.did("PUT", path, content)


async def heard(one: Person, room: str) -> dict[str, Any]:
    """Return the room's part of the next sync."""
    return (await one.sync())["rooms"]["join"][room]


def told(part: dict[str, Any]) -> list[str]:
    return [event["type"].removeprefix("m.call.") for event in part["timeline"]["events"]]


async def test_a_call_reaches_every_device_and_is_answered_by_one(
    home: Living, clock: FixedClock
) -> None:
    ada, ben = await home.person(), await home.person()
    assert await ada.refused("GET", "/voip/turnServer") == "404 M_NOT_FOUND"
    room = await ada.room(ben, preset="trusted_private_chat", is_direct=True)
    other = await ben.again()
    for one in (ada, ben, other):
        await one.sync()

    offer = {"offer": {"type": "offer", "sdp": "v=0"}, "lifetime": 90_000, "invitee": ben.user_id}
    await signal(ada, room, "invite", "a", **offer)
    await signal(ada, room, "candidates", "a", candidates=[{"candidate": ""}])
    clock.move(timedelta(seconds=20))
    for one in (ben, other):
        part = await heard(one, room)
        assert told(part) == ["invite", "candidates"]
        assert part["timeline"]["events"][0]["unsigned"]["age"] == 20_000, "how long it has rung"
        assert part["unread_notifications"]["notification_count"] == 1, "a call, not its candidates"
    rung = (await ben.did("GET", "/notifications"))["notifications"][0]
    assert {"set_tweak": "sound", "value": "ring"} in rung["actions"]

    await signal(ben, room, "answer", "b", answer={"type": "answer", "sdp": "v=0"})
    await signal(ada, room, "select_answer", "a", selected_party_id="b")
    assert told(await heard(other, room)) == ["answer", "select_answer"], "it rings no more"
    await signal(ben, room, "hangup", "b", reason="user_hangup")
    assert told(await heard(ada, room))[-1] == "hangup"

    eve = await home.person()
    path = f"/rooms/{q(room)}/send/m.call.hangup/1"
    assert await eve.refused("PUT", path, {"call_id": "c1"}) == "403 M_FORBIDDEN"
