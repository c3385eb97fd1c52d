"""How long messages are kept, by what a room and the house say."""

import pytest

from teahouse.config import BadConfig, Config, check, is_retention
from teahouse.retention.model import DAY_MS, Bounds, Policy, lifetime_ms, look_again_at, policy_of

FREE = Bounds(0, DAY_MS, 0)
BOUND = Bounds(30 * DAY_MS, 10 * DAY_MS, 60 * DAY_MS)


@pytest.mark.parametrize(
    ("policy", "bounds", "days"),
    [
        (Policy(), FREE, None),
        (Policy(), BOUND, 30),
        (Policy(20 * DAY_MS), BOUND, 20),
        (Policy(DAY_MS), BOUND, 10),
        (Policy(90 * DAY_MS), BOUND, 60),
        (Policy(0), FREE, 1),
        (Policy(None, 40 * DAY_MS), BOUND, 40),
        (Policy(None, 90 * DAY_MS), BOUND, 60),
        (Policy(20 * DAY_MS, 5 * DAY_MS), BOUND, 20),
        (Policy(None, 40 * DAY_MS), FREE, None),
    ],
)
def test_how_long(policy: Policy, bounds: Bounds, days: int | None) -> None:
    assert lifetime_ms(policy, bounds) == (None if days is None else days * DAY_MS)


def test_what_makes_no_sense_says_nothing() -> None:
    assert policy_of({"max_lifetime": 5, "min_lifetime": "x"}) == Policy(5, None)
    assert policy_of({"max_lifetime": True, "min_lifetime": -1}) == Policy()
    assert policy_of({"max_lifetime": 2**60}) == Policy()


def test_when_to_look_again() -> None:
    now, kept = 1_000 * DAY_MS, 10 * DAY_MS
    assert look_again_at(now, kept, now - 4 * DAY_MS, False) == now + 6 * DAY_MS + 1
    assert now + 9 * DAY_MS < look_again_at(now, kept, None, False) < now + kept
    assert look_again_at(now, kept, now - 4 * DAY_MS, True) == now + DAY_MS
    assert look_again_at(now, kept, now - kept, True) == now + 1


def test_days_of_the_house() -> None:
    assert is_retention(0, 1, 0)
    assert is_retention(7, 1, 7)
    for days in ((0, 0, 0), (-1, 1, 0), (5, 6, 0), (8, 1, 7), (0, 8, 7), (0, 1, 99_999)):
        assert not is_retention(*days)
    with pytest.raises(BadConfig):
        check(Config(retention_days=5, retention_days_least=6))
