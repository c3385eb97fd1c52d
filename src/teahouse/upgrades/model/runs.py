"""A run: where it can be, what leads on from there, and who may do what. Pure."""

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.planning.model import Mode
from teahouse.renewals.model import say
from teahouse.upgrades.model.plans import StepRow

AGREEMENT_LIFE = timedelta(hours=24)


class State(enum.StrEnum):
    """Where a run is."""

    PLANNED = "planned"
    DISTRIBUTE = "distribute"  # the new keys are made, and every worker gets them
    DUAL_WRITE = "dual_write"  # what is new is written by the new keys, and still found by the old
    BACKFILL = "backfill"  # what there was is made anew
    VERIFY = "verify"  # everything is opened, by other code
    READ_NEW = "read_new"  # the new keys lead; the old still open
    SOFT_RETIRE = "soft_retire"  # the old open nothing, and can be brought back
    DESTROY = "destroy"
    CLOSED = "closed"
    ABORTING = "aborting"
    ABORTED = "aborted"


class Act(enum.StrEnum):
    """What leads from one state to another, or holds a run where it is."""

    START = "start"
    DONE = "done"  # the state's own work is done: the driver says so, and nobody else
    PAUSE = "pause"
    RESUME = "resume"
    RATE = "rate"
    ABORT = "abort"
    VERIFY = "verify"  # once more
    RETRY = "retry"  # what is in quarantine
    RETIRE = "retire"
    DESTROY = "destroy"
    FORCE = "force"  # although a worker lacks the keys
    LOSE_BACKUPS = "lose_backups"  # let the old key go although back-ups are sealed under it


_S, _A = State, Act
UNDER_WAY = (_S.DISTRIBUTE, _S.DUAL_WRITE, _S.BACKFILL, _S.VERIFY, _S.READ_NEW)
ENDED = (_S.CLOSED, _S.ABORTED)
TRANSITIONS: dict[tuple[State, Act], State] = {
    (_S.PLANNED, _A.START): _S.DISTRIBUTE,
    (_S.PLANNED, _A.ABORT): _S.ABORTED,
    (_S.DISTRIBUTE, _A.DONE): _S.DUAL_WRITE,
    (_S.DUAL_WRITE, _A.DONE): _S.BACKFILL,
    (_S.BACKFILL, _A.DONE): _S.VERIFY,
    (_S.VERIFY, _A.VERIFY): _S.VERIFY,
    (_S.VERIFY, _A.RETRY): _S.BACKFILL,
    (_S.VERIFY, _A.DONE): _S.READ_NEW,
    (_S.READ_NEW, _A.RETIRE): _S.SOFT_RETIRE,
    (_S.SOFT_RETIRE, _A.DESTROY): _S.DESTROY,
    (_S.DESTROY, _A.DONE): _S.CLOSED,
    (_S.ABORTING, _A.DONE): _S.ABORTED,
    **{(state, _A.ABORT): _S.ABORTING for state in UNDER_WAY},
}
TWO_PERSONS = frozenset({_A.RETIRE, _A.DESTROY, _A.FORCE, _A.LOSE_BACKUPS})
HELD = {_A.PAUSE, _A.RESUME, _A.RATE, _A.FORCE, _A.LOSE_BACKUPS}  # they change no state


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """A run, as its row has it."""

    run_id: str
    state: State
    paused: bool
    mode: Mode
    stolen: str | None  # one of STOLEN
    reason: str
    classes: tuple[str, ...]
    suite: int
    rate_max: int | None
    laid: str
    says: str
    plan: Any
    since: datetime | None
    work_id: str | None
    paused_ms: int
    planned_by: str
    planned_at: datetime
    started_at: datetime | None
    verified_at: datetime | None
    soft_since: datetime | None
    ended_at: datetime | None
    scope: str
    census: Any  # of a run of a region: which keys wrapped whose data keys before, as ``Wraps``


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """One person's wish, and the word of a second, if it was given."""

    act: Act
    first_by: str
    first_at: datetime
    expires_at: datetime
    second_by: str | None


class NoSuchRun(Refused):
    """There is no such upgrade."""

    code = "upgrades.no_such_run"
    kind = Kind.NOT_FOUND


