"""What is found, and what is not any more."""

import asyncpg

from tests.living import Living, q
from tests.search.conftest import begun, edit, found, redact, settled, state, typed

KEPT = "select string_agg(words::text, ' ') from search_messages"


async def test_a_message_is_found_however_it_is_written(house: Living) -> None:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    room = await ann.room(bo)
    first = await ann.say(room, "圖書館今天休館")
    second = await bo.say(room, "那就去图书馆旁边的 Café")
    await ann.say(room, "好")
    await settled(house)
    for term in ("图书馆", "圖書館", "図書館"):
        assert sorted(await found(bo, term)) == sorted([first, second]), term
    assert await found(bo, "cafe") == [second]
    assert await found(bo, "图馆") == []
    assert (await typed(ann, "caf"))["messages"] == [second]
    cy = await house.person("cy")
    assert await found(cy, "cafe") == []
    assert (await typed(cy, "caf"))["messages"] == []


async def test_what_is_taken_back_is_gone_at_once_from_the_index_too(
    house: Living, wiper: asyncpg.Connection
) -> None:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    room = await ann.room(bo)
    secret = await ann.say(room, "杨梅 plumtree")
    await bo.say(room, "tea")
    await settled(house)
    assert "plumtree" in await wiper.fetchval(KEPT)
    await redact(ann, room, secret)
    assert "plumtree" not in await wiper.fetchval(KEPT)
    assert await found(bo, "plumtree") == []
    await settled(house)
    assert await found(bo, "杨梅") == []
    hasty = await ann.say(room, "gooseberry")
    await redact(ann, room, hasty)
    assert await found(bo, "gooseberry") == []
    await settled(house)
    assert "gooseberry" not in await wiper.fetchval(KEPT)


async def test_an_edited_message_is_found_by_what_it_says_now(house: Living) -> None:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    room = await ann.room(bo)
    event = await ann.say(room, "meet at the harbour")
    await settled(house)
    assert await found(bo, "harbour") == [event]
    second = await edit(ann, room, event, "meet at the lighthouse")
    assert await found(bo, "harbour") == []
    await settled(house)
    assert await found(bo, "harbour") == []
    assert await found(bo, "lighthouse") == [event]
    assert (await typed(bo, "lightho"))["messages"] == [event]
    last = await edit(ann, room, event, "meet at the windmill")
    await settled(house)
    assert [await found(bo, word) for word in ("lighthouse", "windmill")] == [[], [event]]
    await edit(bo, room, event, "meet at the gallows")
    await settled(house)
    assert [await found(bo, word) for word in ("gallows", "windmill")] == [[], [event]]
    await redact(ann, room, last)
    assert [await found(bo, word) for word in ("windmill", "lighthouse")] == [[], [event]]
    await redact(ann, room, second)
    assert await found(bo, "harbour") == [event]
    await redact(ann, room, event)
    await settled(house)
    assert [await found(bo, word) for word in ("harbour", "lighthouse")] == [[], []]


async def test_of_an_encrypted_room_nothing_is_kept(
    house: Living, wiper: asyncpg.Connection
) -> None:
    await begun(house)
    ann = await house.person("ann")
    room, other = await ann.room(), await ann.room()
    await ann.say(room, "before marigold")
    kept = await ann.say(other, "other marigold")
    await settled(house)
    assert len(await found(ann, "marigold")) == 2
    await state(ann, room, "m.room.encryption", {"algorithm": "m.megolm.v1.aes-sha2"})
    assert await found(ann, "marigold") == [kept]
    await ann.say(room, "after marigold")
    await settled(house)
    assert await found(ann, "marigold") == [kept]
    assert (
        await wiper.fetchval("select count(*) from search_messages where words @@ 'marigold'") == 1
    )


async def test_ignored_people_and_forgotten_rooms_are_not_found(house: Living) -> None:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    room = await ann.room(bo)
    hers, his = await ann.say(room, "walnut one"), await bo.say(room, "walnut two")
    await settled(house)
    assert sorted(await found(ann, "walnut")) == sorted([hers, his])
    ignored = {"ignored_users": {bo.user_id: {}}}
    await ann.did("PUT", f"/user/{q(ann.user_id)}/account_data/m.ignored_user_list", ignored)
    assert await found(ann, "walnut") == [hers]
    assert sorted(await found(bo, "walnut")) == sorted([hers, his])
    await bo.did("POST", f"/rooms/{q(room)}/leave", {})
    late = await ann.say(room, "walnut three")
    await settled(house)
    assert late in await found(ann, "walnut")
    assert sorted(await found(bo, "walnut")) == sorted([hers, his])
    await bo.did("POST", f"/rooms/{q(room)}/forget", {})
    assert await found(bo, "walnut") == []


