"""A chat says how long it keeps its messages, its people see it, and what is older is gone."""

from datetime import UTC, datetime, timedelta

from playwright.async_api import Browser, expect

from tests.browser.conftest import desk_of
from tests.browser.looking import complaints
from tests.browser.operators import CLOCK
from tests.browser.people import PHONE, Person, two_in_a_chat


async def details(person: Person, room: str) -> None:
    """Open what is known of a chat."""
    await person.page.evaluate("room => { location.hash = `#/chats/${room}/info` }", room)
    await person.page.get_by_role("heading", name="Chat details").wait_for()


async def test_a_chat_keeps_its_messages_for_a_week(chromium: Browser) -> None:
    async with desk_of(chromium) as desk:
        ada = await (await Person.arrive(chromium, desk.base)).sign_up("Ada")
        ben = await (await Person.arrive(chromium, desk.base, viewport=PHONE)).sign_up("Ben")
        room = await two_in_a_chat(ada, ben)
        await ada.say("The kettle is on")
        await ben.hears("The kettle is on")
        await details(ada, room)
        await ada.sees("Messages are kept for ever.")
        await ada.press("Keep messages")
        await expect(ada.page.get_by_label("For ever")).to_be_checked()
        await ada.page.get_by_label("7 days").check()
        await ada.sees("What is older is deleted for everybody here")
        assert await complaints(ada.page) == []
        await ada.press("Save")
        await ada.sees("Messages are kept for 7 days.")
        await details(ben, room)
        await ben.sees("Messages are kept for 7 days.")
        assert await complaints(ben.page) == []

        owner = await desk.enter("owner")
        await owner.place("House")
        card = owner.page.get_by_role("region", name="How long messages are kept")
        await card.get_by_label("Days, where a chat says nothing").fill("90")
        await card.get_by_label("Days, at least").fill("100")
        await card.get_by_role("button", name="Save", exact=True).click()
        await expect(card.get_by_role("alert")).to_contain_text("lie between")
        await card.get_by_label("Days, at least").fill("5")
        await card.get_by_role("button", name="Save", exact=True).press("Enter")
        await expect(card.get_by_role("status")).to_contain_text("Saved.")

        later = {"now": (datetime.now(UTC) + timedelta(days=9)).isoformat()}
        moved = await ada.context.request.put(f"{desk.base}{CLOCK}", data=later)
        assert moved.ok, await moved.text()
        place = f"/_matrix/client/v3/rooms/{room}/messages?dir=b"
        await ada.page.evaluate("room => { location.hash = `#/chats/${room}` }", room)
        await ada.say("And the cups are warm")
        texts = f"""fetch("{place}", {{ headers: {{ Authorization:
            "Bearer " + JSON.parse(localStorage["teahouse.session"]).accessToken }} }})
            .then((told) => told.json())
            .then(({{ chunk }}) => !JSON.stringify(chunk).includes("kettle"))"""
        await ada.until(texts)
        await ben.go(f"#/chats/{room}")
        await ben.hears("And the cups are warm")
        await expect(ben.message("The kettle is on")).to_have_count(0)
        for person in (ada, ben):
            await person.leave()
