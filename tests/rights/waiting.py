"""Waiting for followers, which act by themselves, without counting on any time."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(done: Callable[[], Awaitable[bool]], seconds: float = 60) -> None:
    """Ask again until it is so; fail after ``seconds``.

    Whatever is asked goes to the database: while it is away, the followers have their turn.
    """
    async with asyncio.timeout(seconds):
        while not await done():
            pass
