"""A house on a real socket of this process, and bytes to send it."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import uvicorn

from teahouse.infra.http.careful import CarefulProtocol

PATIENCE_SECONDS = 60.0


class Quick(CarefulProtocol):
    """With little patience, so that tests need none."""

    head_seconds_max = 1.5


@asynccontextmanager
async def listening(app: Any, protocol: type[CarefulProtocol] = Quick) -> AsyncIterator[int]:
    """Serve and give the port."""
    config = uvicorn.Config(
        app, http=protocol, loop="none", lifespan="off", log_config=None, access_log=False,
        timeout_graceful_shutdown=1,
    )  # fmt: skip
    server = uvicorn.Server(config)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    task = asyncio.ensure_future(server.serve(sockets=[listener]))
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        await task


async def dialogue(port: int, *parts: bytes, end: bool = False) -> bytes:
    """Send parts one by one and return everything that comes until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        if end:
            writer.close()
            return b""
        return await asyncio.wait_for(reader.read(), PATIENCE_SECONDS)
    except ConnectionError:
        return b"reset"
    finally:
        writer.close()


async def works(port: int) -> bool:
    """Tell whether the server answers somebody else."""
    ask = b"GET /_matrix/client/versions HTTP/1.1\r\nhost: s\r\nconnection: close\r\n\r\n"
    return (await dialogue(port, ask)).startswith(b"HTTP/1.1 200 OK")
