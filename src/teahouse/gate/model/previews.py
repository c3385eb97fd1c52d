"""Whom a policy would reach: shown before anything is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import (
    STILL_WORKS,
    Attempt,
    Both,
    Policy,
    State,
    Verdict,
    decide,
    scopes,
    state_of,
)

InFlight = Iterable[tuple[tuple[Door, ...], str, str, int]]


class Cell(msgspec.Struct, frozen=True, kw_only=True):
    """How open one region, class and door is."""

    region: str
    account_class: str
    door: str
    number: int
    built: bool
    counts_as_registration: bool
    state: State
    policy_id: str | None


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """A scope whose state would become another."""

    region: str
    account_class: str
    door: str
    built: bool
    before: State
    after: State


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    """Whom a policy would reach, and whom not."""

    changed: tuple[Change, ...]
    unchanged_count: int
    in_flight_refused: int  # registrations under way that would end refused
    in_flight_untouched: int
    existing_people: Both  # what happens to those who have an account: nothing

    def reach(self) -> dict[str, object]:
        """Return the counts, for the audit log."""
        return {
            "scopes_changed": len(self.changed),
            "scopes_unchanged": self.unchanged_count,
            "in_flight_refused": self.in_flight_refused,
            "existing_people": 0,
        }


def grid(policies: Sequence[Policy], now: datetime) -> list[Cell]:
    """Return the state of every region, class and door, to somebody uninvited."""
    cells: list[Cell] = []
    for door, attempt in scopes():
        decision = decide(policies, attempt, now)
        cells.append(
            Cell(
                region=attempt.region,
                account_class=attempt.account_class,
                door=door.value,
                number=DOORS[door].number,
                built=DOORS[door].built,
                counts_as_registration=DOORS[door].counts_as_registration,
                state=state_of(decision),
                policy_id=decision.policy.policy_id if decision.policy else None,
            )
        )
    return cells


def preview(
    before: Sequence[Policy], after: Sequence[Policy], in_flight: InFlight, now: datetime
) -> Preview:
    """Compare two sets of rules, over every scope and over the registrations under way."""
    pairs = list(zip(grid(before, now), grid(after, now), strict=True))
    changed = tuple(
        Change(
            region=other.region,
            account_class=other.account_class,
            door=other.door,
            built=other.built,
            before=one.state,
            after=other.state,
        )
        for one, other in pairs
        if one.state is not other.state
    )
    refused = untouched = 0
    for doors, account_class, region, count in in_flight:
        attempt = Attempt(doors=doors, account_class=account_class, region=region)
        was = decide(before, attempt, now).verdict
        if was < decide(after, attempt, now).verdict is Verdict.REFUSE:
            refused += count
        else:
            untouched += count
    return Preview(
        changed=changed,
        unchanged_count=len(pairs) - len(changed),
        in_flight_refused=refused,
        in_flight_untouched=untouched,
        existing_people=STILL_WORKS,
    )
