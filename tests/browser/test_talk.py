"""Two people in two browsers talk."""

import re

from playwright.async_api import Route, expect

from tests.browser.conftest import Arrive
from tests.browser.people import PATIENCE_MS, PHONE, two_in_a_chat


async def test_two_people_find_each_other_and_talk(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("明天喝茶吗 🍵 <b>https://tea.example/a?b=1</b>")
    await ben.hears("明天喝茶吗 🍵 <b>https://tea.example/a?b=1")
    await ben.composer().type("y")
    await expect(ada.page.get_by_text("Ben is typing…")).to_be_visible()
    await ben.say("yes")
    await ada.hears("yes")
    await expect(ada.message("明天喝茶吗").get_by_text("Read", exact=True)).to_be_attached()
    await expect(ada.page.get_by_text("Ben is typing…")).to_have_count(0)


async def test_unread_is_counted_and_the_divider_stays_where_one_left(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("before")
    await ben.hears("before")
    await ben.go("#/contacts")
    await ada.say("one")
    await ada.say("two")
    await ben.go("#/chats")
    await expect(ben.room_row("Ada")).to_contain_text("2 unread messages")
    await expect(ben.page).to_have_title(re.compile(r"^\(2\)"))
    await ben.room_row("Ada").click()
    await ben.hears("two")
    await expect(ben.page.locator("[data-divider]")).to_be_visible()
    order = await ben.page.locator(".content").inner_text()
    assert order.index("before") < order.index("New since you left") < order.index("one")
    await expect(ben.room_row("Ada")).not_to_contain_text("unread")
    await ada.say("three")
    await ben.hears("three")
    assert await ben.page.locator("[data-divider]").count() == 1


async def test_what_was_written_offline_survives_a_reload_and_leaves_once(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)

    async def cut(route: Route) -> None:
        await route.abort()

    await ada.page.route("**/send/**", cut)
    for text in ("first", "second", "third"):
        await ada.say(text)
        await expect(ada.message(text)).to_be_visible()
    await ada.page.reload()
    await expect(
        ada.message("third")
        .get_by_text("Sending")
        .or_(ada.message("third").get_by_text("Waiting for the connection"))
    ).to_be_attached()
    await ada.page.unroute("**/send/**", cut)
    await ben.hears("third")
    said = await ben.page.get_by_role("log").inner_text()
    assert said.index("first") < said.index("second") < said.index("third")
    await expect(ada.message("third").get_by_text(re.compile("Sent|Read"))).to_be_attached()
    for text in ("first", "second", "third"):
        await expect(ada.message(text)).to_have_count(1)
        await expect(ben.message(text)).to_have_count(1)


async def test_a_refused_message_can_be_resent_or_discarded(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)

    async def refuse(route: Route) -> None:
        await route.fulfill(status=403, json={"errcode": "M_FORBIDDEN", "error": "no"})

    await ada.page.route("**/send/**", refuse)
    await ada.say("again please")
    await ada.say("never mind")
    await expect(ada.message("never mind").get_by_role("alert")).to_be_visible()
    await ada.page.unroute("**/send/**", refuse)
    await ada.message("never mind").get_by_role("button", name="Discard").click()
    await ada.message("again please").get_by_role("button", name="Send again").click()
    await ben.hears("again please")
    await expect(ben.message("never mind")).to_have_count(0)


async def test_what_was_begun_survives_a_reload_until_one_signs_out(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    room = await two_in_a_chat(ada, ben)
    await ada.composer().fill("half a thought")
    await ada.page.reload()
    await expect(ada.composer()).to_have_value("half a thought")
    await ada.composer().press("Enter")
    await ben.hears("half a thought")
    await ada.page.reload()
    await expect(ada.composer()).to_have_value("")
    await ada.composer().fill("nobody else's")
    await ada.go("#/me")
    await ada.press("Sign out")
    await ada.press("Sign out")
    await ada.sees("A place to talk")
    assert "nobody else's" not in await ada.page.evaluate("JSON.stringify(localStorage)")
    assert room not in await ada.page.evaluate("JSON.stringify(localStorage)")


async def test_a_reload_without_a_connection_opens_the_app_which_says_so(arrive: Arrive) -> None:
    ada = await (await arrive(viewport=PHONE, service_workers="allow")).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.composer().fill("half a thought")
    await ada.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    await ada.context.set_offline(True)
    await ada.page.reload()
    await ada.sees("No connection.")
    await ada.context.set_offline(False)
    await expect(ada.composer()).to_have_value("half a thought")
    await ada.context.set_offline(True)
    await ada.sees("No connection.")
    await ada.context.set_offline(False)
    await ada.go("#/me/privacy")
    await ada.press("Take back and erase")
    await ada.press("Take back and erase")
    await ada.sees("Before you come in")
    left = "Promise.all([caches.keys(), navigator.serviceWorker.getRegistrations()])"
    await ada.until(f"{left}.then(all => all.flat().length === 0)")


async def test_who_reads_what_was_said_before_is_left_there(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("line\n" * 90)
    await ben.hears("line")

    async def refuse(route: Route) -> None:
        await route.fulfill(status=403, json={"errcode": "M_FORBIDDEN", "error": "no"})

    await ada.page.route("**/send/**", refuse)
    await ada.say("it stays unsent")
    await expect(ada.message("it stays unsent").get_by_role("alert")).to_be_visible()
    box = ada.page.locator(".box")
    await box.evaluate("box => { box.scrollTop = 0 }")
    await ben.say("are you there")
    await ada.sees("1 new message")
    assert await box.evaluate("box => box.scrollTop") < 100


async def test_right_to_left_is_set_by_the_words(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("שלום עולם!")
    await ben.hears("שלום עולם!")
    words = ben.message("שלום עולם!").locator("p")
    assert await words.evaluate("p => getComputedStyle(p).direction") == "rtl"


async def test_another_tab_keeps_who_signed_in_meanwhile(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    kept, headers = "localStorage.getItem('teahouse.session')", await ada.token()
    other = await ada.context.new_page()
    await other.goto(f"{ada.base}/#/about")
    await other.evaluate(
        "localStorage.setItem('teahouse.session',"
        " JSON.stringify({userId: '@x:y', accessToken: 'new', deviceId: 'd'}))"
    )
    await ada.context.request.post(f"{ada.base}/_matrix/client/v3/logout", headers=headers)
    await ada.sees("A place to talk")
    assert "new" in await other.evaluate(kept)


async def test_enter_that_ends_a_word_does_not_send(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.composer().fill("nihao")
    await ada.composer().dispatch_event("keydown", {"key": "Enter", "isComposing": True})
    assert await ada.composer().input_value() == "nihao"
    await ada.composer().press("Shift+Enter")
    await ada.composer().press("Enter")
    await ben.hears("nihao")


async def test_a_message_is_deleted_for_everyone(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("a slip")
    await ben.hears("a slip")
    await ada.message("a slip").hover()
    await ada.message("a slip").get_by_role("button", name="More for this message").click()
    await ada.message("a slip").get_by_role("button", name="Delete for everyone").click()
    await ada.page.get_by_role("button", name="Delete for everyone", exact=True).last.click()
    await ben.hears("Message deleted")
    await expect(ben.message("a slip")).to_have_count(0)
    await expect(ada.message("a slip")).to_have_count(0)


async def test_older_messages_come_by_scrolling_and_the_place_is_kept(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    room = await two_in_a_chat(ada, ben)
    headers = await ada.token()
    for number in range(120):
        await ada.context.request.put(
            f"{ada.base}/_matrix/client/v3/rooms/{room}/send/m.room.message/n{number}",
            headers=headers,
            data={"msgtype": "m.text", "body": f"cup {number:03}"},
        )
    await ben.go(f"#/chats/{room}")
    await ben.hears("cup 119")
    await expect(ben.message("cup 000")).to_have_count(0)
    box = ben.page.locator(".box")
    for _ in range(40):
        await box.evaluate("box => { box.scrollTop = 0 }")
        if await ben.message("cup 000").count() == 1:
            break
        await ben.page.wait_for_timeout(100)
    await ben.hears("cup 000")
    said = await ben.page.get_by_role("log").inner_text()
    places = [said.index(f"cup {number:03}") for number in range(120)]
    assert places == sorted(places)


async def test_a_group_is_made_named_grown_and_left(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    cai = await (await arrive()).sign_up("Cai")
    await ada.press("New group")
    await ada.fill("Group name", "Spring harvest")
    await ada.pick(ben)
    await ada.press("Make the group with 1 person")
    await ben.sees("Ada invites you to this group")
    await ben.press("Accept")
    await ben.say("hello all")
    await ada.hears("hello all")
    await ada.page.get_by_role("link", name="Chat details").click()
    await ada.press("Invite people")
    await ada.pick(cai)
    await cai.press("Accept")
    await ada.sees("3 members")
    await ada.press("Rename")
    await ada.fill("Group name", "Autumn harvest")
    await ada.press("Save")
    await expect(ben.room_row("Autumn harvest")).to_be_visible(timeout=PATIENCE_MS)
    await cai.page.get_by_role("link", name="Chat details").click()
    await cai.press("Leave the chat")
    await cai.press("Leave the chat")
    await ben.sees("Cai left")
    await ada.page.get_by_role("button", name="Remove Ben").click()
    await ada.press("Remove")
    await ben.sees("You are not in this chat")


async def test_an_invitation_can_be_declined(arrive: Arrive) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await ada.find(ben)
    await ben.press("Decline")
    await expect(ben.page.get_by_role("heading", name="No chats yet")).to_be_visible()
    await ada.sees("Ben declined the invitation")


async def test_without_a_connection_one_reads_and_writes_and_it_leaves_later(
    arrive: Arrive,
) -> None:
    ada = await (await arrive()).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    await two_in_a_chat(ada, ben)
    await ada.say("before")
    await ben.hears("before")
    await ada.context.set_offline(True)
    await ada.sees("No connection.")
    await ada.say("from the tunnel")
    await expect(ada.message("from the tunnel")).to_be_visible()
    await ben.say("are you there")
    await ada.context.set_offline(False)
    await ben.hears("from the tunnel")
    await ada.hears("are you there")
    await expect(ada.page.get_by_text("No connection.")).to_have_count(0)
    await expect(ada.message("from the tunnel")).to_have_count(1)
