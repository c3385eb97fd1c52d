"""A bridge on a library that others wrote (mautrix), against a real server on real sockets."""

import asyncio
import logging
from pathlib import Path
from typing import Any

import pytest
from mautrix.appservice import AppService
from mautrix.appservice.state_store.file import FileASStateStore
from mautrix.types import EventType, MessageEvent
from nio import AsyncClient, RegisterResponse, RoomMessageText

from tests.appservices.bridge import AS_TOKEN, HS_TOKEN, registration
from tests.engines.conftest import Open
from tests.engines.house import free_port
from tests.flows.test_matrix_clients import until

pytestmark = pytest.mark.processes
HEARD_SECONDS_MAX = 60


async def test_a_bridge_puppets_a_user_sends_and_hears(
    place: Path, opens: Open, tmp_path: Path
) -> None:
    port, file = free_port(), tmp_path / "bridge.yaml"
    file.write_text(registration(f"http://127.0.0.1:{port}", receive_ephemeral=True))
    server = await opens(
        place / "data", "--server-name", "tea.example", test_mode="1", appservices=str(file)
    )
    home = f"http://127.0.0.1:{server.port}"
    bridge = AppService(
        server=home,
        domain="tea.example",
        as_token=AS_TOKEN,
        hs_token=HS_TOKEN,
        bot_localpart="bridge",
        id="bridge",
        log=logging.getLogger("bridge"),
        state_store=FileASStateStore(path=str(tmp_path / "state.json"), binary=False),
    )
    heard: asyncio.Queue[Any] = asyncio.Queue()

    @bridge.matrix_event_handler
    async def hear(event: Any) -> None:
        if event.type == EventType.ROOM_MESSAGE:
            await heard.put(event)

    await bridge.start("127.0.0.1", port)
    alice = AsyncClient(home, "alice")
    try:
        await bridge.intent.ensure_registered()
        assert await bridge.intent.whoami() is not None
        told = await alice.register("alice", "correct horse battery", "nio")
        assert isinstance(told, RegisterResponse), told
        ghost = bridge.intent.user("@_ghost_bob:tea.example")
        await ghost.ensure_registered()
        await ghost.set_displayname("Bob (elsewhere)")
        room_id = await ghost.create_room(name="桥", invitees=[alice.user_id])
        await alice.join(room_id)
        await ghost.send_text(room_id, "from elsewhere", timestamp=1_600_000_000_000)
        event = await until(alice, RoomMessageText, "from elsewhere")
        assert event.server_timestamp == 1_600_000_000_000
        await alice.room_send(room_id, "m.room.message", {"msgtype": "m.text", "body": "你好"})
        async with asyncio.timeout(HEARD_SECONDS_MAX):
            while True:
                said: MessageEvent = await heard.get()
                if said.content.body == "你好":
                    break
        assert (said.sender, said.room_id) == (alice.user_id, room_id)
        await ghost.react(room_id, said.event_id, "👍")
    finally:
        await alice.close()
        await bridge.stop()
