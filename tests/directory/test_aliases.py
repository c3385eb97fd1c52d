"""Names of rooms: given, followed, listed, taken away."""

import asyncio

import pytest

from teahouse.directory.events import AliasRemoved
from teahouse.directory.model import AliasInUse
from tests.accountdata.asgi import user_id
from tests.directory.conftest import Town

V3 = "/_matrix/client/v3"
TEA = f"{V3}/directory/room/%23tea%3Atea.example"
ALIAS = "#tea:tea.example"
OPEN_LEVELS = {"users": {user_id("ann"): 100}, "events": {"m.room.canonical_alias": 0}}


async def test_an_alias_leads_to_its_room(town: Town) -> None:
    room_id = await town.room("a", "ann")
    assert await town.client.error("", "GET", TEA) == (404, "M_NOT_FOUND")
    made = await town.client.ask("ann", "PUT", TEA, json={"room_id": room_id})
    assert (made.status_code, made.json()) == (200, {})
    found = await town.client.ask("", "GET", TEA)
    assert found.json() == {"room_id": room_id, "servers": ["tea.example"]}
    assert await town.directory.resolve(ALIAS) == room_id
    again = await town.client.error("ann", "PUT", TEA, json={"room_id": room_id})
    assert again == (409, "M_UNKNOWN")
    listed = await town.client.ask("ann", "GET", f"{V3}/rooms/{room_id}/aliases")
    assert listed.json() == {"aliases": [ALIAS]}


@pytest.mark.parametrize(
    "alias",
    [
        "tea:tea.example",
        "#tea",
        "#:tea.example",
        "#tea:other.example",
        "#t%20a:tea.example",
        "#" + "x" * 250 + ":tea.example",
    ],
)
async def test_what_is_no_alias_of_ours(town: Town, alias: str) -> None:
    room_id = await town.room("a", "ann")
    path = f"{V3}/directory/room/{alias.replace('#', '%23')}"
    answer = await town.client.error("ann", "PUT", path, json={"room_id": room_id})
    assert answer == (400, "M_INVALID_PARAM")


async def test_who_may_give_and_see_aliases(town: Town) -> None:
    room_id = await town.room("a", "ann")
    body = {"room_id": room_id}
    assert await town.client.error("bo", "PUT", TEA, json=body) == (403, "M_FORBIDDEN")
    assert await town.client.error("ann", "PUT", TEA, json={}) == (400, "M_MISSING_PARAM")
    aliases = f"{V3}/rooms/{room_id}/aliases"
    assert await town.client.error("bo", "GET", aliases) == (403, "M_FORBIDDEN")
    await town.set_state(room_id, "history_visibility", {"history_visibility": "world_readable"})
    assert (await town.client.ask("bo", "GET", aliases)).json() == {"aliases": []}


async def test_who_may_take_an_alias_away(town: Town) -> None:
    heard: list[AliasRemoved] = []
    town.directory.log.hear(AliasRemoved, lambda _pos, event: heard.append(event))
    room_id = await town.room("a", "ann")
    for name in ("bo", "cy"):
        await town.come(room_id, name)
    await town.client.ask("bo", "PUT", TEA, json={"room_id": room_id})
    assert await town.client.error("cy", "DELETE", TEA) == (403, "M_FORBIDDEN")
    assert (await town.client.ask("bo", "DELETE", TEA)).json() == {}
    assert await town.client.error("bo", "DELETE", TEA) == (404, "M_NOT_FOUND")
    await town.client.ask("bo", "PUT", TEA, json={"room_id": room_id})
    assert (await town.client.ask("ann", "DELETE", TEA)).json() == {}
    assert [(one.alias, one.by) for one in heard] == [
        (ALIAS, user_id("bo")),
        (ALIAS, user_id("ann")),
    ]
    await town.client.ask("bo", "PUT", TEA, json={"room_id": room_id})
    await town.set_state(room_id, "power_levels", OPEN_LEVELS)
    assert (await town.client.ask("cy", "DELETE", TEA)).json() == {}


async def test_an_alias_is_claimed_once(town: Town) -> None:
    async def claim(room_id: str) -> bool:
        try:
            async with town.directory.db.transaction() as tx:
                await town.directory.claim(tx, ALIAS, room_id, user_id("ann"))
        except AliasInUse:
            return False
        return True

    won = await asyncio.gather(*(claim(f"!{n}:tea.example") for n in range(5)))
    assert won.count(True) == 1
    assert await town.directory.resolve(ALIAS) == f"!{won.index(True)}:tea.example"


async def test_a_new_room_inherits(town: Town) -> None:
    old, new = await town.room("old", "ann"), await town.room("new", "ann")
    await town.directory.add_alias(user_id("ann"), ALIAS, old)
    await town.directory.set_listed(user_id("ann"), old, listed=True)
    async with town.directory.db.transaction() as tx:
        await town.directory.move(tx, old, new)
    assert await town.directory.resolve(ALIAS) == new
    assert [await town.directory.is_listed(one) for one in (old, new)] == [False, True]
