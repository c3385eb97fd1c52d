"""What counts how often: reports of many hands, decisions by one word, violations of one author."""

import itertools
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from teahouse.cases.model.procedure import ACTS, Act
from teahouse.errors import Conflict, Kind, Refused

NEW_FOR = timedelta(days=7)  # an account younger than this adds nothing to other new ones
TOGETHER = timedelta(hours=1)  # accounts made by one door within this are linked
UPHELD_MIN = 3  # violations of the same author, besides the case at hand
UNMET_MIN = 1
MASS_TIME = timedelta(hours=24)
LABEL_MAX = 10  # accounts decided on under one label in that time, without a second sign-off
RULE_MAX = 100  # the same under one rule
SECOND_WITHIN = timedelta(hours=24)
# What is done to somebody, with a statement of reasons.
ACTIONS = tuple(act for act, needs in ACTS.items() if needs.statement and act is not Act.VERIFY)


class MassDecision(Conflict):
    """Many accounts were decided on for the same reason: another operator has to agree first."""

    code = "cases.mass"


class RecordLacking(Refused):
    """A permanent ban needs upheld violations and an order that was not met."""

    code = "cases.record_lacking"
    kind = Kind.UNPROCESSABLE


class Reporter(NamedTuple):
    """Who reported: when, and when and by which door their account was made."""

    reported_at: datetime
    created_at: datetime
    door: str


class Record(NamedTuple):
    """What else is established of an author: violations that stand, and orders not met."""

    upheld: int
    unmet: int


def voices(reporters: Sequence[Reporter]) -> int:
    """Return how many independent people have reported: new accounts are one, linked ones are one."""
    old = [one for one in reporters if one.reported_at - one.created_at >= NEW_FOR]
    doors: dict[str, list[datetime]] = {}
    for one in old:
        doors.setdefault(one.door, []).append(one.created_at)
    count = 0
    for made in doors.values():
        made.sort()
        count += 1 + sum(1 for a, b in itertools.pairwise(made) if b - a > TOGETHER)
    return count + (1 if len(old) < len(reporters) else 0)


def check_record(record: Record) -> None:
    """Refuse a permanent ban without its facts: ``RecordLacking``, with what there is."""
    if record.upheld < UPHELD_MIN or record.unmet < UNMET_MIN:
        raise RecordLacking(
            upheld=record.upheld,
            upheld_needed=UPHELD_MIN,
            unmet=record.unmet,
            unmet_needed=UNMET_MIN,
        )


def needs_sign_off(of_label: int, of_rule: int) -> bool:
    """Tell whether one more account decided on under a label or rule needs a second operator."""
    return of_label >= LABEL_MAX or of_rule >= RULE_MAX


class Outcomes(NamedTuple):
    """What came of some rules: in how many cases, what was done, appeals, and what was taken back."""

    cases: int
    actions: dict[str, int]
    appeals: int
    reversals: int


def outcomes(rows: Iterable[tuple[str, int, int, int, int]]) -> Outcomes:
    """Return what came of rules, by rows of act, steps, cases, appeals and reversals."""
    by_act = {row[0]: row for row in rows}
    actions = {act.value: by_act[act.value][1] for act in ACTIONS if act.value in by_act}
    whole = by_act.get("", ("", 0, 0, 0, 0))
    return Outcomes(whole[2], actions, whole[3], whole[4])
