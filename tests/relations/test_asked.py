"""Relations asked for by themselves: the children of an event, the threads of a room."""

from tests.living import Living, q
from tests.relations.saying import (
    children,
    edit,
    ignore,
    listed,
    react,
    redact,
    relate,
    threads,
)


async def test_children_come_newest_first_in_pages_that_meet(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    assert await listed(alice, room, root) == {"chunk": []}
    said = [await relate(alice, room, root, "m.thread") for _ in range(5)]
    liked = await react(alice, room, root, "👍")
    assert await children(alice, room, root) == [liked, *reversed(said)]
    assert await children(alice, room, root, "m.thread", dir="f") == said
    assert await children(alice, room, root, "m.annotation", "m.reaction") == [liked]
    assert await children(alice, room, root, "m.annotation", "m.other") == []
    for direction, whole in (("b", said[::-1]), ("f", said)):
        page = await listed(alice, room, root, "m.thread", dir=direction, limit=2)
        found = [event["event_id"] for event in page["chunk"]]
        while "next_batch" in page:
            start = page["next_batch"]
            page = await listed(
                alice, room, root, "m.thread", **{"dir": direction, "limit": 2, "from": start}
            )
            assert page["prev_batch"] == start
            found += [event["event_id"] for event in page["chunk"]]
        assert found == whole


async def test_a_token_of_a_sync_or_a_page_is_a_place_here_too(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    first = await relate(alice, room, root, "m.thread")
    between = (await alice.sync())["next_batch"]
    last = await relate(alice, room, root, "m.thread")
    assert await children(alice, room, root, **{"from": between}) == [first]
    assert await children(alice, room, root, to=between) == [last]
    assert await children(alice, room, root, **{"from": between, "dir": "f"}) == [last]


async def test_children_of_children_are_told_when_asked_for(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    answer = await relate(alice, room, root, "m.thread")
    newer = await edit(alice, room, answer, "answer")
    liked = await react(alice, room, answer, "👍")
    assert await children(alice, room, root) == [answer]
    whole = await listed(alice, room, root, recurse="true")
    assert [event["event_id"] for event in whole["chunk"]] == [liked, newer, answer]
    assert whole["recursion_depth"] >= 3
    assert await children(alice, room, root, "m.replace", recurse="true") == [newer]
    assert await children(alice, room, root, recurse="true", dir="f") == [answer, newer, liked]
    shown = whole["chunk"][-1]["unsigned"]["m.relations"]["m.replace"]
    assert shown["event_id"] == newer


async def test_who_may_not_read_an_event_is_told_of_no_children(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(preset="private_chat")
    root = await alice.say(room, "root")
    await relate(alice, room, root, "m.thread")
    path = f"/_matrix/client/v1/rooms/{q(room)}"
    for event_id in (root, "$nothing"):
        where = f"{path}/relations/{q(event_id)}"
        assert await bob.refused("GET", where) == "404 M_NOT_FOUND"
    assert await alice.refused("GET", f"{path}/relations/{q('$nothing')}") == "404 M_NOT_FOUND"
    assert await bob.refused("GET", f"{path}/threads") == "403 M_FORBIDDEN"
    for query in ({"dir": "x"}, {"from": "nonsense"}, {"limit": "0"}, {"recurse": "maybe"}):
        where = f"{path}/relations/{q(root)}"
        assert await alice.refused("GET", where, None, **query) == "400 M_INVALID_PARAM"
    for query in ({"include": "some"}, {"from": "nonsense"}, {"limit": "0"}):
        assert await alice.refused("GET", f"{path}/threads", None, **query) == "400 M_INVALID_PARAM"


async def test_threads_come_by_their_newest_answer(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    one, two, three = [await alice.say(room, text) for text in ("one", "two", "three")]
    for root in (three, one, two):
        await relate(alice, room, root, "m.thread")
    await relate(bob, room, three, "m.thread")
    told = await threads(alice, room)
    assert [event["event_id"] for event in told["chunk"]] == [three, two, one]
    assert told["chunk"][0]["unsigned"]["m.relations"]["m.thread"]["count"] == 2
    mine = await threads(bob, room, include="participated")
    assert [event["event_id"] for event in mine["chunk"]] == [three]
    page = await threads(alice, room, limit=2)
    assert [event["event_id"] for event in page["chunk"]] == [three, two]
    rest = await threads(alice, room, **{"limit": 2, "from": page["next_batch"]})
    assert [event["event_id"] for event in rest["chunk"]] == [one]
    assert "next_batch" not in rest


async def test_a_thread_of_whom_one_ignores_comes_without_their_words(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await bob.say(room, "what bob says")
    await relate(alice, room, root, "m.thread")
    await relate(alice, room, await alice.say(room, "mine"), "m.thread")
    await ignore(alice, bob)
    told = (await threads(alice, room))["chunk"]
    assert [event["content"].get("body") for event in told] == ["mine", None]
    assert [event["content"].get("body") for event in (await threads(bob, room))["chunk"]] == [
        "mine",
        "what bob says",
    ]


async def test_a_thread_ends_with_its_last_answer(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    answer = await relate(alice, room, root, "m.thread")
    await redact(alice, room, answer)
    assert (await threads(alice, room))["chunk"] == []
    assert await children(alice, room, root) == []
