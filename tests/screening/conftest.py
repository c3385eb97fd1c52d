"""A house whose screening is on, and people and machines at its doors."""

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest_asyncio

from teahouse.clock import FixedClock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.screening.model.proofs import Token, solve
from teahouse.screening.model.rules import Mode
from tests.gate.house import House, open_house

START = "/api/v1/registrations"
OPERATOR = "/api/v1/operator/screening"
_serial = itertools.count(1)


@dataclass(repr=False)
class Door:
    """The house, and knocking from any address with any program."""

    house: House
    clients: dict[str, httpx.AsyncClient] = field(default_factory=dict[str, httpx.AsyncClient])

    async def post(
        self, path: str, body: Any, address: str = "192.0.2.7", agent: str = "Firefox"
    ) -> tuple[int, Any]:
        """Post from an address."""
        if address not in self.clients:
            transport = httpx.ASGITransport(self.house.server, client=(address, 1))
            self.clients[address] = httpx.AsyncClient(
                transport=transport, base_url="http://tea.example"
            )
        told = await self.clients[address].post(path, json=body, headers={"user-agent": agent})
        if told.status_code == 429:
            assert int(told.headers["retry-after"]) > 0
        return told.status_code, told.json()

    async def knock(self, proof: Any = None, **who: str) -> tuple[int, Any]:
        """Begin a registration by e-mail."""
        body = {"door": "email", "service_region": "intl"} | ({"proof": proof} if proof else {})
        return await self.post(START, body, **who)

    async def contact(self, value: str, **who: str) -> tuple[int, Any, str]:
        """Go on to the contact step; return its answer and where the registration is."""
        kind = "email" if "@" in value else "phone"
        status, begun = await self.post(START, {"door": kind, "service_region": "intl"}, **who)
        assert status == 201, begun
        path = f"{START}/{begun['registration_id']}"
        answer = {"policy_version": begun["policy_version"], "lang": "en"}
        status, said = await self.post(f"{path}/consent", answer, **who)
        assert status == 200, said
        asked = {"kind": kind, "value": value}
        return *await self.post(f"{path}/contact", asked, **who), path

    async def join(
        self, name: str, value: str = "", takes: float = 40, **who: str
    ) -> tuple[int, Any]:
        """Go through every step, in so many seconds."""
        value = value or f"{name}.{next(_serial)}@gmail.com"
        status, said, path = await self.contact(value, **who)
        if status != 202:
            return status, said
        self.house.clock.move(timedelta(seconds=takes))
        status, said = await self.post(
            f"{path}/code", {"code": await self.house.code(value)}, **who
        )
        assert status == 200, said
        return await self.post(f"{path}/finish", {"username": name}, **who)

    async def set(self, rule: str, amount: int, mode: str = "on") -> None:
        """Set a rule."""
        await self.house.screening.desk.set_rule("op", rule, mode, amount)

    async def rows(self, query: Any, *values: Any) -> list[Any]:
        """Return what a query finds."""
        async with self.house.registrations.steps.db.read() as tx:
            return [tuple(row) for row in await tx.rows(query, *values)]


def answered(challenge: dict[str, Any]) -> dict[str, Any]:
    """Solve a challenge as a client does."""
    token = Token("p", challenge["bits"], 0, challenge["challenge"])
    return {"challenge": challenge["challenge"], "answers": list(solve(token))}


@pytest_asyncio.fixture
async def door(
    database: Database, log: Log, clock: FixedClock, tmp_path: Path
) -> AsyncIterator[Door]:
    async with open_house(database, log, clock, tmp_path, usual=Mode.ON) as opened:
        await opened.screening.desk.set_rule("op", "proof", "on", 1)
        door = Door(opened)
        yield door
        for client in door.clients.values():
            await client.aclose()
