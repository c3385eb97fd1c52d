"""Labels over HTTP: who says them, who does not find what they say, and who is told."""

from typing import Any

import pytest

from teahouse.clock import FixedClock
from tests.living import Living, Owner, Person, q
from tests.minors.test_minors import PROOF, WARDS, family, settle

RATING = "org.teahouse.rating"
MINE = "/api/v1/minors/me/content"


async def labelled(author: Person, name: str, **rating: Any) -> str:
    """Make a room that everybody finds, and label it."""
    room_id = await author.room(name=name, visibility="public")
    if rating:
        await author.did("PUT", f"/rooms/{q(room_id)}/state/{RATING}/", rating)
    return room_id


async def listed(viewer: Person, term: str = "") -> dict[str, Any]:
    """Return what the list of rooms shows of each, by its name."""
    asked = {"filter": {"generic_search_term": term}} if term else {}
    told = await viewer.did("POST", "/publicRooms", asked)
    return {one["name"]: one.get(RATING, {}) for one in told["chunk"]}


async def typed(viewer: Person, term: str) -> dict[str, tuple[int, bool]]:
    """Return what the search finds while somebody types."""
    told = await viewer.did("GET", "/api/v1/search", q=term)
    return {
        one["name"]: (one.get("years", 0), one.get("borderline", False)) for one in told["rooms"]
    }


async def of_age(house: Living, owner: Owner, name: str, at_least: int) -> Person:
    person = await house.person(name)
    await settle(owner, person, at_least=at_least)
    return person


def desk(room_id: str, kind: str = "room") -> str:
    return f"/ratings/{kind}/{q(room_id)}"


async def test_l_m24_who_is_too_young_neither_finds_nor_enters(house: Living) -> None:
    owner, author = await house.owner(), await house.person("bob")
    adult, teen = await of_age(house, owner, "ann", 18), await of_age(house, owner, "kid", 14)
    plain = await labelled(author, "plain tea")
    strong = await labelled(author, "strong tea", years=16)
    assert await listed(adult) == {"plain tea": {}, "strong tea": {"years": 16}}
    assert await listed(teen) == {"plain tea": {}}
    assert await typed(adult, "tea") == {"plain tea": (0, False), "strong tea": (16, False)}
    assert await typed(teen, "tea") == {"plain tea": (0, False)}
    refused = await teen.ask("POST", f"/join/{q(strong)}", {})
    assert (refused.status_code, refused.json()["errcode"]) == (403, "M_FORBIDDEN")
    assert "labelled for an age" in refused.json()["error"]
    assert await teen.refused("POST", f"/rooms/{q(strong)}/join", {}) == "403 M_FORBIDDEN"
    summary = f"/_matrix/client/v1/room_summary/{q(strong)}"
    assert (await teen.ask("GET", summary)).status_code == 403
    assert (await adult.did("GET", summary))[RATING] == {"years": 16}
    await teen.did("POST", f"/join/{q(plain)}", {})
    await adult.did("POST", f"/join/{q(strong)}", {})


async def test_who_is_invited_is_asked_their_age_at_the_door(house: Living) -> None:
    owner, author = await house.owner(), await house.person("bob")
    teen = await of_age(house, owner, "kid", 16)
    room_id = await author.room(preset="private_chat", name="cellar")
    await author.did("PUT", f"/rooms/{q(room_id)}/state/{RATING}/", {"years": 18})
    await author.did("POST", f"/rooms/{q(room_id)}/invite", {"user_id": teen.user_id})
    assert await teen.refused("POST", f"/join/{q(room_id)}", {}) == "403 M_FORBIDDEN"
    member = f"/rooms/{q(room_id)}/state/m.room.member/{q(teen.user_id)}"
    assert await teen.refused("PUT", member, {"membership": "join"}) == "403 M_FORBIDDEN"
    await author.did("PUT", f"/rooms/{q(room_id)}/state/{RATING}/", {"years": 16})
    await teen.did("POST", f"/join/{q(room_id)}", {})


