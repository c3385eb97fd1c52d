"""A child may be on camera: the author is told, people decide, guardians are asked, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from teahouse.clock import FixedClock
from tests.cases.desk import Judge, judges
from tests.living import Living, Person, q
from tests.mainland import house
from tests.minors.test_minors import family

__all__ = ["house"]

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
MINE = "/api/v1/appearances"
PROOF = {"password": "correct horse"}
SAID = {"msgtype": "m.image", "body": "on the beach", "url": "mxc://s/none"}


@pytest.fixture
def clock() -> FixedClock:
    """A Wednesday morning."""
    return FixedClock(NOW)


async def shown(by: Person, author: Person) -> tuple[str, str]:
    """Have somebody show a picture in a room that another reports; return room and event."""
    room = await by.room(author)
    path = f"/rooms/{q(room)}/send/m.room.message/{next(author.txns)}"
    event_id = (await author.did("PUT", path, SAID))["event_id"]
    body = {"reason": "A child is to be seen.", "org.teahouse.category": "camera"}
    await by.did("POST", f"/rooms/{q(room)}/report/{q(event_id)}", body)
    return room, event_id


async def to_be_seen(by: Person, room: str, event_id: str) -> bool:
    event = await by.did("GET", f"/rooms/{q(room)}/event/{q(event_id)}")
    return bool(event["content"])


async def mine(person: Person) -> list[dict[str, Any]]:
    return (await person.did("GET", MINE))["appearances"]


async def refusal(one: Person, method: str, path: str, body: Any = None) -> str:
    """Make a request that must be refused, and return its code."""
    answer = await one.ask(method, path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def case_of(judge: Judge) -> str:
    (one,) = [case for case in await judge.queue() if case["category"] == "camera"]
    return one["case_id"]


async def act(judge: Judge, case_id: str, name: str) -> Any:
    answer = await judge.at("POST", f"/appearances/{case_id}/{name}", {})
    assert answer.status_code == 200, answer.text
    return answer.json()


async def code(judge: Judge, case_id: str, name: str) -> str:
    answer = await judge.at("POST", f"/appearances/{case_id}/{name}", {})
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def test_r_061_the_author_is_told_of_the_review_and_of_the_outcome(house: Living) -> None:
    ann, bob = await house.person("ann"), await house.person("bob")
    first, second = await judges(house)
    room, event_id = await shown(ann, bob)
    (told,) = await mine(bob)
    assert (told["state"], told["hidden"], told["may"]) == ("review", False, [])
    assert await mine(ann) == [], "whoever reported is not its author"
    assert await to_be_seen(ann, room, event_id), "a report hides nothing"
    case_id = told["case_id"]
    said = {"words": "She is nineteen: I can prove it."}
    assert await refusal(ann, "POST", f"{MINE}/{case_id}/words", said) == "appearances.not_found"
    assert await refusal(bob, "POST", f"{MINE}/{case_id}/words", {"words": " "}) == (
        "appearances.words_needed"
    )
    await bob.did("POST", f"{MINE}/{case_id}/words", said)
    seen = (await first.at("GET", f"/appearances/{case_id}")).json()
    assert (seen["words"], seen["may"]) == (said["words"], ["hide", "ask"])
    assert (await act(first, case_id, "hide"))["hidden"] is True
    assert not await to_be_seen(ann, room, event_id)
    assert (await act(first, case_id, "show"))["hidden"] is False
    assert await to_be_seen(ann, room, event_id)
    await act(first, case_id, "hide")
    await second.did(
        "POST", f"/{case_id}/acts", {"act": "dismiss", "statement": None, "answer": ""}
    )
    (told,) = await mine(bob)
    assert (told["state"], told["hidden"]) == ("kept", False)
    assert await to_be_seen(ann, room, event_id)
    assert await code(first, case_id, "hide") == "appearances.bad_step"
    assert await refusal(bob, "POST", f"{MINE}/{case_id}/words", said) == "appearances.bad_step"


async def test_r_061_removal_is_an_order_of_a_person_with_its_reasons(house: Living) -> None:
    ann, bob = await house.person("ann"), await house.person("bob")
    first, _ = await judges(house)
    room, event_id = await shown(ann, bob)
    case_id = await case_of(first)
    await act(first, case_id, "hide")
    rule = {"rule_id": "minors.harm"}
    await first.act(case_id, "verify", **rule)
    assert not await to_be_seen(ann, room, event_id), "it stays hidden"
    await first.act(case_id, "order", **rule)
    (told,) = await mine(bob)
    assert told["state"] == "decided"
    (own,) = (await bob.did("GET", "/api/v1/cases"))["cases"]
    assert (own["state"], own["case_id"]) == ("ordered", case_id)


async def test_r_061_who_is_grown_or_too_young_has_nobody_whose_yes_decides(house: Living) -> None:
    ann, bob = await house.person("ann2"), await house.person("bob")
    first, _ = await judges(house)
    await shown(ann, bob)
    case_id = await case_of(first)
    assert await code(first, case_id, "ask") == "appearances.no_guardian"
    _, child = await family(house, "2014-03")
    await shown(ann, child)
    (other,) = [one["case_id"] for one in await mine(child)]
    assert await code(first, other, "ask") == "appearances.no_guardian"
    assert (await first.at("POST", f"/appearances/{other}/keep", {})).status_code == 409
    assert (await first.at("GET", "/appearances/none")).status_code == 404


async def test_r_061_no_clock_sanctions_removes_or_hides(house: Living, clock: FixedClock) -> None:
    ann, bob = await house.person("ann"), await house.person("bob")
    first, _ = await judges(house)
    room, event_id = await shown(ann, bob)
    other, hidden = await shown(ann, bob)
    cases = {one["target"]: one["case_id"] for one in await mine(bob)}
    await act(first, cases[hidden], "hide")
    clock.move(timedelta(days=400))
    await house.run_jobs()
    async with house.house.db.transaction() as tx:
        await house.house.cases.engine.lapse(tx)
        await house.house.cases.engine.purge(tx)
    again = await bob.again()
    assert {one["state"] for one in await mine(again)} == {"review", "hidden"}
    reader = await ann.again()
    assert await to_be_seen(reader, room, event_id)
    assert (await act(first, cases[hidden], "show"))["hidden"] is False
    assert await to_be_seen(reader, other, hidden), "not a letter of it was deleted"
    account = await house.house.people.accounts.account(bob.user_id)
    assert account.state.value == "active"
