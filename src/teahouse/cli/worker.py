"""One worker process: it imports the server while the engines start, then waits for its word.

The supervisor writes the configuration, as one line of JSON, to standard input when the database
is ready; an end of input before that means that the supervisor is gone.
"""

import asyncio
import gc
import os
import resource
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress

import msgspec
import uvloop

from teahouse.cli.beating import beat
from teahouse.config import Config
from teahouse.errors import Refused

CALLS_HAND = signal.SIGURG  # an upgrade has work; whoever does not listen does not notice it
Serve = Callable[[Config, int, Callable[[], None]], Awaitable[None]]
EXIT_REFUSED = 78  # the configuration or the database will not do: starting again would not help


def call_hand() -> None:
    """Tell the supervisor that there is work for a hand."""
    with suppress(ProcessLookupError, PermissionError):
        os.kill(os.getppid(), CALLS_HAND)


def open_as_many_as_may_be() -> None:
    """Raise the soft limit of open files, a thousand by default, to the hard one.

    Each client that waits is an open file; whoever set a hard limit meant it, the soft one is of a
    time when programs looked for the largest number with ``select``.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


async def _serve(config: Config, listener: int, pulse: int, serve: Serve) -> None:
    beating = asyncio.get_running_loop().create_task(beat(pulse))
    try:
        await serve(config, listener, call_hand)
    finally:
        beating.cancel()


def work(listener: int, pulse: int) -> None:
    """Serve on the listening socket with descriptor ``listener`` until SIGTERM.

    That it goes on is said by the descriptor ``pulse``.
    """
    gc.disable()  # what is imported stays: looking for what could go takes a fifth of the time
    from teahouse.app import serve_worker  # noqa: PLC0415 - the slow part of starting

    gc.enable()
    told = sys.stdin.buffer.readline()
    if not told:
        return
    config = msgspec.json.decode(told, type=Config)
    open_as_many_as_may_be()
    try:
        uvloop.run(_serve(config, listener, pulse, serve_worker))
    except Refused as refused:
        sys.stderr.write(f"teahouse: {refused.words}\n")
        sys.exit(EXIT_REFUSED)


if __name__ == "__main__":
    work(int(sys.argv[1]), int(sys.argv[2]))
