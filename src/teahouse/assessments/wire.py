"""Assessments as operators see them."""

from datetime import datetime

import msgspec

from teahouse.assessments.model.assessment import (
    ARTICLES,
    DAYS_MAX,
    DECLARED,
    KEPT_FOR,
    QUESTIONS,
    Assessment,
    AssessmentStep,
    AssessmentText,
    CountedFacts,
    Declared,
    Duty,
    Owed,
)
from teahouse.assessments.model.procedure import ENDS, acts_of
from teahouse.assessments.service import Overview, Standing, Whole


class AssessmentBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A draft; ``feature`` is empty for an assessment of the whole house."""

    kind: str
    feature: str = ""
    text: AssessmentText


class AssessmentActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step, with words for all but asking; ``days``: for how long an approved one holds."""

    act: str
    words: str = ""
    days: int = 0


class DeclarationBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What the house says of itself, and why."""

    holds: bool
    reason: str


class KindWire(msgspec.Struct, frozen=True):
    """A kind of assessment: its article, what it answers, and for how long one holds at the most."""

    kind: str
    article_zh: str
    article_en: str
    questions: list[str]
    days_max: int


class FeatureWire(msgspec.Struct, frozen=True, kw_only=True):
    """A risky feature. ``settings`` switch it on; none: it is part of the house."""

    id: str
    name_zh: str
    name_en: str
    does_zh: str
    does_en: str
    causes: list[str]
    settings: list[str]
    on: bool
    assessment_id: str | None
    valid_until: datetime | None
    owed: Owed | None


class AssessmentWire(msgspec.Struct, frozen=True, kw_only=True):
    """An assessment; ``may``: what comes next, ``forgotten_from``: until then it is kept."""

    assessment_id: str
    kind: str
    feature: str
    text: AssessmentText
    state: str
    author: str
    written_at: datetime
    reviewer: str
    decided_at: datetime | None
    reason: str
    valid_until: datetime | None
    facts: CountedFacts | None
    moved_at: datetime
    forgotten_from: datetime | None
    may: list[str]


class AssessmentDetailWire(msgspec.Struct, frozen=True):
    """An assessment with what was done with it."""

    assessment: AssessmentWire
    steps: list[AssessmentStep]


class AssessmentsWire(msgspec.Struct, frozen=True, kw_only=True):
    """Where everything stands. ``required``: without one nothing is switched on; else only told."""

    required: bool
    answers_for: list[str]
    kinds: list[KindWire]
    features: list[FeatureWire]
    assessments: list[AssessmentWire]
    duties: list[Duty]
    declared: list[Declared]
    declarations: list[str]


def assessments_wire(
    found: Overview, *, required: bool, answers_for: tuple[str, ...]
) -> AssessmentsWire:
    """Return everything."""
    return AssessmentsWire(
        required=required,
        answers_for=list(answers_for),
        kinds=[
            KindWire(kind, ARTICLES[kind].zh, ARTICLES[kind].en, list(asked), DAYS_MAX[kind])
            for kind, asked in QUESTIONS.items()
        ],
        features=[_feature(one) for one in found.features],
        assessments=[assessment_wire(one) for one in found.assessments],
        duties=found.duties,
        declared=found.declared,
        declarations=list(DECLARED),
    )


def detail_wire(whole: Whole) -> AssessmentDetailWire:
    """Return an assessment and its steps."""
    return AssessmentDetailWire(assessment_wire(whole.assessment), whole.steps)


def assessment_wire(one: Assessment) -> AssessmentWire:
    """Return an assessment."""
    told = msgspec.structs.asdict(one)
    del told["digest"]
    told["state"] = one.state.value
    return AssessmentWire(
        **told,
        forgotten_from=one.moved_at + KEPT_FOR if one.state in ENDS else None,
        may=[act.value for act in acts_of(one.state)],
    )


def _feature(one: Standing) -> FeatureWire:
    feature, holding = one.feature, one.approved
    return FeatureWire(
        id=feature.id,
        name_zh=feature.name.zh,
        name_en=feature.name.en,
        does_zh=feature.does.zh,
        does_en=feature.does.en,
        causes=[cause.value for cause in feature.causes],
        settings=list(feature.settings),
        on=one.on,
        assessment_id=holding.assessment_id if holding else None,
        valid_until=holding.valid_until if holding else None,
        owed=one.owed,
    )
