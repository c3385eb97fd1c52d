"""A pace that users do not notice."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, tzinfo

import structlog

from teahouse.clock import Clock
from teahouse.errors import Refused
from teahouse.infra.db.pool import Database
from teahouse.infra.pace import Hours, Limits, Pace, Signals
from teahouse.infra.vault.attendance import felt

FASTEST = 20_000.0  # rows a second of one hand
FEEL_SECONDS = 0.25

_log = structlog.get_logger("teahouse.renewals")


@dataclass(repr=False)
class Feeling:
    """A pace that yields to what users feel: as fast as they do not notice."""

    db: Database
    clock: Clock
    quiet: tuple[Hours, ...] = ()
    zone: tzinfo = UTC
    rate_max: float = FASTEST
    made: Pace | None = None

    @property
    def pace(self) -> Pace:
        """The pace, begun with the first question."""
        if self.made is None:
            self.made = Pace(Limits(self.rate_max, self.quiet), self.clock.monotonic())
        return self.made

    def limit(self, now: float, rate_max: float | None) -> None:
        """Go at most so fast from now on."""
        wanted = FASTEST if rate_max is None else rate_max
        if wanted != self.rate_max:
            self.rate_max = wanted
            self.pace.set(now, Limits(wanted, self.quiet))

    def allow(self, now: float) -> int:
        """Return how many rows may be done now."""
        return self.pace.allow(now)

    def spent(self, rows: int) -> None:
        """Count rows that were done."""
        self.pace.spent(rows)

    def worked(self, now: float, seconds: float) -> None:
        """Rest after so many seconds of the processor, if people are about."""
        self.pace.worked(now, seconds)

    def notice(self, signals: Signals) -> None:
        """Take notice of what users feel at this hour of their day."""
        day = self.clock.now().astimezone(self.zone)
        self.pace.seen(self.clock.monotonic(), signals, day.hour * 60 + day.minute)

    async def feel(self) -> None:
        """Take notice of what users feel, again and again."""
        while True:
            try:
                seen = await felt(self.db)
                self.notice(Signals.of(seen.workers, seen.replica_lag_seconds))
            except Refused as refused:
                _log.warning("nothing is felt", fault=refused.code)
            await asyncio.sleep(FEEL_SECONDS)
