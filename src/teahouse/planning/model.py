"""What is asked of an upgrade, and what its plan says: rules without a run. Pure."""

import enum
from collections.abc import Collection, Sequence
from typing import NamedTuple

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.renewals.model import DEK, INDEX, KEK, NORMALISERS, Finding
from teahouse.reports.model.stolen import STOLEN

SUITES = (1, 2)
REASON_LETTERS_MAX = 500
RATE_MAX = 10_000_000
WHOLE = "*"  # the scope that is the whole installation
# What a region can have made anew by itself: all else is one for the whole installation.
REGIONAL = frozenset({KEK, DEK, "passwords"})


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
    stolen: str | None = None  # one of STOLEN
    normaliser: int | None = None


class PlanBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be made anew. ``suite`` 1 is AES and SHA-256, 2 is SM4 and SM3; none: as it is.

    ``classes`` are of ``kek``, ``dek``, ``index``, ``house`` and what else the house has; empty: all.
    ``mode`` is ``ordinary``, or ``compromise`` when a key may be known to somebody else. ``stolen``
    names what, as the table of thefts does: it picks the mode, and the classes that are needed.
    ``scope`` is this installation, ``*`` or its tenant's name, or one region of it: then ``classes``
    are of ``kek``, ``dek`` and ``passwords``.
    ``normaliser`` is that of the new index key: 1 finds people by what they wrote, 2 also by what
    looks the same; none: as it is.
    """

    classes: list[str] = []
    suite: int | None = None
    mode: str = "ordinary"
    reason: str = ""
    rate_max: int | None = None  # rows a second; none: as fast as people do not notice
    scope: str = "*"
    stolen: str | None = None
    normaliser: int | None = None

    def asking(self) -> Asking:
        """Return what is asked."""
        return Asking(
            self.classes,
            self.suite,
            self.mode,
            self.reason,
            self.rate_max,
            self.scope,
            self.stolen,
            self.normaliser,
        )


class Asked(msgspec.Struct, frozen=True):
    """What somebody wants made anew."""

    classes: tuple[str, ...]
    suite: int
    mode: Mode
    reason: str
    rate_max: int | None
    stolen: str | None = None
    scope: str = WHOLE
    normaliser: int | None = None


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


class Merges(msgspec.Struct, frozen=True):
    """How many would be made one if they were merged; ``opened`` of ``rows`` were looked at."""

    count: int
    opened: int
    rows: int


class Plan(msgspec.Struct, frozen=True):
    """What a run would do."""

    classes: tuple[str, ...]
    suite: int
    steps: tuple[PlanStep, ...]
    findings: tuple[Finding, ...]
    mode: Mode = Mode.ORDINARY
    stolen: str | None = None
    scope: str = WHOLE
    normaliser: int | None = None  # of the new index key, when one is made
    merges: Merges | None = None  # where that one folds

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
    """There is no such region here; the whole installation is ``*``. ``fields`` has ``scopes``."""

    code = "upgrades.no_such_scope"
    kind = Kind.UNPROCESSABLE


class WholeOnly(Refused):
    """These are one for the whole installation, as numbers are unique across regions: upgrade all.

    ``fields`` has which, ``classes``.
    """

    code = "upgrades.whole_only"
    kind = Kind.UNPROCESSABLE


class NoReason(Refused):
    """Say why: it goes into the audit log."""

    code = "upgrades.no_reason"
    kind = Kind.UNPROCESSABLE


class BadRate(Refused):
    """A rate is a number of rows a second, from 1 on."""

    code = "upgrades.bad_rate"
    kind = Kind.UNPROCESSABLE


def asked(asking: Asking, known: Sequence[str], today: int) -> Asked:
    """Return what is wanted, in the order in which it is done; ``today`` is the present suite.

    What was stolen says which classes are needed, and that it is compromise: what is asked for
    besides is done, too. Raises ``BadPlan``, ``WholeOnly``, ``NoReason``, ``BadRate``.
    """
    wanted = _wanted(asking, known)
    if asking.scope != WHOLE and wanted - REGIONAL:
        raise WholeOnly(classes=[one for one in known if one in wanted - REGIONAL])
    unknown = wanted - set(known)
    if unknown:
        raise BadPlan(f"There is no such class of data: {', '.join(sorted(unknown))}.")
    if asking.mode not in {one.value for one in Mode}:
        raise BadPlan("The mode is ordinary or compromise.")
    if asking.suite is not None and asking.suite not in SUITES:
        raise BadPlan("The suites are 1, AES and SHA-256, and 2, SM4 and SM3.")
    if asking.suite not in (None, today) and DEK in wanted and KEK not in wanted:
        raise BadPlan("Data keys take the suite of the key that wraps them: choose kek, too.")
    if asking.normaliser is not None and INDEX not in wanted:
        raise BadPlan("A normaliser belongs to a new index key: choose index, too.")
    if asking.normaliser is not None and asking.normaliser not in NORMALISERS:
        raise BadPlan("The normalisers are 1, as it is written, and 2, as it looks.")
    check_rate(asking.rate_max)
    return Asked(
        classes=tuple(one for one in known if one in wanted),
        suite=asking.suite or today,
        mode=Mode.COMPROMISE if asking.stolen else Mode(asking.mode),
        reason=check_reason(asking.reason),
        rate_max=asking.rate_max,
        stolen=asking.stolen or None,
        scope=asking.scope,
        normaliser=asking.normaliser,
    )


def _wanted(asking: Asking, known: Sequence[str]) -> set[str]:
    """Return which classes are wanted: those that a theft asks for, and those that were named."""
    if not asking.stolen:
        every = known if asking.scope == WHOLE else [one for one in known if one in REGIONAL]
        return set(asking.classes or every)
    if asking.stolen not in STOLEN:
        raise BadPlan(f"What was stolen is one of: {', '.join(STOLEN)}.")
    needed = {step.data_class for step in STOLEN[asking.stolen].steps}
    return (needed & set(known)) | set(asking.classes)


def scope_of(asked: str, tenant: str, regions: Collection[str]) -> str:
    """Return the scope that is meant: ``*``, also by the tenant's name, or a region.

    Raises ``NoSuchScope``.
    """
    if asked in (WHOLE, tenant):
        return WHOLE
    if asked not in regions:
        raise NoSuchScope(scopes=[WHOLE, *regions])
    return asked


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
