"""A network that can be torn: a proxy before a server, which cuts after so many pieces."""

import asyncio
import contextlib
from pathlib import Path

BYTES_MAX = 65_536


class Torn:
    """Passes on what comes, until it is told to cut; then it passes on again."""

    def __init__(self, server: Path | int) -> None:
        self.server = server  # its socket, or its port on this machine
        self.port = 0
        self.cuts_at: tuple[str, int] | None = None  # a way, and the piece that is not passed on
        self.counts = {"there": 0, "back": 0}
        self.cut = False
        self._server: asyncio.Server | None = None
        self._writers: list[asyncio.StreamWriter] = []
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._come, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        assert self._server is not None
        self._server.close()
        self.abort()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    def abort(self) -> None:
        """Cut everything at once."""
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    @property
    def living(self) -> int:
        """How many connections lead through it now."""
        return sum(not writer.transport.is_closing() for writer in self._writers) // 2

    def arm(self, way: str, pieces: int) -> None:
        """Cut at the so many-th piece of a way from now, before it is passed on."""
        self.counts = {"there": 0, "back": 0}
        self.cut, self.cuts_at = False, (way, pieces)

    async def _come(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if isinstance(self.server, int):
            there, back = await asyncio.open_connection("127.0.0.1", self.server)
        else:
            there, back = await asyncio.open_unix_connection(str(self.server))
        self._writers += [writer, back]
        for way, come, go in (("there", reader, back), ("back", there, writer)):
            task = asyncio.ensure_future(self._pass(way, come, go))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _pass(self, way: str, come: asyncio.StreamReader, go: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError):
            while piece := await come.read(BYTES_MAX):
                self.counts[way] += 1
                if self.cuts_at == (way, self.counts[way]):
                    self.cuts_at, self.cut = None, True
                    self.abort()
                    return
                go.write(piece)
                await go.drain()
        go.close()
