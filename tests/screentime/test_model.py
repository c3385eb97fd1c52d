"""What is left of a day: by band, by plan, by kind of day, at any moment."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.minors.model.ages import Age
from teahouse.minors.model.hours import Hours
from teahouse.minors.model.profile import TimeRule
from teahouse.screentime.model import (
    Allowance,
    BadPlan,
    DayKind,
    DayPlan,
    Plan,
    Used,
    allowance,
    check_plan,
    day_of,
    left,
    minute_of,
)
from tests.minors.test_model import profile

SHANGHAI = timedelta(hours=8)
MONDAY = date(2026, 11, 16)
moments = st.integers(0, 340 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
windows = st.tuples(st.integers(0, 1438), st.integers(1, 1440)).map(
    lambda two: Hours(min(two), max(*two, min(two) + 1))
)
day_plans = st.builds(DayPlan, st.none() | st.integers(0, 480), st.none() | windows)
plans = st.builds(
    Plan, st.lists(day_plans, min_size=7, max_size=7).map(tuple), st.none() | day_plans
)


@pytest.mark.parametrize(
    ("band", "minutes"),
    [(0, 40), (3, 40), (8, 60), (12, 60), (14, 60), (16, 120), (18, None), (None, None)],
)
def test_l_m43_minutes_of_a_day_by_band(band: int | None, minutes: int | None) -> None:
    rule = profile("cn-mainland").time
    assert allowance(rule, Age(band), Plan(), DayKind(MONDAY)) == Allowance(minutes)
    assert not allowance(profile("intl").time, Age(band), Plan(), DayKind(MONDAY)).limits


def test_l_m43_a_guardian_sets_more_or_less_and_other_days() -> None:
    rule = TimeRule({"12": 60}, {"12": 90})
    friday, off = DayPlan(200), DayPlan(30, Hours(600, 660))
    week = tuple(DayPlan(0) if day != 4 else friday for day in range(7))

    def minutes(plan: Plan, kind: DayKind) -> int | None:
        return allowance(rule, Age(12), plan, kind).minutes

    saturday = DayKind(MONDAY + timedelta(days=5), worked=True)
    holiday = DayKind(MONDAY, off=True)
    assert minutes(Plan(), DayKind(MONDAY)) == 60
    assert minutes(Plan(), holiday) == 90, "holidays have their own in this profile"
    assert minutes(Plan(week), DayKind(MONDAY)) == 0
    assert minutes(Plan(week), saturday) == 200, "a Saturday that is worked is as a Friday"
    assert minutes(Plan(week), holiday) == 0, "a guardian's Monday goes before the profile"
    assert minutes(Plan(week, off), holiday) == 30
    assert allowance(rule, Age(12), Plan(week, off), holiday).hours == Hours(600, 660)
    assert not allowance(rule, Age(18), Plan(week, off), holiday).limits, "nobody limits a grown-up"


@pytest.mark.parametrize(
    "day",
    [DayPlan(-1), DayPlan(481), DayPlan(1, Hours(60, 60)), DayPlan(1, Hours(61, 60)),
     DayPlan(1, Hours(-1, 60)), DayPlan(1, Hours(0, 1441))],
)  # fmt: skip
def test_a_plan_that_cannot_be_meant_is_refused(day: DayPlan) -> None:
    good = (DayPlan(480, Hours(0, 1440)),) * 7
    check_plan(Plan(good, good[0]), 480)
    for bad in (Plan((*good[:6], day)), Plan(good, day), Plan(good[:6]), Plan((*good, good[0]))):
        with pytest.raises(BadPlan):
            check_plan(bad, 480)


@given(plans, moments, st.integers(0, 500), st.integers(0, 240))
def test_l_m43_what_is_shut_says_when_it_opens(
    plan: Plan, at: datetime, minutes: int, granted: int
) -> None:
    check_plan(plan, 480)
    rule = profile("cn-mainland").time

    def allowed(day: date) -> Allowance:
        return allowance(rule, Age(12), plan, DayKind(day))

    used = Used(day_of(SHANGHAI, at), minutes, -1, granted)
    found = left(allowed, used, SHANGHAI, at)
    mine, minute = allowed(used.day), minute_of(SHANGHAI, at)
    within = mine.hours.holds(minute)
    assert mine.minutes is not None
    assert found.minutes == max(0, mine.minutes + granted - minutes)
    assert found.open == (within and found.minutes > 0)
    begun = left(allowed, Used(used.day, minutes, minute, granted), SHANGHAI, at)
    assert begun.open == within, "a minute that has begun is finished"
    if found.open:
        assert found.opens_at is None
    elif found.opens_at is not None:
        assert at < found.opens_at < at + timedelta(days=14)
        same = day_of(SHANGHAI, found.opens_at) == used.day
        then = used if same else Used(day_of(SHANGHAI, found.opens_at))
        assert left(allowed, then, SHANGHAI, found.opens_at).open
    else:
        assert all(
            allowed(used.day + timedelta(days=ahead)).minutes == 0 for ahead in range(1, 14)
        ), "it opens within a fortnight, unless every day has nothing"
