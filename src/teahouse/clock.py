"""What time it is: the only module that asks the operating system.

Time is an argument everywhere else, so a test can stand at any second it likes.
"""

import time
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """A source of civil and monotonic time."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def ms(self) -> int:
        """Return milliseconds since the Unix epoch, as Matrix's ``origin_server_ts`` wants."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back; only differences mean anything."""
        ...


class SystemClock:
    """The machine's clock, shiftable in test mode (``PUT /api/v1/test/clock``)."""

    def __init__(self) -> None:
        self._shift = timedelta()
        self._shift_ms = 0

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC) + self._shift

    def ms(self) -> int:
        """Return milliseconds since the Unix epoch."""
        return time.time_ns() // 1_000_000 + self._shift_ms

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        return time.monotonic()

    def shift_to(self, moment: datetime) -> None:
        """Make ``now`` read ``moment`` and run on from there. Only test mode may call it."""
        self._shift = moment - datetime.now(UTC)
        self._shift_ms = int(self._shift.total_seconds() * 1000)


class FixedClock:
    """A clock that stands still until it is told to move: for tests and replays."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment
        self._ticks = 0.0

    def now(self) -> datetime:
        """Return the moment it was set to."""
        return self._moment

    def ms(self) -> int:
        """Return that moment in milliseconds since the Unix epoch."""
        return int(self._moment.timestamp() * 1000)

    def monotonic(self) -> float:
        """Return the seconds it has been moved on by."""
        return self._ticks

    def jump(self, by: timedelta) -> None:
        """Be set wrong, or right again, as a machine's clock may be: no time passes."""
        self._moment += by

    def move(self, by: timedelta) -> None:
        """Let ``by`` pass."""
        self._moment += by
        self._ticks += by.total_seconds()
