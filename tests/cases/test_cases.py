"""From a report to a decision, a sanction and an appeal, through what people and operators call."""

import io
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from PIL import Image

from teahouse.cases.model.case import DELETE_AFTER, KEPT_FOR
from teahouse.clock import FixedClock
from tests.cases.desk import MINE, Judge, body_of, judges, own, report, reported, step
from tests.living import Living, Person, living, q

MANY = """
insert into cases_cases (
    case_id, kind, target, place, category, account_id, user_id, state, hidden, rule_id, voices,
    opened_at, moved_at
)
select case_id || nth, kind, target || nth, place, category, account_id, user_id, state, hidden,
    rule_id, 1 + (nth * 7) % 5, opened_at, moved_at
from cases_cases, generate_series(1, 30) as nth where case_id = $1"""
SAID = {"msgtype": "m.text", "body": "Tea for sale"}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def stored(home: Living, event_id: str) -> bytes:
    """Return a message as it is stored."""
    async with home.house.db.read() as tx:
        query = "select body from timeline_events where event_id = $1"
        return await tx.value(query, event_id)


async def uploaded(person: Person, colour: str) -> str:
    """Upload a picture of one colour; return its address."""
    drawn = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(drawn, "PNG")
    headers = {"authorization": f"Bearer {person.token}", "content-type": "image/png"}
    place = "/_matrix/media/v3/upload"
    told = await person.living.client.post(place, content=drawn.getvalue(), headers=headers)
    assert told.status_code == 200, told.text
    return told.json()["content_uri"]


async def violated(home: Living, judge: Judge, by: Person, author: Person, until: str) -> str:
    """Take a case up to a state by the steps of the procedure; return it."""
    await reported(by, author)
    case_id = (await judge.queue())[0]["case_id"]
    await judge.act(case_id, "verify")
    await judge.act(case_id, "order")
    if until == "complied":
        await author.did("POST", f"{MINE}/{case_id}/comply", {})
        return case_id
    clock: Any = home.house.ground.clock
    clock.move(timedelta(days=3))
    await home.run_jobs()
    for act, state in (("restrict", "restricted"), ("suspend", "suspended")):
        if until == "unmet":
            break
        await judge.act(case_id, act)
        if until == state:
            break
    return case_id


