"""What a processor is, its life as a table, and whether something may go to a host.

Personal Information Protection Law 20–23, Network Data Security Regulation 12, GDPR 28.
"""

import enum
import re
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta

import msgspec

from teahouse.consent.model import Both as Told
from teahouse.consent.model import Recipient
from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.policies import Both
from teahouse.steps import next_in

TEXT_LETTERS_MAX = 500
HOSTS_MAX = 20
OTHERS_MAX = 50
PEOPLE_MAX = 10**10
KEPT_YEARS = 3
CLEARED_BY = ("returned", "deleted", "unreadable")
KEPT = timedelta(days=3 * 366)  # of what was handed on; the law asks for three years
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
_HOST = re.compile(r"(?:\*\.)?[a-z0-9_](?:[a-z0-9._:-]{0,251}[a-z0-9])?")
_COUNTRY = re.compile(r"[A-Z]{2}")


class ProcessorRole(enum.Enum):
    """As what somebody is given data. The names are stored and told."""

    OWN = "own"  # a machine of this house's own operator
    PROCESSOR = "processor"  # acts for the operator
    CONTROLLER = "controller"  # decides for itself


class ProcessorState(enum.Enum):
    """Where a processor stands. The names are stored and told."""

    PROPOSED = "proposed"
    AGREED = "agreed"  # by a second operator
    IN_USE = "in_use"
    ENDED = "ended"  # nothing goes there any more
    CLEARED = "cleared"  # and what was there came back, or is deleted
    DROPPED = "dropped"  # before anything went


class ProcessorAct(enum.Enum):
    """What is done with a processor. The names are stored and told."""

    AGREE = "agree"
    START = "start"
    END = "end"
    CLEAR = "clear"
    DROP = "drop"


_S, _A = ProcessorState, ProcessorAct
PROCEDURE: dict[ProcessorState, dict[ProcessorAct, ProcessorState]] = {
    _S.PROPOSED: {_A.AGREE: _S.AGREED, _A.DROP: _S.DROPPED},
    _S.AGREED: {_A.START: _S.IN_USE, _A.DROP: _S.DROPPED},
    _S.IN_USE: {_A.END: _S.ENDED},
    _S.ENDED: {_A.CLEAR: _S.CLEARED},
    _S.CLEARED: {},
    _S.DROPPED: {},
}


