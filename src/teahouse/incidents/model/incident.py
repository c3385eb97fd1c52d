"""What an incident is, how serious its facts make it, and what is refused about it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated

import msgspec

from teahouse.errors import Conflict, Forbidden, Invalid, Kind, NotFound, Refused
from teahouse.gate.model.policies import Both
from teahouse.incidents.model.law import KINDS, MARKS, MEASURES, PERSONAL, WRITTEN, Law
from teahouse.incidents.model.procedure import State

PAGE_MAX = 200
TITLE_LETTERS_MAX = 200
TEXT_LETTERS_MAX = 4_000
SHORT_LETTERS_MAX = 500
LOWER_LIFE = timedelta(hours=24)  # for the second of the two who lower a level
LATE_AT_ONCE_MAX = 500
HOUSE = "system"  # the actor of what the clock does
NUMBER_MAX = 2**53 - 1

Moment = Annotated[datetime, msgspec.Meta(tz=True)]  # a time without its zone is no time
Number = Annotated[int, msgspec.Meta(ge=0, le=NUMBER_MAX)]


class NoSuchIncident(NotFound):
    """There is no such incident."""

    code = "incidents.not_found"


class BadIncident(Refused):
    """The incident lacks something that the register has to say."""

    code = "incidents.bad"
    kind = Kind.UNPROCESSABLE


class IncidentWords(Refused):
    """Say what was done or found, in 1 to 4,000 letters."""

    code = "incidents.words_needed"
    kind = Kind.UNPROCESSABLE


class NotContained(Conflict):
    """An incident is contained once, and closed only after that."""

    code = "incidents.not_contained"


class ClocksOpen(Conflict):
    """Nothing is closed while somebody is still to be told."""

    code = "incidents.clocks_open"


class LessonsNeeded(Refused):
    """Write down what was learnt before the incident is closed."""

    code = "incidents.lessons_needed"
    kind = Kind.UNPROCESSABLE


class NoSuchClock(Refused):
    """No such clock runs in this incident, or it tells somebody else."""

    code = "incidents.no_clock"
    kind = Kind.UNPROCESSABLE


class ClockAnswered(Conflict):
    """That has been told already: a supplementary report names no clock."""

    code = "incidents.clock_answered"


class LateWhyNeeded(Refused):
    """The time is over: say why this is late."""

    code = "incidents.late_why_needed"
    kind = Kind.UNPROCESSABLE


class ReportLacking(Refused):
    """The report lacks something that must be in it."""

    code = "incidents.report_lacking"
    kind = Kind.UNPROCESSABLE


class TooLow(Conflict):
    """The facts ask for a higher level: what is wrong in them is corrected first."""

    code = "incidents.too_low"


class LowerSamePerson(Forbidden):
    """Somebody else than who asked has to agree to it."""

    code = "incidents.same_person"


class IncidentFacts(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known, in numbers, marks and words. It names nobody: inspectors read it.

    ``people`` is of how many personal data is concerned; ``loss_minor`` is in hundredths of the
    profile's currency. Words may be in one language; the report in the other then has them as they are.
    """

    kind: str
    people: Number = 0
    records: Number = 0
    outage_minutes: Number = 0
    loss_minor: Number = 0
    views: Number = 0
    shares: Number = 0
    marks: tuple[str, ...] = ()
    texts: dict[str, Both] = {}  # by the parts of a report that are written


