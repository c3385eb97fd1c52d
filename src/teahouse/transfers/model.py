"""What a transfer across a border is, its life as a table, and what so many people ask for.

Personal Information Protection Law 38–40; Provisions on Cross-Border Data Flows of 22 March 2024, 7
and 8; GDPR 44–49.
"""

import enum
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.steps import next_in

TEXT_LETTERS_MAX = 500
LONGEST = timedelta(days=5 * 366)
NEAR_PERCENT = 80
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_COUNTRY = re.compile(r"[A-Z]{2}")

# Where data of a region's people is at home. A region without a list knows no border.
_EEA = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK"
HOME: dict[str, frozenset[str]] = {
    "cn-mainland": frozenset(("CN",)),
    "eu": frozenset(_EEA.split()),
    "intl": frozenset(),
}


class Mechanism(enum.Enum):
    """On what a transfer stands. The names are stored and told; what asks more comes later."""

    EXEMPT = "exempt"  # few people, a contract with the person, an adequacy decision
    CONTRACT = "contract"  # the standard contract
    CERTIFICATION = "certification"
    ASSESSMENT = "assessment"  # by the authority


class TransferState(enum.Enum):
    """Where a transfer stands. The names are stored and told."""

    PROPOSED = "proposed"
    IN_FORCE = "in_force"  # agreed to by a second operator
    ENDED = "ended"
    DROPPED = "dropped"


class TransferAct(enum.Enum):
    """What is done with a transfer. The names are stored and told."""

    AGREE = "agree"
    END = "end"
    DROP = "drop"


_S, _A = TransferState, TransferAct
PROCEDURE: dict[TransferState, dict[TransferAct, TransferState]] = {
    _S.PROPOSED: {_A.AGREE: _S.IN_FORCE, _A.DROP: _S.DROPPED},
    _S.IN_FORCE: {_A.END: _S.ENDED},
    _S.ENDED: {},
    _S.DROPPED: {},
}


class TransferBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A transfer as an operator writes it; ``transfer_id`` is a short name of its own.

    ``recipient`` is the id of a processor. ``reference`` names the paper: the contract's filing, the
    certificate, the authority's answer, or which exemption it is. ``until`` is its last day.
    """

    transfer_id: str
    recipient: str
    country: str  # ISO 3166-1, two letters
    mechanism: Mechanism
    reference: str
    until: date
    purposes: tuple[str, ...]


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer, as its row has it."""

    body: TransferBody
    state: TransferState
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    ended_at: datetime | None
    end_reason: str


class Volume(msgspec.Struct, frozen=True):
    """Of how many people at most data crossed since 1 January, and of how many sensitive data."""

    transfer_id: str
    year: int
    people: int
    sensitive: int


class VolumeLimit(msgspec.Struct, frozen=True):
    """From how many people on what is asked."""

    id: str
    counts: str  # people or sensitive
    least: int
    asks: Mechanism


class Crossed(msgspec.Struct, frozen=True):
    """That a limit is near, or reached, for the first time in a year."""

    year: int
    limit_id: str
    level: str  # near or reached
    count: int


# Whoever runs no critical infrastructure (2024-03-22, 7 and 8), by the profile.
LIMITS: dict[str, tuple[VolumeLimit, ...]] = {
    "cn-mainland": (
        VolumeLimit("people.contract", "people", 100_000, Mechanism.CONTRACT),
        VolumeLimit("people.assessment", "people", 1_000_000, Mechanism.ASSESSMENT),
        VolumeLimit("sensitive.contract", "sensitive", 1, Mechanism.CONTRACT),
        VolumeLimit("sensitive.assessment", "sensitive", 10_000, Mechanism.ASSESSMENT),
    ),
}
_STRENGTH = (
    (Mechanism.EXEMPT,),
    (Mechanism.CONTRACT, Mechanism.CERTIFICATION),
    (Mechanism.ASSESSMENT,),
)


class BadTransfer(Refused):
    """The transfer cannot be registered as it is written."""

    code = "transfers.bad"
    kind = Kind.UNPROCESSABLE


class BadTransferStep(Conflict):
    """The transfer is not at a point where that can be done."""

    code = "transfers.bad_step"


class TransferKnown(Conflict):
    """There is a transfer of that name already."""

    code = "transfers.known"


class NoSuchTransfer(NotFound):
    """There is no such transfer."""

    code = "transfers.not_found"


class TransferSamePerson(Refused):
    """Somebody else has to agree to the transfer."""

    code = "transfers.same_person"
    kind = Kind.FORBIDDEN


