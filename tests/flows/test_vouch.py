"""A vouch is good once, whichever worker the friends come to."""

import asyncio
from pathlib import Path
from typing import Any

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import Draft, State
from teahouse.infra.db.pool import Database
from tests.gate.house import SUSPENSION
from tests.living import Living, living
from tests.vouching.test_vouching import MONTH, NOW, START, begin, vouch


async def proved(house: Living, token: str, mail: str) -> str:
    """Register by a vouch up to the last step; return the path."""
    status, begun = await begin(house, invite_token=token)
    assert status == 201, begun
    path = f"{START}/{begun['registration_id']}"
    steps: list[tuple[str, dict[str, Any]]] = [
        ("consent", {"policy_version": begun["policy_version"], "lang": "en"}),
        ("contact", {"kind": "email", "value": mail}),
    ]
    for step, body in steps:
        assert (await house.client.post(f"{path}/{step}", json=body)).status_code in (200, 202)
    told = await house.client.post(f"{path}/code", json={"code": await house.code(mail)})
    assert told.status_code == 200, told.text
    return path


async def test_two_friends_with_one_vouch_on_two_workers(
    database: Database, dsn: str, tmp_path: Path
) -> None:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path, clock) as one, living(dsn, tmp_path, clock) as other:
        member = await one.person("mei")
        clock.move(MONTH)
        draft = Draft(state=State.INVITE_ONLY, words=SUSPENSION)
        await one.house.doors.gate.policies.set("op", "the owner", draft)
        _, given = await vouch(member)
        paths = [await proved(one, given["token"], f"{name}@example.com") for name in ("a", "b")]
        made = await asyncio.gather(one.finish(paths[0], "ann"), other.finish(paths[1], "bob"))
        assert sorted(answer.status_code for answer in made) == [201, 403]
        own = await member.did("GET", "/api/v1/vouches")
        assert [vouched["state"] for vouched in own["vouches"]] == ["joined"]
