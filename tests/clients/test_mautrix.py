"""mautrix, with its own encryption: two people, cross-signing, and a second device of one of them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from mautrix.client import Client, MemorySyncStore
from mautrix.client.state_store import MemoryStateStore
from mautrix.types import (
    EncryptionAlgorithm,
    EventType,
    Membership,
    MessageEvent,
    MessageType,
    PresenceState,
    RelatesTo,
    RelationType,
    RoomCreatePreset,
    RoomDirectoryVisibility,
    RoomTagInfo,
    TextMessageEventContent,
    TOFUSigningKey,
    TrustState,
)

from tests.engines.conftest import Open

pytest.importorskip("olm", reason="libolm is not built for this Python: none newer than 3.12")

from mautrix.crypto import MemoryCryptoStore, OlmMachine

pytestmark = pytest.mark.processes

PASSWORD = "correct horse battery"
SECONDS_MAX = 60


class Rooms(MemoryStateStore):
    """What a client knows of its rooms; mautrix asks it with whom keys are shared."""

    async def find_shared_rooms(self, user_id: str) -> list[str]:
        found = [room for room, people in self.members.items() if user_id in people]
        return [room for room in found if self.encryption.get(room)]


class Keys(MemoryCryptoStore):
    """Keys in memory; mautrix's own cannot begin a transaction, nor keep a key a second time."""

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[None]:
        yield

    async def put_cross_signing_key(self, user_id: str, usage: Any, key: Any) -> None:
        known = self._cross_signing_keys.setdefault(user_id, {})
        known[usage] = TOFUSigningKey(key=key, first=known[usage].first if usage in known else key)


class Person:
    """One device of somebody, and what it has heard."""

    def __init__(self, base: str, told: dict[str, str]) -> None:
        self.heard: list[MessageEvent] = []
        self.news = asyncio.Condition()
        self.rooms = Rooms()
        self.client = Client(
            mxid=told["user_id"],
            device_id=told["device_id"],
            token=told["access_token"],
            base_url=base,
            sync_store=MemorySyncStore(),
            state_store=self.rooms,
        )
        keys = Keys(told["user_id"], "pickle")
        self.crypto = OlmMachine(self.client, keys, self.rooms)
        self.client.crypto = self.crypto
        for kind in (EventType.ROOM_MESSAGE, EventType.REACTION, EventType.ROOM_MEMBER):
            self.client.add_event_handler(kind, self.hear)

    async def hear(self, event: MessageEvent) -> None:
        async with self.news:
            self.heard.append(event)
            self.news.notify_all()

    async def until(self, found: Any) -> MessageEvent:
        """Wait for an event that ``found`` says is it."""
        async with asyncio.timeout(SECONDS_MAX), self.news:
            while True:
                for event in self.heard:
                    if found(event):
                        return event
                await self.news.wait()

    async def body(self, text: str) -> MessageEvent:
        """Wait for a message, opened if it was locked."""
        return await self.until(lambda event: getattr(event.content, "body", None) == text)


@asynccontextmanager
async def device(base: str, name: str, first: bool) -> AsyncIterator[Person]:
    """Register or sign in, and sync until told to stop."""
    body: dict[str, Any] = {"username": name, "auth": {"type": "m.login.dummy"}}
    if not first:
        body = {"type": "m.login.password", "identifier": {"type": "m.id.user", "user": name}}
    async with httpx.AsyncClient(base_url=base) as plain:
        path = "/_matrix/client/v3/" + ("register" if first else "login")
        told = await plain.post(path, json={**body, "password": PASSWORD})
    assert told.status_code == 200, told.text
    person = Person(base, told.json())
    await person.crypto.load()
    await person.crypto.share_keys(0)
    person.client.start(None)
    try:
        yield person
    finally:
        person.client.stop()
        await person.client.api.session.close()


