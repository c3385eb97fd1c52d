"""A copy of one's own data: whole, for oneself only, with a fresh proof, gone after a week."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import asyncpg

from teahouse.app import FIELDS
from teahouse.clock import FixedClock
from teahouse.rights.model.exports import MAKING_MAX
from teahouse.rights.model.holdings import uncovered
from teahouse.rights.service.holdings import NOT_EXPORTED
from tests.living import Living, Person

EXPORTS, PASSWORD = "/api/v1/account/exports", {"password": "correct horse"}


async def step_up(person: Person) -> None:
    await person.did("POST", "/api/v1/account/step-up", PASSWORD)


async def policy(home: Living) -> str:
    return (await home.client.get("/api/v1/policy")).json()["version"]


async def talker(home: Living) -> Person:
    """Somebody who leaves a trace everywhere."""
    ann, bob = await home.person("ann"), await home.person("bob")
    room_id = await ann.room(bob, name="The Club")
    for n in range(3):
        said = await ann.say(room_id, f"hello {n}")
    await bob.say(room_id, "not hers")
    await ann.did("POST", f"/rooms/{room_id}/receipt/m.read/{said}", {})
    await ann.did("PUT", f"/profile/{ann.user_id}/displayname", {"displayname": "Ann"})
    await ann.did("PUT", f"/user/{ann.user_id}/account_data/x.y", {"theme": "dark"})
    await ann.did("POST", f"/user/{ann.user_id}/filter", {"room": {"timeline": {"limit": 5}}})
    rule = {"actions": ["notify"], "pattern": "tea"}
    await ann.did("PUT", "/pushrules/global/content/tea", rule)
    await home.client.post(
        "/_matrix/media/v3/upload?filename=leaf.txt",
        content=b"green",
        headers={"authorization": f"Bearer {ann.token}", "content-type": "text/plain"},
    )
    return ann


async def download(person: Person, export_id: str) -> zipfile.ZipFile:
    answer = await person.ask("GET", f"{EXPORTS}/{export_id}/file")
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_the_copy_is_whole_and_ones_own(
    home: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    ann = await talker(home)
    version = await policy(home)
    body = {"policy_version": version, "lang": "zh"}
    assert (await ann.ask("POST", EXPORTS, body)).json()["code"] == "vault.step_up"
    await step_up(ann)
    asked = await ann.ask("POST", EXPORTS, body)
    assert asked.status_code == 202
    assert (await ann.ask("POST", EXPORTS, body)).json()["code"] == "rights.export_soon"
    await home.run_jobs()
    (told,) = (await ann.did("GET", EXPORTS))["exports"]
    assert told["state"] == "ready"
    found = await download(ann, told["export_id"])
    assert found.testzip() is None
    data = {
        name.removeprefix("data/").removesuffix(".json"): json.loads(found.read(name))
        for name in found.namelist()
        if name.startswith("data/")
    }
    check_whole(ann, data, found)
    held = {one["id"]: one for one in (await ann.did("GET", "/api/v1/account/held"))["held"]}
    for kind, rows in data.items():
        assert held[kind]["count"] == len(rows) or kind == "consents", kind
    assert held["messages"]["last_at"] is not None
    for lang, words in (("zh", "您的个人信息副本"), ("en", "A copy of your personal")):
        page = found.read(f"index.{lang}.html").decode()
        assert words in page
        assert version in page
    await only_hers_and_not_for_long(home, ann, told["export_id"], clock, wiper)


def check_whole(ann: Person, data: dict[str, Any], found: zipfile.ZipFile) -> None:
    texts = [row["content"].get("body") for row in data["messages"]]
    assert [text for text in texts if text] == ["hello 0", "hello 1", "hello 2"]
    assert data["profile"][0]["displayname"] == "Ann"
    assert data["devices"][0]["device_id"] == ann.device_id
    assert data["rooms"][0]["name"] == "The Club"
    assert len(data["read_receipts"]) == 1
    assert {row.get("type") for row in data["settings"]} >= {"x.y"}
    assert any("filter" in row for row in data["settings"])
    assert any(row["rule_id"] == "tea" for row in data["notification_rules"])
    assert data["consents"][0]["screen"]
    (file,) = data["files"]
    assert (file["name"], found.read(file["file"])) == ("leaf.txt", b"green")


async def only_hers_and_not_for_long(
    home: Living, ann: Person, export_id: str, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    bob = await home.person("bobby")
    await step_up(bob)
    assert (await bob.ask("GET", f"{EXPORTS}/{export_id}/file")).status_code == 404
    blob = await wiper.fetchval("select blob from rights_exports")
    reading = await home.house.talk.media.blobs.read(blob)
    kept = await reading.whole()
    assert b"PK" not in kept[:4]
    assert b"data/messages" not in kept, "what lies there is sealed"
    clock.move(timedelta(minutes=11))
    answer = await ann.ask("GET", f"{EXPORTS}/{export_id}/file")
    assert answer.json()["code"] == "vault.step_up", "the proof has gone stale"
    clock.move(timedelta(days=7))
    await step_up(ann)
    assert (await ann.ask("GET", f"{EXPORTS}/{export_id}/file")).status_code == 404
    await home.run_jobs()
    await home.run_jobs()
    assert await wiper.fetchval("select count(*) from rights_exports") == 0
    assert not await home.house.talk.media.blobs.exists(blob)


async def test_a_copy_that_cannot_be_made_is_told(home: Living, clock: FixedClock) -> None:
    """Whoever waits for what was given up waits for ever, and does not ask anew."""
    ann = await home.person("ann")
    await step_up(ann)
    body = {"policy_version": await policy(home), "lang": "en"}
    assert (await ann.ask("POST", EXPORTS, body)).status_code == 202
    clock.move(MAKING_MAX)
    await home.run_jobs()  # by the clock first, as if its job had been given up
    (told,) = (await ann.did("GET", EXPORTS))["exports"]
    assert told["state"] == "failed"
    await step_up(ann)
    assert (await ann.ask("POST", EXPORTS, body)).status_code == 202
    await home.run_jobs()
    found = (await ann.did("GET", EXPORTS))["exports"]
    assert [one["state"] for one in found] == ["ready", "failed"]


def test_every_field_of_the_register_is_in_the_copy(home: Living) -> None:
    names = [field.name for field in FIELDS]
    holdings = home.house.rights.exporting.holdings()
    missing = uncovered(names, holdings, NOT_EXPORTED)
    assert missing == [], "give each a Holding in rights, or say in NOT_EXPORTED why not"
    assert uncovered([*names, "x.y"], holdings, NOT_EXPORTED) == ["x.y"]
    covered = {name for holding in holdings for name in holding.fields}
    excused = {name for name in NOT_EXPORTED if not name.endswith("*")}
    assert covered | excused <= set(names), "these are gone from the register"
    assert not covered & set(NOT_EXPORTED)
