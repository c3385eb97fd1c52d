"""Cases of the town's: one message ordered away, and a decision about another appealed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.cases.desk import step

if TYPE_CHECKING:
    from tests.browser.town import Town


async def the_cases(town: Town) -> None:
    """Have one message of Eve's be ordered away, and the decision about another be appealed."""
    square = town.places["square"]
    await town.matrix("POST", f"/join/{square}", town.lin, {})
    found = await town.matrix("GET", f"/rooms/{square}/messages?dir=b&limit=30", town.lin)
    said = [one["event_id"] for one in found["chunk"] if one["type"] == "m.room.message"]
    for event_id, name in zip(said, ("ordered", "appealed"), strict=True):
        body = {"reason": "广告 Advertising", "org.teahouse.category": "spam"}
        await town.matrix("POST", f"/rooms/{square}/report/{event_id}", town.lin, body)
        queue = (await town.operates("GET", "/cases?state=reported&category=spam"))["cases"]
        case_id = town.places[name] = queue[0]["case_id"]
        for act in ("verify", "order"):
            await town.operates("POST", f"/cases/{case_id}/acts", step(act))
    token, own = town.eve["accessToken"], f"/api/v1/cases/{town.places['appealed']}"
    await town.did("POST", f"{own}/comply", {}, token)
    words = {"words": "这是大家商量好的。 Everybody had agreed to it."}
    await town.did("POST", f"{own}/appeal", words, token)
    await town.operates("POST", "/cases/sign-offs", {"reason": "rule:spam.advertising"})
    waiting = (await town.operates("GET", "/cases?state=reported"))["cases"]
    town.places["reported"] = waiting[0]["case_id"]
