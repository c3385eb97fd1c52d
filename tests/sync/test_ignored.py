"""Whom one ignores is not seen to read, to type or to be there; nor do they invite."""

import json
from typing import Any

from tests.living import Living, Person, q
from tests.relations.saying import ignore
from tests.slidingsync.asking import Line, body_of

SIGNS = {name: {"enabled": True} for name in ("receipts", "typing")}


async def stir(person: Person, room: str, read: str) -> None:
    """Read, type and be there."""
    place, who = f"/rooms/{q(room)}", q(person.user_id)
    await person.did("POST", f"{place}/receipt/m.read/{q(read)}", {})
    await person.did("PUT", f"{place}/typing/{who}", {"typing": True, "timeout": 30_000})
    await person.did("PUT", f"/presence/{who}/status", {"presence": "online", "status_msg": "x"})


def signs(told: Any, room: str) -> str:
    """Return what a sync tells of others beside what they said."""
    part = told["rooms"]["join"][room]["ephemeral"]["events"]
    assert {event["type"] for event in part} == {"m.receipt", "m.typing"}
    return json.dumps([part, told["presence"]])


async def test_whom_one_ignores_shows_no_sign_of_life(house: Living) -> None:
    ada, bob, eve = [await house.person() for _ in range(3)]
    room = await ada.room(bob, eve)
    read = await ada.say(room, "tea")
    line = Line(ada, body_of(extensions=SIGNS))
    await ignore(ada, eve)
    await line.ask()
    await ada.sync()
    for one in (eve, bob):
        await stir(one, room, read)
    for anew in (False, True):
        ada.since = None if anew else ada.since
        found = signs(await ada.sync(), room)
        assert bob.user_id in found
        assert eve.user_id not in found
    beside = json.dumps((await line.ask())["extensions"])
    assert beside.count(bob.user_id) == 2
    assert eve.user_id not in beside
    await ignore(ada)
    ada.since = None
    assert eve.user_id in signs(await ada.sync(), room)


async def test_an_invitation_by_somebody_ignored_waits_until_they_are_not(house: Living) -> None:
    ada, eve = [await house.person() for _ in range(2)]
    await ada.sync()
    await ignore(ada, eve)
    room = (await eve.did("POST", "/createRoom", {"invite": [ada.user_id]}))["room_id"]
    for since in (ada.since, None):
        ada.since = since
        assert "invite" not in (await ada.sync()).get("rooms", {})
    await ignore(ada)
    ada.since = None
    assert room in (await ada.sync())["rooms"]["invite"]
