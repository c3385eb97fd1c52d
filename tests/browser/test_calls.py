"""Two people call each other: what one says and shows arrives, and every way to end it is told."""

import asyncio
import json
import re

import pytest
from playwright.async_api import Locator, expect

from tests.browser.conftest import Arrive
from tests.browser.looking import barred, misread, watching
from tests.browser.people import PASSWORD, PHONE, Person, two_in_a_chat

Pair = tuple[Person, Person]

# The wires that a page has, so that what goes through them can be counted.
WIRES = """
  window.wires = [];
  window.RTCPeerConnection = class extends RTCPeerConnection {
    constructor(...how) { super(...how); window.wires.push(this); }
  };
"""
# Whether more of something has come through the newest wire than had a moment before.
GROWS = """(async () => {
  let now = 0;
  for (const one of (await wires.at(-1).getStats()).values())
    if (one.type === "inbound-rtp" && one.kind === "KIND") now += one.WHAT ?? 0;
  const before = window.counted?.KIND ?? 0;
  window.counted = { ...window.counted, KIND: now };
  return before > 0 && now > before;
})()"""
REFUSED = """() => {
  navigator.mediaDevices.getUserMedia =
    () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""


async def hears(one: Person) -> None:
    """Sound comes in, and more of it all the time."""
    await one.until(GROWS.replace("KIND", "audio").replace("WHAT", "bytesReceived"))


async def sees_picture(one: Person) -> None:
    """Pictures come in and are understood, and more of them all the time."""
    await one.until(GROWS.replace("KIND", "video").replace("WHAT", "framesDecoded"))


async def looks_right(one: Person) -> None:
    """Nothing is wrong with what is on the screen."""
    assert await misread(one.page) == []
    assert await barred(one.page) == []


def screen(one: Person, name: str) -> Locator:
    """The call's screen."""
    return one.page.get_by_role("dialog", name=f"Call with {name}")


def ringing(one: Person) -> Locator:
    return one.page.get_by_role("region", name="Incoming call")


async def talk(one: Person, name: str) -> None:
    """The call has come about, on this side."""
    await expect(screen(one, name).get_by_role("timer")).to_have_text(re.compile(r"\d:\d\d"))


def lines(one: Person) -> Locator:
    """How the calls went, in the conversation."""
    return one.page.get_by_role("log").locator("p:has(time)")


@pytest.fixture
async def pair(arrive: Arrive) -> Pair:
    """Ada at a desk and Ben at a telephone, in a chat of two."""
    people: list[Person] = []
    for name, how in (("Ada", {}), ("Ben", {"viewport": PHONE, "color_scheme": "dark"})):
        one = await arrive(**how)
        await one.context.add_init_script(WIRES + watching())
        people.append(await one.sign_up(name))
    ada, ben = people
    await two_in_a_chat(ada, ben)
    return ada, ben


async def test_what_one_says_and_shows_reaches_the_other(pair: Pair) -> None:
    ada, ben = pair
    await ada.press("Voice call")
    await expect(screen(ada, "Ben")).to_contain_text("Calling…")
    await expect(ringing(ben)).to_contain_text("Incoming voice call")
    await expect(ben.page).to_have_title(re.compile("Ada is calling"))
    await looks_right(ada)
    await looks_right(ben)
    await ringing(ben).get_by_role("button", name="Answer").press("Enter")
    for one, other in ((ada, "Ben"), (ben, "Ada")):
        await talk(one, other)
        await hears(one)
        await looks_right(one)

    await ada.press("Camera")  # a plan of its own, after the call has begun
    await expect(screen(ben, "Ada").locator("video.theirs")).to_be_visible()
    await sees_picture(ben)
    await looks_right(ben)
    await ada.press("Camera")
    await expect(screen(ben, "Ada").locator("video.theirs")).to_have_count(0)
    await ada.press("Mute")
    await expect(ada.button("Mute")).to_have_attribute("aria-pressed", "true")
    await expect(screen(ben, "Ada")).to_contain_text("Ada is muted")

    await ben.page.keyboard.press("Escape")  # the call goes on beside the conversation
    await ben.say("one moment")
    await ada.page.keyboard.press("Escape")
    await ada.hears("one moment")
    await looks_right(ben)
    await ben.press("Back to the call with Ada")
    await talk(ben, "Ada")
    await ben.press("Hang up")
    for one, other in ((ada, "Ben"), (ben, "Ada")):
        await expect(screen(one, other)).to_have_count(0)
        await expect(one.page.get_by_role("region", name="Call with")).to_have_count(0)
        await expect(lines(one)).to_contain_text(re.compile("Voice call, .*(second|min)"))
    await ben.page.reload()
    await expect(lines(ben)).to_have_count(1)
    await expect(ringing(ben)).to_have_count(0)


