"""The order of a person's rooms is kept up, and what a list shows with it."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from teahouse.slidingsync.model.filtering import Tastes
from teahouse.slidingsync.service.rolls import MOVES_IN_MEMORY_MAX, Roll

ROOMS = [f"!{nth}" for nth in range(8)]
# At each turn some rooms move to a place between now and so long ago, or go.
steps = st.lists(
    st.dictionaries(st.sampled_from(ROOMS), st.integers(-1, 30), min_size=1, max_size=3),
    max_size=30,
)


def top(roll: Roll, count: int) -> set[str]:
    return set(islice(reversed(roll.order), count))


@given(steps, st.integers(1, 8), st.integers(1, 6))
def test_a_window_changes_only_when_the_roll_says_so(
    course: list[dict[str, int]], size: int, every: int
) -> None:
    roll, places = Roll(0, {}, Tastes(), 1, 1), dict[str, int]()
    looked, seen, now = 1, top(roll, size), 100
    for turn, step in enumerate(course, 2):
        moved = dict[str, int]()
        for room_id, ago in step.items():
            now += 1
            moved[room_id] = now - ago if ago >= 0 else 0
        roll.move(moved, turn, shuffles=False)
        places = {one: pos for one, pos in (places | moved).items() if pos}
        assert list(roll.order.items()) == sorted(roll.order.items(), key=lambda one: one[1])
        assert roll.order == places
        if turn % every:
            continue
        since = roll.moved_since(looked)
        if since is not None and since <= seen:
            assert top(roll, size) == seen
        looked, seen = turn, top(roll, size)


def test_what_is_remembered_is_bounded() -> None:
    roll = Roll(0, {}, Tastes(), 1, 1)
    roll.move({"!a": 1}, 2, shuffles=False)
    for turn in range(3, MOVES_IN_MEMORY_MAX + 10):
        roll.move({"!a": turn}, turn, shuffles=False)
    assert len(roll.moves) == MOVES_IN_MEMORY_MAX
    assert roll.moved_since(2) is None
    assert roll.moved_since(roll.turn - 1) == {"!a"}
