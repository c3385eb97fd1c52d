"""A request of an authority for data: its life as a table, and what is published of all of them."""

import enum
import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime

import msgspec
import phonenumbers

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.gate.model.drafts import Moment
from teahouse.gate.model.policies import ANY, REGIONS, LegalBasis, is_vague
from teahouse.steps import next_in

TEXT_LETTERS_MAX = 500
LONG_LETTERS_MAX = 8_000
BASES_MAX = 10
ACCOUNTS_MAX = 10**9
EXACT_FROM = 10  # a smaller number would point at people
MAINLAND, MAINLAND_COUNTRY = "cn-mainland", "CN"
_NUMBER = re.compile(r"[0-9一二三四五六七八九十百]")


class RequestState(enum.Enum):
    """Where a request stands. The names are stored and told."""

    RECEIVED = "received"
    PROPOSED = "proposed"  # one operator would give something
    GIVEN = "given"  # a second one agreed
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by whoever asked


class RequestAct(enum.Enum):
    """What is done with a request. The names are stored and told."""

    PROPOSE = "propose"
    GIVE = "give"
    REFUSE = "refuse"
    WITHDRAW = "withdraw"


_S, _A = RequestState, RequestAct
PROCEDURE: dict[RequestState, dict[RequestAct, RequestState]] = {
    _S.RECEIVED: {_A.PROPOSE: _S.PROPOSED, _A.REFUSE: _S.REFUSED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.PROPOSED: {_A.GIVE: _S.GIVEN, _A.REFUSE: _S.REFUSED, _A.WITHDRAW: _S.WITHDRAWN},
    _S.GIVEN: {},
    _S.REFUSED: {},
    _S.WITHDRAWN: {},
}


class DisclosureBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A request as it came in; ``approval`` is that of the competent authority, where one is needed."""

    authority: str
    authority_country: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    region: str = ANY  # whose data: of accounts of this region
    asked: str
    accounts_asked: int
    received_at: Moment
    approval: str = ""


class Disclosure(msgspec.Struct, frozen=True, kw_only=True):
    """A request, opened."""

    request_id: str
    authority: str
    authority_country: str
    reference: str
    legal_basis: tuple[LegalBasis, ...]
    region: str
    asked: str
    accounts_asked: int
    received_at: datetime
    approval: str
    state: RequestState
    given: str
    accounts_given: int
    reason: str
    recorded_by: str
    first_by: str | None
    second_by: str | None
    decided_at: datetime | None


class Told(msgspec.Struct, frozen=True):
    """A published number: exact from ten on, else a range."""

    least: int
    most: int


class YearFigures(msgspec.Struct, frozen=True):
    """What authorities of a country asked in a year, and what came of it."""

    year: int
    country: str
    requests: Told
    given: Told
    refused: Told
    accounts_given: Told


class CountedRequests(msgspec.Struct, frozen=True):
    """How many requests of a year, a country and a state there are, with the accounts given."""

    year: int
    country: str
    state: str
    requests: int
    accounts_given: int


class BadDisclosure(Refused):
    """The request lacks something that the register has to say."""

    code = "disclosures.bad"
    kind = Kind.UNPROCESSABLE


class BadDisclosureStep(Conflict):
    """The request is not at a point where that can be done."""

    code = "disclosures.bad_step"


class NoSuchDisclosure(NotFound):
    """There is no such request."""

    code = "disclosures.not_found"


class DisclosureSamePerson(Refused):
    """Somebody else has to agree that this is given."""

    code = "disclosures.same_person"
    kind = Kind.FORBIDDEN


class RequiresApproval(Refused):
    """A foreign authority asks for data of the mainland: that needs the competent authority's approval."""

    code = "disclosures.requires_approval"
    kind = Kind.FORBIDDEN


def next_state(state: RequestState, act: RequestAct) -> RequestState:
    """Return where an act leads from a state. Raises ``BadDisclosureStep``."""
    return next_in(PROCEDURE, state, act, BadDisclosureStep, "A request")


def acts_of(state: RequestState) -> list[RequestAct]:
    """Return what comes next."""
    return list(PROCEDURE[state])


def needs_approval(region: str, authority_country: str) -> bool:
    """Tell whether giving data abroad needs an approval [PIPL 41, Data Security Law 36]."""
    return region in (ANY, MAINLAND) and authority_country != MAINLAND_COUNTRY


def check_approved(one: Disclosure) -> None:
    """Refuse to give what needs an approval and has none: ``RequiresApproval``."""
    if needs_approval(one.region, one.authority_country) and not one.approval.strip():
        raise RequiresApproval


def check_request(body: DisclosureBody, now: datetime) -> None:
    """Refuse a request that the register could not tell of: ``BadDisclosure``."""
    for name, text in (("authority", body.authority), ("reference", body.reference)):
        if not 0 < len(text.strip()) <= TEXT_LETTERS_MAX:
            raise BadDisclosure(f"{name} is missing or too long.")
    if body.authority_country not in phonenumbers.SUPPORTED_REGIONS:
        raise BadDisclosure("authority_country is a country's two letters, such as CN.")
    if body.region not in (ANY, *REGIONS):
        raise BadDisclosure(f"region is * or one of {', '.join(REGIONS)}.")
    if not 0 < len(body.asked.strip()) <= LONG_LETTERS_MAX or len(body.approval) > TEXT_LETTERS_MAX:
        raise BadDisclosure("asked says what is wanted; it, or approval, is missing or too long.")
    if not 0 <= body.accounts_asked <= ACCOUNTS_MAX:
        raise BadDisclosure("accounts_asked is how many accounts it is about.")
    if body.received_at > now:
        raise BadDisclosure("received_at is in the future.")
    if not 0 < len(body.legal_basis) <= BASES_MAX:
        raise BadDisclosure("legal_basis names at least one law.")
    for basis in body.legal_basis:
        if is_vague(basis.law) or not _NUMBER.search(basis.article):
            raise BadDisclosure("Each legal_basis names a law and the number of its article.")


def check_given(given: str, accounts: int) -> str:
    """Return what is given without its margins. Raises ``BadDisclosure``."""
    text = given.strip()
    if not 0 < len(text) <= LONG_LETTERS_MAX or not 0 < accounts <= ACCOUNTS_MAX:
        raise BadDisclosure("Say what is given, and of how many accounts.")
    return text


def check_reason(reason: str) -> str:
    """Return a reason without its margins. Raises ``BadDisclosure``."""
    text = reason.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX or is_vague(text):
        raise BadDisclosure("Say why, in at most 500 letters.")
    return text


def ranged(count: int) -> Told:
    """Return a number as it is published."""
    return Told(count, count) if count >= EXACT_FROM or count == 0 else Told(1, EXACT_FROM - 1)


def figures(counted: Iterable[tuple[int, str, str, int, int]], this_year: int) -> list[YearFigures]:
    """Return what is published: of years that are over, by country.

    ``counted`` is year, country, state, how many requests, and accounts given.
    """
    requests, accounts = Counter[tuple[int, str, str]](), Counter[tuple[int, str]]()
    places: set[tuple[int, str]] = set()
    for year, country, state, count, given in counted:
        if year < this_year:
            places.add((year, country))
            requests[year, country, state] += count
            accounts[year, country] += given
    return [
        YearFigures(
            year,
            country,
            ranged(sum(requests[year, country, state.value] for state in RequestState)),
            ranged(requests[year, country, RequestState.GIVEN.value]),
            ranged(requests[year, country, RequestState.REFUSED.value]),
            ranged(accounts[year, country]),
        )
        for year, country in sorted(places, key=lambda place: (-place[0], place[1]))
    ]