async def test_who_does_not_talk_is_told_why(pair: Pair) -> None:
    ada, ben = pair
    await ada.press("Voice call")
    await ringing(ben).get_by_role("button", name="Decline").click()
    await expect(screen(ada, "Ben")).to_contain_text("Ben declined.")
    await looks_right(ada)
    await ada.press("Close")
    await expect(lines(ben)).to_contain_text(["Declined call"])

    await ada.press("Video call")
    await ringing(ben).wait_for()
    await ada.press("Hang up")
    await expect(ringing(ben)).to_have_count(0)
    await expect(lines(ben)).to_contain_text(["Declined call", "Missed video call"])
    await expect(lines(ada)).to_contain_text(["Declined call", "Cancelled call"])

    await ada.press("Voice call")
    await ringing(ben).wait_for()
    await ada.go("#/chats")  # the page is left without a word
    await expect(ringing(ben)).to_have_count(0)
    await ada.room_row("Ben").click()

    await ben.page.evaluate(REFUSED)
    await ada.press("Voice call")
    await ringing(ben).get_by_role("button", name="Answer").click()
    await expect(ringing(ben)).to_contain_text("Allow it in the site settings")
    await looks_right(ben)
    await ringing(ben).get_by_role("button", name="Decline").click()
    await ada.press("Close")
    await ben.press("Voice call")
    await expect(screen(ben, "Ada")).to_contain_text("Allow it in the site settings")
    await looks_right(ben)
    await ben.press("Close")
    await expect(screen(ben, "Ada")).to_have_count(0)


async def test_both_call_at_once_and_talk(pair: Pair) -> None:
    ada, ben = pair
    await asyncio.gather(ada.press("Voice call"), ben.press("Voice call"))
    for one, other in ((ada, "Ben"), (ben, "Ada")):
        await talk(one, other)
        await hears(one)
    await ada.press("Hang up")
    for one in pair:
        await expect(lines(one)).to_have_count(1)


async def test_one_device_answers_and_the_other_stops_ringing(pair: Pair, arrive: Arrive) -> None:
    ada, ben = pair
    other = await arrive()
    await other.context.add_init_script(WIRES)
    await other.agree()
    login = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": await ben.user_id()},
        "password": PASSWORD,
    }
    path = f"{ben.base}/_matrix/client/v3/login"
    told = await (await other.context.request.post(path, data=login)).json()
    names = {"userId": "user_id", "deviceId": "device_id", "accessToken": "access_token"}
    kept = json.dumps({name: told[theirs] for name, theirs in names.items()})
    await other.page.evaluate("kept => localStorage.setItem('teahouse.session', kept)", kept)
    await other.go("#/chats")
    await other.room_row("Ada").wait_for()

    await ada.press("Video call")
    await ringing(ben).wait_for()
    await ringing(other).wait_for()
    await ringing(ben).get_by_role("button", name="Answer").click()
    await expect(ringing(other)).to_have_count(0)
    for one, name in ((ada, "Ben"), (ben, "Ada")):
        await talk(one, name)
        await sees_picture(one)
        await looks_right(one)
    assert await other.page.evaluate("wires.length") == 0
    await ada.press("Hang up")
    await expect(screen(ben, "Ada")).to_have_count(0)
