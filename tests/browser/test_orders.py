"""An order is pasted at the console, looked at, acknowledged by two, reported on, and lifted."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Operator
from tests.browser.people import PHONE


def order() -> dict[str, Any]:
    """Return an order of today."""
    now = datetime.now(UTC)
    return {
        "authority": "网信办 / An administration",
        "authority_country": "CN",
        "number": "2021-07-02",
        "legal_basis": [{"law": "《网络安全法》", "article": "第三十五条", "order": ""}],
        "scope": {"region": "cn-mainland"},
        "measures": [{"kind": "stop_registration"}],
        "received_at": (now - timedelta(hours=1)).isoformat(),
        "effective_at": (now - timedelta(minutes=1)).isoformat(),
        "deadline_at": (now + timedelta(hours=2)).isoformat(),
        "reason": {"zh": "为配合网络安全审查。", "en": "For a review of its network's security."},
        "evidence": {"name": "order.txt", "text": "Stop signing up new users."},
    }


async def acknowledge(operator: Operator) -> None:
    """Acknowledge the order that is on the screen."""
    await operator.press("Acknowledge")
    await operator.fill("Reason", "The order is in due form.")
    await operator.fill("Why nothing narrower will do", "It names every door.")
    await operator.press("Acknowledge")


async def test_r_080_an_order_is_carried_out_from_the_screen(chromium: Browser) -> None:
    async with desk_of(chromium) as desk:
        first = await desk.enter("owner")
        second = await desk.enter("registrar", viewport=PHONE)
        await first.place("Orders")
        await first.fill("Order as JSON", "no order")
        await first.press("Keep it and look")
        await first.sees("This is not a JSON object.")
        await first.fill("Order as JSON", json.dumps({**order(), "measures": []}))
        await first.press("Keep it and look")
        await first.sees("An order has between 1 and 12 measures.")
        await first.fill("Order as JSON", json.dumps(order()))
        await first.press("Keep it and look")
        await first.sees("looked at")
        reach = first.page.get_by_role("region", name="Whom it touches")
        await expect(reach).to_contain_text("What less would do")
        assert await complaints(first.page) == []
        await acknowledge(first)
        await first.sees("Somebody else has to, too.")

        await second.place("Orders")
        await second.page.get_by_role("link", name="2021-07-02").click()
        await second.page.get_by_role("region", name="What comes next").wait_for()
        assert await complaints(second.page) == []
        await acknowledge(second)
        await second.sees("in force")
        await second.press("Make the report")
        await second.sees("Every door is as shut as was ordered, and every worker carries it out.")
        await second.press("Lifted")
        await second.fill("Reason", "Withdrawn by letter 12.")
        await second.press("Lifted")
        await expect(second.page.get_by_role("status").first).to_contain_text("lifted")
        assert await complaints(second.page) == []