class IncidentLinks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What belongs to an incident elsewhere: a case of a leak, an entry of the notices, an upgrade."""

    breach_id: str = ""
    notice_seq: Number = 0
    run_id: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True):
    """An incident as it stands. ``starts_at``: from when its clocks run."""

    incident_id: str
    title: str
    profile: str
    level: str
    state: State
    facts: IncidentFacts
    links: IncidentLinks
    noticed_at: datetime
    starts_at: datetime
    opened_by: str
    opened_at: datetime
    held_by: str
    contained_at: datetime | None
    closed_at: datetime | None
    lower_level: str
    lower_by: str
    lower_at: datetime | None
    moved_at: datetime


class Step(msgspec.Struct, frozen=True):
    """Something that was done about an incident or a flaw."""

    act: str
    state: str
    level: str
    actor: str
    words: str
    at: datetime


def check_title(title: str) -> str:
    """Return a title without its margins. Raises ``BadIncident``."""
    text = title.strip()
    if not 0 < len(text) <= TITLE_LETTERS_MAX:
        raise BadIncident(f"An incident has a title of at most {TITLE_LETTERS_MAX} letters.")
    return text


def check_words(words: str) -> str:
    """Return words without their margins. Raises ``IncidentWords``."""
    text = words.strip()
    if not 0 < len(text) <= TEXT_LETTERS_MAX:
        raise IncidentWords
    return text


def check_short(text: str) -> str:
    """Return a reference without its margins. Raises ``Invalid``."""
    if len(text) > SHORT_LETTERS_MAX:
        raise Invalid(f"That is named in at most {SHORT_LETTERS_MAX} letters.")
    return text.strip()


def check_facts(facts: IncidentFacts) -> None:
    """Raise ``BadIncident`` for facts that no register has."""
    if facts.kind not in KINDS:
        raise BadIncident(f"kind is one of {', '.join(KINDS)}.")
    if not set(facts.marks) <= set(MARKS) or len(set(facts.marks)) < len(facts.marks):
        raise BadIncident(f"marks are some of {', '.join(MARKS)}, each once.")
    if not set(facts.texts) <= set(WRITTEN):
        raise BadIncident(f"texts are some of {', '.join(WRITTEN)}.")
    for both in facts.texts.values():
        if max(len(both.zh), len(both.en)) > TEXT_LETTERS_MAX:
            raise BadIncident(f"No text is longer than {TEXT_LETTERS_MAX} letters.")


def check_noticed(noticed_at: datetime, now: datetime) -> None:
    """Raise ``BadIncident`` for what nobody can have noticed yet: the clocks run from then."""
    if noticed_at > now:
        raise BadIncident("Nobody notices anything in the future.")


def marks_of(facts: IncidentFacts) -> frozenset[str]:
    """Return the marks of facts, with those that follow from numbers."""
    return frozenset((*facts.marks, PERSONAL) if facts.people else facts.marks)


def graded(law: Law, facts: IncidentFacts) -> str:
    """Return the level that the table gives to facts: the highest that any of its rows gives."""
    marks, found = marks_of(facts), 0
    numbers: Mapping[str, int] = {name: getattr(facts, name) for name in MEASURES}
    for one in law.grades:
        fits = set(one.needs) <= marks and not marks & set(one.unless)
        if fits and (not one.measure or numbers[one.measure] >= one.least):
            found = max(found, law.rank(one.level))
    return law.levels[found].id


def assessed_level(law: Law, facts: IncidentFacts, before: str, wanted: str) -> str:
    """Return the level after an assessment: the highest of the table's, the wanted and what it was.

    Raises ``BadIncident`` for a level that there is not.
    """
    if wanted and law.rank(wanted) < 0:
        raise BadIncident(f"level is one of {', '.join(one.id for one in law.levels)}.")
    return max((graded(law, facts), wanted, before), key=law.rank)


def check_lower(law: Law, incident: Incident, level: str) -> None:
    """Raise ``BadIncident`` for no level or a higher one, ``TooLow`` for less than the facts say."""
    rank = law.rank(level)
    if rank < 0 or rank > law.rank(incident.level):
        raise BadIncident("A level is lowered, or kept while clocks are released.")
    if rank < law.rank(graded(law, incident.facts)):
        raise TooLow


def said(facts: IncidentFacts, part: str) -> bool:
    """Tell whether a written part is there, in a language."""
    both = facts.texts.get(part, Both())
    return bool(both.zh.strip() or both.en.strip())
