"""What an assessment is and answers, for how long one holds, and what is refused about it."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

import msgspec

from teahouse.assessments.model.features import BY_ID, Feature
from teahouse.assessments.model.procedure import ENDS, AssessmentAct, AssessmentState
from teahouse.config import Config
from teahouse.errors import Conflict, Invalid, Kind, NotFound, Refused
from teahouse.gate.model.policies import Both, is_vague

ANSWER_LETTERS_MAX = 8_000
WORDS_LETTERS_MAX = 1_000
LISTED_MAX = 500
KEPT_YEARS = 3  # after its end [PIPL 56]
KEPT_FOR = timedelta(days=366 * KEPT_YEARS)
GRACE = timedelta(days=30)  # for what was on before anybody could assess it
YEARLY = timedelta(days=365)
RISKS = ("low", "middle", "high")
HOUSE_WIDE = ""  # the feature of an assessment that is about the whole house

PIPIA, DPIA, MINORS, IMPORTANT = "pipia", "dpia", "minors", "important_data"
# For how many days one of a kind may be approved at the most.
DAYS_MAX = {PIPIA: 1096, DPIA: 1096, MINORS: 366, IMPORTANT: 366}
# Which kinds answer for a feature where a house is, by its profile.
ANSWERS_FOR = {"cn-mainland": (PIPIA,), "eu": (DPIA,), "intl": (PIPIA, DPIA)}
# What a house says of itself, and the yearly assessment that follows.
DECLARED = {"important_data": IMPORTANT, "many_minors": MINORS}
ARTICLES = {
    PIPIA: Both("个人信息保护法 55、56", "Personal Information Protection Law 55, 56"),
    DPIA: Both("GDPR 35", "GDPR 35"),
    MINORS: Both("未成年人网络保护条例 20", "Minors Regulation 20"),
    IMPORTANT: Both(
        "数据安全法 30、网络数据安全管理条例 33", "Data Security Law 30, Network Data Regulation 33"
    ),
}
# What each kind answers, in the order of its article.
QUESTIONS: dict[str, tuple[str, ...]] = {
    PIPIA: ("processing", "lawful", "effects", "measures"),
    DPIA: ("processing", "lawful", "effects", "measures"),
    MINORS: ("services", "effects", "measures"),
    IMPORTANT: ("kinds", "quantity", "processing", "risks", "measures"),
}


class NoSuchAssessment(NotFound):
    """There is no such assessment."""

    code = "assessments.not_found"


class BadAssessment(Refused):
    """The assessment lacks something that the law has it say."""

    code = "assessments.bad"
    kind = Kind.UNPROCESSABLE


class AssessmentSamePerson(Refused):
    """Somebody else than who wrote the assessment has to look at it."""

    code = "assessments.same_person"
    kind = Kind.FORBIDDEN


class AssessmentStale(Conflict):
    """What the register of purposes says of this has changed since: write the assessment anew."""

    code = "assessments.stale"


class HighRisk(Refused):
    """What stays at high risk is not approved before the authority was consulted."""

    code = "assessments.high_risk"
    kind = Kind.UNPROCESSABLE


class AssessmentKept(Conflict):
    """An assessment is kept for three years after its end, and as long as it holds."""

    code = "assessments.kept"


class AssessmentNeeded(Conflict):
    """This is switched on after an assessment of it was approved: write one under Assessments."""

    code = "assessments.needed"


class AssessmentText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What an assessment says. ``consulted``: whom, or why nobody.

    ``consultation`` is the authority's answer, where the risk that is left is high [GDPR 36].
    """

    answers: dict[str, str]
    consulted: str = ""
    residual: str = "low"
    consultation: str = ""


class CountedFacts(msgspec.Struct, frozen=True, kw_only=True):
    """What the house counted when an assessment was approved; ``purposes`` are ids with versions."""

    people: int
    active: int
    purposes: tuple[str, ...]
    categories: dict[str, int]
    columns: int
    columns_sealed: int


