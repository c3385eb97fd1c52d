"""Who may vouch, how often, for how long; and what follows when a friend is suspended."""

import enum
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Kind, Refused
from teahouse.standing.model import Stage

MEMBER_FOR_MIN = timedelta(days=30)  # an account older than this knows the house
QUOTA_WINDOW = timedelta(days=30)
QUOTA = {Stage.NEWCOMER: 0, Stage.MEMBER: 3, Stage.TRUSTED: 10}
LIFE_MIN, LIFE_MAX = timedelta(minutes=10), timedelta(days=7)
BAR_LIFE = timedelta(days=90)
SHOWN_MAX = 50
KEPT = timedelta(days=365)  # for how long it is known who answered for whom


class Hindrance(enum.Enum):
    """Why somebody may not vouch now."""

    NEWCOMER = "newcomer"
    TOO_NEW = "too_new"  # by age
    CLASS = "class"  # only people vouch
    SUSPENDED = "suspended"
    BARRED = "barred"  # somebody they vouched for was suspended
    QUOTA = "quota"


SHUT = ("suspended", "locked")  # states of an account for which its voucher answers
REASON_LETTERS_MAX = 500


class Vouch(msgspec.Struct, frozen=True):
    """A friend's way in. ``joined_at`` says that it was used; by whom is not told."""

    vouch_id: str
    created_at: datetime
    expires_at: datetime
    joined_at: datetime | None
    revoked_at: datetime | None


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of somebody who would vouch."""

    stage: Stage
    account_class: str
    created_at: datetime
    suspended: bool
    barred_until: datetime | None
    given: int  # within the window
    window_ends_at: datetime | None  # when the oldest of those no longer counts


class Allowed(msgspec.Struct, frozen=True):
    """Whether somebody may vouch now: why not and until when, or how often yet."""

    left: int
    hindrance: Hindrance | None = None
    until: datetime | None = None


class MayNotVouch(Refused):
    """You cannot vouch for anybody now."""

    code = "vouching.not_now"
    kind = Kind.FORBIDDEN


class NotBarred(Refused):
    """They may vouch: nothing keeps them from it that could be lifted."""

    code = "vouching.not_barred"
    kind = Kind.CONFLICT


class BadReason(Refused):
    """Say why, in 1 to 500 letters."""

    code = "vouching.bad_reason"
    kind = Kind.UNPROCESSABLE


class BadLife(Refused):
    """A vouch is good for between ten minutes and seven days."""

    code = "vouching.bad_life"
    kind = Kind.UNPROCESSABLE


class NoSuchVouch(Refused):
    """There is no such vouch of yours that could be taken back."""

    code = "vouching.not_found"
    kind = Kind.NOT_FOUND


def allowed(facts: Facts, now: datetime) -> Allowed:
    """Tell whether somebody may vouch now."""
    if facts.account_class != "personal":
        return Allowed(0, Hindrance.CLASS)
    if facts.suspended:
        return Allowed(0, Hindrance.SUSPENDED)
    if facts.barred_until is not None and facts.barred_until > now:
        return Allowed(0, Hindrance.BARRED, facts.barred_until)
    if facts.stage is Stage.NEWCOMER:
        return Allowed(0, Hindrance.NEWCOMER)
    old_enough = facts.created_at + MEMBER_FOR_MIN
    if facts.stage is Stage.MEMBER and now < old_enough:
        return Allowed(0, Hindrance.TOO_NEW, old_enough)
    left = QUOTA[facts.stage] - facts.given
    if left <= 0:
        return Allowed(0, Hindrance.QUOTA, facts.window_ends_at)
    return Allowed(left)


def check_reason(text: str) -> str:
    """Return a reason without its margins, or raise ``BadReason``."""
    written = text.strip()
    if not 0 < len(written) <= REASON_LETTERS_MAX:
        raise BadReason
    return written


def check_life(life: timedelta) -> None:
    """Refuse a vouch for ever, or for no time: ``BadLife``."""
    if not LIFE_MIN <= life <= LIFE_MAX:
        raise BadLife
