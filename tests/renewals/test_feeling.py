"""A hand goes slowest in the hours that were named, by the clock of those who live there."""

from datetime import UTC, datetime, timedelta, timezone

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.infra.pace import LEARN_SECONDS, SETTLE_SECONDS, Hours, Signals
from teahouse.renewals.service.feeling import Feeling

SHANGHAI = timezone(timedelta(hours=8))
WELL = Signals(queue_ms=1.0, p99_ms=10.0, requests=100)


async def test_it_is_quiet_by_the_hour_of_the_place(database: Database) -> None:
    clock = FixedClock(datetime(2026, 5, 1, 9, tzinfo=UTC))
    feeling = Feeling(database, clock, (Hours(18 * 60, 23 * 60),), SHANGHAI)

    def on(seconds: float) -> None:
        for _ in range(int(seconds)):
            clock.move(timedelta(seconds=1))
            feeling.notice(WELL)
            feeling.spent(feeling.allow(clock.monotonic()))

    on(SETTLE_SECONDS + LEARN_SECONDS + 20)
    assert feeling.pace.why == "climbing", "it is five in the afternoon there"
    going = feeling.pace.rate
    clock.move(timedelta(hours=1))
    on(SETTLE_SECONDS + LEARN_SECONDS + 2)
    assert feeling.pace.why == "quiet", "it is six, and it has learned what is usual by now"
    assert 0 < feeling.pace.rate == feeling.pace.limits.least < going
    feeling.limit(clock.monotonic(), 1000.0)
    on(1)
    assert feeling.pace.why == "quiet", "another limit is none of the hours"
