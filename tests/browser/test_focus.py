"""Whoever works by keys stays where they are: nothing that comes, goes or moves takes the focus."""

import asyncio

from playwright.async_api import Route, expect

from tests.browser.conftest import Arrive
from tests.browser.people import Person


async def room_of(person: Person, name: str) -> str:
    """Make a group from another client of the same person; return its id."""
    answer = await person.context.request.post(
        f"{person.base}/_matrix/client/v3/createRoom",
        headers=await person.token(),
        data={"name": name, "preset": "private_chat"},
    )
    assert answer.ok, await answer.text()
    await expect(person.room_row(name)).to_be_visible()
    return str((await answer.json())["room_id"])


async def says_elsewhere(person: Person, room: str, text: str) -> None:
    """Say something from another client of the same person."""
    answer = await person.context.request.put(
        f"{person.base}/_matrix/client/v3/rooms/{room}/send/m.room.message/{text}",
        headers=await person.token(),
        data={"msgtype": "m.text", "body": text},
    )
    assert answer.ok, await answer.text()


async def test_a_chat_that_moves_up_leaves_the_focus_where_it_is(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    tea, walks = await room_of(ada, "Tea"), await room_of(ada, "Walks")
    first = ada.page.locator(".list li a").first
    await expect(first).to_contain_text("Walks")
    held = ada.room_row("Walks")
    await held.focus()
    for room, text, top in ((tea, "boils", "Tea"), (walks, "rain", "Walks")):
        await says_elsewhere(ada, room, text)
        await expect(first).to_contain_text(text)
        await expect(first).to_contain_text(top)
        await expect(held).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(ada.composer()).to_be_focused()


async def test_what_is_asked_in_place_gives_the_focus_back(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    tea = await room_of(ada, "Tea")
    await ada.go(f"#/chats/{tea}")
    await ada.say("spilt")
    said = ada.message("spilt")
    await expect(said.get_by_text("Sent", exact=True)).to_be_attached()
    await said.get_by_role("button", name="More for this message").press("Enter")
    await expect(said.get_by_role("button", name="Reply")).to_be_focused()
    await said.get_by_role("button", name="Delete for everyone").press("Enter")
    await expect(said.get_by_role("button", name="Cancel")).to_be_focused()
    await ada.page.keyboard.press("Enter")
    await expect(said).to_be_focused()
    await ada.page.get_by_role("link", name="Chat details").press("Enter")
    for step, asks in (("Rename", "Group name"), ("Invite people", "Find a person")):
        await ada.button(step).press("Enter")
        await expect(ada.page.get_by_label(asks, exact=True)).to_be_focused()
        await ada.button("Cancel").press("Enter")
        await expect(ada.button(step)).to_be_focused()
    await ada.button("Rename").press("Enter")
    await ada.page.keyboard.press("Enter")
    await expect(ada.button("Rename")).to_be_focused()


async def test_a_chat_that_opens_late_takes_nothing_from_anybody(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    tea = await room_of(ada, "Tea")
    go_on = asyncio.Event()

    async def late(route: Route) -> None:
        await go_on.wait()
        await route.continue_()

    await ada.page.route("**/sync**", late)
    rail = ada.page.get_by_role("link", name="Me", exact=True)
    for held in (ada.composer(), rail):
        go_on.clear()
        await ada.go(f"#/chats/{tea}")
        await rail.wait_for()
        if held is rail:
            await rail.focus()
        go_on.set()
        await ada.composer().wait_for()
        await expect(held).to_be_focused()
    await ada.page.unroute("**/sync**", late)
