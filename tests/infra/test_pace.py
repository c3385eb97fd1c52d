"""How fast a run goes: it falls at once, climbs slowly, and never stops for good."""

from hypothesis import given
from hypothesis import strategies as st

from teahouse.infra.pace import (
    BURST_SECONDS,
    ENOUGH_ROWS,
    FALL,
    FEW_ROWS,
    LEARN_AGAIN_SECONDS,
    LEARN_NEW_SECONDS,
    LEARN_SECONDS,
    REST_SECONDS_MAX,
    RESTS_TIMES,
    SETTLE_SECONDS,
    Hours,
    Limits,
    Pace,
    Signals,
)

STEP = 0.25
WELL = Signals(queue_ms=1.0, p99_ms=10.0, requests=100)
TOO_MUCH = {
    "queue": WELL._replace(queue_ms=20.1),
    "p99": WELL._replace(p99_ms=12.1),
    "faults": WELL._replace(faults=3),
    "replicas": WELL._replace(replica_lag_seconds=11.0),
    "silent": WELL._replace(silent_seconds=3.1),
}
BORNE = [
    WELL._replace(queue_ms=20.0),
    WELL._replace(p99_ms=12.0),
    WELL._replace(faults=2),
    WELL._replace(faults=5, requests=500),
    WELL._replace(replica_lag_seconds=10.0),
    WELL._replace(silent_seconds=3.0),
    WELL._replace(p99_ms=None),
]


class Going:
    """A pace, and the time that passes for it."""

    def __init__(self, rate_max: float = 1000.0) -> None:
        self.pace = Pace(Limits(rate_max), 0.0)
        self.now = 0.0

    def on(self, felt: Signals, seconds: float) -> int:
        """Let time pass, with the same signals; return how many rows were allowed."""
        rows = 0
        for _ in range(round(seconds / STEP)):
            self.now += STEP
            self.pace.seen(self.now, felt)
            while allowed := self.pace.allow(self.now):
                self.pace.spent(allowed)
                rows += allowed
        return rows


def at_most(rate_max: float = 1000.0) -> Going:
    going = Going(rate_max)
    going.on(WELL, 90)
    assert going.pace.rate == rate_max
    return going


def test_it_stands_still_while_it_learns_what_is_usual_and_then_climbs_slowly() -> None:
    going = Going()
    assert going.on(WELL._replace(p99_ms=90.0), SETTLE_SECONDS - STEP) == 0, "of what it began with"
    assert going.on(WELL, LEARN_SECONDS) == 0
    assert going.pace.why == "learning"
    going.on(WELL, STEP)
    assert (going.pace.rate, going.pace.usual_p99_ms) == (5.0, 10.0)
    going.on(WELL, 13)
    assert 10 < going.pace.rate < 15, "by about a tenth each second, when it was well"
    going.on(WELL, 55)
    assert going.pace.rate == 1000.0


def test_pages_are_small_while_people_are_about() -> None:
    going = at_most(20_000.0)
    assert going.pace.allow(going.now + 1) == FEW_ROWS
    going.on(Signals(), STEP)
    assert going.pace.allow(going.now + 1) == ENOUGH_ROWS


def test_it_rests_after_each_page_while_people_are_about() -> None:
    going = at_most()
    pace, now = going.pace, going.now + 1
    assert pace.allow(now)
    pace.worked(now, 0.1)
    assert not pace.allow(now + 0.1 * RESTS_TIMES - 0.01)
    assert pace.allow(now + 0.1 * RESTS_TIMES + 0.01)
    pace.worked(now, 0.2)
    pace.worked(now, 0.1)  # that of another lane, which was shorter
    assert not pace.allow(now + 0.2 * RESTS_TIMES - 0.01)
    pace.worked(now, 1000.0)
    assert pace.allow(now + REST_SECONDS_MAX + 0.01), "what took so long says no more"


def test_it_does_not_rest_where_nobody_is_about() -> None:
    going = at_most()
    going.on(Signals(), 10.0)
    going.pace.worked(going.now, 0.1)
    assert going.pace.allow(going.now + 0.3), "as soon as it has rows to do"


def test_a_rest_is_not_a_rate_unused() -> None:
    going = at_most()
    for _ in range(4):
        going.pace.worked(going.now, 1.0)
        going.on(WELL, REST_SECONDS_MAX)
    assert going.pace.why == "at most"


