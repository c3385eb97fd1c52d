"""The downtime ledger: how long registration was shut, for whom and at which door [R-014]."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec

from teahouse.gate.model.doors import DOORS
from teahouse.gate.model.policies import ANY

SHUT = ("suspended", "invite_only", "waitlist")
ENDS = ("ended", "expired", "resumed", "overridden")
_MINUTE = timedelta(minutes=1)


class Scoped(msgspec.Struct, frozen=True, kw_only=True):
    """How long a scope was shut, as it was decided."""

    region: str
    account_class: str
    door: str
    times: int
    minutes: int
    shut_now: bool


class AtDoor(msgspec.Struct, frozen=True, kw_only=True):
    """How long a door was shut to at least somebody; overlapping times count once."""

    door: str
    minutes: int
    shut_now: bool


class Ledger(msgspec.Struct, frozen=True, kw_only=True):
    """How long registration was shut since the history began."""

    as_of: datetime
    scopes: tuple[Scoped, ...]
    doors: tuple[AtDoor, ...]


class Span(NamedTuple):
    """A time during which something was shut; ``end`` is ``None`` while it is."""

    scope: tuple[str, str, str]
    begin: datetime
    end: datetime | None


def moment(text: str) -> datetime:
    """Return a moment as entries write it."""
    return datetime.fromisoformat(text)


def whole_minutes(length: timedelta) -> int:
    """Return a length in minutes, to the nearest; never below nothing."""
    return max(0, round(length / _MINUTE))


def spans(entries: Iterable[Mapping[str, Any]]) -> list[Span]:
    """Return the times during which something was shut, from the entries of the history."""
    begun: dict[str, Span] = {}
    over: list[Span] = []
    for entry in entries:
        notice = entry["notice"]
        if notice is None or notice["state"] not in SHUT:
            continue
        at = moment(entry["at"])
        if entry["change"] == "set":
            scope = notice["scope"]
            where = (scope["region"], scope["account_class"], scope["door"])
            begun[notice["id"]] = Span(where, max(at, moment(notice["since"])), None)
        elif entry["change"] in ENDS and notice["id"] in begun:
            span = begun.pop(notice["id"])
            if span.begin < at:  # else it ended before it began
                over.append(span._replace(end=at))
    return [*over, *begun.values()]


def ledger(entries: Iterable[Mapping[str, Any]], now: datetime) -> Ledger:
    """Return how long each scope and each door was shut."""
    found = [span for span in spans(entries) if span.begin < now]
    by_scope: dict[tuple[str, str, str], list[Span]] = defaultdict(list)
    for span in found:
        by_scope[span.scope].append(span)
    scopes = [
        Scoped(
            region=scope[0],
            account_class=scope[1],
            door=scope[2],
            times=len(times),
            minutes=_union(times, now),
            shut_now=any(span.end is None for span in times),
        )
        for scope, times in sorted(by_scope.items())
    ]
    return Ledger(as_of=now, scopes=tuple(scopes), doors=tuple(_doors(found, now)))


def shut_between(entries: Iterable[Mapping[str, Any]], begin: datetime, end: datetime) -> timedelta:
    """Return for how long any door was shut to anybody between two moments; overlaps count once."""
    whole, until = timedelta(0), begin
    for span in sorted(spans(entries), key=lambda one: one.begin):
        first, last = max(span.begin, until), min(span.end or end, end)
        if first < last:
            whole += last - first
            until = last
    return whole


def _doors(found: Sequence[Span], now: datetime) -> Iterable[AtDoor]:
    for door, rule in DOORS.items():
        doors = (door.value, ANY) if rule.counts_as_registration else (door.value,)
        times = [span for span in found if span.scope[2] in doors]
        if rule.built or times:
            shut_now = any(span.end is None for span in times)
            yield AtDoor(door=door.value, minutes=_union(times, now), shut_now=shut_now)


def _union(times: Iterable[Span], now: datetime) -> int:
    """Return the minutes of times, those that overlap counted once."""
    whole, until = timedelta(0), None
    for span in sorted(times, key=lambda one: one.begin):
        begin, end = span.begin, span.end or now
        if until is not None and begin < until:
            begin = until
        if begin < end:
            whole += end - begin
            until = end
    return whole_minutes(whole)
