"""Load shedding: who is refused when requests queue, who is not, and how it ends."""

import random
from collections import Counter, deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from statistics import fmean
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.shedding import (
    INSIDE_ALWAYS,
    OPEN,
    QUEUE_MS_MAX,
    RETRY_MS,
    RETRY_SPREAD_MS,
    Overloaded,
    Shedding,
    user_place,
)
from teahouse.infra.pulse import TICK_SECONDS

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEOPLE = 200
IN_TIME_SECONDS = 1.0
REFUSAL_SECONDS = 0.000_03


class Kind(NamedTuple):
    """Some of what comes: how many of a hundred, and what one costs."""

    share: int
    rank: Rank
    seconds: float
    waits: bool = False


MIX = (
    Kind(5, Rank.SIGN_IN, 0.0003),
    Kind(20, Rank.TALK, 0.001),
    Kind(5, Rank.TALK, 0.001, waits=True),
    Kind(5, Rank.TALK, 0.012, waits=True),  # a sync after a long time
    Kind(35, Rank.READ, 0.005),
    Kind(20, Rank.SEEK, 0.008),
    Kind(10, Rank.JOIN, 0.010),
)
CAPACITY = 100 / sum(kind.share * kind.seconds for kind in MIX)  # a second
AWAY_TICKS = (0, 0, 1, 2, 7)
AWAY_SHARE = 0.08  # of all ticks are the begin of it
LEFT_TO_US = 1 - AWAY_SHARE * 3 / (1 + AWAY_SHARE * 2)  # of the processor
LATE_SYNCS = (Kind(100, Rank.TALK, 0.012, waits=True),)


def passes(shedding: Shedding, rank: Rank, who: str) -> bool:
    came = False
    try:
        shedding.come(rank)
        came = True
        shedding.known(rank, who)
    except Overloaded as refused:
        return not RETRY_MS <= refused.fields["retry_after_ms"] < RETRY_MS + RETRY_SPREAD_MS
    finally:
        if came:
            shedding.left()
    return True


class Asked(NamedTuple):
    """A request in work."""

    kind: Kind
    came_at: float


@dataclass
class Line:
    """A server with one queue, served in turn: time passes by ticks, and nothing is left to chance.

    How long they queue is told by those who are served, when they are, so it is told late.
    """

    seed: int
    mix: tuple[Kind, ...] = MIX
    shared: bool = False  # the processor, with others, who take it for a while again and again
    shedding: Shedding = field(default_factory=lambda: Shedding(FixedClock(NOON)))
    now: float = 0.0
    _queue: deque[Asked] = field(default_factory=deque[Asked])
    _spare: float = 0.0
    _next_at: float = 0.0
    _away: int = 0  # ticks

    def __post_init__(self) -> None:
        self._draw = random.Random(self.seed)
        self.came, self.good = Counter[Rank](), Counter[Rank]()

    def live(self, rate: float, seconds: float) -> float:
        """Have requests come at a rate; return how many were served in time, a second."""
        self.came, self.good = Counter[Rank](), Counter[Rank]()
        self._next_at, end = max(self._next_at, self.now), self.now + seconds
        while self.now < end:
            self.now += TICK_SECONDS
            self._spare = min(self._spare, 0.0) + TICK_SECONDS
            while self._next_at < self.now:
                self._come(self._next_at)
                self._next_at += self._draw.expovariate(rate)
            if self._away or (self.shared and self._draw.random() < AWAY_SHARE):
                self._away = self._away - 1 if self._away else self._draw.choice(AWAY_TICKS)
                self._spare -= TICK_SECONDS
                self.shedding.late(TICK_SECONDS * 2, 1)
            else:
                self.shedding.late(self._serve(), 1)
        return self.good.total() / seconds

    def _come(self, at: float) -> None:
        (kind,) = self._draw.choices(self.mix, [kind.share for kind in self.mix])
        self.came[kind.rank] += 1
        inside = False
        try:
            self.shedding.come(kind.rank, kind.waits)
            inside = not kind.waits
            self.shedding.known(kind.rank, f"p{self._draw.randrange(PEOPLE)}")
        except Overloaded:
            self._spare -= REFUSAL_SECONDS
            if inside:
                self.shedding.left()
        else:
            self._queue.append(Asked(kind, at))

    def _serve(self) -> float:
        waits = list[float]()
        while self._queue and self._spare > 0:
            kind, came_at = self._queue.popleft()
            self._spare -= kind.seconds
            waits.append(self.now - came_at)
            if not kind.waits:
                self.shedding.left()
            if waits[-1] <= IN_TIME_SECONDS:
                self.good[kind.rank] += 1
        return max(fmean(waits) - TICK_SECONDS, 0) if waits else 0.0


