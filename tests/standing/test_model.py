"""The rules: what is refused, and when a newcomer becomes a member."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.standing.model import (
    Act,
    BadRules,
    Place,
    Rules,
    Stage,
    StandingLimit,
    TooNew,
    Why,
    check_rules,
    member_from,
    promoted,
    refusal,
    tomorrow_ms,
)

NOW = datetime(2021, 7, 27, 12, tzinfo=UTC)
RULES = st.builds(
    Rules,
    newcomer_days=st.integers(0, 60),
    burst_days=st.integers(0, 60),
    member_after_days=st.integers(0, 30),
    active_days=st.integers(0, 30),
    at_most_days=st.integers(30, 365),
)
PLACES = st.builds(
    Place,
    stage=st.sampled_from(Stage),
    since=st.just(NOW),
    why=st.sampled_from(Why),
    active_days=st.integers(0, 40),
)


@given(RULES, PLACES, st.integers(0, 400), st.integers(0, 400))
def test_nobody_is_promoted_and_put_back_by_time(
    rules: Rules, place: Place, days: int, more: int
) -> None:
    check_rules(rules)
    then, later = NOW + timedelta(days=days), NOW + timedelta(days=days + more)
    if promoted(place, rules, then):
        assert promoted(place, rules, later)
        assert place.stage is Stage.NEWCOMER
        assert place.why is not Why.OPERATOR


@given(RULES, PLACES)
def test_every_newcomer_is_a_member_in_the_end_and_was_told_when(
    rules: Rules, place: Place
) -> None:
    until = member_from(place, rules)
    if until is None:
        assert place.stage is not Stage.NEWCOMER or place.why is Why.OPERATOR
        return
    early, late = until
    assert early <= late
    assert promoted(place, rules, late)
    if early > NOW:
        assert not promoted(place, rules, early - timedelta(seconds=1))


@given(RULES, st.none() | st.sampled_from(Why))
def test_what_rules_say_about_the_beginning(rules: Rules, why: Why | None) -> None:
    begun = rules.begin_as(why)
    if why not in (None, Why.BURST):
        assert begun is why
    elif begun is None:
        assert rules.newcomer_days == 0
        assert why is None or rules.burst_days == 0
    else:
        days = {Why.SETTING: rules.newcomer_days, Why.BURST: rules.burst_days}
        assert days[begun] > 0
        assert why is None or days[begun] == max(days.values()), "the longer of both"


def test_a_refusal_says_how_to_get_further() -> None:
    place = Place(stage=Stage.NEWCOMER, since=NOW, why=Why.SCREENING)
    said = refusal(Act.INVITES, 10, place, Rules(), NOW)
    assert isinstance(said, StandingLimit)
    assert said.fields["retry_after_ms"] == tomorrow_ms(NOW) == 12 * 3600 * 1000
    assert said.fields["member_from"] == (NOW + timedelta(days=7)).isoformat()
    assert isinstance(refusal(Act.PUBLIC_ROOMS, 0, place, Rules(), NOW), TooNew)


@pytest.mark.parametrize(
    "rules",
    [
        Rules(limits={"nobody": {}}),
        Rules(limits={"newcomer": {"flights": 1}}),
        Rules(limits={"newcomer": {"joins": -1}}),
        Rules(newcomer_days=366),
        Rules(member_after_days=31),
        Rules(member_after_days=0, at_most_days=0),
    ],
)
def test_rules_that_cannot_be_meant(rules: Rules) -> None:
    check_rules(Rules())
    with pytest.raises(BadRules):
        check_rules(rules)
