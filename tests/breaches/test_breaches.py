"""A leak: whoever was there is found, contacts want two persons, and everybody is told once."""

import asyncio
import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from typer.testing import CliRunner, Result

from teahouse.breaches import model
from teahouse.breaches import store as breaches_store
from teahouse.breaches.model import AgreedAlready, NeedsSecond, SameReader, TellCase
from teahouse.cli.breach import app
from teahouse.clock import FixedClock
from teahouse.infra.senders.outbox import Outbox
from tests.living import Living, Owner, Person
from tests.rights.conftest import home

__all__ = ["home"]

BASE = "/breaches"
TABLE = "accounts_identifiers"
WAITING = """
select count(*) from pg_stat_activity
where datname = current_database() and wait_event_type = 'Lock'"""
TEXTS = {
    name: {"zh": f"{name}：说明", "en": f"{name} <is> said"}
    for name in ("kinds", "cause", "harm", "measures", "self_help", "contact")
}


def account_of(told: dict[str, Any]) -> set[str]:
    return {one["account_id"] for one in told["affected"]}


async def id_of(home: Living, person: Person) -> str:
    return (await home.house.people.accounts.account(person.user_id)).account_id


def scope(began: datetime, ended: datetime, **more: Any) -> dict[str, Any]:
    return {"began_at": began.isoformat(), "ended_at": ended.isoformat()} | more


async def opened(home: Living, owner: Owner, of: dict[str, Any], profile: str = "intl") -> Any:
    body = {"title": "A lost dump", "profile": profile, "scope": of}
    made = await owner.did("POST", BASE, body)
    for _ in range(3):
        await home.run_jobs()
    return await owner.did("GET", f"{BASE}/{made['case_id']}")


async def leave(person: Person) -> None:
    auth = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": person.user_id},
        "password": "correct horse",
    }
    await person.did("POST", "/account/deactivate", {"auth": auth, "erase": True})


async def test_whoever_was_there_is_affected_and_nobody_else(
    home: Living, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "PAGES_A_JOB", 1)
    monkeypatch.setattr("teahouse.breaches.service.PAGE_ROWS", 2)
    owner = await home.owner()
    begun = clock.now()
    early = [await home.joined(f"early{nth}", f"+44791112340{nth}") for nth in range(5)]
    gone = await home.joined("gone", "+447911123450")
    stays = {await id_of(home, one) for one in early}
    clock.move(timedelta(hours=1))
    leaked = clock.now()
    await leave(gone)
    clock.move(timedelta(hours=1))
    late = await home.joined("late", "+447911123461")
    case = await opened(home, owner, scope(begun, leaked, tables=[TABLE]))
    assert (case["state"], case["accounts"], case["rows"]) == ("counted", 5, 5)
    assert case["erased"] == 1  # there is nothing left of them, and they are counted
    at = f"{BASE}/{case['case_id']}"
    first = await owner.did("GET", f"{at}/affected?limit=3")
    rest = await owner.did("GET", f"{at}/affected?limit=3&after={first['next_after']}")
    assert account_of(first) | account_of(rest) == stays
    assert (len(first["affected"]), rest["next_after"]) == (3, None)
    assert first["affected"][0]["tables"] == [TABLE]
    everybody = await opened(home, owner, scope(begun, clock.now()))
    assert everybody["accounts"] >= 6
    assert len(everybody["scope"]["tables"]) > 5
    before = await opened(home, owner, scope(begun - timedelta(9), begun - timedelta(8)))
    assert (before["accounts"], before["erased"]) == (0, 0)
    await leave(late)
    at = f"{BASE}/{everybody['case_id']}"
    now = await owner.did("GET", at)  # who leaves afterwards is on no list, and still counts
    assert (now["accounts"], now["erased"]) == (
        everybody["accounts"] - 1,
        everybody["erased"] + 1,
    )
    (listed,) = [
        one for one in (await owner.did("GET", BASE))["cases"] if one["case_id"] == now["case_id"]
    ]
    assert (listed["accounts"], listed["erased"]) == (now["accounts"], now["erased"])
    assert len((await owner.did("GET", f"{at}/affected"))["affected"]) == now["accounts"]


