"""Both ways round, and every reason for which a device stays out."""

import asyncio
from datetime import timedelta
from typing import Any

import asyncpg
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from teahouse.app import build_server, open_house, register_jobs, routes_on_paper
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.http.place import place_of
from teahouse.pairing.model import STEPS, NoSuchPairing, State, next_state, plain_code
from tests.gate.house import suspension
from tests.living import Living, Person

NEW = "/api/v1/pairings"
MINE = "/api/v1/account/pairings"
NOT_FOUND = (404, "pairing.not_found")


async def post(house: Living, path: str, body: Any) -> tuple[int, Any]:
    """Ask as a device that is not signed in."""
    answer = await house.client.post(path, json=body)
    return answer.status_code, answer.json()


async def ask(house: Living, name: str = "Chrome · Linux") -> Any:
    status, shown = await post(house, NEW, {"device_name": name})
    assert status == 201, shown
    return shown


async def take(house: Living, secret: str) -> Any:
    status, told = await post(house, f"{NEW}/take", {"secret": secret})
    assert status == 200, told
    return told


async def refused(person: Person, path: str, body: Any) -> tuple[int, str]:
    answer = await person.ask("POST", path, body)
    assert answer.status_code >= 400, answer.text
    return answer.status_code, answer.json()["code"]


async def offered(house: Living, person: Person) -> tuple[Any, Any]:
    """Let a person show a code, and a new device come with it."""
    answer = await person.ask("POST", MINE, {})
    assert answer.status_code == 201
    shown = answer.json()
    status, entered = await post(house, f"{NEW}/enter", {"code": shown["code"], "device_name": "K"})
    assert status == 200, entered
    return shown, entered


async def lives(house: Living, told: Any) -> bool:
    """Tell whether a session that was taken is one."""
    session = told["session"]
    person = Person(house, session["user_id"], session["access_token"], session["device_id"])
    return (await person.did("GET", "/account/whoami"))["user_id"] == session["user_id"]


async def test_a_new_device_shows_the_code(house: Living, ada: Person) -> None:
    await house.house.doors.gate.policies.set("op", "the owner", suspension())
    shown = await ask(house)
    assert shown["qr_svg"].startswith("<svg")
    assert shown["link"] == f"https://tea.example/#/pair/{shown['code']}"
    assert (await take(house, shown["secret"])) == {"state": "shown", "session": None}
    typed = f" {shown['code'][:4].upper()}-{shown['code'][4:]} "
    seen = await ada.did("POST", f"{MINE}/look", {"code": typed})
    assert (seen["device_name"], seen["place"]) == ("Chrome · Linux", "127.0.0.0/24")
    assert seen["number_needed"] is False
    assert (await take(house, shown["secret"]))["state"] == "seen"
    await ada.did("POST", f"{MINE}/{seen['pairing_id']}/approve", {})
    told = await take(house, shown["secret"])
    assert (told["state"], told["session"]["user_id"]) == ("done", ada.user_id)
    assert await lives(house, told)
    assert (await take(house, shown["secret"])) == {"state": "done", "session": None}
    devices = (await ada.did("GET", "/devices"))["devices"]
    assert {one.get("display_name") for one in devices} >= {"Chrome · Linux"}


async def test_a_signed_in_device_shows_the_code(house: Living, ada: Person) -> None:
    await house.house.doors.gate.policies.set("op", "the owner", suspension())
    shown, entered = await offered(house, ada)
    path = f"{MINE}/{shown['pairing_id']}"
    seen = await ada.did("GET", path)
    assert (seen["state"], seen["device_name"], seen["number_needed"]) == ("seen", "K", True)
    assert entered["number"].isdigit()
    assert "number" not in seen  # it is read off the other screen, or not known
    await ada.did("POST", f"{path}/approve", {"number": entered["number"]})
    told = await take(house, entered["secret"])
    assert told["session"]["user_id"] == ada.user_id
    assert await lives(house, told)


async def test_all_devices_are_told(house: Living, ada: Person) -> None:
    other, told = await ada.again(), f"/user/{ada.user_id}/account_data/org.teahouse.security"
    shown, entered = await offered(house, ada)
    await house.run_jobs()
    assert (await other.did("GET", told))["what"] == "signed_in"
    path = f"{MINE}/{shown['pairing_id']}/approve"
    await ada.did("POST", path, {"number": entered["number"]})
    await house.run_jobs()
    assert (await other.did("GET", told))["what"] == "device_paired"


