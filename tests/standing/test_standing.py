"""A newcomer meets the limits, and nobody else does; and how one gets further."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database, Tx
from teahouse.standing.model import Act, Rules, Stage, Why
from tests.living import Living, Person, living, q

OPEN = {"preset": "public_chat"}


@pytest_asyncio.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    del database  # it is empty now
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def account_id(person: Person) -> str:
    return (await person.living.house.people.accounts.account(person.user_id)).account_id


async def newcomer(house: Living, name: str) -> Person:
    """Somebody whose registration looked like many others."""
    person = await house.person(name)
    standing = house.house.people.standing
    async with house.house.db.transaction() as tx:
        told = await standing.stage_newcomers(tx, [await account_id(person)])
        await house.house.log.put(tx, *told)
    return person


async def test_a_newcomer_is_limited_and_a_member_is_not(house: Living) -> None:
    member, new = await house.person("mei"), await newcomer(house, "neo")
    others = [(await house.person()).user_id for _ in range(6)]
    for who, answer in ((member, None), (new, "403 M_FORBIDDEN")):
        said = await who.ask("POST", "/createRoom", OPEN)
        assert (said.status_code == 200) == (answer is None), said.text
    assert said.json()["act"] == "public_rooms"
    for index, other in enumerate(others):
        direct = {"is_direct": True, "invite": [other], "preset": "private_chat"}
        await member.did("POST", "/createRoom", direct)
        said = await new.ask("POST", "/createRoom", direct)
        assert said.status_code == (200 if index < 5 else 429), said.text
    assert said.json()["errcode"] == "M_LIMIT_EXCEEDED"
    assert said.json()["retry_after_ms"] > 0
    room = await member.room(new)
    closed = (await new.did("POST", "/createRoom", {"preset": "private_chat"}))["room_id"]
    opening = await new.ask(
        "PUT", f"/rooms/{q(closed)}/state/m.room.join_rules", {"join_rule": "public"}
    )
    assert (opening.status_code, opening.json()["errcode"]) == (403, "M_FORBIDDEN")
    friend = {"is_direct": True, "invite": [member.user_id], "preset": "private_chat"}
    await new.did("POST", "/createRoom", friend)  # no stranger: they share a room
    await new.say(room, "hello")  # to speak is not limited


async def test_every_limited_act_is_counted(house: Living) -> None:
    standing = house.house.people.standing
    acts = {act.value: 1 for act in Act}
    await standing.set_rules("op", Rules(limits={"newcomer": acts}))
    host, new = await house.person("host"), await newcomer(house, "neo")
    rooms = [(await host.did("POST", "/createRoom", OPEN))["room_id"] for _ in range(3)]
    tries = {
        Act.JOINS: lambda: new.ask("POST", f"/join/{q(rooms.pop())}", {}),
        Act.SEARCHES: lambda: new.ask("POST", "/user_directory/search", {"search_term": "host"}),
        Act.UPLOAD_BYTES: lambda: house.client.post(
            "/_matrix/media/v3/upload",
            content=b"x",
            headers={"authorization": f"Bearer {new.token}"},
        ),
        Act.PUBLIC_ROOMS: lambda: new.ask("POST", "/createRoom", {"visibility": "public"}),
        Act.DIRECT_CHATS: lambda: new.ask(
            "POST", "/createRoom", {"is_direct": True, "invite": ["@zoe:s"]}
        ),
        Act.INVITES: lambda: new.ask("POST", "/createRoom", {"invite": ["@zoe:s"]}),
    }
    assert set(tries) == set(Act)
    for act, attempt in tries.items():
        first, second = await attempt(), await attempt()
        assert (first.status_code, second.status_code) == (200, 429), (act, first.text)
        assert second.json()["act"] == act.value


async def test_days_and_age(house: Living, clock: FixedClock) -> None:
    new, idle = await newcomer(house, "neo"), await newcomer(house, "idle")
    standing, who = house.house.people.standing, await account_id(new)
    room = await (await house.person()).room(new)
    for _ in range(3):
        for _ in range(2):
            await new.say(room, "good morning")
        clock.move(timedelta(days=1))
    shown = await new.did("GET", "/api/v1/standing")
    assert (shown["stage"], shown["active_days"]) == ("newcomer", 3)
    assert await standing.stage(who) is Stage.NEWCOMER
    clock.move(timedelta(days=5))
    await house.run_jobs()
    assert await standing.stage(who) is Stage.MEMBER
    assert await standing.stage(await account_id(idle)) is Stage.NEWCOMER
    await new.did("POST", "/createRoom", OPEN)
    clock.move(timedelta(days=30))
    await house.run_jobs()
    assert await standing.stage(await account_id(idle)) is Stage.MEMBER


async def test_a_day_ends(house: Living, clock: FixedClock) -> None:
    await house.house.people.standing.set_rules("op", Rules(limits={"newcomer": {"searches": 1}}))
    new = await newcomer(house, "neo")
    search = ("POST", "/user_directory/search", {"search_term": "x"})
    await new.did(*search)
    assert await new.refused(*search) == "429 M_LIMIT_EXCEEDED"
    clock.move(timedelta(days=1))
    await new.did(*search)


async def test_every_new_account_begins_as_the_rules_say(house: Living) -> None:
    standing = house.house.people.standing
    told = [await account_id(await house.person()) for _ in range(4)]

    async def begin(tx: Tx, who: str, why: Why | None) -> None:
        await standing.begin(tx, who, why)

    async with house.house.db.transaction() as tx:
        await begin(tx, told[0], None)
        await begin(tx, told[1], Why.SCREENING)
    await standing.set_rules("op", Rules(newcomer_days=3))
    async with house.house.db.transaction() as tx:
        await begin(tx, told[2], None)
        await begin(tx, told[3], Why.VOUCH)
    stages = [(await standing.own(one)).stage.value for one in told]
    assert stages == ["member", "newcomer", "newcomer", "member"]


async def test_an_operator_changes_a_stage_with_a_reason(house: Living) -> None:
    person, standing = await house.person("ann"), house.house.people.standing
    who = await account_id(person)
    assert await standing.stage(who) is Stage.MEMBER  # remembered from here on
    shown = await standing.change("op-1", who, Stage.NEWCOMER, "Advertises to strangers.")
    assert (shown.stage, shown.reason, shown.member_at) == (
        Stage.NEWCOMER,
        "Advertises to strangers.",
        None,
    )
    assert await person.refused("POST", "/createRoom", OPEN) == "403 M_FORBIDDEN"
    entries = await house.house.people.audit.page(act="standing.stage_set")
    assert [(one.actor, one.target) for one in entries] == [("op-1", who)]
    await standing.change("op-1", who, Stage.TRUSTED, "It was a misunderstanding.")
    await person.did("POST", "/createRoom", OPEN)
    await person.did(
        "POST",
        "/account/deactivate",
        {
            "auth": {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": "ann"},
                "password": "correct horse",
            }
        },
    )
    assert (await standing.own(who)).since is None


async def test_a_member_costs_no_query(house: Living) -> None:
    """What is remembered is asked of nobody: the database may as well be gone."""
    person, standing = await house.person(), house.house.people.standing
    who = await account_id(person)
    await standing.spend(who, Act.JOINS)
    nobody: Any = None
    gone = replace(standing, db=nobody)
    for _ in range(3):
        await gone.spend(who, Act.JOINS)
        await gone.check_speaking(who)


async def test_rules_are_previewed_and_a_change_is_on_record(
    house: Living, clock: FixedClock
) -> None:
    owner, new = await house.owner(), await newcomer(house, "neo")
    for _ in range(3):
        await house.person()
    rules = await owner.did("GET", "/standing/rules")
    assert rules["limits"]["newcomer"]["searches"] == 30
    search = ("POST", "/user_directory/search", {"search_term": "x"})
    for _ in range(2):
        await new.did(*search)
    clock.move(timedelta(hours=1))
    wanted = rules | {"limits": {"newcomer": {"searches": 2, "joins": 2}}}
    shown = await owner.did("POST", "/standing/rules/preview", wanted)
    assert shown["stages"] == {"newcomer": 1, "member": 3, "trusted": 0}
    assert shown["newcomers"] == {"screening": 1}
    assert shown["promoted"] == 0
    assert shown["reached"] == [{"stage": "newcomer", "act": "searches", "accounts": 1}]
    sooner = rules | {"member_after_days": 0, "active_days": 0}
    assert (await owner.did("POST", "/standing/rules/preview", sooner))["promoted"] == 1
    assert await owner.did("GET", "/standing/rules") == rules, "to look changes nothing"
    for path, method in (("/standing/rules/preview", "POST"), ("/standing/rules", "PUT")):
        bad = await owner.ask(method, path, rules | {"at_most_days": 0})
        assert (bad.status_code, bad.json()["code"]) == (422, "standing.bad_rules")
    await owner.did("PUT", "/standing/rules", wanted)
    assert await new.refused(*search) == "429 M_LIMIT_EXCEEDED"
    (entry,) = (await owner.did("GET", "/audit?act=standing.rules_set"))["entries"]
    assert entry["detail"]["limits"] == wanted["limits"]
    assert entry["detail"]["before"]["limits"] == rules["limits"]
