"""Stricter rules for new accounts; a dated task for older ones, which never locks anybody out."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import asyncpg
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from teahouse.realnames.model import AgeBand, Confirmed, Identity, NotConfirmed
from teahouse.regimes.model import Act, Draft, State, WrongState, next_state, silent
from tests.living import Living, Owner, Person, living

NOW = datetime(2026, 11, 21, 9, tzinfo=UTC)
NUMBER = "11010519491231002X"
SHOWN = {"name": "测试人", "number": NUMBER, "consent": True}
DRAFT: dict[str, Any] = {
    "region": "intl",
    "realname": "id",
    "limits_speaking": True,
    "days": 30,
    "per_day": 1,
    "reason": {"zh": "《示例法》第二十四条要求核验身份", "en": "Example Act, article 24"},
}


class Registry:
    """Knows every resident number but one. It stands in for nothing but the provider's own data."""

    async def confirm(self, identity: Identity, request_id: str) -> Confirmed:
        if identity.name != "测试人":
            raise NotConfirmed
        return Confirmed("registry", request_id, band=AgeBand(18))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


@pytest.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    async with living(dsn, tmp_path, clock) as opened:
        object.__setattr__(opened.house.people.realnames, "provider", Registry())
        yield opened


@pytest.fixture
async def owner(house: Living) -> Owner:
    return await house.owner()


async def tasks(one: Person) -> list[Any]:
    return (await one.did("GET", "/api/v1/tasks"))["tasks"]


async def speaks(one: Person, room: str) -> int:
    body = {"msgtype": "m.text", "body": "hello"}
    path = f"/rooms/{room}/send/m.room.message/t{next(one.txns)}"
    return (await one.ask("PUT", path, body)).status_code


async def run(house: Living, clock: FixedClock, **by: float) -> None:
    clock.move(timedelta(**by))
    await house.run_jobs()


async def test_who_registers_shows_what_the_regime_wants(house: Living, owner: Owner) -> None:
    await house.joined("old", "+447911123450")
    assert (await owner.ask("POST", "/regimes", DRAFT | {"realname": "dna"})).status_code == 422
    vague = {"reason": {"zh": "根据有关法律法规", "en": "relevant laws and regulations"}}
    assert (await owner.ask("POST", "/regimes", DRAFT | vague)).status_code == 422
    assert (await owner.did("POST", "/regimes", DRAFT))["version"] == 1
    public = (await house.client.get("/api/v1/regimes")).json()["regimes"]
    assert [(one["version"], one["realname"]) for one in public] == [(1, "id")]
    path = await house.verified("+447911123456")
    early = await house.client.post(f"{path}/realname", json=SHOWN)
    assert early.json()["code"] == "gate.wrong_step"
    held = await house.finish(path, "ann")
    assert (held.json()["code"], held.json()["held_for"]) == ("gate.held", ["realname"])
    wrong = await house.client.post(f"{path}/realname", json=SHOWN | {"name": "别人"})
    assert wrong.json()["code"] == "realnames.not_confirmed"
    assert (await house.finish(path, "ann")).status_code == 403
    assert (await house.client.post(f"{path}/realname", json=SHOWN)).status_code == 200
    made = await house.finish(path, "ann")
    assert made.status_code == 201, made.text
    ann = Person(house, "@ann:s", made.json()["access_token"], made.json()["device_id"])
    assert (await ann.did("GET", "/api/v1/account/realname"))["level"] == "id"
    await house.run_jobs()
    assert await tasks(ann) == []


async def test_older_accounts_are_asked_at_a_pace_and_never_locked_out(
    house: Living, owner: Owner, clock: FixedClock
) -> None:
    ann = await house.joined("ann", "+447911123450")
    bob = await house.joined("bob", "+447911123451")
    room = await ann.room(bob)
    await owner.did("POST", "/regimes", DRAFT)
    await run(house, clock, minutes=2)
    asked = [await tasks(ann), await tasks(bob)]
    assert sorted(len(one) for one in asked) == [0, 1], "one a day"
    await run(house, clock, hours=25)
    due = {one.user_id: (await tasks(one))[0]["due_at"] for one in (ann, bob)}
    assert len(set(due.values())) == 2
    await run(house, clock, days=31)
    assert [(await tasks(one))[0]["state"] for one in (ann, bob)] == ["overdue", "overdue"]
    assert await speaks(ann, room) == 403
    await ann.sync()
    await ann.again("PHONE")
    assert await ann.did("GET", f"/rooms/{room}/messages", dir="b")
    await ann.did("POST", "/api/v1/account/realname", SHOWN)
    assert await tasks(ann) == []
    assert await speaks(ann, room) == 200
    assert await speaks(bob, room) == 403


