"""Before consent nothing is stored, read or asked but static files and what is open to all."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Arrive

# Wraps whatever could keep something in a browser, tell one from another, or ask the person.
SPY = """
  window.touched = [];
  const watch = (name, owner, key) => {
    if (!owner) return;
    const found = Object.getOwnPropertyDescriptor(owner, key);
    if (!found) return;
    const note = (...args) => window.touched.push([name, ...args.slice(0, 1).map(String)]);
    if (typeof found.value === "function") {
      owner[key] = function (...args) { note(...args); return found.value.apply(this, args); };
      return;
    }
    Object.defineProperty(owner, key, {
      get() { note(); return found.get.call(this); },
      set(value) { note(value); found.set?.call(this, value); },
    });
  };
  watch("caches", window.CacheStorage?.prototype, "open");
  watch("storage", Storage.prototype, "getItem");
  watch("storage-write", Storage.prototype, "setItem");
  watch("cookie", Document.prototype, "cookie");
  watch("indexedDB", IDBFactory.prototype, "open");
  watch("canvas", HTMLCanvasElement.prototype, "toDataURL");
  watch("canvas", HTMLCanvasElement.prototype, "getContext");
  watch("media", window.MediaDevices?.prototype, "getUserMedia");
  watch("media", window.MediaDevices?.prototype, "enumerateDevices");
  watch("position", Geolocation.prototype, "getCurrentPosition");
  watch("permission", Permissions.prototype, "query");
  watch("notification", Notification, "requestPermission");
  watch("worker", window.ServiceWorkerContainer?.prototype, "register");
  for (const key of ["userAgent", "platform", "hardwareConcurrency", "deviceMemory", "plugins"])
    watch(key, Navigator.prototype, key);
  for (const key of ["width", "height", "colorDepth"]) watch("screen", Screen.prototype, key);
  watch("random", Crypto.prototype, "randomUUID");
  watch("random", Crypto.prototype, "getRandomValues");
"""
OPEN_PATHS = {
    "/api/v1/policy",
    "/.well-known/registration-status.json",
    "/api/v1/upgrades/status",
}


def is_open(url: str, base: str) -> bool:
    path = url.removeprefix(base).split("?")[0]
    return path in {"/", "/mark.svg", "/manifest.webmanifest", *OPEN_PATHS} or path.startswith(
        "/assets/"
    )


async def test_nothing_happens_before_the_answer(arrive: Arrive, base: str) -> None:
    person = await arrive()
    await person.page.add_init_script(SPY)
    await person.go()
    await person.page.get_by_text("Read the privacy policy").click()
    await person.sees("What is kept, and why")
    await person.press("I do not agree")
    await person.page.get_by_role("link", name="Registration status").click()
    await person.sees("As of")
    await person.go("#/policy")
    await person.sees("Operated by")
    touched: list[Any] = await person.page.evaluate("window.touched")
    assert touched == [["storage", "teahouse.consent"]]
    assert [url for _, url in person.answers if not is_open(url, base)] == []
    assert await person.page.evaluate("localStorage.length + sessionStorage.length") == 0
    assert await person.context.cookies() == []


async def test_no_is_as_easy_as_yes(arrive: Arrive) -> None:
    person = await arrive()
    await person.go()
    yes, no = person.button("I agree"), person.button("I do not agree")
    assert await no.evaluate("e => e.className") == await yes.evaluate("e => e.className")
    boxes = [await one.bounding_box() for one in (yes, no)]
    assert boxes[0] is not None
    assert boxes[1] is not None
    assert boxes[0]["width"] == pytest.approx(boxes[1]["width"], abs=1)
    assert boxes[0]["height"] == boxes[1]["height"]
    await no.click()
    await person.sees("nothing is stored in this browser")
    await person.press("Answer again")
    await expect(yes).to_be_visible()


async def test_the_language_follows_the_browser_and_the_person(arrive: Arrive) -> None:
    person = await arrive(locale="zh-CN")
    await person.go()
    await person.sees("进门之前")
    await person.press("English")
    await person.sees("Before you come in")
    assert await person.page.evaluate("document.documentElement.lang") == "en"


async def test_agreeing_can_be_taken_back(arrive: Arrive) -> None:
    person = await (await arrive()).sign_up("Wei")
    await person.go("#/me/privacy")
    await person.press("Take back and erase")
    await person.press("Take back and erase")
    await person.sees("Before you come in")
    assert await person.page.evaluate("localStorage.length") == 0
    assert await person.page.evaluate("indexedDB.databases().then(all => all.length)") == 0
