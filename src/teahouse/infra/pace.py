"""How fast a run may go: users first.

What users feel decides, not what the run would like: how long they queue, above all, and beside it
the 99th of a hundred requests, faults, and how far replicas are behind. When one of these is too much
the rate falls to a fifth at once; when all have been well for a while it climbs by small equal steps.
So many hands that see the same signals find a share each without speaking to each other.

What is ordinary for the 99th of a hundred is learned while the run stands still: at its start, every
ten minutes, and whenever it has been at its least and that was still too much, because then it is not
the run that makes it so. There is a least, so that a run ends.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

QUEUE_MS_MAX = 20.0
P99_TIMES_MAX = 1.2
FAULTS_SHARE_MAX = 0.01
FAULTS_MIN = 3  # one fault in a quiet second says nothing
REPLICA_LAG_SECONDS_MAX = 10.0
SILENT_SECONDS_MAX = 3.0  # a worker that cannot say how it is, is not well

FALL = 0.2
FALL_AGAIN_SECONDS = 1.0  # until then what is seen may be from before the last fall
WELL_SECONDS = 3.0  # before it climbs
CLIMB_SECONDS = 60.0  # from nothing to the most
IDLE_TIMES = 10.0  # as fast again when nobody asks for anything
LEAST_SHARE = 0.01
LEAST_ROWS = 5.0
BURST_SECONDS = 0.25
ENOUGH_ROWS = 250.0  # in one go
LEARN_SECONDS = 5.0
IDLE_SECONDS = 1.0  # where nobody asks for anything there is nothing to learn
LEARN_AGAIN_SECONDS = 600.0
LEARN_NEW_SECONDS = 30.0  # when there were too few requests to learn from, and now there are more
LEAST_SECONDS_MAX = 10.0  # that long at the least, and it learns again

FeltOf = tuple[float, float | None, int, int, float]


class Signals(NamedTuple):
    """What is felt of the house: the worst of its workers."""

    queue_ms: float = 0.0
    p99_ms: float | None = None
    requests: int = 0
    faults: int = 0
    silent_seconds: float = 0.0
    replica_lag_seconds: float = 0.0

    @classmethod
    def of(cls, workers: Iterable[FeltOf], replica_lag_seconds: float = 0.0) -> "Signals":
        """Put together what each worker said: queue, p99, requests, faults, silent for."""
        felt = list(workers)
        return cls(
            queue_ms=max((one[0] for one in felt), default=0.0),
            p99_ms=max((one[1] for one in felt if one[1] is not None), default=None),
            requests=sum(one[2] for one in felt),
            faults=sum(one[3] for one in felt),
            silent_seconds=max((one[4] for one in felt), default=0.0),
            replica_lag_seconds=replica_lag_seconds,
        )


class Hours(NamedTuple):
    """A stretch of the day in which a run is to be quiet, in minutes of it; it may pass midnight."""

    begins: int
    ends: int

    def cover(self, minute: int) -> bool:
        """Tell whether a minute of the day is in it."""
        if self.begins <= self.ends:
            return self.begins <= minute < self.ends
        return minute >= self.begins or minute < self.ends


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take, in rows a second, and when it is to be quiet."""

    rate_max: float
    quiet: tuple[Hours, ...] = ()
    queue_ms_max: float = QUEUE_MS_MAX

    @property
    def least(self) -> float:
        """The rate that it never stays below."""
        return min(self.rate_max, max(LEAST_ROWS, self.rate_max * LEAST_SHARE))


