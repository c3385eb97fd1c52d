"""Notifications in a browser: off until pressed for, shown by the service worker, leading to the chat.

Chromium has no push service here, so what one would bring is handed to the service worker as the
browser itself would, and what it shows is read back.
"""

import json
from typing import Any
from urllib.parse import quote

from playwright.async_api import expect

from tests.browser.conftest import Arrive
from tests.browser.looking import complaints
from tests.browser.people import Person, two_in_a_chat

SHOWN = """navigator.serviceWorker.ready
  .then((worker) => worker.getNotifications())
  .then((all) => all.map(({ title, body, tag, data }) => ({ title, body, tag, data })))"""
PERMISSION = "Notification.permission"


async def brought(person: Person, told: dict[str, Any]) -> None:
    """Hand the service worker what a push service would have brought."""
    session = await person.context.new_cdp_session(person.page)
    known: list[dict[str, Any]] = []
    session.on(
        "ServiceWorker.workerRegistrationUpdated", lambda told: known.extend(told["registrations"])
    )
    await session.send("ServiceWorker.enable")
    while not known:
        await person.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    origin = await person.page.evaluate("location.origin")
    await session.send(
        "ServiceWorker.deliverPushMessage",
        {
            "origin": origin,
            "registrationId": known[0]["registrationId"],
            "data": json.dumps(told),
        },
    )


async def test_the_browser_is_asked_only_when_the_person_presses(arrive: Arrive) -> None:
    ada = await (await arrive(service_workers="allow")).sign_up("Ada")
    await ada.go("#/me/notifications")
    await ada.sees("This browser does not tell you.")
    before = await ada.page.evaluate(PERMISSION)
    assert before != "granted"
    assert await complaints(ada.page) == []
    await expect(ada.page.get_by_role("checkbox")).not_to_be_checked()
    await ada.press("I agree")
    await ada.sees("The browser did not allow it.")
    await ada.go("#/me/privacy")
    box = ada.page.get_by_role("checkbox", name="Where your browser is told what is new")
    await expect(box).not_to_be_checked()


async def test_what_comes_is_shown_and_leads_to_the_chat(arrive: Arrive) -> None:
    ada = await (await arrive(service_workers="allow")).sign_up("Ada")
    ben = await (await arrive()).sign_up("Ben")
    room = await two_in_a_chat(ada, ben)
    await ada.context.grant_permissions(["notifications"])
    told = {
        "event_id": "$1",
        "room_id": room,
        "unread": 1,
        "lang": "zh",
        "room": None,
        "sender": "Ben",
        "kind": "message",
        "loud": True,
    }
    looking = await ada.context.new_cdp_session(ada.page)
    await looking.send("Emulation.setFocusEmulationEnabled", {"enabled": False})
    other = await ada.context.new_page()  # so that nobody is looking at the app
    await other.bring_to_front()
    await brought(ada, told)
    await ada.until(f"{SHOWN}.then((all) => all.length === 1)")
    (one,) = await ada.page.evaluate(SHOWN)
    assert one == {
        "title": "Ben",
        "body": "有新消息",
        "tag": room,
        "data": {"place": f"/#/chats/{quote(room, safe='!')}"},
    }
    await brought(ada, {**told, "lang": "en", "room": "Tea", "text": "come over"})
    await ada.until(f"{SHOWN}.then((all) => all[0]?.title === 'Tea')")
    (one,) = await ada.page.evaluate(SHOWN)
    assert one["body"] == "Ben: come over", "one for each room"
    for until, words in ((2**53, "Incoming call"), (1, "Missed call")):
        await brought(ada, {**told, "lang": "en", "kind": "call", "until": until})
        await ada.until(f"{SHOWN}.then((all) => all[0]?.body === '{words}')")
