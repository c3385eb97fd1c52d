"""Assessments through the console's routes: nothing risky is switched on without one that holds."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.cli.doctor import look as doctor
from teahouse.clock import FixedClock
from teahouse.config import Config
from tests.assessments.desk import TEXT, act, approved, code, did, drafted, feature, two
from tests.cases.desk import Judge
from tests.living import Living, living

MAIL = {
    "host": "mail.example", "port": 587, "tls": False, "username": "",
    "mail_from": "codes@tea.example",
}  # fmt: skip
NO_MAIL = MAIL | {"host": ""}


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house in the mainland, at a time that stands still."""
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as opened:
        yield opened


async def set_mail(judge: Judge, body: dict[str, Any]) -> Any:
    """Choose a mail server; return what was answered."""
    return await judge.at("PUT", "/settings/mail", body)


async def look(home: Living) -> None:
    """Do what the clock does."""
    async with home.house.db.transaction() as tx:
        await home.house.assessing.assessments.look(tx)


async def test_l_55_nothing_risky_is_switched_on_without_an_assessment(home: Living) -> None:
    first, second = await two(home)
    refused = await set_mail(first, MAIL)
    assert (refused.status_code, refused.json()["code"]) == (409, "assessments.needed")
    assert (refused.json()["feature"], refused.json()["kinds"]) == ("mail", ["pipia"])
    assert home.house.config.smtp_url == "", "nothing has changed"
    await approved(first, second, "dpia", "mail")
    assert (await set_mail(first, MAIL)).status_code == 409, "another law's answers"
    await approved(first, second, "pipia", "sms")
    assert (await set_mail(first, MAIL)).status_code == 409, "another feature"
    which = await approved(first, second, "pipia", "mail")
    assert (await set_mail(first, MAIL)).status_code == 200
    assert home.house.config.smtp_url.startswith("smtp://mail.example")
    found = await feature(first, "mail")
    assert (found["on"], found["assessment_id"], found["owed"]) == (True, which, None)
    plain = await first.at("PUT", "/settings/encryption", {"encryption": "refuse"})
    assert plain.status_code == 200, "what is plain is asked nothing"


async def test_l_55_another_person_looks_and_the_way_back_is_open(home: Living) -> None:
    first, second = await two(home)
    half = {"answers": {"processing": TEXT["answers"]["processing"]}}  # type: ignore[index]
    which = await drafted(first, "pipia", "mail", **half)
    assert await code(first, "POST", f"/{which}/acts", {"act": "ask"}) == "assessments.bad"
    await did(first, "PUT", f"/{which}", TEXT)
    yes = {"act": "approve", "words": "It is said well enough.", "days": 30}
    assert await code(second, "POST", f"/{which}/acts", yes) == "assessments.bad_step"
    await act(first, which, "ask")
    assert await code(first, "PUT", f"/{which}", TEXT) == "assessments.bad_step"
    assert await code(first, "POST", f"/{which}/acts", yes) == "assessments.same_person"
    returned = await act(second, which, "return")
    assert (returned["state"], returned["reason"]) == ("draft", "It says what is done and why.")
    high = TEXT | {"residual": "high"}
    await did(second, "PUT", f"/{which}", high)
    await act(second, which, "ask")
    assert await code(second, "POST", f"/{which}/acts", yes) == "assessments.same_person"
    assert await code(first, "POST", f"/{which}/acts", yes) == "assessments.high_risk"
    none = {"act": "approve", "days": 30}
    assert await code(first, "POST", f"/{which}/acts", none) == "assessments.bad"
    assert (await act(first, which, "refuse"))["state"] == "refused"
    steps = (await did(first, "GET", f"/{which}"))["steps"]
    assert [one["act"] for one in steps] == ["ask", "return", "ask", "refuse"]
    acts = {one["act"] for one in (await first.at("GET", "/audit")).json()["entries"]}
    assert {"assessments.drafted", "assessments.rewritten", "assessments.return"} <= acts


async def test_l_55_what_holds_ends_by_the_clock_and_is_kept(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)
    which = await approved(first, second, "pipia", "mail", days=30)
    assert (await set_mail(first, MAIL)).status_code == 200
    clock.move(timedelta(days=31))
    await look(home)
    found = await feature(first, "mail")
    assert (found["on"], found["assessment_id"]) == (True, None), "it stays on, and is owed one"
    due = (clock.now() + timedelta(days=30)).isoformat().replace("+00:00", "Z")
    assert found["owed"]["due_at"] == due
    one = (await did(first, "GET", f"/{which}"))["assessment"]
    assert (one["state"], one["facts"]["columns_sealed"] > 0) == ("expired", True)
    assert await code(first, "DELETE", f"/{which}") == "assessments.kept"
    assert await code(first, "POST", f"/{which}/acts", {"act": "supersede"}) == (
        "assessments.bad_step"
    )
    clock.move(timedelta(days=366 * 3))
    await did(first, "DELETE", f"/{which}")
    assert await code(first, "GET", f"/{which}") == "assessments.not_found"