async def test_who_deletes_their_account_and_asks_for_erasure_is_not_found(
    house: Living, wiper: asyncpg.Connection
) -> None:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    room = await ann.room(bo)
    await bo.say(room, "persimmon")
    kept = await ann.say(room, "persimmon tree")
    await settled(house)
    assert len(await found(ann, "persimmon")) == 2
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": bo.user_id},
        "password": "correct horse",
    }
    await bo.did("POST", "/account/deactivate", {"auth": auth, "erase": True})
    await settled(house)
    assert await found(ann, "persimmon") == [kept]
    assert (
        await wiper.fetchval("select count(*) from search_messages where words @@ 'persimmon'") == 1
    )


async def test_the_index_is_built_anew_from_what_there_is(
    house: Living, wiper: asyncpg.Connection
) -> None:
    indexing = await begun(house)
    ann = await house.person("ann")
    room = await ann.room()
    said = [await ann.say(room, f"lantern {nth}") for nth in range(3)]
    await settled(house)
    await wiper.execute("update search_messages set words = array_to_tsvector(array['stale'])")
    assert await found(ann, "lantern") == []
    await indexing.rebuild()
    assert await indexing.fill_all() > len(said)
    assert sorted(await found(ann, "lantern")) == sorted(said)
    assert await wiper.fetchval("select count(*) from search_messages where words @@ 'stale'") == 0
    assert await indexing.fill_all() == 0


async def test_names_and_topics_of_rooms_are_events_too(house: Living) -> None:
    await begun(house)
    ann = await house.person("ann")
    room = await ann.room(name="Orchid club", topic="growing orchids")
    said = await ann.say(room, "an orchid")
    await settled(house)
    assert len(await found(ann, "orchid")) == 3
    assert await found(ann, "orchid", keys=["content.body"]) == [said]
    named = await found(ann, "orchid", keys=["content.name"])
    assert len(named) == 1
    assert said not in named
    assert await found(ann, "orchid", filter={"types": ["m.room.name"]}) == named
    assert await found(ann, "orchid", filter={"not_senders": [ann.user_id]}) == []
    assert await found(ann, "orchid", filter={"rooms": []}) == []
    answer = await typed(ann, "orch")
    assert answer["rooms"] == [room]
    assert answer["messages"] == [said]


async def test_people_and_rooms_that_are_known_are_found_while_typing(house: Living) -> None:
    ann, zm = await house.person("ann"), await house.person("zm")
    await zm.did("PUT", f"/profile/{q(zm.user_id)}/displayname", {"displayname": "張小明"})
    assert await typed(ann, "zxm") == {"people": [], "rooms": [], "messages": []}
    room = await ann.room(zm, preset="private_chat", name="重庆火锅群")
    assert await typed(ann, "zxm") == {"people": [zm.user_id], "rooms": [], "messages": []}
    assert (await typed(ann, "张小"))["people"] == [zm.user_id]
    assert (await typed(ann, "cqhg"))["rooms"] == [room]
    cy = await house.person("cy")
    assert await typed(cy, "zm") == {"people": [], "rooms": [], "messages": []}
    assert (await typed(cy, "cqhg"))["rooms"] == []
    public = await ann.room(name="重庆夜话", visibility="public")
    assert (await typed(cy, "cqyh"))["rooms"] == [public]


async def test_a_room_is_searched_with_those_whose_place_it_has_taken(house: Living) -> None:
    await begun(house)
    ann = await house.person("ann")
    old = await ann.room()
    before = await ann.say(old, "juniper of old")
    new = (await ann.did("POST", f"/rooms/{q(old)}/upgrade", {"new_version": "11"}))[
        "replacement_room"
    ]
    after = await ann.say(new, "juniper of now")
    await settled(house)
    assert sorted(await found(ann, "juniper", filter={"rooms": [new]})) == sorted([before, after])
    assert await found(ann, "juniper", filter={"rooms": [old]}) == [before]
    assert await found(ann, "juniper", filter={"rooms": [new], "not_rooms": [old]}) == [after]
