"""What is asked of an upgrade, and what its plan says: rules without a run. Pure."""

import enum
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.renewals.model import DEK, KEK, Finding

SUITES = (1, 2)
REASON_LETTERS_MAX = 500
RATE_MAX = 10_000_000


class Mode(enum.StrEnum):
    """Why a run is made."""

    ORDINARY = "ordinary"
    COMPROMISE = "compromise"  # a key may be known to somebody else


class Asking(NamedTuple):
    """What somebody asks to be planned, as it came."""

    classes: Sequence[str]
    suite: int | None
    mode: str
    reason: str
    rate_max: int | None
    scope: str


class Asked(msgspec.Struct, frozen=True):
    """What somebody wants made anew."""

    classes: tuple[str, ...]
    suite: int
    mode: Mode
    reason: str
    rate_max: int | None


class PlanStep(msgspec.Struct, frozen=True):
    """One class of data in one table."""

    data_class: str
    table: str | None
    rows: int
    bytes: int
    core_seconds: float
    seconds: float
    touches: tuple[str, ...]
    disruption_seconds: int = 0


class Plan(msgspec.Struct, frozen=True):
    """What a run would do."""

    classes: tuple[str, ...]
    suite: int
    steps: tuple[PlanStep, ...]
    findings: tuple[Finding, ...]

    @property
    def rows(self) -> int:
        """How many rows are gone through."""
        return sum(step.rows for step in self.steps)


class Cost(msgspec.Struct, frozen=True):
    """What a row takes, as measured on this machine."""

    core_seconds: float
    seconds: float


class BadPlan(Refused):
    """Nothing can be planned like that."""

    code = "upgrades.bad_plan"
    kind = Kind.UNPROCESSABLE


class NoSuchScope(Refused):
    """One installation is one cell with keys of its own: it is upgraded as a whole, and no other."""

    code = "upgrades.no_such_scope"
    kind = Kind.UNPROCESSABLE


class NoReason(Refused):
    """Say why: it goes into the audit log."""

    code = "upgrades.no_reason"
    kind = Kind.UNPROCESSABLE


class BadRate(Refused):
    """A rate is a number of rows a second, from 1 on."""

    code = "upgrades.bad_rate"
    kind = Kind.UNPROCESSABLE


def asked(
    classes: Sequence[str],
    known: Sequence[str],
    suite: tuple[int | None, int],
    mode: str,
    reason: str,
    rate_max: int | None,
) -> Asked:
    """Return what is wanted, in the order in which it is done.

    ``suite`` is the wanted one and that of today. Raises ``BadPlan``, ``NoReason``, ``BadRate``.
    """
    wanted = set(classes or known)
    unknown = wanted - set(known)
    if unknown:
        raise BadPlan(f"There is no such class of data: {', '.join(sorted(unknown))}.")
    if mode not in {one.value for one in Mode}:
        raise BadPlan("The mode is ordinary or compromise.")
    chosen, today = suite
    if chosen is not None and chosen not in SUITES:
        raise BadPlan("The suites are 1, AES and SHA-256, and 2, SM4 and SM3.")
    if chosen not in (None, today) and DEK in wanted and KEK not in wanted:
        raise BadPlan("Data keys take the suite of the key that wraps them: choose kek, too.")
    check_rate(rate_max)
    return Asked(
        classes=tuple(one for one in known if one in wanted),
        suite=chosen or today,
        mode=Mode(mode),
        reason=check_reason(reason),
        rate_max=rate_max,
    )


def check_scope(scope: str, names: Collection[str]) -> None:
    """Refuse what is not this installation: ``NoSuchScope``."""
    if scope not in {"*", *names}:
        raise NoSuchScope


def check_reason(reason: str) -> str:
    """Return a reason as it is kept. Raises ``NoReason``."""
    said = " ".join(reason.split())[:REASON_LETTERS_MAX]
    if len(said) < 3:
        raise NoReason
    return said


def check_rate(rate_max: int | None) -> None:
    """Refuse a rate at which nothing would ever end: ``BadRate``."""
    if rate_max is not None and not 0 < rate_max <= RATE_MAX:
        raise BadRate
