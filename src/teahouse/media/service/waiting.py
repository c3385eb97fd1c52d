"""What requests wait for in one worker: pictures that are worked on, and uploads that are to come."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from teahouse.errors import Unavailable

PICTURE_THREADS = 2
PICTURES_WAITING_MAX = 64

T = TypeVar("T")


@dataclass
class Studio:
    """The threads in which pictures are worked on: few, with a short queue before them."""

    threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(PICTURE_THREADS, "pictures")
    )
    waiting: int = 0

    async def work(self, what: Callable[[], T]) -> T:
        """Have something done. Raises ``Unavailable`` when too much is waiting."""
        if self.waiting >= PICTURES_WAITING_MAX:
            raise Unavailable("too many pictures are being worked on; ask again shortly")
        self.waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self.threads, what)
        finally:
            self.waiting -= 1


@dataclass
class Arrivals:
    """Who waits for which upload, in this worker."""

    waiting: dict[str, list["asyncio.Future[None]"]] = field(
        default_factory=dict[str, list["asyncio.Future[None]"]]
    )

    def arrived(self, media_id: str, _body: bytes) -> None:
        """Wake those who wait for a file."""
        for future in self.waiting.pop(media_id, ()):
            if not future.done():
                future.set_result(None)

    async def wait(self, media_id: str, seconds: float) -> None:
        """Return when a file has come, or after ``seconds``."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.waiting.setdefault(media_id, []).append(future)
        try:
            async with asyncio.timeout(seconds):
                await future
        except TimeoutError:
            return
        finally:
            others = self.waiting.get(media_id)
            if others is not None and future in others:
                others.remove(future)
                if not others:
                    del self.waiting[media_id]
