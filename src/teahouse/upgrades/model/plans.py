"""How far a run is, and what is found in it. Pure."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

RANGE_ROWS = 10_000
RANGE_BYTES = 16 * 1024 * 1024  # where nobody has counted rows
# So many of what is verified afterwards are compared with what they said before.
COMPARED_MAX = 50_000
OPENED_ALL_MAX = 20_000_000  # beyond, a sample is opened; all are counted


class StepRow(msgspec.Struct, frozen=True):
    """How far a class of data is in a table."""

    data_class: str
    place: str
    total: int
    done: int
    quarantined: int
    began_at: datetime | None
    moved_at: datetime | None

    @property
    def rate(self) -> float:
        """Rows a second, since it began."""
        if self.began_at is None or self.moved_at is None or not self.done:
            return 0.0
        return self.done / max((self.moved_at - self.began_at).total_seconds(), 1.0)

    @property
    def eta_seconds(self) -> int | None:
        """How long it goes on like this; ``None`` before anything is known."""
        rate = self.rate
        return round((self.total - self.done) / rate) if rate else None


def ends_about(steps: Sequence[StepRow], now: datetime) -> datetime | None:
    """Return when all will be done if it goes on like this; ``None`` when that is not known."""
    left = [one.eta_seconds for one in steps if one.done < one.total]
    known = [seconds for seconds in left if seconds is not None]
    return now + timedelta(seconds=max(known)) if known and len(known) == len(left) else None


def one_in(rows: int, most: int) -> int:
    """Return of how many one is looked at, so that about ``most`` are."""
    return max(1, -(-rows // most))


def soft_until(soft_since: datetime | None, days: int, last_need: datetime | None) -> datetime:
    """Return until when old keys rest: so many days since they were disabled, or needed last."""
    moments = [at for at in (soft_since, last_need) if at is not None]
    assert moments, "they are disabled"
    return max(moments) + timedelta(days=days)