async def test_the_wrong_number_ends_it(house: Living, ada: Person) -> None:
    shown, entered = await offered(house, ada)
    path = f"{MINE}/{shown['pairing_id']}/approve"
    wrong = "10" if entered["number"] != "10" else "11"
    assert await refused(ada, path, {"number": wrong}) == (403, "pairing.wrong_number")
    assert await refused(ada, path, {"number": entered["number"]}) == NOT_FOUND
    assert (await take(house, entered["secret"])) == {"state": "refused", "session": None}


async def test_a_code_is_for_one_pair_of_devices(house: Living, ada: Person) -> None:
    ben = await house.person("ben")
    shown = await ask(house)
    body = {"code": shown["code"]}
    seen = await ada.did("POST", f"{MINE}/look", body)
    path = f"{MINE}/{seen['pairing_id']}"
    assert await refused(ben, f"{MINE}/look", body) == NOT_FOUND
    assert await refused(ben, f"{path}/approve", {}) == NOT_FOUND
    assert await refused(ben, f"{path}/refuse", {}) == NOT_FOUND
    assert (await ben.ask("GET", path)).status_code == 404
    assert (await ada.did("POST", f"{MINE}/look", body)) == seen  # she may look again
    await ada.did("POST", f"{path}/approve", {})
    assert await refused(ada, f"{path}/approve", {}) == NOT_FOUND
    assert await refused(ada, f"{MINE}/look", body) == NOT_FOUND
    other, entered = await offered(house, ada)
    again = {"code": other["code"], "device_name": "thief"}
    assert (await post(house, f"{NEW}/enter", again))[0] == 404
    path = f"{MINE}/{other['pairing_id']}/approve"
    assert await refused(ben, path, {"number": entered["number"]}) == NOT_FOUND
    await ada.did("POST", path, {"number": entered["number"]})


async def test_wrong_and_misused_codes_are_told_alike(house: Living, ada: Person) -> None:
    asked = await ask(house)
    theirs = (await ada.ask("POST", MINE, {})).json()
    looks = [
        await ada.ask("POST", f"{MINE}/look", {"code": code})
        for code in ("abcdefgh", "", "x" * 500, theirs["code"])
    ]
    enters = [
        await house.client.post(f"{NEW}/enter", json={"code": code})
        for code in ("abcdefgh", "", asked["code"])
    ]
    takes = [await house.client.post(f"{NEW}/take", json={"secret": s}) for s in ("", "thp_x")]
    answers: list[httpx.Response] = [*looks, *enters, *takes]
    assert {(one.status_code, one.json()["code"]) for one in answers} == {NOT_FOUND}
    assert len({one.json()["detail"] for one in answers}) == 1


async def test_codes_and_approvals_expire(house: Living, ada: Person, clock: FixedClock) -> None:
    shown = await ask(house)
    clock.move(timedelta(seconds=120))
    assert await refused(ada, f"{MINE}/look", {"code": shown["code"]}) == NOT_FOUND
    shown = await ask(house)
    clock.move(timedelta(seconds=119))
    seen = await ada.did("POST", f"{MINE}/look", {"code": shown["code"]})
    clock.move(timedelta(seconds=120))
    assert await refused(ada, f"{MINE}/{seen['pairing_id']}/approve", {}) == NOT_FOUND
    shown, entered = await offered(house, ada)
    await ada.did("POST", f"{MINE}/{shown['pairing_id']}/approve", {"number": entered["number"]})
    clock.move(timedelta(seconds=120))
    assert (await post(house, f"{NEW}/take", {"secret": entered["secret"]}))[0] == 404


async def test_refused_is_refused(house: Living, ada: Person) -> None:
    shown = await ask(house)
    seen = await ada.did("POST", f"{MINE}/look", {"code": shown["code"]})
    await ada.did("POST", f"{MINE}/{seen['pairing_id']}/refuse", {})
    assert (await take(house, shown["secret"])) == {"state": "refused", "session": None}
    assert await refused(ada, f"{MINE}/{seen['pairing_id']}/approve", {}) == NOT_FOUND


