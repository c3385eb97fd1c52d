"""What a work is, how it stands at a moment, and when it may be done."""

import enum
import re
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.errors import Kind, Refused

STALLED_AFTER = timedelta(seconds=60)  # without a sign of life from what does it
BEAT_SECONDS = 10.0
TITLE_LETTERS_MAX = 200
REASON_LETTERS_MAX = 500
COUNT_MAX = 2**53
ROUND_UP = timedelta(minutes=5)  # nobody is promised a second
SLACK = 1.25  # what is left takes longer than what was done
FORESEEN_MAX = timedelta(days=365)

_DIGEST = re.compile(r"[0-9a-f]{64}")


class WorkState(enum.Enum):
    """How a work stands."""

    RUNNING = "running"
    STALLED = "stalled"  # it said nothing for a while; never stored
    VERIFIED = "verified"
    FAILED = "failed"


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """A piece of work, as it was last heard of."""

    work_id: str
    kind: str
    title: str
    state: WorkState
    done: int
    total: int  # 0: not known
    opened_by: str
    opened_at: datetime
    heartbeat_at: datetime
    ended_at: datetime | None = None
    report_digest: str | None = None
    reason: str | None = None


class BadWork(Refused):
    """A work needs a kind and a title, and counts that can be."""

    code = "works.bad"
    kind = Kind.UNPROCESSABLE


class WorkOver(Refused):
    """That work has ended."""

    code = "works.over"
    kind = Kind.CONFLICT


class Steps(NamedTuple):
    """How many steps of a work are done, and how many there are."""

    done: int
    total: int


def check_work(kind: str, title: str) -> None:
    """Refuse a work that nobody could tell from another: ``BadWork``."""
    if not kind.strip() or not 0 < len(title.strip()) <= TITLE_LETTERS_MAX:
        raise BadWork
    if "\n" in title or len(kind) > TITLE_LETTERS_MAX:
        raise BadWork


def check_steps(steps: Steps) -> None:
    """Refuse counts that cannot be: ``BadWork``."""
    if not 0 <= steps.done <= steps.total <= COUNT_MAX:
        raise BadWork("Done steps are among all steps, and neither is below nothing.")


def check_digest(report_digest: str) -> None:
    """Refuse what is no SHA-256 in hexadecimal: ``BadWork``."""
    if not _DIGEST.fullmatch(report_digest):
        raise BadWork("A report's digest is a SHA-256 in hexadecimal.")


def seen(work: Work, now: datetime) -> Work:
    """Return a work as it stands now: one that has gone silent is stalled."""
    silent = now - work.heartbeat_at > STALLED_AFTER
    if work.state is WorkState.RUNNING and silent:
        return msgspec.structs.replace(work, state=WorkState.STALLED)
    return work


def foreseen(work: Work, now: datetime) -> datetime | None:
    """Return when a work may be done, by how far it has come; ``None`` when nobody can know."""
    if seen(work, now).state is not WorkState.RUNNING or not 0 < work.done < work.total:
        return None
    spent = now - work.opened_at
    left = spent * (SLACK * (work.total - work.done) / work.done)
    if left > FORESEEN_MAX:
        return None
    steps = -(-max(left, ROUND_UP) // ROUND_UP)
    whole = now.replace(second=0, microsecond=0)
    return whole + ROUND_UP * steps


_PROGRESS = re.compile(r"progress\s+(\d{1,15})\s*/\s*(\d{1,15})\s*")


def progress_of(line: str) -> Steps | None:
    """Return what a line of a runner's output says of its progress: ``progress 3/10``."""
    found = _PROGRESS.fullmatch(line.strip())
    if found is None:
        return None
    steps = Steps(int(found[1]), int(found[2]))
    return steps if 0 <= steps.done <= steps.total else None
