"""matrix-nio, with its own encryption: what two people do beyond talking."""

from pathlib import Path
from typing import Any

import pytest
from nio import AsyncClient, Event, ReactionEvent
from nio.api import ReceiptType, RelationshipType, RoomPreset, RoomVisibility
from nio.crypto.attachments import decrypt_attachment

from tests.engines.conftest import Open
from tests.flows.test_encrypt_clients import ENCRYPTED, ask, device, hear, say, settle

pytestmark = pytest.mark.processes

RELAY = {"turn_uris": "turn:relay.tea.example:3478", "turn_secret": "oolong"}


def fine(answer: Any) -> Any:
    """Return an answer that is no error."""
    assert not type(answer).__name__.endswith("Error"), answer
    return answer


async def send(client: AsyncClient, room_id: str, kind: str, content: dict[str, Any]) -> str:
    told = await client.room_send(room_id, kind, content, ignore_unverified_devices=True)
    return fine(told).event_id


def relating(kind: str, to: str, **more: str) -> dict[str, Any]:
    return {"m.relates_to": {"rel_type": kind, "event_id": to, **more}}


async def related(
    client: AsyncClient, room_id: str, to: str, kind: RelationshipType
) -> list[Event]:
    return [event async for event in client.room_get_event_relations(room_id, to, kind)]


async def converse(alice: AsyncClient, bob: AsyncClient, room_id: str) -> None:
    """Change what was said, react to it, go aside, and read."""
    await say(alice, room_id, "今晚喝茶")
    said = (await hear(bob, "今晚喝茶")).event_id
    text = {"msgtype": "m.text", "body": "明晚喝茶"}
    edit = {"msgtype": "m.text", "body": "* 明晚喝茶", "m.new_content": text}
    await send(alice, room_id, "m.room.message", edit | relating("m.replace", said))
    changed = await hear(bob, "* 明晚喝茶")
    assert changed.source["content"]["m.new_content"] == text
    await send(bob, room_id, "m.reaction", relating("m.annotation", said, key="👍"))
    (reaction,) = await related(alice, room_id, said, RelationshipType.annotation)
    assert isinstance(reaction, ReactionEvent)
    assert (reaction.key, reaction.reacts_to) == ("👍", said)
    aside = {"msgtype": "m.text", "body": "带什么？"} | relating("m.thread", said)
    await send(bob, room_id, "m.room.message", aside)
    heard = await hear(alice, "带什么？")
    assert [one.event_id async for one in alice.room_get_threads(room_id)] == [said]
    fine(await alice.update_receipt_marker(room_id, heard.event_id, ReceiptType.read, said))
    fine(await alice.room_read_markers(room_id, heard.event_id, heard.event_id))
    fine(await alice.room_typing(room_id, typing_state=True))
    await settle(bob)
    assert alice.user_id in bob.rooms[room_id].typing_users
    fine(await alice.room_redact(room_id, said, "说错了"))
    gone = fine(await bob.room_get_event(room_id, said)).event
    assert gone.source["content"] == {}


async def files(alice: AsyncClient, bob: AsyncClient, room_id: str) -> None:
    """Hand over a file that the house cannot read either."""
    plain = b"tea" * 1000
    kept, keys = await alice.upload(
        lambda *_: plain, "text/plain", "茶.txt", encrypt=True, filesize=len(plain)
    )
    got = fine(await bob.download(fine(kept).content_uri))
    assert got.body != plain
    opened = decrypt_attachment(got.body, keys["key"]["k"], keys["hashes"]["sha256"], keys["iv"])
    assert opened == plain


async def rooms(alice: AsyncClient, bob: AsyncClient) -> None:
    """Rooms among rooms, by name, in the list, and one that takes another's place."""
    room = fine(
        await alice.room_create(
            room_version="10",
            alias="chaguan",
            name="大茶馆",
            visibility=RoomVisibility.public,
            preset=RoomPreset.public_chat,
        )
    ).room_id
    street = fine(await alice.room_create(name="街", space=True)).room_id
    child = {"via": ["tea.example"]}
    fine(await alice.room_put_state(street, "m.space.child", child, room))
    found = fine(await alice.space_get_hierarchy(street)).rooms
    assert [one["name"] for one in found] == ["街", "大茶馆"]
    assert fine(await bob.room_resolve_alias("#chaguan:tea.example")).room_id == room
    fine(await bob.join(room))
    await settle(alice)
    await settle(bob)
    next_room = fine(await alice.room_upgrade(room, "11")).room_id
    stone = fine(await bob.room_get_state_event(room, "m.room.tombstone"))
    assert stone.content["replacement_room"] == next_room
    fine(await bob.join(next_room))
    born = fine(await bob.room_get_state_event(next_room, "m.room.create")).content
    assert (born["predecessor"]["room_id"], born["room_version"]) == (room, "11")


async def test_everything_that_two_people_do_with_it(place: Path, opens: Open) -> None:
    server = await opens(place / "data", "--server-name", "tea.example", test_mode="1", **RELAY)
    async with (
        device(server, place, "alice", first=True) as alice,
        device(server, place, "bob", first=True) as bob,
    ):
        made = fine(await alice.room_create(invite=[bob.user_id], initial_state=[ENCRYPTED]))
        await settle(bob)
        fine(await bob.join(made.room_id))
        for one in (alice, bob):
            await settle(one)
        await converse(alice, bob, made.room_id)
        await files(alice, bob, made.room_id)
        await rooms(alice, bob)
        fine(await bob.set_presence("unavailable", "在路上"))
        assert fine(await alice.get_presence(bob.user_id)).status_msg == "在路上"
        kept = f"/user/{alice.user_id}/account_data/dev.example.tea"
        await ask(server, alice, "PUT", kept, {"leaf": "龙井"})
        assert await ask(server, alice, "GET", kept) == {"leaf": "龙井"}
        turn = await ask(server, alice, "GET", "/voip/turnServer")
        assert turn["uris"] == ["turn:relay.tea.example:3478"]