def test_who_comes_where_nobody_was_finds_it_at_its_least() -> None:
    going = Going(20_000.0)
    going.on(Signals(), 20)
    assert (going.pace.rate, going.pace.why) == (20_000.0, "at most")
    going.on(Signals(requests=1), STEP)
    assert (going.pace.rate, going.pace.why) == (100.0, "company")
    going.on(Signals(requests=1), 13)
    assert 100.0 < going.pace.rate < 300.0, "it climbs as it does beside people"


def test_a_rate_that_was_not_used_is_not_kept() -> None:
    going = at_most()
    for _ in range(12):
        going.now += STEP
        going.pace.seen(going.now, WELL)
    assert (going.pace.rate, going.pace.why) == (5.0, "unused")
    going.on(WELL, 13)
    assert 10.0 < going.pace.rate < 20.0, "it climbs again once it is used"


def test_it_climbs_faster_when_nobody_asks_for_anything() -> None:
    going = Going()
    going.on(Signals(), 4)
    assert 400 < going.pace.rate < 600
    going.on(Signals(), 4)
    assert going.pace.rate == 1000.0


def test_it_falls_to_a_fifth_within_a_second_and_to_the_least_soon_after() -> None:
    for why, felt in TOO_MUCH.items():
        going = at_most()
        going.on(felt, STEP)
        assert (going.pace.rate, going.pace.why) == (200.0, why)
        assert going.pace.allow(going.now) <= FEW_ROWS, "nothing was saved up"
        going.on(felt, 3)
        assert going.pace.rate == 5.0, why
        fallen = going.pace.rate
        going.on(WELL, 2)
        assert going.pace.rate == fallen, "well for a moment is not well"
        going.on(WELL, 10)
        assert fallen < going.pace.rate < 30.0, why
    for felt in BORNE:
        going = at_most()
        going.on(felt, 2)
        assert going.pace.rate == 1000.0, felt


def test_what_one_signal_says_is_not_held_against_it_twice() -> None:
    going = at_most()
    going.on(TOO_MUCH["queue"], 1.0)
    assert going.pace.rate == 200.0, "four looks at what one second was like"


def test_what_goes_on_while_it_stands_still_is_not_the_runs_doing() -> None:
    going = at_most()
    busy = WELL._replace(p99_ms=40.0)
    going.on(busy, 60)
    assert (going.pace.usual_p99_ms, going.pace.rate) == (10.0, 5.0)
    going.on(busy, LEARN_AGAIN_SECONDS)
    assert (going.pace.usual_p99_ms, going.pace.rate) == (40.0, 1000.0)


def test_what_was_felt_before_it_stood_still_is_not_listened_to() -> None:
    going = at_most()
    going.on(WELL, LEARN_AGAIN_SECONDS - going.now)
    assert (going.pace.why, going.pace.rate) == ("learning", 0.0)
    going.on(WELL._replace(p99_ms=90.0), SETTLE_SECONDS - STEP)
    going.on(WELL, LEARN_SECONDS + STEP)
    assert (going.pace.usual_p99_ms, going.pace.why) == (10.0, "learning")
    going.on(WELL, 2 * STEP)
    assert going.pace.rate > 0


def test_those_of_one_machine_stand_still_together() -> None:
    first, second = Going(), Going()
    second.now = 170.0
    second.pace = Pace(Limits(1000.0), second.now)
    first.on(WELL, LEARN_AGAIN_SECONDS)
    second.on(WELL, LEARN_AGAIN_SECONDS - second.now)
    assert [one.pace.why for one in (first, second)] == ["learning", "learning"]


def test_one_odd_second_makes_nothing_usual() -> None:
    going = Going()
    going.on(WELL, SETTLE_SECONDS + 2)
    going.on(WELL._replace(p99_ms=900.0), 1)
    going.on(WELL, 3)
    assert going.pace.usual_p99_ms == 10.0


def test_it_learns_again_what_is_usual() -> None:
    going = at_most()
    night = WELL._replace(p99_ms=4.0)
    going.on(night, LEARN_AGAIN_SECONDS)
    assert going.pace.usual_p99_ms == 4.0
    going.on(WELL._replace(p99_ms=None), LEARN_AGAIN_SECONDS)
    assert going.pace.usual_p99_ms == 4.0, "there were too few to learn from"


def test_who_was_too_few_to_learn_from_is_learned_from_when_they_are_more() -> None:
    going = Going()
    going.on(WELL._replace(p99_ms=None), 50)
    assert going.pace.usual_p99_ms is None
    going.on(WELL, SETTLE_SECONDS + LEARN_SECONDS + 1)
    assert going.pace.usual_p99_ms == 10.0


