"""What operators do at once has reasons, is reviewed by another, and ends if nobody does [R-085]."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from teahouse.cases.model.case import REVIEW_WITHIN
from teahouse.clock import FixedClock
from tests.cases.desk import Judge, body_of, judges, own, reported, step
from tests.living import Living, Person, living, q

WHY = {"reason": "It sends links to a false bank."}
SAID = {"msgtype": "m.text", "body": "x"}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def asked(home: Living, judge: Judge, person: Person, verb: str, **more: str) -> Any:
    """Have an operator do something to an account at the desk; return the answer."""
    account_id = (await home.house.people.accounts.account(person.user_id)).account_id
    return await judge.at("POST", f"/accounts/{account_id}/{verb}", WHY | more)


async def speaks(person: Person) -> bool:
    """Tell whether somebody may make a room."""
    return (await person.ask("POST", "/createRoom", {})).status_code == 200


async def test_r_085_a_suspension_at_the_desk_is_a_case_that_another_reviews(
    home: Living,
) -> None:
    bob = await home.person()
    first, second = await judges(home)
    done = (await asked(home, first, bob, "suspend")).json()
    assert done["account"]["state"] == "suspended"
    (case,) = await second.queue("halted")
    assert (case["kind"], case["user_id"]) == ("account", bob.user_id)
    assert done["account"]["state_reason"] == f"case {case['case_id']}"
    assert case["due_at"] > case["halted_at"]
    (mine,) = await own(bob)
    assert (mine["state"], mine["may"], mine["rule"]["id"]) == ("halted", [], "house.safety")
    (told,) = mine["steps"]
    assert told["statement"]["facts"] == WHY["reason"]
    assert "72" in told["statement"]["redress"]
    assert not await speaks(bob)
    path = f"/{case['case_id']}/acts"
    own_review = await first.refused("POST", path, step("confirm"))
    assert own_review == "cases.conflict_of_interest", "who did it does not review it"
    assert await second.refused("POST", path, {"act": "confirm"}) == "cases.statement_needed"
    await second.act(case["case_id"], "confirm", rule_id="fraud.deception")
    (mine,) = await own(bob)
    assert (mine["state"], mine["rule"]["id"], mine["may"]) == (
        "suspended", "fraud.deception", ["appeal"],
    )  # fmt: skip
    ended = await asked(home, first, bob, "unsuspend")
    assert (ended.status_code, ended.json()["code"]) == (409, "cases.held")
    acts = [one["act"] for one in (await first.at("GET", "/audit")).json()["entries"]]
    assert {"cases.halt", "accounts.suspend", "cases.confirm"} <= set(acts)


async def test_r_085_what_nobody_has_reviewed_in_time_ends_by_itself(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    room, event_id = await reported(ann, bob)
    case_id = (await first.queue())[0]["case_id"]
    await first.act(case_id, "halt", rule_id="fraud.deception")
    assert not await speaks(bob)
    assert await body_of(ann, room, event_id) == {}, "hidden at once, too"
    clock.move(REVIEW_WITHIN - timedelta(hours=1))
    await home.run_jobs()
    assert not await speaks(bob)
    clock.move(timedelta(hours=1))
    await home.run_jobs()
    assert await speaks(bob)
    assert (await body_of(ann, room, event_id))["body"] == "Tea for sale"
    (mine,) = await own(bob)
    assert (mine["state"], mine["steps"][-1]["act"]) == ("reported", "expire")
    assert mine["steps"][-1]["decider"] == "automatic"
    await second.act(case_id, "verify")
    await second.act(case_id, "order")
    assert (await own(bob))[0]["may"] == ["comply", "contest"], "from here as any other"


@pytest.mark.parametrize("ends", ["unlock", "dismiss", "confirm"])
async def test_r_085_a_lock_without_a_cause_is_an_emergency(home: Living, ends: str) -> None:
    bob = await home.person()
    first, second = await judges(home)
    assert (await asked(home, first, bob, "lock")).json()["account"]["state"] == "locked"
    assert await bob.refused("GET", "/account/whoami") == "401 M_USER_LOCKED"
    (case,) = await second.queue("halted")
    if ends == "unlock":
        assert (await asked(home, first, bob, "unlock")).json()["account"]["state"] == "active"
    else:
        await second.act(case["case_id"], ends)
    assert (await bob.did("GET", "/account/whoami"))["user_id"] == bob.user_id
    assert await speaks(bob) is (ends != "confirm"), "confirmed, it is a suspension: one reads"


async def test_a_lock_for_safety_is_no_sanction_and_lasts(home: Living, clock: FixedClock) -> None:
    bob = await home.person()
    first, _ = await judges(home)
    wrong = await asked(home, first, bob, "lock", cause="spam")
    assert (wrong.status_code, wrong.json()["code"]) == (422, "desk.no_cause")
    done = (await asked(home, first, bob, "lock", cause="stolen")).json()
    assert done["account"]["state_reason"] == WHY["reason"]
    assert await first.queue("halted") == []
    clock.move(REVIEW_WITHIN * 2)
    await home.run_jobs()
    assert await bob.refused("GET", "/account/whoami") == "401 M_USER_LOCKED"


async def test_r_085_a_case_that_ends_ends_behind_a_lock_too(home: Living) -> None:
    bob = await home.person()
    first, second = await judges(home)
    await asked(home, first, bob, "suspend")
    (case,) = await second.queue("halted")
    await asked(home, first, bob, "lock", cause="own_wish")
    await second.act(case["case_id"], "release")
    assert await bob.refused("GET", "/account/whoami") == "401 M_USER_LOCKED"
    assert (await asked(home, first, bob, "unlock")).json()["account"]["state"] == "active"
    assert await speaks(bob)


async def test_r_085_thirty_accounts_by_one_word_wait_for_a_second_sign_off(
    home: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.cases.model.counting.LABEL_MAX", 2)
    people = [await home.person() for _ in range(4)]
    first, second = await judges(home)
    answers = [await asked(home, first, one, "suspend") for one in people[:3]]
    assert [one.status_code for one in answers] == [200, 200, 409]
    assert answers[-1].json()["code"] == "cases.mass"
    assert await speaks(people[2]), "what is refused has changed nothing"
    await second.did("POST", "/sign-offs", {"reason": f"label:{WHY['reason']}"})
    assert (await asked(home, first, people[2], "suspend")).status_code == 200
    for one in (*people[:2], people[2]):
        (mine,) = await own(one)
        assert mine["steps"][0]["statement"]["facts"] == WHY["reason"], "each has its statement"


async def test_r_085_an_administrators_suspension_is_not_reviewed_by_their_own_operator(
    home: Living,
) -> None:
    bob, root = await home.person(), await home.person("root")
    first, second = await judges(home)
    async with home.house.db.transaction() as tx:
        await tx.run("update accounts_accounts set administrator = true where localpart = 'root'")
    path = f"/_matrix/client/v1/admin/suspend/{q(bob.user_id)}"
    told = await root.did("PUT", path, {"suspended": True})
    assert told == {"suspended": True}
    (case,) = await first.queue("halted")
    await first.did("POST", "/own-account", {"user_id": root.user_id})
    code = await first.refused("POST", f"/{case['case_id']}/acts", step("confirm"))
    assert code == "cases.conflict_of_interest"
    await second.act(case["case_id"], "dismiss")
    assert await speaks(bob)
    assert await root.did("GET", path) == {"suspended": False}


async def test_r_063_what_touches_one_account_leaves_others_of_its_owner_alone(
    home: Living,
) -> None:
    shop, owner = await home.person("shop"), await home.person("owner")
    first, second = await judges(home)
    await asked(home, first, shop, "suspend")
    (case,) = await second.queue("halted")
    await second.act(case["case_id"], "confirm")
    (mine,) = await own(shop)
    assert (mine["user_id"], mine["account_class"]) == (shop.user_id, "personal")
    assert not await speaks(shop)
    assert await speaks(owner)
    assert await own(owner) == []
