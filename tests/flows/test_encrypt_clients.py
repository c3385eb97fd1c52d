"""Two people with a client that others wrote (matrix-nio) in an encrypted room, on a real server."""

import asyncio
import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from nio import (
    AsyncClient,
    AsyncClientConfig,
    JoinResponse,
    LoginResponse,
    MegolmEvent,
    RegisterResponse,
    RoomCreateResponse,
    RoomMessageText,
    RoomSendResponse,
    SyncResponse,
)
from nio.crypto import InboundGroupSession
from vodozemac import Curve25519SecretKey, Message, PkDecryption, PkEncryption

from tests.encryption.signer import unpadded
from tests.engines.conftest import Open
from tests.engines.house import Server

pytestmark = pytest.mark.processes

PASSWORD = "correct horse battery"
ENCRYPTED = {
    "type": "m.room.encryption",
    "state_key": "",
    "content": {"algorithm": "m.megolm.v1.aes-sha2"},
}


@asynccontextmanager
async def device(server: Server, place: Path, name: str, first: bool) -> AsyncIterator[AsyncClient]:
    """A device of somebody, with a store of its own for what it knows of keys."""
    kept = place / f"{name}-{'first' if first else 'second'}"
    kept.mkdir()
    config = AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True)
    client = AsyncClient(
        f"http://127.0.0.1:{server.port}", name, store_path=str(kept), config=config
    )
    if first:
        told = await client.register(name, PASSWORD, f"{name}'s nio")
        assert isinstance(told, RegisterResponse), told
    told = await client.login(PASSWORD)
    assert isinstance(told, LoginResponse), told
    try:
        await settle(client)
        yield client
    finally:
        await client.close()


async def settle(client: AsyncClient) -> None:
    """Sync once, and do what keys ask for."""
    assert isinstance(await client.sync(timeout=0, full_state=False), SyncResponse)
    if client.should_upload_keys:
        await client.keys_upload()
    if client.should_query_keys:
        await client.keys_query()
    if client.should_claim_keys:
        await client.keys_claim(client.get_users_for_key_claiming())
    await client.send_to_device_messages()


async def hear(client: AsyncClient, body: str) -> RoomMessageText:
    """Sync until a message has come and was opened."""
    heard: list[RoomMessageText] = []
    client.add_event_callback(lambda _room, event: heard.append(event), RoomMessageText)
    async with asyncio.timeout(60):
        while True:
            for event in heard:
                if event.body == body:
                    return event
            assert isinstance(await client.sync(timeout=3000), SyncResponse)
            await settle(client)


async def say(client: AsyncClient, room_id: str, body: str) -> None:
    content = {"msgtype": "m.text", "body": body}
    sent = await client.room_send(
        room_id, "m.room.message", content, ignore_unverified_devices=True
    )
    assert isinstance(sent, RoomSendResponse), sent


async def test_two_people_talk_and_the_server_reads_nothing(place: Path, opens: Open) -> None:
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1")
    async with (
        device(server, place, "alice", first=True) as alice,
        device(server, place, "bob", first=True) as bob,
    ):
        made = await alice.room_create(invite=[bob.user_id], initial_state=[ENCRYPTED])
        assert isinstance(made, RoomCreateResponse), made
        await settle(bob)
        assert isinstance(await bob.join(made.room_id), JoinResponse)
        for one in (alice, bob):
            await settle(one)
        await say(alice, made.room_id, "今晚喝茶")
        heard = await hear(bob, "今晚喝茶")
        assert heard.decrypted
        await say(bob, made.room_id, "七点")
        assert (await hear(alice, "七点")).sender == bob.user_id
        async with device(server, place, "bob", first=False) as second:
            await settle(second)
            await settle(alice)
            await say(alice, made.room_id, "门口见")
            assert (await hear(second, "门口见")).decrypted
            assert (await hear(bob, "门口见")).decrypted
            secret = await back_up(server, bob)
            page = await second.room_messages(made.room_id, second.next_batch, limit=50)
            (old,) = [event for event in page.chunk if event.event_id == heard.event_id]
            assert isinstance(old, MegolmEvent)  # from before this device was there
            await restore(server, second, secret)
            assert second.decrypt_event(old).body == "今晚喝茶"
        path = f"/rooms/{quote(made.room_id)}/event/{quote(heard.event_id)}"
        stored = await ask(server, alice, "GET", path)
        assert stored["type"] == "m.room.encrypted"
        assert "今晚喝茶" not in str(stored)


async def ask(server: Server, client: AsyncClient, method: str, path: str, body: Any = None) -> Any:
    """Ask the server for what this client has no call for."""
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{server.port}") as plain:
        headers = {"authorization": f"Bearer {client.access_token}"}
        told = await plain.request(method, f"/_matrix/client/v3{path}", json=body, headers=headers)
    assert told.status_code == 200, told.text
    return told.json()


async def back_up(server: Server, client: AsyncClient) -> Curve25519SecretKey:
    """Leave a device's keys of conversations with the server, locked; return what opens them."""
    secret = Curve25519SecretKey()
    public = secret.public_key()
    body = {
        "algorithm": "m.megolm_backup.v1.curve25519-aes-sha2",
        "auth_data": {"public_key": public.to_base64()},
    }
    version = (await ask(server, client, "POST", "/room_keys/version", body))["version"]
    assert client.olm is not None
    rooms: dict[str, Any] = {}
    for session in client.olm.inbound_group_store:
        exported = session._session.export_at(session.first_known_index)
        plain = {
            "algorithm": "m.megolm.v1.aes-sha2",
            "sender_key": session.sender_key,
            "session_key": exported.to_base64(),
            "sender_claimed_keys": {"ed25519": session.ed25519},
            "forwarding_curve25519_key_chain": [],
        }
        locked = PkEncryption.from_key(public).encrypt(json.dumps(plain).encode())
        parts = {"ciphertext": locked.ciphertext, "mac": locked.mac}
        parts["ephemeral"] = locked.ephemeral_key
        sessions = rooms.setdefault(session.room_id, {"sessions": {}})["sessions"]
        sessions[session.id] = {
            "first_message_index": session.first_known_index,
            "forwarded_count": 0,
            "is_verified": True,
            "session_data": {name: unpadded(raw) for name, raw in parts.items()},
        }
    told = await ask(server, client, "PUT", f"/room_keys/keys?version={version}", {"rooms": rooms})
    assert told["count"] == sum(len(room["sessions"]) for room in rooms.values()) > 0
    return secret


async def restore(server: Server, client: AsyncClient, secret: Curve25519SecretKey) -> None:
    """Fetch the newest backup, unlock it, and take the keys in."""
    backup = await ask(server, client, "GET", "/room_keys/version")
    assert backup["auth_data"]["public_key"] == secret.public_key().to_base64()
    told = await ask(server, client, "GET", f"/room_keys/keys?version={backup['version']}")
    opens = PkDecryption.from_key(secret)
    assert client.olm is not None
    for room_id, room in told["rooms"].items():
        for key in room["sessions"].values():
            data = {name: b64decode(text + "==") for name, text in key["session_data"].items()}
            locked = Message(data["ciphertext"], data["mac"], data["ephemeral"])
            plain = json.loads(opens.decrypt(locked))
            session = InboundGroupSession.import_session(
                plain["session_key"],
                plain["sender_claimed_keys"]["ed25519"],
                plain["sender_key"],
                room_id,
            )
            client.olm.inbound_group_store.add(session)
