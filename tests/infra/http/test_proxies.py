"""Who a request comes from, behind proxies that are trusted and before those that are not."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from teahouse.clock import FixedClock
from teahouse.errors import UnknownToken
from teahouse.ids import Ids
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.limits import Limit, Limiter
from teahouse.infra.http.proxies import Forwarder, Notebook, behind
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.http.server import Server

ONCE = Limit("once", per_minute=1, burst=1, by="address")


async def nobody(_token: str, _locked_too: bool = False) -> None:
    raise UnknownToken


async def told(request: Request) -> Response:
    return json_response({"address": request.address})


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "address"),
    [
        ("", "10.0.0.1", "192.0.2.7", "10.0.0.1"),
        ("10.0.0.1", "10.0.0.2", "192.0.2.7", "10.0.0.2"),
        ("10.0.0.1", "10.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("10.0.0.1", "10.0.0.1", None, "10.0.0.1"),
        ("10.0.0.0/8, ::1", "::1", "198.51.100.1, 192.0.2.7, 10.9.9.9", "192.0.2.7"),
        ("::1", "::1", "2001:db8::7", "2001:db8::7"),
    ],
)
async def test_only_a_trusted_proxy_is_believed(
    clock: FixedClock, ids: Ids, trusted: str, peer: str, forwarded: str | None, address: str
) -> None:
    route = Route("GET", "/told", told, auth=Auth.NONE, limit=ONCE)
    server = Server([route], Authenticators(nobody, nobody), Limiter(clock), ids)
    transport = httpx.ASGITransport(behind(server, trusted), client=(peer, 1))
    headers = {"x-forwarded-for": forwarded} if forwarded else {}
    async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
        assert (await client.get("/told", headers=headers)).json() == {"address": address}
        other = {"x-forwarded-for": "203.0.113.9"}
        status = (await client.get("/told", headers=other)).status_code
    believed = address != peer or forwarded is None
    assert status == (200 if believed else 429)  # no header of a stranger buys another bucket


async def test_a_proxy_that_nobody_named_is_noted_once_an_hour(
    clock: FixedClock, ids: Ids, tmp_path: Path
) -> None:
    route = Route("GET", "/told", told, auth=Auth.NONE, limit=ONCE)
    server = Server([route], Authenticators(nobody, nobody), Limiter(clock, enabled=False), ids)
    notebook = Notebook(tmp_path / "forwarder.json", clock)

    async def ask(peer: str, headers: dict[str, str]) -> Forwarder | None:
        app = behind(server, "10.0.0.1", notebook.note)
        transport = httpx.ASGITransport(app, client=(peer, 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://tea.example") as client:
            assert (await client.get("/told", headers=headers)).status_code == 200
        return notebook.last()

    forwarded = {"x-forwarded-for": "192.0.2.7"}
    assert await ask("10.0.0.9", {}) is None
    assert await ask("10.0.0.1", forwarded) is None  # it is trusted
    assert await ask("8.8.8.8", forwarded) is None  # out there anybody writes what they like
    assert await ask("10.0.0.9", forwarded) == Forwarder("10.0.0.9", clock.now())
    assert await ask("10.0.0.8", forwarded) == Forwarder("10.0.0.9", clock.now())
    clock.move(timedelta(hours=1))
    assert await ask("10.0.0.8", forwarded) == Forwarder("10.0.0.8", clock.now())
