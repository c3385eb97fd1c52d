"""A bridge's side of the Application Service API: what it is sent, and what it says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from tests.living import Living

AS_TOKEN, HS_TOKEN = "as-token-of-the-bridge", "hs-token-of-the-bridge"
REGISTER = "/_matrix/client/v3/register"


def registration(url: str | None, **changed: Any) -> str:
    """Return a registration; JSON is YAML too."""
    return json.dumps(
        {
            "id": "bridge",
            "url": url,
            "as_token": AS_TOKEN,
            "hs_token": HS_TOKEN,
            "sender_localpart": "bridge",
            "namespaces": {
                "users": [{"exclusive": True, "regex": "@_ghost_.*"}],
                "aliases": [{"exclusive": True, "regex": "#_ghost_.*"}],
                "rooms": [],
            },
            "rate_limited": False,
        }
        | changed
    )


@dataclass
class Bridge:
    """Listens on a port of its own; ``down`` answers 500 to everything, ``leads`` redirects."""

    port: int = 0
    down: bool = False
    leads: str = ""  # where to it sends everybody on
    sent: list[tuple[str, Any]] = field(default_factory=list[tuple[str, Any]])
    asked: list[tuple[str, str, str]] = field(default_factory=list[tuple[str, str, str]])
    knows: dict[str, Any] = field(default_factory=dict[str, Any])  # what it answers to GET
    makes: dict[str, Any] = field(default_factory=dict[str, Any])  # what to do when asked

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def events(self) -> list[Any]:
        """All that it was told, in order."""
        return [event for _, body in self.sent for event in body["events"]]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while line := await reader.readline():
                method, path, _ = line.decode().split(" ", 2)
                headers: dict[str, str] = {}
                while (row := (await reader.readline()).decode().strip()) != "":
                    name, _, value = row.partition(":")
                    headers[name.lower()] = value.strip()
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, said = await self.answer(method, path, headers, body)
                text = json.dumps(said).encode()
                head = f"HTTP/1.1 {status} X\r\ncontent-type: application/json\r\n"
                if self.leads:
                    head = f"HTTP/1.1 302 X\r\nlocation: {self.leads}{path}\r\n"
                writer.write(head.encode() + b"content-length: %d\r\n\r\n" % len(text) + text)
                await writer.drain()
        finally:
            writer.close()

    async def answer(
        self, method: str, path: str, headers: dict[str, str], body: bytes
    ) -> tuple[int, Any]:
        self.asked.append((method, path, headers.get("authorization", "")))
        if self.down:
            return 500, {"errcode": "M_UNKNOWN"}
        if method == "PUT":
            self.sent.append((path.rpartition("/")[2], json.loads(body)))
            return 200, {}
        if method == "POST":
            return 200, {}
        if path in self.knows:
            return 200, self.knows[path]
        act = self.makes.get(path)
        if act is None:
            return 404, {"errcode": "M_NOT_FOUND"}
        await act()
        return 200, {}


@asynccontextmanager
async def listening() -> AsyncIterator[Bridge]:
    """Give a bridge that listens."""
    bridge = Bridge()
    server = await asyncio.start_server(bridge.serve, "127.0.0.1", 0)
    bridge.port = server.sockets[0].getsockname()[1]
    try:
        yield bridge
    finally:
        server.close()


async def ask(
    home: Living, method: str, path: str, body: Any = None, **query: str
) -> httpx.Response:
    """Ask as the bridge."""
    headers = {"authorization": f"Bearer {AS_TOKEN}"}
    return await home.client.request(method, path, json=body, params=query, headers=headers)


async def did(home: Living, method: str, path: str, body: Any = None, **query: str) -> Any:
    """Ask as the bridge for what must succeed."""
    answer = await ask(home, method, path, body, **query)
    assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text}"
    return answer.json()


async def ghost(home: Living, name: str) -> str:
    """Register one of the bridge's users."""
    body = {"type": "m.login.application_service", "username": name, "inhibit_login": True}
    return (await did(home, "POST", REGISTER, body))["user_id"]


def told(answer: Any) -> tuple[int, str]:
    """Return what an answer comes to."""
    return answer.status_code, answer.json().get("errcode", "")
