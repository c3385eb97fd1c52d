"""Letting everything else go first on this machine's processors.

Niceness alone is not enough. Where the kernel groups processes by session (``sched_autogroup``, on by
default in many), it shares the processors out among sessions, and niceness counts only within one:
each process of PostgreSQL's is a session of its own, and so is each of ours. So the session's
niceness is set too (sched(7), "The autogroup feature").
"""

import asyncio
import os
from pathlib import Path

NICE = 10  # a tenth of what a process gets that does not give way
TRIES = 5
AGAIN_SECONDS = 0.12  # whoever is not root may change one session in a tenth of a second


def give_way(process: int = 0) -> bool:
    """Let everything else go before a process, this one by default.

    Returns whether all that could be done is done: ``False`` asks for being called again soon. What
    this machine does not let us do is left.
    """
    process = process or os.getpid()
    try:
        os.setpriority(os.PRIO_PROCESS, process, NICE)
        Path(f"/proc/{process}/autogroup").write_text(str(NICE))
    except BlockingIOError:
        return False
    except OSError:
        return True  # it is another's, or gone, or this kernel groups nothing
    return True


async def give_way_of_postgres(process: int) -> None:
    """Let everything else go before a process, if it is one of PostgreSQL's on this machine."""
    for _ in range(TRIES):
        if not _is_postgres(process) or give_way(process):
            return
        await asyncio.sleep(AGAIN_SECONDS)


def _is_postgres(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/comm").read_text().startswith("postgres")
    except OSError:
        return False