class Assessment(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment as it stands. ``digest``: of what the register said when it was asked for."""

    assessment_id: str
    kind: str
    feature: str
    text: AssessmentText
    state: AssessmentState
    author: str
    written_at: datetime
    digest: str
    reviewer: str
    decided_at: datetime | None
    reason: str
    valid_until: datetime | None
    facts: CountedFacts | None
    moved_at: datetime


class AssessmentStep(msgspec.Struct, frozen=True):
    """Something that was done with an assessment."""

    act: str
    state: str
    actor: str
    words: str
    at: datetime


class Owed(msgspec.Struct, frozen=True):
    """A feature that is on without an assessment: since when, and by when one is due."""

    feature: str
    since: datetime
    due_at: datetime


class Declared(msgspec.Struct, frozen=True):
    """What a house says of itself, by whom and why."""

    name: str
    holds: bool
    reason: str
    by: str
    at: datetime


class Seen(msgspec.Struct, frozen=True):
    """What the last look found: which features this software knew, and which were on."""

    known: tuple[str, ...]
    on: tuple[str, ...]


class Duty(msgspec.Struct, frozen=True):
    """An assessment that is due: of a feature that is on, or once a year of the house."""

    kind: str
    feature: str
    since: datetime
    due_at: datetime
    late: bool


def check_about(kind: str, feature: str) -> None:
    """Refuse an assessment of nothing: ``Invalid``."""
    if kind not in QUESTIONS:
        raise Invalid(f"kind is one of {', '.join(QUESTIONS)}.")
    house_wide = kind == IMPORTANT
    if house_wide != (feature == HOUSE_WIDE) or not (house_wide or feature in BY_ID):
        raise Invalid("feature is one of the list; an assessment of important data has none.")
    if kind == MINORS and feature != "minors":
        raise Invalid("An assessment for minors is about the feature minors.")


def check_text(kind: str, text: AssessmentText) -> AssessmentText:
    """Return what is said without its margins; refuse what is no answer: ``BadAssessment``."""
    if set(text.answers) - set(QUESTIONS[kind]) or text.residual not in RISKS:
        raise BadAssessment(f"answers are of {', '.join(QUESTIONS[kind])}; residual is a risk.")
    answers = {name: said.strip() for name, said in text.answers.items()}
    told = (*answers.values(), text.consulted, text.consultation)
    if any(len(one) > ANSWER_LETTERS_MAX for one in told):
        raise BadAssessment(f"An answer takes up to {ANSWER_LETTERS_MAX} letters.")
    consulted, consultation = text.consulted.strip(), text.consultation.strip()
    return AssessmentText(
        answers=answers, consulted=consulted, residual=text.residual, consultation=consultation
    )


def check_whole(kind: str, text: AssessmentText) -> None:
    """Refuse to have looked at what does not answer everything: ``BadAssessment``."""
    lacking = [name for name in QUESTIONS[kind] if is_vague(text.answers.get(name, ""))]
    if is_vague(text.consulted):
        lacking.append("consulted")
    if lacking:
        raise BadAssessment(f"Not answered yet: {', '.join(lacking)}.", lacking=lacking)


def check_approved(one: Assessment, reviewer: str, days: int) -> None:
    """Refuse to approve what may not be: ``HighRisk``, ``BadAssessment``."""
    assert reviewer != one.author, "another person approves"
    if one.text.residual == "high" and is_vague(one.text.consultation):
        raise HighRisk
    if not 0 < days <= DAYS_MAX[one.kind]:
        raise BadAssessment(f"It holds for 1 to {DAYS_MAX[one.kind]} days.")


def check_words(words: str, *, needed: bool) -> str:
    """Return words without their margins. Raises ``BadAssessment``."""
    said = words.strip()
    if len(said) > WORDS_LETTERS_MAX or (needed and is_vague(said)):
        raise BadAssessment(f"Say why, in up to {WORDS_LETTERS_MAX} letters.")
    return said


def check_forgotten(one: Assessment, now: datetime) -> None:
    """Refuse to forget what the law has kept: ``AssessmentKept``."""
    if one.state not in ENDS or now < one.moved_at + KEPT_FOR:
        raise AssessmentKept


def requires(config: Config) -> bool:
    """Tell whether a feature is refused without its assessment, or only told as owed."""
    if config.assessments == "auto":
        return config.profile in ("cn-mainland", "eu")
    return config.assessments == "require"


def ending(one: Assessment, digest: str, now: datetime) -> AssessmentAct | None:
    """Return what ends an approved assessment now, if anything does."""
    assert one.valid_until is not None, "it was approved until a day"
    if one.feature != HOUSE_WIDE and one.digest != digest:
        return AssessmentAct.SUPERSEDE
    return AssessmentAct.EXPIRE if one.valid_until <= now else None


def covered(
    feature: Feature, profile: str, approved: Collection[Assessment], digest: str, now: datetime
) -> bool:
    """Tell whether a feature has an assessment that holds."""
    kinds = ANSWERS_FOR[profile]
    return any(
        one.feature == feature.id and one.kind in kinds and ending(one, digest, now) is None
        for one in approved
    )


def due_at(feature_id: str, seen: Seen | None, now: datetime, *, at_once: bool) -> datetime:
    """Return by when an assessment is due of a feature that is found on without one.

    There is time for what was on at the last look, for a house that begins, and for what this
    software did not know before. What somebody switched on past the question is due at once.
    """
    fresh = seen is not None and feature_id in seen.known and feature_id not in seen.on
    return now if fresh and at_once else now + GRACE


def yearly(
    declared: Collection[Declared], last: Mapping[str, datetime], now: datetime
) -> list[Duty]:
    """Return the yearly assessments that follow from what a house says of itself.

    ``last`` is when one of a kind was approved last. The first is due after the time of grace.
    """
    found: list[Duty] = []
    for one in declared:
        if one.holds:
            kind = DECLARED[one.name]
            since = last.get(kind, one.at)
            due = since + (YEARLY if kind in last else GRACE)
            feature = HOUSE_WIDE if kind == IMPORTANT else "minors"
            found.append(Duty(kind, feature, since, due, due <= now))
    return found
