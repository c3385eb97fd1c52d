"""Yearly reports and recommendations, as operators and everybody see them."""

from datetime import datetime

import msgspec

from teahouse.annuals.model.procedure import AnnualState, acts_of
from teahouse.annuals.model.report import FIGURES, KINDS, LAWS, SECTIONS, TOLD, Advice, Annual
from teahouse.gate.model.policies import Both


class AnnualBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A report to begin: ``social`` or ``minors``, of a year."""

    kind: str
    year: int


class AnnualTextsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is written, by section, in both languages."""

    texts: dict[str, Both]


class AnnualActBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A step: ``ask``, ``return``, ``publish`` or ``withdraw``."""

    act: str


class AdviceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A recommendation, or the answer to one, in both languages."""

    text: Both


class WordedFigure(msgspec.Struct, frozen=True):
    """A figure with its words; null: from one to four, or not known."""

    id: str
    words: Both
    count: int | None


class WordedText(msgspec.Struct, frozen=True):
    """A section: what it is about, and what was written."""

    id: str
    words: Both
    text: Both


class AnnualWire(msgspec.Struct, frozen=True, kw_only=True):
    """A report for operators; ``may``: what comes next."""

    report_id: str
    kind: str
    year: int
    title: Both
    law: Both
    figures: list[WordedFigure]
    texts: list[WordedText]
    state: str
    drafted_by: str
    counted_at: datetime
    asked_by: str
    published_by: str
    published_at: datetime | None
    may: list[str]


class AdviceWire(msgspec.Struct, frozen=True, kw_only=True):
    """A recommendation and its answer, as everybody reads them."""

    advice_id: str
    text: Both
    given_at: datetime
    answer: Both
    answered_at: datetime | None


class AnnualsWire(msgspec.Struct, frozen=True):
    """Reports, what moved last first; the kinds that there are; recommendations."""

    reports: list[AnnualWire]
    kinds: dict[str, Both]
    advice: list[AdviceWire]


class PublishedAnnual(msgspec.Struct, frozen=True, kw_only=True):
    """A published report; ``replaced``: there is a later one of the same year."""

    report_id: str
    kind: str
    year: int
    title: Both
    law: Both
    figures: list[WordedFigure]
    texts: list[WordedText]
    counted_at: datetime
    published_at: datetime
    replaced: bool


class PublishedAnnuals(msgspec.Struct, frozen=True):
    """What everybody may read, the newest first."""

    reports: list[PublishedAnnual]
    advice: list[AdviceWire]


def annual_wire(one: Annual) -> AnnualWire:
    """Return a report for operators."""
    return AnnualWire(
        report_id=one.report_id,
        kind=one.kind,
        year=one.year,
        title=KINDS[one.kind],
        law=LAWS[one.kind],
        figures=_figures(one),
        texts=_texts(one),
        state=one.state.value,
        drafted_by=one.drafted_by,
        counted_at=one.counted_at,
        asked_by=one.asked_by,
        published_by=one.published_by,
        published_at=one.published_at,
        may=[act.value for act in acts_of(one.state)],
    )


def annuals_wire(found: list[Annual], advice: list[Advice]) -> AnnualsWire:
    """Return everything for operators."""
    return AnnualsWire([annual_wire(one) for one in found], KINDS, advice_wire(advice))


def published_wire(found: list[Annual], advice: list[Advice]) -> PublishedAnnuals:
    """Return everything for everybody: nobody who wrote it is named."""
    return PublishedAnnuals([_published(one) for one in found], advice_wire(advice))


def advice_wire(found: list[Advice]) -> list[AdviceWire]:
    """Return recommendations as everybody reads them."""
    return [
        AdviceWire(
            advice_id=one.advice_id,
            text=one.text,
            given_at=one.given_at,
            answer=one.answer,
            answered_at=one.answered_at,
        )
        for one in found
    ]


def _published(one: Annual) -> PublishedAnnual:
    assert one.published_at is not None, "it was published"
    return PublishedAnnual(
        report_id=one.report_id,
        kind=one.kind,
        year=one.year,
        title=KINDS[one.kind],
        law=LAWS[one.kind],
        figures=_figures(one),
        texts=_texts(one),
        counted_at=one.counted_at,
        published_at=one.published_at,
        replaced=one.state is AnnualState.REPLACED,
    )


def _figures(one: Annual) -> list[WordedFigure]:
    names = TOLD[one.kind]
    return [WordedFigure(name, FIGURES[name], one.figures.get(name)) for name in names]


def _texts(one: Annual) -> list[WordedText]:
    sections = SECTIONS[one.kind].items()
    return [WordedText(name, words, one.texts.get(name, Both())) for name, words in sections]
