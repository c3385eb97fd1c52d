"""Child processes that cannot outlive us.

Rule 1: every child asks the kernel for a signal at its parent's death, so that a ``kill -9`` of
the parent leaves no orphan. Rule 2: every child leads a session of its own, so that Ctrl-C in a
terminal reaches only the parent, which stops the others in the right order.
"""

import asyncio
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from teahouse.errors import Kind, Refused

_PR_SET_PDEATHSIG = 1
# Found here, not after the fork, where only the simplest things are safe.
_PRCTL = ctypes.CDLL(None).prctl if sys.platform == "linux" else None


class EngineFailed(Refused):
    """An engine could not be started or stopped."""

    code = "engines.failed"
    kind = Kind.UNAVAILABLE


@dataclass(frozen=True, kw_only=True)
class Launch:
    """How to start one child. ``user`` is the uid to become; ``death`` comes when we die."""

    argv: Sequence[str]
    death: signal.Signals = signal.SIGKILL
    user: int | None = None
    stdin: int = subprocess.DEVNULL
    output: int | IO[bytes] | None = None
    cwd: Path | None = None
    environment: Mapping[str, str] | None = None
    descriptors: Sequence[int] = ()


def _follow_parent(parent: int, death: signal.Signals) -> Callable[[], None]:
    def prepare() -> None:
        if _PRCTL is not None:
            _PRCTL(_PR_SET_PDEATHSIG, int(death), 0, 0, 0)
        if os.getppid() != parent:  # it died between the fork and the call above
            os.kill(os.getpid(), signal.SIGKILL)

    return prepare


async def spawn(launch: Launch) -> asyncio.subprocess.Process:
    """Start a child and return its process.

    Call it from the main thread: the kernel's promise is bound to the thread that forks. Raises
    ``EngineFailed`` when the program cannot be executed.
    """
    identity: dict[str, Any] = {}
    if launch.user is not None:
        identity = {"user": launch.user, "group": launch.user, "extra_groups": []}
    try:
        return await asyncio.create_subprocess_exec(
            *launch.argv,
            stdin=launch.stdin,
            stdout=launch.output,
            stderr=subprocess.STDOUT if launch.output is not None else None,
            cwd=launch.cwd,
            env=launch.environment,
            pass_fds=launch.descriptors,
            start_new_session=True,
            # The kernel forgets the promise when the uid changes: this runs after that.
            preexec_fn=_follow_parent(os.getpid(), launch.death),
            **identity,
        )
    except OSError as wrong:
        raise EngineFailed(f"{launch.argv[0]} cannot be run: {wrong.strerror}") from wrong


async def output_of(launch: Launch, told: bytes = b"") -> tuple[int, str]:
    """Run a child to its end and return its exit code and all that it said."""
    process = await spawn(launch)
    said, _ = await process.communicate(told or None)
    return process.returncode or 0, (said or b"").decode(errors="replace").strip()


async def stop(process: asyncio.subprocess.Process, polite: signal.Signals, seconds: float) -> bool:
    """End a child: ``polite`` first, SIGKILL after ``seconds``. Tell whether politeness did."""
    if process.returncode is not None:
        return True
    with suppress(ProcessLookupError):
        process.send_signal(polite)
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        with suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        return False
    return True
