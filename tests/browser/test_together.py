"""Two browsers and two clients that others wrote talk in one room while sign-up is suspended."""

import asyncio
import io
import re
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from nio import (
    AsyncClient,
    JoinResponse,
    RegisterResponse,
    RoomMessage,
    RoomMessageAudio,
    RoomMessageImage,
    RoomMessageText,
    UploadResponse,
)
from PIL import Image
from playwright.async_api import expect

from tests.browser.operators import Desk
from tests.browser.people import PATIENCE_MS, Person
from tests.browser.test_admin import suspend_mainland
from tests.flows.people import Registering, british_number, mainland_number

ROOM = "四个人的茶"
SOME_SECONDS = re.compile(r"0:(0[1-9]|[1-5]\d)")  # who looks late sees more than one


@asynccontextmanager
async def foreign(desk: Desk, name: str) -> AsyncIterator[AsyncClient]:
    """Somebody with a client of another house."""
    client = AsyncClient(desk.base, name)
    told = await client.register(name, "correct horse battery", "nio")
    assert isinstance(told, RegisterResponse), told
    try:
        yield client
    finally:
        await client.close()


async def hears(client: AsyncClient, kind: type[RoomMessage], body: str) -> RoomMessage:
    """Sync until an event of a kind with a body has come."""
    seen: list[RoomMessage] = []
    client.add_event_callback(lambda _room, event: seen.append(event), kind)
    async with asyncio.timeout(60):
        while True:
            for event in seen:
                if event.body == body:
                    return event
            await client.sync(timeout=3000)


async def everybody_hears(people: list[Person], clients: list[AsyncClient], text: str) -> None:
    for person in people:
        await person.hears(text)
    for client in clients:
        await hears(client, RoomMessageText, text)


async def say(client: AsyncClient, room_id: str, text: str) -> None:
    await client.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": text})


async def test_four_talk_while_the_mainland_is_shut(desk: Desk) -> None:
    operator = await desk.enter("registrar")
    await desk.open_all(operator.page)
    ada = await Person.arrive(desk.browser, desk.base, permissions=["microphone"])
    await ada.sign_up("Ada")
    ben = await (await Person.arrive(desk.browser, desk.base)).sign_up("Ben")
    people = [ada, ben]
    async with foreign(desk, "carl") as carl, foreign(desk, "dana") as dana:
        clients = [carl, dana]
        invited = [await ada.user_id(), await ben.user_id(), dana.user_id]
        room_id = (await carl.room_create(name=ROOM, invite=invited)).room_id
        assert isinstance(await dana.join(room_id), JoinResponse)
        for person in people:
            await person.go("#/chats")
            await person.press("Accept")
            await person.composer().wait_for()
        await say(carl, room_id, "before 之前")
        await everybody_hears(people, clients, "before 之前")

        await suspend_mainland(operator)
        await operator.press("Put 2 policies in force")
        await expect(operator.page.get_by_role("article")).to_have_count(2)
        await the_doors_are_shut(desk)

        await ada.say("during 期间")
        await everybody_hears([ben], clients, "during 期间")
        await pictures_and_voice(ada, ben, carl, dana, room_id)

        await desk.open_all(operator.page)
        async with httpx.AsyncClient(base_url=desk.base) as client:
            told = await Registering(client).run(mainland_number(), "newwang")
            assert told.status_code == 201, told.text
        await say(dana, room_id, "after 之后")
        await everybody_hears(people, clients, "after 之后")
    for person in people:
        await person.leave()


async def the_doors_are_shut(desk: Desk) -> None:
    """+86 is refused within a second, through whatever door; +44 registers."""
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=desk.base) as client:
        for kind in ("personal", "official"):
            told = await Registering(client, kind, "cn-mainland").run(mainland_number(), "late")
            assert (told.status_code, told.json()["code"]) == (403, "gate.closed")
        told = await Registering(client, "personal", "intl").run(mainland_number(), "late")
        assert (told.status_code, told.json()["code"]) == (403, "gate.closed")
        assert time.monotonic() - began < 1
        told = await Registering(client, "personal", "intl").run(british_number(), "annie")
        assert told.status_code == 201, told.text


async def pictures_and_voice(
    ada: Person, ben: Person, carl: AsyncClient, dana: AsyncClient, room_id: str
) -> None:
    """A picture goes each way, and a voice note from the browser to the other clients."""
    made = io.BytesIO()
    Image.new("RGB", (640, 320), "#2f6b5e").save(made, "PNG")
    png = made.getvalue()
    kept, _ = await carl.upload(lambda *_: png, "image/png", "pot.png", filesize=len(png))
    assert isinstance(kept, UploadResponse), kept
    info = {"mimetype": "image/png", "w": 640, "h": 320, "size": len(png)}
    content = {"msgtype": "m.image", "body": "pot.png", "url": kept.content_uri, "info": info}
    await carl.room_send(room_id, "m.room.message", content)
    for person in (ada, ben):
        shown = person.page.get_by_role("button", name="Picture: pot.png").locator("img")
        await expect(shown).to_have_js_property("complete", True, timeout=PATIENCE_MS)
        await expect(shown).not_to_have_js_property("naturalWidth", 0)
    await ben.page.locator("input[type=file]").set_input_files(
        {"name": "lid.png", "mimeType": "image/png", "buffer": png}
    )
    await ben.press("Send")
    image = await hears(dana, RoomMessageImage, "lid.png")
    assert isinstance(image, RoomMessageImage)
    assert Image.open(io.BytesIO((await dana.download(image.url)).body)).size == (640, 320)
    await ada.press("Record a voice note")
    await expect(ada.page.get_by_role("timer")).to_have_text(SOME_SECONDS, timeout=PATIENCE_MS)
    await ada.press("Send")
    play = ben.page.get_by_role("button", name=re.compile("Play the voice note"))
    await expect(play).to_be_visible(timeout=PATIENCE_MS)
    voices: list[RoomMessageAudio] = []
    dana.add_event_callback(lambda _room, event: voices.append(event), RoomMessageAudio)
    async with asyncio.timeout(60):
        while not voices:
            await dana.sync(timeout=3000)
    assert len((await dana.download(voices[0].url)).body) > 500
