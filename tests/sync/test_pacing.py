"""In a crowd a client is answered once in a window; where few are answered, nobody waits."""

import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.sync.service.pacing import CROWD, WINDOW_SECONDS, Pacing


@given(st.lists(st.tuples(st.floats(0, WINDOW_SECONDS), st.integers(0, 9)), max_size=60))
def test_few_are_told_at_once(course: list[tuple[float, int]]) -> None:
    pacing, seconds = Pacing(), 1.0
    for step, pos in course:
        seconds += WINDOW_SECONDS / 5 + step
        pacing.applied(seconds, pos)
        assert pacing.rest(seconds, pos) is None


async def test_in_a_crowd_the_first_news_are_told_at_once_and_the_next_together() -> None:
    pacing = Pacing()
    loop = asyncio.get_running_loop()
    now = (int(loop.time() / WINDOW_SECONDS) + 1) * WINDOW_SECONDS + WINDOW_SECONDS / 8
    pacing.applied(now - WINDOW_SECONDS, 10)
    pacing.applied(now, 11)
    assert all(pacing.rest(now, 10) is None for _ in range(CROWD)), "the place is of before"
    pacing.applied(now, 12)
    ends = {pacing.rest(now, 11) for _ in range(CROWD)}
    (end,) = ends
    assert end is not None, "who was answered in this window has the next with what comes in it"
    assert not end.is_set()
    await asyncio.wait_for(end.wait(), 5)
    assert loop.time() >= now
    after = now + WINDOW_SECONDS
    assert all(pacing.rest(after, 12) is None for _ in range(CROWD)), "a new window"


@pytest.mark.parametrize("pause", [2, 10])
async def test_a_crowd_that_has_gone_is_forgotten(pause: int) -> None:
    pacing, now = Pacing(), 50.5 * WINDOW_SECONDS
    pacing.applied(now, 1)
    for _ in range(CROWD * 2):
        pacing.rest(now, 0)
    later = now + pause * WINDOW_SECONDS
    pacing.applied(later, 2)
    assert pacing.rest(later, 2) is None
