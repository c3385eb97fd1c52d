"""The time that minors use: counted once, ended at the cap, never for those who have none."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

from teahouse.clock import FixedClock
from teahouse.screentime.service import Memory, Screentime
from tests.living import Living, Person, q
from tests.minors.test_minors import PROOF, family, id_of, said

TIME = "/api/v1/minors/me/time"
COUNT = "select count(*) from screentime_days"
MINUTE = timedelta(minutes=1)


def ward(child: Person) -> str:
    return f"/api/v1/guardian/wards/{child.user_id}/time"


async def use(child: Person) -> Any:
    return await child.did("POST", TIME, {})


async def use_up(house: Living, clock: FixedClock, child: Person, minutes: int) -> None:
    """Use so many minutes, one after the other."""
    account_id, screentime = await id_of(child), house.house.ways.screentime
    for _ in range(minutes):
        clock.move(MINUTE)
        await screentime.use(account_id)


async def send(child: Person, room: str, txn: str) -> Any:
    text = {"msgtype": "m.text", "body": "Hello."}
    return await child.ask("PUT", f"/rooms/{q(room)}/send/m.room.message/{txn}", text)


def plan(*, minutes: int | None = None, **monday: int) -> dict[str, Any]:
    """Return a plan with so many minutes on each day, and hours on Monday."""
    week: list[dict[str, Any]] = [{"minutes": minutes}] * 7
    return PROOF | {"week": [week[0] | monday, *week[1:]]}


async def test_l_m43_an_hour_of_a_day_and_more_when_a_guardian_gives_it(
    house: Living, clock: FixedClock
) -> None:
    parent, child = await family(house, "2013-06")
    friend = await house.person("friend")
    home, square = await parent.room(child, preset="private_chat"), await friend.room(child)
    assert (await use(child))["left_minutes"] == 59
    assert (await use(child))["left_minutes"] == 59, "a minute counts once"
    assert (await send(child, square, "same")).status_code == 200
    await use_up(house, clock, child, 58)
    today = (await child.did("GET", TIME))["today"]
    assert (today["used_minutes"], today["cap_minutes"], today["open"]) == (59, 60, True)
    clock.move(MINUTE)
    assert (await send(child, square, "last")).status_code == 200, "who writes is there"
    assert (await send(child, square, "still")).status_code == 200, "the minute is finished"
    clock.move(MINUTE)
    answer = await send(child, square, "over")
    assert (answer.status_code, answer.json()["errcode"]) == (403, "M_FORBIDDEN")
    assert answer.json()["until"] == "2026-11-18T16:00:00+00:00", "midnight in Shanghai"
    assert (await send(child, home, "help")).status_code == 200, "to guardians at any time"
    await friend.say(square, "Are you there?")
    assert "Are you there?" in await child.texts(square), "reading goes on"
    more = f"{ward(child)}/more"
    assert await said(child, more, PROOF | {"minutes": 30}) == (404, "minors.no_ward")
    assert (await said(parent, more, {"minutes": 30, "password": "wrong"}))[0] == 403
    for minutes in (0, 241):
        wanted = PROOF | {"minutes": minutes}
        assert await said(parent, more, wanted) == (400, "screentime.bad_grant")
    await parent.did("POST", more, PROOF | {"minutes": 30})
    assert await said(parent, more, PROOF | {"minutes": 211}) == (400, "screentime.bad_grant")
    assert (await send(child, square, "again")).status_code == 200
    seen = await parent.did("GET", ward(child))
    assert seen == await child.did("GET", TIME), "a minor sees what a guardian sees"
    assert (seen["today"]["granted_minutes"], seen["today"]["left_minutes"]) == (30, 29)
    clock.move(timedelta(days=1))
    assert (await child.did("GET", TIME))["today"]["left_minutes"] == 60
    assert [day["minutes"] for day in (await child.did("GET", TIME))["days"]] == [61]


async def test_l_m43_a_minute_counts_once_on_all_devices_and_workers(house: Living) -> None:
    _, child = await family(house, "2013-06")
    account_id, one = await id_of(child), house.house.ways.screentime
    workers: list[Screentime] = [replace(one, memory=Memory()) for _ in range(5)]
    await asyncio.gather(*(worker.use(account_id) for worker in workers for _ in range(3)))
    assert (await child.did("GET", TIME))["days"] == [{"day": "2026-11-18", "minutes": 1}]


async def test_l_m43_at_the_cap_two_workers_add_no_minute(house: Living, clock: FixedClock) -> None:
    _, child = await family(house, "2013-06")
    account_id, one = await id_of(child), house.house.ways.screentime
    other = replace(one, memory=Memory())
    await use_up(house, clock, child, 60)
    for _ in range(3):
        clock.move(MINUTE)
        found = await asyncio.gather(one.use(account_id), other.use(account_id))
        assert [left is not None and left.open for left in found] == [False, False]
    assert (await child.did("GET", TIME))["today"]["used_minutes"] == 60


async def test_l_m43_nobody_is_measured_of_whom_nothing_is_limited(house: Living) -> None:
    somebody = await house.person("somebody")
    assert (await use(somebody))["measured"] is False
    assert (await somebody.did("GET", TIME))["today"]["measured"] is False
    _, child = await family(house, "2013-06")
    for other in (somebody, child):
        answer = await somebody.ask("GET", ward(other))
        assert (answer.status_code, answer.json()["code"]) == (404, "minors.no_ward")
    async with house.house.db.read() as tx:
        assert await tx.value(COUNT) == 0
    assert (await use(child))["measured"] is True
    async with house.house.db.read() as tx:
        assert await tx.value(COUNT) == 1


async def test_l_m43_a_guardian_plans_the_days(house: Living, clock: FixedClock) -> None:
    parent, child = await family(house, "2013-06")
    friend = await house.person("friend")
    square = await friend.room(child)
    bad = await parent.ask("PUT", ward(child), plan(minutes=481))
    assert (bad.status_code, bad.json()["code"]) == (400, "screentime.bad_plan")
    assert bad.json()["minutes_max"] == 480
    half = await parent.ask("PUT", ward(child), plan(begins_minute=600))
    assert half.json()["code"] == "screentime.bad_plan"
    short = await parent.ask("PUT", ward(child), PROOF | {"week": []})
    assert short.json()["code"] == "screentime.bad_plan"
    not_mine = await friend.ask("PUT", ward(child), plan(minutes=1))
    assert not_mine.json()["code"] == "minors.no_ward"
    assert (await parent.ask("PUT", ward(child), plan(minutes=90))).status_code == 200
    assert (await use(child))["left_minutes"] == 89, "more than the profile has"
    evening = plan(minutes=90, begins_minute=16 * 60, ends_minute=19 * 60)
    assert (await parent.ask("PUT", ward(child), evening)).status_code == 200
    assert (await use(child))["open"], "that is for Monday"
    clock.move(timedelta(days=5))  # Monday, eight in the morning
    answer = await send(child, square, "early")
    assert (answer.status_code, answer.json()["until"]) == (403, "2026-11-23T08:00:00+00:00")
    shut = await use(child)
    assert (shut["open"], shut["used_minutes"], shut["opens_at"]) == (
        False,
        0,
        "2026-11-23T08:00:00Z",
    )
    clock.move(timedelta(hours=8))
    assert (await send(child, square, "evening")).status_code == 200
    clock.move(timedelta(hours=3))
    assert (await send(child, square, "late")).status_code == 403
    await parent.did("POST", f"/api/v1/guardian/wards/{child.user_id}/end", PROOF)
    assert (await send(child, square, "free")).status_code == 200, "what they set goes with them"
    assert (await child.did("GET", TIME))["today"]["cap_minutes"] == 60, "the profile is left"


async def test_l_m43_a_week_is_kept_and_nothing_of_who_leaves(
    house: Living, clock: FixedClock
) -> None:
    parent, child = await family(house, "2013-06")
    assert (await parent.ask("PUT", ward(child), plan(minutes=90))).status_code == 200
    await use(child)
    clock.move(timedelta(days=7))
    await use(child)
    async with house.house.db.transaction() as tx:
        await house.house.ways.screentime.purge(tx)
    assert len((await child.did("GET", TIME))["days"]) == 2
    clock.move(timedelta(days=1))
    async with house.house.db.transaction() as tx:
        await house.house.ways.screentime.purge(tx)
        assert await tx.value(COUNT) == 1
    await house.house.people.accounts.deactivate(await id_of(child), erase=True)
    async with house.house.db.read() as tx:
        assert await tx.value(COUNT) == 0
        assert await tx.value("select count(*) from screentime_plans") == 0


async def test_two_guardians_plan_at_once(house: Living) -> None:
    parent, child = await family(house, "2013-06")
    other = await house.joined("bob", "+447911123458")
    await child.did("POST", "/api/v1/minors/me/guardians", {"user_id": other.user_id})
    agreed = PROOF | {"birth_month": "2013-06"}
    await other.did("POST", f"/api/v1/guardian/wards/{child.user_id}/agree", agreed)
    wanted = [parent.ask("PUT", ward(child), plan(minutes=nth)) for nth in range(20, 28)]
    wanted += [other.ask("PUT", ward(child), plan(minutes=nth)) for nth in range(30, 38)]
    assert {one.status_code for one in await asyncio.gather(*wanted)} == {200}
    week = (await child.did("GET", TIME))["week"]
    assert len({day["minutes"] for day in week}) == 1, "one plan, and no mixture of two"
