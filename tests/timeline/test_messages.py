"""Saying things and reading them, through the Matrix API."""

import pytest

from tests.living import Living, q


async def test_what_is_said_is_read_once_in_order_by_those_inside(house: Living) -> None:
    alice, bob, eve = [await house.person() for _ in range(3)]
    room = await alice.room(bob)
    first = await alice.say(room, "hi", txn="1")
    assert await alice.say(room, "hi again", txn="1") == first
    await bob.say(room, "你好 👋", txn="1")
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=2)
    assert [e["content"]["body"] for e in page["chunk"]] == ["你好 👋", "hi"]
    assert page["chunk"][1]["event_id"] == first
    assert "transaction_id" not in page["chunk"][1]["unsigned"]
    assert page["chunk"][0]["unsigned"]["transaction_id"] == "1"
    path = f"/rooms/{q(room)}/send/m.room.message/x"
    assert await eve.refused("PUT", path, {"body": "x"}) == "403 M_FORBIDDEN"
    assert await eve.refused("GET", f"/rooms/{q(room)}/messages", dir="b") == "403 M_FORBIDDEN"


async def test_the_same_transaction_of_another_device_is_another_event(house: Living) -> None:
    alice = await house.person()
    other = await alice.again()
    room = await alice.room()
    assert await alice.say(room, "a", txn="1") != await other.say(room, "a", txn="1")