def test_hours_in_which_it_is_quiet() -> None:
    night = Hours(22 * 60, 6 * 60)
    assert [night.cover(hour * 60) for hour in (21, 22, 0, 5, 6)] == [
        False,
        True,
        True,
        True,
        False,
    ]
    going = at_most()
    going.pace.set(going.now, Limits(1000.0, quiet=(night,)))
    going.pace.seen(going.now + STEP, WELL, minute=23 * 60)
    assert (going.pace.rate, going.pace.why) == (5.0, "quiet")
    going.pace.seen(going.now + 2 * STEP, TOO_MUCH["queue"], minute=23 * 60)
    assert going.pace.why == "queue"


def test_the_worst_worker_counts() -> None:
    felt = Signals.of(
        [(1.0, None, 10, 0, 0.1), (30.0, 9.0, 20, 2, 0.9), (2.0, 11.0, 5, 1, 0.2)], 4.0
    )
    assert felt == Signals(30.0, 11.0, 35, 3, 0.9, 4.0)
    assert Signals.of([]) == Signals()


def test_another_rate_holds_at_once() -> None:
    going = at_most()
    going.pace.set(going.now, Limits(100.0))
    assert going.pace.rate == 100.0
    assert going.on(WELL, 10) <= 1000 + 2 * FEW_ROWS
    going.pace.set(going.now, Limits(2.0))
    assert going.on(WELL, 10) >= 19, "the least is no more than the most"


anything = st.builds(
    Signals,
    queue_ms=st.floats(0, 60),
    p99_ms=st.none() | st.floats(1, 100),
    requests=st.integers(0, 500),
    faults=st.integers(0, 20),
    silent_seconds=st.floats(0, 6),
    replica_lag_seconds=st.floats(0, 20),
)
stretches = st.lists(st.tuples(anything, st.integers(1, 40)), min_size=1, max_size=30)


@given(stretches, st.floats(1, 100_000))
def test_whatever_is_felt(stretches: list[tuple[Signals, int]], rate_max: float) -> None:
    going = Going(rate_max)
    pace, limits = going.pace, going.pace.limits
    for felt, times in stretches:
        for _ in range(times):
            before = pace.rate
            rows = going.on(felt, STEP)
            assert pace.rate == 0 or limits.least <= pace.rate <= rate_max
            assert pace.rate <= before + max(rate_max / 6 * STEP, limits.least) + 1e-6, "it leapt"
            assert rows <= max(rate_max * BURST_SECONDS, 2 * FEW_ROWS)
            if pace.rate == 0:
                assert (rows, pace.why) == (0, "learning")


@given(stretches)
def test_it_never_stops_for_good(stretches: list[tuple[Signals, int]]) -> None:
    going = Going(1000.0)
    rows, began = 0, going.now
    for felt, times in stretches:
        rows += going.on(felt, times * STEP)
    passed = going.now - began - SETTLE_SECONDS - LEARN_SECONDS
    # At the worst it is at its least, but for when it learns; what is less than a page waits.
    learning = (1 + passed // LEARN_AGAIN_SECONDS) * (SETTLE_SECONDS + LEARN_SECONDS)
    assert rows >= max(passed - learning - LEARN_NEW_SECONDS, 0) * 5.0 - 2 * FEW_ROWS


def test_users_double_and_halve_again() -> None:
    """A machine with one queue for users and the run; the worst of what was not done waits."""
    going = Going(4000.0)
    machine, users = 1.0, 0.45  # seconds of work that can be done, and are asked for, each second
    row_seconds, backlog, done = 0.0001, 0.0, 0
    rates: list[tuple[float, float, float]] = []
    while going.now < 240:
        is_rush = 120 <= going.now < 150
        rows = going.on(_felt(backlog, users * (2 if is_rush else 1)), STEP)
        asked = (users * (2 if is_rush else 1)) * STEP + rows * row_seconds
        backlog = max(backlog + asked - machine * STEP, 0.0)
        done += rows
        rates.append((going.now, going.pace.rate, backlog))
    before = [rate for now, rate, _ in rates if 110 <= now < 120]
    assert min(before) == 4000.0, "there was room for both"
    at = {now: rate for now, rate, _ in rates}
    assert at[121.0] <= 4000.0 * FALL, "within a second of the rush"
    assert max(backlog for now, _, backlog in rates if now >= 122) < 0.02, "users do not queue"
    assert max(rate for now, rate, _ in rates if 150 <= now < 155) < 4000.0
    assert at[240.0] == 4000.0, "it climbed back"
    assert done > 0


def _felt(backlog: float, users: float) -> Signals:
    queue_ms = backlog * 1000
    return Signals(queue_ms=queue_ms, p99_ms=8 + queue_ms, requests=int(users * 100))
