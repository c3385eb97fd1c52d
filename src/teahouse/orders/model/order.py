"""What an order says, as it is imported, and what makes it one that can be carried out."""

import enum
import re
from datetime import datetime, timedelta

import msgspec
import phonenumbers

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.doors import Door
from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import ANY, CLASSES, REGIONS, Both, LegalBasis, State, is_vague
from teahouse.orders.model.functions import FUNCTIONS

TEXT_LETTERS_MAX = 500
BASES_MAX = 10
MEASURES_MAX = 12
TARGETS_MAX = 500
TARGET_BYTES_MAX = 255
EVIDENCE_BYTES_MAX = 600_000
PAST_MAX = timedelta(days=366)
FUTURE_MAX = timedelta(days=3660)
CHECK_LIFE = timedelta(days=1)  # what somebody saw that long ago may have changed
EVIDENCE_LIFE = timedelta(days=1095)  # after the order is over
_NUMBER = re.compile(r"[0-9一二三四五六七八九十百]")
_DIGEST = re.compile(r"[0-9a-f]{64}")


class MeasureKind(enum.Enum):
    """What can be ordered. The names are stored and told."""

    STOP_REGISTRATION = "stop_registration"
    DELIST = "delist"  # off the directory
    HIDE_FROM_SEARCH = "hide_from_search"  # not found, and still there for those who have it
    STOP_FUNCTION = "stop_function"
    RESTRICT_COUNTRY = "restrict_country"  # reading, and taking one's data along