async def test_whoever_leaves_while_all_are_counted_counts_once(
    home: Living, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.breaches.service.PAGE_ROWS", 1)
    owner, begun = await home.owner(), clock.now()
    people = [await home.joined(f"p{nth}", f"+44791112340{nth}") for nth in range(4)]
    clock.move(timedelta(hours=1))
    of = scope(begun, clock.now(), tables=[TABLE])
    made = await owner.did("POST", BASE, {"title": "x", "profile": "eu", "scope": of})
    breaches, case_id = home.house.rights.breaches, made["case_id"]
    assert not await breaches.count_some(case_id, 2)  # two of them are on the list by now
    for person in (people[0], people[-1]):
        await leave(person)
    while not await breaches.count_some(case_id, 1):
        pass
    case, accounts = await breaches.case(case_id)
    assert (accounts, case.erased_count) == (2, 2)


async def test_nobody_knows_or_loses_what_is_still_to_come(home: Living, clock: FixedClock) -> None:
    owner, now = await home.owner(), clock.now()
    case = await opened(home, owner, scope(now - timedelta(1), now + timedelta(1)))
    assert datetime.fromisoformat(case["scope"]["ended_at"]) == now
    soon, naive = (now + timedelta(hours=1)).isoformat(), now.replace(tzinfo=None).isoformat()
    body = {"title": "x", "profile": "eu", "scope": scope(now - timedelta(1), now)}
    late = await owner.ask("POST", BASE, body | {"known_at": soon})
    assert late.json()["code"] == "breaches.bad_scope"
    assert (await owner.ask("POST", BASE, body | {"known_at": naive})).status_code == 400
    body["scope"]["ended_at"] = naive
    assert (await owner.ask("POST", BASE, body)).status_code == 400


async def test_a_key_narrows_the_time_to_its_life(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner, begun = await home.owner(), clock.now()
    one = await home.joined("one", "+447911123401")
    two = await home.joined("two", "+447911123402")
    everybody = scope(begun, clock.now(), tables=[TABLE])
    both = await opened(home, owner, everybody | {"purpose": "kek", "version": 1})
    assert both["accounts"] == 2
    whose = await id_of(home, two)
    dek_id = await wiper.fetchval(
        "select dek_id from vault_deks where subject_id = $1 and class = 'ordinary'", whose
    )
    of_two = await opened(home, owner, everybody | {"dek_id": dek_id})
    assert account_of(await owner.did("GET", f"{BASE}/{of_two['case_id']}/affected")) == {whose}
    assert whose != await id_of(home, one)
    # A key that was destroyed before anybody came cannot have cost them anything.
    await wiper.execute(
        """insert into vault_keys (purpose, key_id, version, state, check_value, created_at,
            changed_at) values ('index', 'old', 99, 'destroyed', '', $1, $1)""",
        begun - timedelta(days=1),
    )
    none = await opened(home, owner, everybody | {"purpose": "index", "version": 99})
    assert none["accounts"] == 0
    for bad in ({"purpose": "kek", "version": 77}, {"dek_id": "x"}, {"tables": ["rooms_rooms"]}):
        body = {"title": "x", "profile": "eu", "scope": everybody | bad}
        refused = await owner.ask("POST", BASE, body)
        assert (refused.status_code, refused.json()["code"]) == (422, "breaches.bad_scope")


async def test_everybody_is_told_once_and_only_what_is_whole(
    home: Living, clock: FixedClock
) -> None:
    owner, begun = await home.owner(), clock.now()
    ann = await home.joined("ann", "+447911123401")
    await home.person("bare")  # nothing of hers is in that table
    clock.move(timedelta(minutes=1))
    case = await opened(home, owner, scope(begun, clock.now(), tables=[TABLE]), "eu")
    at, public = f"{BASE}/{case['case_id']}", f"/data-breaches/{case['case_id']}"
    assert (await home.client.get(public)).status_code == 404
    for act in ("tell", "authority-told"):
        refused = await owner.ask("POST", f"{at}/{act}", {})
        assert refused.json()["code"] == "breaches.text_lacking"
    assert "kinds" in (await owner.did("GET", f"{at}/notice?whom=people"))["lacking"]
    await owner.did("PUT", f"{at}/told", TEXTS)
    told = await owner.did("GET", f"{at}/notice?whom=authority")
    assert (told["lacking"], "about 1 " in json.dumps(told)) == ([], True)
    assert (await owner.ask("POST", f"{at}/close", {})).json()["code"] == "breaches.not_dealt_with"
    await owner.did("POST", f"{at}/tell", {})
    await owner.did("POST", f"{at}/tell", {})
    for _ in range(4):
        await home.run_jobs()
    sms = home.house.people.accounts.codes.senders.sms
    assert isinstance(sms, Outbox)
    assert sms.links("+447911123401") == [f"{home.house.config.base_url}{public}"]
    notices = (await ann.did("GET", "/api/v1/account/security"))["notices"]
    assert [one["what"] for one in notices].count("data_breach") == 1
    page = await home.client.get(public, params={"lang": "en"})
    assert (page.status_code, "cause &lt;is&gt; said" in page.text) == (200, True)
    assert (await owner.did("GET", at))["state"] == "told"
    await owner.did("POST", f"{at}/authority-told", {})
    assert (await owner.did("POST", f"{at}/close", {}))["state"] == "closed"
    closed = await owner.ask("PUT", f"{at}/told", TEXTS)
    assert closed.json()["code"] == "breaches.case_closed"
    assert len((await owner.did("GET", f"{at}/affected"))["affected"]) == 1  # it is kept to be read


async def test_l_m34_of_a_minor_the_guardian_is_told_too(home: Living, clock: FixedClock) -> None:
    owner, begun = await home.owner(), clock.now()
    ann = await home.joined("ann", "+447911123401")
    kid = await home.joined("kid", "+447911123402")
    bare = await home.person("bare")
    for child in (kid, bare):
        await child.did("POST", "/api/v1/minors/me/guardians", {"user_id": ann.user_id})
    proof = {"password": "correct horse", "birth_month": f"{begun.year - 10}-03"}
    await ann.did("POST", f"/api/v1/guardian/wards/{kid.user_id}/agree", proof)
    clock.move(timedelta(minutes=1))
    case = await opened(home, owner, scope(begun, clock.now(), tables=[TABLE]), "eu")
    at, public = f"{BASE}/{case['case_id']}", f"/data-breaches/{case['case_id']}"
    await owner.did("PUT", f"{at}/told", TEXTS)
    await owner.did("POST", f"{at}/tell", {})
    for _ in range(4):
        await home.run_jobs()
    link = f"{home.house.config.base_url}{public}"
    sms = home.house.people.accounts.codes.senders.sms
    assert isinstance(sms, Outbox)
    assert sms.links("+447911123402") == [link]
    assert sms.links("+447911123401") == [link, link], "for herself, and for her ward"
    for one, told in ((kid, ["data_breach"]), (ann, ["data_breach", "ward_breach"])):
        notices = (await one.did("GET", "/api/v1/account/security"))["notices"]
        assert sorted(n["what"] for n in notices if n["what"].endswith("_breach")) == told


async def test_a_notice_stays_as_it_went_out(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner, begun = await home.owner(), clock.now()
    await home.joined("ann", "+447911123401")
    clock.move(timedelta(minutes=1))
    case = await opened(home, owner, scope(begun, clock.now(), tables=[TABLE]), "eu")
    at, public = f"{BASE}/{case['case_id']}", f"/data-breaches/{case['case_id']}?lang=en"
    await owner.did("POST", f"{at}/spare", {"why": "The key was never out of the safe."})
    await owner.did("PUT", f"{at}/told", TEXTS)
    first = await owner.did("POST", f"{at}/authority-told", {})
    told = await owner.did("POST", f"{at}/tell", {})
    assert told["spared_why"] == ""  # they are told after all
    spared = await owner.ask("POST", f"{at}/spare", {"why": "It was never out of the safe."})
    assert spared.json()["code"] == "breaches.already_told"
    await owner.did("PUT", f"{at}/told", TEXTS | {"cause": {"zh": "另一原因", "en": "another"}})
    assert "another" not in (await home.client.get(public)).text
    clock.move(timedelta(minutes=5))
    for _ in range(2):
        await owner.did("POST", f"{at}/tell", {})
    page = (await home.client.get(public)).text
    assert page.index("another") < page.index("cause &lt;is&gt; said")
    assert page.count("What it said before") == 1
    again = await owner.did("POST", f"{at}/authority-told", {})
    assert again["authority_told_at"] == first["authority_told_at"]  # the first counts
    sent = (await owner.did("GET", f"{at}/notices"))["notices"]
    assert [one["whom"] for one in sent] == ["authority", "people", "people", "authority"]
    assert ["another" in json.dumps(one) for one in sent] == [True, True, False, False]
    # Published before notices were kept: what people read then is kept before it is changed.
    await wiper.execute("delete from breaches_notices")
    await owner.did("PUT", f"{at}/told", TEXTS)
    assert "another" in (await home.client.get(public)).text


async def test_contacts_are_read_by_two_persons_for_an_hour(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner, begun = await home.owner(), clock.now()
    await home.joined("ann", "+447911123401")
    case = await opened(home, owner, scope(begun, clock.now(), tables=[TABLE]))
    case_id, at = case["case_id"], f"{BASE}/{case['case_id']}/contacts"
    breaches = home.house.rights.breaches
    with pytest.raises(NeedsSecond):
        await breaches.agree_contacts("bob", case_id)  # nobody has asked
    await breaches.ask_contacts("ada's", case_id)
    with pytest.raises(SameReader):
        await breaches.agree_contacts("ada's", case_id)
    clock.move(timedelta(minutes=10))
    assert (await owner.ask("GET", at)).json()["code"] == "breaches.needs_second"
    await owner.did("POST", f"{at}/ask", {})  # asked anew, by another
    alone = await owner.ask("POST", f"{at}/agree", {})
    assert alone.json()["code"] == "breaches.same_reader"
    until = await breaches.agree_contacts("bob", case_id)
    assert until == clock.now() + timedelta(hours=1)
    for more in ("bob", "carl"):  # one asking is agreed to once: else the hour were a day
        with pytest.raises(AgreedAlready):
            await breaches.agree_contacts(more, case_id)
    (ann,) = (await owner.did("GET", at))["people"]
    assert (ann["user_id"], ann["contacts"]) == ("@ann:s", ["+447911123401"])
    with pytest.raises(NeedsSecond):
        await breaches.contacts("carl", case_id)
    assert await breaches.contacts("bob", case_id)
    clock.move(timedelta(hours=1))
    with pytest.raises(NeedsSecond):
        await breaches.contacts("bob", case_id)
    await breaches.ask_contacts("bob", case_id)
    clock.move(timedelta(hours=24))
    with pytest.raises(NeedsSecond):
        await breaches.agree_contacts("carl", case_id)  # it was too long ago
    acts = await wiper.fetch("select act from audit_entries where act like 'breaches.contacts%'")
    assert [row["act"] for row in acts].count("breaches.contacts_read") == 2


async def test_the_command(
    home: Living, clock: FixedClock, dsn: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAHOUSE_DATABASE_URL", dsn)
    monkeypatch.setenv("TEAHOUSE_DATA_DIR", home.house.config.data_dir)
    monkeypatch.setenv("TEAHOUSE_SERVER_NAME", "s")
    monkeypatch.chdir(tmp_path)
    ann = await home.joined("ann", "+447911123401")

    async def run(*words: str) -> Result:
        return await asyncio.to_thread(CliRunner().invoke, app, list(words))

    since = f"{clock.now() - timedelta(days=1):%Y-%m-%dT%H:%M}"
    made = await run("open", "--title", "A dump", "--from", since, "--table", TABLE)
    assert made.exit_code == 0, made.output
    words = made.stdout.split("\t")
    case_id = words[0].split()[-1]
    assert words[1:4] == ["counted", "A dump", "1"]
    assert (await run("list", case_id)).stdout.split() == [await id_of(home, ann), TABLE]
    assert (await run("notice", case_id)).exit_code == 1
    file = tmp_path / "texts.json"
    empty = json.loads((await run("template")).stdout)
    file.write_text(json.dumps(empty | TEXTS))
    assert (await run("write", case_id, str(file))).exit_code == 0
    assert "cause <is> said" in (await run("notice", case_id)).stdout
    assert (await run("contacts-ask", case_id)).exit_code == 0
    assert (await run("contacts-agree", case_id)).exit_code == 1
    assert (
        await run("spare", case_id, "--why", "The key was never out of the safe.")
    ).exit_code == 0
    assert (await run("authority-told", case_id)).exit_code == 0
    assert (await run("close", case_id)).exit_code == 0
    assert "closed" in (await run("status")).stdout


async def test_whoever_ends_their_account_while_all_are_told_is_in_nobodys_way(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    """Both want the account and the line of the list: they take them in one order."""
    owner, begun = await home.owner(), clock.now()
    ann = await home.joined("ann", "+447911123401")
    clock.move(timedelta(hours=1))
    case = await opened(home, owner, scope(begun, clock.now(), tables=[TABLE]))
    house, ann_id = home.house, await id_of(home, ann)
    breaches = house.rights.breaches

    async def tell() -> None:
        async with house.db.transaction() as tx:
            await breaches.tell_some(tx, TellCase(case["case_id"]))

    async with house.db.transaction() as tx:
        await house.people.accounts.hold(tx, ann_id)
        telling = asyncio.create_task(tell())
        async with asyncio.timeout(60):
            while not await wiper.fetchval(WAITING):
                assert not telling.done(), "it cannot tell somebody who is held"
        await breaches_store.forget(tx, ann_id)
    await telling
    assert (await house.rights.breaches.case(case["case_id"]))[1] == 0
