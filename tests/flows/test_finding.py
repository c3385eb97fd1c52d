"""A finding across the house: taken in, late, delisted while a case holds the same room, mended."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from teahouse.clock import FixedClock
from tests.cases.desk import judges
from tests.findings.lists import body, row
from tests.living import Person, living


async def listed(person: Person) -> list[str]:
    return [one["room_id"] for one in (await person.did("GET", "/publicRooms"))["chunk"]]


async def test_r_090_a_room_is_found_again_when_neither_finding_nor_case_holds_it(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock) as home:
        ann, bob = await home.person(), await home.person()
        first, second = await judges(home)
        room = await ann.room(visibility="public", name="Birds")

        async def step(judge: Any, act: str) -> dict[str, Any]:
            said = {"act": act, "words": f"We {act}."}
            answer = await judge.at("POST", f"/findings/{finding_id}/acts", said)
            assert answer.status_code == 200, answer.text
            return answer.json()["finding"]

        await first.at("POST", "/findings/import", body([row(0, kind="room", target=room)]))
        (found,) = (await first.at("GET", "/findings")).json()["findings"]
        finding_id = found["finding_id"]
        await first.at("POST", f"/findings/{finding_id}/publish")
        clock.move(timedelta(days=6))
        await home.run_jobs()
        assert await listed(bob) == [room], "the clock takes nothing down"
        assert (await step(first, "delist"))["rung"] == "delisted"
        assert await listed(bob) == []
        (told,) = (await home.client.get("/api/v1/findings/published")).json()["findings"]
        assert told["status"] == "delisted"

        directory = home.house.talk.directory
        async with home.house.db.transaction() as tx:
            await directory.withhold(tx, room)
        await step(first, "evidence")
        assert (await step(second, "pass"))["state"] == "closed"
        assert await listed(bob) == [], "a case holds it still"
        async with home.house.db.transaction() as tx:
            await directory.let_go(tx, room)
        assert await listed(bob) == [room]
        (told,) = (await home.client.get("/api/v1/findings/published")).json()["findings"]
        assert told["status"] == "fixed"
        assert [one["status"] for one in told["history"]] == [
            "unmended", "delisted", "delisted", "fixed",
        ]  # fmt: skip
