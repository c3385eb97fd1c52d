"""An official account is reviewed, and so is every change of what was: the old holds until then."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pyotp
import pytest

from teahouse.approvals.model import ROUNDS_MAX
from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.officials.model import CHANGE_LIFE
from tests.living import Living, Owner, Person, living
from tests.officials.test_officials import DETAILS

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NUMBER = "+447911123456"
MINE = "/api/v1/official/change"
QUEUE = "/officials/changes"
ABROAD: dict[str, Any] = {
    **DETAILS,
    "licence": {"issued_by": "Companies House", "number": "01234567"},
}
RENAMED = ABROAD | {"name": "茶馆晚报"}


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


@pytest.fixture
async def reviewer(house: Living, clock: FixedClock) -> Owner:
    """Somebody who has just shown the second factor."""
    people = house.house.people
    link = await people.operators.setup_link()
    assert link is not None, "there is no operator yet"
    place, token = "/api/v1/operator/setup", link.url.partition("#")[2]
    body = {"token": token, "name": "ada", "password": "twelve letters"}
    secret = (await house.client.post(f"{place}/begin", json=body)).json()["secret"]
    code = pyotp.TOTP(secret).at(clock.now())
    told = await house.client.post(f"{place}/finish", json={"token": token, "code": code})
    owner = Owner(house, told.json()["token"])
    clock.move(timedelta(seconds=60))
    await owner.did("POST", "/step-up", {"code": pyotp.TOTP(secret).at(clock.now())})
    return owner


async def daily(house: Living, reviewer: Owner) -> Person:
    """Register an official account, and have it approved."""
    path = await house.verified(NUMBER, account_class="official")
    assert (await house.client.post(f"{path}/official", json=ABROAD)).status_code == 200
    assert (await house.finish(path, "daily")).json()["held_for"] == ["review"]
    waits = (await reviewer.did("GET", "/approvals"))["requests"]
    yes = {"request_ids": [waits[0]["request_id"]], "decision": "approve", "template": "checked"}
    await reviewer.did("POST", "/approvals/decisions", yes)
    told = (await house.finish(path, "daily")).json()
    return Person(house, told["user_id"], told["access_token"], told["device_id"])


async def propose(one: Person, details: dict[str, Any]) -> tuple[int, Any]:
    answer = await one.ask("PUT", MINE, {"details": details, "lang": "zh"})
    return answer.status_code, answer.json()


async def decide(reviewer: Owner, decision: str, template: str, words: str = "") -> tuple[int, Any]:
    waits = (await reviewer.did("GET", QUEUE))["changes"]
    body = {"decision": decision, "template": template, "words": words}
    place = f"{QUEUE}/{waits[0]['change_id']}/decision"
    answer = await reviewer.ask("POST", place, body)
    return answer.status_code, answer.json()


async def in_force(one: Person) -> str:
    account = await one.living.house.people.accounts.account(one.user_id)
    shown = await one.did("GET", f"/api/v1/officials/{account.account_id}")
    own = await one.did("GET", MINE)
    assert own["in_force"]["name"] == shown["name"]
    return shown["name"]


def letters(house: Living) -> int:
    outbox = house.house.people.accounts.codes.senders.outbox
    assert outbox is not None, "it is test mode"
    return sum(link.endswith("/#/me/official") for link in outbox.links(NUMBER))


async def test_a_new_name_holds_once_it_was_approved(
    house: Living, reviewer: Owner, wiper: asyncpg.Connection
) -> None:
    one = await daily(house, reviewer)
    assert (await propose(one, ABROAD))[1]["code"] == "officials.nothing_changed"
    wrong = RENAMED | {"licence": {"number": "1"}}
    assert (await propose(one, wrong))[1]["code"] == "officials.bad_licence"
    status, said = await propose(one, RENAMED | {"name": " 茶馆晚报 "})
    assert (status, said["change"]["state"]) == (200, "waiting")
    assert (said["change"]["fields"], said["change"]["proposed"]["name"]) == (["name"], "茶馆晚报")
    assert (await propose(one, RENAMED | {"name": "x"}))[1]["code"] == "officials.change_waits"
    sealed = await wiper.fetchval("select details from officials_changes")
    assert "晚报".encode() not in sealed
    assert await in_force(one) == "茶馆日报"
    (waits,) = (await reviewer.did("GET", QUEUE))["changes"]
    assert "晚报" not in str(waits)
    compared = await reviewer.did("GET", f"{QUEUE}/{waits['change_id']}")
    assert compared["in_force"]["name"] == "茶馆日报"
    assert compared["proposed"]["name"] == "茶馆晚报"
    assert (await decide(reviewer, "approve", "other"))[1]["code"] == "approvals.bad_verdict"
    assert (await decide(reviewer, "approve", "checked"))[0] == 200
    assert await in_force(one) == "茶馆晚报"
    assert await wiper.fetchval("select details from officials_changes") is None
    again = await reviewer.ask(
        "POST",
        f"{QUEUE}/{waits['change_id']}/decision",
        {"decision": "decline", "template": "known"},
    )
    assert again.status_code == 422
    again = await reviewer.ask(
        "POST",
        f"{QUEUE}/{waits['change_id']}/decision",
        {"decision": "decline", "template": "duplicate"},
    )
    assert (again.status_code, again.json()["code"]) == (409, "officials.change_decided")
    await house.run_jobs()
    assert letters(house) == 1
    acts = [row["act"] for row in (await wiper.fetch("select act from audit_entries order by seq"))]
    assert acts[-2:] == ["consent.sensitive_read", "officials.change_approve"]


async def test_more_is_asked_and_a_reason_is_told(house: Living, reviewer: Owner) -> None:
    one = await daily(house, reviewer)
    await propose(one, RENAMED)
    status, said = await decide(reviewer, "ask", "particulars", "Which paper?")
    assert (status, said["state"], said["rounds"]) == (200, "more", 1)
    assert (await decide(reviewer, "ask", "particulars"))[0] == 409  # it is theirs to answer
    own = (await one.did("GET", MINE))["change"]
    assert own["said"] == "请更正或补充主体与证照信息。 Which paper?"
    await propose(one, RENAMED | {"subject_name": "茶馆晚报有限公司"})
    (waits,) = (await reviewer.did("GET", QUEUE))["changes"]
    assert (waits["state"], waits["fields"]) == ("waiting", ["name", "subject_name"])
    compared = await reviewer.did("GET", f"{QUEUE}/{waits['change_id']}")
    assert [bool(r["answered_at"]) for r in compared["rounds"]] == [True]
    assert (await decide(reviewer, "decline", "other", "Too like another."))[0] == 200
    own = (await one.did("GET", MINE))["change"]
    assert (own["state"], own["said"], own["proposed"]) == ("declined", "Too like another.", None)
    assert await in_force(one) == "茶馆日报"
    assert ROUNDS_MAX > 1
    await house.run_jobs()
    assert letters(house) == 2


async def test_withdrawn_lapsed_and_gone(
    house: Living, reviewer: Owner, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    one = await daily(house, reviewer)
    await propose(one, RENAMED)
    await one.did("DELETE", MINE)
    assert (await one.ask("DELETE", MINE)).json()["code"] == "officials.change_decided"
    assert (await reviewer.did("GET", QUEUE))["changes"] == []
    await propose(one, RENAMED)
    clock.move(CHANGE_LIFE - timedelta(hours=2))
    await house.run_jobs()
    assert (await one.did("GET", MINE))["change"]["state"] == "waiting"
    clock.move(timedelta(hours=3))
    await house.run_jobs()
    assert (await one.did("GET", MINE))["change"]["state"] == "lapsed"
    await house.run_jobs()
    assert letters(house) == 1
    await propose(one, RENAMED)
    account = await house.house.people.accounts.account(one.user_id)
    await house.house.people.accounts.deactivate(account.account_id, erase=True)
    assert await wiper.fetchval("select count(*) from officials_changes") == 0


async def test_others_have_none_and_reviewers_show_who_they_are(
    house: Living, reviewer: Owner, clock: FixedClock
) -> None:
    ann = await house.person("ann")
    for method in ("GET", "DELETE"):
        assert (await ann.ask(method, MINE)).json()["code"] == "officials.not_found"
    assert (await propose(ann, RENAMED))[1]["code"] == "officials.not_found"
    one = await daily(house, reviewer)
    await propose(one, RENAMED)
    (waits,) = (await reviewer.did("GET", QUEUE))["changes"]
    clock.move(timedelta(minutes=11))
    answer = await reviewer.ask("GET", f"{QUEUE}/{waits['change_id']}")
    assert (answer.status_code, answer.json()["code"]) == (403, "vault.step_up")


async def test_two_reviewers_on_two_workers_decide_once(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock, house: Living, reviewer: Owner
) -> None:
    one = await daily(house, reviewer)
    await propose(one, RENAMED)
    async with living(dsn, tmp_path, clock) as other:
        elsewhere = Owner(other, reviewer.token)
        (waits,) = (await reviewer.did("GET", QUEUE))["changes"]
        place = f"{QUEUE}/{waits['change_id']}/decision"
        yes = {"decision": "approve", "template": "checked"}
        no = {"decision": "decline", "template": "duplicate"}
        both = await asyncio.gather(
            reviewer.ask("POST", place, yes), elsewhere.ask("POST", place, no)
        )
        assert sorted(answer.status_code for answer in both) == [200, 409]
        approved = both[0].status_code == 200
        assert await in_force(one) == ("茶馆晚报" if approved else "茶馆日报")
