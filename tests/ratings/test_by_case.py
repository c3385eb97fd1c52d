"""A label by a case is appealed with the case, decided by somebody else, and goes when it falls."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from teahouse.clock import FixedClock
from tests.cases.desk import MINE, Judge, judges
from tests.cases.test_restoring import ordered, overturn
from tests.living import Living, Person, living, q
from tests.minors.test_minors import id_of


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def enters(person: Person, room_id: str) -> int:
    return (await person.ask("POST", f"/join/{q(room_id)}", {})).status_code


async def labelled(judge: Judge, room_id: str, case_id: str) -> tuple[int, str]:
    body = {"years": 16, "reason": "It is about gambling.", "case_id": case_id}
    answer = await judge.at("PUT", f"/ratings/room/{q(room_id)}", body)
    return answer.status_code, answer.json().get("code", "")


async def test_l_m24_a_case_labels_what_it_is_about_until_it_is_overturned(home: Living) -> None:
    bob, teen = await home.person(), await home.person()
    first, second = await judges(home)
    age = {"at_least": 14, "reason": "Seen at the desk."}
    told = await first.at("PUT", f"/minors/accounts/{await id_of(teen)}/age", age)
    assert told.status_code == 200
    room_id, other = await bob.room(name="Birds"), await bob.room(name="Bees")
    case_id = await ordered(home, first, "room", room_id)
    assert await labelled(first, room_id, case_id) == (409, "cases.bad_step")
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert await labelled(first, other, case_id) == (409, "cases.bad_step")
    assert await labelled(first, room_id, "none") == (404, "cases.not_found")
    assert await labelled(first, room_id, case_id) == (200, "")
    assert await enters(teen, room_id) == 403
    shown = await bob.did("GET", f"/api/v1/rooms/{q(room_id)}/rating")
    assert [(one["voice"], one["case_id"]) for one in shown["words"]] == [("case", case_id)]
    await overturn(bob, second, case_id)
    assert await enters(teen, room_id) == 200
