"""A minor's record is opened by two, for a time, and whoever it is about sees that it was, over HTTP."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from teahouse.app.house import FIELDS, build_server
from teahouse.app.watched import TOOLS, is_watched
from teahouse.clock import FixedClock
from teahouse.infra.http.router import Auth
from tests.cases.desk import Judge, invited, judges
from tests.living import Living, Person
from tests.mainland import house
from tests.minors.test_minors import id_of

__all__ = ["house"]

NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
PLACE = "/unsealings"
MINE = "/api/v1/minors/me/unsealings"
NUMBER, DEVICE = "+44••••••3458", "Kid's phone"
SOURCE = Path(__file__).parents[2] / "src" / "teahouse"
# Read by operators because it was written to them.
LETTERS = {
    "minors_appeals.words", "regimes_tasks.appeal", "restrictions_restrictions.words",
    "restrictions_restrictions.answer",
}  # fmt: skip
# Where the house opens something by its own word: for whom, or what it computes.
OWN_WORDS = {
    "accounts/service/finder.py": "to write to its owner, or to compare",
    "guardians/service.py": "a child's own copy, and when they come of age",
    "minors/service/knowing.py": "of which band somebody is",
    "phoneholders/service/phoneholders.py": "for its owner",
    "presence/service.py": "for its owner, who changes it",
    "profiles/service.py": "for its owner",
    "realnames/service/realnames.py": "for its owner",
}
# Who writes to contacts, or compares them, and shows them to nobody.
REACHING = {
    "accounts/service/finder.py", "bars/service.py", "breaches/service.py",
    "recovery/service/telling.py",
}  # fmt: skip


@pytest.fixture
def clock() -> FixedClock:
    """A Wednesday morning."""
    return FixedClock(NOW)


async def joined_child(house: Living, born: str = "2015-04") -> tuple[Person, Person, str]:
    """Return a guardian, a child of eleven who proved a number, and the child's id."""
    parent = await house.joined("ann", "+447911123457")
    child = await house.joined("kid", "+447911123458")
    await child.did("POST", "/api/v1/minors/me/guardians", {"user_id": parent.user_id})
    await child.did("PUT", f"/devices/{child.device_id}", {"display_name": DEVICE})
    body = {"password": "correct horse", "birth_month": born}
    await parent.did("POST", f"/api/v1/guardian/wards/{child.user_id}/agree", body)
    return parent, child, await id_of(child)


async def ask(judge: Judge, method: str, path: str, said: Any = None) -> tuple[int, Any]:
    answer = await judge.at(method, path, said)
    return answer.status_code, answer.json() if answer.content else None


async def did(judge: Judge, method: str, path: str, said: Any = None) -> Any:
    status, told = await ask(judge, method, path, said)
    assert status < 300, told
    return told


async def code(judge: Judge, method: str, path: str, said: Any = None) -> str:
    status, told = await ask(judge, method, path, said)
    assert status >= 400, told
    return told["code"]


async def refusal(one: Person, method: str, path: str, body: Any = None) -> str:
    """Make a request that must be refused, and return its code."""
    answer = await one.ask(method, path, body)
    assert answer.status_code >= 400, answer.text
    return answer.json()["code"]


def wanted(account_id: str, **more: Any) -> dict[str, Any]:
    return {"account_id": account_id, "need": "case", "words": "A report says so."} | more


async def act(judge: Judge, made: Any, name: str, words: str = "") -> Any:
    return await did(judge, "POST", f"{PLACE}/{made['unsealing_id']}/{name}", {"words": words})


async def told(person: Person, path: str = MINE) -> list[Any]:
    return (await person.did("GET", path))["opened"]


async def seen(judge: Judge, account_id: str) -> tuple[bool, str | None, list[str | None]]:
    """Return what of an account is shown: withheld, the number, and what its devices are called."""
    page = await did(judge, "GET", f"/accounts/{account_id}")
    return (
        page["withheld"],
        page["phone_masked"],
        [s["device_name"] for s in page["sessions"]],
    )


async def lapse(house: Living) -> None:
    async with house.house.db.transaction() as tx:
        await house.house.ways.unsealings.lapse(tx)


