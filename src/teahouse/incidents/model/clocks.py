"""Which clocks run in an incident, until when, and which of them is next."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.incidents.model.incident import (
    ClockAnswered,
    ClocksOpen,
    Incident,
    LateWhyNeeded,
    NoSuchClock,
    marks_of,
)
from teahouse.incidents.model.law import CONTAINED, NOTICED, ClockRule, Law


class Clock(msgspec.Struct, frozen=True, kw_only=True):
    """A clock of an incident. ``due_at`` is ``None`` where the law says at once, without hours."""

    clock_id: str
    whom: str
    due_at: datetime | None
    applies: bool
    late_at: datetime | None = None  # when it was seen to have run out
    answered_at: datetime | None = None
    answered_by: str = ""
    reference: str = ""
    late_why: str = ""

    @property
    def open(self) -> bool:
        """Whether somebody is still to be told."""
        return self.applies and self.answered_at is None

    def overdue(self, now: datetime) -> bool:
        """Tell whether it has run out, or was answered too late."""
        at = self.answered_at or now
        return self.applies and self.due_at is not None and at > self.due_at


def applies(rule: ClockRule, law: Law, incident: Incident) -> bool:
    """Tell whether a clock is one of an incident's, by its kind, level and marks."""
    facts, marks = incident.facts, marks_of(incident.facts)
    high = law.rank(incident.level) >= law.rank(rule.least_level) if rule.least_level else True
    kind = not rule.kinds or facts.kind in rule.kinds
    return high and kind and set(rule.needs) <= marks and not marks & set(rule.unless)


def running(
    law: Law, incident: Incident, answered: Mapping[str, datetime]
) -> dict[str, datetime | None]:
    """Return the clocks that run now, each with when it is due.

    ``answered``: when others were. One that begins later is not among them before it has begun.
    """
    begins = {NOTICED: incident.starts_at, **answered}
    if incident.contained_at is not None:
        begins[CONTAINED] = incident.contained_at
    found: dict[str, datetime | None] = {}
    for rule in law.clocks:
        begun = begins.get(rule.after)
        if begun is not None and applies(rule, law, incident):
            found[rule.id] = None if rule.hours is None else begun + timedelta(hours=rule.hours)
    return found


def settled(
    law: Law, incident: Incident, clocks: Sequence[Clock], *, release: bool = False
) -> list[Clock]:
    """Return the clocks of an incident after its facts, level or state moved.

    What runs is added; what no longer would runs on, unless two persons ``release`` it. What was
    answered, or ran out, is never moved.
    """
    answered = {one.clock_id: one.answered_at for one in clocks if one.answered_at is not None}
    now_run, there = running(law, incident, answered), {one.clock_id: one for one in clocks}
    found: list[Clock] = []
    for clock_id, due_at in now_run.items():
        rule, before = law.clock(clock_id), there.pop(clock_id, None)
        assert rule is not None, "it runs by that rule"
        if before is None:
            before = Clock(clock_id=clock_id, whom=rule.whom, due_at=due_at, applies=True)
        elif not before.applies:
            before = msgspec.structs.replace(before, due_at=due_at, applies=True)
        found.append(before)
    for one in there.values():
        gone = release and one.answered_at is None
        found.append(msgspec.structs.replace(one, applies=False) if gone else one)
    return found


def next_due(clocks: Iterable[Clock]) -> Clock | None:
    """Return the clock that is to be answered next: at once goes before every hour."""
    waiting = [one for one in clocks if one.open]
    return min(waiting, key=lambda one: (urgency(one), one.clock_id), default=None)


def urgency(clock: Clock) -> float:
    """Return what orders clocks: seconds since the epoch until when, and 0 for at once."""
    return clock.due_at.timestamp() if clock.due_at else 0.0


def check_answer(
    clocks: Sequence[Clock], clock_id: str, whom: str, late_why: str, now: datetime
) -> Clock:
    """Return the clock that is answered. Raises ``NoSuchClock``, ``ClockAnswered``, ``LateWhyNeeded``."""
    found = next((one for one in clocks if one.clock_id == clock_id and one.whom == whom), None)
    if found is None or not found.applies:
        raise NoSuchClock
    if found.answered_at is not None:
        raise ClockAnswered
    if found.overdue(now) and not late_why.strip():
        raise LateWhyNeeded
    return found


def check_none_open(clocks: Iterable[Clock]) -> None:
    """Raise ``ClocksOpen``, naming who is still to be told."""
    left = sorted(one.clock_id for one in clocks if one.open)
    if left:
        raise ClocksOpen(f"Still to be told: {', '.join(left)}.")
