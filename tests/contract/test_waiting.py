"""Waiting on a real connection: what ends it, and answers that go out in one piece."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from teahouse.app import build_server
from teahouse.infra.http.careful import CarefulProtocol
from tests.contract.listening import PATIENCE_SECONDS, dialogue, listening
from tests.living import Living, Person

OF_ONE_MOMENT = (b"connection", b"date")


@dataclass
class Door:
    """A server that listens, and somebody who asks there what is new."""

    house: Living
    person: Person
    port: int

    def ask(self, *headers: str, since: str = "", version: str = "1.1") -> bytes:
        """The bytes that ask for what is new: for as long as may be, if it is since a place."""
        query = "set_presence=offline" + (f"&timeout=60000&since={since}" if since else "")
        lines = [
            f"GET /_matrix/client/v3/sync?{query} HTTP/{version}",
            "host: s",
            f"authorization: Bearer {self.person.token}",
            *headers,
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def until_they_wait(self, count: int) -> None:
        """Return when so many wait, and no more."""
        hub = self.house.house.talk.hub
        async with asyncio.timeout(PATIENCE_SECONDS):
            while hub.waiting_count != count:
                await asyncio.sleep(0)


@pytest.fixture
async def door(house: Living) -> AsyncIterator[Door]:
    async with listening(build_server(house.house), CarefulProtocol) as port:
        yield Door(house, await house.person(), port)


async def answer_from(reader: asyncio.StreamReader) -> tuple[list[bytes], bytes]:
    """Return the lines of an answer's head, and its body, without waiting for an end."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        lines = (await reader.readuntil(b"\r\n\r\n")).strip().split(b"\r\n")
        lengths = [line for line in lines if line.lower().startswith(b"content-length:")]
        return lines, await reader.readexactly(int(lengths[0].partition(b":")[2]))


def lasting(lines: list[bytes]) -> list[bytes]:
    """Return what a head says that is not of one moment or one connection."""
    return sorted(line for line in lines if line.partition(b":")[0].lower() not in OF_ONE_MOMENT)


async def test_who_hangs_up_waits_no_more_and_others_go_on(door: Door) -> None:
    since = (await door.person.sync())["next_batch"]
    _, gone = await asyncio.open_connection("127.0.0.1", door.port)
    stays, stayed = await asyncio.open_connection("127.0.0.1", door.port)
    for writer in (gone, stayed):
        writer.write(door.ask(since=since))
    await door.until_they_wait(2)
    gone.close()
    await door.until_they_wait(1)
    await door.person.room()
    _, body = await answer_from(stays)
    assert b'"join":{' in body
    await door.until_they_wait(0)
    stayed.close()


async def test_one_connection_is_used_again_after_waiting(door: Door) -> None:
    """What was let go of while one request waited is there for the next one."""
    since = (await door.person.sync())["next_batch"]
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    for _ in range(2):
        writer.write(door.ask(since=since))
        await door.until_they_wait(1)
        await door.person.room()
        _, body = await answer_from(reader)
        since = body.partition(b'"next_batch":"')[2].partition(b'"')[0].decode()
        assert b'"join":{' in body
    writer.close()


async def test_an_answer_in_one_piece_says_what_any_other_does(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.ask())
    lines, body = await answer_from(reader)
    writer.close()
    assert lines[0] == b"HTTP/1.1 200 OK"
    for ask in (door.ask("connection: close"), door.ask(version="1.0")):
        head, _, other = (await dialogue(door.port, ask)).partition(b"\r\n\r\n")
        assert lasting(head.split(b"\r\n")) == lasting(lines)
        assert b"connection: close" in head
        assert other == body


async def test_two_who_ask_at_once_on_one_connection_are_answered_in_turn(door: Door) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
    writer.write(door.ask() * 2)
    first, second = await answer_from(reader), await answer_from(reader)
    assert first[1] == second[1]
    assert lasting(first[0]) == lasting(second[0])
    writer.close()
