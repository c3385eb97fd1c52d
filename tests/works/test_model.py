"""How a work stands, and when it may be done."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.works.model import (
    STALLED_AFTER,
    BadWork,
    Steps,
    Work,
    WorkState,
    check_digest,
    check_steps,
    check_work,
    foreseen,
    progress_of,
    seen,
)

START = datetime(2021, 7, 27, 1, 0, tzinfo=UTC)


def work(**told: object) -> Work:
    facts: dict[str, object] = {
        "work_id": "w", "kind": "script", "title": "An upgrade", "state": WorkState.RUNNING,
        "done": 0, "total": 0, "opened_by": "cli:x", "opened_at": START, "heartbeat_at": START,
    }  # fmt: skip
    return Work(**(facts | told))  # pyright: ignore[reportArgumentType]


def test_silence_is_a_stall_and_opens_nothing() -> None:
    assert seen(work(), START + STALLED_AFTER).state is WorkState.RUNNING
    late = START + STALLED_AFTER + timedelta(microseconds=1)
    assert seen(work(), late).state is WorkState.STALLED
    over = work(state=WorkState.FAILED, ended_at=START)
    assert seen(over, late).state is WorkState.FAILED


@given(done=st.integers(0, 10**6), total=st.integers(0, 10**6), minutes=st.integers(0, 100_000))
def test_a_time_is_foreseen_only_from_what_was_done(done: int, total: int, minutes: int) -> None:
    now = START + timedelta(minutes=minutes)
    told = work(done=done, total=total, heartbeat_at=now)
    at = foreseen(told, now)
    if not 0 < done < total:
        assert at is None
    elif at is not None:
        left = (now - START) * ((total - done) / done)
        assert at > now
        assert at >= now + left
        assert at.second == 0
    silent = work(done=done, total=total, heartbeat_at=now - 2 * STALLED_AFTER)
    assert foreseen(silent, now) is None


def test_what_a_script_says_of_its_progress() -> None:
    assert progress_of("progress 3/10\n") == Steps(3, 10)
    assert progress_of("  progress 0 / 0 ") == Steps(0, 0)
    for odd in ("progress", "progress 3", "3/10", "progress 11/10", "progress -1/3", "x" * 9999):
        assert progress_of(odd) is None


def test_what_is_no_work() -> None:
    check_work("script", "An upgrade")
    for kind, title in (("", "x"), ("x", " "), ("x", "y" * 201), ("x", "a\nb")):
        with pytest.raises(BadWork):
            check_work(kind, title)
    check_steps(Steps(3, 3))
    for steps in (Steps(-1, 3), Steps(4, 3), Steps(0, 2**60)):
        with pytest.raises(BadWork):
            check_steps(steps)
    check_digest("0a" * 32)
    for digest in ("", "0A" * 32, "0a" * 31, "zz" * 32):
        with pytest.raises(BadWork):
            check_digest(digest)
