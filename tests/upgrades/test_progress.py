"""How far it is, and how long it takes: right within what was asked for [U-08]."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.upgrades.model.plans import StepRow
from teahouse.upgrades.model.runs import State
from tests.upgrades.conftest import Site

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
PEOPLE = 6


class Ticking:
    """A pace by which each row takes a second of the clock."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock

    def limit(self, now: float, rate_max: float | None) -> None:
        del now, rate_max

    def allow(self, now: float) -> int:
        del now
        self.clock.move(timedelta(seconds=1))
        return 1

    def spent(self, rows: int) -> None:
        del rows

    def worked(self, now: float, seconds: float) -> None:
        del now, seconds


@given(pages=st.integers(20, 2000), rows=st.integers(1, 1000), seconds=st.integers(1, 60))
def test_the_time_left_is_right_after_a_tenth(pages: int, rows: int, seconds: int) -> None:
    former = pages * rows + 1
    for nth in range(1, pages + 1):
        now = NOON + timedelta(seconds=nth * seconds)
        one = StepRow("dek", "t", pages * rows, nth * rows, 0, NOON, now)
        left, eta = (pages - nth) * seconds, one.eta_seconds
        assert eta is not None
        if nth * 10 >= pages:
            assert abs(eta - left) <= max(1, left * 0.2)
        assert one.total - one.done < former, "what is left only becomes less"
        former = one.total - one.done


async def test_what_is_told_is_what_there_is(site: Site) -> None:
    for nth in range(PEOPLE):
        await site.home.joined(f"p{nth}", f"+44770090000{nth}")
    await site.begin("index")
    await site.turns(site.hand(pace=Ticking(site.clock)), until=State.VERIFY)
    steps = {one.place: one for one in (await site.upgrades.show(site.run_id)).steps}
    told = steps["accounts_identifiers"]
    assert (told.total, told.done, told.quarantined) == (PEOPLE, PEOPLE, 0)
    assert told.rate == PEOPLE / (PEOPLE + 1), "each page took a second, and one was empty"
    assert told.eta_seconds == 0
