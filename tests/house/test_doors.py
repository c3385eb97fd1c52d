"""The census of doors: nothing makes an account without asking the gate [R-004].

Two halves. The code is read: an admission is minted in one place, an account is made in one place,
and only accounts' own store writes the table. The composed house is asked: with everything shut,
every route that names a door refuses, and what names no door makes no account.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
import pytest_asyncio

from teahouse.app import House, build_routes, build_server, open_house, register_jobs
from teahouse.config import Config
from teahouse.gate.model.doors import DOORS, Door
from teahouse.gate.model.policies import REGIONS
from teahouse.infra.db.pool import Database
from teahouse.infra.http.router import Auth, Route
from teahouse.registrations.model import OPEN_CLASSES
from tests.gate.house import REGISTER, suspension

SOURCE = Path(__file__).parents[2] / "src" / "teahouse"
MINT = "gate/service/keeper.py"
BIRTH = "registrations/service/steps.py"
TABLE = "accounts_accounts"


def calls(tree: ast.AST) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def named(call: ast.Call) -> str:
    return ast.unparse(call.func)


def found(wanted: Any) -> set[str]:
    return {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        for call in calls(ast.parse(path.read_text("utf-8")))
        if wanted(named(call))
    }


def test_admissions_are_minted_in_one_place() -> None:
    assert found(lambda name: name.split(".")[-1] == "Admission") == {MINT}


def test_accounts_are_made_in_one_place() -> None:
    def makes(name: str) -> bool:
        return name.endswith(("accounts.create", "Accounts.create"))

    assert found(makes) == {BIRTH}


def test_only_accounts_write_their_table() -> None:
    writers = {
        str(path.relative_to(SOURCE).parts[0])
        for path in SOURCE.rglob("*.py")
        if f"insert into {TABLE}" in path.read_text("utf-8").lower()
    }
    assert writers == {"accounts"}


def test_every_door_has_a_decision() -> None:
    assert set(DOORS) == set(Door)
    assert len({rule.number for rule in DOORS.values()}) == len(Door) == 19


@pytest_asyncio.fixture(params=[False, True], ids=["people", "test_mode"])
async def opened(
    database: Database, dsn: str, tmp_path: Path, request: pytest.FixtureRequest
) -> Any:
    """The composed house, as it serves."""
    config = Config(
        data_dir=str(tmp_path),
        server_name="tea.example",
        test_mode=request.param,
        registration_shared_secret="secret",
    )
    async with open_house(config, dsn) as house:
        register_jobs(house)
        yield house


def doors_of(route: Route) -> list[Door]:
    return [Door(name) for name in route.door.split()]


async def test_built_doors_have_routes_and_routes_have_built_doors(opened: House) -> None:
    led_to = {door for route in build_routes(opened) for door in doors_of(route)}
    built = {door for door, rule in DOORS.items() if rule.built}
    assert led_to == built
    for route in build_routes(opened):
        if any(word in route.path for word in ("/register", "/registrations")):
            refuses = route.path.endswith("/requestToken")  # whatever it is asked: see elsewhere
            leads_nowhere = route.method == "GET" or refuses
            assert route.door or leads_nowhere, f"{route.method} {route.path} names no door"


async def test_with_everything_shut_no_door_opens(opened: House, wiper: asyncpg.Connection) -> None:
    policy = await opened.doors.gate.policies.set("op", "the owner", suspension())
    server: Any = build_server(opened)
    transport = httpx.ASGITransport(server)
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        for route in build_routes(opened):
            if route.door:
                await check_shut(client, route, policy.policy_id)
    assert await wiper.fetch(f"select from {TABLE}") == []
    assert await wiper.fetch("select from registrations_registrations") == []
    assert await wiper.fetch("select from consent_receipts") == []


async def check_shut(client: httpx.AsyncClient, route: Route, policy_id: str) -> None:
    path = route.path.replace("{registration_id}", "reg_none")
    path = path.replace("{auth_type}", "m.login.terms")
    for body in ({}, VALID.get(path, {})):
        answer = await client.request(route.method, path, json=body)
        if route.auth is not Auth.NONE:  # what they do with the gate shut, their own tests show
            assert answer.status_code == 401, (path, answer.text)
        elif path in ASKED_FIRST:
            assert answer.status_code == 403, (path, answer.text)
            said = answer.json()
            notice = said.get("notice") or said["org.teahouse.notice"]
            assert notice["id"] == policy_id
        else:  # a later step, of a registration that could not begin
            assert answer.status_code in (400, 403, 404), (path, answer.text)


START = "/api/v1/registrations"
ADMIN = "/_synapse/admin/v1/register"
ASKED_FIRST = {START, REGISTER, ADMIN}
VALID: dict[str, dict[str, object]] = {
    REGISTER: {"username": "eve", "password": "long enough", "auth": {"type": "m.login.dummy"}},
    f"{START}/reg_none/consent": {"policy_version": "0"},
    f"{START}/reg_none/contact": {"kind": "phone", "value": "+8613800138000"},
    f"{START}/reg_none/code": {"code": "000000"},
    f"{START}/reg_none/finish": {"username": "eve"},
}


@pytest.mark.parametrize("region", REGIONS)
@pytest.mark.parametrize("account_class", OPEN_CLASSES)
async def test_a_scope_is_shut_alone(opened: House, region: str, account_class: str) -> None:
    await opened.doors.gate.policies.set(
        "op", "the owner", suspension(region=region, account_class=account_class)
    )
    server: Any = build_server(opened)
    transport = httpx.ASGITransport(server)
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        for one in REGIONS:
            for other in OPEN_CLASSES:
                asked = {"account_class": other, "door": "email", "service_region": one}
                answer = await client.post(START, json=asked)
                shut = (one, other) == (region, account_class)
                assert (answer.status_code == 403) == shut, answer.text
