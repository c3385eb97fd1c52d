"""What everybody is told: signed, chained, and the same by file, page and feed."""

import asyncio
import json
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import BadTimes, Draft, State
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.notices.model.chain import signed, verify_history
from tests.gate.house import WELL_KNOWN, House, everything, open_house, suspension

HISTORY = "/api/v1/registration-history"
EXPORT = "/.well-known/registration-history.json"
KEYS = "/.well-known/teahouse-keys.json"
ATOM = "{http://www.w3.org/2005/Atom}"


async def public_key(house: House) -> str:
    _, told = await house.call("GET", KEYS)
    (now,) = [key["public"] for key in told["keys"] if key["until"] is None]
    return now


async def changes(house: House) -> list[str]:
    await house.log.catch_up()
    _, told = await house.call("GET", HISTORY)
    return [entry["change"] for entry in reversed(told["entries"])]


async def test_every_change_is_in_the_history_signed(
    house: House, wiper: asyncpg.Connection
) -> None:
    one = await house.shut(region="cn-mainland")
    house.clock.move(timedelta(minutes=42))
    await house.gate.policies.end("op", one.policy_id, "it is done")
    until = house.clock.now() + timedelta(minutes=5)
    await house.gate.policies.set(
        "op", "x", Draft(state=State.PACED, pace_per_minute=6, effective_until=until)
    )
    house.clock.move(timedelta(minutes=6))
    await house.runner.run_due()
    assert await changes(house) == ["key", "set", "ended", "set", "expired"]
    _, told = await house.call("GET", HISTORY, params={"limit": "2"})
    assert [entry["seq"] for entry in told["entries"]] == [5, 4]
    assert (told["next_before"], told["ledger"]["scopes"][0]["minutes"]) == (4, 42)
    _, rest = await house.call("GET", HISTORY, params={"before": "4"})
    assert [entry["seq"] for entry in rest["entries"]] == [3, 2, 1]
    assert (rest["next_before"], rest["entries"][0]["minutes"]) == (None, 42)
    assert rest["entries"][0]["reason"]["en"] == "it is done"
    _, export = await house.call("GET", EXPORT)
    found = verify_history(export, [await public_key(house)])
    assert (found.why, found.entries) == ("", 5)
    _, proof = await house.call("GET", "/api/v1/operator/notices/verify", token="op-auditor")
    assert proof["intact"]
    # Whoever changes the database is found by our own console too.
    changed = """replace(body, '"minutes":42', '"minutes":41')"""
    await wiper.execute(f"update notices_entries set body = {changed}")
    _, proof = await house.call("GET", "/api/v1/operator/notices/verify", token="op-auditor")
    assert (proof["intact"], proof["first_wrong"]) == (False, 3)


async def test_nothing_is_told_of_what_was_refused(house: House, wiper: asyncpg.Connection) -> None:
    policy = await house.shut()
    await house.gate.policies.end("op", policy.policy_id, "x")
    with pytest.raises(BadTimes):
        await house.gate.policies.end("op", policy.policy_id, "again")
    assert await changes(house) == ["key", "set", "ended"]
    assert len(await everything(wiper, "notices_entries")) == 3


async def test_a_new_key_is_named_by_the_old(house: House) -> None:
    await house.shut()
    old = await public_key(house)
    path = "/api/v1/operator/notices/keys/rotate"
    assert (await house.call("POST", path, token="op-registrar"))[0] == 403
    status, rotated = await house.call("POST", path, token="op-owner")
    assert status == 200, rotated
    new = await public_key(house)
    assert new != old
    await house.shut(region="eu")
    await house.log.catch_up()
    _, export = await house.call("GET", EXPORT)
    assert [entry["change"] for entry in export["entries"]] == ["key", "set", "key", "set"]
    for pinned in (old, new):
        assert verify_history(export, [pinned]).intact
    _, told = await house.call("GET", WELL_KNOWN)
    assert told["key_id"] == rotated["key_id"]
    assert signed("status", told, new)
    assert not signed("status", told, old)


