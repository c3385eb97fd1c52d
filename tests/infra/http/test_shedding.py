"""Load shedding: who is refused when requests queue, who is not, and how it ends."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.shedding import (
    OPEN,
    QUEUE_MS_MAX,
    RETRY_MS,
    RETRY_SPREAD_MS,
    WINDOW_TICKS,
    Overloaded,
    Shedding,
    user_place,
)

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
CAPACITY = 100  # of a window
WINDOW_MS = 200.0
# What comes: mostly talk, a fifth reading, and a little of everything else.
MIX = {
    Rank.HOUSE: 1,
    Rank.SIGN_IN: 4,
    Rank.TALK: 55,
    Rank.READ: 20,
    Rank.SEEK: 10,
    Rank.JOIN: 10,
}
PEOPLE = 500


def passes(shedding: Shedding, rank: Rank, who: str) -> bool:
    try:
        shedding.come(rank)
        shedding.known(rank, who)
    except Overloaded as refused:
        return not RETRY_MS <= refused.fields["retry_after_ms"] < RETRY_MS + RETRY_SPREAD_MS
    return True


def lived(shedding: Shedding, times: float, windows: int, draw: random.Random) -> dict[Rank, float]:
    """Have ``times`` as many come as can be served; return the share of each rank that was served."""
    came, served = dict.fromkeys(Rank, 0), dict.fromkeys(Rank, 0)
    backlog = 0.0
    ranks, weights = list(MIX), list(MIX.values())
    for nth in range(windows):
        for rank in draw.choices(ranks, weights, k=int(CAPACITY * times)):
            ok = passes(shedding, rank, f"p{draw.randrange(PEOPLE)}")
            backlog += ok
            if nth >= windows // 2:
                came[rank] += 1
                served[rank] += ok
        backlog = max(0.0, backlog - CAPACITY)
        queue_ms = backlog / CAPACITY * WINDOW_MS
        shedding.late(queue_ms / 1000 * WINDOW_TICKS, WINDOW_TICKS)
    return {rank: served[rank] / max(came[rank], 1) for rank in Rank}


@pytest.mark.parametrize("times", [2, 10])
def test_what_can_be_served_is_served_and_the_most_important_of_it(times: int) -> None:
    shedding, draw = Shedding(FixedClock(NOON)), random.Random(2018)
    shares = lived(shedding, times, 200, draw)
    goodput = sum(shares[rank] * weight for rank, weight in MIX.items()) * times
    assert 90 <= goodput <= 105, "of a hundred that can be served"
    assert shares[Rank.HOUSE] == 1
    assert shares[Rank.SIGN_IN] > 0.95
    assert shares[Rank.JOIN] < 0.05
    falling = [shares[rank] for rank in Rank]
    assert falling == sorted(falling, reverse=True), "nobody is served before the more important"
    rest = lived(shedding, 0.8, 300, draw)
    assert shedding.level == OPEN, "it ends when it is over"
    assert rest == dict.fromkeys(Rank, 1.0)


def test_nobody_is_refused_for_a_hiccup_or_in_a_quiet_house() -> None:
    shedding = Shedding(FixedClock(NOON))
    for queue_ms in (1, 5000, 1, 19, 400, 3):
        for rank in Rank:
            assert passes(shedding, rank, "p1")
        shedding.turn(queue_ms)
    people = [f"p{n}" for n in range(100)]
    for queue_ms in (400, 400):
        assert all(passes(shedding, Rank.JOIN, who) for who in people)
        shedding.turn(queue_ms)
    assert sum(passes(shedding, Rank.JOIN, who) for who in people) < 80, "twice is no hiccup"


def test_who_is_not_to_refuse_does_not() -> None:
    shedding = Shedding(FixedClock(NOON))
    shedding.refusing = False
    for _ in range(50):
        assert passes(shedding, Rank.JOIN, "p1")
        shedding.turn(QUEUE_MS_MAX * 100)


def test_among_equals_the_hour_decides() -> None:
    here = int(NOON.timestamp()) // 3600
    people = [f"p{n}" for n in range(2000)]
    first, second = ([user_place(who, hour) for who in people] for hour in (here, here + 1))
    moved = sum(a != b for a, b in zip(first, second, strict=True))
    assert moved > 1900
    assert 0.4 < sum(place < 64 for place in first) / 2000 < 0.6
    clock = FixedClock(NOON)
    shedding = Shedding(clock)
    shedding.level = Rank.TALK * 128 + 64
    allowed = {who for who in people if passes(shedding, Rank.TALK, who)}
    assert allowed == {who for who in people if passes(shedding, Rank.TALK, who)}
    clock.move(timedelta(hours=1))
    after = {who for who in people if passes(shedding, Rank.TALK, who)}
    assert 0.3 < len(allowed & after) / len(allowed) < 0.7, "the burden is shared"


@given(st.lists(st.tuples(st.integers(0, 300), st.floats(0, 10_000)), max_size=40))
def test_whatever_comes_the_house_is_let_in_and_the_level_is_one(
    windows: list[tuple[int, float]],
) -> None:
    shedding = Shedding(FixedClock(NOON))
    for count, queue_ms in windows:
        for nth in range(count):
            passes(shedding, Rank(nth % len(Rank)), f"p{nth}")
        assert passes(shedding, Rank.HOUSE, "anybody")
        shedding.turn(queue_ms)
        assert 128 <= shedding.level <= OPEN
