"""What a worker has read of a few rows, read anew when the log tells that they changed."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from teahouse.errors import Unavailable

AGAIN_SECONDS = 1.0

Read = Callable[[], Awaitable[None]]


@dataclass
class Rereading:
    """Whether what was read is still so. ``read`` is what reads it, the same each time."""

    _current: bool = False
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _tasks: set["asyncio.Task[None]"] = field(default_factory=set["asyncio.Task[None]"])

    async def ensure(self, read: Read) -> None:
        """Read, unless what was read is still so; who asks while somebody reads waits for that."""
        if self._current and not self._reading.locked():
            return
        async with self._reading:
            if self._current:
                return
            self._current = True  # first: a change heard while we read counts
            try:
                await read()
            except BaseException:
                self._current = False
                raise

    async def anew(self, read: Read) -> None:
        """Read, whatever was read before."""
        self._current = False
        await self.ensure(read)

    def heard(self, read: Read) -> None:
        """Take what was read for old, and read as soon as that is possible, though nobody ask."""
        self._current = False
        task = asyncio.get_running_loop().create_task(self._until_read(read))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Stop reading."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _until_read(self, read: Read) -> None:
        while not self._current:
            try:
                await self.ensure(read)
            except Unavailable:
                await asyncio.sleep(AGAIN_SECONDS)
