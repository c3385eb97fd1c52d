"""When minors play and write, and what they spend: exact to the minute, the day and the cent."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.calendars.model import Calendar, Span, calendar
from teahouse.clock import FixedClock
from teahouse.minors.model.ages import Age
from teahouse.minors.model.hours import Hours, NotNow, PlayRule, ends_at, is_play_day, next_play
from teahouse.minors.model.profile import MayNot
from teahouse.minors.model.spending import (
    Caps,
    OtherCurrency,
    OverMonth,
    OverOnce,
    Reservation,
    caps_of,
)
from tests.living import Living, Person, q
from tests.minors.test_minors import (
    MINE,
    NOW,
    PROOF,
    WARDS,
    family,
    id_of,
    mine,
    said,
    say,
)
from tests.minors.test_model import profile

CN = calendar("cn")
PLAY = PlayRule((4, 5, 6), Hours(20 * 60, 21 * 60))
SHANGHAI = 480
moments = st.integers(0, 370 * 24 * 3600).map(
    lambda seconds: datetime(2025, 12, 25, tzinfo=UTC) + timedelta(seconds=seconds)
)


@pytest.mark.parametrize(
    ("day", "plays"),
    [
        ("2026-01-04", False),  # a Sunday that is worked
        ("2026-02-14", False),  # a Saturday that is worked
        ("2026-02-28", False),
        ("2026-05-09", False),
        ("2026-09-20", False),
        ("2026-10-10", False),
        ("2026-02-16", True),  # a Monday, within the Spring Festival
        ("2026-10-07", True),  # a Wednesday, within National Day
        ("2026-04-06", True),
        ("2026-11-20", True),  # a Friday
        ("2026-11-21", True),
        ("2026-11-22", True),
        ("2026-11-23", False),  # a Monday
        ("2026-10-08", False),
    ],
)
def test_r_067_l_g14_days_of_2026(day: str, plays: bool) -> None:
    assert is_play_day(PLAY, CN, date.fromisoformat(day)) is plays


@given(moments)
def test_l_g14_there_is_an_hour_to_wait_for_and_it_is_the_first(at: datetime) -> None:
    play = next_play(PLAY, CN, SHANGHAI, at)
    assert play is not None
    assert at < play.ends_at
    assert play.ends_at - play.begins_at == timedelta(hours=1)
    local = play.begins_at + timedelta(minutes=SHANGHAI)
    assert (local.hour, local.minute) == (20, 0)
    assert is_play_day(PLAY, CN, local.date())
    today = (at + timedelta(minutes=SHANGHAI)).date()
    between = [today + timedelta(days=n) for n in range((local.date() - today).days)]
    passed = [day for day in between if is_play_day(PLAY, CN, day)]
    assert passed in ([], [today]), "only the hour of today can be over"
    assert next_play(None, CN, SHANGHAI, at) is None


@given(moments, st.integers(0, 1439), st.integers(0, 1439), st.sampled_from([0, 60, 480]))
def test_r_066_a_night_ends_when_it_says(at: datetime, begins: int, ends: int, offset: int) -> None:
    hours = Hours(begins, ends)
    end = ends_at(hours, offset, at)
    if begins == ends:
        assert end is None, "a night that ends as it begins is none"
    if end is not None:
        assert timedelta() < end - at <= timedelta(days=1)
        assert ends_at(hours, offset, end) is None
        assert ends_at(hours, offset, end - timedelta(seconds=1)) == end


def test_r_067_schools_are_closed_when_a_calendar_says_so() -> None:
    closed = (Span(date(2026, 7, 4), date(2026, 8, 31), "Beijing"),)
    summer = Calendar(8, CN.off, CN.worked, closed)
    days = [date(2026, 7, 3), date(2026, 7, 6), date(2026, 8, 31), date(2026, 9, 1)]
    assert [summer.has_school(day) for day in days] == [True, False, False, True]
    assert not CN.has_school(date(2026, 10, 1))
    assert CN.has_school(date(2026, 10, 10)), "a Saturday that is worked"


@pytest.mark.parametrize(
    ("band", "once", "month"),
    [(0, 0, 0), (3, 0, 0), (8, 5000, 20000), (12, 5000, 20000), (14, 5000, 20000),
     (16, 10000, 40000), (18, None, None), (None, None, None)],
)  # fmt: skip
def test_l_g19_caps_by_band(band: int | None, once: int | None, month: int | None) -> None:
    assert caps_of(profile("cn-mainland").spending, Age(band), Caps()) == Caps(once, month)


def test_l_g19_a_guardian_lowers_a_cap_and_does_not_raise_it() -> None:
    rule, age = profile("cn-mainland").spending, Age(12)
    assert caps_of(rule, age, Caps(100, 999_999)) == Caps(100, 20000)
    assert caps_of(None, age, Caps(None, 700)) == Caps(None, 700)
    assert caps_of(rule, Age(18), Caps(100, 100)) == Caps(), "nobody caps a grown-up"


def order(account_id: str, number: int, amount: int, currency: str = "CNY") -> Reservation:
    return Reservation(f"order-{number}", account_id, amount, currency)


async def pay(house: Living, wanted: Reservation) -> str:
    """Pay as a product does: the caps, then a transaction; tell how it went."""
    spending = house.house.ways.minors.spending
    try:
        caps = await spending.caps(wanted.account_id)
        async with house.house.db.transaction() as tx:
            await spending.reserve(tx, caps, wanted)
    except (OverOnce, OverMonth, OtherCurrency, MayNot) as refused:
        return refused.code
    return "paid"


async def test_l_g19_payments_at_once_do_not_pass_the_month(house: Living) -> None:
    parent, child = await family(house, "2011-06")
    account_id = await id_of(child)
    assert await pay(house, order(account_id, 0, 100)) == "minors.may_not", "no guardian said yes"
    await say(parent, child, "pay", True)
    assert await pay(house, order(account_id, 1, 5001)) == "minors.over_once"
    assert await pay(house, order(account_id, 2, 100, "EUR")) == "minors.other_currency"
    wanted = [order(account_id, number, 3000) for number in range(10, 20)]
    went = await asyncio.gather(*(pay(house, one) for one in wanted))
    assert sorted(went) == ["minors.over_month"] * 4 + ["paid"] * 6, "6 times 30 yuan of 200"
    assert (await mine(child))["limits"]["spent_minor"] == 18_000
    paid = wanted[went.index("paid")]
    assert await pay(house, paid) == "paid", "the same order counts once"
    assert (await mine(child))["limits"]["spent_minor"] == 18_000
    async with house.house.db.transaction() as tx:
        release = house.house.ways.minors.spending.release
        assert [await release(tx, paid.reservation_id) for _ in range(2)] == [True, False]
    assert (await mine(child))["limits"]["spent_minor"] == 15_000
    assert await pay(house, order(account_id, 30, 5000)) == "paid", "a refund gives room again"
    assert await pay(house, order(account_id, 31, 1)) == "minors.over_month"


async def test_l_g19_a_new_month_begins_in_shanghai(house: Living, clock: FixedClock) -> None:
    parent, child = await family(house, "2009-06")
    await say(parent, child, "pay", True)
    account_id = await id_of(child)
    clock.move(datetime(2026, 11, 30, 15, 59, tzinfo=UTC) - NOW)
    went = [await pay(house, order(account_id, number, 10_000)) for number in range(5)]
    assert went == ["paid"] * 4 + ["minors.over_month"]
    clock.move(timedelta(minutes=1))
    assert await pay(house, order(account_id, 9, 10_000)) == "paid"
    clock.move(timedelta(days=70))
    async with house.house.db.transaction() as tx:
        await house.house.ways.minors.spending.purge(tx)
        assert await tx.value("select count(*) from minors_reservations") == 0


async def limits(parent: Person, child: Person, **what: Any) -> Any:
    path = f"{WARDS}/{child.user_id}/limits"
    return await parent.ask("PUT", path, PROOF | what)


async def test_r_066_in_the_night_a_minor_reads_and_writes_to_guardians(
    house: Living, clock: FixedClock
) -> None:
    parent, child = await family(house, "2011-06")
    friend = await house.person("friend")
    home = await parent.room(child, preset="private_chat")
    square = await friend.room(child)
    said_at = {"msgtype": "m.text", "body": "Good night."}
    send = f"/rooms/{q(square)}/send/m.room.message"
    answer = await child.ask("PUT", f"{send}/a", said_at)
    told = answer.json()
    assert (answer.status_code, told["errcode"]) == (403, "M_FORBIDDEN"), "23:30 in Shanghai"
    assert told["until"] == "2026-11-21T22:00:00+00:00"
    await friend.say(square, "Are you there?")
    assert await child.texts(square) == ["Are you there?"], "reading goes on"
    await child.say(home, "I cannot sleep.")
    await friend.say(square, "I am of unknown age.")
    assert (await limits(parent, child, night_begins_minute=0)).json()[
        "code"
    ] == "minors.bad_limits"
    shut = {"night_begins_minute": 1440, "night_ends_minute": 0}
    assert (await limits(parent, child, **shut)).status_code == 400
    assert (await limits(friend, child)).json()["code"] == "minors.no_ward"
    later = {"night_begins_minute": 0, "night_ends_minute": 300, "month_minor": 100}
    assert (await limits(parent, child, **later)).status_code in (200, 204)
    await child.say(square, "Half an hour more.")
    seen = (await mine(child))["limits"]
    assert (seen["night_begins_minute"], seen["month_minor"], seen["once_minor"]) == (0, 100, 5000)
    (ward,) = (await parent.did("GET", WARDS))["wards"]
    assert ward["limits"] == seen, "a minor sees what a guardian set"
    clock.move(timedelta(minutes=30))
    assert (await child.ask("PUT", f"{send}/b", said_at)).status_code == 403
    clock.move(timedelta(hours=5))
    await child.say(square, "Good morning.")


async def test_l_g14_a_minor_plays_on_a_saturday_evening(house: Living, clock: FixedClock) -> None:
    _, child = await family(house, "2011-06")
    account_id, hours = await id_of(child), house.house.ways.minors.hours
    with pytest.raises(NotNow):
        await hours.check_playing(account_id)
    seen = (await mine(child))["limits"]
    assert seen["play_begins_at"] == "2026-11-22T12:00:00Z"
    clock.move(datetime(2026, 11, 22, 12, tzinfo=UTC) - NOW)
    await hours.check_playing(account_id)
    clock.move(timedelta(hours=1))
    with pytest.raises(NotNow):
        await hours.check_playing(account_id)
    somebody = await house.person("somebody")
    await hours.check_playing(await id_of(somebody))
    assert await said(somebody, f"{MINE}/contacts", {"user_id": "@nowhere:s"}) == (
        404,
        "minors.no_contact",
    )