async def meet(alice: Person, bob: Person) -> str:
    """Make an encrypted room, and bring the other one in."""
    room = await alice.client.create_room(
        preset=RoomCreatePreset.PRIVATE,
        name="茶馆",
        invitees=[bob.client.mxid],
        initial_state=[
            {
                "type": "m.room.encryption",
                "state_key": "",
                "content": {"algorithm": EncryptionAlgorithm.MEGOLM_V1.value},
            }
        ],
    )
    await bob.until(lambda event: event.room_id == room)
    await bob.client.join_room_by_id(room)
    for one in (alice, bob):
        await one.until(
            lambda event: (
                event.type == EventType.ROOM_MEMBER
                and event.state_key == bob.client.mxid
                and event.content.membership == Membership.JOIN
            )
        )
        await one.client.get_joined_members(room)
        await one.client.get_state_event(room, EventType.ROOM_ENCRYPTION)
    return room


async def converse(alice: Person, bob: Person, room: str) -> None:
    """Say, change, react, go aside, and read."""
    said = await alice.client.send_text(room, "今晚喝茶")
    heard = await bob.body("今晚喝茶")
    assert heard["mautrix"]["was_encrypted"]
    change = TextMessageEventContent(msgtype=MessageType.TEXT, body="明晚喝茶")
    change.set_edit(said)
    await alice.client.send_message(room, change)
    await bob.until(lambda event: getattr(event.content, "get_edit", lambda: None)() == said)
    await bob.client.react(room, said, "👍")
    await alice.until(lambda event: event.type == EventType.REACTION)
    aside = TextMessageEventContent(msgtype=MessageType.TEXT, body="带什么？")
    aside.relates_to = RelatesTo(rel_type=RelationType("m.thread"), event_id=said)
    await bob.client.send_message(room, aside)
    threaded = await alice.body("带什么？")
    assert threaded.content.relates_to.event_id == said
    await alice.client.send_receipt(room, threaded.event_id)
    await alice.client.set_fully_read_marker(room, threaded.event_id)


async def around(alice: Person, bob: Person, room: str) -> None:
    """Files, names, the list of rooms, presence, settings."""
    kept = await alice.client.upload_media(b"tea" * 100, "text/plain", "茶.txt")
    assert await bob.client.download_media(kept) == b"tea" * 100
    await alice.client.set_displayname("爱丽丝")
    assert await bob.client.get_displayname(alice.client.mxid) == "爱丽丝"
    hall = await alice.client.create_room(
        alias_localpart="chaguan",
        preset=RoomCreatePreset.PUBLIC,
        visibility=RoomDirectoryVisibility.PUBLIC,
        name="大茶馆",
    )
    assert (await bob.client.resolve_room_alias("#chaguan:tea.example")).room_id == hall
    listed = await bob.client.get_room_directory(search_query="茶馆")
    assert [one.room_id for one in listed.chunk] == [hall]
    await bob.client.set_presence(PresenceState.UNAVAILABLE, "在路上")
    assert (await alice.client.get_presence(bob.client.mxid)).status_msg == "在路上"
    await alice.client.set_account_data("dev.example.tea", {"leaf": "龙井"})
    assert await alice.client.get_account_data("dev.example.tea") == {"leaf": "龙井"}
    await alice.client.set_room_tag(room, "m.favourite", RoomTagInfo(order=0.5))
    assert await alice.client.get_room_tag(room, "m.favourite") == RoomTagInfo(order=0.5)


async def test_two_people_and_a_second_device(place: Path, opens: Open) -> None:
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1")
    base = f"http://127.0.0.1:{server.port}"
    async with device(base, "alice", first=True) as alice, device(base, "bob", first=True) as bob:
        paper = await alice.crypto.generate_recovery_key()
        room = await meet(alice, bob)
        await converse(alice, bob, room)
        await around(alice, bob, room)
        async with device(base, "alice", first=False) as second:
            await second.crypto.verify_with_recovery_key(paper)
            mine = await second.crypto.get_own_cross_signing_public_keys()
            assert mine == await alice.crypto.get_own_cross_signing_public_keys()
            await bob.crypto.get_or_fetch_device(second.client.mxid, second.client.device_id)
            await second.client.get_state_event(room, EventType.ROOM_ENCRYPTION)
            await bob.client.send_text(room, "门口见")
            assert (await second.body("门口见"))["mautrix"]["was_encrypted"]
            known = await bob.crypto.get_or_fetch_device(
                second.client.mxid, second.client.device_id
            )
            assert await bob.crypto.resolve_trust(known) >= TrustState.CROSS_SIGNED_TOFU
