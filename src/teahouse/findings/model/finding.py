"""What a finding is, the clauses that it can name, and what is refused about it."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import NamedTuple

import msgspec

from teahouse.errors import Conflict, Invalid, Kind, NotFound, Refused
from teahouse.findings.model.procedure import Act, Place, Programme, Rung, State, may_shut

PAGE_MAX = 200
RULINGS_MAX = 500
PUBLISHED_MAX = 1_000
WORDS_LETTERS_MAX = 4_000
ARTEFACT_LETTERS_MAX = 500
ASK_LIFE = timedelta(hours=24)  # for the second of the two who shut down
LAPSED_AT_ONCE_MAX = 500
KINDS = ("app", "program", "house", "room", "account")
SEVERITIES = ("low", "middle", "high")
HOUSE = "house"  # the actor of what the clock does


class NoSuchFinding(NotFound):
    """There is no such finding."""

    code = "findings.not_found"


class NoSuchRuling(NotFound):
    """There is no such ruling of an authority."""

    code = "findings.no_ruling"


class RulingThere(Conflict):
    """A ruling of that authority with that number is noted already."""

    code = "findings.ruling_there"


class RulingNeeded(Refused):
    """Nothing is shut down without a written ruling of an authority that says so, in the same programme."""

    code = "findings.ruling_needed"
    kind = Kind.UNPROCESSABLE


class NeverShuts(Refused):
    """A finding about security shuts nothing down: that takes a ruling about what is illegal."""

    code = "findings.never_shuts"
    kind = Kind.UNPROCESSABLE


class LadderFirst(Conflict):
    """What breaks people's privacy is delisted and banned from search before it is shut down."""

    code = "findings.ladder_first"


class SamePerson(Conflict):
    """Whoever gave the evidence of a repair does not test it: somebody else does."""

    code = "findings.same_person"


class NoMeasure(Refused):
    """This house has no such measure for what was found: it is done where that thing is."""

    code = "findings.no_measure"
    kind = Kind.UNPROCESSABLE


class FindingWords(Refused):
    """Say what was done or found, in 1 to 4,000 letters."""

    code = "findings.words_needed"
    kind = Kind.UNPROCESSABLE


class DeadlineNeeded(Refused):
    """What is open again needs a deadline in the future."""

    code = "findings.deadline_needed"
    kind = Kind.UNPROCESSABLE


class BadFindings(Refused):
    """The list of findings cannot be read."""

    code = "findings.bad_list"
    kind = Kind.UNPROCESSABLE


class Clause(msgspec.Struct, frozen=True):
    """What a finding can name: a rule that is broken, in both languages."""

    clause_id: str
    programme: str
    zh: str
    en: str


class Ruling(msgspec.Struct, frozen=True):
    """What an authority has decided in writing. ``shuts_down``: it says that the thing is to end."""

    ruling_id: str
    programme: Programme
    authority: str
    number: str
    decided_on: date
    shuts_down: bool
    document: str
    noted_by: str
    noted_at: datetime


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as a list of an authority has it. ``operator_name``: who runs what was found."""

    authority: str
    number: str
    programme: Programme
    clauses: tuple[str, ...]
    severity: str
    kind: str
    target: str
    name: str
    version: str
    store: str
    operator_name: str
    facts: str
    found_at: datetime
    due_at: datetime


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding as it stands."""

    finding_id: str
    entry: Entry
    state: State
    rung: Rung
    ruling_id: str | None
    regressions: int
    evidence_by: str
    asked_by: str
    asked_at: datetime | None
    published_at: datetime | None
    imported_by: str
    moved_at: datetime

    @property
    def place(self) -> Place:
        """Where it stands, and on which rung."""
        return Place(self.state, self.rung)


class Step(msgspec.Struct, frozen=True):
    """Something that was done about a finding. ``actor``: an operator, or ``house``."""

    act: str
    state: str
    rung: str
    actor: str
    words: str
    artefact: str
    version: str
    at: datetime


class Said(NamedTuple):
    """What is said with a step: words, what shows it, a version, a ruling, and a new deadline."""

    words: str
    artefact: str = ""
    version: str = ""
    ruling_id: str = ""
    due_at: datetime | None = None


class Wish(NamedTuple):
    """Which findings are wanted; what is empty asks for all. In the order of the statement's values."""

    state: str = ""
    programme: str = ""
    operator_name: str = ""
    after: str = ""


class Tally(NamedTuple):
    """How many findings there are of something."""

    name: str
    times: int


def check_words(said: Said) -> None:
    """Raise ``FindingWords`` or ``Invalid`` for what is missing or too long."""
    if not 0 < len(said.words.strip()) <= WORDS_LETTERS_MAX:
        raise FindingWords
    if len(said.artefact) > ARTEFACT_LETTERS_MAX or len(said.version) > ARTEFACT_LETTERS_MAX:
        raise Invalid(f"What shows it is named in at most {ARTEFACT_LETTERS_MAX} letters.")


def check_deadline(due_at: datetime | None, now: datetime) -> datetime:
    """Return a deadline of something that is open again. Raises ``DeadlineNeeded``."""
    if due_at is None or due_at.tzinfo is None or due_at <= now:
        raise DeadlineNeeded
    return due_at


def check_shut(finding: Finding, ruling: Ruling | None) -> None:
    """Raise for a shut-down that nothing allows (``NeverShuts``, ``RulingNeeded``, ``LadderFirst``).

    A ruling counts for findings of its own programme and authority: others have other evidence.
    """
    entry = finding.entry
    if entry.programme is Programme.SECURITY:
        raise NeverShuts
    if ruling is None or not ruling.shuts_down or ruling.programme is not entry.programme:
        raise RulingNeeded
    if not may_shut(finding.place, entry.programme):
        raise LadderFirst


def check_tester(finding: Finding, act: Act, actor: str) -> None:
    """Raise ``SamePerson`` for who tests what they themselves called mended."""
    if act is Act.PASS and finding.evidence_by == actor:
        raise SamePerson


def check_clauses(entry: Entry, clauses: Mapping[str, Clause]) -> str:
    """Return what is wrong with the clauses of a finding; empty when nothing is."""
    for one in entry.clauses:
        known = clauses.get(one)
        if known is None:
            return f"there is no clause {one}"
        if known.programme != entry.programme.value:
            return f"clause {one} belongs to the programme {known.programme}"
    return "" if entry.clauses else "no clause is named"


def by_id(clauses: bytes) -> dict[str, Clause]:
    """Return the clauses of a file, in its order."""
    return {one.clause_id: one for one in msgspec.json.decode(clauses, type=list[Clause])}