async def test_who_is_done_at_once_makes_no_room_for_more(
    house: Living, owner: Owner, clock: FixedClock
) -> None:
    people = [await house.joined(f"p{n}", f"+44791112345{n}") for n in range(3)]
    await owner.did("POST", "/regimes", DRAFT)
    for done in range(3):
        await run(house, clock, minutes=2)
        asked = [one for one in people if await tasks(one)]
        assert len(asked) == 1, "one a day"
        await asked[0].did("POST", "/api/v1/account/realname", SHOWN)
        await run(house, clock, minutes=2)
        assert [one for one in people if await tasks(one)] == [], done
        await run(house, clock, hours=24)


async def test_two_who_publish_at_once_publish_two_versions(owner: Owner) -> None:
    said = await asyncio.gather(*(owner.did("POST", "/regimes", DRAFT) for _ in range(4)))
    assert sorted(one["version"] for one in said) == [1, 2, 3, 4]


async def test_an_appeal_stops_the_clock_and_is_decided_in_words(
    house: Living, clock: FixedClock, wiper: asyncpg.Connection
) -> None:
    owner = await house.owner()
    ann = await house.joined("ann", "+447911123450")
    room = await ann.room()
    await owner.did("POST", "/regimes", DRAFT)
    await run(house, clock, minutes=2)
    await run(house, clock, days=31)
    assert await speaks(ann, room) == 403
    appeal = "/api/v1/tasks/realname/appeal"
    assert (await ann.ask("POST", appeal, {"words": " "})).status_code == 422
    await ann.did("POST", appeal, {"words": "I have no such document."})
    assert await speaks(ann, room) == 200
    regimes = house.house.ways.regimes
    found = await regimes.appeals()
    assert [one.words for one in found] == ["I have no such document."]
    await regimes.decide("op", found[0].account_id, uphold=False, words="A passport will do.")
    task = (await tasks(ann))[0]
    assert (task["state"], task["decision"]) == ("open", "A passport will do.")
    await run(house, clock, days=13)
    assert await speaks(ann, room) == 200
    await run(house, clock, days=2)
    assert await speaks(ann, room) == 403
    await ann.did("POST", appeal, {"words": "Nor a passport."})
    await regimes.decide("op", found[0].account_id, uphold=True, words="We see.")
    assert await tasks(ann) == []
    await run(house, clock, days=40)
    assert await speaks(ann, room) == 200
    newer = msgspec.convert(DRAFT, Draft)  # being exempt was from the older one
    await regimes.publish("op", "the owner", newer)
    await run(house, clock, minutes=2)
    (asked,) = await tasks(ann)
    assert (asked["state"], asked["decision"]) == ("open", "")
    acts = [row[0] for row in await wiper.fetch("select act from audit_entries order by 1")]
    assert acts.count("regimes.appeal_decided") == 2


async def test_who_withdraws_is_asked_again(house: Living, clock: FixedClock) -> None:
    ann = await house.joined("ann", "+447911123450")
    await ann.did("POST", "/api/v1/account/realname", SHOWN)
    owner = await house.owner()
    await owner.did("POST", "/regimes", DRAFT)
    await run(house, clock, minutes=2)
    assert await tasks(ann) == []
    change = {"accept": [], "withdraw": ["realnames.identity"], "lang": "en"}
    await ann.did("POST", "/api/v1/account/consents", change)
    async with asyncio.timeout(60):
        while (await ann.did("GET", "/api/v1/account/realname"))["level"] == "id":
            continue
    await run(house, clock, minutes=2)
    assert len(await tasks(ann)) == 1


@given(st.lists(st.sampled_from(Act), max_size=12), st.booleans())
def test_only_time_that_ran_out_silences_and_an_appeal_ends_it(
    acts: list[Act], limits: bool
) -> None:
    state = State.OPEN
    for act in acts:
        try:
            state = next_state(state, act)
        except WrongState:
            continue
        assert silent(state, limits) == (limits and act is Act.EXPIRE)
        if state is State.OVERDUE:
            assert next_state(state, Act.APPEAL) is State.APPEALED, "there is always a way on"
