"""A Matrix client under pressure: one more stage, with a page for clients that do not know it."""

import re
from datetime import timedelta

from teahouse.clock import FixedClock
from tests.gate.house import REGISTER
from tests.screening.conftest import Door, answered

WORK, TERMS = "org.teahouse.proof_of_work", "m.login.terms"
PAGE = f"/_matrix/client/v3/auth/{WORK}/fallback/web"
ASKED = {"username": "ann", "password": "long enough"}


async def pressed(door: Door) -> None:
    await door.set("prefix_starts", 20)
    for _ in range(2):
        assert (await door.knock())[0] == 201


async def test_the_stage_is_there_under_pressure_only_and_comes_first(door: Door) -> None:
    calm = (await door.post(REGISTER, ASKED))[1]
    assert calm["flows"][0]["stages"][0] == TERMS
    await pressed(door)
    status, said = await door.post(REGISTER, ASKED)
    assert (status, said["flows"][0]["stages"][:2]) == (401, [WORK, TERMS])
    session = said["session"]
    terms = {"auth": {"session": session, "type": TERMS}}
    status, skipped = await door.post(REGISTER, terms)
    assert (status, skipped["errcode"]) == (401, "M_FORBIDDEN")
    assert await door.rows("select count(*) from consent_receipts") == [(0,)]
    shown = {"auth": {"session": session, "type": WORK, **answered(said["params"][WORK])}}
    assert (await door.post(REGISTER, shown))[1]["completed"] == [WORK]
    status, told = await door.post(REGISTER, terms)
    assert (status, told["completed"]) == (401, [WORK, TERMS])


async def test_the_page_works_by_itself_or_gives_a_place_in_line(
    door: Door, clock: FixedClock
) -> None:
    await pressed(door)
    session = (await door.post(REGISTER, ASKED))[1]["session"]
    client = door.house.client

    async def challenge() -> str:
        text = (await client.get(PAGE, params={"session": session})).text
        assert "proof-of-work.js" in text
        found = re.search(r'name="challenge" value="([^"]+)"', text)
        assert found
        return found[1]

    wrong = {"session": session, "challenge": await challenge(), "answers": "1,2,x"}
    assert (await client.post(PAGE, data=wrong)).status_code == 400
    token = await challenge()
    line = (
        await client.post(PAGE, data={"session": session, "challenge": token, "line": "1"})
    ).text
    found = re.search(r'name="challenge" value="(l\.[^"]+)"', line)
    assert found
    place = {"session": session, "challenge": found[1]}
    assert (await client.post(PAGE, data=place)).status_code == 400
    clock.move(timedelta(minutes=3))
    done = await client.post(PAGE, data=place)
    assert (done.status_code, "stage-done.js" in done.text) == (200, True)
    terms = {"auth": {"session": session, "type": TERMS}}
    assert (await door.post(REGISTER, terms))[1]["completed"] == [WORK, TERMS]
