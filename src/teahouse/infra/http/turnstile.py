"""What leads to a new account yields to those who have one.

Routes with a door pass a few at a time and wait in a short line; who finds the line full, or waits
too long, is told to ask again before any work was done for them. Who has begun waits longer than who
would begin: a step that is refused wastes those before it.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
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
    """This worker's: of doors, unless it is said of what."""

    def __init__(
        self,
        at_once: int = AT_ONCE,
        waiting_max: int = WAITING_MAX,
        seconds_max: float = WAIT_SECONDS_MAX,
        crowded: Callable[[], Refused] = lambda: Crowded(retry_after_ms=RETRY_AFTER_MS),
    ) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._waiting_max = waiting_max
        self._seconds_max = seconds_max
        self._crowded = crowded
        self.waiting_count = 0

    @asynccontextmanager
    async def passed(self, begun: bool = False) -> AsyncIterator[None]:
        """Wait for a place and hold it. Raises ``Crowded``, or what else it was made with."""
        if self.waiting_count >= (BEGUN_WAITING_MAX if begun else self._waiting_max):
            raise self._crowded()
        self.waiting_count += 1
        try:
            async with asyncio.timeout(BEGUN_SECONDS_MAX if begun else self._seconds_max):
                await self._places.acquire()
        except TimeoutError:
            raise self._crowded() from None
        finally:
            self.waiting_count -= 1
        try:
            yield
        finally:
            self._places.release()
