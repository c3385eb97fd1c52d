"""The door matrix: every built door, in every state and way of knocking, answers as it says.

``docs/doors.md`` is made from ``expected``; here people knock at the real doors of the composed
house and come to exactly that. A refusal carries the notice of the policy that refuses, by its id
and in its sentence, whatever the door, the way and the API (``knocking.outcome``).
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from teahouse.app import build_server, open_house, register_jobs
from teahouse.cli.doors import Outcome, classes_of, expected
from teahouse.cli.gen import doors
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import CLASSES, State
from teahouse.infra.db.pool import Database
from tests.flows.knocking import (
    ADMIN,
    DUMMY,
    PASSWORD,
    SECRET,
    START,
    TERMS,
    Matrix,
    Own,
    Program,
    Street,
    Tool,
    Trial,
    Visitor,
    Way,
    outcome,
)
from tests.gate.house import REGISTER, suspension
from tests.living import living
from tests.oidc.conftest import Browser, browser, ear, issuer

OWN = (
    Door.PHONE, Door.EMAIL, Door.INVITE, Door.VOUCHING, Door.OFFICIAL, Door.CHILD,
    Door.RECYCLED_NUMBER,
)  # fmt: skip
MATRIX = (Door.PHONE, Door.EMAIL, Door.INVITE, Door.VOUCHING)
ELSEWHERE = (Door.OIDC, Door.TEST_ACCOUNT, Door.ADMIN_IMPORT, Door.PROVISIONING, Door.GUEST)
OLD_AGENT = "Element/1.0 (Android 5.0)"
STALE_AFTER = timedelta(days=200)  # a number proved so long ago may have a new owner


@pytest.mark.parametrize("door", Door)
def test_the_page_tells_every_door(door: Door) -> None:
    page, rule = doors(), DOORS[door]
    rows = [row for row in page.splitlines() if row.startswith(f"| {rule.number} | `{door.value}`")]
    absent = rule.counts_as_registration and not rule.built
    assert len(rows) == 1 + absent + len(CLASSES), "a door that is not there says why"
    led = "`POST /" in rows[0]
    assert led == rule.built, "a door that is not built has no route, and one that is has some"
    told = {expected(door, one, state) for one in CLASSES for state in State}
    if rule.built and rule.counts_as_registration:
        assert classes_of(door)
        assert {Outcome.MADE, Outcome.LIMITED, Outcome.REFUSED} <= told
    else:
        assert len(told) == 1


def test_every_built_door_is_knocked_at() -> None:
    built = {door for door, rule in DOORS.items() if rule.built and rule.counts_as_registration}
    assert built == {*OWN, *ELSEWHERE}


@pytest_asyncio.fixture
async def street(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Street]:
    """The house in test mode, and beside it, on the same database, as people find it."""
    sends = {"sms_url": "http://127.0.0.1:9/sms", "smtp_url": "smtp://127.0.0.1:9"}
    shared: dict[str, Any] = {"registration_shared_secret": SECRET}
    async with living(dsn, tmp_path, clock, **shared) as home:
        config = Config(data_dir=str(tmp_path), server_name="s", **sends, **shared)
        async with open_house(config, dsn, clock) as house:
            register_jobs(house)  # which the first one runs
            found = Street(home, build_server(house))
            await found.trust()
            yield found


def visitor(street: Street, door: Door, account_class: str, way: Way) -> Own | Matrix:
    if way is Way.OLD_CLIENT and door in MATRIX and account_class == "personal":
        return Matrix(street, door)
    agent = {Way.OLD_CLIENT: OLD_AGENT, Way.NEW_DEVICE: "teahouse-web/3 (a new device)"}
    return Own(street, door, account_class, agent.get(way, "teahouse-web/2"))


async def aged(street: Street, account_class: str, count: int) -> None:
    """Have some numbers that accounts got so long ago that they may be somebody else's now."""
    numbers: list[str] = []
    for _ in range(count):
        one = Own(street, Door.PHONE, "personal")
        begun = await one.begin()
        number = f"+4479461{len(numbers):05d}" if account_class == "personal" else ""
        number = number or f"+4479462{len(numbers):05d}"
        said = {"policy_version": begun.json()["policy_version"], "lang": "en"}
        await one.post(f"{one.path}/consent", said)
        await one.post(f"{one.path}/contact", {"kind": "phone", "value": number})
        await one.post(f"{one.path}/code", {"code": await street.code(number)})
        assert (await one.finish()).status_code == 201
        numbers.append(number)
    street.stale[account_class] = numbers


