"""What is told of an event with it: its newest edit, its thread, what refers to it."""

from tests.living import Living, q
from tests.relations.saying import around, edit, ignore, react, redact, refused, relate


async def test_the_newest_valid_edit_is_told_and_only_that(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    said = await alice.say(room, "tee")
    assert await around(bob, room, said) == {}
    first = await edit(alice, room, said, "tea")
    second = await edit(alice, room, said, "Tea")
    told = (await around(bob, room, said))["m.replace"]
    assert told["event_id"] == second
    assert told["content"]["m.new_content"]["body"] == "Tea"
    one = await bob.did("GET", f"/rooms/{q(room)}/event/{q(said)}")
    assert one["content"]["body"] == "tee"
    await redact(alice, room, second)
    assert (await around(bob, room, said))["m.replace"]["event_id"] == first
    await redact(alice, room, said)
    assert await around(bob, room, said) == {}


async def test_what_is_no_valid_edit_changes_nothing(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob, name="Tea")
    said = await alice.say(room, "tea")
    new = {"m.new_content": {"msgtype": "m.text", "body": "coffee"}}
    await edit(bob, room, said, "coffee")
    await relate(alice, room, said, "m.replace", new, "m.sticker")
    await relate(alice, room, said, "m.replace")
    assert await around(bob, room, said) == {}
    state = await alice.did("GET", f"/rooms/{q(room)}/state/m.room.name", format="event")
    await relate(alice, room, state["event_id"], "m.replace", new, "m.room.name")
    assert await around(bob, room, state["event_id"]) == {}
    valid = await edit(alice, room, said, "black tea")
    await edit(alice, room, valid, "green tea")
    assert (await around(bob, room, said))["m.replace"]["event_id"] == valid
    assert await around(bob, room, valid) == {}


async def test_a_thread_is_told_with_its_root(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob, eve)
    root = await alice.say(room, "root")
    await relate(bob, room, root, "m.thread")
    last = await relate(bob, room, root, "m.thread", {"body": "last"})
    newer = await edit(bob, room, last, "the last")
    for person, participated in ((alice, True), (bob, True), (eve, False)):
        told = (await around(person, room, root))["m.thread"]
        assert (told["count"], told["current_user_participated"]) == (2, participated)
        latest = told["latest_event"]
        assert (latest["event_id"], latest["room_id"]) == (last, room)
        assert latest["unsigned"]["m.relations"]["m.replace"]["event_id"] == newer
    await redact(bob, room, last)
    assert (await around(eve, room, root))["m.thread"]["count"] == 1
    await redact(alice, room, root)
    assert (await around(eve, room, root))["m.thread"]["count"] == 1


async def test_no_thread_begins_within_another(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    root = await alice.say(room, "root")
    answer = await relate(alice, room, root, "m.thread")
    reaction = await react(alice, room, root, "👍")
    for target in (answer, reaction):
        assert await refused(alice, room, target, "m.thread") == "400 M_UNKNOWN"
    await relate(alice, room, root, "m.thread")
    assert (await around(alice, room, root))["m.thread"]["count"] == 2


async def test_references_are_told_in_order_and_reactions_not(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    poll = await alice.say(room, "red or green?")
    votes = [await relate(who, room, poll, "m.reference", kind="m.vote") for who in (alice, bob)]
    await react(bob, room, poll, "👍")
    told = await around(bob, room, poll)
    assert told == {"m.reference": {"chunk": [{"event_id": vote} for vote in votes]}}


async def test_one_reacts_once_with_one_sign(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    said = await alice.say(room, "tea")
    mine = await react(bob, room, said, "👍")
    body = {"relation": {"key": "👍"}}
    again = (bob, room, said, "m.annotation", body, "m.reaction")
    assert await refused(*again) == "400 M_DUPLICATE_ANNOTATION"
    await react(bob, room, said, "🍵")
    await react(alice, room, said, "👍")
    await relate(bob, room, said, "m.annotation", body, "x.other")
    await redact(bob, room, mine)
    await react(bob, room, said, "👍")
    assert await refused(*again) == "400 M_DUPLICATE_ANNOTATION"


async def test_the_same_transaction_is_no_second_reaction(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    said = await alice.say(room, "tea")
    path = f"/rooms/{q(room)}/send/m.reaction/once"
    relation = {"rel_type": "m.annotation", "event_id": said, "key": "👍"}
    first = await alice.did("PUT", path, {"m.relates_to": relation})
    house.house.talk.timeline.speaking.additions._sent.clear()  # as after a new start
    assert await alice.did("PUT", path, {"m.relates_to": relation}) == first


async def test_whom_one_ignores_is_not_counted(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob, eve)
    root = await alice.say(room, "root")
    kept = await relate(bob, room, root, "m.thread")
    await relate(eve, room, root, "m.thread")
    await relate(eve, room, root, "m.reference")
    assert (await around(alice, room, root))["m.thread"]["count"] == 2
    await ignore(alice, eve)
    told = await around(alice, room, root)
    assert set(told) == {"m.thread"}
    assert (told["m.thread"]["count"], told["m.thread"]["latest_event"]["event_id"]) == (1, kept)
    await ignore(alice)
    assert (await around(alice, room, root))["m.thread"]["count"] == 2


async def test_what_one_may_not_read_is_not_told(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await alice.say(room, "root")
    seen = await relate(alice, room, root, "m.thread")
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    hidden = {"history_visibility": "joined"}
    await alice.did("PUT", f"/rooms/{q(room)}/state/m.room.history_visibility", hidden)
    await relate(alice, room, root, "m.thread")
    for person, count in ((alice, 2), (bob, 1)):
        event = await person.did("GET", f"/rooms/{q(room)}/event/{q(root)}")
        assert event["unsigned"]["m.relations"]["m.thread"]["count"] == count
    assert seen == event["unsigned"]["m.relations"]["m.thread"]["latest_event"]["event_id"]


async def test_erased_people_leave_no_relations(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    root = await alice.say(room, "root")
    await relate(bob, room, root, "m.thread")
    assert "m.thread" in await around(alice, room, root)
    await house.house.talk.timeline.erasing.erase(bob.user_id)
    assert await around(alice, room, root) == {}


async def test_what_is_no_relation_is_only_a_message(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    elsewhere = await alice.say(await alice.room(), "elsewhere")
    said = await alice.say(room, "tea")
    odd = ["x", {"rel_type": 3}, {"rel_type": "m.thread"}, {"rel_type": "", "event_id": said}]
    odd += [{"rel_type": "m.thread", "event_id": elsewhere}, {"m.in_reply_to": {"event_id": said}}]
    for number, relation in enumerate(odd):
        path = f"/rooms/{q(room)}/send/m.room.message/odd{number}"
        await alice.did("PUT", path, {"body": "x", "m.relates_to": relation})
    assert await around(alice, room, said) == {}
