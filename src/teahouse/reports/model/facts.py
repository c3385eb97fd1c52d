"""What a run hands over for its report. Whole numbers only: they are signed as canonical JSON."""

from datetime import datetime
from typing import TypeVar

import msgspec

from teahouse.gate.model.policies import Both

POINTS_MAX = 400  # of the curve; a longer one is thinned
COLUMN_POINTS_MAX = 60  # of the curve of one column

_Of = TypeVar("_Of")

# What an outcome may be.
CLOSED, ABORTED = "closed", "aborted"


class KeyFact(msgspec.Struct, frozen=True, kw_only=True):
    """A key of the run: its state before and after, never its secret."""

    purpose: str  # as in vault_keys
    key_id: str
    version: int
    suite: int
    before: str | None  # None: it was made by the run
    after: str


class ClassFact(msgspec.Struct, frozen=True, kw_only=True):
    """A class of data in one table; ``table`` is empty for what has none of its own.

    ``milliseconds`` is the time from its first row to its last.
    """

    data_class: str  # one of CLASSES in words.py
    table: str = ""
    rows: int
    done: int
    quarantined: int = 0
    began_at: datetime | None = None
    ended_at: datetime | None = None
    milliseconds: int = 0


class ColumnFact(msgspec.Struct, frozen=True, kw_only=True):
    """What the verifier found in a sealed column, or in all of a table: ``table.*``.

    Keyed digests of plaintexts are taken before, of so many values, and again afterwards: ``same``
    say the same, ``changed`` say something else or are gone, as people change and erase things
    meanwhile. ``differing`` are those that nobody can have changed.
    """

    column: str
    before: int = 0  # values that there were under the keys that went
    values: int
    opened: int
    erased: int
    broken: int
    old: int  # values under an old key
    same: int = 0
    changed: int = 0
    differing: int = 0
    unindexed: int = 0


class CapabilityFact(msgspec.Struct, frozen=True, kw_only=True):
    """How long something that people do could not be done, and how that was measured."""

    capability: str  # one of CAPABILITIES in words.py
    method: str  # one of METHODS in words.py
    requests: int = 0
    failed: int = 0  # because of us: the fives, and what was cut off
    watched_seconds: int = 0
    down_milliseconds: int = 0
    longest_gap_milliseconds: int = 0


class ErrorFact(msgspec.Struct, frozen=True, kw_only=True):
    """Something that went wrong, and how often. Nothing about anybody."""

    where: str
    what: str
    times: int


class Point(msgspec.Struct, frozen=True, kw_only=True):
    """How things stood at a moment: how many values were still under an old key."""

    at: datetime
    exposed: int
    rows_per_second: int = 0
    p99_microseconds: int | None = None
    queue_microseconds: int | None = None


class CurvePoint(msgspec.Struct, frozen=True, kw_only=True):
    """How much of a column was exposed at a moment: counted, or reckoned from how far the run was."""

    at: datetime
    exposed: int
    counted: bool


class CurveFact(msgspec.Struct, frozen=True, kw_only=True):
    """A column over time; no column: the indexes of a table; no table: what the keys wrap.

    ``gravity`` 1 is the gravest; 0 are keys, 9 indexes.
    """

    data_class: str  # one of CLASSES in words.py
    table: str = ""
    column: str = ""
    gravity: int
    points: tuple[CurvePoint, ...]


class Act(msgspec.Struct, frozen=True, kw_only=True):
    """A decision about the run, and how many persons took it."""

    act: str
    at: datetime
    persons: int
    by: tuple[str, ...] = ()  # who, by their ids


class Undeclared(msgspec.Struct, frozen=True, kw_only=True):
    """Rows of a column that hold personal data, or envelopes, which nobody has declared."""

    column: str
    what: str
    rows: int


class Detail(msgspec.Struct, frozen=True, kw_only=True):
    """Something that was seen at a sink: a code of details.py, and what fills its blanks."""

    code: str
    told: dict[str, str] = {}


class SinkSeen(msgspec.Struct, frozen=True, kw_only=True):
    """What was found where data may lie. ``sink`` and ``state`` are in sinks.py."""

    sink: str
    state: str
    counted: int | None = None
    until: datetime | None = None  # what is old there is gone by then
    detail: str = ""  # in English
    said: tuple[Detail, ...] | msgspec.UnsetType = msgspec.UNSET  # nothing in reports from before


class WrapsFact(msgspec.Struct, frozen=True, kw_only=True):
    """How many data keys a key wrapped, of a region's people or of all others."""

    inside: bool
    key_id: str
    version: int
    before: int  # when the run began
    after: int  # and when it ended


class RegionFact(msgspec.Struct, frozen=True, kw_only=True):
    """That a run was of one region, and the census of the keys that wrap, in it and outside."""

    scope: str
    census: tuple[WrapsFact, ...]


class NormaliserFact(msgspec.Struct, frozen=True, kw_only=True):
    """By which form people are found under the new index key, and whom that would have made one."""

    version: int
    kept_apart: int  # accounts that look the same as one before them: none was merged


class RunFacts(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a run tells of itself when it has ended."""

    run_id: str
    release: str
    mode: str  # "ordinary" or "compromise"
    stolen: str | None = None  # one of STOLEN in stolen.py
    outcome: str  # CLOSED or ABORTED
    reason: Both
    started_at: datetime
    ended_at: datetime
    verified_digest: str = ""  # SHA-256 of all that the verifier counted
    budget_seconds: int = 0  # how long something was allowed to be down
    paused_milliseconds: int = 0
    classes: tuple[ClassFact, ...]
    keys: tuple[KeyFact, ...] = ()
    columns: tuple[ColumnFact, ...] = ()
    capabilities: tuple[CapabilityFact, ...] = ()
    errors: tuple[ErrorFact, ...] = ()
    acts: tuple[Act, ...] = ()
    points: tuple[Point, ...] = ()
    sinks: tuple[SinkSeen, ...] = ()
    undeclared: tuple[Undeclared, ...] = ()
    # Nothing at all when a run is of the whole installation, as in reports from before.
    region: RegionFact | msgspec.UnsetType = msgspec.UNSET
    normaliser: NormaliserFact | msgspec.UnsetType = msgspec.UNSET  # nothing: by the exact form
    # By column, the gravest first; nothing in reports from before.
    curves: tuple[CurveFact, ...] | msgspec.UnsetType = msgspec.UNSET


def thinned(points: tuple[_Of, ...], most: int = POINTS_MAX) -> tuple[_Of, ...]:
    """Return at most so many points, evenly, the first and the last among them."""
    if len(points) <= most:
        return points
    last = len(points) - 1
    return tuple(points[round(nth * last / (most - 1))] for nth in range(most))
