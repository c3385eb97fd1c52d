"""What users feel of this worker: how long they queue, how long they wait, and what goes wrong.

The wait in the queue is what the event loop is late by when a timer is due: a request that became
readable then is read then. It tells overload apart from a change of what is asked for, which the
time of requests does not, and it costs fifty timers a second and nothing for each request. The
times of requests are counted into buckets, eight to an octave, so that a percentile is right to an
eighth; that is one addition to a list for each request.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from typing import NamedTuple

TICK_SECONDS = 0.02
ALARM_MS = 20.0  # a mean wait that is told at once
ALARM_TICKS = 10
REQUESTS_MIN = 100  # below that, older seconds are counted in
WINDOWS_MAX = 10
_SUB_BITS = 3
_SLOTS = 256  # up to 2^34 microseconds


class Pulse(NamedTuple):
    """What was felt since the last time of asking."""

    queue_ms: float  # how long whoever came waited until they were heard: the mean
    p99_ms: float | None  # of requests, of the last hundred at least; None: too few
    requests: int
    faults: int  # answers that were our fault


class PulseTaker:
    """Feels the pulse of one worker. Not for several threads."""

    def __init__(self, borrowing: Callable[[], tuple[float, int]] = lambda: (0.0, 0)) -> None:
        """Make one. ``borrowing`` tells seconds waited for connections so far, and how often."""
        self.alarm: Callable[[], None] | None = None
        self.hearers: list[Callable[[float, int], None]] = []  # of waits: their sum, of ticks
        self._borrowing = borrowing
        self._borrowed = borrowing()
        self._slots = [0] * _SLOTS
        self._faults = 0
        self._silent = False
        self._older: deque[list[int]] = deque(maxlen=WINDOWS_MAX - 1)
        self._waited = 0.0
        self._ticks = 0
        self._alarmed = False
        self._due = 0.0
        self._timer: asyncio.TimerHandle | None = None

    # -- requests ------------------------------------------------------------------------------

    def count(self, seconds: float, fault: bool) -> None:
        """Count a request that was answered."""
        self._slots[_slot(int(seconds * 1_000_000))] += 1
        if fault:
            self._faults += 1
        if self._silent:  # it is told at once that somebody has come
            self._silent = False
            if self.alarm is not None:
                self.alarm()

    # -- the queue -----------------------------------------------------------------------------

    def start(self) -> None:
        """Begin to feel how late the running loop is."""
        loop = asyncio.get_running_loop()
        self._due = loop.time() + TICK_SECONDS
        self._timer = loop.call_at(self._due, self._tick, loop)

    def stop(self) -> None:
        """Feel no more."""
        if self._timer is not None:
            self._timer.cancel()

    def _tick(self, loop: asyncio.AbstractEventLoop) -> None:
        now = loop.time()
        self.late(now - self._due)
        self._due = now + TICK_SECONDS
        self._timer = loop.call_at(self._due, self._tick, loop)

    def late(self, seconds: float) -> None:
        """Note that the loop came so late; whoever came meanwhile waited for the rest of that."""
        missed = int(seconds / TICK_SECONDS)
        waited = (missed + 1) * (seconds - TICK_SECONDS * missed / 2)
        self._ticks += missed + 1
        self._waited += waited
        for hear in self.hearers:
            hear(waited, missed + 1)
        if self._ticks >= ALARM_TICKS and not self._alarmed and self._queue_ms() > ALARM_MS:
            self._alarmed = True
            if self.alarm is not None:
                self.alarm()

    def _queue_ms(self) -> float:
        return self._waited * 1000 / self._ticks if self._ticks else 0.0

    # -- telling -------------------------------------------------------------------------------

    def take(self) -> Pulse:
        """Return what was felt since the last time, and begin anew."""
        slots, faults, queue_ms = self._slots, self._faults, self._queue_ms()
        seconds, times = self._borrowing()
        if times > self._borrowed[1]:
            borrowed = (seconds - self._borrowed[0]) / (times - self._borrowed[1])
            queue_ms += borrowed * 1000
        self._borrowed = (seconds, times)
        p99_ms = self._p99_ms(slots)
        self._silent = not any(slots)
        self._older.append(slots)
        self._slots, self._faults = [0] * _SLOTS, 0
        self._waited, self._ticks, self._alarmed = 0.0, 0, False
        return Pulse(queue_ms, p99_ms, sum(slots), faults)

    def _p99_ms(self, newest: list[int]) -> float | None:
        slots, count = newest, sum(newest)
        for older in reversed(self._older):
            if count >= REQUESTS_MIN:
                break
            slots = [a + b for a, b in zip(slots, older, strict=True)]
            count = sum(slots)
        if count < REQUESTS_MIN:
            return None
        left = count // 100
        for slot in reversed(range(_SLOTS)):
            left -= slots[slot]
            if left < 0:
                return _upper_us(slot) / 1000
        raise AssertionError("there are that many")


def _slot(microseconds: int) -> int:
    """Return the bucket of a time: its octave and the next three bits."""
    bits = microseconds.bit_length() - _SUB_BITS - 1
    if bits <= 0:
        return microseconds
    return min((bits << _SUB_BITS) + (microseconds >> bits), _SLOTS - 1)


def _upper_us(slot: int) -> int:
    """Return the time below which everything in a bucket is."""
    if slot < 2 << _SUB_BITS:
        return slot + 1
    bits = (slot >> _SUB_BITS) - 1
    return ((slot & 7) + 9) << bits
