"""Whom a policy would reach, and which narrower one might do: shown before anything is decided."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import (
    ANY,
    CLASSES,
    REGIONS,
    STILL_WORKS,
    Attempt,
    Both,
    Draft,
    Policy,
    State,
    Verdict,
    decide,
    matches,
    scopes,
    state_of,
    verdict_of,
)

InFlight = Iterable[tuple[tuple[Door, ...], str, str, int]]
PACES_SUGGESTED = (60, 10)


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


class Suggestion(msgspec.Struct, frozen=True, kw_only=True):
    """A narrower measure: what to set instead, and how much less it would close."""

    region: str
    account_class: str
    door: str
    state: State
    pace_per_minute: int | None
    refused_scopes: int
    refused_scopes_of_draft: int
    why: Both


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


def narrower(policies: Sequence[Policy], draft: Draft, now: datetime) -> list[Suggestion]:
    """Return measures narrower than ``draft``, the least restrictive first.

    A softer state of the same scope, then the same state for one region, class or door where the
    draft has all of them.
    """
    whole = _refused(policies, draft, now)
    found: list[tuple[int, Suggestion]] = []
    for candidate, why in (*_softer(draft), *_smaller(draft)):
        closes = _refused(policies, candidate, now)
        if closes > whole:
            continue
        suggestion = Suggestion(
            region=candidate.region,
            account_class=candidate.account_class,
            door=candidate.door,
            state=candidate.state,
            pace_per_minute=candidate.pace_per_minute,
            refused_scopes=closes,
            refused_scopes_of_draft=whole,
            why=why,
        )
        found.append((closes, suggestion))
    return [suggestion for _, suggestion in sorted(found, key=lambda pair: pair[0])]


def _refused(policies: Sequence[Policy], draft: Draft, now: datetime) -> int:
    """Count the built scopes that ``draft`` would shut to somebody uninvited, and that are not."""
    if verdict_of(draft.state, invited=False) is not Verdict.REFUSE:
        return 0
    return sum(
        DOORS[door].built
        and matches(draft, attempt)
        and decide(policies, attempt, now).verdict is not Verdict.REFUSE
        for door, attempt in scopes()
    )


def _softer(draft: Draft) -> list[tuple[Draft, Both]]:
    if verdict_of(draft.state, invited=False) is not Verdict.REFUSE:
        return []
    softer = [
        (
            msgspec.structs.replace(draft, state=State.PACED, pace_per_minute=pace),
            Both(
                f"限量：每分钟 {pace} 个，没有人被拒之门外",
                f"Let in {pace} a minute; shut nobody out",
            ),
        )
        for pace in PACES_SUGGESTED
    ]
    if draft.state is State.SUSPENDED:
        invite_only = msgspec.structs.replace(draft, state=State.INVITE_ONLY)
        softer.append((invite_only, Both("仅限邀请", "By invitation: those you invite get in")))
    return softer


def _smaller(draft: Draft) -> list[tuple[Draft, Both]]:
    smaller: list[tuple[Draft, Both]] = []
    if draft.region == ANY:
        smaller += [
            (
                msgspec.structs.replace(draft, region=region),
                Both(f"只限服务区 {region}", f"Only the region {region}"),
            )
            for region in REGIONS
        ]
    if draft.account_class == ANY:
        smaller += [
            (
                msgspec.structs.replace(draft, account_class=name),
                Both(f"只限账号类型 {name}", f"Only accounts of the class {name}"),
            )
            for name in CLASSES
        ]
    if draft.door == ANY:
        smaller += [
            (
                msgspec.structs.replace(draft, door=door.value),
                Both(f"只关闭入口 {door.value}", f"Only the door {door.value}"),
            )
            for door, rule in DOORS.items()
            if rule.built
        ]
    return smaller