async def test_who_was_signed_out_lets_nobody_in(house: Living, ada: Person) -> None:
    """Else a thief approves ahead, and comes back after the password was changed."""
    thief = await ada.again()
    for approver, state in ((thief, None), (ada, "done")):
        shown, entered = await offered(house, approver)
        path = f"{MINE}/{shown['pairing_id']}/approve"
        await approver.did("POST", path, {"number": entered["number"]})
        new = {"new_password": "another horse", "password": "correct horse"}
        if state is None:
            await ada.did("POST", "/api/v1/account/password", new)
            status, said = await post(house, f"{NEW}/take", {"secret": entered["secret"]})
            assert (status, said["code"]) == NOT_FOUND
        else:
            assert (await take(house, entered["secret"]))["state"] == state


async def test_locked_and_ended_accounts_let_nobody_in(house: Living, ada: Person) -> None:
    accounts = house.house.people.accounts
    account = await accounts.account(ada.user_id)
    shown, entered = await offered(house, ada)
    await ada.did("POST", f"{MINE}/{shown['pairing_id']}/approve", {"number": entered["number"]})
    desk = house.house.people.desk
    await desk.lock("op", account.account_id, "a test")
    status, said = await post(house, f"{NEW}/take", {"secret": entered["secret"]})
    assert (status, said["code"]) == (403, "accounts.locked")
    await desk.unlock("op", account.account_id, "a test")
    _, entered = await offered(house, ada)
    await accounts.deactivate(account.account_id, erase=True)
    assert (await post(house, f"{NEW}/take", {"secret": entered["secret"]}))[0] == 404


async def test_no_account_is_made_and_no_trace_is_left(
    house: Living, ada: Person, wiper: asyncpg.Connection, clock: FixedClock
) -> None:
    before = await wiper.fetchval("select count(*) from accounts_accounts")
    shown = await ask(house, "Kettle in the hall")
    row = await wiper.fetchrow("select device_name, place, code_digest from pairing_pairings")
    assert row is not None
    assert b"Kettle" not in row["device_name"]
    assert shown["code"].encode() not in row["code_digest"]
    seen = await ada.did("POST", f"{MINE}/look", {"code": shown["code"]})
    await ada.did("POST", f"{MINE}/{seen['pairing_id']}/approve", {})
    await take(house, shown["secret"])
    row = await wiper.fetchrow("select device_name, place from pairing_pairings")
    assert row is not None
    assert (row["device_name"], row["place"]) == (None, None)
    clock.move(timedelta(minutes=20))
    await house.run_jobs()
    assert await wiper.fetchval("select count(*) from pairing_pairings") == 0
    assert await wiper.fetchval("select count(*) from accounts_accounts") == before


async def test_one_session_comes_of_it_on_any_number_of_workers(
    house: Living, ada: Person, dsn: str, clock: FixedClock
) -> None:
    shown, entered = await offered(house, ada)
    async with open_house(house.house.config, dsn, clock) as second:
        register_jobs(second)
        transport = httpx.ASGITransport(build_server(second))
        async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
            other = Living(second, client)
            path = f"{MINE}/{shown['pairing_id']}/approve"
            here = Person(other, ada.user_id, ada.token, ada.device_id)
            await here.did("POST", path, {"number": entered["number"]})
            told = await asyncio.gather(
                *(take(one, entered["secret"]) for one in (house, other) * 3)
            )
    assert sorted(one["state"] for one in told) == ["done"] * 6
    assert sum(one["session"] is not None for one in told) == 1


def test_guessing_is_slow() -> None:
    limits = {route.path: route.limit for route in routes_on_paper(Config()) if route.limit}
    for path in (f"{NEW}/enter", f"{MINE}/look"):
        found = limits[path]
        assert found.per_minute <= 6
        assert found.burst <= 10


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("203.0.113.77", "203.0.113.0/24"),
        ("::ffff:203.0.113.77", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("testclient", ""),
    ],
)
def test_a_place_is_a_network_and_nobody_in_it(address: str, place: str) -> None:
    assert place_of(address) == place


@given(st.lists(st.sampled_from(sorted(STEPS)), max_size=8))
def test_nobody_comes_in_who_was_not_approved(acts: list[str]) -> None:
    state, done = State.SHOWN, []
    for act in acts:
        try:
            state = next_state(state, act)
            done.append(act)
        except NoSuchPairing:
            continue
    if state is State.DONE:
        assert done == ["meet", "approve", "take"]
    assert len(done) == len(set(done))


@given(st.text(alphabet="abcdefgh23456789", min_size=8, max_size=8), st.integers(0, 8))
def test_a_code_is_known_however_it_is_typed(code: str, at: int) -> None:
    assert plain_code(f"  {code[:at].upper()}- {code[at:]}\n") == code
