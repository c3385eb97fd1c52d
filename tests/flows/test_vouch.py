"""A vouch is good once, whichever worker the friends come to."""

import asyncio
from pathlib import Path

from teahouse.clock import FixedClock
from teahouse.gate.model.policies import Draft, State
from teahouse.infra.db.pool import Database
from tests.gate.house import SUSPENSION
from tests.living import living
from tests.vouching.test_vouching import MONTH, NOW, begin, join, vouch


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
        begun = [await begin(house, invite_token=given["token"]) for house in (one, other)]
        assert [status for status, _ in begun] == [201, 201]
        made = await asyncio.gather(join(one, begun[0][1], "ann"), join(other, begun[1][1], "bob"))
        assert sorted(status for status, _ in made) == [201, 403]
        own = await member.did("GET", "/api/v1/vouches")
        assert [vouched["state"] for vouched in own["vouches"]] == ["joined"]
