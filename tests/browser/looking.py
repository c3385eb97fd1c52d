"""What is wrong with a page on the screen: told by axe, the consent linter, and rules of our own."""

import json
from typing import Any

import msgspec
from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

from teahouse.consent.model.linting import Screen, lint
from tests.house.source import ROOT

SERIOUS = ("serious", "critical")
TEXTS = ROOT / "web" / "src" / "i18n"
TABS_MAX = 250

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
  const no = /^(I do not agree|No,|Decline|Cancel|Not now|不同意|不，|拒绝|取消|以后再说)/;
  const yes = /^(I agree|I consent|Agree|同意|我同意)/;
  const role = (text) => no.test(text) ? "decline" : yes.test(text) ? "accept" : "";
  const passages = [...document.querySelectorAll("p, li, h1, h2, dd, legend, label")]
    .filter((one) => seen(one) && one.innerText.trim()).map(look);
  const controls = [...document.querySelectorAll("button, input[type=checkbox]")]
    .filter((one) => seen(one) && !one.disabled).map((one) => {
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

# Counts what is under way, so that a page is judged when it has come to rest.
WATCH = """
  window.looking = { busy: 0, keys: new Set(KEYS) };
  const real = window.fetch;
  window.fetch = (...asked) => {
    if (String(asked[0]?.url ?? asked[0]).includes("/sync")) return real(...asked);
    looking.busy += 1;
    return real(...asked).finally(() => { looking.busy -= 1; });
  };
"""
SETTLE = """async () => {
  const waits = () => looking.busy > 0 || document.querySelector(".skeleton")
    || [...document.images].some((one) => !one.complete);
  for (let tick = 0, quiet = 0; tick < 250 && quiet < 4; tick += 1) {
    await new Promise((go) => setTimeout(go, 20));
    quiet = waits() ? 0 : quiet + 1;
  }
}"""
READ = """() => {
  const faults = [];
  const seen = (element) => element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true });
  const said = [document.title];
  for (const one of document.querySelectorAll("[aria-label], [placeholder], [title], [alt]"))
    for (const name of ["aria-label", "placeholder", "title", "alt"]) said.push(one.getAttribute(name) ?? "");
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const text = node.data.trim();
    if (!text || !seen(node.parentElement)) continue;
    said.push(text);
    if (node.parentElement.closest("code, .mono, article p, [role=log], svg")) continue;
    for (const raw of text.match(/\\b[a-z]+(?:_[a-z]+)+\\b|\\b[0-9a-hjkmnp-tv-z]{26}\\b/g) ?? [])
      faults.push(`a name for machines: ${raw} in “${text.slice(0, 60)}”`);
  }
  for (const text of said) {
    for (const word of text.match(/[a-z_]+(?:\\.[a-z_0-9]+)+/g) ?? [])
      if (looking.keys.has(word)) faults.push(`a text is missing: ${word}`);
    for (const hole of text.match(/\\{[a-z_]+\\}|\\[object \\w+\\]|\\bundefined\\b|\\bNaN\\b|Invalid Date/g) ?? [])
      faults.push(`a hole in a text: ${hole} in “${text.slice(0, 60)}”`);
  }
  const wide = document.scrollingElement.scrollWidth - innerWidth;
  if (wide > 0) faults.push(`the page is ${wide} px too wide`);
  const named = (one) => `${one.tagName.toLowerCase()}.${one.className} “${(one.innerText || "").slice(0, 40)}”`;
  for (const one of document.querySelectorAll("body *")) {
    const more = one.scrollWidth - one.clientWidth;
    if (more <= 1 || !one.clientWidth || !seen(one)) continue;
    const style = getComputedStyle(one);
    if (/auto|scroll/.test(style.overflowX)) {
      if (!one.matches(".scroll, nav, textarea, input, pre")) faults.push(`scrolls sideways: ${named(one)}`);
    } else if (style.overflowX === "visible" && style.display !== "inline"
        && one.matches("button, a, th, td, dd, dt, label, h1, h2, h3, p, li"))
      faults.push(`spills over by ${more} px: ${named(one)}`);
  }
  return [...new Set(faults)];
}"""
AXE = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, help, impact, nodes }) =>
    ({ id, help, impact, nodes: nodes.map((node) => node.html.slice(0, 200)) }));
}"""
# What can be pressed or filled in; one of a group that is walked by arrows stands for the group.
CONTROLS = """() => {
  const groups = "[role=grid], [role=log], [role=listbox], [role=radiogroup], fieldset";
  const met = new Set();
  const within = document.querySelector("dialog:modal") ?? document;
  const found = [...within.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary")].filter((one) => {
    if (one.disabled || !one.checkVisibility({ checkVisibilityCSS: true })) return false;
    if (one.closest("[inert]")) return false;
    const roves = one.type === "radio" || one.closest("[role=grid], [role=log], [role=listbox]");
    if (!roves) return true;
    const key = one.type === "radio" ? one.name : one.closest(groups);
    if (met.has(key)) return false;
    met.add(key);
    return true;
  });
  window.looking.controls = found;
  window.looking.reached = new Set();
  window.looking.keyOf = (one) => one.type === "radio" ? one.name : one.closest("[role=grid], [role=log], [role=listbox]") ?? one;
  looking.again = 0;
  looking.reached.add(document.activeElement);
  if (within === document) {
    document.activeElement?.blur();
    document.body.tabIndex = -1; document.body.focus(); document.body.removeAttribute("tabindex");
  }
  return found.length;
}"""
TABBED = """() => {
  const here = document.activeElement;
  const rings = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  };
  const known = looking.reached.has(here);
  // It goes on where it was if the focus is lost on the way: the end is when nothing is left, or when
  // a whole round met nothing new.
  looking.again = known ? looking.again + 1 : 0;
  if (here) for (const one of [here, looking.keyOf(here)]) looking.reached.add(one);
  const left = looking.controls.some((one) =>
    one.isConnected && !looking.reached.has(one) && !looking.reached.has(looking.keyOf(one)));
  const ended = !left || looking.again > looking.reached.size + 5;
  if (!here || here === document.body) return { ended, shown: true };
  const shown = rings(here) || here.type?.startsWith("date") || // the ring is around a part of it
    [...document.querySelectorAll("label:focus-within, :focus-within")]
    .some((one) => one.contains(here) && one !== document.body && rings(one));
  return { ended, shown, what: here.outerHTML.slice(0, 120) };
}"""
LEFT = """() => {
  const left = looking.controls.filter(
    (one) => !looking.reached.has(one) && !looking.reached.has(looking.keyOf(one)));
  return {
    left: left.map((one) => one.outerHTML.slice(0, 120)),
    gone: left.some((one) => !one.isConnected),
  };
}"""


def texts(lang: str, name: str = "") -> dict[str, str]:
    """Return the texts of the app, or with ``admin.`` of the console too, in one language."""
    return dict(json.loads((TEXTS / f"{name}{lang}.json").read_text("utf-8")))


def watching() -> str:
    """Return what a page has to run before anything else, to be looked at by ``faults``."""
    keys = json.dumps([*texts("en"), *texts("en", "admin.")])
    return f"{WATCH.replace('KEYS', keys)}\n{AXE_SCRIPT}"


async def harvested(page: Page, name: str) -> Screen:
    """Return what is on the screen, as the consent linter reads it."""
    return msgspec.json.decode(await page.evaluate(HARVEST, name), type=Screen)


async def pressed_for(page: Page) -> list[str]:
    """Return what the consent linter holds against a page on which people are asked for anything."""
    return [f"consent: {one.rule}: {one.where}" for one in lint(await harvested(page, page.url))]


async def barred(page: Page) -> list[str]:
    """Return what axe holds against a page that is watched, if it is serious."""
    return [
        f"axe: {one['id']}: {one['help']}: {one['nodes']}"
        for one in await page.evaluate(AXE)
        if one["impact"] in SERIOUS
    ]


async def complaints(page: Page) -> list[Any]:
    """Return what axe and the consent linter hold against any page, watched or not."""
    await page.wait_for_timeout(400)  # colours that fade in are judged when they have
    await page.evaluate(AXE_SCRIPT)
    asks = [] if "/admin" in page.url else await pressed_for(page)
    return [*await barred(page), *asks]


async def settled(page: Page) -> None:
    """Wait until a watched page has come to rest."""
    await page.evaluate(SETTLE)


async def misread(page: Page) -> list[str]:
    """Return missing texts, names for machines, and what does not fit the screen."""
    return list(await page.evaluate(READ))


async def unreached(page: Page) -> list[str]:
    """Go through the page by the Tab key; return what is passed over, or unseen when it is met.

    Once more, from the beginning, where a control went away while it was gone through.
    """
    unseen: list[str] = []
    for last in (False, False, True):
        unseen += await gone_round(page)
        missed = await page.evaluate(LEFT)
        if last or not missed["gone"]:
            return [*unseen, *(f"Tab does not reach: {one}" for one in missed["left"])]
    raise AssertionError("the last time returns")


async def gone_round(page: Page) -> list[str]:
    """Press Tab until everything is reached, or nothing new; return where the focus is not seen."""
    count = await page.evaluate(CONTROLS)
    unseen: list[str] = []
    for _ in range(min(count * 3 + 20, TABS_MAX)):
        await page.keyboard.press("Tab")
        met = await page.evaluate(TABBED)
        if not met["shown"]:
            unseen.append(f"focus is not seen: {met['what']}")
        if met["ended"]:
            break
    return unseen
