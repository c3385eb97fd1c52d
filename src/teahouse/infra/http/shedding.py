"""Load shedding: when requests queue too long, the least important are refused before any work.

After DAGOR (Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC 2018): overload is
told by how long requests queue, not by how long they take; a request has a place made of its rank and
of who asks, and a level says up to which place requests pass. While they queue too long the level sinks,
so that fewer pass than passed before, else it rises again, slower than it sank. Who is refused first
among equals changes every hour, and hangs on the account, not on the session: signing in again does
not help.

What differs from the paper: windows are shorter and the step down grows with the queue, because nothing
upstream of us refuses by itself; and how people spread over their places is not counted, because they
are drawn by a hash.
"""

import hashlib
from collections.abc import Callable

from teahouse.clock import Clock
from teahouse.errors import Kind, Refused
from teahouse.infra.http.rank import Rank

QUEUE_MS_MAX = 20.0  # a mean wait beyond this is overload (DAGOR, section 4.1)
WINDOW_TICKS = 10  # of the pulse: a fifth of a second
STEP_DOWN = 0.05  # of what passed, for each QUEUE_MS_MAX that they queue
STEP_DOWN_MAX = 0.5
STEP_UP = 0.02  # of what came
USER_PLACES = 128
SEVENTH_BITS = USER_PLACES - 1
HOUR_SECONDS = 3600
LOWEST = USER_PLACES * (Rank.HOUSE + 1)  # whoever runs or watches the house is always let in
OPEN = USER_PLACES * len(Rank)
RETRY_MS = 2_000
RETRY_SPREAD_MS = 8_000


class Overloaded(Refused):
    """More is asked of this server than it can do just now: ask again in a few seconds."""

    code = "request.overloaded"
    kind = Kind.TOO_MANY


def user_place(who: str, hour: int) -> int:
    """Return the place of whoever asks among those of a rank in an hour, 0 to 127; 0 goes first."""
    digest = hashlib.blake2b(f"{hour}:{who}".encode(), digest_size=1).digest()
    return digest[0] & SEVENTH_BITS


def overloaded(nth: int = 0) -> Overloaded:
    """Return the refusal for one of many, who come back spread out over some seconds."""
    spread_ms = nth % USER_PLACES * RETRY_SPREAD_MS // USER_PLACES
    return Overloaded(retry_after_ms=RETRY_MS + spread_ms)


class Shedding:
    """One worker's. Costs two additions for each request while nothing is refused."""

    def __init__(
        self, clock: Clock, borrowing: Callable[[], tuple[float, int]] = lambda: (0.0, 0)
    ) -> None:
        """Make one. ``borrowing`` tells seconds waited for connections so far, and how often."""
        self._clock = clock
        self._borrowing = borrowing
        self._borrowed = borrowing()
        self.level = OPEN
        self.refused = [0] * len(Rank)  # since the start
        self.refusing = True
        self._came = [0] * len(Rank)
        self._refused_before = 0
        self._late_seconds = 0.0
        self._ticks = 0
        self._was_late = False

    # -- a request -----------------------------------------------------------------------------

    def passes(self, rank: Rank, place: int) -> bool:
        """Tell whether a request of a rank passes, of somebody who has that place in it."""
        return rank * USER_PLACES + place < self.level

    def come(self, rank: Rank) -> None:
        """Count a request, before it is known who asks. Raises ``Overloaded``."""
        if not self.passes(rank, 0):
            raise overloaded(self.refuse(rank))
        self._came[rank] += 1

    def known(self, rank: Rank, who: str) -> None:
        """Judge it when it is known who asks. Raises ``Overloaded``."""
        if self.passes(rank, SEVENTH_BITS):
            return
        place = self.place(who)
        if not self.passes(rank, place):
            self._came[rank] -= 1  # it is counted with the refusal
            raise overloaded(self.refuse(rank, place))

    def refuse(self, rank: Rank, place: int | None = None) -> int:
        """Count a request that came and is refused; return which of the many it is: ``overloaded``."""
        self._came[rank] += 1
        self.refused[rank] += 1
        return sum(self.refused) % USER_PLACES if place is None else place

    def place(self, who: str) -> int:
        """Return the place of whoever asks, in this hour."""
        return user_place(who, int(self._clock.now().timestamp()) // HOUR_SECONDS)

    # -- the queue -----------------------------------------------------------------------------

    def late(self, seconds: float, ticks: int) -> None:
        """Note for how long, in sum, requests waited in so many ticks; end a window when it is time."""
        self._late_seconds += seconds
        self._ticks += ticks
        if self._ticks >= WINDOW_TICKS:
            queue_ms = self._late_seconds * 1000 / self._ticks + self._borrowed_ms()
            self._late_seconds, self._ticks = 0.0, 0
            self.turn(queue_ms)

    def _borrowed_ms(self) -> float:
        seconds, times = self._borrowing()
        before_seconds, before_times = self._borrowed
        self._borrowed = seconds, times
        if times == before_times:
            return 0.0
        return (seconds - before_seconds) * 1000 / (times - before_times)

    def turn(self, queue_ms: float) -> None:
        """End a window in which requests queued for so long: the mean, in milliseconds.

        One window alone is a hiccup, such as a process that was stopped; two in a row are overload.
        """
        came = sum(self._came)
        refused = sum(self.refused)
        passed = came - (refused - self._refused_before)
        was_late, self._was_late = self._was_late, queue_ms > QUEUE_MS_MAX
        if self.refusing and was_late >= self._was_late:
            self.level = self._next_level(came, passed, queue_ms)
        self._came = [0] * len(Rank)
        self._refused_before = refused

    def _next_level(self, came: int, passed: int, queue_ms: float) -> int:
        if queue_ms <= QUEUE_MS_MAX:
            return OPEN if self.level == OPEN else self._level_for(passed + 1 + came * STEP_UP)
        less = min(STEP_DOWN * queue_ms / QUEUE_MS_MAX, STEP_DOWN_MAX)
        return min(self.level, self._level_for(passed * (1 - less)))

    def _level_for(self, count: float) -> int:
        """Return the level up to which ``count`` of those who came in this window would pass."""
        for rank in Rank:
            here = self._came[rank]
            if here > count:
                return max(LOWEST, rank * USER_PLACES + int(USER_PLACES * count / here))
            count -= here
        return OPEN
