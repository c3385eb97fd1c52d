"""What a person has reported to operators, and how they restricted the use of their data."""

from collections.abc import AsyncIterator

import msgspec

from teahouse.complaints.service import Complaints
from teahouse.restrictions.service import Restrictions
from teahouse.rights.model.holdings import Holding, Row, Whose, Words

_KEPT = Words(
    "不含您的账号，处理后一年删除", "without your account; deleted a year after the decision"
)


def complaint_holdings(complaints: Complaints) -> list[Holding]:
    """Return what is held of a person's reports."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in await complaints.own(whose.account_id):
            yield {**msgspec.structs.asdict(one), "at": one.made_at}

    fields = ("complaints_complaints.reason", "complaints_complaints.answer")
    words = Words("您的举报及处理结果", "What you reported, and what was decided")
    return [Holding("reports", words, fields, own, "kept", _KEPT)]


def restriction_holdings(restrictions: Restrictions) -> list[Holding]:
    """Return what is held of a person's restrictions."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in await restrictions.own(whose.account_id):
            told = msgspec.structs.asdict(one) | {"state": one.state.value, "at": one.asked_at}
            yield {name: told[name] for name in told if name != "decided_by"}

    fields = ("restrictions_restrictions.words", "restrictions_restrictions.answer")
    words = Words("对使用信息的限制", "Restrictions of the use of your data")
    return [Holding("restrictions", words, fields, own)]
