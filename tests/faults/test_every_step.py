"""A worker is killed, or stopped, at each step that it takes; another goes on, and nothing is lost."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from tests.faults import steps

pytestmark = [pytest.mark.processes, pytest.mark.timeout(170)]

ROOT = Path(__file__).parents[2]
FIRST_STOPS = (6,)  # in the middle of the transaction, with the head in hand
SLOWS = range(2, 62, 12)  # of all steps, of which `python -m bench faults` has each


async def lives(dsn: str, *words: str) -> list[list[dict[str, Any]]]:
    """Let them live, and return what was told for each step."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.faults.steps", dsn, *words, cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode == 0
    found: list[list[dict[str, Any]]] = []
    for line in out.splitlines():
        told = json.loads(line)
        if told["who"] == "step":
            found.append([])
        if found:
            found[-1].append(told)
    return found


def wrongs(told: list[dict[str, Any]]) -> list[str]:
    """Return what is not as it must be after a fall."""
    step, house = told[0]["step"], told[-1]
    wrong = [f"{one}" for one in told if one["who"] == "fault"]
    if house["entries"] != list(range(1, house["head"] + 1)):
        wrong.append(f"positions {house['entries']} and head {house['head']}")
    if [pos for pos, *_ in house["events"]] != house["entries"]:
        wrong.append("what is announced is not what is stored")
    if house["journal"] != house["entries"] or house["cursor"] != house["head"]:
        wrong.append(f"the follower acted on {house['journal']} of {house['entries']}")
    stored = {event_id: txn for _, event_id, txn in house["events"]}
    said = sorted(txn for txn in stored.values() if txn)
    if said != [str(nth) for nth in range(steps.MESSAGES)]:
        wrong.append(f"said: {said}")
    for one in told:
        if "event" in one and stored.get(one["event"]) != one["txn"]:
            wrong.append(f"{one['who']} was told of {one['event']} for {one['txn']}")
    if sum(one["who"] == "next" and "event" in one for one in told) != steps.MESSAGES + 1:
        wrong.append("the next was not answered")
    return [f"step {step}: {what}" for what in wrong]


@pytest.fixture
async def place(database: object, dsn: str) -> Any:
    """A database in which a worker can fall; the next test finds it as it was."""
    yield dsn
    connection = await asyncpg.connect(dsn)
    await connection.execute("drop table if exists steps_journal")
    await connection.close()


async def test_killed_at_every_step(place: str) -> None:
    found = await lives(place, "kill")
    assert [what for told in found for what in wrongs(told)] == []
    assert len(found) > 40, "there are more steps than that"
    told_early = [sum(one["who"] == "first" and "event" in one for one in told) for told in found]
    assert told_early[0] == 0
    assert told_early[-1] == steps.MESSAGES + 1, "the last one did not fall"


async def test_stopped_with_the_head_in_hand(place: str) -> None:
    """Others go on after a few seconds; and whoever was stopped does not announce afterwards."""
    found = await lives(place, "stop", *map(str, FIRST_STOPS))
    assert [what for told in found for what in wrongs(told)] == []


async def test_a_disk_that_is_slow_at_a_step(place: str) -> None:
    """Everybody is answered, only later: nobody is refused, and nothing is done twice."""
    found = await lives(place, "slow", *map(str, SLOWS))
    assert [what for told in found for what in wrongs(told)] == []
    assert len(found) > len(SLOWS) // 2, "there are more steps than that"
    for told in found:
        answered = sum(one["who"] == "first" and "event" in one for one in told)
        assert answered == steps.MESSAGES + 1, told[0]
