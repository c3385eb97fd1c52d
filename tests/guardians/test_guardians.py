"""A child registers with a guardian's consent, or not at all [L-31]."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.guardians.model import BadMonth, NotAChild, check_month, of_age_on
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
CHILD_NUMBER, PARENT_NUMBER = "+447911123456", "+447911123457"
AGREE = {"birth_month": "2015-03", "password": "correct horse", "lang": "en"}
PERSONAL = """
select count(*) from guardians_asks where birth_month is not null
union all select count(*) from guardians_links"""


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def waiting(house: Living, number: str = CHILD_NUMBER) -> tuple[str, str]:
    """Register as a child; return the path, and the code for a guardian."""
    path = await house.verified(number, {"under_14": True})
    answer = await house.finish(path, "kid")
    assert (answer.status_code, answer.json()["code"]) == (403, "gate.held")
    assert answer.json()["held_for"] == ["guardian"]
    told = await house.client.post(f"{path}/guardian")
    assert told.status_code == 201, told.text
    return path, told.json()["code"]


async def counts(house: Living) -> list[int]:
    async with house.house.db.read() as tx:
        return [row[0] for row in await tx.rows(PERSONAL)]


def asks(code: str, act: str = "") -> str:
    return f"/api/v1/guardian/asks/{code}{act}"


async def raised(house: Living) -> tuple[Person, Person]:
    """Return a guardian, and the child they agreed to."""
    parent = await house.joined("ann", PARENT_NUMBER)
    path, code = await waiting(house)
    await parent.did("POST", asks(code, "/agree"), AGREE)
    told = (await house.finish(path, "kid")).json()
    return parent, Person(house, told["user_id"], told["access_token"], told["device_id"])


async def refused(one: Person, path: str, body: Any = None) -> tuple[int, str]:
    answer = await one.ask("POST", path, body)
    return answer.status_code, answer.json()["code"]


async def test_a_guardian_agrees_and_the_account_is_made(house: Living, clock: FixedClock) -> None:
    parent = await house.joined("ann", PARENT_NUMBER)
    path, old = await waiting(house)
    assert await counts(house) == [0, 0]
    clock.move(timedelta(minutes=5))
    again = (await house.client.post(f"{path}/guardian")).json()
    assert again["code"] == old  # however often the page is looked at
    clock.move(timedelta(minutes=5))
    anew = (await house.client.post(f"{path}/guardian/anew")).json()
    code = anew["code"]
    assert (code != old, anew["expires_at"]) == (True, again["expires_at"])
    assert (await house.client.post(f"{path}/guardian")).json()["code"] == code
    assert await refused(parent, asks(old, "/agree"), AGREE) == (404, "guardians.no_ask")
    assert (await parent.did("GET", asks(code)))["policy_version"]
    wrong = AGREE | {"password": "wrong"}
    assert (await refused(parent, asks(code, "/agree"), wrong))[0] == 403
    grown = AGREE | {"birth_month": "2010-01"}
    assert await refused(parent, asks(code, "/agree"), grown) == (422, "guardians.not_a_child")
    await parent.did("POST", asks(code, "/agree"), AGREE)
    assert await refused(parent, asks(code, "/agree"), AGREE) == (404, "guardians.no_ask")
    answer = await house.finish(path, "kid")
    assert answer.status_code == 201, answer.text
    listed = (await parent.did("GET", "/api/v1/guardian/children"))["children"]
    assert [(c["user_id"], c["of_age_on"]) for c in listed] == [("@kid:s", "2029-04-01")]
    assert await counts(house) == [0, 1]
    assert (await house.house.people.accounts.account("@kid:s")).door == "child"


async def test_a_guardian_declines_in_words(house: Living) -> None:
    parent = await house.joined("ann", PARENT_NUMBER)
    path, code = await waiting(house)
    await parent.did("POST", asks(code, "/decline"), {"reason": "Not before the holidays."})
    answer = await house.finish(path, "kid")
    assert (answer.status_code, answer.json()["detail"]) == (403, "Not before the holidays.")
    for act in ("guardian", "guardian/anew"):  # and nobody else is asked
        answer = await house.client.post(f"{path}/{act}")
        assert (answer.status_code, answer.json()["code"]) == (403, "gate.turned_away")


async def test_a_child_is_nobodys_guardian(house: Living) -> None:
    _, child = await raised(house)
    _, code = await waiting(house, "+447911123458")
    assert await refused(child, asks(code, "/agree"), AGREE) == (403, "guardians.not_a_guardian")
    somebody = await house.person("nocontact")
    answer = await refused(somebody, asks(code, "/agree"), AGREE)
    assert answer == (403, "guardians.not_a_guardian")


async def test_a_childs_account_is_a_personal_one(house: Living) -> None:
    start = {"door": "phone", "service_region": "intl", "account_class": "official"}
    begun = (await house.client.post("/api/v1/registrations", json=start)).json()
    path = f"/api/v1/registrations/{begun['registration_id']}/consent"
    said = {"policy_version": begun["policy_version"], "under_14": True}
    answer = await house.client.post(path, json=said)
    assert (answer.status_code, answer.json()["code"]) == (400, "gate.not_registrable")


async def test_withdrawn_restored_and_erased(house: Living, clock: FixedClock) -> None:
    parent, child = await raised(house)
    path = f"/api/v1/guardian/children/{child.user_id}"
    proof = {"password": "correct horse"}
    assert (await refused(child, f"{path}/withdraw", proof))[1] == "guardians.no_child"
    await parent.did("POST", f"{path}/withdraw", proof)
    assert await child.refused("GET", "/account/whoami") == "401 M_USER_LOCKED"
    await parent.did("POST", f"{path}/restore")
    assert (await child.did("GET", "/account/whoami"))["user_id"] == child.user_id
    await parent.did("POST", f"{path}/withdraw", proof)
    clock.move(timedelta(days=14))
    assert await house.house.ways.guardians.erase_withdrawn() == 0
    clock.move(timedelta(days=2))
    assert await house.house.ways.guardians.erase_withdrawn() == 1
    assert await child.refused("GET", "/account/whoami") == "401 M_UNKNOWN_TOKEN"
    assert await counts(house) == [0, 0]


async def test_at_fourteen_the_month_is_forgotten(house: Living, clock: FixedClock) -> None:
    _, child = await raised(house)
    clock.move(datetime(2029, 3, 31, tzinfo=UTC) - NOW)
    assert await house.house.ways.guardians.come_of_age() == 0
    clock.move(timedelta(days=1))
    assert await house.house.ways.guardians.come_of_age() == 1
    assert await counts(house) == [0, 0]
    assert await house.house.people.accounts.account(child.user_id)


@given(st.dates(date(1990, 1, 1), date(2090, 1, 1)), st.integers(0, 40))
def test_who_is_a_child(today: Any, months: int) -> None:
    born = today.replace(day=1) - timedelta(days=months * 150)
    month = f"{born:%Y-%m}"
    grown = of_age_on(month) <= today
    fourteenth = (born.year + 14, born.month)
    if grown:
        assert (today.year, today.month) > fourteenth
        with pytest.raises(NotAChild):
            check_month(month, today)
    else:
        assert (today.year, today.month) <= fourteenth
        check_month(month, today)


@pytest.mark.parametrize("month", ["2015-13", "2015-00", "15-03", "2015-3", "0000-01", "2027-01"])
def test_bad_months(month: str) -> None:
    with pytest.raises(BadMonth):
        check_month(month, NOW.date())
