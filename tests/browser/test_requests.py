"""Requests about personal data at the console: what is late, an answer with reasons, erasures."""

import httpx
from playwright.async_api import expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk

TEXT = "请删除我的旧手机号。"


async def file(base: str) -> str:
    """Ask without an account; return the reference."""
    async with httpx.AsyncClient(base_url=base) as client:
        version = (await client.get("/api/v1/policy")).json()["version"]
        body = {"kind": "erasure", "text": TEXT, "policy_version": version, "lang": "zh"}
        made = await client.post("/api/v1/requests", json=body)
        return str(made.json()["reference"])


async def test_a_request_is_answered_with_reasons_by_who_may(desk: Desk) -> None:
    reference = await file(desk.base)
    auditor = await desk.enter("auditor")
    await auditor.place("Requests")
    await auditor.page.get_by_role("link", name="Erasure", exact=True).click()
    await expect(auditor.button("Answer")).to_be_disabled()
    moderator = await desk.enter("moderator", bypass_csp=True)
    await moderator.place("Requests")
    await moderator.sees("Whether erasures happened")
    await moderator.page.get_by_role("link", name="Erasure", exact=True).click()
    card = moderator.page.get_by_role("region", name="Erasure", exact=True)
    await expect(card.get_by_text(TEXT)).to_be_visible()
    await moderator.press("Answer")
    await moderator.sees("Give the reasons.")
    assert await complaints(moderator.page) == []
    await moderator.page.get_by_label("Outcome").select_option("Granted")
    await moderator.fill("Answer and reasons", "已删除。")
    await moderator.press("Answer")
    await moderator.sees("Nothing waits for an answer.")
    async with httpx.AsyncClient(base_url=desk.base) as client:
        told = (await client.get(f"/api/v1/requests/{reference}")).json()
    assert (told["outcome"], told["answer"]) == ("granted", "已删除。")