async def test_l_55_withdrawing_one_owes_another(home: Living) -> None:
    first, second = await two(home)
    which = await approved(first, second, "pipia", "mail")
    assert (await set_mail(first, MAIL)).status_code == 200
    await act(first, which, "withdraw")
    owed = (await feature(first, "mail"))["owed"]
    assert owed is not None
    assert (await set_mail(first, MAIL | {"port": 25})).status_code == 200, "it is on already"
    assert (await set_mail(first, NO_MAIL)).status_code == 200, "off is asked nothing"
    await look(home)
    assert (await feature(first, "mail"))["owed"] is None
    assert (await set_mail(first, MAIL)).status_code == 409


async def test_a_house_that_only_warns_and_one_that_is_being_set_up(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock, profile="cn-mainland") as young:
        owner = await young.owner()
        await owner.did("PUT", "/settings/mail", MAIL)
        await owner.did("PUT", "/settings/mail", NO_MAIL)
        await owner.did("POST", "/setup/done", {})
        await look(young)
    async with living(dsn, tmp_path, clock, profile="intl") as home:
        first = Judge(home, "ada")
        assert (await did(first, "GET"))["required"] is False
        assert (await set_mail(first, MAIL)).status_code == 200
        await look(home)
        owed = (await feature(first, "mail"))["owed"]
        assert owed["due_at"] > owed["since"]
        duties = (await did(first, "GET"))["duties"]
        assert ("mail", False) in [(one["feature"], one["late"]) for one in duties]


async def test_l_55_what_the_file_switches_on_past_the_question_is_late_at_once(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock, profile="eu") as home:
        await two(home)
        await look(home)
        found = await feature(Judge(home, "ada"), "push")
        assert found["owed"]["due_at"] > found["owed"]["since"], "it was on when the house began"
    async with living(dsn, tmp_path, clock, profile="eu", detectors="all") as home:
        await look(home)
        first = Judge(home, "ada")
        duties = (await did(first, "GET"))["duties"]
        (found,) = [one for one in duties if one["feature"] == "detectors_all"]
        assert (found["kind"], found["late"]) == ("dpia", True)
        assert home.house.config.detectors == "all", "it is told, and not switched off"
        which = await approved(first, Judge(home, "bea"), "dpia", "detectors_all")
        found = await feature(first, "detectors_all")
        assert (found["assessment_id"], found["owed"]) == (which, None)


async def test_l_d30_l_n33_important_data_brings_a_task_each_year(
    home: Living, clock: FixedClock
) -> None:
    first, second = await two(home)

    async def tasks() -> list[tuple[str, bool]]:
        duties = (await did(first, "GET"))["duties"]
        return [(one["kind"], one["late"]) for one in duties if one["kind"] == "important_data"]

    assert await tasks() == [], "no house is asked that does not say so"
    said = {"holds": True, "reason": "The ministry's catalogue names what we keep."}
    assert await code(second, "PUT", "/declared/important_data", said) == "operators.role"
    assert await code(first, "PUT", "/declared/tea", said) == "request.invalid"
    await did(first, "PUT", "/declared/important_data", said)
    assert await tasks() == [("important_data", False)]
    clock.move(timedelta(days=31))
    assert await tasks() == [("important_data", True)]
    names = ("kinds", "quantity", "processing", "risks", "measures")
    answers = dict.fromkeys(names, "What the statute asks, in words.")
    which = await drafted(first, "important_data", answers=answers)
    await act(first, which, "ask")
    one = await act(second, which, "approve", days=366)
    assert one["facts"]["people"] == 0
    assert one["facts"]["columns"] >= one["facts"]["columns_sealed"] > 0
    assert await tasks() == [("important_data", False)]
    clock.move(timedelta(days=366))
    assert await tasks() == [("important_data", True)]
    await did(first, "PUT", "/declared/important_data", said | {"holds": False})
    assert await tasks() == []


async def test_l_55_the_doctor_is_red_for_what_the_file_slipped_past(
    database: object, dsn: str, tmp_path: Path
) -> None:
    async def found(**more: Any) -> tuple[bool, str]:
        config = Config(data_dir=str(tmp_path), database_url=dsn, profile="eu", **more)
        (told,) = [one for one in await doctor(config) if one.what == "assessments"]
        return told.good, told.words

    async with living(dsn, tmp_path, profile="eu") as home:
        first, second = await two(home)
        await look(home)
        good, words = await found()
        assert (good, "push" in words) == (True, True), "it was on, and has time"
        assert await found(assessments="warn", detectors="all") == (
            True, words.replace("owed: ", "owed: detectors_all, "),
        )  # fmt: skip
        assert await found(detectors="all") == (
            False, "on without an assessment: detectors_all",
        )  # fmt: skip
        await approved(first, second, "dpia", "detectors_all")
        assert await found(detectors="all") == (True, words)
