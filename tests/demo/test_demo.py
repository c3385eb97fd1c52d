"""The town: built through the house's own verbs, looked at, and unmade without a trace elsewhere."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from teahouse.cli.commands import _add_rooms, app
from teahouse.demo.model import script, town
from teahouse.demo.model.pictures import EMBLEMS, SCENES
from teahouse.demo.model.sounds import TUNES
from teahouse.errors import Refused
from teahouse.gate.model.policies import Both as GateBoth
from teahouse.gate.model.policies import Draft, LegalBasis, State, Words
from tests.living import Living, Person, q
from tests.rights.waiting import until
from tests.settings.conftest import owner

DEMO = "/api/v1/operator/demo"
# What a house remembers of what happened: it grows, and nobody takes anything out of it.
WRAPPED = ("vault_wraps", "vault_keys")  # how often a key has wrapped, added up now and then
HISTORY = {
    "accounts_accounts", "audit_entries", "audit_head", "consent_receipts", "gate_attempts",
    "gate_epoch", "gate_invites", "gate_policies", "jobs_queue", "jobs_schedules", "log_cursors",
    "log_entries", "log_shards", "rooms_rooms", "rooms_state", "rooms_members",
    "timeline_events", "timeline_transactions", "vault_deks", "vault_subjects", "directory_open",
    "consent_policies", "officials_accounts", "operators_sessions", "receipts_receipts", "gate_notices",
    "backups_erasures", "encryption_changes", "storage_days", "search_rooms", "search_messages",
    "retention_rooms", "retention_walk", "collection_uses", "collection_list", "collection_filling",
    "assessments_owed", "assessments_seen",
    *WRAPPED,
}  # fmt: skip


KEPT = ("notices_", "rights_", "works_")  # signed changes, proofs of erasure
FORGETTING = [  # who acts on an account that is gone
    "accountdata.forgetting", "media.forgetting", "push.forgetting", "receipts.forgetting",
    "rights.erasures", "timeline.following",
]  # fmt: skip


async def rows(wiper: asyncpg.Connection, table: str) -> set[str]:
    return {str(tuple(row)) for row in await wiper.fetch(f'select * from "{table}"')}


async def whole(wiper: asyncpg.Connection) -> dict[str, set[str]]:
    tables = await wiper.fetch("select tablename from pg_tables where schemaname = 'public'")
    return {table: await rows(wiper, table) for (table,) in tables}


async def settled(house: Living) -> None:
    """Let the followers act on what was announced, and do what is due."""
    for task in list(house.house.log._nudges.values()):
        for nudge in task:
            nudge.set()
    head = house.house.log.applied

    async def at_rest() -> bool:
        nonlocal head
        await house.run_jobs()
        async with house.house.db.read() as tx:
            behind = await tx.value(
                "select count(*) from log_cursors cursor join log_entries entry"
                " on entry.pos > cursor.pos and (entry.kind = 'accounts.AccountDeactivated'"
                " and name = any($1::text[]) or entry.kind like 'timeline.%' and name = $2)",
                FORGETTING,
                "search.following",
            )
        before, head = head, house.house.log.applied
        return not behind and before == head

    await until(at_rest)


async def signed_in(house: Living, key: Any) -> Person:
    body = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": key["user_id"]},
        "password": key["password"],
    }
    answer = await house.client.post("/_matrix/client/v3/login", json=body)
    assert answer.status_code == 200, answer.text
    told = answer.json()
    return Person(house, told["user_id"], told["access_token"], told["device_id"])


async def test_a_town_is_built_lived_in_and_unmade(
    house: Living, wiper: asyncpg.Connection
) -> None:
    ada, ben = await house.person("ada.brook"), await house.person()
    mine = await ada.room(ben, preset="private_chat", name="Ours")
    await ada.say(mine, "ours")
    boss = await owner(house)
    await settled(house)
    before = await whole(wiper)
    assert (await boss.did("GET", DEMO))["state"] is None

    told = await boss.ask("POST", DEMO, {})
    assert (told.status_code, told.json()["state"]) == (202, "building")
    assert (await boss.ask("POST", DEMO, {})).json()["code"] == "demo.busy"
    await house.run_jobs()
    stands = await boss.did("GET", DEMO)
    assert (stands["state"], stands["done"], stands["fault"]) == ("standing", stands["total"], "")
    assert (await boss.ask("POST", DEMO, {})).json()["code"] == "demo.stands"
    answer = await boss.ask("POST", f"{DEMO}/keys", {})
    lin = await signed_in(house, answer.json()["keys"][0])
    await it_is_alive(house, lin)
    shown = (await house.client.get("/.well-known/registration-status.json")).json()["notices"]
    assert ["演示" in notice["reason"]["zh"] for notice in shown] == [True]

    # a visitor has been in the square, and something of theirs is there
    street = await ben.did("POST", f"/join/{q('#market-street:s')}", {})
    await ben.say(street["room_id"], "a visitor's word")
    theirs = await whole(wiper)
    assert (await boss.ask("DELETE", DEMO)).status_code == 202
    await settled(house)
    assert (await boss.did("GET", DEMO))["state"] is None
    await it_is_gone(house, wiper, before, theirs)
    assert (await ada.texts(mine))[-1:] == ["ours"]
    assert "a visitor's word" in str(
        await ben.did("GET", f"/rooms/{q(street['room_id'])}/messages", dir="b")
    )
    assert (await boss.ask("DELETE", DEMO)).json()["code"] == "demo.none"
    assert (await boss.ask("POST", f"{DEMO}/keys", {})).status_code == 404

    assert (await boss.ask("POST", DEMO, {})).status_code == 202  # and once more
    await house.run_jobs()
    assert (await boss.did("GET", DEMO))["state"] == "standing"


async def it_is_alive(house: Living, lin: Person) -> None:
    """What a newcomer sees who signs in as Lin."""
    told = await lin.sync()
    joined = told["rooms"]["join"]
    assert len(joined) == 8
    assert len(told["rooms"]["invite"]) == 1
    assert sum(room["unread_notifications"]["notification_count"] for room in joined.values()) > 10
    assert any(room["ephemeral"]["events"] for room in joined.values())
    events = [event for room in joined.values() for event in room["timeline"]["events"]]
    kinds = {event["content"].get("msgtype") for event in events}
    assert {"m.text", "m.image", "m.audio"} <= kinds
    assert "m.reaction" in {event["type"] for event in events}
    now = house.house.ground.clock.ms()
    oldest = min(event["origin_server_ts"] for event in events)
    assert oldest < now - 3 * 24 * 3600 * 1000
    assert max(event["origin_server_ts"] for event in events) <= now
    files = [event["content"]["url"] for event in events if "url" in event["content"]]
    for uri in files[:3]:
        assert (await house.house.talk.media.file(uri.rpartition("/")[2])).bytes_count > 1000
    profile = await lin.did("GET", f"/profile/{q(lin.user_id)}")
    assert profile["displayname"] == "林晓雨"
    assert profile["avatar_url"].startswith("mxc://")


async def it_is_gone(
    house: Living,
    wiper: asyncpg.Connection,
    before: dict[str, set[str]],
    with_visitor: dict[str, set[str]],
) -> None:
    """All other data is as it was; of the town there is nothing that says anything."""
    after = await whole(wiper)
    told = {table for table in after if table in HISTORY or table.startswith(KEPT)}
    assert {table for table in after if after[table] != before[table]} <= told
    for table in told:
        if table not in ("gate_epoch", "log_entries", "log_shards", "log_cursors", "audit_head",
                           "jobs_queue", "jobs_schedules", "notices_head", "retention_rooms", "collection_filling", *WRAPPED):  # fmt: skip
            assert before[table] <= after[table], f"{table}: what was there before is changed"
    bodies = await wiper.fetch(
        "select convert_from(body, 'UTF8') from timeline_events"
        " union all select convert_from(body, 'UTF8') from rooms_state"
    )
    said = " ".join(body for (body,) in bodies)
    for words in ("糖醋排骨", "Okayest Cyclist", "林晓雨", "回甘"):
        assert words not in said
    assert "a visitor" in said
    found = after["search_messages"] - before["search_messages"]
    assert len(found) == 1, "nothing of the town is found, and the visitor's word is"
    assert with_visitor["media_files"] != after["media_files"] == before["media_files"]
    blobs = Path(house.house.config.data_dir) / "blobs"
    kept = {path for path in blobs.rglob("*") if path.is_file()}
    assert kept == set()
    alive = "select count(*) from accounts_accounts where state <> 'deactivated'"
    assert await wiper.fetchval(alive) == 2
    assert await wiper.fetchval("select count(*) from gate_policies where ended_at is null") == 0
    open_invites = "select count(*) from gate_invites where revoked_at is null"
    assert await wiper.fetchval(open_invites) == 0
    assert await wiper.fetchval("select count(*) from directory_aliases") == 0


def shut(state: State) -> Draft:
    words = Words(
        reason=GateBoth(
            zh="钥匙更换期间暂停注册。", en="Keys are changed; sign-up pauses meanwhile."
        ),
        legal_basis=(LegalBasis(law="Cybersecurity Law", article="Article 21"),),
        technical_necessity="Half-made accounts would be left behind.",
    )
    return Draft(state=state, words=words)


async def test_the_town_meets_the_gate_that_people_meet(house: Living) -> None:
    boss = await owner(house)
    policies = house.house.doors.gate.policies
    closed = await policies.set("op", "op", shut(State.SUSPENDED))
    refused = await boss.ask("POST", DEMO, {})
    assert (refused.status_code, refused.json()["code"]) == (403, "gate.closed")
    assert (await boss.did("GET", DEMO))["state"] is None
    await policies.end("op", closed.policy_id, "open")
    await policies.set("op", "op", shut(State.INVITE_ONLY))
    await boss.ask("POST", DEMO, {})
    await house.run_jobs()
    assert (await boss.did("GET", DEMO))["state"] == "standing"
    (given,) = await house.house.doors.invites.all()
    assert given.invite.uses_left == 0


async def test_a_town_that_broke_off_can_be_removed(
    house: Living, wiper: asyncpg.Connection
) -> None:
    demo = house.house.demo
    boss = await owner(house)
    await demo.begin("op")
    async with house.house.db.transaction() as tx:
        await tx.run("update demo_towns set moved_at = moved_at - interval '1 hour'")

    class Break(Exception):  # noqa: N818
        pass

    async def stop(done: int) -> None:
        if done == 16:
            raise Break

    with pytest.raises(Break):
        await demo.build("op", stop)
    failed = await boss.did("GET", DEMO)
    assert (failed["state"], failed["done"]) == ("failed", 16)
    assert (await boss.ask("POST", DEMO, {})).json()["code"] == "demo.stands"
    await demo.begin_removal("op")
    await demo.remove("op")
    assert await wiper.fetchval("select count(*) from demo_made") == 0
    assert (
        await wiper.fetchval("select count(*) from accounts_accounts where state = 'active'") == 0
    )


async def test_a_house_with_people_is_asked_twice(
    house: Living, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("teahouse.demo.service.demo.REAL_ACCOUNTS_MAX", 1)
    await house.person()
    await house.person()
    boss = await owner(house)
    refused = await boss.ask("POST", DEMO, {})
    assert (refused.status_code, refused.json()["code"]) == (409, "demo.too_many_people")
    _add_rooms()
    env = {
        "TEAHOUSE_DATABASE_URL": dsn,
        "TEAHOUSE_DATA_DIR": house.house.config.data_dir,
        "TEAHOUSE_SERVER_NAME": "s",
    }

    async def run(*words: str) -> Any:
        return await asyncio.to_thread(CliRunner(env=env).invoke, app, ["demo", *words])

    done = await run()
    assert isinstance(done.exception, Refused)
    assert "2 accounts" in done.exception.words
    done = await run("--yes")
    assert done.exit_code == 0, done.output
    lines = [line.split("\t") for line in done.stdout.splitlines() if "\t" in line]
    assert [line[2] for line in lines] == ["林晓雨", "Ada Brook"]
    await house.house.log.catch_up()
    lin = await signed_in(house, {"user_id": lines[0][0].strip(), "password": lines[0][1]})
    assert len((await lin.sync())["rooms"]["join"]) == 8
    done = await run("--remove")
    assert done.stdout.startswith("removed: ")
    assert isinstance((await run("--remove")).exception, Refused)


def test_the_script_names_what_there_is() -> None:
    keys = {person.key for person in town.PEOPLE}
    assert len(keys) == len(town.PEOPLE) == 14
    for place in town.PLACES:
        there = {place.owner, *place.people}
        assert there | set(place.invited) <= keys
        labels: set[str] = set()
        for line in script.lines(place.script):
            named = {line.who, *line.read_by, *(who for _, who in line.reactions)}
            assert named <= there, (place.key, line)
            assert not line.answers or line.answers in labels
            labels.add(line.label)
            assert line.kind != "picture" or line.file in SCENES
            assert line.kind != "voice" or line.file in TUNES
        assert place.picture in {"", "seal", *EMBLEMS}


LINE = st.builds(script.Line, st.just("lin"), st.integers(0, 9), st.integers(0, 1439), st.just("x"))


@given(st.lists(LINE, max_size=30), st.integers(0, 10**9))
def test_what_is_said_is_said_in_order_and_not_later_than_now(
    said: list[script.Line], seconds: int
) -> None:
    now = datetime.fromtimestamp(seconds, UTC)
    found = script.moments(said, now)
    assert found == sorted(found)
    assert all(now - timedelta(days=11) < at <= now for at in found)
