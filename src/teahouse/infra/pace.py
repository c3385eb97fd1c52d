"""How fast a run may go: users first.

What users feel decides, not what the run would like: how long they queue, above all, and beside it
the 99th of a hundred requests, faults, and how far replicas are behind. When one of these is too much
the rate falls to a fifth at once; when all have been well for a while it climbs, by a tenth each
second or so while people are about. When somebody comes after nobody was about, it falls to the least:
how fast it went alone says nothing of how fast it may go beside them. Nor is a rate kept that was not
used, because the run was held or waited. So many hands that see the same signals find a share each
without speaking to each other.

One thing no signal tells soon enough: whoever comes while a page is being done shares the machine's
caches and the other half of its core with it, however politely that gives way. So while people are
about a hand rests after each page, twelve times as long as it had the processor, PostgreSQL as long
again or less beside it: it is at work some eighth of the time. Who wants more of a large machine runs
more hands.

What is ordinary for the 99th of a hundred is learned while nothing is done: at the start, once what
came with that has passed (processes that load, keys that are read), and for some seconds of every
five minutes by the machine's clock, in which all hands of a machine stand still together; if each
chose its own time, it would learn what the others cause, and hold it for ordinary. What was felt
before they stood still is told for some seconds more, and is not listened to. There is a least, so
that a run ends.
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
CLIMB_SECONDS = 60.0  # from the least to the most
IDLE_SECONDS_MAX = 6.0  # when nobody asks for anything
LEAST_SHARE = 0.005
LEAST_ROWS = 5.0
BURST_SECONDS = 0.25
ENOUGH_ROWS = 1000.0  # in one go: with each page come some transactions beside it
FEW_ROWS = 50.0  # while people are about: whoever comes waits for what has begun
RESTS_TIMES = 12.0  # as long as a page had the processor, while people are about
REST_SECONDS_MAX = 5.0
SETTLE_SECONDS = 10.0  # for as long what is told may be from before
UNUSED_SECONDS_MAX = (
    2.0  # that nobody felt anything of a rate that was not used, says nothing of it
)
LEARN_SECONDS = 5.0
IDLE_SECONDS = 1.0  # where nobody asks for anything there is nothing to learn
LEARN_AGAIN_SECONDS = 300.0
LEARN_NEW_SECONDS = 30.0  # when there were too few requests to learn from, and now there are more

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
    _tokens: float = 0.0
    _filled_at: float = 0.0
    _alone: bool = False
    _rests_until: float = 0.0
    _spent_at: float = 0.0
    _stood_at: float = 0.0

    def __post_init__(self) -> None:
        """Begin by learning: what came with the run's beginning is let pass, too."""
        self._seen_at = self._filled_at = self._spent_at = self.began
        self._learn(self.began, SETTLE_SECONDS)

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
        if now < self._rests_until and not self._alone:
            self._spent_at = now  # it would be used
            return 0
        enough = max(1.0, min(self._burst() / 2, self._most()))
        return int(min(self._tokens, self._most())) if self._tokens >= enough else 0

    def spent(self, rows: int) -> None:
        """Take off what was done."""
        self._tokens -= rows
        self._spent_at = self._filled_at

    def worked(self, now: float, seconds: float) -> None:
        """Rest after so many seconds of the processor, if people are about."""
        rest = min(seconds * RESTS_TIMES, REST_SECONDS_MAX)
        self._rests_until = max(self._rests_until, now + rest)

    def _fill(self, now: float) -> None:
        passed = max(now - self._filled_at, 0.0)
        self._filled_at = max(now, self._filled_at)
        self._tokens = min(self._tokens + self.rate * passed, self._burst())

    def _most(self) -> float:
        return ENOUGH_ROWS if self._alone else FEW_ROWS

    def _burst(self) -> float:
        if not self.rate:
            return 0.0
        return max(self.rate * BURST_SECONDS, 2 * min(self.rate, FEW_ROWS), 1.0)

    def _go(self, rate: float) -> None:
        self.rate = rate
        self._tokens = min(self._tokens, self._burst())

    # -- what is felt --------------------------------------------------------------------------

    def seen(self, now: float, felt: Signals, minute: int | None = None) -> None:
        """Take notice of what users feel, at a minute of the day; a few times a second."""
        self._fill(now)
        passed, self._seen_at = max(now - self._seen_at, 0.0), now
        came = self._alone and _asked(felt)
        self._alone = not _asked(felt)
        if self._learning_since is not None:
            self._listen(now, felt)
            return
        too_much = self._too_much(felt)
        if self._is_to_learn(now, felt):
            self._learn(now, SETTLE_SECONDS)
        elif came:
            self._go(self.limits.least)
            self.why, self._well_since = "company", None
        elif too_much is not None:
            self._fall(now, too_much)
        elif minute is not None and any(hours.cover(minute) for hours in self.limits.quiet):
            self._go(self.limits.least)
            self.why = "quiet"
        elif now - self._spent_at > UNUSED_SECONDS_MAX:
            self._go(self.limits.least)
            self.why = "unused"
        else:
            self._climb(now, passed)

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
        if self.rate > self.limits.least and now - self._fell_at >= FALL_AGAIN_SECONDS:
            self._fell_at = now
            self._go(max(self.rate * FALL, self.limits.least))

    def _climb(self, now: float, passed: float) -> None:
        if self._well_since is None:
            self._well_since = now
        most, least = self.limits.rate_max, self.limits.least
        if self._alone:
            rate = self.rate + most / IDLE_SECONDS_MAX * passed
        elif now - self._well_since < WELL_SECONDS:
            return
        else:
            rate = self.rate * (most / least) ** (passed / CLIMB_SECONDS)
        self._go(min(rate, most))
        self.why = "climbing" if self.rate < most else "at most"

    # -- what is usual -------------------------------------------------------------------------

    def _is_to_learn(self, now: float, felt: Signals) -> bool:
        if self.usual_p99_ms is None and felt.p99_ms is not None:
            return now - self._learned_at >= LEARN_NEW_SECONDS
        is_another = now // LEARN_AGAIN_SECONDS > self._learned_at // LEARN_AGAIN_SECONDS
        return is_another and not self._alone

    def _learn(self, now: float, settle: float) -> None:
        self._learning_since, self._sampled_at, self._stood_at = now + settle, now + settle, now
        self._learned = []
        self.why = "learning"
        self._go(0.0)

    def _listen(self, now: float, felt: Signals) -> None:
        assert self._learning_since is not None, "it learns"
        if felt.p99_ms is not None and now - self._sampled_at >= FALL_AGAIN_SECONDS:
            self._sampled_at = now
            self._learned.append(felt.p99_ms)
        nothing_to_learn = self._alone and now - self._stood_at >= IDLE_SECONDS
        if not nothing_to_learn and now - self._learning_since < LEARN_SECONDS:
            return
        if self._learned:  # the middle one: what is odd for a second or two makes nothing usual
            self.usual_p99_ms = sorted(self._learned)[len(self._learned) // 2]
        self._learning_since, self._learned_at = None, now
        self._well_since = None
        self._fell_at = now - FALL_AGAIN_SECONDS
        self._go(self.limits.least)


def _asked(felt: Signals) -> bool:
    """Tell whether anybody asked for anything of late."""
    return felt.requests > 0 or felt.p99_ms is not None
