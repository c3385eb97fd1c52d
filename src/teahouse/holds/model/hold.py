"""What a hold is, its life as a table, and what it may name."""

import enum
from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import LegalBasis, is_vague
from teahouse.steps import next_in

TEXT_LETTERS_MAX = 1_000
TARGET_LETTERS_MAX = 255
OBJECTS_MAX = 200
BASES_MAX = 10
LISTED_MAX = 500
LONGEST = timedelta(days=366)  # at a time: then it is renewed, by two operators again
KEPT_FOR = timedelta(days=3 * 365)  # that there was a hold, after it ended


class HoldState(enum.Enum):
    """Where a hold stands. The names are stored and told."""

    ASKED = "asked"  # nothing is held yet
    IN_FORCE = "in_force"
    RENEWING = "renewing"  # in force, and somebody asks for a later end
    REFUSED = "refused"
    ENDED = "ended"


class HoldAct(enum.Enum):
    """What is done with a hold. The names are stored and told."""

    AGREE = "agree"
    REFUSE = "refuse"
    RENEW = "renew"
    RELEASE = "release"
    LAPSE = "lapse"  # the clock's


_S, _A = HoldState, HoldAct
PROCEDURE: dict[HoldState, dict[HoldAct, HoldState]] = {
    _S.ASKED: {_A.AGREE: _S.IN_FORCE, _A.REFUSE: _S.REFUSED, _A.LAPSE: _S.REFUSED},
    _S.IN_FORCE: {_A.RENEW: _S.RENEWING, _A.RELEASE: _S.ENDED, _A.LAPSE: _S.ENDED},
    _S.RENEWING: {
        _A.AGREE: _S.IN_FORCE,
        _A.REFUSE: _S.IN_FORCE,
        _A.RELEASE: _S.ENDED,
        _A.LAPSE: _S.ENDED,
    },
    _S.REFUSED: {},
    _S.ENDED: {},
}
HOLDING = (_S.IN_FORCE, _S.RENEWING)
# Another operator than the one who asked for the hold, or for its later end.
BY_ANOTHER = (_A.AGREE, _A.RELEASE)


class Asker(enum.Enum):
    """Who wants something held."""

    AUTHORITY = "authority"
    COUNSEL = "counsel"  # the house's own lawyers


class ObjectKind(enum.Enum):
    """What a hold can name. An official account is an account."""

    ROOM = "room"
    MESSAGE = "message"
    FILE = "file"
    ACCOUNT = "account"
    CASE = "case"