async def test_l_m34_a_childs_record_is_opened_by_two_for_a_need_and_a_time(
    house: Living, clock: FixedClock
) -> None:
    first, second = await judges(house)
    parent, _, child_id = await joined_child(house)
    assert (await seen(first, await id_of(parent)))[0] is False
    assert await seen(first, child_id) == (True, None, [None]), "known to be a child's"
    listed = await did(first, "GET", f"{PLACE}?account_id={child_id}")
    assert (listed["guarded"], listed["unsealings"], listed["rule"]["hours"]["8"]) == (True, [], 8)
    made = await did(first, "POST", PLACE, wanted(child_id))
    assert (made["state"], made["may"]) == ("asked", ["withdraw"])
    where = f"{PLACE}/{made['unsealing_id']}"
    assert await code(first, "POST", f"{where}/approve", {}) == "unsealings.same_person"
    assert await code(second, "POST", f"{where}/withdraw", {}) == "unsealings.not_asker"
    assert (await seen(first, child_id))[0] is True, "not before somebody agrees"
    agreed = await act(second, made, "approve")
    assert (agreed["state"], agreed["open"]) == ("open", True)
    assert await seen(first, child_id) == (False, NUMBER, [DEVICE])
    assert (await seen(second, child_id))[0] is True, "who agreed does not look by it"
    clock.move(timedelta(hours=8))
    assert (await seen(first, child_id))[0] is True, "its time is over"
    await lapse(house)
    (over,) = (await did(first, "GET", f"{PLACE}?account_id={child_id}"))["unsealings"]
    assert (over["state"], len(over["looks"])) == ("ended", 1)
    assert len(over["looks"][0]["fields"]) == 2, "the number, and the name of a device"


async def test_l_m34_the_child_and_the_guardian_see_that_there_was_a_look(house: Living) -> None:
    first, second = await judges(house)
    parent, child, child_id = await joined_child(house)
    ward = f"/api/v1/guardian/wards/{child.user_id}/unsealings"
    made = await did(first, "POST", PLACE, wanted(child_id))
    assert await told(child) == [], "nobody has looked, or could"
    await act(second, made, "approve")
    await seen(first, child_id)
    (mine,) = await told(child)
    assert (mine["need"], mine["urgent"], mine["confirmed"]) == ("case", False, True)
    assert len(mine["looks"]) == 1
    assert mine["looks"][0]["fields"]
    assert await told(parent, ward) == [mine]
    assert "ada" not in json.dumps(mine), "no operator is named"
    other = await house.person("stranger")
    assert await refusal(other, "GET", ward) == "minors.no_ward"
    assert await told(other) == []
    acts = (await did(first, "GET", "/audit"))["entries"]
    (look,) = [one for one in acts if one["act"] == "unsealings.looked"]
    assert (look["actor"], look["target"]) == (made["asked_by"], child_id)
    second_id = (await did(second, "GET", "/me"))["operator_id"]
    assert (look["detail"]["need"], look["detail"]["second"]) == ("case", second_id)
    assert look["detail"]["fields"] == 2, "the number, and the name of a device"


async def test_l_m34_what_an_authority_orders_kept_quiet_is_told_later(house: Living) -> None:
    first, second = await judges(house)
    _, child, child_id = await joined_child(house)
    for wrong in ({"confidential": True}, {"urgent": True}, {"words": " "}):
        assert await code(first, "POST", PLACE, wanted(child_id, **wrong)) == "unsealings.bad"
    paper = {"need": "authority", "reference": "2026-7", "confidential": True}
    made = await did(first, "POST", PLACE, wanted(child_id, **paper))
    assert await code(first, "POST", PLACE, wanted(child_id)) == "unsealings.there"
    await act(second, made, "approve")
    await seen(first, child_id)
    assert await told(child) == []
    await act(first, made, "end")
    assert (await seen(first, child_id))[0] is True
    await act(second, made, "tell")
    (shown,) = await told(child)
    assert (shown["need"], len(shown["looks"])) == ("authority", 1)


async def test_l_m34_refused_lapsed_and_not_needed(house: Living, clock: FixedClock) -> None:
    first, second = await judges(house)
    parent, child, child_id = await joined_child(house)
    grown = await id_of(parent)
    assert await code(first, "POST", PLACE, wanted(grown)) == "unsealings.not_needed"
    assert await code(first, "POST", PLACE, wanted("nobody")) == "accounts.not_found"
    made = await did(first, "POST", PLACE, wanted(child_id))
    where = f"{PLACE}/{made['unsealing_id']}"
    assert await code(second, "POST", f"{where}/refuse", {}) == "unsealings.bad"
    assert await code(second, "POST", f"{where}/confirm", {}) == "unsealings.bad_step"
    assert await code(second, "POST", f"{PLACE}/none/refuse", {"words": "No."}) == (
        "unsealings.not_found"
    )
    assert (await act(second, made, "refuse", "Ask the guardian."))["state"] == "refused"
    again = await did(first, "POST", PLACE, wanted(child_id))
    clock.move(timedelta(hours=72))
    await lapse(house)
    (newest, _) = (await did(first, "GET", PLACE))["unsealings"]
    assert (newest["unsealing_id"], newest["state"]) == (again["unsealing_id"], "lapsed")
    assert await told(child) == [], "it was never open"
    clock.move(timedelta(days=3 * 365))
    async with house.house.db.transaction() as tx:
        await house.house.ways.unsealings.purge(tx)
    assert (await did(first, "GET", PLACE))["unsealings"] == []


