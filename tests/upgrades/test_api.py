"""The console's way to an upgrade, and what everybody may know."""

import asyncpg

from teahouse.upgrades.model.runs import Act, State
from teahouse.upgrades.service.upgrades import Public
from teahouse.upgrades.wire import status_wire
from tests.upgrades.conftest import ANN, WHY, Site

OPENED = """
select state, report_digest is not null from works_works where kind = 'upgrade'"""


def test_nobody_is_told_that_all_can_sign_up_while_some_cannot() -> None:
    told = [status_wire(Public(None, [], is_open, None, 0), {}).words for is_open in (True, False)]
    assert (told[0].en, told[0].zh) == ("No security upgrade is running.", "目前没有进行安全升级。")
    assert "Some registrations are limited now" in told[1].en
    assert not any("Signing up" in one.en or "注册、登录" in one.zh for one in told)


async def told_beside(site: Site) -> list[bool]:
    """Tell whether our page, in both languages, and the static site tell of a run that goes on."""
    pages = [
        (await site.home.client.get(f"/registration-status?lang={lang}")).text
        for lang in ("zh", "en")
    ]
    files = await site.home.house.doors.notices.site.files()
    return ["data-upgrade" in page for page in (*pages, files["index.html"].decode())]


async def test_from_the_plan_to_the_verified_end(site: Site, wiper: asyncpg.Connection) -> None:
    home = site.home
    await home.joined("ann", "+447700900001")
    owner = await home.owner()
    place = "/upgrades"
    known = await owner.did("GET", f"{place}/classes")
    assert [one["name"] for one in known["classes"]][:4] == ["kek", "dek", "index", "house"]
    plan = await owner.did("POST", f"{place}/plan", {"classes": ["dek", "index"]})
    assert (plan["disruption_seconds"], plan["registration_open"]) == (0, True)
    rows = {(one["data_class"], one["table"]): one["rows"] for one in plan["steps"]}
    assert rows["index", "accounts_identifiers"] == 1
    assert await wiper.fetchval("select count(*) from upgrades_runs") == 0, "a plan changes nothing"
    theft = await owner.did("POST", f"{place}/plan", {"stolen": "index_key"})
    assert (theft["mode"], theft["classes"]) == ("compromise", ["index"])
    assert "old indexes" in theft["remains"]["en"]
    assert plan["remains"] is None
    for body, status in (
        ({"stolen": "tea"}, 422),
        ({"classes": ["tea"]}, 422),
        ({"scope": "another"}, 422),
        ({"rate_max": 0}, 422),
    ):
        answer = await owner.ask("POST", f"{place}/plan", body)
        assert answer.status_code == status, answer.text
    assert (await owner.ask("POST", place, {"classes": ["index"]})).status_code == 422, "no reason"
    made = await owner.did("POST", place, {"stolen": "index_key", "reason": WHY})
    run_id = made["summary"]["run_id"]
    assert (made["summary"]["mode"], made["summary"]["stolen"]) == ("compromise", "index_key")
    assert set(made["may"]) == {"start", "rate", "pause", "abort"}
    started = await owner.did("POST", f"{place}/{run_id}/start", {})
    assert started["summary"]["state"] == "distribute"
    assert "force" not in started["may"], "nobody lacks anything yet"
    assert (await owner.ask("POST", f"{place}/{run_id}/start", {})).status_code == 409
    public = (await home.client.get("/api/v1/upgrades/status")).json()
    assert [public[name] for name in ("running", "registration_open")] == [True, True]
    assert (public["downtime_seconds"], public["until"]) == (0, None), "nothing is reckoned yet"
    assert "Signing up, signing in and writing work as always." in public["words"]["en"]
    assert await told_beside(site) == [True, True, True]
    site.run_id = run_id
    await site.turns()
    told = await owner.did("GET", f"{place}/{run_id}")
    assert told["summary"]["state"] == "read_new"
    assert told["says"] == "verified; waits for two persons to retire the old keys"
    assert (told["said"]["code"], told["said"]["words"]["en"]) == ("verified", told["says"])
    assert {step["data_class"]: step["done"] for step in told["steps"]}["index"] >= 0
    assert [tuple(row) for row in await wiper.fetch(OPENED)] == [("verified", True)]
    body = {"reason": WHY}
    told = await owner.did("POST", f"{place}/{run_id}/retire", body)
    (wish,) = told["waits_for"]
    assert (wish["act"], wish["mine"]) == ("retire", True)
    assert (await owner.ask("POST", f"{place}/{run_id}/retire", body)).status_code == 403
    run = await site.upgrades.agree(ANN, run_id, Act.RETIRE, WHY)
    assert run.state is State.SOFT_RETIRE
    public = (await home.client.get("/api/v1/upgrades/status")).json()
    assert public["running"] is False
    assert await told_beside(site) == [False, False, False]
    assert (await home.client.get(f"/api/v1/operator{place}")).status_code == 401
    runs = await owner.did("GET", place)
    assert [one["run_id"] for one in runs["runs"]] == [run_id]
    assert (await owner.ask("GET", f"{place}/nothing")).status_code == 404


async def test_to_force_is_offered_only_while_a_worker_lacks_a_key(site: Site) -> None:
    beat = site.home.house.ground.attendance.beat
    await beat()
    await site.begin("index")
    hand = site.hand()

    async def offered() -> bool:
        return "force" in (await site.upgrades.show(site.run_id)).may

    assert not await offered()
    await hand.turn()
    assert await offered(), "there is a key, and nobody has said that it is here"
    await beat()
    assert not await offered()
    await hand.leave()
