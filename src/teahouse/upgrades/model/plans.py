"""What a run will do: its plan, what is found, how far it is. Pure."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.renewals.model import DEK, KEK, Finding
from teahouse.upgrades.model.runs import BadPlan, Mode, NoSuchScope, check_rate, check_reason

SUITES = (1, 2)
RANGE_ROWS = 10_000
RANGE_BYTES = 16 * 1024 * 1024  # where nobody has counted rows
# So many of what is verified afterwards are compared with what they said before.
COMPARED_MAX = 50_000
OPENED_ALL_MAX = 20_000_000  # beyond, a sample is opened; all are counted


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


class StepRow(msgspec.Struct, frozen=True):
    """How far a class of data is in a table."""

    data_class: str
    place: str
    total: int
    done: int
    quarantined: int
    began_at: datetime | None
    moved_at: datetime | None

    @property
    def rate(self) -> float:
        """Rows a second, since it began."""
        if self.began_at is None or self.moved_at is None or not self.done:
            return 0.0
        return self.done / max((self.moved_at - self.began_at).total_seconds(), 1.0)

    @property
    def eta_seconds(self) -> int | None:
        """How long it goes on like this; ``None`` before anything is known."""
        rate = self.rate
        return round((self.total - self.done) / rate) if rate else None


class Sums(msgspec.Struct, frozen=True):
    """What the verifier found, over a table."""

    place: str
    seen: int = 0
    opened: int = 0
    erased: int = 0
    old: int = 0
    broken: int = 0
    unindexed: int = 0
    same: int = 0
    changed: int = 0
    named: tuple[str, ...] = ()


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


def one_in(rows: int, most: int) -> int:
    """Return of how many one is looked at, so that about ``most`` are."""
    return max(1, -(-rows // most))


def findings_of(sums: Sequence[Sums]) -> list[Finding]:
    """Return what is wrong in what the verifier found."""
    found: list[Finding] = []
    for one in sums:
        for code in ("broken", "old", "unindexed"):
            count = getattr(one, code)
            if count:
                named = tuple(n.partition(" ")[2] for n in one.named if n.startswith(f"{code} "))
                found.append(Finding(code, one.place, count, named))
    return found


def soft_until(soft_since: datetime | None, days: int, last_need: datetime | None) -> datetime:
    """Return until when old keys rest: so many days since they were disabled, or needed last."""
    moments = [at for at in (soft_since, last_need) if at is not None]
    assert moments, "they are disabled"
    return max(moments) + timedelta(days=days)