async def test_events_hold_no_fractions_and_no_more_than_64_kib(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    path = f"/rooms/{q(room)}/send/m.room.message/"
    assert await alice.refused("PUT", path + "1", {"body": 1.5}) == "400 M_BAD_JSON"
    assert await alice.refused("PUT", path + "2", {"body": 2**53}) == "400 M_BAD_JSON"
    assert await alice.refused("PUT", path + "3", {"body": "x" * 70_000}) == "413 M_TOO_LARGE"
    await alice.did("PUT", path + "1", {"body": "now it is fine"})


async def test_a_redacted_text_is_gone_everywhere(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    said = await alice.say(room, "a secret word")
    await bob.sync()
    path = f"/rooms/{q(room)}/redact/{q(said)}/r1"
    assert await bob.refused("PUT", path, {}) == "403 M_FORBIDDEN"
    done = await alice.did("PUT", path, {"reason": "oops"})
    assert await alice.did("PUT", path, {"reason": "oops"}) == done
    event = await bob.did("GET", f"/rooms/{q(room)}/event/{q(said)}")
    assert event["content"] == {}
    assert event["unsigned"]["redacted_because"]["event_id"] == done["event_id"]
    told = await bob.sync()
    redaction = told["rooms"]["join"][room]["timeline"]["events"][-1]
    assert (redaction["type"], redaction["content"]["redacts"]) == ("m.room.redaction", said)
    async with house.house.db.read() as tx:
        count = "select count(*) from timeline_events where position('secret word' in convert_from(body, 'utf8')) > 0"
        assert await tx.value(count) == 0
    missing = f"/rooms/{q(room)}/redact/{q('$' + 'x' * 43)}/r2"
    assert await alice.refused("PUT", missing, {}) == "404 M_NOT_FOUND"


@pytest.mark.parametrize("version", ["10", "11", "12"])
async def test_a_redaction_names_its_target_where_old_and_new_clients_look(
    house: Living, version: str
) -> None:
    alice = await house.person()
    room = await alice.room(room_version=version)
    said = [await alice.say(room, "one"), await alice.say(room, "two")]
    await alice.sync()
    await alice.did("PUT", f"/rooms/{q(room)}/redact/{q(said[0])}/r1", {"redacts": "$else"})
    sent = {"redacts": said[1], "reason": "oops"}
    done = await alice.did("PUT", f"/rooms/{q(room)}/send/m.room.redaction/r2", sent)
    told = (await alice.sync())["rooms"]["join"][room]["timeline"]["events"]
    assert [one["redacts"] for one in told] == said
    assert [one["content"] for one in told] == [{"redacts": said[0]}, sent]
    kept = await alice.did("GET", f"/rooms/{q(room)}/event/{q(said[1])}")
    because = kept["unsigned"]["redacted_because"]
    assert (because["event_id"], because["redacts"]) == (done["event_id"], said[1])


async def test_state_is_set_by_the_able_and_read_back(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    path = f"/rooms/{q(room)}/state/m.room.name"
    first = await alice.did("PUT", path, {"name": "Tea"})
    assert await alice.did("PUT", path + "/", {"name": "Tea"}) == first
    assert await bob.did("GET", path) == {"name": "Tea"}
    assert await bob.refused("PUT", path, {"name": "Coffee"}) == "403 M_FORBIDDEN"
    whole = await bob.did("GET", path, format="event")
    assert whole["event_id"] == first["event_id"]
    odd = f"/rooms/{q(room)}/state/x.y/{q('a/b %25')}"
    await alice.did("PUT", odd, {"deep": {"er": [1, 2, None]}})
    assert await alice.did("GET", odd) == {"deep": {"er": [1, 2, None]}}
    assert await alice.refused("GET", f"/rooms/{q(room)}/state/no.such") == "404 M_NOT_FOUND"
    kinds = {(e["type"], e["state_key"]) for e in await bob.did("GET", f"/rooms/{q(room)}/state")}
    assert ("x.y", "a/b %25") in kinds


async def test_pages_meet_without_gap_or_overlap(house: Living) -> None:
    alice = await house.person()
    room = await alice.room()
    for number in range(25):
        await alice.say(room, str(number))
    seen: list[str] = []
    query = {"dir": "b", "limit": 7}
    for _ in range(20):
        page = await alice.did("GET", f"/rooms/{q(room)}/messages", **query)
        seen += [event["event_id"] for event in page["chunk"]]
        if "end" not in page:
            break
        query["from"] = page["end"]
    forwards = await alice.did("GET", f"/rooms/{q(room)}/messages", dir="f", limit=100)
    assert [event["event_id"] for event in forwards["chunk"]] == seen[::-1]
    middle = seen[10]
    around = await alice.did("GET", f"/rooms/{q(room)}/context/{q(middle)}", limit=4)
    assert [e["event_id"] for e in around["events_before"]] == seen[11:13]
    assert [e["event_id"] for e in around["events_after"]] == seen[8:10][::-1]


async def test_history_is_for_those_it_was_meant_for(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    hidden = [{"type": "m.room.history_visibility", "content": {"history_visibility": "joined"}}]
    room = await alice.room(initial_state=hidden)
    before = await alice.say(room, "before bob")
    await bob.did("POST", f"/join/{q(room)}", {})
    after = await alice.say(room, "after bob")
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=50)
    seen = {event["event_id"] for event in page["chunk"]}
    assert after in seen
    assert before not in seen
    path = f"/rooms/{q(room)}/event/"
    assert await bob.refused("GET", path + q(before)) == "404 M_NOT_FOUND"
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    gone = await alice.say(room, "when bob is gone")
    page = await bob.did("GET", f"/rooms/{q(room)}/messages", dir="b", limit=50)
    assert gone not in {event["event_id"] for event in page["chunk"]}
    assert after in {event["event_id"] for event in page["chunk"]}


async def test_members_as_they_are_and_as_they_were(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room()
    early = (await alice.sync())["next_batch"]
    await bob.did("POST", f"/join/{q(room)}", {})
    members = f"/rooms/{q(room)}/members"
    now = await alice.did("GET", members)
    assert {e["state_key"] for e in now["chunk"]} == {alice.user_id, bob.user_id}
    then = await alice.did("GET", members, at=early)
    assert {e["state_key"] for e in then["chunk"]} == {alice.user_id}
    await bob.did("POST", f"/rooms/{q(room)}/leave", {})
    left = await alice.did("GET", members, membership="leave")
    assert [e["state_key"] for e in left["chunk"]] == [bob.user_id]
    stay = await alice.did("GET", members, not_membership="leave")
    assert [e["state_key"] for e in stay["chunk"]] == [alice.user_id]
    assert set((await alice.did("GET", f"/rooms/{q(room)}/joined_members"))["joined"]) == {
        alice.user_id
    }
    assert await bob.refused("GET", f"/rooms/{q(room)}/joined_members") == "403 M_FORBIDDEN"


async def test_a_redacted_text_is_gone_from_answers_made_before(house: Living) -> None:
    alice, bob = await house.person(), await house.person()
    room = await alice.room(bob)
    start = (await bob.sync())["next_batch"]
    said = await alice.say(room, "a secret word")
    await alice.say(room, "and another")
    one = await bob.again()
    one.since = bob.since = start
    middle = await bob.sync()
    await alice.did("PUT", f"/rooms/{q(room)}/redact/{q(said)}/r", {})
    again = await bob.did("GET", "/sync", since=start)
    assert "secret" not in str(again)
    assert "secret" in str(middle)


async def test_a_page_s_filter_is_checked_like_a_sync_s(house: Living) -> None:
    alice = await house.person()
    path = f"/rooms/{q(await alice.room())}/messages"
    for bad in ('{"senders":["nobody"]}', '{"types":3}', "[]", "{bad"):
        assert await alice.refused("GET", path, dir="b", filter=bad) == "400 M_BAD_JSON"
