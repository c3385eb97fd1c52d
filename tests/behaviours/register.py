"""The thirty-one behaviours: what each is, the check, a planted fault, and the tests behind it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import replace as put
from datetime import timedelta
from typing import Any

from msgspec.structs import replace

from teahouse.consent.model import Both, Item, decide
from teahouse.consent.model.linting import Passage, Screen, lint
from teahouse.consent.model.recipients import unnamed
from tests.behaviours.product import Product

Check = Callable[[Product], bool]
Plant = Callable[[Product], Product]
AIMED = re.compile(
    r"advert|recommend|profiling|targeted|personali[sz]|定向|推送广告|个性化", re.IGNORECASE
)
VAGUE = re.compile(r"improve (?:the |our )?(?:service|experience)|research and development|改善服务|提升体验|研发", re.IGNORECASE)  # fmt: skip


@dataclass(frozen=True)
class Behaviour:
    """One behaviour: ``holds`` is false for the product with the planted fault."""

    number: int
    what: str
    how: str
    holds: Check
    plant: Plant
    tests: tuple[str, ...]


def with_items(product: Product, *items: Item) -> Product:
    return put(product, policy=replace(product.policy, items=(*product.policy.items, *items)))


def with_source(product: Product, text: str) -> Product:
    return put(product, web={**product.web, "web/src/planted.svelte": text})


def without(product: Product, route: str) -> Product:
    assert route in product.routes, route
    return put(product, routes={one: ok for one, ok in product.routes.items() if one != route})


def edited(product: Product, path: str, old: str, new: str) -> Product:
    assert old in product.web[path], (path, old)
    return put(product, web={**product.web, path: product.web[path].replace(old, new)})


def item(product: Product, **more: Any) -> Item:
    return replace(product.policy.items[0], id="planted.item", **more)


def prose(product: Product, lang: str) -> Screen:
    told = [p.in_lang(lang) for one in product.policy.sections for p in one.paragraphs]
    return Screen("policy", lang, tuple(Passage(text) for text in told), prose=True)


def retold(product: Product, zh: str = "", en: str = "") -> Product:
    first = product.policy.sections[0]
    words = tuple(Both(zh or one.zh, en or one.en) for one in first.paragraphs)
    sections = (replace(first, paragraphs=words),)
    return put(product, policy=replace(product.policy, sections=sections))


def b1(p: Product) -> bool:
    return bool(p.policy.items) and {"who", "what", "rights"} <= {s.id for s in p.policy.sections}


def b2(p: Product) -> bool:
    app = p.web["web/src/app/App.svelte"]
    return -1 < app.find("!hasAgreed()}\n  <FirstRun") < app.find("{:else if session}")


def b3(p: Product) -> bool:
    me, links = "web/src/settings/view/Me.svelte", "web/src/accounts/view/OpenLinks.svelte"
    lists, privacy = '["lists", "lists.title"', "web/src/settings/view/Privacy.svelte"
    return lists in p.web[me] and '"policy"' in p.web[links] and "#/policy" in p.web[privacy]


def b6(p: Product) -> bool:
    first = p.policy.items[0]
    other = replace(first, purpose=Both("别的", "another"))
    changed_text = replace(p.policy, items=(other, *p.policy.items[1:]))
    return p.version(changed_text) != p.version(p.policy)


def asked_for(p: Product) -> set[str]:
    calls = {
        "location": r"navigator\.geolocation",
        "contacts": r"navigator\.contacts",
        "notifications": r"Notification\.requestPermission",
        "camera": r"getUserMedia\(\{[^}]*video",
    }
    texts = "\n".join(p.web.values())
    return {ask for ask, pattern in calls.items() if re.search(pattern, texts)}


def b9(p: Product) -> bool:
    text = p.web["web/src/http/permission.ts"]
    places = set(re.findall(r'"(/[^"]*)"', text))
    return places == {
        "/api/v1/policy", "/.well-known/registration-status.json", "/api/v1/public/",
        "/api/v1/requests", "/api/v1/upgrades/status", "/api/v1/rulings",
        "/api/v1/annual-reports",
    }  # fmt: skip


def b12(p: Product) -> bool:
    words = "\n".join(text for path, text in p.web.items() if path.endswith(".json"))
    shown = "\n".join(text for path, text in p.web.items() if path.endswith(".svelte"))
    ticked = re.search(r'type="checkbox"[^>]*\schecked(?:\s|/|>|=\{true\})', shown)
    texts = re.findall(r'":\s"((?:[^"\\]|\\.)*)"', words) + re.findall(r">([^<{]+)<", shown)
    found = [one for text in texts for one in lint(Screen("", passages=(Passage(text),)))]
    return ticked is None and found == []


def b13(p: Product) -> bool:
    touched = (
        r"(?:delete\s+from|update|truncate)\s+(?:consent_asks|consent_receipts|vault_subjects)"
    )
    kept = "create table consent_asks" in p.migrations
    return kept and not re.search(touched, p.migrations, re.IGNORECASE)


def worded(p: Product, pattern: re.Pattern[str]) -> list[str]:
    return [
        one.id for one in p.policy.items if pattern.search(one.purpose.en + " " + one.purpose.zh)
    ]


def b19(p: Product) -> bool:
    allowed, _ = decide(p.policy.items, (), "personal")
    necessary = {one.id for one in p.policy.items if one.necessary}
    forced = [one for one in p.policy.items if one.necessary and one.basis == "consent"]
    return set(allowed) <= necessary and not forced


def b20(p: Product) -> bool:
    items = p.policy.items[:2]
    allowed, _ = p.changed(items, {items[0].ground}, (), (), (items[1].id,))
    return allowed == (items[0].id,)


def b24(p: Product) -> bool:
    return not any(re.search(r'(?:src|href)="https?://', text) for text in p.web.values())


def b26(p: Product) -> bool:
    optional = {one.id for one in p.policy.items if not one.necessary}
    others = [one for one in p.recipients if one.role == "controller"]
    return all(set(one.purposes) & optional for one in others)


def b27(p: Product) -> bool:
    needed = {
        "POST /api/v1/account/deactivate",
        "POST /api/v1/account/exports",
        "POST /api/v1/account/consents",
    }
    return needed <= set(p.routes)


def b31(p: Product) -> bool:
    ways = {"POST /api/v1/requests", "GET /api/v1/requests/figures"} <= set(p.routes)
    return ways and p.working_days <= 15 and p.policy.operator_contact not in ("", "—")


def b15(p: Product) -> bool:
    return bool(
        re.search(r"^\| \d{4}-\d\d-\d\d \| [^|]+ \| [^|]+ \| [^|]+ \|$", p.review, re.MULTILINE)
    )


def unheld(p: Product) -> set[str]:
    return set(p.declared) - set(p.fields)


FIRST_RUN, DECLINES = "tests/browser/test_first_run.py", "tests/browser/test_privacy.py"
TOUR = "tests/browser/test_tour.py"
CONSENT, CHANGES = "tests/consent/test_consent.py", "tests/consent/test_changes.py"
LINTING, PURPOSES = "tests/consent/test_linting.py", "tests/house/test_purposes.py"
REQUESTS, EXPORTS = "tests/rights/test_requests.py", "tests/rights/test_exports.py"
FLOW, STEPS = "tests/flows/test_consent.py", "tests/consent/test_stepups.py"
ERASURES, LIMITS = "tests/rights/test_erasures.py", "tests/house/test_limits.py"
EGRESS = "tests/infra/egress"

BEHAVIOURS = (
    Behaviour(1, "no policy, or none with rules", "it is generated, with its chapters and items", b1,
              lambda p: put(p, policy=replace(p.policy, items=())), (PURPOSES, CONSENT)),
    Behaviour(2, "the first run does not ask to read it", "nothing comes before the first run", b2,
              lambda p: edited(p, "web/src/app/App.svelte", "!hasAgreed()}\n  <FirstRun", "x}\n  <FirstRun"), (FIRST_RUN,)),
    Behaviour(3, "hard to reach: more than four taps", "one tap from open pages, two to the lists", b3,
              lambda p: edited(p, "web/src/settings/view/Me.svelte", '["lists", "lists.title"', '["x"'), (FIRST_RUN,)),
    Behaviour(4, "hard to read, or not in Chinese", "linted as prose, in Chinese",
              lambda p: lint(prose(p, "zh")) == [],
              lambda p: retold(p, zh="English only."), (LINTING,)),
    Behaviour(5, "what is collected, and by whom, is not listed one by one",
              "every declared field and every host that is sent to is in a list",
              lambda p: not unheld(p) and unnamed(p.hosts, p.recipients) == [],
              lambda p: put(p, recipients=()), (PURPOSES, CONSENT)),
    Behaviour(6, "a change is not told", "another purpose makes another version, told a week ahead", b6,
              lambda p: put(p, version=lambda _: "same"), (CHANGES,)),
    Behaviour(7, "a permission is asked for without saying why", "the camera and notifications, when the person presses for it, with words beside",
              lambda p: asked_for(p) <= {"camera", "notifications"},
              lambda p: with_source(p, "navigator.geolocation.getCurrentPosition(f)"), (STEPS,)),
    Behaviour(8, "obscure or long-winded words", "reading grade of the policy",
              lambda p: lint(prose(p, "en")) == [],
              lambda p: retold(p, en="incomprehensible organisational considerations " * 20), (LINTING,)),
    Behaviour(9, "collecting before consent", "only public pages are asked for before", b9,
              lambda p: edited(p, "web/src/http/permission.ts", '"/api/v1/public/"', '"/api/v1/account/"'), (FIRST_RUN, CONSENT)),
    Behaviour(10, "asking again and again after a no", "48 hours at least, doubled each time",
              lambda p: p.wait_first >= timedelta(hours=48),
              lambda p: put(p, wait_first=timedelta(hours=1)), (STEPS,)),
    Behaviour(11, "collecting more than agreed", "no field outside the register; the vault refuses the rest",
              lambda p: not unheld(p),
              lambda p: put(p, declared=p.declared | {"x.y"}), (PURPOSES, CONSENT)),
    Behaviour(12, "ticked beforehand, or implied", "our words and boxes, linted", b12,
              lambda p: with_source(p, "<p>By registering, you agree to our T&C and Privacy Policy.</p>"), (LINTING, TOUR)),
    Behaviour(13, "an update resets what people chose", "answers are the server's; no migration touches them", b13,
              lambda p: put(p, migrations=p.migrations + "delete from consent_asks;"), (STEPS,)),
    Behaviour(14, "targeted push without another choice", "nothing is targeted: no such purpose",
              lambda p: worded(p, AIMED) == [],
              lambda p: with_items(p, item(p, purpose=Both("定向推送", "Targeted push"))), (PURPOSES,)),
    Behaviour(15, "deceit about the true purpose", "a human reads; when, and what they found, is written down", b15,
              lambda p: put(p, review="# Human review\n"), ("docs/review.md",)),
    Behaviour(16, "no way to withdraw", "the same call and the same box, heard by every worker",
              lambda p: {"accept", "withdraw"} <= set(p.answer_fields),
              lambda p: put(p, answer_fields=("accept",)), (FLOW, DECLINES, CONSENT)),
    Behaviour(17, "breaking one's own rules", "“what is not in the table is not collected” is checked",
              lambda p: not unheld(p),
              lambda p: put(p, fields=p.fields - {"accounts_identifiers.phone"}), (PURPOSES,)),
    Behaviour(18, "data that no function needs", "each item names its function",
              lambda p: all(one.function.en and one.function.zh for one in p.policy.items),
              lambda p: with_items(p, item(p, function=Both("", ""))), (PURPOSES,)),
    Behaviour(19, "no service without what it does not need", "silence allows the necessary only", b19,
              lambda p: with_items(p, item(p, basis="consent", necessary=True)), (CONSENT, DECLINES)),
    Behaviour(20, "old functions withheld for a new refusal", "a no takes nothing away", b20,
              lambda p: put(p, changed=lambda *_: ((), ())), (CHANGES,)),
    Behaviour(21, "collecting more often than needed", "every open way in has a limit",
              lambda p: all(p.routes.values()),
              lambda p: put(p, routes={**p.routes, "POST /x": False}), (LIMITS,)),
    Behaviour(22, "consent for “improving the service”", "no purpose says only that",
              lambda p: worded(p, VAGUE) == [],
              lambda p: with_items(p, item(p, purpose=Both("改善服务", "To improve our service"))), (PURPOSES,)),
    Behaviour(23, "several permissions at one go", "no call asks for two",
              lambda p: not any(re.search(r"getUserMedia\(\{[^}]*(?:audio[^}]*video|video[^}]*audio)", t) for t in p.web.values()),
              lambda p: with_source(p, "getUserMedia({ audio: true, video: true })"), (STEPS,)),
    Behaviour(24, "the client sends data to others", "nothing is loaded from elsewhere", b24,
              lambda p: with_source(p, '<script src="https://cdn.example/x.js">'), (FIRST_RUN, TOUR)),
    Behaviour(25, "the server sends data to others", "each host that may be sent to is a recipient on the list",
              lambda p: unnamed(p.hosts, p.recipients) == [],
              lambda p: put(p, hosts=(*p.hosts, "tracker.example")), (EGRESS,)),
    Behaviour(26, "third-party applications given data without consent",
              "there are none; another controller would need a purpose that is optional", b26,
              lambda p: put(p, recipients=(replace(p.recipients[0], role="controller"),)), (CONSENT,)),
    Behaviour(27, "no correction, deletion or cancellation", "the calls are there", b27,
              lambda p: without(p, "POST /api/v1/account/deactivate"), (ERASURES, EXPORTS)),
    Behaviour(28, "unreasonable conditions for it", "nothing is demanded but a proof",
              lambda p: p.deactivate_fields == (),
              lambda p: put(p, deactivate_fields=("reason",)), (ERASURES,)),
    Behaviour(29, "not answering in time", "fifteen working days, by the calendar",
              lambda p: p.working_days <= 15,
              lambda p: put(p, working_days=16), (REQUESTS,)),
    Behaviour(30, "shown as done, and not done", "what is gone is looked for in the back end",
              lambda p: "GET /api/v1/operator/erasures" in p.routes,
              lambda p: without(p, "GET /api/v1/operator/erasures"), (ERASURES,)),
    Behaviour(31, "no complaint channel, or none that answers", "open to everybody; figures are public", b31,
              lambda p: without(p, "POST /api/v1/requests"), (REQUESTS,)),
)  # fmt: skip


def page() -> str:
    """Return ``docs/behaviours.md``."""
    head = (
        "# The thirty-one behaviours\n\n"
        "Made by `make gen` from `tests/behaviours/register.py`: do not edit. Each row is a check that\n"
        "runs against this product, and fails when its fault is planted (`tests/behaviours`). The\n"
        "paraphrases are ours. B15 no check can see: [the human review](review.md) says where it stands.\n"
        "B7, B13, B14, B22 and B28 are weak: they read our own sources and words for known forms of a\n"
        "fault, and would not see another. Behind each of the rest stands a test that runs the product.\n\n"
        "| | behaviour | how it is checked | tests behind it |\n|---|---|---|---|\n"
    )
    rows = "".join(
        f"| B{one.number} | {one.what} | {one.how} | {', '.join(f'`{test}`' for test in one.tests)} |\n"
        for one in BEHAVIOURS
    )
    return head + rows
