"""Where somebody is told of what is new: what is held of it."""

from collections.abc import AsyncIterator

import msgspec

from teahouse.pushers.service.pushers import Pushers
from teahouse.rights.model.holdings import Holding, Row, Whose, Words


def pusher_holdings(pushers: Pushers) -> list[Holding]:
    """Return what is held of where people are told."""

    async def told(whose: Whose) -> AsyncIterator[Row]:
        for one in await pushers.all(whose.user_id):
            row: Row = {"device_id": one.row.device_id, "at": one.row.set_at}
            if one.app is not None:
                yield row | msgspec.structs.asdict(one.app)
            elif one.browser is not None:  # its keys are good for nothing but being written to
                yield row | {"endpoint": one.browser.endpoint, "lang": one.browser.lang}

    return [
        Holding(
            "pushers",
            Words("接收通知的应用与浏览器", "Apps and browsers that are told what is new"),
            ("pushers_pushers.app", "pushers_pushers.browser"),
            told,
        )
    ]
