"""How registration stands, as one document: the file, the page and the site are made from it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from teahouse.gate.model.bindings import Transition
from teahouse.gate.model.doors import DOORS
from teahouse.gate.model.notices import Notice, notice_of
from teahouse.gate.model.policies import Both
from teahouse.notices.model.chain import REPORT, RESTORED, Document
from teahouse.notices.model.ledger import whole_minutes


class DoorWire(msgspec.Struct, frozen=True):
    """One of the nineteen doors, with its decision."""

    number: int
    door: str
    counts_as_registration: bool
    built: bool
    why: str


class HistoryEnd(msgspec.Struct, frozen=True):
    """The newest entry of the public history."""

    seq: int
    hash: str


class StatusWire(msgspec.Struct, frozen=True, kw_only=True):
    """``/.well-known/registration-status.json``; signed by the newest of our published keys."""

    server_name: str
    generated_at: datetime
    doors: tuple[DoorWire, ...]
    notices: tuple[Notice, ...]
    history: HistoryEnd
    key_id: str = ""
    signature: str = ""


def status_of(
    server_name: str, now: datetime, notices: Sequence[Notice], history: HistoryEnd
) -> StatusWire:
    """Return how registration stands, not signed yet."""
    doors = tuple(
        DoorWire(rule.number, door.value, rule.counts_as_registration, rule.built, rule.why)
        for door, rule in DOORS.items()
    )
    return StatusWire(
        server_name=server_name,
        generated_at=now,
        doors=doors,
        notices=tuple(notices),
        history=history,
    )


def plain(value: Any) -> Any:
    """Return a struct as JSON has it."""
    return msgspec.to_builtins(value)


def entry_of(transition: Transition, recorded_at: datetime) -> Document:
    """Return what an entry of the history tells of a change; its place is not in it yet."""
    policy = transition.policy
    minutes = None
    if policy.ended_at is not None:
        begun = max(policy.effective_from, policy.created_at)
        minutes = whole_minutes(policy.ended_at - begun)
    return {
        "at": plain(transition.at),
        "recorded_at": plain(recorded_at),
        "change": transition.change,
        "notice": plain(notice_of(policy)),
        "reason": plain(transition.reason),
        "ended_at": plain(policy.ended_at),
        "minutes": minutes,
        "key": None,
    }


def key_change(
    at: datetime, key: Document, change: str = "key", reason: Both | None = None
) -> Document:
    """Return what an entry tells of a key: that it signs from then on, or is believed no more."""
    return {
        "at": plain(at),
        "recorded_at": plain(at),
        "change": change,
        "notice": None,
        "reason": plain(reason or Both()),
        "ended_at": None,
        "minutes": None,
        "key": key,
    }


def report_entry(at: datetime, run_id: str, sha256: str, reason: Both) -> Document:
    """Return what an entry of the history tells of a signed report: only its digest."""
    return {
        **key_change(at, {}),
        "change": REPORT,
        "reason": plain(reason),
        "key": None,
        REPORT: {"run_id": run_id, "sha256": sha256},
    }


def restore_entry(at: datetime, reason: Both) -> Document:
    """Return what an entry tells of a time that was lost: in words only."""
    return {**key_change(at, {}, RESTORED, reason), "key": None}
