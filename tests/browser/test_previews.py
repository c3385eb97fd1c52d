"""A link shows what its page says, by way of our server alone, where owner and person let it."""

import asyncio
import io
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import Desk
from tests.browser.people import PHONE, Person, two_in_a_chat
from tests.infra.egress.test_egress import Server, answer

PAGE = """<!doctype html><meta property="og:title" content="茶具与杯子 Cups and pots">
<meta property="og:description" content="Which clay holds the warmth, and for how long.">
<meta property="og:image" content="/cup.png"><meta property="og:image:alt" content="A cup">"""


@pytest.fixture
async def web() -> AsyncIterator[Server]:
    """A page that people link to, with a picture."""
    one = Server()
    listening = await asyncio.start_server(one.talk, "127.0.0.1", 0)
    one.port = listening.sockets[0].getsockname()[1]
    drawn = io.BytesIO()
    Image.new("RGB", (640, 320), "seagreen").save(drawn, "PNG")
    one.answers["/cups"] = answer("200 OK", PAGE.encode(), "content-type: text/html; charset=utf-8")
    one.answers["/cup.png"] = answer("200 OK", drawn.getvalue(), "content-type: image/png")
    yield one
    listening.close()


async def allow(desk: Desk) -> None:
    """Have an owner allow previews, with the keyboard."""
    owner = await desk.enter("owner")
    await owner.place("House")
    card = owner.page.get_by_role("region", name="Previews of linked pages")
    await expect(card.get_by_label("Not fetched")).to_be_checked()
    await card.get_by_label("Not fetched").focus()
    await owner.page.keyboard.press("ArrowUp")
    await card.get_by_role("button", name="Save", exact=True).press("Enter")
    await expect(card.get_by_role("status")).to_contain_text("Saved.")


async def test_a_link_is_shown_with_what_its_page_says(chromium: Browser, web: Server) -> None:
    inside = f"127.0.0.1:{web.port}"
    link = f"http://{inside}/cups"
    async with desk_of(chromium, previews_inside=inside) as desk:
        ada = await (await Person.arrive(chromium, desk.base)).sign_up("Ada")
        ben = await (await Person.arrive(chromium, desk.base, viewport=PHONE)).sign_up("Ben")
        room = await two_in_a_chat(ada, ben)
        await ada.say(f"Look: {link}.")
        await ben.hears("Look:")
        card = ben.message("Look:").get_by_role("link", name="Cups and pots")
        await expect(card).to_have_count(0)
        assert web.asked == []
        await allow(desk)
        await ben.page.reload()
        await expect(card).to_be_visible()
        await expect(card).to_contain_text(inside)
        await expect(card.get_by_role("img", name="A cup")).to_be_visible()
        assert await card.get_attribute("href") == link
        assert await complaints(ben.page) == []
        met = {urlsplit(url).netloc for _, url in ben.answers}
        assert met <= {urlsplit(desk.base).netloc, ""}, "the browser asks nobody else"
        assert [one.split(" ")[1] for one in web.asked] == ["/cups", "/cup.png"]

        await ben.page.evaluate("location.hash = '#/me/look'")
        await ben.page.get_by_label("Show only the link").check()
        await ben.page.evaluate("room => { location.hash = `#/chats/${room}` }", room)
        await ben.hears("Look:")
        await expect(card).to_have_count(0)
        await ben.page.reload()
        await ben.page.evaluate("location.hash = '#/me/look'")
        await expect(ben.page.get_by_label("Show only the link")).to_be_checked()

        await ada.page.reload()
        mine = ada.message("Look:").get_by_role("link", name="Cups and pots")
        await expect(mine).to_be_visible()
        answer_of_it = await ada.context.request.put(
            f"{desk.base}/_matrix/client/v3/rooms/{room}/state/m.room.encryption",
            headers=await ada.token(),
            data={"algorithm": "m.megolm.v1.aes-sha2"},
        )
        assert answer_of_it.ok
        await expect(mine).to_have_count(0)
        for person in (ada, ben):
            await person.leave()
