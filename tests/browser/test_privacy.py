"""Privacy as people meet it: screens linted as shown, guests untouched, yes and no one step each."""

import asyncio
from typing import Any
from urllib.parse import quote

from playwright.async_api import expect

from teahouse.consent.model.linting import lint
from tests.browser.conftest import Arrive
from tests.browser.looking import complaints, harvested
from tests.browser.people import two_in_a_chat
from tests.browser.scene import post, say
from tests.browser.test_first_run import SPY
from tests.browser.test_media import picture

CHOICE = "Your name, shown to people without an account"
PROPAGATION_SECONDS_MAX = 60
READABLE = {
    "type": "m.room.history_visibility",
    "content": {"history_visibility": "world_readable"},
}


async def test_the_first_screen_passes_the_linter_and_a_planted_fault_does_not(
    arrive: Arrive,
) -> None:
    for lang in ("en-GB", "zh-CN"):
        person = await arrive(locale=lang)
        await person.go()
        await expect(person.page.get_by_role("button")).not_to_have_count(0)
        shown = await harvested(person.page, "first run")
        assert {one.role for one in shown.controls} >= {"accept", "decline"}
        assert lint(shown) == []
        await person.page.evaluate(
            """() => {
              const yes = [...document.querySelectorAll("button")].at(-1);
              yes.style.background = "rgb(0, 100, 80)";
              yes.style.color = "rgb(255, 255, 255)";
              document.querySelector("li").textContent = "By continuing, you agree to everything.";
            }"""
        )
        rules = {one.rule for one in lint(await harvested(person.page, "planted"))}
        assert rules >= {"unequal_emphasis", "non_express"}


async def test_guests_read_and_ask_without_a_trace(arrive: Arrive) -> None:
    person = await arrive()
    await person.page.add_init_script(SPY)
    await person.go("#/public")
    await person.sees("Read without an account")
    await person.go("#/requests")
    await person.sees("wait for an answer now")
    touched: list[Any] = await person.page.evaluate("window.touched")
    assert {what for what, *_ in touched} <= {"storage"}
    assert await person.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await person.context.cookies() == []
    assert await complaints(person.page) == []  # last: it looks at canvas and browser itself


async def test_who_declines_all_is_served(arrive: Arrive) -> None:
    """Whoever says yes to nothing optional signs up, talks, shows a picture, and takes a copy away."""
    ann = await (await arrive()).sign_up("Ann")
    ben = await (await arrive()).sign_up("Ben")
    await ann.go("#/me/privacy")
    boxes = ann.page.get_by_role("checkbox")
    await expect(boxes).not_to_have_count(0)
    for nth in range(await boxes.count()):
        await expect(boxes.nth(nth)).not_to_be_checked()
    await ann.sees("Declined: ")
    await ann.go("#/chats")
    await two_in_a_chat(ann, ben)
    await ann.page.locator("input[type=file]").set_input_files(
        {"name": "lid.jpg", "mimeType": "image/jpeg", "buffer": picture()}
    )
    await ann.say("without a single yes")
    await ben.hears("without a single yes")
    await expect(ben.page.get_by_role("log").locator("article img")).to_have_count(1)
    await ann.go("#/me/profile")
    await ann.fill("Display name", "Ann L.")
    await ann.press("Save")
    await ann.sees("Saved.")
    await ann.go("#/me/lists")  # Me, then the lists: two taps from anywhere
    await ann.sees("What is kept of me")
    refused = [url for status, url in (*ann.answers, *ben.answers) if status == 403]
    assert refused == []


async def test_yes_and_no_are_one_step_each_and_reach_who_reads(arrive: Arrive) -> None:
    ann = await (await arrive()).sign_up("Annabel")
    square = {"name": "The Square", "visibility": "public", "initial_state": [READABLE]}
    room = (await post(ann, "/createRoom", square))["room_id"]
    await say(ann, room, "good morning", "s0")
    guest = await arrive()

    async def told() -> str:
        await guest.go(f"#/public/{quote(room)}")
        await guest.sees("good morning")
        return await guest.page.locator("ol li").last.inner_text()

    await ann.go("#/me/privacy")
    box = ann.page.get_by_role("checkbox", name=CHOICE)
    assert "A member" in await told()
    for agreed in (True, False):  # as many steps to say no as to say yes
        async with ann.page.expect_response("**/account/consents") as answer:
            await box.click()
        assert (await answer.value).status == 200
        await expect(box).to_be_checked(checked=agreed)
        async with asyncio.timeout(PROPAGATION_SECONDS_MAX):
            while ("Annabel" in await told()) != agreed:
                pass
