"""Campaigns through what operators and people call: drafted, announced, decided under, over."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from tests.cases.desk import MINE, Judge, invited, own, report, reported, step
from tests.living import Living, living

PLACE = "/campaigns"
RULE_ID = "clear-summer.promo"


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


def drafted(clock: FixedClock, **more: Any) -> dict[str, Any]:
    """Return a campaign of two months from today on."""
    now = clock.now()
    body: dict[str, Any] = {
        "campaign_id": "clear-summer",
        "name": {"zh": "清朗暑期", "en": "Clear summer"},
        "aim": {"zh": "保护未成年人。", "en": "To protect minors in the holidays."},
        "mandate": {
            "authority": "Cyberspace Administration",
            "reference": "Notice of 21 July",
            "legal_basis": [{"law": "Minors Protection Law", "article": "50", "order": ""}],
        },
        "rules": [
            {
                "id": "promo", "conduct": "minors", "zh": "不得诱导未成年人打赏。",
                "en": "No luring of minors into tips.", "articles": ["Notice 3"], "days": 2,
            }
        ],
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=61)).isoformat(),
    }  # fmt: skip
    return body | more


async def two(home: Living) -> tuple[Judge, Judge]:
    """Set up two operators."""
    await home.owner()
    first = Judge(home, "ada")
    return first, await invited(home, first, "bea")


async def announced(home: Living, clock: FixedClock, **more: Any) -> tuple[Judge, Judge]:
    """Have a campaign drafted by one and announced by another."""
    first, second = await two(home)
    assert (await first.at("POST", PLACE, drafted(clock, **more))).status_code == 200
    answer = await second.at("POST", f"{PLACE}/clear-summer/announce", {})
    assert answer.status_code == 200, answer.text
    return first, second


async def code(judge: Judge, path: str, body: Any) -> str:
    """Make a request that must be refused; return its code."""
    answer = await judge.at("POST", PLACE + path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


async def told(home: Living) -> list[dict[str, Any]]:
    """Return what everybody may read."""
    return (await home.client.get("/api/v1/campaigns")).json()["campaigns"]


async def rules(judge: Judge) -> set[str]:
    """Return the ids of the rules that hold."""
    return {one["id"] for one in (await judge.did("GET", "/rules"))["rules"]}


async def test_r_060_a_campaign_is_two_persons_and_its_rules_hold_until_its_day(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    assert (await first.at("POST", PLACE, drafted(clock))).status_code == 200
    assert await told(home) == [], "a draft is nobody's business"
    assert await code(first, "/clear-summer/announce", {}) == "campaigns.same_person"
    assert RULE_ID not in await rules(first)
    assert (await second.at("POST", f"{PLACE}/clear-summer/announce", {})).status_code == 200
    (public,) = await told(home)
    assert (public["phase"], public["report"]) == ("running", None)
    assert public["mandate"]["reference"] == "Notice of 21 July"
    assert RULE_ID in await rules(first)
    clock.move(timedelta(days=61))
    assert RULE_ID not in await rules(first), "on its day, before any job has run"
    assert (await told(home))[0]["phase"] == "over"
    await home.run_jobs()
    (listed,) = (await first.at("GET", PLACE)).json()["campaigns"]
    assert (listed["state"], listed["phase"], listed["may"]) == ("concluded", "over", [])


async def test_r_060_the_end_is_public_with_actions_appeals_and_reversals(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await announced(home, clock)
    third = await invited(home, first, "cat")
    await reported(ann, bob)
    case_id = (await first.queue())[0]["case_id"]
    await first.act(case_id, "verify", rule_id=RULE_ID)
    await first.act(case_id, "order", rule_id=RULE_ID)
    (mine,) = await own(bob)
    assert mine["rule"]["campaign"] == "clear-summer", "who is decided on is told of it"
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "It was a play."})
    await third.did("POST", f"/{case_id}/appeal/take", {})
    granted = {"outcome": "overturned", "answer": "It was a play."}
    await third.did("POST", f"/{case_id}/appeal/decide", granted)
    clock.move(timedelta(days=61))
    await home.run_jobs()
    (public,) = await told(home)
    assert public["report"] == {
        "cases": 1, "actions": {"order": 1}, "appeals": 1, "reversals": 1,
    }  # fmt: skip
    assert (await own(bob))[0]["rule"]["id"] == RULE_ID, "what was decided can still be read"
    room = await ann.room(bob)
    await report(ann, room, await bob.say(room, "Tips, please"))
    late = (await first.queue())[0]["case_id"]
    assert await second.refused("POST", f"/{late}/acts", step("verify", rule_id=RULE_ID)) == (
        "cases.no_rule"
    )


async def test_r_060_a_campaign_reaches_neither_other_accounts_nor_what_was_before(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    await reported(ann, bob, "Before it began")
    clock.move(timedelta(minutes=1))
    first, _ = await announced(home, clock, scope={"region": "eu"})
    before = (await first.queue())[0]["case_id"]
    refused = await first.refused("POST", f"/{before}/acts", step("verify", rule_id=RULE_ID))
    assert refused == "cases.no_rule"
    await first.act(before, "dismiss")
    await reported(ann, bob, "After it began, elsewhere")
    other = (await first.queue())[0]["case_id"]
    refused = await first.refused("POST", f"/{other}/acts", step("verify", rule_id=RULE_ID))
    assert refused == "cases.no_rule", "it is for another region"
    await first.act(other, "verify")


async def test_a_campaign_is_halted_or_cancelled_with_a_reason(
    home: Living, clock: FixedClock
) -> None:
    first, _ = await announced(home, clock)
    assert await code(first, "/clear-summer/halt", {"reason": " "}) == "campaigns.reason_needed"
    why = {"reason": "Its mandate was withdrawn."}
    assert (await first.at("POST", f"{PLACE}/clear-summer/halt", why)).status_code == 200
    (public,) = await told(home)
    assert (public["phase"], public["end_reason"]) == ("over", "Its mandate was withdrawn.")
    assert RULE_ID not in await rules(first)
    assert await code(first, "/clear-summer/halt", why) == "campaigns.bad_step"
    again = drafted(clock, campaign_id="other")
    assert (await first.at("POST", PLACE, again)).status_code == 200
    assert (await first.at("POST", f"{PLACE}/other/cancel", why)).status_code == 200
    assert [one["campaign_id"] for one in await told(home)] == ["clear-summer"]
    assert await code(first, "", again) == "campaigns.known"
    assert await code(first, "/nothing/halt", why) == "campaigns.not_found"
    acts = [one["act"] for one in (await first.at("GET", "/audit")).json()["entries"]]
    assert {"campaigns.drafted", "campaigns.announce", "campaigns.halt", "campaigns.cancel"} <= set(
        acts
    )


RULE = drafted(FixedClock(datetime(2021, 7, 27, tzinfo=UTC)))["rules"][0]
WRONG: list[tuple[str, Any, str]] = [
    ("campaign_id", "Über", "campaigns.bad"), ("rules", [], "campaigns.bad"),
    ("name", {"zh": "", "en": "x"}, "campaigns.bad"), ("scope", {"region": "mars"}, "campaigns.bad"),
    ("ends_at", "2021-07-01T00:00:00+00:00", "campaigns.bad"),
    ("ends_at", "2031-07-01T00:00:00+00:00", "campaigns.bad"),
    ("mandate", {"authority": "A", "reference": "1", "legal_basis": []}, "campaigns.bad"),
    ("rules", [RULE, RULE], "campaigns.bad"),
    ("rules", [RULE | {"en": "No content of gay people."}], "cases.bad_rules"),
    ("rules", [RULE | {"campaign": "other"}], "cases.bad_rules"),
]  # fmt: skip


async def test_a_campaign_that_nobody_could_hold_is_refused_in_words(
    home: Living, clock: FixedClock
) -> None:
    first, _ = await two(home)
    for name, value, expected in WRONG:
        assert await code(first, "", drafted(clock, **{name: value})) == expected, (name, value)
    assert (await first.at("GET", PLACE)).json()["campaigns"] == []
