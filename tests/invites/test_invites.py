"""An invitation lets in as many as it says, on any worker, and operators see who came by it."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import Draft, State
from teahouse.infra.db.pool import Database
from tests.gate.house import SUSPENSION
from tests.living import Living, Owner, living

INVITES = "/gate/invites"


@pytest_asyncio.fixture
async def house(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    del database  # it is empty now
    async with living(dsn, tmp_path, clock) as opened:
        draft = Draft(state=State.INVITE_ONLY, words=SUSPENSION)
        await opened.house.doors.gate.policies.set("op", "the owner", draft)
        yield opened


async def invite(house: Living, owner: Owner, uses: int) -> tuple[str, str]:
    """Make an invitation; return its token and its id."""
    ends = house.house.ground.clock.now() + timedelta(days=7)
    body = {"label": "spring", "uses": uses, "expires_at": ends.isoformat()}
    made = await owner.did("POST", INVITES, body)
    return made["token"], made["invite"]["invite_id"]


async def listed(owner: Owner, invite_id: str) -> tuple[int, int]:
    """Return how often an invitation was used, and how often it still may be."""
    found = (await owner.did("GET", INVITES))["invites"]
    (one,) = [given for given in found if given["invite"]["invite_id"] == invite_id]
    return one["used"], one["invite"]["uses_left"]


async def came(owner: Owner, invite_id: str) -> list[Any]:
    return (await owner.did("GET", f"{INVITES}/{invite_id}/uses"))["uses"]


async def account_id(house: Living, name: str) -> str:
    return (await house.house.people.accounts.account(f"@{name}:s")).account_id


async def test_two_workers_let_in_as_many_as_it_says(
    house: Living, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    owner = await house.owner()
    token, invite_id = await invite(house, owner, 3)
    async with living(dsn, tmp_path, clock) as other:
        paths = [await house.verified(f"+4479111230{n:02d}", invite_token=token) for n in range(6)]
        answers = await asyncio.gather(
            *((house, other)[n % 2].finish(path, f"p{n}") for n, path in enumerate(paths))
        )
    made = [n for n, answer in enumerate(answers) if answer.status_code == 201]
    assert len(made) == 3, [answer.text for answer in answers]
    assert {a.json()["code"] for a in answers if a.status_code != 201} == {"gate.bad_invite"}
    assert await listed(owner, invite_id) == (3, 0)
    ids = {one["account_id"] for one in await came(owner, invite_id)}
    assert ids == {await account_id(house, f"p{n}") for n in made}
    told = (await owner.did("GET", "/audit?act=gate.invite_uses_read"))["entries"]
    assert [(one["target"], one["detail"]) for one in told] == [(invite_id, {"accounts": 3})]


async def test_one_taken_back_lets_nobody_in_and_who_ends_is_forgotten(house: Living) -> None:
    owner = await house.owner()
    token, invite_id = await invite(house, owner, 5)
    await house.finish(await house.verified("+447911123001", invite_token=token), "ann")
    late = await house.verified("+447911123002", invite_token=token)
    ann, purge = await account_id(house, "ann"), house.house.doors.invites.purge
    assert (await house.house.doors.invites.came_by(ann)) is not None
    await owner.did("DELETE", f"{INVITES}/{invite_id}")
    assert (await owner.ask("DELETE", f"{INVITES}/{invite_id}")).status_code == 404
    answer = await house.finish(late, "ben")
    assert (answer.status_code, answer.json()["code"]) == (403, "gate.bad_invite")
    assert await listed(owner, invite_id) == (1, 4)
    async with house.house.db.transaction() as tx:
        await purge(tx)
    assert [one["account_id"] for one in await came(owner, invite_id)] == [ann]
    await house.house.people.accounts.deactivate(ann, erase=True)
    assert [one["account_id"] for one in await came(owner, invite_id)] == [None]
    assert await listed(owner, invite_id) == (1, 4)


async def test_a_year_later_nobody_knows_who_came(house: Living, clock: FixedClock) -> None:
    owner = await house.owner()
    token, invite_id = await invite(house, owner, 5)
    await house.finish(await house.verified("+447911123001", invite_token=token), "ann")
    ann, invites = await account_id(house, "ann"), house.house.doors.invites
    clock.move(timedelta(days=366))
    await house.run_jobs()
    assert await invites.came_by(ann) is None
    assert [(one.account_id is None) for one in await invites.uses("op", invite_id, "", 9)] == [
        True
    ]