class Facts(HTMLParser):
    """Reads what a page says of each notice."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.notices: list[dict[str, Any]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if "data-notice" in found:
            self.notices.append({"id": found["data-notice"], "state": found["data-state"]})
        if "data-fact" in found:
            self.notices[-1].setdefault(str(found["data-fact"]), []).append(found["data-value"])


def facts_of(notice: dict[str, Any], lang: str) -> dict[str, Any]:
    """Return what a page should say, from the file."""
    scope = notice["scope"]
    facts: dict[str, Any] = {
        "scope": ["|".join((scope["region"], scope["account_class"], scope["door"]))],
        "reason": [notice["reason"][lang]],
        "slip": [notice["slip_reason"][lang]] if notice["slip_reason"] else [],
        "basis": [f"{b['law']} {b['article']} {b['order']}".strip() for b in notice["legal_basis"]],
        "own": [notice["justification"]] if notice["own_decision"] else [],
        "necessity": [notice["technical_necessity"]],
        "since": [notice["since"]],
        "until": [notice["until"]],
        "resume": [notice["expected_resume"] or ""] if not notice["until"] else [],
        "promised": notice["promised_before"],
        "works": [notice["still_works"][lang]],
        "campaign": [notice["related_campaign"]],
        "contact": [notice["contact"]],
        "by": [notice["decided_by"]],
    }
    if notice["resumes_after"]:
        facts["after"] = [f"{notice['resumes_after']}|{notice['resume_pace_per_minute']}"]
    said = {name: found for name, found in facts.items() if found not in ([], [None])}
    return {"id": notice["id"], "state": notice["state"], **said}


async def test_file_and_page_say_the_same(house: House) -> None:
    works = house.gate.policies.works
    async with works.db.transaction() as tx:
        work = await works.open(tx, "script", "The <new> format", "cli:test")
    bound: dict[str, Any] = {"resume_on": work.work_id, "resume_pace_per_minute": 60}
    draft = suspension(region="eu", **bound)
    soon = house.clock.now() + timedelta(minutes=5)
    await house.gate.policies.set("op", "the owner", suspension(door="phone"))
    own = {"own_decision": True, "justification": "We chose so to be safe & sound."}
    words = type(draft.words)(
        reason=draft.words.reason, technical_necessity="a step", expected_resume=soon,
        related_campaign="Clean-up 7", contact="x@example.org", **own,
    )  # fmt: skip
    await house.gate.policies.set("op", "the <owner>", Draft(
        state=State.SUSPENDED, region="eu", words=words, **bound))  # fmt: skip
    house.clock.move(timedelta(minutes=4, seconds=1))
    await house.runner.run_due()
    await house.log.catch_up()
    _, told = await house.call("GET", WELL_KNOWN)
    assert signed("status", told, await public_key(house))
    assert len(told["notices"]) == 2
    assert sum(len(one["promised_before"]) for one in told["notices"]) == 1
    for lang in ("zh", "en"):
        page = await house.client.get(f"/registration-status?lang={lang}")
        assert Facts(page.text).notices == [facts_of(one, lang) for one in told["notices"]]
        assert "The <new> format" not in page.text
        history = await house.client.get(f"/registration-history?lang={lang}")
        assert history.text.count("data-entry=") == 4
        assert "<script" not in history.text + page.text
    changed = {**told, "generated_at": told["generated_at"].replace("7", "8")}
    assert not signed("status", changed, await public_key(house))


async def test_the_feed_is_atom(house: House) -> None:
    await house.shut(door="phone")
    answer = await house.client.get("/registration-status.atom")
    assert answer.headers["content-type"].startswith("application/atom+xml")
    feed = ET.fromstring(answer.text)
    assert feed.tag == f"{ATOM}feed"
    for name in ("id", "title", "updated", "author"):
        assert len(feed.findall(ATOM + name)) == 1
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 2
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert ids[0] == "tag:tea.example,2021-07-27:registration/2"
    for entry in entries:
        for name in ("id", "title", "updated", "published"):
            assert entry.findtext(ATOM + name)
    content = entries[0].findtext(f"{ATOM}content") or ""
    assert "安全技术升级" in content
    assert "A security upgrade" in content
    assert "暂停注册" in (entries[0].findtext(f"{ATOM}title") or "")


async def test_whom_to_ask(database: Database, log: Log, clock: FixedClock, tmp_path: Path) -> None:
    path = "/.well-known/security.txt"
    async with open_house(database, log, clock, tmp_path) as house:
        assert (await house.client.get(path)).status_code == 404
    settings = {"operator_contact": "desk@tea.example", "public_url": "https://tea.example"}
    async with open_house(database, log, clock, tmp_path, **settings) as house:
        text = (await house.client.get(path)).text
    assert "Contact: mailto:desk@tea.example\n" in text
    assert "Expires: 2022-01-23T00:00:00Z\n" in text
    assert "Preferred-Languages: zh, en\n" in text
    assert "Canonical: https://tea.example/.well-known/security.txt\n" in text
    settings |= {
        "security_contact": "https://tea.example/report",
        "security_policy_url": "https://tea.example/policy",
    }
    async with open_house(database, log, clock, tmp_path, **settings) as house:
        text = (await house.client.get(path)).text
    assert "Contact: https://tea.example/report\n" in text
    assert "Policy: https://tea.example/policy\n" in text


async def test_what_was_before_the_history_is_told_first(
    house: House, wiper: asyncpg.Connection
) -> None:
    """As in a house that was upgraded: policies are there, and no history yet."""
    one, two = await house.shut(region="eu"), await house.shut(region="intl")
    house.clock.move(timedelta(minutes=1))
    await house.gate.policies.end("op", one.policy_id, "typed for the audit log only")
    await wiper.execute("delete from notices_entries")
    await wiper.execute("delete from notices_head; delete from notices_keys")
    house.notices.history.known.__init__()  # as a new process
    await house.gate.policies.end("op", two.policy_id, "now")
    assert await changes(house) == ["key", "set", "set", "ended", "ended"]
    _, export = await house.call("GET", EXPORT)
    assert verify_history(export, [await public_key(house)]).intact
    assert "typed for the audit log only" not in json.dumps(export)


async def test_many_ask_at_once_before_anything_was_read(house: House) -> None:
    await house.shut()
    house.notices.history.known.__init__()  # as a new process
    paths = (HISTORY, EXPORT, KEYS, WELL_KNOWN, "/registration-status", "/registration-history")
    answers = await asyncio.gather(*(house.client.get(path) for path in paths))
    assert [answer.status_code for answer in answers] == [200] * len(paths)
    proof = "/api/v1/operator/notices/verify"
    assert (await house.call("GET", proof, token="op-auditor"))[1]["intact"]


async def test_what_was_not_heard_of_yet_is_no_fault(
    house: House, wiper: asyncpg.Connection
) -> None:
    proof = "/api/v1/operator/notices/verify"
    await house.shut(region="eu")
    known = house.notices.history.known
    heard = tuple(await house.notices.history.entries())
    await house.shut(region="intl")
    known.entries, known.current = list(heard), True  # as before the announcement comes
    _, told = await house.call("GET", proof, token="op-auditor")
    assert (told["why"], told["entries"]) == ("", len(heard) + 1)
    await wiper.execute("delete from notices_entries where seq > $1", len(heard))
    _, told = await house.call("GET", proof, token="op-auditor")
    assert not told["intact"]


async def test_another_worker_signs_and_appends_too(
    house: House, dsn: str, clock: FixedClock
) -> None:
    db = await Database.open(dsn)
    log = Log(db)
    try:
        place = Path(house.gate.config.data_dir)
        async with open_house(db, log, clock, place) as other:
            await house.shut(region="eu")
            await other.shut(region="intl")
            await log.catch_up()
            await house.log.catch_up()
            assert await changes(house) == await changes(other) == ["key", "set", "set"]
            await other.notices.history.rotate("op")
            await house.log.catch_up()
            await house.shut(region="cn-mainland")
            _, export = await house.call("GET", EXPORT)
            assert verify_history(export, [await public_key(house)]).intact
            assert len(export["entries"]) == 5
    finally:
        await db.close()