@pytest.mark.parametrize("seed", [1, 2018])
@pytest.mark.parametrize("times", [0.5, 0.9, 1.1, 1.5, 1.8, 2, 3, 5, 10, 20])
def test_what_can_be_served_is_served_however_much_is_asked(times: float, seed: int) -> None:
    line = Line(seed)
    line.live(CAPACITY / 4, 3)
    goodput = line.live(CAPACITY * times, 10)
    assert goodput >= 0.9 * CAPACITY * min(times, 1)
    shares = [line.good[rank] / line.came[rank] for rank in Rank if line.came[rank]]
    assert all(more >= less - 0.02 for more, less in pairwise(shares)), "the important go first"
    line.live(CAPACITY * 0.7, 2)
    assert line.shedding.level == OPEN, "it ends when it is over"
    line.live(CAPACITY * 0.7, 3)
    assert line.good.total() >= 0.95 * line.came.total()


def test_the_level_is_found_at_once_and_does_not_swing() -> None:
    line = Line(7)
    line.live(CAPACITY / 4, 3)
    each = [line.live(CAPACITY * 1.8, 1) for _ in range(12)]
    assert min(each[1:]) >= 0.9 * CAPACITY
    line.live(CAPACITY * 1.8, 10)
    assert line.good[Rank.SIGN_IN] > 0.95 * line.came[Rank.SIGN_IN]
    assert line.good[Rank.JOIN] < 0.2 * line.came[Rank.JOIN]


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("times", [1.1, 2, 10])
def test_a_processor_that_others_take_is_no_reason_to_refuse_what_can_be_done(
    times: float, seed: int
) -> None:
    """To be late is no sign of a queue, then; who believed it would let in fewer and fewer."""
    line = Line(seed, shared=True)
    able = CAPACITY * LEFT_TO_US
    line.live(able / 4, 3)
    assert line.live(able * times, 20) >= 0.85 * able
    assert line.live(able / 4, 5) >= 0.9 * able / 4


def test_what_is_never_seen_in_work_is_refused_too() -> None:
    """A sync after a long time is not told from one that waits: the queue tells of too many."""
    line = Line(3, LATE_SYNCS)
    able = 1 / LATE_SYNCS[0].seconds
    line.live(able / 4, 3)
    line.live(able * 3, 10)
    assert line.live(able * 3, 10) >= 0.8 * able


def test_more_than_there_are_do_not_come_in_while_it_is_unclear() -> None:
    shedding = Shedding(FixedClock(NOON))
    for _ in range(INSIDE_ALWAYS):
        shedding.come(Rank.TALK)
    shedding.turn(QUEUE_MS_MAX + 1)
    assert shedding.level == OPEN
    with pytest.raises(Overloaded):
        shedding.come(Rank.SIGN_IN)
    shedding.come(Rank.HOUSE)
    shedding.left()
    shedding.left()
    shedding.come(Rank.JOIN)  # one has gone, so one comes in
    shedding.turn(1)
    shedding.come(Rank.JOIN)


def test_nobody_is_refused_for_a_hiccup_or_in_a_quiet_house() -> None:
    shedding = Shedding(FixedClock(NOON))
    for queue_ms in (1, 5000, 1, 19, 400, 3):
        for rank in Rank:
            assert passes(shedding, rank, "p1")
        shedding.turn(queue_ms)
    people = [f"p{n}" for n in range(100)]
    for _ in range(2):
        shedding.turn(400)  # the processor is with others: nobody here is in work
        assert all(passes(shedding, Rank.JOIN, who) for who in people)
    for _ in range(2):
        assert all(passes(shedding, Rank.JOIN, who) for who in people)
        for _ in range(60):
            shedding.come(Rank.JOIN)  # and is not done
        shedding.turn(400)
    assert sum(passes(shedding, Rank.JOIN, who) for who in people) < 95, "twice is no hiccup"


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
