"""A server of some routes, asked in process, by people whose token is their name."""

from collections.abc import Iterable
from typing import Any

import httpx

from teahouse.clock import Clock
from teahouse.errors import UnknownToken
from teahouse.ids import Ids
from teahouse.infra.http.caller import Authenticators, Caller, OperatorCaller
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route
from teahouse.infra.http.server import Server

SERVER_NAME = "tea.example"
NAMES = ("ann", "bo", "cy")


def user_id(name: str) -> str:
    return f"@{name}:{SERVER_NAME}"


async def person(token: str, locked_too: bool = False) -> Caller:
    if token not in NAMES:
        raise UnknownToken
    return Caller(f"account-{token}", user_id(token), "DEVICE", f"session-{token}")


async def operator(token: str) -> OperatorCaller:
    raise UnknownToken


class Client:
    """Asks the server; ``who`` is a name, or empty for nobody."""

    def __init__(self, routes: Iterable[Route], clock: Clock, ids: Ids) -> None:
        limiter = Limiter(clock, enabled=False)
        server = Server(routes, Authenticators(person, operator), limiter, ids)
        transport: Any = httpx.ASGITransport(app=server)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://tea.example")

    async def ask(self, who: str, method: str, path: str, **more: Any) -> httpx.Response:
        headers = dict(more.pop("headers", {}))
        if who:
            headers["authorization"] = f"Bearer {who}"
        return await self._http.request(method, path, headers=headers, **more)

    async def error(self, who: str, method: str, path: str, **more: Any) -> tuple[int, str]:
        answer = await self.ask(who, method, path, **more)
        return answer.status_code, answer.json()["errcode"]
