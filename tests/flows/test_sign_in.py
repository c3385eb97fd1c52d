"""Whoever has an account comes in by every way while nobody can get one; on any worker."""

from pathlib import Path
from typing import Any

import asyncpg
import httpx

from teahouse.app import build_server, open_house, register_jobs
from teahouse.infra.db.pool import Database
from tests.authenticator import Authenticator
from tests.gate.house import suspension
from tests.living import Living, Person, living

ORIGIN = "https://tea.example"


async def told(client: httpx.AsyncClient, path: str, body: Any) -> Any:
    answer = await client.post(path, json=body)
    assert answer.status_code in (200, 201), answer.text
    return answer.json()


async def by_passkey(client: httpx.AsyncClient, key: Authenticator) -> Any:
    place = "/api/v1/sessions/passkey"
    options = (await told(client, f"{place}/begin", {}))["options"]
    return await told(client, place, {"credential": key.get(options)})


async def by_code_here(client: httpx.AsyncClient, ada: Person) -> Any:
    shown = await told(client, "/api/v1/pairings", {"device_name": "new"})
    mine = "/api/v1/account/pairings"
    seen = await ada.did("POST", f"{mine}/look", {"code": shown["code"]})
    await ada.did("POST", f"{mine}/{seen['pairing_id']}/approve", {})
    return (await told(client, "/api/v1/pairings/take", {"secret": shown["secret"]}))["session"]


async def by_code_there(client: httpx.AsyncClient, ada: Person) -> Any:
    mine = "/api/v1/account/pairings"
    shown = (await ada.ask("POST", mine, {})).json()
    entered = await told(client, "/api/v1/pairings/enter", {"code": shown["code"]})
    number = {"number": entered["number"]}
    await ada.did("POST", f"{mine}/{shown['pairing_id']}/approve", number)
    return (await told(client, "/api/v1/pairings/take", {"secret": entered["secret"]}))["session"]


async def test_every_way_in_stays_open_while_the_gate_is_shut(
    database: Database, dsn: str, tmp_path: Path, wiper: asyncpg.Connection
) -> None:
    async with living(dsn, tmp_path, public_url=ORIGIN) as here:
        ada, key = await here.person("ada"), Authenticator(ORIGIN)
        begun = await ada.did("POST", "/api/v1/account/passkeys/begin", {})
        body = {"credential": key.create(begun["options"]), "label": "Phone"}
        assert (await ada.ask("POST", "/api/v1/account/passkeys", body)).status_code == 201
        await here.house.doors.gate.policies.set("op", "the owner", suspension())
        async with open_house(here.house.config, dsn) as second:
            register_jobs(second)
            transport = httpx.ASGITransport(build_server(second))
            async with httpx.AsyncClient(transport=transport, base_url="http://house") as client:
                there = Living(second, client)
                sessions = [
                    await by_passkey(client, key),
                    await by_code_here(client, ada),
                    await by_code_there(client, ada),
                ]
                again = await Person(there, ada.user_id, ada.token, ada.device_id).again()
                for one in sessions:
                    device = Person(here, one["user_id"], one["access_token"], one["device_id"])
                    assert (await device.did("GET", "/account/whoami"))["user_id"] == ada.user_id
                assert len((await again.did("GET", "/devices"))["devices"]) == 5
                new = {"username": "eve", "password": "x", "auth": {"type": "m.login.dummy"}}
                refused = await client.post("/_matrix/client/v3/register", json=new)
        assert refused.status_code == 403
        assert await wiper.fetchval("select count(*) from accounts_accounts") == 1
