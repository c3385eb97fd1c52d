"""What a person said when they restricted the use of their data, and what was answered."""

from collections.abc import AsyncIterator

import msgspec

from teahouse.restrictions.service import Restrictions
from teahouse.rights.model.holdings import Holding, Row, Whose, Words


def restriction_holdings(restrictions: Restrictions) -> list[Holding]:
    """Return what is held of a person's restrictions."""

    async def own(whose: Whose) -> AsyncIterator[Row]:
        for one in await restrictions.own(whose.account_id):
            told = msgspec.structs.asdict(one) | {"state": one.state.value, "at": one.asked_at}
            yield {name: told[name] for name in told if name != "decided_by"}

    fields = ("restrictions_restrictions.words", "restrictions_restrictions.answer")
    words = Words("对使用信息的限制", "Restrictions of the use of your data")
    return [Holding("restrictions", words, fields, own)]
