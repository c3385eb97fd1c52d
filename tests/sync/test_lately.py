"""What changed since when is told exactly, or not at all."""

from hypothesis import given
from hypothesis import strategies as st

from teahouse.sync.service.lately import KeysMoved, Lately

ROOMS = [f"!{nth}" for nth in range(6)]
courses = st.lists(st.tuples(st.sampled_from(ROOMS), st.integers(1, 3)), max_size=30)


@given(courses, st.integers(1, 6), st.integers(0, 60), st.sets(st.sampled_from(ROOMS)))
def test_what_changed_is_told_of_those_one_asks_about(
    course: list[tuple[str, int]], most: int, after: int, among: set[str]
) -> None:
    lately, keys = Lately(most=most), KeysMoved(most=most)
    pos, moves = 0, list[tuple[int, str]]()
    for room_id, step in course:
        pos += step
        lately.put(room_id, pos)
        keys.put((room_id, ""), pos)
        moves.append((pos, room_id))
    since = {room_id for at, room_id in moves if at > after}
    told = lately.since(after, among)
    assert told is None or told == since & among
    assert {one for one in ROOMS if lately.moved(one, after)} >= since
    until = after + 5
    between = keys.between(after, until)
    assert between is None or between == {(one, "") for at, one in moves if after < at <= until}
    if most >= len(ROOMS):
        assert told is not None
    if most >= len(course):
        assert between is not None