async def test_r_064_a_report_is_verified_ordered_and_complied_with(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    judge, _ = await judges(home)
    room, event_id = await reported(ann, bob)
    (listed,) = await judge.queue()
    case_id = listed["case_id"]
    assert (listed["kind"], listed["target"], listed["category"], listed["voices"]) == (
        "message", event_id, "spam", 1,
    )  # fmt: skip
    looked = await judge.did("GET", f"/{case_id}")
    assert looked["evidence"]["content"] == SAID
    assert looked["may"] == ["verify", "halt", "dismiss"]
    assert await judge.refused("POST", f"/{case_id}/acts", step("order")) == "cases.bad_step"
    assert await own(bob) == [], "a report alone is nobody's business"
    await judge.act(case_id, "verify")
    await judge.act(case_id, "order", answer="We asked for it to be deleted.")
    (mine,) = await own(bob)
    assert (mine["state"], mine["may"], mine["content"]["content"]) == (
        "ordered", ["comply", "contest"], SAID,
    )  # fmt: skip
    (order,) = mine["steps"]
    assert order["statement"]["facts"].startswith("It offers tea")
    assert (order["actor"], order["decider"]) == ("operator", "person")
    assert mine["rule"]["articles"]
    told = await ann.did("GET", "/api/v1/complaints")
    assert told["complaints"][0]["answer"] == "We asked for it to be deleted."
    assert await body_of(ann, room, event_id) == SAID, "until its author answers it is there"
    done = await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert (done["state"], done["hidden"], done["may"]) == ("complied", True, ["appeal"])
    assert await body_of(ann, room, event_id) == {}
    assert await own(ann) == []
    for path in ("", "/comply"):
        answer = await ann.ask("POST" if path else "GET", f"{MINE}/{case_id}{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "cases.not_found")
    acts = [one["act"] for one in (await judge.at("GET", "/audit")).json()["entries"]]
    assert {"cases.read", "cases.look", "cases.verify", "cases.order"} <= set(acts)


async def test_r_064_a_contest_hides_and_stops_the_clock(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    room, event_id = await reported(ann, bob)
    whole = await stored(home, event_id)
    case_id = (await first.queue())[0]["case_id"]
    await first.act(case_id, "verify")
    await first.act(case_id, "order")
    bare = await bob.ask("POST", f"{MINE}/{case_id}/contest", {"words": " "})
    assert bare.json()["code"] == "cases.words_needed"
    contested = await bob.did("POST", f"{MINE}/{case_id}/contest", {"words": "I was asked."})
    assert (contested["state"], contested["due_at"], contested["may"]) == ("contested", None, [])
    assert await body_of(ann, room, event_id) == {}
    clock.move(timedelta(days=30))
    await home.run_jobs()
    assert (await own(bob))[0]["state"] == "contested", "the deadline stands still"
    own_again = await first.refused("POST", f"/{case_id}/acts", step("confirm"))
    assert own_again == "cases.conflict_of_interest", "who ordered it does not confirm it"
    confirmed = await second.act(case_id, "confirm")
    assert confirmed["case"]["state"] == "ordered"
    assert (await own(bob))[0]["may"] == ["comply"], "an order is contested once"
    again = await bob.ask("POST", f"{MINE}/{case_id}/contest", {"words": "Still."})
    assert again.json()["code"] == "cases.bad_step"
    await first.did("POST", f"/{case_id}/acts", {"act": "dismiss"})
    assert await stored(home, event_id) == whole
    assert await body_of(ann, room, event_id) == SAID


async def test_l_f21_without_its_fields_there_is_no_decision(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    judge, _ = await judges(home)
    await reported(ann, bob)
    case_id = (await judge.queue())[0]["case_id"]
    for field in ("facts", "redress", "materials", "rule_id", "decider"):
        body = step("verify", **{field: ""})
        assert await judge.refused("POST", f"/{case_id}/acts", body) == "cases.statement_needed"
    none = await judge.refused("POST", f"/{case_id}/acts", {"act": "verify"})
    assert none == "cases.statement_needed"
    alone = step("verify", decider="automatic")
    assert await judge.refused("POST", f"/{case_id}/acts", alone) == "cases.statement_needed"
    made_up = step("verify", rule_id="being.there")
    assert await judge.refused("POST", f"/{case_id}/acts", made_up) == "cases.no_rule"
    assert (await judge.queue())[0]["case_id"] == case_id, "nothing has happened"


async def test_r_065_a_ban_needs_its_record_and_two_operators(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    case_id = await violated(home, first, ann, bob, "suspended")
    lacking = await first.ask("POST", f"/{case_id}/acts", step("ban"))
    assert (lacking.status_code, lacking.json()["code"]) == (422, "cases.record_lacking")
    assert await bob.refused("POST", "/createRoom", {}) == "403 M_USER_SUSPENDED"
    async with home.house.db.transaction() as tx:  # three more, by the shortest way
        bobs = await home.house.people.accounts.account(bob.user_id)
        for number in range(3):
            await tx.run(
                "insert into cases_cases (case_id, kind, target, place, category, account_id,"
                " user_id, state, opened_at, moved_at)"
                " values ($1, 'message', $1, '', 'spam', $2, $3, 'complied', now(), now())",
                f"old{number}", bobs.account_id, bob.user_id,
            )  # fmt: skip
    asked = await first.act(case_id, "ban")
    assert (asked["case"]["state"], asked["case"]["asked_by"] != "") == ("suspended", True)
    assert (await first.act(case_id, "ban"))["case"]["state"] == "suspended", "two, not twice one"
    clock.move(timedelta(hours=25))
    assert (await second.act(case_id, "ban"))["case"]["state"] == "suspended", "of one day"
    banned = await first.act(case_id, "ban")
    assert banned["case"]["state"] == "banned"
    mine = await bob.did("GET", f"{MINE}/{case_id}")
    assert mine["may"] == ["appeal"]
    assert mine["export_until"] > mine["steps"][-1]["at"]
    assert (await bob.did("GET", "/account/whoami"))["user_id"] == bob.user_id
    assert "rooms" in await bob.did("GET", "/sync"), "who is banned still reads"


async def test_r_085_an_appeal_goes_to_somebody_else_and_restores_everything(
    home: Living,
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    case_id = await violated(home, first, ann, bob, "suspended")
    (case,) = [one for one in await first.queue("suspended") if one["case_id"] == case_id]
    room, event_id = case["place"], case["target"]
    assert await body_of(ann, room, event_id) == {}
    mine = await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "It was a gift."})
    assert mine["appeal"]["outcome"] is None
    twice = await bob.ask("POST", f"{MINE}/{case_id}/appeal", {"words": "Again."})
    assert (twice.status_code, twice.json()["code"]) == (409, "cases.no_appeal")
    (waiting,) = (await second.did("GET", "/appeals"))["appeals"]
    assert (waiting["case_id"], waiting["words"]) == (case_id, "It was a gift.")
    path, granted = f"/{case_id}/appeal", {"outcome": "overturned", "answer": "It was."}
    for verb, body in (("take", None), ("decide", granted)):
        code = await first.refused("POST", f"{path}/{verb}", body)
        assert code == "cases.conflict_of_interest", "the first decider is not the second"
    untaken = await second.refused("POST", f"{path}/decide", granted)
    assert untaken == "cases.conflict_of_interest"
    await second.did("POST", f"{path}/take")
    assert await second.refused("POST", f"{path}/decide", granted | {"outcome": "x"}) == (
        "request.invalid"
    )
    done = await second.did("POST", f"{path}/decide", granted)
    assert (done["case"]["state"], done["case"]["hidden"]) == ("overturned", False)
    assert await body_of(ann, room, event_id) == SAID
    await bob.say(room, "I may speak again")
    told = await bob.did("GET", f"{MINE}/{case_id}")
    assert (told["appeal"]["outcome"], told["appeal"]["answer"]) == ("overturned", "It was.")
    assert told["appeal"]["taken_by"] == "", "who decided is not told"


async def test_r_085_many_reports_of_new_accounts_are_one_voice(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    judge, _ = await judges(home)
    room, event_id = await reported(ann, bob)
    for _ in range(4):
        other = await home.person()
        await other.did("POST", f"/join/{q(room)}", {})
        await report(other, room, event_id)
    (listed,) = await judge.queue()
    assert listed["voices"] == 1


async def test_r_085_many_accounts_by_one_label_wait_for_a_second_sign_off(
    home: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.cases.model.counting.LABEL_MAX", 2)
    ann, authors = await home.person(), [await home.person() for _ in range(3)]
    first, second = await judges(home)
    for author in authors:
        await reported(ann, author)
    cases = [one["case_id"] for one in await first.queue()]
    for case_id in cases:
        await first.act(case_id, "verify")
    for case_id in cases[:2]:
        await first.act(case_id, "order", label="students")
    body = step("order", label="students")
    stopped = await first.ask("POST", f"/{cases[2]}/acts", body)
    assert (stopped.status_code, stopped.json()["code"]) == (409, "cases.mass")
    reason = {"reason": stopped.json()["reasons"][-1]}
    assert reason == {"reason": "label:students"}
    await first.did("POST", "/sign-offs", reason)
    assert await first.refused("POST", f"/{cases[2]}/acts", body) == "cases.mass", "one's own"
    await second.did("POST", "/sign-offs", reason)
    assert (await first.act(cases[2], "order", label="students"))["case"]["state"] == "ordered"
    listed = (await first.did("GET", "/sign-offs"))["sign_offs"]
    assert [one["reviewed_at"] for one in listed] == [None, None]
    theirs = [
        one["sign_off_id"] for one in listed if one["operator_id"] != listed[0]["operator_id"]
    ]
    (mine,) = [one for one in listed if one["sign_off_id"] not in theirs][:1]
    judge, other = (first, second) if theirs else (second, first)
    review = f"/sign-offs/{mine['sign_off_id']}/review"
    codes = {(await one.ask("POST", review)).status_code for one in (judge, other)}
    assert codes == {200, 403}, "a review is not by who signed"


async def test_a_queue_is_read_page_by_page_and_leaves_nobody_out(
    home: Living, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.cases.service.deciding.PAGE_MAX", 7)
    ann, bob = await home.person(), await home.person()
    judge, _ = await judges(home)
    await reported(ann, bob)
    (first,) = await judge.queue()
    async with home.house.db.transaction() as tx:
        await tx.run(MANY, first["case_id"])
    seen: list[dict[str, Any]] = []
    while page := (await judge.did("GET", f"?after={seen[-1]['case_id'] if seen else ''}"))[
        "cases"
    ]:
        seen += page
    assert len({one["case_id"] for one in seen}) == len(seen) == 31
    voices = [one["voices"] for one in seen]
    assert voices == sorted(voices, reverse=True), "those that most people reported come first"


async def test_whoever_is_in_a_case_does_not_decide_it(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    await reported(ann, bob)
    case_id = (await first.queue())[0]["case_id"]
    nobody = {"user_id": "@nobody:tea.example"}
    assert await first.refused("POST", "/own-account", nobody) == "accounts.not_found"
    for judge, person in ((first, ann), (second, bob)):
        await judge.did("POST", "/own-account", {"user_id": person.user_id})
        for method, path, body in (
            ("GET", f"/{case_id}", None),
            ("POST", f"/{case_id}/claim", None),
            ("POST", f"/{case_id}/acts", step("verify")),
        ):
            assert await judge.refused(method, path, body) == "cases.conflict_of_interest"


async def test_a_claimed_case_is_one_operators_for_some_hours(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    await reported(ann, bob)
    case_id = (await first.queue())[0]["case_id"]
    await first.did("POST", f"/{case_id}/claim")
    assert await second.refused("POST", f"/{case_id}/claim") == "cases.claimed"
    assert await second.refused("POST", f"/{case_id}/acts", step("verify")) == "cases.claimed"
    clock.move(timedelta(hours=5))
    assert (await second.act(case_id, "verify"))["case"]["state"] == "verified"


async def test_an_operator_begins_a_case_and_another_decides_it(home: Living) -> None:
    bob = await home.person()
    first, second = await judges(home)
    await bob.did("PUT", f"/profile/{bob.user_id}/displayname", {"displayname": "The Bank"})
    about = {"kind": "profile", "target": bob.user_id, "category": "impersonation"}
    assert await first.refused("POST", "", about | {"kind": "cloud"}) == "request.invalid"
    nobody = about | {"target": "@nobody:s"}
    assert await first.refused("POST", "", nobody) == "cases.no_content"
    case_id = (await first.did("POST", "", about))["case_id"]
    assert (await second.did("POST", "", about))["case_id"] == case_id, "one at a time"
    own_one = await first.refused("POST", f"/{case_id}/acts", step("verify"))
    assert own_one == "cases.conflict_of_interest"
    await second.act(case_id, "verify")
    await second.act(case_id, "order", rule_id="impersonation.other")
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert "displayname" not in await bob.did("GET", f"/profile/{bob.user_id}")


async def test_what_no_appeal_can_bring_back_is_deleted(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    judge, _ = await judges(home)
    await violated(home, judge, ann, bob, "complied")
    kept = "select (select count(*) from timeline_withheld), (select count(*) from cases_cases)"
    for wait, left in ((timedelta(), (1, 1)), (DELETE_AFTER, (0, 1)), (KEPT_FOR, (0, 0))):
        clock.move(wait + timedelta(days=2))
        await home.run_jobs()
        async with home.house.db.read() as tx:
            row = await tx.row(kept)
        assert row is not None
        assert tuple(row) == left


async def test_r_063_operators_see_the_picture_that_a_case_names_also_when_it_is_hidden(
    home: Living,
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    shown, other = [await uploaded(bob, colour) for colour in ("red", "green")]
    room = await ann.room(bob)
    content = {"msgtype": "m.image", "body": "tea.png", "url": shown}
    event_id = (await bob.did("PUT", f"/rooms/{q(room)}/send/m.room.message/p", content))[
        "event_id"
    ]
    await report(ann, room, event_id)
    case_id = (await first.queue())[0]["case_id"]
    media_id, unnamed = (one.rpartition("/")[2] for one in (shown, other))
    path = f"/{case_id}/pictures/"
    assert await first.refused("GET", path + unnamed) == "cases.no_content"
    await home.house.cases.deciding.open("nobody", "media", media_id, "spam")
    (held,) = [one for one in await first.queue() if one["kind"] == "media"]
    for act in ("verify", "order"):
        await first.act(held["case_id"], act)
    await bob.did("POST", f"{MINE}/{held['case_id']}/comply", {})
    address = f"/_matrix/client/v1/media/download/{shown.removeprefix('mxc://')}"
    gone = await bob.ask("GET", address)
    assert gone.status_code == 404, "it is served to nobody"
    for case, judge in ((case_id, first), (held["case_id"], second)):
        seen = await judge.ask("GET", f"/{case}/pictures/{media_id}")
        assert (seen.status_code, seen.headers["content-type"]) == (200, "image/png")
        assert seen.content.startswith(b"\x89PNG")
    await second.did("POST", "/own-account", {"user_id": bob.user_id})
    assert await second.refused("GET", path + media_id) == "cases.conflict_of_interest"