class TransferReasonNeeded(Refused):
    """Say why it ends."""

    code = "transfers.reason_needed"
    kind = Kind.UNPROCESSABLE


def next_state(state: TransferState, act: TransferAct) -> TransferState:
    """Return where an act leads from a state. Raises ``BadTransferStep``."""
    return next_in(PROCEDURE, state, act, BadTransferStep, "A transfer")


def acts_of(state: TransferState) -> list[TransferAct]:
    """Return what may be done next."""
    return list(PROCEDURE[state])


def holds(transfer: Transfer, today: date) -> bool:
    """Tell whether a transfer is in force, and its paper's last day not past."""
    return transfer.state is TransferState.IN_FORCE and today <= transfer.body.until


def crosses(profile: str, country: str) -> bool:
    """Tell whether a country is abroad for a house of a profile."""
    home = HOME[profile]
    return bool(home) and country not in home


def lacks(
    known: Iterable[Transfer],
    profile: str,
    recipient: tuple[str, str],
    purposes: Collection[str],
    today: date,
) -> bool:
    """Tell whether a recipient, by id and country, lacks what would let these purposes cross.

    All purposes have to be in transfers that hold; several may share them.
    """
    whose, country = recipient
    if not crosses(profile, country):
        return False
    allowed = {
        purpose
        for one in known
        if holds(one, today) and (one.body.recipient, one.body.country) == (whose, country)
        for purpose in one.body.purposes
    }
    return not set(purposes) <= allowed


def whole_until(
    known: Iterable[Transfer],
    profile: str,
    recipient: tuple[str, str],
    purposes: Collection[str],
    today: date,
) -> date | None:
    """Return until when all of these purposes may go to a recipient, ``None`` when they may not.

    What crosses no border may go for ever.
    """
    whose, country = recipient
    if not crosses(profile, country):
        return date.max
    until: dict[str, date] = {}
    for one in known:
        if holds(one, today) and (one.body.recipient, one.body.country) == (whose, country):
            until |= {
                name: max(one.body.until, until.get(name, today)) for name in one.body.purposes
            }
    return min(until[name] for name in purposes) if set(purposes) <= until.keys() else None


def total(volumes: Iterable[Volume], year: int) -> tuple[int, int]:
    """Return the people, and those with sensitive data, of a year; who is in two is counted twice."""
    found = [one for one in volumes if one.year == year]
    return sum(one.people for one in found), sum(one.sensitive for one in found)


def asked(profile: str, people: int, sensitive: int) -> Mechanism:
    """Return what so many people ask for."""
    counts = {"people": people, "sensitive": sensitive}
    reached = [one.asks for one in LIMITS.get(profile, ()) if counts[one.counts] >= one.least]
    return max(reached, key=strength, default=Mechanism.EXEMPT)


def strength(mechanism: Mechanism) -> int:
    """Return how much a mechanism answers for; a contract and a certification as much as each other."""
    return next(at for at, some in enumerate(_STRENGTH) if mechanism in some)


def crossings(profile: str, year: int, people: int, sensitive: int) -> list[Crossed]:
    """Return the limits that are near or reached. A limit of one person is never near."""
    counts = {"people": people, "sensitive": sensitive}
    found: list[Crossed] = []
    for one in LIMITS.get(profile, ()):
        count = counts[one.counts]
        if count >= one.least:
            found.append(Crossed(year, one.id, "reached", count))
        elif count * 100 >= one.least * NEAR_PERCENT:
            found.append(Crossed(year, one.id, "near", count))
    return found


def check_transfer(body: TransferBody, purposes: Collection[str], today: date) -> None:
    """Refuse a transfer that says too little: ``BadTransfer``."""
    if not _ID.fullmatch(body.transfer_id) or not _ID.fullmatch(body.recipient):
        raise BadTransfer(
            "transfer_id and recipient have 2 to 40 small letters, digits and hyphens."
        )
    if not _COUNTRY.fullmatch(body.country):
        raise BadTransfer("country is two capital letters, such as SG.")
    if not _said(body.reference):
        raise BadTransfer("reference names the paper, or which exemption it is.")
    if not today <= body.until <= today + LONGEST:
        raise BadTransfer("until is from today on, and within five years.")
    unknown: Sequence[str] = sorted(set(body.purposes) - set(purposes))
    if not body.purposes or unknown:
        raise BadTransfer("purposes are of the register of purposes.")


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``TransferReasonNeeded``."""
    text = reason.strip()
    if not _said(text):
        raise TransferReasonNeeded
    return text


def _said(text: str) -> bool:
    return 0 < len(text.strip()) <= TEXT_LETTERS_MAX and text.isprintable()