async def knocked(knock: Any, street: Street, door: Door, account_class: str, state: State) -> None:
    """Knock with a policy in force, and once more where the first was let in at its pace."""
    policy, wanted = await street.policy(state), expected(door, account_class, state)
    before = await street.accounts()
    told = outcome(await knock(), policy)
    if wanted is Outcome.LIMITED:
        assert (told, await street.accounts()) == (Outcome.MADE, before + 1)
        before, told = before + 1, outcome(await knock(), policy)
    made = 1 if wanted is Outcome.MADE else 0
    assert (told, await street.accounts()) == (wanted, before + made), (door, account_class, state)
    await street.end(policy)


@pytest.mark.parametrize("door", OWN)
async def test_each_state_answers_each_way(street: Street, door: Door, clock: FixedClock) -> None:
    if door is Door.CHILD:
        street.parent = await street.home.joined("parent", "+447911123457")
    if door is Door.RECYCLED_NUMBER:
        for account_class in classes_of(door):
            await aged(street, account_class, 10)
        clock.move(STALE_AFTER)
    for account_class in classes_of(door):
        spent = Own(street, door, account_class)
        told = await spent.whole()
        assert told.status_code == 201, told.text
        for state in State:
            for way in (Way.NEW_DEVICE, Way.NEW_NUMBER, Way.OLD_CLIENT):

                async def knock(
                    account_class: str = account_class, way: Way = way
                ) -> httpx.Response:
                    return await visitor(street, door, account_class, way).whole()

                await knocked(knock, street, door, account_class, state)
            await no_way_round(street, spent, state)
            await shut_midway(street, door, account_class, state)
    for other in set(CLASSES) - set(classes_of(door)) - {"personal", "official"}:
        told = await Own(street, door, other).begin()
        assert (told.status_code, told.json()["code"]) == (400, "gate.not_registrable")


async def no_way_round(street: Street, spent: Own, state: State) -> None:
    """Replay a registration and its code, and take the last step without those before it."""
    begun = Own(street, spent.door, spent.account_class)
    assert (await begun.begin()).status_code == 201
    policy, before = await street.policy(state), await street.accounts()
    for replayed in (
        await spent.post(f"{spent.path}/code", {"code": spent.used}),
        await spent.post(f"{spent.path}/not-me"),
        await spent.post(f"{spent.path}/finish", {"username": f"{spent.name}x"}),
        await begun.post(f"{START}/reg_none/finish", {"username": begun.name}),
    ):
        assert replayed.status_code == 404, replayed.text
    direct = await begun.finish()
    assert (direct.status_code, direct.json()["code"]) == (409, "gate.wrong_step")
    assert await street.accounts() == before
    await street.end(policy)


async def shut_midway(street: Street, door: Door, account_class: str, state: State) -> None:
    """Have the state change once everything is proved: the last step is answered by it."""
    if state not in (State.WAITLIST, State.SUSPENDED):
        return
    late = Own(street, door, account_class)
    await late.prove((await late.begin()).json()["policy_version"])
    policy, before = await street.policy(state), await street.accounts()
    wanted = expected(door, account_class, state)
    assert outcome(await late.last(), policy) is wanted
    assert await street.accounts() == before + (wanted is Outcome.MADE)
    await street.end(policy)


