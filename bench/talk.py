"""A small Matrix client for load: one connection, one request at a time, little of its own cost."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple
from urllib.parse import quote

import httptools

V3 = "/_matrix/client/v3"
PASSWORD = "correct horse battery"


class Answer(NamedTuple):
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body's JSON."""
        return json.loads(self.body)


class Unexpected(Exception):  # noqa: N818 - what an answer was, not what we did
    """An answer that is neither success nor an honest "not now"."""


class Line(asyncio.Protocol):
    """One keep-alive connection, opened when it is needed, with one request in flight."""

    def __init__(self, host: str, port: int) -> None:
        self.host, self.port = host, port
        self._transport: asyncio.Transport | None = None
        self._waiting: asyncio.Future[Answer] | None = None
        self._parser: Any = None
        self._headers: dict[str, str] = {}
        self._chunks: list[bytes] = []
        self._keep = True
        self._turn = asyncio.Lock()

    async def ask(
        self, method: str, path: str, body: Any = None, token: str = "", seconds: float = 70
    ) -> Answer:
        """Make a request. Raises ``OSError`` when the connection breaks, or takes too long."""
        async with self._turn:
            return await self._ask(method, path, body, token, seconds)

    async def _ask(self, method: str, path: str, body: Any, token: str, seconds: float) -> Answer:
        transport = self._transport
        if transport is None or transport.is_closing() or not self._keep:
            transport = await self._open()
        content = b"" if body is None else json.dumps(body).encode()
        head = f"{method} {path} HTTP/1.1\r\nhost: {self.host}:{self.port}\r\n"
        if token:
            head += f"authorization: Bearer {token}\r\n"
        if body is not None:
            head += f"content-type: application/json\r\ncontent-length: {len(content)}\r\n"
        self._parser = httptools.HttpResponseParser(self)
        self._headers, self._chunks = {}, []
        waiting = self._waiting = asyncio.get_running_loop().create_future()
        timer = asyncio.get_running_loop().call_later(seconds, self._break, TimeoutError())
        transport.write(head.encode() + b"\r\n" + content)
        try:
            return await waiting
        finally:
            timer.cancel()
            if self._waiting is waiting:  # it was cancelled: what still comes is nobody's
                self.close()

    async def _open(self) -> asyncio.Transport:
        self.close()
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_connection(lambda: self, self.host, self.port)
        self._transport, self._keep = transport, True
        return transport

    def close(self) -> None:
        """Hang up."""
        transport, self._transport = self._transport, None
        self._waiting = None
        if transport is not None:
            transport.abort()

    # -- asyncio and httptools call these --------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        if self._waiting is None:
            return
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserError as wrong:
            self._break(ConnectionError(str(wrong)))

    def connection_lost(self, exc: Exception | None) -> None:
        self._break(exc or ConnectionResetError("hung up"))

    def on_header(self, name: bytes, value: bytes) -> None:
        self._headers[name.decode().lower()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self._chunks.append(body)

    def on_message_complete(self) -> None:
        self._keep = self._parser.should_keep_alive()
        waiting, self._waiting = self._waiting, None
        if waiting is not None and not waiting.done():
            status = self._parser.get_status_code()
            waiting.set_result(Answer(status, self._headers, b"".join(self._chunks)))

    def _break(self, fault: Exception) -> None:
        waiting = self._waiting
        self.close()
        if waiting is not None and not waiting.done():
            waiting.set_exception(fault)


class Person:
    """Somebody with a session and a connection."""

    def __init__(self, line: Line, told: dict[str, Any]) -> None:
        self.line = line
        self.user_id: str = told["user_id"]
        self.token: str = told["access_token"]

    @classmethod
    async def register(cls, line: Line, name: str) -> "Person":
        """Make an account."""
        body = {"username": name, "password": PASSWORD, "auth": {"type": "m.login.dummy"}}
        ask = lambda: line.ask("POST", f"{V3}/register", body)  # noqa: E731 - asked again
        return cls(line, good(await patiently(ask), "register"))

    @classmethod
    async def login(cls, line: Line, name: str) -> "Person":
        """Sign in."""
        who = {"type": "m.id.user", "user": name}
        body = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
        return cls(line, good(await line.ask("POST", f"{V3}/login", body), "login"))

    def on(self, line: Line) -> "Person":
        """Return the same session on another connection."""
        return Person(line, {"user_id": self.user_id, "access_token": self.token})

    def another(self) -> "Person":
        """Return the same session on a connection of its own."""
        return self.on(Line(self.line.host, self.line.port))

    async def ask(self, method: str, path: str, body: Any = None, seconds: float = 70) -> Answer:
        """Make a request below ``/_matrix/client/v3``, or at a whole path."""
        url = path if path.startswith(("/_", "/api")) else V3 + path
        return await self.line.ask(method, url, body, self.token, seconds)

    async def did(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request that must succeed."""
        ask = lambda: self.ask(method, path, body)  # noqa: E731 - asked again
        return good(await patiently(ask), f"{method} {path[:60]}")

    async def create_room(self, preset: str = "public_chat", **more: Any) -> str:
        """Make a room."""
        return (await self.did("POST", "/createRoom", {"preset": preset, **more}))["room_id"]

    async def join(self, room_id: str) -> None:
        """Come into a room."""
        await self.did("POST", f"/join/{q(room_id)}", {})

    async def say(self, room_id: str, txn: str, text: str) -> Answer:
        """Say something."""
        path = f"/rooms/{q(room_id)}/send/m.room.message/{q(txn)}"
        return await self.ask("PUT", path, {"msgtype": "m.text", "body": text}, 15)

    async def sync(
        self, since: str = "", timeout_ms: int = 0, wish: dict[str, Any] | None = None
    ) -> Answer:
        """Sync."""
        path = f"/sync?timeout={timeout_ms}" + (f"&since={q(since)}" if since else "")
        if wish is not None:
            path += "&filter=" + q(json.dumps(wish, separators=(",", ":")))
        return await self.ask("GET", path, seconds=timeout_ms / 1000 + 15)


async def patiently(ask: Callable[[], Awaitable[Answer]]) -> Answer:
    """Ask, and again when it is time, if it is said that there are too many: to set a scene."""
    while (answer := await ask()).status == 429:
        await asyncio.sleep(float(answer.headers.get("retry-after", "1")))
    return answer


def q(text: str) -> str:
    """Quote a path segment."""
    return quote(text, safe="")


def good(answer: Answer, what: str) -> Any:
    """Return the JSON of a success. Raises ``Unexpected``."""
    if answer.status != 200:
        raise Unexpected(f"{what}: {answer.status} {answer.body[:300]!r}")
    return answer.json()
