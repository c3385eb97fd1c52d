"""Matrix's search, from its text (Client-Server API v1.19, "Server Side Search")."""

from typing import Any

import pytest

from tests.living import Living, Person
from tests.search.conftest import begun, events, found, ids, settled


async def club(house: Living) -> tuple[Person, Person, str, list[str]]:
    await begun(house)
    ann, bo = await house.person("ann"), await house.person("bo")
    named = {"displayname": "Ann"}
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", named)
    room = await ann.room(bo)
    said = [await (ann if nth % 2 else bo).say(room, f"sesame number {nth}") for nth in range(12)]
    await settled(house)
    return ann, bo, room, said


async def test_pages_go_on_until_there_is_no_more(house: Living) -> None:
    ann, _, _, said = await club(house)
    first = await events(ann, "sesame", order_by="recent")
    assert (first["count"], ids(first)) == (12, said[:1:-1])
    assert first["highlights"] == ["sesame"]
    second = await events(ann, "sesame", first["next_batch"], order_by="recent")
    assert ids(second) == said[1::-1]
    assert "next_batch" not in second
    small = await events(ann, "sesame", order_by="recent", filter={"limit": 12})
    assert "next_batch" not in small
    pages: list[str] = []
    batch = ""
    while True:
        page = await events(ann, "sesame", batch, filter={"limit": 5})
        pages += ids(page)
        if "next_batch" not in page:
            break
        batch = page["next_batch"]
    assert sorted(pages) == sorted(said)
    assert len(pages) == len(said)


async def test_the_best_come_first_and_the_newest_when_asked(house: Living) -> None:
    await begun(house)
    ann = await house.person("ann")
    room = await ann.room()
    best = await ann.say(room, "sesame")
    later = await ann.say(
        room, "there was a very long talk about sesame and about many other things"
    )
    await settled(house)
    assert await found(ann, "sesame") == [best, later]
    assert await found(ann, "sesame", order_by="rank") == [best, later]
    assert await found(ann, "sesame", order_by="recent") == [later, best]
    ranks = [one["rank"] for one in (await events(ann, "sesame"))["results"]]
    assert ranks[0] > ranks[1] > 0


async def test_what_was_said_around_a_hit(house: Living) -> None:
    ann, bo, room, said = await club(house)
    context = {"before_limit": 2, "after_limit": 1, "include_profile": True}
    answer = await events(ann, '"number 5"', event_context=context)
    (one,) = answer["results"]
    around = one["context"]
    assert one["result"]["event_id"] == said[5]
    assert one["result"]["room_id"] == room
    assert [e["event_id"] for e in around["events_before"]] == [said[4], said[3]]
    assert [e["event_id"] for e in around["events_after"]] == [said[6]]
    assert set(around["profile_info"]) == {ann.user_id, bo.user_id}
    assert around["profile_info"][ann.user_id]["displayname"] == "Ann"
    path = f"/rooms/{room}/messages"
    earlier = await ann.did("GET", path, None, dir="b", limit=1, **{"from": around["start"]})
    assert earlier["chunk"][0]["event_id"] == said[2]
    later = await ann.did("GET", path, None, dir="f", limit=1, **{"from": around["end"]})
    assert later["chunk"][0]["event_id"] == said[7]
    (plain,) = (await events(ann, '"number 5"'))["results"]
    assert "context" not in plain
    none = {"before_limit": 0, "after_limit": 0}
    (bare,) = (await events(ann, '"number 5"', event_context=none))["results"]
    assert bare["context"]["events_before"] == bare["context"]["events_after"] == []
    assert "profile_info" not in bare["context"]


async def test_groups_and_the_state_of_rooms(house: Living) -> None:
    ann, bo, room, said = await club(house)
    other = await ann.room()
    alone = await ann.say(other, "sesame elsewhere")
    await settled(house)
    by = {"group_by": [{"key": "room_id"}, {"key": "sender"}]}
    answer = await events(
        ann, "sesame", order_by="recent", groupings=by, include_state=True, filter={"limit": 5}
    )
    rooms, senders = answer["groups"]["room_id"], answer["groups"]["sender"]
    assert rooms[other] == {"order": 1, "results": [alone]}
    assert (rooms[room]["order"], rooms[room]["results"]) == (2, said[:-5:-1])
    assert senders[ann.user_id]["order"] == 1
    assert {e["type"] for e in answer["state"][room]} >= {"m.room.create", "m.room.member"}
    more = await events(
        ann, "sesame", rooms[room]["next_batch"], order_by="recent", filter={"limit": 50}
    )
    assert ids(more) == said[-5::-1]
    his = await events(
        ann, "sesame", senders[bo.user_id]["next_batch"], order_by="recent", filter={"limit": 50}
    )
    assert {one["result"]["sender"] for one in his["results"]} == {bo.user_id}
    assert len(his["results"]) + len(senders[bo.user_id]["results"]) == 6


@pytest.mark.parametrize(
    ("body", "refusal"),
    [
        ({}, "400 M_MISSING_PARAM"),
        ({"search_categories": {"room_events": {}}}, "400 M_MISSING_PARAM"),
        ({"search_categories": {"room_events": {"search_term": 7}}}, "400 M_BAD_JSON"),
        (
            {"search_categories": {"room_events": {"search_term": "a", "order_by": "size"}}},
            "400 M_BAD_JSON",
        ),
        (
            {"search_categories": {"room_events": {"search_term": "a", "keys": ["content.x"]}}},
            "400 M_BAD_JSON",
        ),
        (
            {"search_categories": {"room_events": {"search_term": "a", "filter": {"limit": "x"}}}},
            "400 M_BAD_JSON",
        ),
    ],
)
async def test_what_is_no_search_is_refused(
    house: Living, body: dict[str, Any], refusal: str
) -> None:
    ann = await house.person("ann")
    assert await ann.refused("POST", "/search", body) == refusal
    assert await ann.did("POST", "/search", {"search_categories": {}}) == {"search_categories": {}}


async def test_a_token_of_somebody_else_s_and_a_term_of_nothing(house: Living) -> None:
    ann = await house.person("ann")
    body = {"search_categories": {"room_events": {"search_term": "sesame"}}}
    for batch in ("x", "!!!", "WzEsLTEsIiIsIiJd"):
        refusal = await ann.refused("POST", "/search", body, next_batch=batch)
        assert refusal.startswith("400 M_INVALID_PARAM"), refusal
    answer = await events(ann, " ,. ")
    assert answer == {"count": 0, "highlights": [], "results": []}
    assert await ann.refused("GET", "/api/v1/search") == "400 None"
    told = await house.client.post("/_matrix/client/v3/search", json=body)
    assert (told.status_code, told.json()["errcode"]) == (401, "M_MISSING_TOKEN")