class BadAct(Refused):
    """The upgrade is not in a state in which this can be done."""

    code = "upgrades.bad_act"
    kind = Kind.CONFLICT


class OnlyOn(Refused):
    """The old keys are being taken out of use: from here it can only go on."""

    code = "upgrades.only_on"
    kind = Kind.CONFLICT


class AnotherRun(Refused):
    """Another upgrade of the same is under way. ``fields`` has ``run_id``."""

    code = "upgrades.another_run"
    kind = Kind.CONFLICT


class SecondPerson(Refused):
    """Somebody else has to agree to it."""

    code = "upgrades.second_person"
    kind = Kind.FORBIDDEN


class BackupsKept(Refused):
    """Back-ups still need the old key: destroy them, wait, or have two persons let them go."""

    code = "upgrades.backups_kept"
    kind = Kind.CONFLICT


class TooEarly(Refused):
    """The old keys have to rest first. ``fields`` has ``until``."""

    code = "upgrades.too_early"
    kind = Kind.CONFLICT


def becomes(state: State, act: Act) -> State:
    """Return where an act leads. Raises ``BadAct``, ``OnlyOn``."""
    if act in HELD:
        early = act is Act.LOSE_BACKUPS and state is not State.SOFT_RETIRE
        if early or state in ENDED or (act is Act.FORCE and state not in UNDER_WAY):
            raise BadAct(act=act.value, state=state.value)
        return state
    if act is Act.ABORT and state in (State.SOFT_RETIRE, State.DESTROY):
        raise OnlyOn
    found = TRANSITIONS.get((state, act))
    if found is None:
        raise BadAct(act=act.value, state=state.value)
    return found


def may(run: Run, lacks: bool) -> list[str]:
    """Return the acts that people can do now; to force is one only when a worker ``lacks`` a key."""
    found: list[str] = []
    for act in Act:
        if act is Act.DONE or (act is Act.PAUSE and run.paused):
            continue
        if (act is Act.RESUME and not run.paused) or (act is Act.FORCE and not lacks):
            continue
        try:
            becomes(run.state, act)
        except (BadAct, OnlyOn):
            continue
        found.append(act.value)
    return found


def has_work(run: Run) -> bool:
    """Tell whether there is work for hands; else it waits for people, or for time to pass."""
    if run.state in (*ENDED, State.PLANNED):
        return False
    if run.state is State.ABORTING:
        return True
    if run.paused or (run.state is State.READ_NEW and run.verified_at is not None):
        return False
    return run.state is not State.SOFT_RETIRE or run.soft_since is None


def runs(run: Run) -> bool:
    """Tell whether a run is under way, for everybody: what is old still opens."""
    return run.state in (*UNDER_WAY, State.ABORTING)


def percent_of(run: Run, name: str, steps: Sequence[StepRow]) -> int:
    """Return how far a class of data is in a run."""
    if run.verified_at is not None or run.state in (State.VERIFY, State.READ_NEW):
        return 100
    mine = [one for one in steps if one.data_class == name]
    total, done = sum(one.total for one in mine), sum(one.done for one in mine)
    return min(100, done * 100 // total) if total else 0


def says_of(run: Run, soft_until: datetime | None, now: datetime) -> str:
    """Return what a run does or waits for, as a code and what fills its blanks."""
    if run.paused and run.state is not State.ABORTING:
        return run.says if run.says.startswith("stopped") else say("paused")
    if run.state is State.READ_NEW and run.verified_at is not None:
        return say("verified")
    if run.state is State.SOFT_RETIRE and soft_until is not None:
        if soft_until > now:
            return say("old_rest", until=f"{soft_until:%Y-%m-%d %H:%M}Z")
        return say("rested")
    return run.says


def is_second(found: Agreement | None, actor: str, now: datetime) -> bool:
    """Tell whether somebody agrees to what another wishes, or is the first to wish it.

    Raises ``SecondPerson`` when it is the same person again.
    """
    if found is None or found.second_by is not None or found.expires_at <= now:
        return False
    if found.first_by == actor:
        raise SecondPerson
    return True
