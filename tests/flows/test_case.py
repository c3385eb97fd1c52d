"""A case across the house: a report, an order not met, sanctions, an export meanwhile, an appeal."""

from datetime import timedelta
from pathlib import Path

from teahouse.clock import FixedClock
from tests.cases.desk import MINE, body_of, judges, own, reported
from tests.living import living


async def test_r_065_who_is_suspended_reads_exports_appeals_and_comes_back_whole(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> None:
    async with living(dsn, tmp_path, clock) as home:
        ann, bob = await home.person(), await home.person()
        first, second = await judges(home)
        room, event_id = await reported(ann, bob)
        case_id = (await first.queue())[0]["case_id"]
        for act in ("verify", "order"):
            await first.act(case_id, act)
        clock.move(timedelta(days=3))
        await home.run_jobs()
        assert (await own(bob))[0]["state"] == "unmet"
        assert await body_of(ann, room, event_id) == {}
        for act in ("restrict", "suspend"):
            await first.act(case_id, act)
        said = {"msgtype": "m.text", "body": "x"}
        send = f"/rooms/{room}/send/m.room.message/1"
        assert await bob.refused("PUT", send, said) == "403 M_USER_SUSPENDED"

        await bob.did("POST", "/api/v1/account/step-up", {"password": "correct horse"})
        version = (await home.client.get("/api/v1/policy")).json()["version"]
        asked = {"policy_version": version, "lang": "en"}
        exported = await bob.ask("POST", "/api/v1/account/exports", asked)
        assert exported.status_code == 202, exported.text
        await home.run_jobs()
        (told,) = (await bob.did("GET", "/api/v1/account/exports"))["exports"]
        assert told["state"] == "ready"
        held = await home.house.talk.timeline.reading.withheld(bob.user_id)
        assert b"Tea for sale" in held[event_id], "what others may not read is in the export"

        await bob.did("POST", f"{MINE}/{case_id}/appeal", {"words": "A gift."})
        await second.did("POST", f"/{case_id}/appeal/take")
        granted = {"outcome": "overturned", "answer": "It was."}
        await second.did("POST", f"/{case_id}/appeal/decide", granted)
        assert (await body_of(ann, room, event_id))["body"] == "Tea for sale"
        assert "event_id" in await bob.did("PUT", send, said)
        refused = await first.refused("POST", f"/{case_id}/acts", {"act": "dismiss"})
        assert refused == "cases.bad_step"
