"""What was decided about what a person did here, for them to take away, also while suspended."""

from collections.abc import AsyncIterator

import msgspec

from teahouse.appearances.service import Appearances
from teahouse.cases.service.people import Authors
from teahouse.rights.model.holdings import Holding, Row, Whose, Words

_KEPT = Words(
    "不含您的账号，最后一步之后三年删除",
    "without your account; deleted three years after the last step",
)


def case_holdings(authors: Authors, appearances: Appearances) -> list[Holding]:
    """Return what is held of a person's cases: content, reasons, appeals."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in await authors.own(whose.account_id):
            case = one.case
            yield {
                "case_id": case.case_id,
                "kind": case.kind,
                "target": case.target,
                "state": case.state.value,
                "rule": case.rule_id,
                "content": msgspec.json.decode(one.evidence) if one.evidence else None,
                "statements": [msgspec.to_builtins(step.statement) for step in one.steps],
                "appeal": one.appeal.words if one.appeal else "",
                "answer": one.appeal.answer if one.appeal else "",
                "at": case.moved_at,
            }

    async def looked_at(whose: Whose) -> AsyncIterator[Row]:
        for found in await appearances.of(whose.account_id):
            one = found.appearance
            about = {"case_id": one.case_id, "kind": one.kind, "target": one.target}
            yield {**about, "state": one.state.value, "words": found.words, "at": one.begun_at}

    fields = (
        "cases_cases.evidence",
        "cases_steps.statement",
        "cases_appeals.words",
        "cases_appeals.answer",
    )
    words = Words("对您内容的处理与申诉", "Decisions about your content, and appeals")
    seen = Words("疑似儿童出镜的复核", "Reviews of whether a child is on camera")
    reviewed = ("appearances_appearances.words",)
    return [
        Holding("cases", words, fields, own, "kept", _KEPT),
        Holding("appearances", seen, reviewed, looked_at),
    ]
