"""What is counted at the doors, and for how long back."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

WINDOWS = (timedelta(minutes=1), timedelta(hours=1), timedelta(days=1))
FRESH_FOR = timedelta(seconds=3)
MINUTES = 60


class ScopeFigures(msgspec.Struct, frozen=True):
    """How many had an answer at a door in a region, by what decided it."""

    door: str
    account_class: str
    region: str
    outcome: str  # admitted, refused, paced
    policy_id: str | None
    minute: int
    hour: int
    day: int


class MinuteFigures(msgspec.Struct, frozen=True):
    """How many had which answer in one minute."""

    at: datetime
    admitted: int
    refused: int
    paced: int


class Live(msgspec.Struct, frozen=True):
    """What happens at the doors, as of a moment."""

    generated_at: datetime
    scopes: list[ScopeFigures]
    minutes: list[MinuteFigures]


def minutes(rows: Iterable[Any], now: datetime) -> list[MinuteFigures]:
    """Return the last hour minute by minute, oldest first; in quiet minutes nothing happened."""
    counts: dict[tuple[int, str], int] = {(row[0], row[1]): row[2] for row in rows}
    last = int(now.timestamp()) // 60
    return [
        MinuteFigures(
            datetime.fromtimestamp(minute * 60, UTC),
            counts.get((minute, "admitted"), 0),
            counts.get((minute, "refused"), 0),
            counts.get((minute, "paced"), 0),
        )
        for minute in range(last - MINUTES + 1, last + 1)
    ]
