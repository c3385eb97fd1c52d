"""What leads to a new account yields to those who have one.

Routes with a door pass a few at a time and wait in a short line; who finds the line full, or waits
too long, is told to ask again before any work was done for them. Who has begun waits longer than who
would begin: a step that is refused wastes those before it.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from teahouse.errors import Kind, Refused

AT_ONCE = 2  # in one worker
WAITING_MAX = 64
WAIT_SECONDS_MAX = 2.0
BEGUN_WAITING_MAX = 512
BEGUN_SECONDS_MAX = 10.0
RETRY_AFTER_MS = 3000


class Crowded(Refused):
    """Many people are signing up at this moment: ask again in a few seconds."""

    code = "request.crowded"
    kind = Kind.UNAVAILABLE


class Turnstile:
    """This worker's."""

    def __init__(self, at_once: int = AT_ONCE, waiting_max: int = WAITING_MAX) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._waiting_max = waiting_max
        self.waiting_count = 0

    @asynccontextmanager
    async def passed(self, begun: bool = False) -> AsyncIterator[None]:
        """Wait for a place and hold it. Raises ``Crowded``."""
        if self.waiting_count >= (BEGUN_WAITING_MAX if begun else self._waiting_max):
            raise Crowded(retry_after_ms=RETRY_AFTER_MS)
        self.waiting_count += 1
        try:
            async with asyncio.timeout(BEGUN_SECONDS_MAX if begun else WAIT_SECONDS_MAX):
                await self._places.acquire()
        except TimeoutError:
            raise Crowded(retry_after_ms=RETRY_AFTER_MS) from None
        finally:
            self.waiting_count -= 1
        try:
            yield
        finally:
            self._places.release()
