"""What a detector found, on the case's page: the words marked, the list and version, how near a picture is."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.looking import complaints
from tests.browser.operators import Desk, Operator
from tests.browser.people import PHONE, Person
from tests.browser.scene import post, say
from tests.detectors.test_detectors import drawn

pytestmark = [pytest.mark.timeout(240)]

LISTS = "/detectors/lists"
SAID = "🍵 Come for T.E.A for SALE, friends"


async def a_list(desk: Desk, page: Page, list_id: str, kind: str, entries: list[str]) -> None:
    """Make a list with a second version that suggests."""
    about = {"list_id": list_id, "kind": kind, "category": "spam", "name": f"About {list_id}"}
    await desk.ask(page, "POST", LISTS, about)
    body = {"mode": "suggest", "entries": entries}
    await desk.ask(page, "POST", f"{LISTS}/{list_id}/versions", body)


async def found(desk: Desk, page: Page, list_id: str) -> str:
    """Wait until a list's find is a case, and return that."""
    hits: list[Any] = []
    while not (hits and hits[0]["case_id"]):
        hits = (await desk.ask(page, "GET", f"{LISTS}/{list_id}"))["hits"]
    return str(hits[0]["case_id"])


async def uploaded(person: Person, body: bytes) -> str:
    """Upload a picture, and return its address."""
    answer = await person.context.request.post(
        f"{person.base}/_matrix/media/v3/upload",
        headers={**await person.token(), "Content-Type": "image/png"},
        data=body,
    )
    assert answer.ok, await answer.text()
    return str((await answer.json())["content_uri"])


async def opened(operator: Operator, case_id: str) -> None:
    await operator.go(f"admin#/cases/{case_id}")
    await operator.page.get_by_role("region", name="Evidence").wait_for()


async def test_a_case_shows_where_a_list_found_its_words(desk: Desk) -> None:
    ben = await (await desk.sit()).sign_up("Ben")
    page = ben.page
    await a_list(desk, page, "tea-words", "words", ["tea for sale"])
    room = (await post(ben, "/createRoom", {"preset": "public_chat"}))["room_id"]
    await say(ben, room, SAID, "t1")
    case_id = await found(desk, page, "tea-words")
    for options in ({}, {"viewport": PHONE}):
        operator = await desk.enter("moderator", bypass_csp=True, **options)
        await opened(operator, case_id)
        evidence = operator.page.get_by_role("region", name="Evidence")
        await expect(evidence.locator("mark")).to_have_text("T.E.A for SALE")
        await expect(evidence.locator("blockquote")).to_have_text(SAID)
        finds = operator.page.get_by_role("region", name="What pointed here")
        await expect(finds).to_contain_text("About tea-words")
        await expect(finds).to_contain_text("version 2")
        await expect(finds.locator("code")).to_have_text("tea for sale")
        assert await complaints(operator.page) == []
    await desk.ask(page, "POST", f"{LISTS}/tea-words/versions", {"mode": "off"})


async def test_a_case_shows_what_weighed_most(desk: Desk) -> None:
    ben = await (await desk.sit()).sign_up("Ben")
    page = ben.page
    entries = ["threshold 1.2", "{tea} = teapot* | 茶壶", "+0.9 {tea}", "+0.5 half the price"]
    await a_list(desk, page, "tea-weights", "weights", entries)
    room = (await post(ben, "/createRoom", {"preset": "public_chat"}))["room_id"]
    await say(ben, room, "🍵 All Teapots, at half the price", "w1")
    case_id = await found(desk, page, "tea-weights")
    for options in ({}, {"viewport": PHONE, "color_scheme": "dark", "locale": "zh-CN"}):
        operator = await desk.enter("moderator", bypass_csp=True, **options)
        await operator.go(f"admin#/cases/{case_id}")
        evidence = operator.page.get_by_role("region", name="证据" if options else "Evidence")
        await expect(evidence.locator("mark")).to_have_text("Teapots, at half the price")
        name = "由何而来" if options else "What pointed here"
        finds = operator.page.get_by_role("region", name=name)
        await expect(finds).to_contain_text("加权名单" if options else "Weights")
        told = "1.4 ≥ 1.2: {tea} teapot +0.9; half the price +0.5"
        await expect(finds.locator("code")).to_have_text(told)
        assert await complaints(operator.page) == []
    await desk.ask(page, "POST", f"{LISTS}/tea-weights/versions", {"mode": "off"})


async def test_a_case_shows_how_near_a_picture_is_and_blurs_it(desk: Desk) -> None:
    ben = await (await desk.sit()).sign_up("Ben")
    page = ben.page
    known = (await uploaded(ben, drawn(1, format="PNG"))).rpartition("/")[2]
    told = await desk.ask(page, "POST", "/detectors/pictures", {"media_id": known})
    await a_list(desk, page, "tea-pictures", "pictures", [told["hash"]])
    room = (await post(ben, "/createRoom", {"preset": "public_chat"}))["room_id"]
    content = {
        "msgtype": "m.image",
        "body": "a pot",
        "url": await uploaded(ben, drawn(1, 120, format="PNG")),
    }
    answer = await ben.context.request.put(
        f"{ben.base}/_matrix/client/v3/rooms/{room}/send/m.room.message/p1",
        headers=await ben.token(), data=content,
    )  # fmt: skip
    assert answer.ok, await answer.text()
    operator = await desk.enter("moderator", bypass_csp=True, locale="zh-CN")
    await operator.go(f"admin#/cases/{await found(desk, page, 'tea-pictures')}")
    finds = operator.page.get_by_role("region", name="由何而来")
    await expect(finds).to_contain_text("与名单中的图片相差 256 位中的")
    image = operator.page.get_by_role("region", name="证据").locator("img")
    await expect(image).to_have_css("filter", "blur(24px) grayscale(1)")
    assert await complaints(operator.page) == []
    await desk.ask(page, "POST", f"{LISTS}/tea-pictures/versions", {"mode": "off"})