async def test_l_m34_by_the_tools_of_administrators_nobody_goes_round_it(house: Living) -> None:
    _, child, _ = await joined_child(house)
    admin = await house.joined("root", "+447911123459")
    async with house.house.db.transaction() as tx:
        sql = "update accounts_accounts set administrator = true where user_id = $1"
        await tx.run(sql, admin.user_id)
    admin = await admin.again()
    grown = await admin.did("GET", f"/_synapse/admin/v2/users/{admin.user_id}")
    assert len(grown["threepids"]) == 1
    told_of = await admin.did("GET", f"/_synapse/admin/v2/users/{child.user_id}")
    assert told_of["threepids"] == []
    devices = await admin.did("GET", f"/_synapse/admin/v2/users/{child.user_id}/devices")
    assert [one["display_name"] for one in devices["devices"]] == [None]
    await admin.did("PUT", f"/devices/{admin.device_id}", {"display_name": "Mine"})
    own = await admin.did("GET", f"/_synapse/admin/v2/users/{admin.user_id}/devices")
    assert "Mine" in [one["display_name"] for one in own["devices"]]


async def test_l_m34_acts_on_a_child_that_show_nothing_need_no_second_person(
    house: Living,
) -> None:
    """What the house itself does with a contact, such as writing to it, is nobody's look."""
    first, _ = await judges(house)
    _, child, child_id = await joined_child(house)
    words = {"reason": "The guardian asks for it.", "cause": "guardian"}
    locked = await did(first, "POST", f"/accounts/{child_id}/lock", words)
    assert (locked["account"]["state"], locked["withheld"]) == ("locked", True)
    opened = await did(first, "POST", f"/accounts/{child_id}/unlock", {"reason": "All is well."})
    assert opened["account"]["state"] == "active"
    await child.did("POST", "/api/v1/minors/me/appeal", {"words": "I am older."})
    (appeal,) = (await did(first, "GET", "/minors/appeals"))["appeals"]
    assert appeal["words"] == "I am older.", "written to operators, so that they read it"
    assert await told(child) == []


async def test_l_m34_every_route_of_who_runs_the_house_is_watched(house: Living) -> None:
    routes = build_server(house.house).router.routes
    for route in routes:
        runs = route.auth is Auth.OPERATOR or "/admin/" in route.path
        if route.auth in (Auth.OPERATOR, Auth.USER):
            assert is_watched(route) is runs, route.path
    wrapped = [one for one in routes if is_watched(one)]
    assert {one.handler.__module__ for one in wrapped} <= {
        "teahouse.app.watched",
        "teahouse.app.visited",  # around that one
    }
    assert len(wrapped) > 200
    assert {place for place in TOOLS if any(r.path.startswith(place) for r in wrapped)}


def test_l_m34_what_goes_round_the_guard_is_on_a_list() -> None:
    assert {one.name for one in FIELDS if one.letter} == LETTERS
    for path in SOURCE.rglob("*.py"):
        text, name = path.read_text(), str(path.relative_to(SOURCE))
        if name.startswith("infra/vault/"):
            continue
        if re.search(r"\bown_word\(", text):
            assert name in OWN_WORDS, f"{name} opens something by the house's own word: why?"
        if "reached_within(" in text:
            assert name in REACHING, f"{name} takes contacts that it must show to nobody: why?"
        assert "check_shown" not in text, f"{name}: the vault alone asks"
    assert all("own_word(" in (SOURCE / name).read_text() for name in OWN_WORDS)
    assert all("reached_within(" in (SOURCE / name).read_text() for name in REACHING)


async def test_l_m34_an_auditor_may_be_the_second_and_an_inspector_not(house: Living) -> None:
    first, _ = await judges(house)
    _, _, child_id = await joined_child(house)
    auditor = await invited(house, first, "cai", "auditor")
    made = await did(first, "POST", PLACE, wanted(child_id))
    ivy = await invited(house, first, "ivy", "inspector")
    assert (await ivy.at("POST", f"{PLACE}/{made['unsealing_id']}/approve", {})).status_code == 403
    assert (await act(auditor, made, "approve"))["state"] == "open"
