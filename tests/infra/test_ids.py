"""Ids sort by age: also those of one millisecond."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.ids import Ids


@given(st.integers(0, 2**32), st.lists(st.integers(0, 2), min_size=1, max_size=40))
def test_a_later_id_is_a_greater_one(seed: int, milliseconds: list[int]) -> None:
    clock = FixedClock(datetime(2021, 7, 27, tzinfo=UTC))
    ids = Ids(clock, random.Random(seed))
    made: list[str] = []
    for passed in milliseconds:
        clock.move(timedelta(milliseconds=passed))
        made.append(ids.ulid())
    assert made == sorted(set(made))
    assert {len(one) for one in made} == {26}
