"""Argon2id away from the event loop, in a bounded pool, with the same work for unknown accounts."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

from teahouse.passwords.model import Busy

T = TypeVar("T")

THREADS_MAX = 2
WAITING_MAX = 200  # logins in line; at 25 ms each on two threads the last waits 2.5 s


def _hasher(cheap: bool) -> PasswordHasher:
    if cheap:
        return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    return PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass
class Passwords:
    """Hashes and checks passwords. ``cheap`` is for test mode only."""

    cheap: bool = False
    verified: int = 0  # how many checks were made, for the test that nobody can tell who exists
    _waiting: int = 0
    _pool: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(THREADS_MAX, "argon2"), repr=False
    )

    def __post_init__(self) -> None:
        """Make the digest that stands in for those who have none."""
        self._hasher = _hasher(self.cheap)
        self._nobody = self._hasher.hash("nobody has this password")

    async def hash(self, password: str) -> str:
        """Return the PHC string of a password. Raises ``Busy``."""
        return await self._run(lambda: self._hasher.hash(password))

    async def check(self, phc: str | None, password: str) -> bool:
        """Tell whether a password is right; without a digest do the same work and say no."""
        self.verified += 1
        right = await self._run(lambda: self._verify(phc or self._nobody, password))
        return right and phc is not None

    def outdated(self, phc: str) -> bool:
        """Tell whether a digest was made with weaker settings than today's."""
        return self._hasher.check_needs_rehash(phc)

    def close(self) -> None:
        """Let the threads go."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _verify(self, phc: str, password: str) -> bool:
        try:
            return self._hasher.verify(phc, password)
        except (Argon2Error, InvalidHashError):
            return False

    async def _run(self, work: Callable[[], T]) -> T:
        if self._waiting >= WAITING_MAX:
            raise Busy
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._waiting -= 1
