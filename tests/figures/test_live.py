"""The live view counts what happens at the doors, by scope and by what decided it."""

import itertools
from datetime import timedelta
from pathlib import Path

from teahouse.clock import FixedClock
from teahouse.figures.model import minutes
from teahouse.gate.model.policies import State
from teahouse.infra.db.pool import Database
from tests.demo.test_demo import shut
from tests.living import V3, living
from tests.settings.conftest import owner

LIVE = "/api/v1/operator/live"
BODY = {"password": "correct horse", "auth": {"type": "m.login.dummy"}}


async def test_who_was_let_in_and_who_not(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock) as house:
        ada = await owner(house)
        await house.person("early")
        clock.move(timedelta(minutes=30))
        await house.person("late")
        policies = house.house.doors.gate.policies
        policy = await policies.set("op", "op", shut(State.SUSPENDED))
        answer = await house.client.post(f"{V3}/register", json={"username": "no", **BODY})
        assert answer.status_code == 403
        live = await ada.did("GET", LIVE)
        told = {
            (one["door"], one["outcome"], one["policy_id"]): (
                one["minute"], one["hour"], one["day"],
            )
            for one in live["scopes"]
        }  # fmt: skip
        assert told["test_account", "admitted", None] == (1, 2, 2)
        assert [n for (_, outcome, which), n in told.items() if outcome == "refused"] == [(1, 1, 1)]
        assert [which for (_, outcome, which) in told if outcome == "refused"] == [policy.policy_id]
        assert len(live["minutes"]) == 60
        assert [one["admitted"] for one in live["minutes"]].count(1) == 2
        assert live["minutes"][-1] == {
            "at": "2021-07-27T01:30:00Z", "admitted": 1, "refused": 1, "paced": 0,
        }  # fmt: skip
        await policies.end("op", policy.policy_id, "open")
        await house.person("more")
        assert await ada.did("GET", LIVE) == live, "looking again at once costs nothing"
        clock.move(timedelta(seconds=4))
        assert (await ada.did("GET", LIVE))["minutes"][-1]["admitted"] == 2
        clock.move(timedelta(hours=1, minutes=1))
        later = await ada.did("GET", LIVE)
        assert {(one["minute"], one["hour"]) for one in later["scopes"]} == {(0, 0)}
        assert (await house.client.get(LIVE)).status_code == 401


def test_quiet_minutes_are_there(clock: FixedClock) -> None:
    found = minutes([], clock.now())
    assert len(found) == 60
    assert found[-1].at == clock.now()
    assert all(
        later.at - one.at == timedelta(minutes=1) for one, later in itertools.pairwise(found)
    )
