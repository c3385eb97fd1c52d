"""From a child's account, and a minor's ask, to what each may do, and who may come near [R-066]."""

from datetime import timedelta

import pytest

from teahouse.clock import FixedClock
from tests.guardians.test_guardians import raised
from tests.living import Living, Person, q
from tests.mainland import house
from tests.minors.test_minors import (
    MINE,
    NOW,
    PROOF,
    WARDS,
    family,
    id_of,
    may,
    mine,
    said,
    say,
)

__all__ = ["house"]

HELD = """
select (select count(*) from minors_ages) + (select count(*) from minors_appeals)
    + (select count(*) from minors_links) + (select count(*) from minors_words)
    + (select count(*) from minors_contacts)"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


def direct(other: Person) -> dict[str, object]:
    return {"is_direct": True, "invite": [other.user_id], "preset": "trusted_private_chat"}


async def begun(one: Person, other: Person) -> str:
    """Begin a chat with somebody; tell how it was answered."""
    answer = await one.ask("POST", "/createRoom", direct(other))
    return str(answer.json().get("errcode", answer.status_code))


async def test_a_childs_account_has_its_guardian_from_the_start(house: Living) -> None:
    parent, child = await raised(house)
    assert (await mine(child))["age"] == {
        "at_least": 8,
        "sources": ["guardian"],
        "conflicting": False,
    }
    assert await may(child, "pay") == (False, "guardian_silent")
    await say(parent, child, "pay", True)
    assert await may(child, "pay") == (True, None)
    assert await said(parent, f"{WARDS}/{child.user_id}/end", PROOF) == (
        409,
        "minors.under_fourteen",
    )
    # A house of a release before had no ages: who was there is taken over.
    async with house.house.db.transaction() as tx:
        await tx.run("delete from minors_links")
        await tx.run("delete from minors_ages")
    assert await house.house.ways.minors.reckon() == 1
    assert await house.house.ways.minors.reckon() == 0
    await house.house.people.accounts.deactivate(await id_of(child), erase=True)
    async with house.house.db.read() as tx:
        assert await tx.value(HELD) == 0


async def test_r_066_l_m26_a_stranger_does_not_come_near_a_minor(house: Living) -> None:
    parent, child = await family(house, "2013-06")
    stranger, friend = await house.person("stranger"), await house.person("friend")
    assert await begun(parent, child) == "200", "a guardian is no stranger"
    assert await begun(child, parent) == "200"
    closed = await stranger.room(preset="private_chat")
    for body in (closed, await stranger.room()):
        answer = await stranger.ask("POST", f"/rooms/{q(body)}/invite", {"user_id": child.user_id})
        assert (answer.status_code, answer.json()["errcode"]) == (403, "M_INVITE_BLOCKED")
    member = f"/rooms/{q(closed)}/state/m.room.member/{q(child.user_id)}"
    answer = await stranger.ask("PUT", member, {"membership": "invite"})
    assert answer.json()["errcode"] == "M_INVITE_BLOCKED", "by whichever call"
    assert await begun(stranger, child) == "M_INVITE_BLOCKED"
    nobody = await house.person("nobody")  # who takes no invitations at all
    await nobody.did(
        "PUT",
        f"/user/{q(nobody.user_id)}/account_data/m.invite_permission_config",
        {"default_action": "block"},
    )
    for_nobody = await stranger.ask("POST", "/createRoom", direct(nobody))
    for_child = await stranger.ask("POST", "/createRoom", direct(child))
    assert for_child.json() == for_nobody.json(), "nothing tells that it is a minor"
    answer = await child.ask("POST", "/createRoom", direct(friend))
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")
    await child.did("POST", f"{MINE}/contacts", {"user_id": friend.user_id})
    assert await begun(friend, child) == "M_INVITE_BLOCKED", "an ask is no answer"
    (ward,) = (await parent.did("GET", WARDS))["wards"]
    assert [(one["user_id"], one["agreed_at"]) for one in ward["contacts"]] == [("@friend:s", None)]
    answers = f"{WARDS}/{child.user_id}/contacts"
    agreed = PROOF | {"user_id": friend.user_id, "agreed": True}
    assert await said(friend, answers, agreed) == (404, "minors.no_ward")
    assert (await said(parent, answers, agreed | {"password": "wrong"}))[0] == 403
    await parent.did("POST", answers, agreed)
    assert (await mine(child))["contacts"][0]["agreed_at"] is not None
    assert [await begun(friend, child), await begun(child, friend)] == ["200", "200"]
    await parent.did("POST", answers, agreed | {"agreed": False})
    assert await begun(friend, child) == "M_INVITE_BLOCKED"


async def test_r_066_who_shares_a_closed_room_is_known(house: Living) -> None:
    parent, child = await family(house, "2013-06")
    mate = await house.person("mate")
    square = await mate.room(child)  # everybody may come in
    assert await begun(mate, child) == "M_INVITE_BLOCKED", square
    class_room = await parent.room(mate, preset="private_chat")
    await parent.did("POST", f"/rooms/{q(class_room)}/invite", {"user_id": child.user_id})
    assert await begun(mate, child) == "M_INVITE_BLOCKED", "the child is not in it yet"
    await child.did("POST", f"/join/{q(class_room)}", {})
    assert await begun(mate, child) == "200"


async def test_r_066_the_door_opens_by_a_word_and_by_age(house: Living, clock: FixedClock) -> None:
    parent, child = await family(house, "2011-06")
    stranger, grown = await house.person("stranger"), await house.person("grown")
    assert await begun(stranger, child) == "M_INVITE_BLOCKED"
    await say(parent, child, "strangers", True)
    assert await begun(stranger, child) == "200"
    await say(parent, child, "strangers", None)
    assert await begun(stranger, child) == "M_INVITE_BLOCKED", "who was invited is not there"
    assert await begun(grown, child) == "M_INVITE_BLOCKED"
    clock.move(timedelta(days=300))
    assert await begun(grown, child) == "200", "sixteen"
    assert await begun(grown, stranger) == "200", "of whose age nothing is known"
