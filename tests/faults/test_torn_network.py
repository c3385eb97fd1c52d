"""The network to PostgreSQL is torn at every piece that goes there or comes back."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from teahouse.errors import Unavailable
from teahouse.infra.db.pool import Database
from tests.faults import steps
from tests.faults.test_every_step import wrongs
from tests.faults.torn import Torn

PIECES_MAX = 60


@pytest.fixture
async def torn(database: object, dsn: str) -> AsyncIterator[Torn]:
    """A proxy before the session's PostgreSQL."""
    folder = parse_qs(urlsplit(dsn).query).get("host", [""])[0]
    if not folder.startswith("/"):
        pytest.skip("this PostgreSQL is not reached by a socket of its own")
    proxy = Torn(Path(folder) / ".s.PGSQL.5432")
    await proxy.open()
    yield proxy
    await proxy.close()
    connection = await asyncpg.connect(dsn)
    await connection.execute("drop table if exists steps_journal")
    await connection.close()


def through(proxy: Torn, dsn: str) -> str:
    """Return the DSN of the same database by way of the proxy."""
    parts = urlsplit(dsn)
    return f"postgresql://{parts.username}@127.0.0.1:{proxy.port}{parts.path}"


async def once(dsn: str, proxy: Torn, way: str, pieces: int) -> tuple[bool, list[str]]:
    """Send and follow with one cut; tell whether it was cut, and what is wrong."""
    await steps.begin(dsn)
    told: list[dict[str, Any]] = [{"who": "step", "step": f"{way} {pieces}"}]
    db = await Database.open(through(proxy, dsn))
    hand = steps.Hand(db)
    await hand.log.start()
    await hand.rooms.room(steps.ROOM)
    proxy.arm(way, pieces)
    names = [f"{nth}" for nth in range(steps.MESSAGES)]
    answers = await asyncio.gather(
        *(_patiently(lambda name=name: hand.say(name)) for name in names)
    )
    told += [{"who": "next", "txn": t, "event": e} for t, e in zip(names, answers, strict=True)]
    renamed = await _patiently(lambda: hand.rename("torn"))
    told.append({"who": "next", "txn": "", "event": renamed})
    await _patiently(hand.log.catch_up)
    await _patiently(hand.follow)
    cut = proxy.cut
    await hand.log.stop()
    await db.close()
    return cut, wrongs([*told, await steps.what_is_there(dsn)])


async def _patiently(work: Callable[[], Awaitable[Any]]) -> Any:
    while True:
        try:
            return await work()
        except Unavailable:
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("way", ["there", "back"])
async def test_cut_at_every_piece(way: str, torn: Torn, dsn: str) -> None:
    """Of what is cut on the way back, some was done, and nobody was told so."""
    for pieces in range(1, PIECES_MAX):
        was_cut, wrong = await once(dsn, torn, way, pieces)
        assert wrong == []
        if not was_cut:
            assert pieces > 8, "there are more pieces than that"
            return
    pytest.fail("it was always cut")


async def test_a_connection_that_leads_nowhere_is_given_up(torn: Torn, dsn: str) -> None:
    """Where packets are swallowed, the kernel finds out in seconds, and not in hours."""
    db = await Database.open(through(torn, dsn))
    async with db.read() as tx:
        carrier = tx._connection._transport.get_extra_info("socket")
        assert carrier.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert carrier.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 20_000
        assert carrier.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE) <= 10
    await db.close()