@pytest.mark.parametrize("state", State)
async def test_accounts_made_at_once(street: Street, state: State) -> None:
    tool, tester, program = Tool(street), Trial(street), Program(street)
    assert (await tool.whole()).status_code == (await tester.whole()).status_code == 200
    assert (await program.whole()).status_code == 200
    await knocked(program.whole, street, Door.PROVISIONING, "personal", state)
    await knocked(Visitor(street).whole, street, Door.GUEST, "personal", state)
    for agent in ("teahouse-web/3", OLD_AGENT):
        await knocked(Trial(street, agent).whole, street, Door.TEST_ACCOUNT, "personal", state)
        await knocked(Tool(street).whole, street, Door.ADMIN_IMPORT, "personal", state)
    policy, before = await street.policy(state), await street.accounts()
    shut = state not in (State.OPEN, State.PACED)
    assert (await tool.again()).status_code == (403 if shut else 400)  # its nonce is used
    unsigned = {"nonce": "none", "username": "eve", "password": PASSWORD, "mac": "none"}
    told = await street.home.client.post(ADMIN, json=unsigned)
    assert told.status_code == (403 if shut else 400)
    direct = {"username": "eve", "password": PASSWORD, "auth": {"type": TERMS, "session": "none"}}
    told = await street.home.client.post(REGISTER, json=direct)
    assert told.status_code == (403 if shut else 401)
    assert await street.accounts() == before
    await street.end(policy)


async def test_a_test_accounts_session_is_spent_once(street: Street) -> None:
    begun = await street.home.client.post(REGISTER, json={"username": "ann", "password": PASSWORD})
    auth = {"type": DUMMY, "session": begun.json()["session"]}
    made = await street.home.client.post(REGISTER, json={"auth": auth})
    assert made.status_code == 200
    for state in State:
        policy = await street.policy(state)
        again = await street.home.client.post(REGISTER, json={"auth": auth})
        assert again.json() == made.json()
        assert await street.accounts() == 1
        await street.end(policy)


async def test_a_first_login_from_elsewhere(browser: Browser) -> None:
    home = browser.home
    street = Street(home)
    await street.trust()
    version = (await home.client.get("/api/v1/policy")).json()["version"]
    place, who = "/api/v1/oidc/register", iter(range(99))

    async def register(word: str) -> httpx.Response:
        body = {"arrival": word, "policy_version": version, "username": f"w{next(who)}"}
        return await home.client.post(place, json=body)

    # Whoever comes by a provider while it is shut is turned round before they arrive.
    words = [await browser.arrival(f"p{one}") for one in range(2 * len(State) + 2)]
    spent = words.pop()
    assert (await register(spent)).status_code == 201
    for state in State:

        async def knock() -> httpx.Response:
            return await register(words.pop())

        await knocked(knock, street, Door.OIDC, "personal", state)
        policy, before = await street.policy(state), await street.accounts()
        assert (await register(spent)).status_code in (403, 409)
        assert (await register("none")).status_code in (403, 409)
        assert await street.accounts() == before
        await street.end(policy)


async def test_restoring_works_in_every_state(street: Street) -> None:
    ann = await street.home.person("ann")
    asked = {"kind": "password", "user": "ann", "password": PASSWORD}
    for state in State:
        policy = await street.policy(state)
        gone = await ann.ask("POST", "/api/v1/account/deactivate", {"password": PASSWORD})
        assert gone.status_code == 200, gone.text
        refused = await street.home.client.post("/api/v1/sessions", json=asked)
        assert refused.status_code == 403
        back = await street.home.client.post("/api/v1/sessions", json=asked | {"restore": True})
        assert back.status_code == 200, back.text
        assert expected(Door.RESTORE, "personal", state) is Outcome.AS_ALWAYS
        assert await street.accounts() == 1
        ann.token = back.json()["access_token"]
        await street.end(policy)


async def test_a_mainland_number_counts_as_the_mainlands(street: Street) -> None:
    scoped = suspension(region="cn-mainland")
    policies = street.home.house.doors.gate.policies
    policy = await policies.set("op", "the owner", scoped)
    for account_class in classes_of(Door.PHONE):
        for number, status in (("+8613800138000", 403), ("+447911123456", 202)):
            one = Own(street, Door.PHONE, account_class)
            begun = await one.begin()
            assert begun.status_code == 201
            said = {"policy_version": begun.json()["policy_version"], "lang": "en"}
            await one.post(f"{one.path}/consent", said)
            body = {"kind": "phone", "value": number}
            told = await one.post(f"{one.path}/contact", body)
            assert told.status_code == status, told.text
            assert status == 202 or outcome(told, policy) is Outcome.REFUSED


__all__ = ["browser", "ear", "issuer"]