async def test_l_m24_what_is_borderline_stands_in_no_list_and_is_found_last(house: Living) -> None:
    owner, author = await house.owner(), await house.person("bob")
    adult = await of_age(house, owner, "ann", 18)
    teen, stranger = await of_age(house, owner, "kid", 16), await house.person("new")
    edge = await labelled(author, "tea on the edge", years=0, borderline=True)
    for one in (adult, await of_age(house, owner, "eve", 18)):
        await one.did("POST", f"/join/{q(edge)}", {})  # it is the fullest
    await labelled(author, "tea for all")
    assert await listed(adult) == {"tea for all": {}}, "nobody is led there by a list"
    found = await listed(adult, "tea")
    assert list(found) == ["tea for all", "tea on the edge"]
    assert found["tea on the edge"] == {"borderline": True}
    for young in (teen, stranger):
        assert await listed(young, "tea") == {"tea for all": {}}
        assert await young.refused("POST", f"/join/{q(edge)}", {}) == "403 M_FORBIDDEN"


async def test_visitors_see_what_an_unknown_age_does(house: Living) -> None:
    author, stranger = await house.person("bob"), await house.person("new")
    open_to_all = {"type": "m.room.history_visibility", "state_key": ""}
    history = [open_to_all | {"content": {"history_visibility": "world_readable"}}]
    rooms: dict[int, str] = {}
    for years in (16, 18):
        rooms[years] = await author.room(
            name=f"from {years}", visibility="public", initial_state=history
        )
        await author.did("PUT", f"/rooms/{q(rooms[years])}/state/{RATING}/", {"years": years})
    client, public = house.client, "/api/v1/public/rooms"
    told = (await client.get("/_matrix/client/v3/publicRooms")).json()["chunk"]
    assert [one["name"] for one in told] == ["from 16"]
    assert [one["name"] for one in (await client.get(public)).json()["rooms"]] == ["from 16"]
    assert (await client.get(f"{public}/{q(rooms[16])}")).status_code == 200
    assert (await client.get(f"{public}/{q(rooms[18])}")).status_code == 403
    await stranger.did("GET", f"/rooms/{q(rooms[16])}/messages", dir="b")
    shut = f"/rooms/{q(rooms[18])}/messages"
    assert await stranger.refused("GET", shut, dir="b") == "403 M_FORBIDDEN"
    said = await author.say(rooms[18], "hello")
    one = f"/rooms/{q(rooms[18])}/event/{q(said)}"
    assert await stranger.refused("GET", one) == "403 M_FORBIDDEN"
    await author.did("GET", one)


async def test_an_operators_word_is_reasoned_audited_and_no_author_softens_it(
    house: Living,
) -> None:
    owner, author = await house.owner(), await house.person("bob")
    teen = await of_age(house, owner, "kid", 14)
    room_id = await labelled(author, "loose tea", years=8)
    place = desk(room_id)
    for wrong in ({"years": 16, "reason": " "}, {"years": 9, "reason": "So it is."}):
        assert (await owner.ask("PUT", place, wrong)).status_code == 400
    assert set(await listed(teen)) == {"loose tea"}, "what was refused changed nothing"
    told = await owner.did("PUT", place, {"years": 16, "reason": "It is about gambling."})
    assert told["years"] == 16
    assert await listed(teen) == {}
    await author.did("PUT", f"/rooms/{q(room_id)}/state/{RATING}/", {"years": 0})
    assert await listed(teen) == {}, "the stricter word counts"
    mine = await author.did("GET", f"/api/v1/rooms/{q(room_id)}/rating")
    assert [(one["voice"], one["reason"]) for one in mine["words"]] == [
        ("author", ""), ("operator", "It is about gambling."),
    ]  # fmt: skip
    audit = await owner.did("GET", "/audit")
    (entry,) = [one for one in audit["entries"] if one["act"] == "ratings.set"]
    assert (entry["target"], entry["detail"]["years"]) == (room_id, 16)
    assert (await owner.ask("POST", f"{place}/lift", {"reason": ""})).status_code == 400
    await owner.did("POST", f"{place}/lift", {"reason": "It was not."})
    assert set(await listed(teen)) == {"loose tea"}
    assert (await owner.ask("POST", f"{place}/lift", {"reason": "Once more."})).status_code == 404
    for nothing in ("room/plain", "person/x", "official/!x"):
        body = {"years": 16, "reason": "So it is."}
        assert (await owner.ask("PUT", f"/ratings/{nothing}", body)).status_code == 404


