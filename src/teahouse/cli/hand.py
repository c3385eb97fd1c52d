"""A hand: a process of its own that does an upgrade's work with the time that others leave.

The supervisor starts one while there is work, ``teahouse upgrade work`` as many as are asked for. The
configuration comes as a line of JSON on standard input.
"""

import asyncio
import signal
import sys
from contextlib import suppress

import msgspec
import uvloop

from teahouse.config import Config
from teahouse.errors import Refused
from teahouse.infra.yielding import give_way

STAY = "--stay"


async def work(config: Config, stays: bool) -> None:
    """Work until there is nothing to do, or until SIGTERM."""
    from teahouse.app import work_as_hand  # noqa: PLC0415 - the slow part of starting

    task = asyncio.current_task()
    assert task is not None, "run inside a loop"
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await work_as_hand(config, config.database_url, stays)


if __name__ == "__main__":
    give_way()  # before anything is loaded, which takes a second of a core
    try:
        told = msgspec.json.decode(sys.stdin.buffer.readline(), type=Config)
        uvloop.run(work(told, STAY in sys.argv))
    except Refused as refused:
        sys.exit(f"teahouse: {refused.words}")
