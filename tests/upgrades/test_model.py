"""The states of a run, walked at random; and the rules beside them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.renewals.model import Steady
from teahouse.renewals.model.sums import Sums, findings_of
from teahouse.upgrades.model.plans import (
    StepRow,
    ends_about,
    one_in,
    soft_until,
)
from teahouse.upgrades.model.runs import (
    ENDED,
    UNDER_WAY,
    Act,
    Agreement,
    BadAct,
    OnlyOn,
    SecondPerson,
    State,
    becomes,
    is_second,
)

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
ORDER = [*UNDER_WAY, State.SOFT_RETIRE, State.DESTROY, State.CLOSED]


@given(acts=st.lists(st.sampled_from(Act), max_size=60))
def test_whatever_is_asked_a_run_goes_on_or_back_and_never_skips(acts: list[Act]) -> None:
    state, been = State.PLANNED, [State.PLANNED]
    for act in acts:
        try:
            to = becomes(state, act)
        except OnlyOn:
            assert state in (State.SOFT_RETIRE, State.DESTROY)
            assert act is Act.ABORT
            continue
        except BadAct:
            continue
        assert state not in ENDED, "what has ended stays"
        if to is State.DESTROY:
            assert (state, act) == (State.SOFT_RETIRE, Act.DESTROY)
        if to is State.SOFT_RETIRE and state is not to:
            assert (state, act) == (State.READ_NEW, Act.RETIRE)
        if state in ORDER and to in ORDER and act not in (Act.RETRY, Act.VERIFY):
            assert ORDER.index(to) - ORDER.index(state) in (0, 1), "one after the other"
        state = to
        been.append(to)
    if State.CLOSED in been:
        assert set(ORDER) <= set(been), "through all of them"
    if State.SOFT_RETIRE in been:
        assert State.ABORTED not in been


def test_from_everywhere_there_is_a_way_to_an_end() -> None:
    for state in State:
        reached, ahead = {state}, [state]
        while ahead:
            here = ahead.pop()
            for act in Act:
                try:
                    to = becomes(here, act)
                except (BadAct, OnlyOn):
                    continue
                if to not in reached:
                    reached.add(to)
                    ahead.append(to)
        assert reached & set(ENDED), state


def agreement(**told: object) -> Agreement:
    plain: dict[str, object] = {
        "act": Act.RETIRE, "first_by": "ann", "first_at": NOON,
        "expires_at": NOON + timedelta(hours=24), "second_by": None,
    }  # fmt: skip
    return Agreement(**(plain | told))  # pyright: ignore[reportArgumentType]


def test_a_second_person_is_another_one_in_time() -> None:
    assert not is_second(None, "bo", NOON)
    assert is_second(agreement(), "bo", NOON)
    with pytest.raises(SecondPerson):
        is_second(agreement(), "ann", NOON)
    assert not is_second(agreement(), "bo", NOON + timedelta(hours=24)), "a day is over"
    assert not is_second(agreement(second_by="bo"), "cy", NOON), "it was used"


@given(rows=st.integers(0, 10**10), most=st.integers(1, 10**6))
def test_a_sample_is_no_larger_than_it_may_be(rows: int, most: int) -> None:
    assert one_in(rows, most) >= 1
    assert rows / one_in(rows, most) <= most


def test_what_is_wrong_is_named() -> None:
    sums = [Sums("t", seen=9, broken=1, named=("broken c 1", "old c")), Sums("u", old=2)]
    assert [(f.code, f.place, f.count, f.named) for f in findings_of(sums)] == [
        ("broken", "t", 1, ("c 1",)),
        ("old", "u", 2, ()),
    ]


def test_old_keys_rest_since_somebody_needed_them() -> None:
    later = NOON + timedelta(days=3)
    assert soft_until(NOON, 7, None) == NOON + timedelta(days=7)
    assert soft_until(NOON, 7, later) == later + timedelta(days=7)


@given(rate=st.integers(1, 1000), ticks=st.lists(st.floats(0, 2), max_size=30))
def test_a_steady_pace_is_kept(rate: int, ticks: list[float]) -> None:
    pace, now, spent = Steady(100), 0.0, 0
    pace.limit(now, rate)
    for tick in ticks:
        now += tick
        rows = pace.allow(now)
        pace.spent(rows)
        spent += rows
        assert spent <= 1 + rate * now + 1e-6


def test_an_end_is_told_when_all_that_is_left_has_a_rate() -> None:
    now = datetime(2026, 3, 1, tzinfo=UTC)
    ago = now - timedelta(seconds=100)

    def step(done: int, began: datetime | None = ago) -> StepRow:
        return StepRow("dek", "some_table", 100, done, 0, began, began and now)

    assert ends_about([step(50), step(100)], now) == now + timedelta(seconds=100)
    assert ends_about([step(50), step(10)], now) == now + timedelta(seconds=900)
    assert ends_about([step(50), step(0, None)], now) is None, "one of them has not begun"
    assert ends_about([step(100)], now) is None, "nothing is left"
