"""Which narrower policy might do: a softer state, a smaller scope."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.gate.model.doors import DOORS
from teahouse.gate.model.policies import (
    ANY,
    CLASSES,
    REGIONS,
    Both,
    Draft,
    Policy,
    State,
    Verdict,
    decide,
    matches,
    scopes,
    verdict_of,
)

PACES_SUGGESTED = (60, 10)


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
