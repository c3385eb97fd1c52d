"""A server lends an upgrade a hand by itself; hand and PostgreSQL are killed, and it is verified."""

import asyncio
import json
import sys
from contextlib import suppress

import asyncpg
import httpx
import pytest

from tests.faults.conftest import OpenHouse
from tests.faults.house import House, until

pytestmark = [pytest.mark.processes, pytest.mark.timeout(150)]

HAND, POSTGRES = "teahouse.cli.hand", "/postgres "
REGISTER = "/_matrix/client/v3/register"


async def asked(house: House, query: str) -> int:
    """Ask PostgreSQL; nothing while it is away."""
    with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
        connection = await asyncpg.connect(await dsn_of(house), timeout=5)
        try:
            return int(await connection.fetchval(query) or 0)
        finally:
            await connection.close()
    return 0


async def dsn_of(house: House) -> str:
    told = json.loads((house.data / "run" / "engines.json").read_text())
    return told["dsn"]


async def test_a_run_ends_verified_whoever_is_killed(opens: OpenHouse) -> None:
    house = await opens()
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{house.port}") as client:
        for nth in range(3):
            body = {"username": f"p{nth}", "password": "correct horse",
                    "auth": {"type": "m.login.dummy"}}  # fmt: skip
            assert (await client.post(REGISTER, json=body)).status_code == 200
        words = ["upgrade", "start", "--reason", "a change of keys", "--class", "dek",
                 "--class", "kek", "--class", "index", "--data-dir", str(house.data)]  # fmt: skip
        begun = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "teahouse", *words, stdout=asyncio.subprocess.PIPE
        )
        told, _ = await begun.communicate()
        assert begun.returncode == 0, told

        async def hand_is_there() -> bool:
            return await asked(house, "select count(*) from upgrades_hands") > 0

        async def verified() -> bool:
            found = "select count(*) from upgrades_runs where verified_at is not null"
            return await asked(house, found) == 1

        assert await until(hand_is_there, 40), "the server lends a hand"
        with suppress(ValueError, ProcessLookupError):
            house.kill(HAND)  # if it is not done already
        house.kill(POSTGRES)
        assert await until(verified, 80), "".join(house.said)
        body = {"username": "late", "password": "correct horse", "auth": {"type": "m.login.dummy"}}
        assert (await client.post(REGISTER, json=body)).status_code == 200
    assert house.faults == [], "".join(house.said)
