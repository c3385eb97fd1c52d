"""Privacy as people meet it: screens linted as shown, guests untouched, yes and no one step each."""

import time
from typing import Any

import msgspec
from playwright.async_api import Page, expect

from teahouse.consent.model.linting import Screen, lint
from tests.browser.conftest import Arrive
from tests.browser.test_access import complaints
from tests.browser.test_first_run import SPY

HARVEST = """(name) => {
  const rgb = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
  const paper = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const found = rgb(getComputedStyle(at).backgroundColor);
      if (found.length === 3 || found[3] === 1) return found.slice(0, 3).map(Math.round);
    }
    return [255, 255, 255];
  };
  const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const look = (element) => {
    const style = getComputedStyle(element);
    return {
      text: element.innerText.trim(), font_px: parseFloat(style.fontSize),
      ink: rgb(style.color).slice(0, 3).map(Math.round), paper: paper(element),
    };
  };
  const role = (text) =>
    /^(I do not agree|不同意|Decline)/.test(text) ? "decline" : /^(I agree|同意|Agree)/.test(text) ? "accept" : "";
  const passages = [...document.querySelectorAll("p, li, h1, h2, dd, legend, label")]
    .filter((one) => seen(one) && one.innerText.trim()).map(look);
  const controls = [...document.querySelectorAll("button, input[type=checkbox]")].filter(seen).map((one) => {
    const box = one.getBoundingClientRect();
    const shown = look(one);
    const checkbox = one.tagName === "INPUT";
    return {
      ...shown, kind: checkbox ? "checkbox" : "button", checked: Boolean(one.checked),
      width: Math.round(box.width), height: Math.round(box.height), role: role(shown.text),
      font_px: checkbox ? 0 : shown.font_px,
    };
  });
  const lang = document.documentElement.lang.slice(0, 2);
  return JSON.stringify({ name, lang, passages, controls });
}"""
CHOICE = "Your name, shown to people without an account"


async def harvested(page: Page, name: str) -> Screen:
    """Return what is on the screen, as the linter reads it."""
    return msgspec.json.decode(await page.evaluate(HARVEST, name), type=Screen)


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


async def test_who_declines_all_is_served_and_yes_and_no_are_one_step_each(
    arrive: Arrive,
) -> None:
    ann = await (await arrive()).sign_up("annprivacy")
    await ann.go("#/me/lists")  # Me, then the lists: two taps from anywhere
    await ann.sees("What is kept of me")
    assert await complaints(ann.page) == []
    await ann.go("#/me/privacy")
    box = ann.page.get_by_role("checkbox", name=CHOICE)
    await expect(box).not_to_be_checked()
    async with ann.page.expect_response("**/account/consents") as yes:
        await box.click()
    assert (await yes.value).status == 200
    await expect(box).to_be_checked()
    began = time.monotonic()
    async with ann.page.expect_response("**/account/consents") as no:
        await box.click()  # as many steps as saying yes
    assert (await no.value).status == 200
    await expect(box).not_to_be_checked()
    assert time.monotonic() - began < 60
    assert lint(await harvested(ann.page, "privacy")) == []
    assert await complaints(ann.page) == []
