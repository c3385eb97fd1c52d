"""A client that others wrote (matrix-nio), twice, against a real server on a real socket."""

import asyncio
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from nio import (
    AsyncClient,
    DownloadResponse,
    JoinResponse,
    LoginResponse,
    RegisterResponse,
    RoomCreateResponse,
    RoomGetEventResponse,
    RoomMessageAudio,
    RoomMessageImage,
    RoomMessagesResponse,
    RoomMessageText,
    RoomSendResponse,
    SyncResponse,
    UploadResponse,
)
from PIL import Image

from tests.engines.conftest import Open
from tests.engines.house import Server

pytestmark = pytest.mark.processes


@asynccontextmanager
async def person(server: Server, name: str) -> AsyncIterator[AsyncClient]:
    client = AsyncClient(f"http://127.0.0.1:{server.port}", name)
    told = await client.register(name, "correct horse battery", f"{name}'s nio")
    assert isinstance(told, RegisterResponse), told
    try:
        yield client
    finally:
        await client.close()


def picture() -> bytes:
    kept = io.BytesIO()
    Image.new("RGB", (64, 48), (47, 107, 94)).save(kept, "PNG")
    return kept.getvalue()


async def until(client: AsyncClient, found: type, body: str) -> object:
    """Sync until an event of a kind with a body has come."""
    seen: list[object] = []
    client.add_event_callback(lambda _room, event: seen.append(event), found)
    async with asyncio.timeout(60):
        while True:
            for event in seen:
                if getattr(event, "body", None) == body:
                    return event
            told = await client.sync(timeout=5000)
            assert isinstance(told, SyncResponse), told


async def test_two_nio_clients_talk_with_pictures_and_voice(place: Path, opens: Open) -> None:
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1")
    async with person(server, "alice") as alice, person(server, "bob") as bob:
        made = await alice.room_create(name="茶馆", invite=[bob.user_id])
        assert isinstance(made, RoomCreateResponse)
        told = await bob.sync(timeout=5000)
        assert made.room_id in told.rooms.invite
        assert isinstance(await bob.join(made.room_id), JoinResponse)

        sent = await alice.room_send(
            made.room_id, "m.room.message", {"msgtype": "m.text", "body": "你好 👋 مرحبا"}
        )
        assert isinstance(sent, RoomSendResponse)
        heard = await until(bob, RoomMessageText, "你好 👋 مرحبا")
        assert heard.sender == alice.user_id

        image = picture()
        kept, _ = await bob.upload(lambda *_: image, "image/png", "tea.png", filesize=len(image))
        assert isinstance(kept, UploadResponse), kept
        info = {"mimetype": "image/png", "w": 64, "h": 48, "size": len(image)}
        content = {"msgtype": "m.image", "body": "tea.png", "url": kept.content_uri, "info": info}
        await bob.room_send(made.room_id, "m.room.message", content)
        shown = await until(alice, RoomMessageImage, "tea.png")
        back = await alice.download(shown.url)
        assert isinstance(back, DownloadResponse), back
        assert back.body == image

        voice = b"OggS" + bytes(range(256)) * 40
        kept, _ = await alice.upload(
            lambda *_: voice, "audio/ogg", "voice.ogg", filesize=len(voice)
        )
        content = {"msgtype": "m.audio", "body": "voice.ogg", "url": kept.content_uri,
                   "info": {"mimetype": "audio/ogg", "duration": 1200, "size": len(voice)}}  # fmt: skip
        await alice.room_send(made.room_id, "m.room.message", content)
        played = await until(bob, RoomMessageAudio, "voice.ogg")
        assert (await bob.download(played.url)).body == voice

        page = await bob.room_messages(made.room_id, bob.next_batch, limit=3)
        assert isinstance(page, RoomMessagesResponse)
        assert [e.body for e in page.chunk][:2] == ["voice.ogg", "tea.png"]
        one = await bob.room_get_event(made.room_id, sent.event_id)
        assert isinstance(one, RoomGetEventResponse)

        again = AsyncClient(f"http://127.0.0.1:{server.port}", "bob")
        assert isinstance(await again.login("correct horse battery"), LoginResponse)
        wrong = AsyncClient(f"http://127.0.0.1:{server.port}", "bob")
        assert not isinstance(await wrong.login("wrong"), LoginResponse)
        await asyncio.gather(again.close(), wrong.close())
