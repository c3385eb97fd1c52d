"""Nobody asks the pool for a second connection while holding one: a full pool would wait for itself.

What is watched is whoever in the house opens a connection; a test may hold one of its own.
"""

import inspect
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from contextvars import ContextVar
from pathlib import Path
from types import FrameType
from typing import Any

from teahouse.infra.db.pool import Database

SOURCE = Path(__file__).parents[1] / "src" / "teahouse"
POOL = "infra/db/"
ONE_AT_A_TIME = ("infra/jobs/runner.py:_run_schedule", "infra/bus/log.py:follow_once")  # a worker

Opens = Callable[[Database], AbstractAsyncContextManager[Any]]


OPENED: Opens = vars(Database)["_connection"]


def watched(found: list[str]) -> Opens:
    """Wrap the pool's one way to a connection: whoever asks for a second one is written down."""
    holder: ContextVar[str] = ContextVar("holder", default="")

    @asynccontextmanager
    async def connection(database: Database) -> AsyncIterator[Any]:
        held, asks = holder.get(), _asker(inspect.currentframe())
        if held and asks and held not in ONE_AT_A_TIME:
            found.append(f"{asks} asks for a second connection while {held} holds one")
        token = holder.set(held or asks)
        try:
            async with OPENED(database) as one:
                yield one
        finally:
            holder.reset(token)

    return connection


def _asker(frame: FrameType | None) -> str:
    """Return the place in the house that asks; nothing when a test asks itself."""
    while frame is not None:
        path = Path(frame.f_code.co_filename)
        if path.is_relative_to(SOURCE):
            place = path.relative_to(SOURCE).as_posix()
            if not place.startswith(POOL):
                return f"{place}:{frame.f_code.co_name}"
        elif path.name != "contextlib.py" and path != Path(__file__):
            return ""
        frame = frame.f_back
    return ""
