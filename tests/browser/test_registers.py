"""A processor from its proposal to the proof of its end, on the screens of two operators."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.browser.authorities import PROCESSOR
from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE


async def test_l_20_a_processor_is_ended_and_the_proof_taken_away(desk: Desk) -> None:
    first, second = await desk.enter("owner"), await desk.enter("registrar", viewport=PHONE)
    until = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
    await desk.ask(first.page, "POST", "/processors", PROCESSOR | {"contract_until": until})
    for name in ("Agree", "Bring into use"):
        await second.place("Registers")
        await second.press(name)
    await second.press("End it")
    await second.fill("Reason", "The contract was given up.")
    await second.page.get_by_role("form", name="End it").get_by_role("button").first.click()
    await first.place("Registers")
    await first.press("What became of the data")
    form = first.page.get_by_role("form", name="What became of the data")
    options = await form.get_by_label("What became of it", exact=True).locator("option").all()
    assert [await one.inner_text() for one in options] == ["Deleted", "Given back"], "it has no key"
    await first.fill("Reason", "Their certificate 9.")
    assert await complaints(first.page) == []
    await first.press("Record it")
    async with first.page.expect_download() as taken:
        await first.press("Signed proof")
    proof = json.loads(Path(await (await taken.value).path()).read_text())
    assert (proof["processor_id"], proof["clearing"]["how"], proof["key"]) == (
        PROCESSOR["processor_id"], "deleted", None,
    )  # fmt: skip
    await second.place("Registers")
    assert await complaints(second.page) == []
