"""A small world to look at: people, chats and messages, made through the API."""

from dataclasses import dataclass

from playwright.async_api import APIRequestContext

from tests.browser.people import Person, two_in_a_chat

GREETINGS = (
    "明天下午的茶会你来吗？",
    "带两盒龙井，老地方见。",
    "Three o'clock, by the stone lions. I may be ten minutes late, so start without me.",
)


@dataclass
class Scene:
    """Ada, whose screen is looked at, and Ben, with the rooms they share."""

    ada: Person
    ben: Person
    direct: str
    group: str


async def post(person: Person, path: str, body: object) -> dict[str, str]:
    request: APIRequestContext = person.context.request
    answer = await request.post(
        f"{person.base}/_matrix/client/v3{path}", headers=await person.token(), data=body
    )
    assert answer.ok, await answer.text()
    return dict(await answer.json())


async def say(person: Person, room: str, text: str, txn: str) -> None:
    answer = await person.context.request.put(
        f"{person.base}/_matrix/client/v3/rooms/{room}/send/m.room.message/{txn}",
        headers=await person.token(),
        data={"msgtype": "m.text", "body": text},
    )
    assert answer.ok, await answer.text()


async def furnish(ada: Person, ben: Person) -> Scene:
    """Let two people who have just signed up have something to show."""
    direct = await two_in_a_chat(ada, ben)
    for at, text in enumerate(GREETINGS):
        await say((ben, ada, ben)[at], direct, text, f"d{at}")
    made = await post(
        ada,
        "/createRoom",
        {"preset": "private_chat", "name": "春茶合作社", "invite": [await ben.user_id()]},
    )
    group = made["room_id"]
    await post(ben, f"/rooms/{group}/join", {})
    await say(ben, group, "The first flush is in. Photos tonight.", "g0")
    await say(ada, group, "辛苦了！", "g1")
    waiting = await post(ben, "/createRoom", {"name": "Pu'er tasting", "preset": "private_chat"})
    await post(ben, f"/rooms/{waiting['room_id']}/invite", {"user_id": await ada.user_id()})
    return Scene(ada, ben, direct, group)