async def test_who_is_in_the_room_already_is_told_and_stays(house: Living) -> None:
    owner, author = await house.owner(), await house.person("bob")
    teen, other = await of_age(house, owner, "kid", 14), await house.person("new")
    room_id = await labelled(author, "turning tea")
    path = f"/api/v1/rooms/{q(room_id)}/rating"
    await teen.did("POST", f"/join/{q(room_id)}", {})
    assert (await teen.did("GET", path))["barrier"] is None
    await author.did("PUT", f"/rooms/{q(room_id)}/state/{RATING}/", {"years": 16})
    assert (await teen.did("GET", path))["barrier"] == "age"
    await teen.did("GET", f"/rooms/{q(room_id)}/messages", dir="b")
    assert await other.refused("GET", path) == "403 None"


async def test_a_room_that_replaces_another_carries_its_labels(house: Living) -> None:
    owner, author = await house.owner(), await house.person("bob")
    teen = await of_age(house, owner, "kid", 14)
    old = await labelled(author, "old tea", years=8)
    await owner.did("PUT", desk(old), {"years": 16, "reason": "It is about gambling."})
    body = {"new_version": "11"}
    new = (await author.did("POST", f"/rooms/{q(old)}/upgrade", body))["replacement_room"]
    told = await owner.did("GET", desk(new))
    assert {one["voice"]: one["years"] for one in told["words"]} == {"author": 8, "operator": 16}
    assert await teen.refused("POST", f"/join/{q(new)}", {}) == "403 M_FORBIDDEN"


async def test_l_m24_a_guardian_sets_a_stricter_ceiling_and_never_a_looser(
    house: Living, clock: FixedClock
) -> None:
    parent, child = await family(house, "2012-03")
    author = await house.person("bob")
    await labelled(author, "tea from 12", years=12)
    ward = f"{WARDS}/{child.user_id}/content"
    told = await parent.did("GET", ward)
    assert (told["years"], told["choices"]) == (12, [0, 8, 12]), "fourteen, and no label between"
    assert set(await listed(child)) == {"tea from 12"}
    unproved = await parent.ask("PUT", ward, {"years": 8})
    assert unproved.status_code == 403
    for looser in (16, 18, 9):
        answer = await parent.ask("PUT", ward, PROOF | {"years": looser})
        assert (answer.status_code, answer.json()["code"]) == (400, "ratings.bad_ceiling")
    await parent.did("PUT", ward, PROOF | {"years": 8})
    assert await listed(child) == {}
    told = await child.did("GET", MINE)
    assert (told["years"], told["ceiling"]) == (8, 8)
    stranger = await author.ask("PUT", ward, PROOF | {"years": 0})
    assert (stranger.status_code, stranger.json()["code"]) == (404, "minors.no_ward")
    await parent.did("POST", f"{WARDS}/{child.user_id}/end", PROOF)
    assert set(await listed(child)) == {"tea from 12"}, "what a guardian set goes with them"


@pytest.mark.parametrize("years", [16, 0])
async def test_an_official_account_labels_itself_and_no_other_does(
    house: Living, years: int
) -> None:
    owner, author = await house.owner(), await house.person("bob")
    teen = await of_age(house, owner, "kid", 14)
    body = {"years": years, "borderline": False}
    answer = await author.ask("PUT", "/api/v1/account/rating", body)
    assert (answer.status_code, answer.json()["code"]) == (409, "ratings.nothing_published")
    told = {"years": years, "reason": "It sells wine."}
    await owner.did("PUT", desk(author.user_id, "official"), told)
    found = await teen.did("POST", "/user_directory/search", {"search_term": "bob"})
    seen = [one["user_id"] for one in found["results"]]
    begun = await teen.ask("POST", "/createRoom", {"invite": [author.user_id]})
    if years == 0:
        assert seen == [author.user_id]
        assert begun.json().get("code") != "ratings.above_age"
    else:
        assert seen == []
        assert "labelled for an age" in begun.json()["error"]
