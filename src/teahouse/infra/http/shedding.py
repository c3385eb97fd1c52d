"""Load shedding: when requests queue too long, the least important are refused before any work.

After DAGOR (Zhou et al., "Overload Control for Scaling WeChat Microservices", SoCC 2018): overload is
told by how long requests queue, not by how long they take; a request has a place made of its rank and
of who asks, and a level says up to which place requests pass. Who is refused first among equals changes
every hour, and hangs on the account, not on the session: signing in again does not help.

The level is not walked to: what was done while requests queued tells how many can be done, and what came
of each rank tells up to which place that many come. So it is about right after the first look. What can
be done is seen only through what was let in: so the most of the last second counts, and more is let in
as soon as nobody queues.

What differs from the paper: windows are shorter, because nothing upstream of us refuses by itself; what
can be done is counted, not searched for, so that ten times too much is no different from twice too much;
and how people spread over their places is not counted, because they are drawn by a hash. Where that is
wrong, because one account asks for half of everything, the queue says so and the level follows.
"""

import hashlib
import math
from collections import deque
from collections.abc import Callable

from teahouse.clock import Clock
from teahouse.errors import Kind, Refused
from teahouse.infra.http.rank import Rank
from teahouse.infra.pulse import TICK_SECONDS

QUEUE_MS_MAX = 20.0  # a mean wait beyond this is overload (DAGOR, section 4.1)
QUEUE_MS_MEANT = 10.0  # what is let in leaves a queue of so much, so that there is always work
WINDOW_TICKS = 5  # of the pulse: a tenth of a second
DRAIN_MS = 500.0  # in which a queue is to be gone
DRAIN_MAX = 0.9  # of what can be done, at most, is done of the queue and not let in
STEP_UP = 0.05  # of what can be done, in a window in which nobody queued
NEWEST = 0.3  # how much the newest window counts, against those before
SUDDEN = 1.5  # so many times what came before is another load, and what came before tells nothing
LATELY = 10  # windows: a second
ABLE_MIN = 0.01  # in a tick: one in two seconds
INSIDE_ALWAYS = 128  # requests in work that are no sign of anything
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
    """One worker's. Costs a few additions for each request while nothing is refused."""

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
        self.inside = 0  # requests in work, without those that wait for something to happen
        self._inside_max = math.inf
        self._inside_before = 0
        self._came = [0] * len(Rank)  # in this window
        self._passed = 0
        self._waiting = 0  # of those that passed
        self._done = 0.0  # in a tick, as it is now
        self._lately: deque[float] = deque(maxlen=LATELY)
        self._unseen = 0.0  # the share of what passed in it that waits for something
        self._coming = [0.0] * len(Rank)  # in a tick, as it is now
        self._able = 0.0  # what can be done in a tick; 0: nobody has queued so far
        self._late_seconds = 0.0
        self._ticks = 0
        self._was_late = False

    # -- a request -----------------------------------------------------------------------------

    @property
    def awake(self) -> bool:
        """Whether anything may be refused at present."""
        return self.level < OPEN or self.inside >= self._inside_max

    def passes(self, rank: Rank, place: int) -> bool:
        """Tell whether a request of a rank passes, of somebody who has that place in it."""
        return rank * USER_PLACES + place < self.level

    def has_room(self, rank: Rank) -> bool:
        """Tell whether anybody at all passes with a request of a rank."""
        full = self.inside >= self._inside_max and rank > Rank.HOUSE
        return not full and self.passes(rank, 0)

    def come(self, rank: Rank, waits: bool = False) -> None:
        """Count a request, before it is known who asks. Raises ``Overloaded``.

        Unless it ``waits`` for something to happen, whoever calls must call ``left`` when it is done.
        """
        if not self.has_room(rank):
            raise overloaded(self.refuse(rank))
        self._came[rank] += 1
        self._passed += 1
        if waits:
            self._waiting += 1
        else:
            self.inside += 1

    def known(self, rank: Rank, who: str) -> None:
        """Judge it when it is known who asks. Raises ``Overloaded``."""
        if self.passes(rank, SEVENTH_BITS):
            return
        place = self.place(who)
        if not self.passes(rank, place):
            self._came[rank] -= 1  # it is counted with the refusal
            self._passed -= 1
            raise overloaded(self.refuse(rank, place))

    def left(self) -> None:
        """Count a request that came and did not wait as done, however it ended."""
        self.inside -= 1

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
            self.turn(queue_ms, self._ticks)
            self._late_seconds, self._ticks = 0.0, 0

    def _borrowed_ms(self) -> float:
        seconds, times = self._borrowing()
        before_seconds, before_times = self._borrowed
        self._borrowed = seconds, times
        if times == before_times:
            return 0.0
        return (seconds - before_seconds) * 1000 / (times - before_times)

    def turn(self, queue_ms: float, ticks: int = WINDOW_TICKS) -> None:
        """End a window of so many ticks in which requests queued for so long: the mean.

        One late window alone is a hiccup, such as a process that was stopped: no more come in meanwhile
        than there are, and nothing else happens. Two in a row are overload.
        """
        self._see(ticks)
        queue_ms = self._ours_ms(queue_ms)
        was_late, self._was_late = self._was_late, queue_ms > QUEUE_MS_MAX
        self._inside_max = math.inf
        if not self.refusing:
            return
        if self.level == OPEN and not (was_late and self._was_late):
            if self._was_late:
                self._inside_max = max(self.inside, INSIDE_ALWAYS)
            self._able = 0.0
        else:
            self.level = self._level_for(self._let_in(queue_ms))

    def _see(self, ticks: int) -> None:
        """Look at what came, and at what was done of it."""
        done = max(self._passed - (self.inside - self._inside_before), 0) / ticks
        self._unseen = self._waiting / max(self._passed, 1)
        self._done += NEWEST * (done - self._done)
        self._lately.append(self._done)
        self._passed, self._waiting, self._inside_before = 0, 0, self.inside
        newest = [count / ticks for count in self._came]
        self._came = [0] * len(Rank)
        if sum(newest) > SUDDEN * sum(self._coming):
            self._coming = newest
        else:
            both = zip(self._coming, newest, strict=True)
            self._coming = [before + NEWEST * (now - before) for before, now in both]

    def _ours_ms(self, queue_ms: float) -> float:
        """Return how much of a queue is still there, and made of requests.

        Those who have waited tell of a queue that was; and a worker is late, too, when others have the
        processor. Whether there is a queue is seen by what is in work. What may wait for something to
        happen is not seen there, and costs something all the same: for these the queue is believed.
        """
        able = max(self._able, self._done, ABLE_MIN)
        inside_ms = self.inside / able * TICK_SECONDS * 1000
        return min(queue_ms, max(inside_ms, queue_ms * self._unseen))

    def _let_in(self, queue_ms: float) -> float:
        """Return how many to let in in a tick, and learn how many can be done."""
        if queue_ms <= QUEUE_MS_MAX:
            self._able *= 1 + STEP_UP * (1 - queue_ms / QUEUE_MS_MAX)
            return self._able
        # Of what was done lately the most, because who has let in few cannot see what more there is: to
        # think too much of oneself leaves a queue for a moment, to think too little refuses for nothing.
        self._able = max(*self._lately, ABLE_MIN)
        drained = max(queue_ms - QUEUE_MS_MEANT, 0.0) / DRAIN_MS
        return self._able * (1 - min(drained, DRAIN_MAX))

    def _level_for(self, count: float) -> int:
        """Return the level up to which ``count`` of those who come in a tick pass."""
        for rank in Rank:
            here = self._coming[rank]
            if here > count:
                return max(LOWEST, rank * USER_PLACES + int(USER_PLACES * count / here))
            count -= here
        return OPEN
