"""Places in line, what a ticket tells, how long it will take, and what goes wrong."""

import enum
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.gate.model.doors import door_values
from teahouse.gate.model.policies import ANY, REGIONS, Policy, State
from teahouse.gate.model.queues import LINE_CLASSES, LINE_DOORS, Line

ASK_LIFE = timedelta(minutes=30)  # to prove the contact in
TURN_LIFE = timedelta(hours=48)
TRACES_LIFE = timedelta(days=30)  # of an emptied place
UNTOLD_LIFE = timedelta(days=1)  # for telling somebody that their turn has passed
WAIT_MAX = timedelta(days=365)
BLOCK_PLACES = 1024
CALLS_MAX = 500  # at one go in one line; the next go is seconds later
LET_IN_MAX = 10_000
EXPIRE_MAX = 5000
PLACES_SHOWN_MAX = 100
REASON_LETTERS_MAX = 500
OPEN_PER_MINUTE = 600  # where everybody may register, those who waited are told as fast as this
BURST_SECONDS = 10.0
MEASURED_MINUTES = 60
SLACK = 1.25  # the later end of an estimate: turns that are not used, minutes that are lost


class Stage(enum.Enum):
    """What has become of a place."""

    ASKED = "asked"  # the contact is not proved yet
    WAITING = "waiting"
    CALLED = "called"  # it is their turn
    USED = "used"
    LAPSED = "lapsed"  # the turn was not used in time
    LEFT = "left"
    EXPIRED = "expired"  # taken off by an operator, or after a year


class LineRow(msgspec.Struct, frozen=True, kw_only=True):
    """A line: its numbers run from 1, and those up to ``called_through`` wait no more."""

    region: str
    account_class: str
    door: str
    last_ordinal: int
    called_through: int
    waiting: int
    tokens: float
    filled_at: datetime
    paused: bool

    @property
    def line(self) -> Line:
        """Its region, class and door."""
        return Line(self.region, self.account_class, self.door)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in a line. ``contact`` is sealed."""

    place_id: str
    region: str
    account_class: str
    door: str
    lang: str
    ordinal: int | None
    stage: Stage
    receipt_id: str
    contact_kind: str | None
    contact: bytes | None
    code_id: str | None
    pass_digest: bytes | None
    at: datetime
    expires_at: datetime | None

    @property
    def line(self) -> Line:
        """Its line."""
        return Line(self.region, self.account_class, self.door)


class Joining(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody gives who would like to wait."""

    account_class: str
    service_region: str
    contact_kind: str
    contact: str
    policy_version: str
    lang: str


class Ticket(msgspec.Struct, frozen=True):
    """What was given out for a place that is not proved yet."""

    ticket: str
    resend_after_seconds: int
    expires_at: datetime


class Estimate(msgspec.Struct, frozen=True):
    """When one's turn may come, in minutes from now."""

    minutes_min: int
    minutes_max: int


class Turn(msgspec.Struct, frozen=True):
    """A turn: by it one person can register."""

    token: str
    expires_at: datetime


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """How somebody stands in line, honestly: ``None`` for what is not known."""

    stage: Stage
    region: str
    account_class: str
    door: str
    joined_at: datetime
    ahead: int | None
    waiting: int
    pace_per_minute: float | None
    estimate: Estimate | None
    paused: bool
    state: State
    turn: Turn | None
    poll_after_seconds: int


class TurnOf(msgspec.Struct, frozen=True):
    """For which registration a turn is."""

    region: str
    account_class: str
    door: str
    contact_kind: str
    expires_at: datetime


class LineShown(msgspec.Struct, frozen=True, kw_only=True):
    """A line, as operators see it."""

    region: str
    account_class: str
    door: str
    state: State
    policy_id: str | None
    pace_per_minute: int | None
    called_per_minute: float | None
    waiting: int
    called: int
    used_lately: int
    lapsed_lately: int
    oldest_at: datetime | None
    newest_at: datetime | None
    estimate: Estimate | None  # until the line is empty
    paused: bool


class PlaceShown(msgspec.Struct, frozen=True):
    """A place, as operators see it."""

    place_id: str
    ordinal: int
    joined_at: datetime
    contact_kind: str
    contact_masked: str


class Tell(msgspec.Struct, frozen=True):
    """The job that tells somebody about their place; where to is sealed in its row."""

    kind: ClassVar[str] = "waitlist.tell"
    place_id: str
    template: str


class NoNeedToWait(Refused):
    """There is no need to wait: you can register now."""

    code = "waitlist.no_need"
    kind = Kind.CONFLICT


class NoSuchPlace(Refused):
    """There is no such place in line, or no longer."""

    code = "waitlist.no_place"
    kind = Kind.NOT_FOUND


class NoSuchLine(Refused):
    """There is no line for that region, class of account and door."""

    code = "waitlist.no_line"
    kind = Kind.INVALID


class HasAccount(Refused):
    """This number or address has an account already: sign in with it."""

    code = "waitlist.has_account"
    kind = Kind.CONFLICT


class BadRequestOfLine(Refused):
    """Give a number and a reason that fit."""

    code = "waitlist.bad_request"
    kind = Kind.INVALID


def check_line(region: str, account_class: str, door: str = ANY) -> Line:
    """Return the line of a region, class and door, or raise ``NoSuchLine``."""
    if region not in REGIONS or account_class not in LINE_CLASSES:
        raise NoSuchLine
    if door not in (ANY, *door_values(LINE_DOORS)):
        raise NoSuchLine
    return Line(region, account_class, door)


def calls_per_minute(policy: Policy | None) -> int | None:
    """Return at which pace those who wait are called; ``None``: not by the clock.

    A waiting list without a pace is called by operators; an invitation or nothing opens the rest.
    """
    if policy is None or policy.state is State.OPEN:
        return OPEN_PER_MINUTE
    if policy.state in (State.PACED, State.WAITLIST):
        return policy.pace_per_minute
    return None


def refilled(line: LineRow, per_minute: int, now: datetime) -> float:
    """Return how many of a line may be called by now: as the gate lets them in, with its burst."""
    rate = per_minute / 60
    gained = max((now - line.filled_at).total_seconds(), 0.0) * rate
    return min(line.tokens + gained, max(1.0, rate * BURST_SECONDS))


def estimate(ahead: int, paces: tuple[float | None, ...]) -> Estimate | None:
    """Return when a turn may come, between the fastest and the slowest pace that is known."""
    known = [pace for pace in paces if pace]
    if not known:
        return None
    soonest = ahead / max(known)
    latest = (ahead + 1) / min(known) * SLACK
    return Estimate(int(soonest), max(int(-(-latest // 1)), 1))


def poll_after(expected: Estimate | None) -> int:
    """Return after how many seconds asking again may tell something new."""
    if expected is None:
        return 120
    return max(5, min(300, expected.minutes_min * 60 // 20))


def check_reason(reason: str) -> str:
    """Return why an operator acts, or raise ``BadRequestOfLine``."""
    if not 0 < len(reason.strip()) <= REASON_LETTERS_MAX:
        raise BadRequestOfLine("Say why; it goes into the audit log.")
    return reason.strip()
