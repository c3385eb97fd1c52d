"""What a case has taken away comes back byte for byte, and nothing else is touched [R-085]."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.cases.model.case import DELETE_AFTER
from teahouse.clock import FixedClock
from tests.cases.desk import MINE, Judge, banned, invited, judges, own
from tests.flows.test_official import ABROAD
from tests.living import Living, Person, living, q

PICTURE = bytes(range(256)) * 9
AGE = re.compile(rb'"age":\d+')  # of a message: time has passed, and nothing else
GRANTED = {"outcome": "overturned", "answer": "It was right."}
NUMBER = "+447911123456"


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    async with living(dsn, tmp_path, clock) as opened:
        yield opened


async def begun(home: Living, judge: Judge, kind: str, target: str) -> str:
    """Begin a case about something, as an operator who does not decide it."""
    other = await invited(home, judge, f"o{len(await home.house.people.operators.operators())}")
    return (await other.did("POST", "", {"kind": kind, "target": target}))["case_id"]


async def ordered(home: Living, judge: Judge, kind: str, target: str) -> str:
    """Bring a case about something to the order to delete it."""
    case_id = await begun(home, judge, kind, target)
    await judge.act(case_id, "verify")
    await judge.act(case_id, "order")
    return case_id


async def contest(person: Person, case_id: str) -> None:
    """Contest an order: it is hidden meanwhile."""
    await person.did("POST", f"{MINE}/{case_id}/contest", {"words": "It is right."})


async def overturn(person: Person, judge: Judge, case_id: str) -> None:
    """Appeal, and have it granted."""
    await person.did("POST", f"{MINE}/{case_id}/appeal", {"words": "Look again."})
    await judge.did("POST", f"/{case_id}/appeal/take")
    await judge.did("POST", f"/{case_id}/appeal/decide", GRANTED)


async def shown(by: Person, whose: Person) -> bytes:
    """Return what somebody shows of themselves, as it is sent."""
    return (await by.ask("GET", f"/profile/{whose.user_id}")).content


async def named(person: Person, name: str, picture: str = "") -> None:
    """Choose a name, and a picture."""
    await person.did("PUT", f"/profile/{person.user_id}/displayname", {"displayname": name})
    if picture:
        await person.did("PUT", f"/profile/{person.user_id}/avatar_url", {"avatar_url": picture})


async def uploaded(person: Person) -> str:
    """Upload a picture; return its id."""
    headers = {"authorization": f"Bearer {person.token}", "content-type": "image/png"}
    told = await person.living.client.post(
        "/_matrix/media/v3/upload?filename=a.png", content=PICTURE, headers=headers
    )
    return told.json()["content_uri"].rpartition("/")[2]


async def served(by: Person, media_id: str) -> tuple[int, bytes]:
    """Ask for a file; return the status, and what there is of it."""
    answer = await by.ask("GET", f"/_matrix/client/v1/media/download/s/{media_id}")
    return answer.status_code, answer.content if answer.status_code == 200 else b""


async def listed(home: Living) -> list[Any]:
    """Return the list of rooms, as everybody reads it."""
    ann = await home.person()
    return (await ann.did("GET", "/publicRooms"))["chunk"]


async def test_r_085_a_name_and_a_picture_come_back_as_they_were(
    home: Living, clock: FixedClock
) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    media_id = await uploaded(bob)
    await named(bob, "Ünïon Bank 银行 ", f"mxc://s/{media_id}")
    await bob.did("PUT", f"/profile/{bob.user_id}/m.tz", {"m.tz": "Asia/Shanghai"})
    before = await shown(ann, bob)
    case_id = await ordered(home, first, "profile", bob.user_id)
    assert await shown(ann, bob) == before, "an order takes nothing away yet"
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert await shown(ann, bob) == b'{"m.tz":"Asia/Shanghai"}', "the rest is nobody's business"
    await named(bob, "Bob")
    for days in (0, 100, 0):  # files that nothing names go after thirty
        clock.move(timedelta(days=days))
        await home.run_jobs()
    await overturn(bob, second, case_id)
    assert await shown(ann, bob) == before
    assert await served(ann, media_id) == (200, PICTURE)


async def test_r_085_a_name_that_was_not_reported_is_left_alone(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    await named(bob, "The Bank")
    case_id = await ordered(home, first, "profile", bob.user_id)
    await named(bob, "Bob")
    await contest(bob, case_id)
    assert b"Bob" in await shown(ann, bob)
    await second.did("POST", f"/{case_id}/acts", {"act": "dismiss"})
    assert b"Bob" in await shown(ann, bob), "what was not taken is not given back"


async def test_r_085_a_room_is_listed_again_when_the_last_case_lets_it_go(home: Living) -> None:
    bob = await home.person()
    first, second = await judges(home)
    room = await bob.room(name="Birds", topic="Of birds", visibility="public")
    await bob.did("PUT", f"/directory/list/room/{q(room)}", {"visibility": "public"})
    (before,) = await listed(home)
    one = await ordered(home, first, "room", room)
    await bob.did("POST", f"{MINE}/{one}/comply", {})
    assert await listed(home) == []
    await bob.did("PUT", f"/directory/list/room/{q(room)}", {"visibility": "public"})
    assert await listed(home) == [], "whoever lists it"
    other = await ordered(home, first, "room", room)
    await contest(bob, other)
    await second.did("POST", f"/{other}/acts", {"act": "dismiss"})
    assert await listed(home) == [], "one case lets go what the other holds"
    await overturn(bob, second, one)
    assert await listed(home) == [before]


async def test_r_085_a_file_is_served_again_byte_for_byte(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    media_id = await uploaded(bob)
    case_id = await ordered(home, first, "media", media_id)
    await bob.did("POST", f"{MINE}/{case_id}/comply", {})
    assert (await served(ann, media_id))[0] == 404
    await overturn(bob, second, case_id)
    assert await served(ann, media_id) == (200, PICTURE)


async def test_r_085_a_file_that_operators_have_quarantined_stays_so(home: Living) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    media_id = await uploaded(bob)
    case_id = await ordered(home, first, "media", media_id)
    async with home.house.db.transaction() as tx:
        await home.house.talk.media.quarantine(tx, media_id)
    await contest(bob, case_id)
    await second.did("POST", f"/{case_id}/acts", {"act": "dismiss"})
    assert (await served(ann, media_id))[0] == 404


async def test_what_is_gone_stops_no_clock(home: Living, clock: FixedClock) -> None:
    ann, bob = await home.person(), await home.person()
    first, second = await judges(home)
    gone, there = await uploaded(bob), await uploaded(bob)
    cases = [await ordered(home, first, "media", one) for one in (gone, there)]
    async with home.house.db.transaction() as tx:
        await home.house.talk.media.drop(tx, gone)
    clock.move(timedelta(days=3))
    await home.run_jobs()
    assert [one["state"] for one in await own(bob)] == ["unmet", "unmet"]
    assert (await served(ann, there))[0] == 404
    await overturn(bob, second, cases[0])
    clock.move(DELETE_AFTER + timedelta(days=1))
    await home.run_jobs()
    async with home.house.db.read() as tx:
        assert await tx.value("select count(*) from media_files") == 0


async def portrait(
    by: Person, whose: Person, room: str, posts: list[str], media_id: str
) -> dict[str, bytes]:
    """Return everything that others and they themselves read of somebody, as it is sent."""
    others = (
        f"/profile/{whose.user_id}",
        f"/rooms/{q(room)}/joined_members",
        f"/rooms/{q(room)}/state/m.room.power_levels",
        f"/rooms/{q(room)}/state/m.room.member/{q(whose.user_id)}",
        *(f"/rooms/{q(room)}/event/{q(one)}" for one in posts),
        f"/_matrix/client/v1/media/download/s/{media_id}",
    )
    theirs = (
        "/joined_rooms",
        "/account/whoami",
        "/account/3pid",
        f"/user/{whose.user_id}/account_data/x.followed",
        "/pushrules/",
    )
    found: dict[str, bytes] = {}
    for who, asked in ((by, others), (whose, theirs)):
        for path in asked:
            answer = await who.ask("GET", path)
            assert answer.status_code == 200, f"{path}: {answer.text}"
            found[path] = AGE.sub(b"", answer.content)
    return found


async def test_r_085_who_was_banned_comes_back_with_name_posts_and_followers(
    database: object, dsn: str, tmp_path: Path
) -> None:
    clock = FixedClock(datetime(2026, 11, 21, 9, tzinfo=UTC))
    async with living(dsn, tmp_path, clock) as home:
        ann, cat = await home.person(), await home.person()
        bob = await home.joined("bob", NUMBER)
        await named(bob, "Bob 波", f"mxc://s/{await uploaded(bob)}")
        media_id = await uploaded(bob)
        room = await bob.room(ann, cat)
        posts = [await bob.say(room, text) for text in ("One", "Zwei", "三")]
        picture = {"msgtype": "m.image", "body": "a.png", "url": f"mxc://s/{media_id}"}
        sent = await bob.did("PUT", f"/rooms/{room}/send/m.room.message/pic", picture)
        posts.append(sent["event_id"])
        data = {"rooms": [room]}
        await bob.did("PUT", f"/user/{bob.user_id}/account_data/x.followed", data)
        await home.run_jobs()
        before = await portrait(ann, bob, room, posts, media_id)
        case_id, _ = await banned(home, bob)
        ada = Judge(home, "ada")
        assert (await bob.did("GET", f"{MINE}/{case_id}"))["state"] == "banned"
        assert b"Bob" not in await shown(ann, bob)
        taken = {"username": "bob", "password": "correct horse", "auth": {"type": "m.login.dummy"}}
        assert await ann.refused("POST", "/register", taken) == "400 M_USER_IN_USE"
        clock.move(timedelta(days=100))
        await home.run_jobs()
        await overturn(bob, await invited(home, ada, "cyd"), case_id)
        await home.run_jobs()
        assert await portrait(ann, bob, room, posts, media_id) == before
        async with home.house.db.read() as tx:
            assert await tx.value("select count(*) from bars_contacts") == 0
        await bob.say(room, "Back")


async def official(home: Living) -> Person:
    """Register an official account, approved."""
    ada = Judge(home, "ada")
    path = await home.verified(NUMBER, account_class="official")
    assert (await home.client.post(f"{path}/official", json=ABROAD)).status_code == 200
    assert (await home.finish(path, "daily")).json()["held_for"] == ["review"]
    waits = (await ada.at("GET", "/approvals")).json()["requests"]
    yes = {"request_ids": [waits[0]["request_id"]], "decision": "approve", "template": "checked"}
    assert (await ada.at("POST", "/approvals/decisions", yes)).status_code == 200
    told = (await home.finish(path, "daily")).json()
    return Person(home, told["user_id"], told["access_token"], told["device_id"])


async def test_r_063_a_registration_is_a_kind_and_touches_no_other_account_of_its_owner(
    home: Living,
) -> None:
    first, second = await judges(home)
    ann, owner = await home.person(), await home.person()
    nothing = {"kind": "official", "target": owner.user_id}
    assert await first.refused("POST", "", nothing) == "cases.no_content"
    paper = await official(home)
    room = await ann.room(owner, paper)
    account = await home.house.people.accounts.account(paper.user_id)
    particulars = f"/api/v1/officials/{account.account_id}"
    before = await paper.did("GET", particulars)
    case_id = await ordered(home, first, "official", paper.user_id)
    looked = await first.did("GET", f"/{case_id}")
    assert looked["evidence"]["name"] == ABROAD["name"]
    assert "licence" not in looked["evidence"], "what nobody is shown is no evidence"
    assert looked["case"]["account_class"] == "official"
    await contest(paper, case_id)
    assert (await paper.did("GET", particulars))["state"] == "withheld"
    said = {"msgtype": "m.text", "body": "News"}
    send = f"/rooms/{q(room)}/send/m.room.message/1"
    assert (await paper.ask("PUT", send, said)).json()["errcode"] == "M_FORBIDDEN"
    (mine,) = await own(paper)
    assert (mine["user_id"], mine["account_class"]) == (paper.user_id, "official")
    await owner.say(room, "What is mine besides is not touched")
    await second.did("POST", f"/{case_id}/acts", {"act": "dismiss"})
    assert await paper.did("GET", particulars) == before
    await paper.say(room, "News")


async def test_r_065_one_reason_for_silence_does_not_end_another(home: Living) -> None:
    bob = await home.person()
    standing, accounts = home.house.people.standing, home.house.people.accounts
    account_id = (await accounts.account(bob.user_id)).account_id
    room = await bob.room()
    said = {"msgtype": "m.text", "body": "x"}
    send = f"/rooms/{q(room)}/send/m.room.message/1"
    for why in ("realname", "case"):
        async with home.house.db.transaction() as tx:
            await home.house.ground.log.put(tx, *await standing.silence(tx, account_id, why))
    for why in ("realname", "case"):
        assert await bob.refused("PUT", send, said) == "403 M_FORBIDDEN"
        async with home.house.db.transaction() as tx:
            await home.house.ground.log.put(tx, *await standing.unsilence(tx, account_id, why))
    await bob.say(room, "Both are gone")
