"""Bytes that come slowly, without end, or not at all; the server answers everybody else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from teahouse.app import build_server
from tests.contract.cast import Cast
from tests.contract.listening import PATIENCE_SECONDS, dialogue, listening, works
from tests.engines.conftest import Open as Opens
from tests.engines.conftest import opens, place
from tests.living import q

__all__ = ["opens", "place"]


@dataclass
class Open:
    """A server that listens, and somebody to speak as."""

    cast: Cast
    port: int

    def head(self, *headers: str, method: str = "PUT", path: str = "") -> bytes:
        """The head of a request to say something."""
        path = path or f"/_matrix/client/v3/rooms/{q(self.cast.values['room_id'])}"
        lines = [
            f"{method} {path}/send/m.room.message/wire HTTP/1.1",
            "host: s",
            f"authorization: Bearer {self.cast.person.token}",
            *headers,
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@pytest.fixture
async def opened(cast: Cast) -> AsyncIterator[Open]:
    server = build_server(cast.living.house)
    server.body_seconds_max = 1.0  # an upload that is too long is told so before
    async with listening(server) as port:
        yield Open(cast, port)


async def test_body_that_does_not_come(opened: Open) -> None:
    said = await dialogue(opened.port, opened.head("content-length: 100"), b'{"msgtype"')
    assert said.startswith(b"HTTP/1.1 408 ")
    assert b'"M_UNKNOWN"' in said
    assert await works(opened.port)
    assert await opened.cast.digest.changed() == ""


async def test_body_that_drips(opened: Open) -> None:
    """The limit is for the whole body: each drop does not buy more time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", opened.port)
    writer.write(opened.head("content-length: 100000"))
    answer = asyncio.ensure_future(reader.read())
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not answer.done():
            try:
                writer.write(b" ")
                await writer.drain()
            except ConnectionError:
                break
            await asyncio.wait([answer], timeout=0.05)
        with suppress(ConnectionResetError):  # it may be lost, when they still drip at the end
            assert (await answer).startswith(b"HTTP/1.1 408 ")
    writer.close()
    assert await opened.cast.digest.changed() == ""


async def test_chunked_body_without_end(opened: Open) -> None:
    head = opened.head("transfer-encoding: chunked")
    assert (await dialogue(opened.port, head, b"2\r\n{}\r\n")).startswith(b"HTTP/1.1 408 ")
    endless = [b"10000\r\n" + b" " * 65536 + b"\r\n"] * 40
    said = await dialogue(opened.port, head, *endless)
    assert said.startswith(b"HTTP/1.1 413 ") or said == b"reset"
    assert await works(opened.port)
    assert await opened.cast.digest.changed() == ""


async def test_body_that_nobody_waits_for(opened: Open) -> None:
    """A call that needs no body is answered; the connection is not held open by one."""
    head = opened.head("content-length: 9999", method="GET", path="/_matrix/client/v3/nothing")
    said = await dialogue(opened.port, head, b"a", b"b")
    assert said.startswith(b"HTTP/1.1 404 ")
    assert await works(opened.port)


async def test_hanging_up_in_mid_body(opened: Open) -> None:
    for _ in range(20):
        await dialogue(opened.port, opened.head("content-length: 100"), b'{"msgt', end=True)
    assert await works(opened.port)
    assert await opened.cast.digest.changed() == ""


@pytest.mark.parametrize(
    "part", [b"a: " + b"x" * 1000 + b"\r\n", b"x" * 1000], ids=["many headers", "one without end"]
)
async def test_flood_of_headers(opened: Open, part: bytes) -> None:
    head = b"GET / HTTP/1.1\r\nhost: s\r\n"
    said = await dialogue(opened.port, head, *[part] * 5000)
    assert said.startswith(b"HTTP/1.1 431 ") or said == b"reset"
    assert await works(opened.port)


async def test_head_that_does_not_end(opened: Open) -> None:
    assert (await dialogue(opened.port)).startswith(b"HTTP/1.1 408 ")
    assert (await dialogue(opened.port, b"GET / HTTP/1.1\r\n")).startswith(b"HTTP/1.1 408 ")
    after_one = b"GET /healthz HTTP/1.1\r\nhost: s\r\n\r\n"
    said = await dialogue(opened.port, after_one, b"GET /healthz HTTP/1.1\r\nho")
    assert said.startswith(b"HTTP/1.1 200 ")
    assert said.count(b"HTTP/1.1 408 ") == 1
    assert await works(opened.port)


@pytest.mark.parametrize(
    "garbage",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
        b"GET /\xff\xfe HTTP/1.1\r\nhost: s\r\n\r\n",
        b"GET /a b c HTTP/1.1\r\nhost: s\r\n\r\n",
        b"GET / HTTP/9.9\r\nhost: s\r\n\r\n",
        b"\0" * 1000,
        b"PUT / HTTP/1.1\r\nhost: s\r\ncontent-length: -1\r\n\r\n",
        b"PUT / HTTP/1.1\r\nhost: s\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"PUT / HTTP/1.1\r\nhost: s\r\ncontent-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n",
        b"PUT / HTTP/1.1\r\nhost: s\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
async def test_what_is_no_http(opened: Open, garbage: bytes) -> None:
    said = await dialogue(opened.port, garbage)
    assert said.startswith((b"HTTP/1.1 400 ", b"HTTP/1.1 408 ", b"HTTP/1.1 405 "))
    assert await works(opened.port)


async def test_many_who_say_nothing(opened: Open) -> None:
    """Silent connections are let go, and nobody else waits for them."""
    silent = [asyncio.ensure_future(dialogue(opened.port, b"GET / HT")) for _ in range(60)]
    assert await works(opened.port)
    assert all(said.startswith(b"HTTP/1.1 408 ") for said in await asyncio.gather(*silent))


@pytest.mark.processes
async def test_as_it_is_served(opens: Opens, place: Path) -> None:
    """The server that people start has these limits too."""
    server = await opens(place / "data")
    await server.ready()
    head = b"GET / HTTP/1.1\r\nhost: s\r\n"
    said = await dialogue(server.port, head, *[b"a: " + b"x" * 1000 + b"\r\n"] * 5000)
    assert said.startswith(b"HTTP/1.1 431 ") or said == b"reset"
    for garbage in (b"\0" * 1000, b"GET /\xff HTTP/1.1\r\nhost: s\r\n\r\n"):
        assert (await dialogue(server.port, garbage)).startswith(b"HTTP/1.1 400 ")
    unfinished = b"POST /_matrix/client/v3/login HTTP/1.1\r\nhost: s\r\ncontent-length: 9\r\n\r\n{"
    for _ in range(50):
        await dialogue(server.port, unfinished, end=True)
    assert await works(server.port)
