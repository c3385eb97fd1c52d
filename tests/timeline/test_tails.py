"""Live tails never claim to know more than they do: a property over any order of events."""

from hypothesis import given
from hypothesis import strategies as st

from teahouse.rooms.model.event import RoomEvent
from teahouse.timeline.service import tails as module
from teahouse.timeline.service.tails import Tails

said = st.lists(st.sampled_from("abcdef"), max_size=400)


@given(said, st.integers(0, 50), st.integers(1, 60))
def test_a_tail_tells_everything_or_that_it_cannot(rooms: list[str], begin: int, most: int) -> None:
    was = module.EVENTS_A_ROOM_MAX, module.EVENTS_IN_MEMORY_MAX
    module.EVENTS_A_ROOM_MAX, module.EVENTS_IN_MEMORY_MAX = 8, most
    try:
        tails = Tails()
        tails.begin(begin)
        truth: list[tuple[int, RoomEvent]] = []
        for pos, room in enumerate(rooms, begin + 1):
            event = RoomEvent(f"${pos}", room, "t", "@a:s", 0, b"{}")
            truth.append((pos, event))
            tails.apply(pos, event)
        last = begin + len(rooms)
        for room in "abcdef":
            for after in {0, begin, (begin + last) // 2, last - 3, last}:
                told = tails.since(room, after, last)
                true = [
                    placed for placed in truth if placed[1].room_id == room and placed[0] > after
                ]
                assert told is None or told == true
                if after < begin:
                    assert told is None or not told or after >= tails.floor
    finally:
        module.EVENTS_A_ROOM_MAX, module.EVENTS_IN_MEMORY_MAX = was