@dataclass
class Pace:
    """One hand's pace. ``now`` is in seconds of a clock that never goes back."""

    limits: Limits
    began: float
    rate: float = 0.0
    why: str = "learning"
    usual_p99_ms: float | None = None
    _learned: list[float] = field(default_factory=list[float])
    _learning_since: float | None = None
    _learned_at: float = 0.0
    _sampled_at: float = 0.0
    _seen_at: float = 0.0
    _fell_at: float = 0.0
    _well_since: float | None = None
    _least_since: float | None = None
    _tokens: float = 0.0
    _filled_at: float = 0.0

    def __post_init__(self) -> None:
        """Begin by learning."""
        self._seen_at = self._filled_at = self.began
        self._learn(self.began)

    def set(self, now: float, limits: Limits) -> None:
        """Take other limits from now on."""
        self._fill(now)
        self.limits = limits
        if self._learning_since is None:
            self._go(min(max(self.rate, limits.least), limits.rate_max))

    # -- how many ------------------------------------------------------------------------------

    def allow(self, now: float) -> int:
        """Return how many rows may be done now; what was done is told by ``spent``.

        None until there are enough: a page costs something, however few rows are in it.
        """
        self._fill(now)
        return int(self._tokens) if self._tokens >= max(1.0, self._enough()) else 0

    def spent(self, rows: int) -> None:
        """Take off what was done."""
        self._tokens -= rows

    def _fill(self, now: float) -> None:
        passed = max(now - self._filled_at, 0.0)
        self._filled_at = max(now, self._filled_at)
        self._tokens = min(self._tokens + self.rate * passed, self._burst())

    def _enough(self) -> float:
        return min(self._burst() / 2, ENOUGH_ROWS)

    def _burst(self) -> float:
        return max(self.rate * BURST_SECONDS, 1.0) if self.rate else 0.0

    def _go(self, rate: float) -> None:
        self.rate = rate
        self._tokens = min(self._tokens, self._burst())

    # -- what is felt --------------------------------------------------------------------------

    def seen(self, now: float, felt: Signals, minute: int | None = None) -> None:
        """Take notice of what users feel, at a minute of the day; a few times a second."""
        self._fill(now)
        passed, self._seen_at = max(now - self._seen_at, 0.0), now
        if self._learning_since is not None:
            self._listen(now, felt)
            return
        too_much = self._too_much(felt)
        if too_much is not None:
            self._fall(now, too_much)
        elif minute is not None and any(hours.cover(minute) for hours in self.limits.quiet):
            self._go(self.limits.least)
            self.why, self._least_since = "quiet", None
        elif self._is_to_learn(now, felt):
            self._learn(now)
        else:
            self._climb(now, passed, felt)

    def _too_much(self, felt: Signals) -> str | None:
        usual = self.usual_p99_ms
        if felt.queue_ms > self.limits.queue_ms_max:
            return "queue"
        if felt.silent_seconds > SILENT_SECONDS_MAX:
            return "silent"
        if felt.faults >= FAULTS_MIN and felt.faults > felt.requests * FAULTS_SHARE_MAX:
            return "faults"
        if felt.replica_lag_seconds > REPLICA_LAG_SECONDS_MAX:
            return "replicas"
        if usual is not None and felt.p99_ms is not None and felt.p99_ms > usual * P99_TIMES_MAX:
            return "p99"
        return None

    def _fall(self, now: float, why: str) -> None:
        self.why, self._well_since = why, None
        least = self.limits.least
        if self.rate > least:
            if now - self._fell_at >= FALL_AGAIN_SECONDS:
                self._fell_at = now
                self._go(max(self.rate * FALL, least))
            self._least_since = now
        elif self._least_since is None:
            self._least_since = now
        elif why == "p99" and now - self._least_since >= LEAST_SECONDS_MAX:
            self._learn(now)  # it is not we who make it so

    def _climb(self, now: float, passed: float, felt: Signals) -> None:
        self._least_since = None
        if self._well_since is None:
            self._well_since = now
        if _asked(felt) and now - self._well_since < WELL_SECONDS:
            return
        step = self.limits.rate_max / CLIMB_SECONDS * passed
        if not _asked(felt):
            step *= IDLE_TIMES
        self._go(min(self.rate + step, self.limits.rate_max))
        self.why = "climbing" if self.rate < self.limits.rate_max else "at most"

    # -- what is usual -------------------------------------------------------------------------

    def _is_to_learn(self, now: float, felt: Signals) -> bool:
        is_new = self.usual_p99_ms is None and felt.p99_ms is not None
        since = now - self._learned_at
        return since >= (LEARN_NEW_SECONDS if is_new else LEARN_AGAIN_SECONDS)

    def _learn(self, now: float) -> None:
        self._learning_since, self._sampled_at, self._learned = now, now, []
        self.why = "learning"
        self._go(0.0)

    def _listen(self, now: float, felt: Signals) -> None:
        assert self._learning_since is not None, "it learns"
        if felt.p99_ms is not None and now - self._sampled_at >= FALL_AGAIN_SECONDS:
            self._sampled_at = now
            self._learned.append(felt.p99_ms)
        if now - self._learning_since < (LEARN_SECONDS if _asked(felt) else IDLE_SECONDS):
            return
        # The highest but one: a single odd second makes nothing usual.
        self.usual_p99_ms = sorted(self._learned)[-2:][0] if self._learned else None
        self._learning_since, self._learned_at = None, now
        self._well_since = self._least_since = None
        self._fell_at = now - FALL_AGAIN_SECONDS
        self._go(self.limits.least)


def _asked(felt: Signals) -> bool:
    """Tell whether anybody asked for anything of late."""
    return felt.requests > 0 or felt.p99_ms is not None
