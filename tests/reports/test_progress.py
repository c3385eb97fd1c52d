"""What everybody reads of a run: how far it is, in words, and nothing more exact than it is."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teahouse.gate.model.policies import Both
from teahouse.reports.model.progress import ABOUT, Part, Progress, Stage, about, progress_html

NOW = datetime(2026, 3, 1, 8, 0, tzinfo=UTC)
NAME = Both("个人数据：在新的数据密钥下", "personal <data>: encrypted again")


def told(percent: int, until: datetime | None = None, opens: bool = True) -> str:
    parts = (Part(NAME, percent),)
    return progress_html(Progress(Stage.MOVING, NOW, until, parts, opens, 0), "en")


@given(st.integers(0, 100))
def test_a_percentage_is_never_more_than_what_is_done(percent: int) -> None:
    shown = int(told(percent).partition('value="')[2].partition('"')[0])
    assert percent - 5 < shown <= percent
    assert (shown == 100) == (percent == 100)


@given(st.datetimes(timezones=st.just(UTC), max_value=datetime(9000, 1, 1)))  # noqa: DTZ001 - a bound
def test_an_end_is_said_in_tens_of_minutes_and_not_too_early(at: datetime) -> None:
    assert at <= about(at) < at + ABOUT
    assert (about(at).minute % 10, about(at).second) == (0, 0)


def test_what_is_not_known_is_not_said() -> None:
    page = told(63, NOW + timedelta(minutes=61))
    assert "60%" in page
    assert "All data encrypted again by about" in page
    assert "2026-03-01 09:10" in page
    assert "personal &lt;data&gt;<" in page, "the name, without what it is good for"
    assert "are open as always" in page
    later = told(63, opens=False)
    assert "All data encrypted again by about" not in later
    assert "Some registrations are limited now" in later
