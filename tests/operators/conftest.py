"""The operators' own routes, and somebody who goes through them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pyotp
import pytest_asyncio

from teahouse.audit.service import Audit
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.errors import UnknownToken
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Authenticators, Caller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.server import Server
from teahouse.infra.vault.vault import open_vault
from teahouse.operators.routes import routes
from teahouse.operators.service import Operators
from teahouse.passwords.service import Passwords

PLACE = "/api/v1/operator"
PASSWORD = "twelve letters"


@dataclass(repr=False)
class Console:
    operators: Operators
    passwords: Passwords
    clock: FixedClock
    client: httpx.AsyncClient

    async def call(
        self, method: str, path: str, token: str | None = None, json: Any = None
    ) -> tuple[int, Any]:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        sent = await self.client.request(method, PLACE + path, headers=headers, json=json)
        return sent.status_code, sent.json()

    def code(self, secret: str) -> str:
        """What the authenticator shows now."""
        return pyotp.TOTP(secret).at(self.clock.now())

    async def set_up(self, url: str, name: str) -> tuple[str, str]:
        """Go through a set-up link; return (session token, second factor)."""
        token = url.partition("#")[2]
        body = {"token": token, "name": name, "password": PASSWORD}
        status, begun = await self.call("POST", "/setup/begin", json=body)
        assert status == 200, begun
        body = {"token": token, "code": self.code(begun["secret"])}
        status, opened = await self.call("POST", "/setup/finish", json=body)
        assert status == 201, opened
        return opened["token"], begun["secret"]

    async def owner(self, name: str = "ada") -> tuple[str, str]:
        link = await self.operators.setup_link()
        assert link is not None
        return await self.set_up(link.url, name)

    async def sign_in(self, name: str, code: str, password: str = PASSWORD) -> tuple[int, Any]:
        body = {"name": name, "password": password, "code": code}
        return await self.call("POST", "/sessions", json=body)

    async def acts(self) -> list[str]:
        return [entry.act for entry in reversed(await self.operators.audit.page(limit=100))]


async def nobody(_token: str) -> Caller:
    raise UnknownToken


@pytest_asyncio.fixture
async def console(
    database: Database, clock: FixedClock, ids: Ids, tmp_path: Path
) -> AsyncIterator[Console]:
    config = Config(data_dir=str(tmp_path), server_name="tea.example")
    async with database.transaction() as tx:
        vault = await open_vault(tx, config, clock, ids)
    passwords = Passwords(cheap=True)
    operators = Operators(database, vault, Audit(database, clock), passwords, clock, ids, config)
    limiter = Limiter(clock)
    server = Server(
        routes(operators, limiter), Authenticators(nobody, operators.authenticate), limiter, ids
    )
    transport = httpx.ASGITransport(server, client=("192.0.2.7", 1))
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        yield Console(operators, passwords, clock, client)
    passwords.close()
