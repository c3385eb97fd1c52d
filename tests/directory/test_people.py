"""Finding people, and not finding those who are not to be found."""

import pytest

from tests.accountdata.asgi import user_id
from tests.directory.conftest import Town

SEARCH = "/_matrix/client/v3/user_directory/search"


async def search(town: Town, who: str, term: str, **more: int) -> list[str]:
    body = {"search_term": term, **more}
    answer = await town.client.ask(who, "POST", SEARCH, json=body)
    assert answer.status_code == 200, answer.text
    return [one["user_id"] for one in answer.json()["results"]]


async def meet(town: Town) -> str:
    for name, shown in (("ann", "Ann Lee"), ("bo", "阿波 Bo"), ("cy", "Cyrus")):
        await town.person(name, shown)
    return await town.room("a", "ann")


async def test_people_who_share_a_room_find_each_other(town: Town) -> None:
    room_id = await meet(town)
    assert await search(town, "bo", "lee") == []
    await town.come(room_id, "bo", displayname="阿波 Bo")
    await town.set_state(
        room_id, "member", {"membership": "join", "displayname": "Ann Lee"}, user_id("ann")
    )
    assert await search(town, "bo", "lee") == [user_id("ann")]
    assert await search(town, "ann", "阿波") == [user_id("bo")]
    assert await search(town, "cy", "lee") == []
    await town.come(room_id, "bo", "leave")
    assert await search(town, "bo", "lee") == []


@pytest.mark.parametrize(
    "opening",
    [
        ("join_rules", {"join_rule": "public"}),
        ("history_visibility", {"history_visibility": "world_readable"}),
    ],
)
async def test_people_in_open_rooms_are_found_by_all(
    town: Town, opening: tuple[str, dict[str, str]]
) -> None:
    room_id = await meet(town)
    await town.set_state(
        room_id, "member", {"membership": "join", "displayname": "Ann Lee"}, user_id("ann")
    )
    assert await search(town, "cy", "Lee") == []
    await town.set_state(room_id, *opening)
    assert await search(town, "cy", "Lee") == [user_id("ann")]
    answer = await town.client.ask("cy", "POST", SEARCH, json={"search_term": "ann LEE"})
    assert answer.json() == {
        "results": [{"user_id": user_id("ann"), "display_name": "Ann Lee"}],
        "limited": False,
    }
    await town.set_state(room_id, opening[0], {})
    assert await search(town, "cy", "Lee") == []


async def test_a_whole_name_finds_anybody_but_oneself(town: Town) -> None:
    await meet(town)
    for term in ("ann", "@ann", "@ann:tea.example", " ANN "):
        assert await search(town, "cy", term) == [user_id("ann")]
    assert await search(town, "cy", "an") == []
    assert await search(town, "cy", "@ann:other.example") == []
    assert await search(town, "ann", "ann") == []
    assert await search(town, "cy", "nobody") == []
    assert await search(town, "cy", "  ") == []


async def test_a_name_only_of_one_room_does_not_leak(town: Town) -> None:
    room_id = await meet(town)
    await town.set_state(room_id, "join_rules", {"join_rule": "public"})
    await town.come(room_id, "bo", displayname="secret nickname")
    assert await search(town, "cy", "nickname") == []


async def test_the_nearest_first_and_no_more_than_asked(town: Town) -> None:
    await meet(town)
    room_id = await town.room("b", "ann", join_rules={"join_rule": "public"})
    for name in ("lin", "linda", "melinda", "zlin"):
        await town.person(name)
        await town.come(room_id, name)
    everybody = await search(town, "cy", "lin")
    assert everybody == [user_id(name) for name in ("lin", "linda", "melinda", "zlin")]
    assert await search(town, "cy", "lin", limit=2) == everybody[:2]
    answer = await town.client.ask("cy", "POST", SEARCH, json={"search_term": "lin", "limit": 2})
    assert answer.json()["limited"] is True
    assert await town.client.error("cy", "POST", SEARCH, json={}) == (400, "M_MISSING_PARAM")
    assert await town.client.error("", "POST", SEARCH, json={}) == (401, "M_MISSING_TOKEN")


async def test_a_name_is_found_however_it_is_typed(town: Town) -> None:
    await town.person("ann", "Ann Lee")
    await town.person("zm", "張小明")
    room_id = await town.room("a", "ann")
    await town.come(room_id, "zm", displayname="張小明")
    for term in ("张小", "zhang", "zxm", "zhang xm", "xiaoming", "ZXM"):
        assert await search(town, "ann", term) == [user_id("zm")], term
    for term in ("zmx", "wang", "李"):
        assert await search(town, "ann", term) == [], term
    known = await town.directory.known_people(user_id("ann"), "zxm", 5)
    assert [one.user_id for one in known] == [user_id("zm")]
    await town.come(room_id, "zm", "leave")
    assert await search(town, "ann", "zxm") == []
    await town.set_state(room_id, "join_rules", {"join_rule": "public"})
    await town.come(room_id, "zm", displayname="張小明")
    await town.come(room_id, "ann", "leave")
    assert await search(town, "ann", "zxm") == [user_id("zm")]
    assert await town.directory.known_people(user_id("ann"), "zxm", 5) == []
