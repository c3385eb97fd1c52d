"""Why screening looked twice at a sign-up, as it may be told: rules and numbers."""

from collections.abc import Iterable
from datetime import datetime

import msgspec

from teahouse.screening.model.likeness import Verdict
from teahouse.screening.model.rules import Rule

COUNTED = (Rule.LIKENESS, Rule.VOLUME)  # which are about other sign-ups, too


class Finding(msgspec.Struct, frozen=True):
    """A rule that spoke: how many sign-ups are alike, and since when. It names nobody."""

    rule: str
    alike: int = 0
    since: datetime | None = None


class Found(msgspec.Struct, frozen=True):
    """What screening said about a sign-up, and why."""

    verdict: Verdict = Verdict.PASS
    at: datetime | None = None
    findings: tuple[Finding, ...] = ()


def findings(rules: Iterable[str], alike: int, since: datetime) -> tuple[Finding, ...]:
    """Return what is told of each rule that spoke."""
    counted = {rule.value for rule in COUNTED}
    return tuple(Finding(one, alike, since) if one in counted else Finding(one) for one in rules)