class Scope(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whom an order is about; ``*`` is everyone, and no country is every country."""

    region: str = ANY
    account_class: str = ANY
    country: str = ""  # of an account's proved number, ISO 3166-1 alpha-2


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing that an order has done: each kind has its own fields, and no others."""

    kind: MeasureKind
    door: str = ANY  # of a registration: all doors, or one
    state: State = State.SUSPENDED  # of a registration: how far it is shut
    pace_per_minute: int | None = None
    targets: tuple[str, ...] = ()  # of a delisting or a search ban: ids of rooms and people
    function: str = ""  # of a stop


class Evidence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The order's own document: a text, or a file in base64; ``sha256`` is of its bytes."""

    name: str
    text: str | None = None
    base64: str | None = None
    sha256: str = ""


class OrderBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An order as it is imported."""

    authority: str
    authority_country: str
    number: str
    legal_basis: tuple[LegalBasis, ...]
    scope: Scope
    measures: tuple[Measure, ...]
    received_at: Moment
    effective_at: Moment
    deadline_at: Moment
    ends_at: Moment | None = None
    confidential: bool = False
    reason: Both  # what people are told
    evidence: Evidence


class Order(msgspec.Struct, frozen=True, kw_only=True):
    """What is carried out: an order without its evidence."""

    order_id: str
    authority: str
    authority_country: str
    number: str
    legal_basis: tuple[LegalBasis, ...]
    scope: Scope
    measures: tuple[Measure, ...]
    received_at: datetime
    effective_at: datetime
    deadline_at: datetime
    ends_at: datetime | None
    confidential: bool
    reason: Both


class BadOrder(Refused):
    """The order cannot be carried out as it is written."""

    code = "orders.bad"
    kind = Kind.UNPROCESSABLE


class OrderKnown(Conflict):
    """An order of that authority with that number is here already."""

    code = "orders.known"


class NoSuchOrder(NotFound):
    """There is no such order."""

    code = "orders.not_found"


class OrderSamePerson(Refused):
    """Somebody else has to acknowledge it."""

    code = "orders.same_person"
    kind = Kind.FORBIDDEN


class OrderReasonNeeded(Refused):
    """Say why, in at most 500 letters."""

    code = "orders.reason_needed"
    kind = Kind.UNPROCESSABLE


class NarrowerUnanswered(Refused):
    """Something narrower might do: say why it does not."""

    code = "orders.narrower_unanswered"
    kind = Kind.UNPROCESSABLE


class CheckIsOld(Conflict):
    """What the order touches was looked at more than a day ago: look again."""

    code = "orders.check_is_old"


class OutOfScope(Refused):
    """The order names an account that is not in its scope."""

    code = "orders.out_of_scope"
    kind = Kind.UNPROCESSABLE


class FunctionStopped(Refused):
    """By an order of an authority, this does not work for you now."""

    code = "orders.function_stopped"
    kind = Kind.FORBIDDEN


class CountryRestricted(Refused):
    """By an order of an authority, you can read and take your data with you, and do nothing else here."""

    code = "orders.country_restricted"
    kind = Kind.FORBIDDEN


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``OrderReasonNeeded``."""
    text = reason.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX or is_vague(text):
        raise OrderReasonNeeded
    return text


def check_order(body: OrderBody, now: datetime) -> None:
    """Refuse an order that nobody could carry out, in words: ``BadOrder``."""
    _check_words(body)
    _check_times(body, now)
    _check_scope(body.scope)
    if not 0 < len(body.measures) <= MEASURES_MAX:
        raise BadOrder(f"An order has between 1 and {MEASURES_MAX} measures.")
    if len(set(body.measures)) < len(body.measures):
        raise BadOrder("The order has the same measure twice.")
    for measure in body.measures:
        _check_measure(measure, body.scope)


def _check_words(body: OrderBody) -> None:
    for name, text in (("authority", body.authority), ("number", body.number),
                       ("evidence.name", body.evidence.name)):  # fmt: skip
        if not 0 < len(text.strip()) <= TEXT_LETTERS_MAX:
            raise BadOrder(f"{name} is missing or too long.")
    if body.authority_country not in phonenumbers.SUPPORTED_REGIONS:
        raise BadOrder("authority_country is a country's two letters, such as CN.")
    if not 0 < len(body.legal_basis) <= BASES_MAX:
        raise BadOrder("legal_basis names at least one law.")
    for basis in body.legal_basis:
        if is_vague(basis.law) or not _NUMBER.search(basis.article):
            raise BadOrder("Each legal_basis names a law and the number of its article.")
        if max(map(len, (basis.law, basis.article, basis.order))) > TEXT_LETTERS_MAX:
            raise BadOrder("A legal_basis is too long.")
    for text in (body.reason.zh, body.reason.en):
        if is_vague(text) or len(text) > TEXT_LETTERS_MAX:
            raise BadOrder("reason tells people, in zh and in en, why something does not work.")


def _check_times(body: OrderBody, now: datetime) -> None:
    for name, at in (("received_at", body.received_at), ("effective_at", body.effective_at),
                     ("deadline_at", body.deadline_at), ("ends_at", body.ends_at)):  # fmt: skip
        if at is not None and not now - PAST_MAX <= at <= now + FUTURE_MAX:
            raise BadOrder(f"{name} is further away than an order reaches.")
    if body.received_at > now:
        raise BadOrder("received_at is in the future.")
    if body.deadline_at < body.effective_at:
        raise BadOrder("deadline_at is before effective_at.")
    if body.ends_at is not None and body.ends_at <= max(body.effective_at, now):
        raise BadOrder("ends_at is over, or before effective_at.")


def _check_scope(scope: Scope) -> None:
    if scope.region not in (ANY, *REGIONS):
        raise BadOrder(f"scope.region is * or one of {', '.join(REGIONS)}.")
    if scope.account_class not in (ANY, *CLASSES):
        raise BadOrder(f"scope.account_class is * or one of {', '.join(CLASSES)}.")
    if scope.country and scope.country not in phonenumbers.SUPPORTED_REGIONS:
        raise BadOrder("scope.country is a country's two letters, or empty.")


def _check_measure(measure: Measure, scope: Scope) -> None:
    kind, name = measure.kind, measure.kind.value
    of_registration = (measure.door, measure.state, measure.pace_per_minute)
    if kind is MeasureKind.STOP_REGISTRATION:
        if measure.door not in (ANY, *(door.value for door in Door)):
            raise BadOrder(f"There is no door {measure.door!r}.")
        if measure.state is State.OPEN:
            raise BadOrder("An order that opens registration stops nothing.")
        if (measure.state is State.PACED) != (measure.pace_per_minute is not None):
            raise BadOrder("pace_per_minute belongs to the state paced, and to no other.")
    elif of_registration != (ANY, State.SUSPENDED, None):
        raise BadOrder(f"{name} has no door, state or pace_per_minute.")
    listed = kind in (MeasureKind.DELIST, MeasureKind.HIDE_FROM_SEARCH)
    if listed != bool(measure.targets) or len(measure.targets) > TARGETS_MAX:
        raise BadOrder(
            f"{name}: targets are for delist and hide_from_search, at most {TARGETS_MAX}."
        )
    for target in measure.targets:
        if target[:1] not in ("!", "@") or len(target.encode()) > TARGET_BYTES_MAX:
            raise BadOrder("A target is the id of a room, !…, or of a person, @….")
    if (kind is MeasureKind.STOP_FUNCTION) != (measure.function != ""):
        raise BadOrder(f"{name}: function is for stop_function, which has one.")
    if measure.function and measure.function not in FUNCTIONS:
        raise BadOrder(f"function is one of {', '.join(FUNCTIONS)}.")
    _check_country(kind, scope)


def _check_country(kind: MeasureKind, scope: Scope) -> None:
    if kind is MeasureKind.RESTRICT_COUNTRY:
        if not scope.country:
            raise BadOrder("restrict_country needs scope.country.")
    elif scope.country and kind is not MeasureKind.STOP_FUNCTION:
        raise BadOrder(f"{kind.value} knows regions and classes, and no countries.")


def check_digest(claimed: str, real: str) -> None:
    """Refuse a document that is not the one whose digest was given: ``BadOrder``."""
    if claimed and (not _DIGEST.fullmatch(claimed) or claimed != real):
        raise BadOrder("evidence.sha256 is not the digest of the document.")


def order_of(order_id: str, body: OrderBody) -> Order:
    """Return an order as it is carried out."""
    fields = {name: getattr(body, name) for name in OrderBody.__struct_fields__}
    del fields["evidence"]
    return Order(order_id=order_id, **fields)