class SubProcessor(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Somebody whom a processor may give the data in its turn."""

    name: str
    country: str


class ProcessorBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A processor as an operator writes it; ``processor_id`` is a short name of its own.

    ``hosts`` are names, or ``*.`` and the end of names. ``contract_until`` is the last day on which
    the contract holds; none for a machine of the house's own.
    """

    processor_id: str
    name: Both
    contact: str
    country: str  # ISO 3166-1, two letters
    role: ProcessorRole = ProcessorRole.PROCESSOR
    contract: str = ""
    contract_until: date | None = None
    ways: tuple[str, ...]
    hosts: tuple[str, ...]
    purposes: tuple[str, ...]
    what: Both
    why: Both
    when: Both
    others: tuple[SubProcessor, ...] = ()


class Clearing(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What became of the data that an ended processor had, and how one knows.

    ``how`` is ``returned``, ``deleted``, or ``unreadable``: its key is gone, and nobody states anything.
    ``key_lost`` states that the key is nowhere any more, where it is not on the machine either.
    """

    how: str
    on: date
    evidence: str
    key_lost: bool = False


class Processor(msgspec.Struct, frozen=True, kw_only=True):
    """A processor, as its row has it."""

    body: ProcessorBody
    state: ProcessorState
    proposed_by: str
    proposed_at: datetime
    agreed_by: str | None
    agreed_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    clearing: Clearing | None


class Fit(enum.Enum):
    """Whether something may go to a host, as the register has it. The names are told."""

    GOOD = "good"
    NONE = "none"  # nobody is registered for it
    ENDED = "ended"
    EXPIRED = "expired"  # the contract's last day is past
    ABROAD = "abroad"  # in another country, and no transfer is registered


class Providing(msgspec.Struct, frozen=True):
    """How often something went, or was held back, by a way on a day."""

    day: date
    way: str
    processor_id: str  # empty: nobody is registered
    host: str  # told where nobody is registered, and operators chose it
    sent: int
    held: int


class Handing(msgspec.Struct, frozen=True, kw_only=True):
    """Data that somebody handed over by an act, and not by a way of the house."""

    handing_id: str
    processor_id: str
    at: datetime
    by: str
    what: str
    people: int
    purposes: tuple[str, ...]


class HandingBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What was handed over, of how many people, for which purposes."""

    what: str
    people: int
    purposes: tuple[str, ...]


class BadProcessor(Refused):
    """The processor cannot be registered as it is written."""

    code = "processors.bad"
    kind = Kind.UNPROCESSABLE


class BadProcessorStep(Conflict):
    """The processor is not at a point where that can be done."""

    code = "processors.bad_step"


class ProcessorKnown(Conflict):
    """There is a processor of that name already."""

    code = "processors.known"


class NoSuchProcessor(NotFound):
    """There is no such processor."""

    code = "processors.not_found"


class ProcessorSamePerson(Refused):
    """Somebody else has to agree to it."""

    code = "processors.same_person"
    kind = Kind.FORBIDDEN


class ProcessorReasonNeeded(Refused):
    """Say why."""

    code = "processors.reason_needed"
    kind = Kind.UNPROCESSABLE


def next_state(state: ProcessorState, act: ProcessorAct) -> ProcessorState:
    """Return where an act leads from a state. Raises ``BadProcessorStep``."""
    return next_in(PROCEDURE, state, act, BadProcessorStep, "A processor")


def acts_of(state: ProcessorState) -> list[ProcessorAct]:
    """Return what may be done next."""
    return list(PROCEDURE[state])


def covers(body: ProcessorBody, way: str, host: str) -> bool:
    """Tell whether a processor is registered for a way to a host."""
    if way not in body.ways:
        return False
    return any(
        host.endswith(one[1:]) if one.startswith("*.") else host == one for one in body.hosts
    )


def is_good(processor: Processor, today: date) -> bool:
    """Tell whether a processor is in use, on a contract that holds."""
    until = processor.body.contract_until
    return processor.state is ProcessorState.IN_USE and (until is None or today <= until)


def fit(
    known: Iterable[Processor], abroad: Collection[str], way: str, host: str, today: date
) -> tuple[Fit, str]:
    """Return whether something may go to ``host``, and by whose entry.

    ``abroad`` are the processors that lack an entry in the register of transfers.
    """
    found = [one for one in known if covers(one.body, way, host)]
    in_use = [one for one in found if one.state is ProcessorState.IN_USE]
    good = [one for one in in_use if is_good(one, today)]
    for one in good:
        if one.body.processor_id not in abroad:
            return Fit.GOOD, one.body.processor_id
    for which, some in (
        (Fit.ABROAD, good),
        (Fit.EXPIRED, in_use),
        (Fit.ENDED, [one for one in found if one.ended_at is not None]),
    ):
        if some:
            return which, some[0].body.processor_id
    return Fit.NONE, ""


def ends_with(
    known: Iterable[Processor], ended: ProcessorBody, way: str, whose: str, host: str
) -> bool:
    """Tell whether what shows itself to this house ends with a processor.

    It does when it is that processor's, ``whose``; or when it is nobody's and its host was in that entry,
    and is in no other that is in use.
    """
    if whose:
        return whose == ended.processor_id
    others = (one.body for one in known if one.state is ProcessorState.IN_USE)
    return covers(ended, way, host) and not any(
        covers(one, way, host) for one in others if one.processor_id != ended.processor_id
    )


def holds_back(mode: str, found: Fit) -> bool:
    """Tell whether something is held back, by ``registers_enforce``: ``off``, ``warn`` or ``on``.

    Whom an operator has ended is given nothing where the register is only told, too.
    """
    if mode == "off" or found is Fit.GOOD:
        return False
    return mode == "on" or found is Fit.ENDED


def recipients(known: Iterable[Processor], today: date) -> list[Recipient]:
    """Return the processors in use, for the policy's list of who is given anything."""
    return [
        Recipient(
            id=one.body.processor_id,
            name=_told(one.body.name),
            host=", ".join(one.body.hosts),
            role=one.body.role.value,
            what=_told(one.body.what),
            why=_told(one.body.why),
            when=_told(one.body.when),
            purposes=one.body.purposes,
        )
        for one in sorted(known, key=lambda one: one.body.processor_id)
        if is_good(one, today) and one.body.role is not ProcessorRole.OWN
    ]


def _told(both: Both) -> Told:
    return Told(both.zh, both.en)


def check_processor(
    body: ProcessorBody, ways: Collection[str], purposes: Collection[str], today: date
) -> None:
    """Refuse a processor that nobody could be held to, in words: ``BadProcessor``."""
    if not _ID.fullmatch(body.processor_id):
        raise BadProcessor("processor_id has 2 to 40 small letters, digits and hyphens.")
    texts = [body.contact]
    for both in (body.name, body.what, body.why, body.when):
        texts += [both.zh, both.en]
    if not all(_said(text) for text in texts):
        raise BadProcessor("name, what, why and when are said in zh and in en, and contact once.")
    if not all(
        _COUNTRY.fullmatch(one) for one in (body.country, *(o.country for o in body.others))
    ):
        raise BadProcessor("country is two capital letters, such as CN.")
    if not len(body.ways) > 0 or not set(body.ways) <= set(ways):
        raise BadProcessor(f"ways are some of {', '.join(sorted(ways))}.")
    if not 0 < len(body.hosts) <= HOSTS_MAX or not all(map(_HOST.fullmatch, body.hosts)):
        raise BadProcessor(f"hosts are up to {HOSTS_MAX} names in small letters; *. may begin one.")
    check_purposes(body.purposes, purposes)
    if len(body.others) > OTHERS_MAX or not all(_said(one.name) for one in body.others):
        raise BadProcessor(f"others are up to {OTHERS_MAX}, each with its name.")
    _check_contract(body, today)


def _check_contract(body: ProcessorBody, today: date) -> None:
    if body.role is ProcessorRole.OWN:
        if body.contract or body.contract_until or body.others:
            raise BadProcessor("A machine of your own has no contract, and hands nothing on.")
        return
    if not _said(body.contract) or body.contract_until is None:
        raise BadProcessor("contract names the paper, and contract_until its last day.")
    if body.contract_until < today:
        raise BadProcessor("The contract's last day is past.")


def check_purposes(given: Sequence[str], purposes: Collection[str]) -> None:
    """Refuse purposes that the register of purposes does not have: ``BadProcessor``."""
    unknown = sorted(set(given) - set(purposes))
    if not given or unknown:
        raise BadProcessor(f"purposes are of the register of purposes{_named(unknown)}.")


def _named(unknown: Sequence[str]) -> str:
    return f", not {', '.join(unknown)[:TEXT_LETTERS_MAX]}" if unknown else ""


def check_handing(body: HandingBody, purposes: Collection[str]) -> None:
    """Refuse a handing-over that says nothing: ``BadProcessor``."""
    if not _said(body.what) or not 0 <= body.people <= PEOPLE_MAX:
        raise BadProcessor("what says what was handed over, and people of how many.")
    check_purposes(body.purposes, purposes)


def check_clearing(clearing: Clearing, ended_on: date, today: date) -> None:
    """Refuse a proof that proves nothing: ``BadProcessor``."""
    if clearing.how not in CLEARED_BY or not _said(clearing.evidence):
        raise BadProcessor(f"how is {', '.join(CLEARED_BY)}, and evidence says how you know.")
    if not ended_on <= clearing.on <= today:
        raise BadProcessor("It came back, or was deleted, after the end and not in the future.")


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``ProcessorReasonNeeded``."""
    text = reason.strip()
    if not _said(text):
        raise ProcessorReasonNeeded
    return text


def _said(text: str) -> bool:
    return 0 < len(text.strip()) <= TEXT_LETTERS_MAX and text.isprintable()
