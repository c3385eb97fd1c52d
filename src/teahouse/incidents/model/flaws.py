"""The life of a flaw in software as a table, and what is refused about one.

Who found it is not kept, as that is personal data: ``reference`` is where their letter is.
"""

import enum
from datetime import datetime

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.incidents.model.incident import SHORT_LETTERS_MAX, TITLE_LETTERS_MAX
from teahouse.steps import next_in

SOURCES = ("outside", "own", "audit", "authority")
SEVERITIES = ("low", "middle", "high", "critical")


class FlawState(enum.Enum):
    """Where a flaw stands. The names are stored and told."""

    REPORTED = "reported"
    CONFIRMED = "confirmed"
    FIXED = "fixed"
    TOLD = "told"  # to those who run or use what has it
    REJECTED = "rejected"


class FlawAct(enum.Enum):
    """What is done about a flaw. The names are stored and told."""

    CONFIRM = "confirm"
    FIX = "fix"
    TELL = "tell"
    REJECT = "reject"
    REOPEN = "reopen"


class NoSuchFlaw(NotFound):
    """There is no such flaw."""

    code = "incidents.no_flaw"


class BadFlawStep(Conflict):
    """The flaw is not at a point where that can be done."""

    code = "incidents.bad_flaw_step"


class BadFlaw(Refused):
    """The flaw lacks something that the register has to say."""

    code = "incidents.bad_flaw"
    kind = Kind.UNPROCESSABLE


_S, _A = FlawState, FlawAct
FLAW_PROCEDURE: dict[FlawState, dict[FlawAct, FlawState]] = {
    _S.REPORTED: {_A.CONFIRM: _S.CONFIRMED, _A.REJECT: _S.REJECTED},
    _S.CONFIRMED: {_A.FIX: _S.FIXED, _A.REJECT: _S.REJECTED},
    _S.FIXED: {_A.TELL: _S.TOLD, _A.REOPEN: _S.CONFIRMED},
    _S.TOLD: {_A.REOPEN: _S.CONFIRMED},
    _S.REJECTED: {_A.REOPEN: _S.REPORTED},
}


class Flaw(msgspec.Struct, frozen=True, kw_only=True):
    """A flaw as it stands. ``incident_id``: the incident that its danger to the public opened."""

    flaw_id: str
    title: str
    source: str
    reference: str
    severity: str
    versions: str
    public_danger: bool
    incident_id: str | None
    state: FlawState
    found_at: datetime
    fixed_in: str
    fixed_at: datetime | None
    told_at: datetime | None
    why: str
    noted_by: str
    moved_at: datetime


def next_flaw_state(state: FlawState, act: FlawAct) -> FlawState:
    """Return where an act leads from a state. Raises ``BadFlawStep``."""
    return next_in(FLAW_PROCEDURE, state, act, BadFlawStep, "A flaw")


def check_flaw(flaw: Flaw, now: datetime) -> None:
    """Raise ``BadFlaw`` for what the register could not tell of."""
    if not 0 < len(flaw.title) <= TITLE_LETTERS_MAX:
        raise BadFlaw(f"A flaw has a title of at most {TITLE_LETTERS_MAX} letters.")
    if flaw.source not in SOURCES or flaw.severity not in SEVERITIES:
        raise BadFlaw(
            f"source is one of {', '.join(SOURCES)}; severity of {', '.join(SEVERITIES)}."
        )
    if max(len(flaw.reference), len(flaw.versions)) > SHORT_LETTERS_MAX or flaw.found_at > now:
        raise BadFlaw("reference or versions are too long, or it is found in the future.")


def check_fix(act: FlawAct, fixed_in: str) -> str:
    """Return the version that has the repair. Raises ``BadFlaw`` when a repair names none."""
    version = fixed_in.strip()
    if len(version) > SHORT_LETTERS_MAX or (act is FlawAct.FIX and not version):
        raise BadFlaw("A repair names the version that has it.")
    return version
