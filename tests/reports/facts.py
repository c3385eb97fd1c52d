"""A run as it might have been."""

from datetime import UTC, datetime, timedelta
from typing import Any

from teahouse.gate.model.policies import Both
from teahouse.reports.model.facts import (
    Act,
    CapabilityFact,
    ClassFact,
    ColumnFact,
    KeyFact,
    Point,
    RunFacts,
    SinkSeen,
)
from teahouse.reports.model.sinks import SINKS, State

BEGAN = datetime(2021, 7, 27, 1, tzinfo=UTC)
ENDED = BEGAN + timedelta(hours=2)


def seen(**states: State) -> tuple[SinkSeen, ...]:
    """Every sink looked at and clean, but for some."""
    return tuple(
        SinkSeen(sink=one.name, state=states.get(one.name, State.CLEAN).value) for one in SINKS
    )


def column(**more: Any) -> ColumnFact:
    """A column of which every value was opened."""
    told: dict[str, Any] = {
        "column": "accounts_identifiers.value", "values": 11,
        "opened": 11, "erased": 0, "broken": 0, "old": 0,
    }  # fmt: skip
    return ColumnFact(**(told | more))


def facts(**more: Any) -> RunFacts:
    """A run that did everything."""
    points = tuple(
        Point(at=BEGAN + timedelta(minutes=nth), exposed=1200 - 10 * nth, rows_per_second=9)
        for nth in range(121)
    )
    told: dict[str, Any] = {
        "run_id": "01FBKV", "release": "0.1", "mode": "compromise", "stolen": "kek_file",
        "outcome": "closed", "reason": Both("密钥文件丢失", "A key file was lost <b>"),
        "started_at": BEGAN, "ended_at": ENDED,
        "classes": (
            ClassFact(data_class="kek", rows=10, done=10, milliseconds=1000),
            ClassFact(
                data_class="dek", table="accounts_identifiers", rows=1200, done=1200,
                milliseconds=10_000,
            ),
        ),
        "keys": (
            KeyFact(
                purpose="kek", key_id="01A", version=1, suite=1, before="primary",
                after="destroyed",
            ),
            KeyFact(purpose="kek", key_id="01B", version=2, suite=1, before=None, after="primary"),
        ),
        "columns": (column(),),
        "capabilities": (
            CapabilityFact(
                capability="sign_in", method="answers", requests=5000, watched_seconds=7200
            ),
            CapabilityFact(capability="erase", method="unmeasured"),
        ),
        "acts": (Act(act="destroy", at=ENDED, persons=2),),
        "points": points,
        "sinks": seen(backups=State.EXPIRES),
    }  # fmt: skip
    return RunFacts(**(told | more))