class HeldObject(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that is held, by its address: a room's, a message's, a file's, a person's, a case's."""

    kind: ObjectKind
    target: str


class HoldBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A hold as an operator asks for it.

    ``told`` is what people may be told whose erasure it stops; empty: only that the law asks for it.
    ``covers_content``: the paper asks for what messages say, and not only that they were sent.
    """

    asker: Asker
    requester: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    reason: str
    told: str = ""
    objects: tuple[HeldObject, ...]
    until_at: Moment
    covers_content: bool = False


class Hold(msgspec.Struct, frozen=True, kw_only=True):
    """A hold, as its row has it. ``wanted_at`` and ``wanted_by``: a later end that waits for a word."""

    hold_id: str
    asker: Asker
    requester: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    reason: str
    told: str
    objects: tuple[HeldObject, ...]
    state: HoldState
    until_at: datetime
    wanted_at: datetime | None = None
    wanted_by: str = ""
    asked_by: str
    asked_at: datetime
    agreed_by: str = ""
    agreed_at: datetime | None = None
    ended_by: str = ""
    ended_at: datetime | None = None
    end_reason: str = ""
    covers_content: bool = False


class BadHold(Refused):
    """The hold cannot be kept as it is written."""

    code = "holds.bad"
    kind = Kind.UNPROCESSABLE


class BadHoldStep(Conflict):
    """The hold is not at a point where that can be done."""

    code = "holds.bad_step"


class HoldSamePerson(Refused):
    """Somebody else has to do that: not who asked for it."""

    code = "holds.same_person"
    kind = Kind.FORBIDDEN


class NoSuchHold(NotFound):
    """There is no such hold."""

    code = "holds.not_found"


class NothingToHold(Refused):
    """One of the things that are named is not there."""

    code = "holds.no_object"
    kind = Kind.UNPROCESSABLE


def next_state(state: HoldState, act: HoldAct) -> HoldState:
    """Return where an act leads from a state. Raises ``BadHoldStep``."""
    return next_in(PROCEDURE, state, act, BadHoldStep, "A hold")


def acts_of(state: HoldState) -> list[HoldAct]:
    """Return what people may do next."""
    return [act for act in PROCEDURE[state] if act is not HoldAct.LAPSE]


def after(hold: Hold, act: HoldAct, actor: str, reason: str, now: datetime) -> Hold:
    """Return a hold after an act other than ``RENEW``. Raises ``BadHoldStep``, ``HoldSamePerson``."""
    state = next_state(hold.state, act)
    asked_by = hold.wanted_by or hold.asked_by
    if act in BY_ANOTHER and actor == (asked_by if act is HoldAct.AGREE else hold.asked_by):
        raise HoldSamePerson
    changed = msgspec.structs.replace(hold, state=state, wanted_at=None, wanted_by="")
    if act is HoldAct.AGREE and hold.wanted_at is not None:
        return msgspec.structs.replace(changed, until_at=hold.wanted_at)
    if act is HoldAct.AGREE:
        return msgspec.structs.replace(changed, agreed_by=actor, agreed_at=now)
    if state in HOLDING:
        return changed
    return msgspec.structs.replace(changed, ended_by=actor, ended_at=now, end_reason=reason)


def renewed(hold: Hold, until_at: datetime, actor: str, now: datetime) -> Hold:
    """Return a hold of which somebody asks for a later end. Raises ``BadHoldStep``, ``BadHold``."""
    state = next_state(hold.state, HoldAct.RENEW)
    check_until(until_at, now)
    if until_at <= hold.until_at:
        raise BadHold("A renewal ends later than what it renews.")
    return msgspec.structs.replace(hold, state=state, wanted_at=until_at, wanted_by=actor)


def check_hold(body: HoldBody, now: datetime) -> None:
    """Refuse a hold that nobody could keep, in words: ``BadHold``."""
    for text in (body.requester, body.reference):
        if not 0 < len(text.strip()) <= TEXT_LETTERS_MAX:
            raise BadHold("requester and reference name who asks, and by which paper.")
    check_said(body.reason)
    if len(body.told) > TEXT_LETTERS_MAX:
        raise BadHold(f"told may have at most {TEXT_LETTERS_MAX} letters.")
    if not 0 < len(body.legal_basis) <= BASES_MAX:
        raise BadHold("legal_basis names at least one law.")
    if any(is_vague(one.law) or not one.article.strip() for one in body.legal_basis):
        raise BadHold("Each legal_basis names a law and its article.")
    check_until(body.until_at, now)
    _check_objects(body.objects)


def check_until(until_at: datetime, now: datetime) -> None:
    """Refuse with ``BadHold`` an end that has been, or is further away than a year."""
    if not now < until_at <= now + LONGEST:
        raise BadHold(f"A hold ends after now, and within {LONGEST.days} days.")


def check_said(reason: str) -> str:
    """Return a reason without its margins. Raises ``BadHold``."""
    text = reason.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX or is_vague(text):
        raise BadHold("Say why, in words that somebody else can follow.")
    return text


def _check_objects(objects: Sequence[HeldObject]) -> None:
    if not 0 < len(set(objects)) == len(objects) <= OBJECTS_MAX:
        raise BadHold(f"A hold names between 1 and {OBJECTS_MAX} things, each once.")
    if any(not 0 < len(one.target) <= TARGET_LETTERS_MAX for one in objects):
        raise BadHold("Each thing is named by its address.")
