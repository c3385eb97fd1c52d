"""A process that gives way does so for its session, too."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from teahouse.infra.yielding import NICE, give_way, give_way_of_postgres

WAITS = [sys.executable, "-c", "input()"]


@pytest.fixture
def other() -> "Iterator[subprocess.Popen[bytes]]":
    process = subprocess.Popen(WAITS, stdin=subprocess.PIPE, start_new_session=True)
    yield process
    process.kill()
    process.communicate()


def group_of(process: int) -> str:
    """Return how nice a process's session is, or that this kernel groups nothing."""
    try:
        return Path(f"/proc/{process}/autogroup").read_text().split()[-1]
    except OSError:
        return str(NICE)


async def test_who_gives_way_does_so_as_a_session(other: "subprocess.Popen[bytes]") -> None:
    before = os.getpriority(os.PRIO_PROCESS, other.pid)
    await give_way_of_postgres(other.pid)
    assert os.getpriority(os.PRIO_PROCESS, other.pid) == before, "it is none of PostgreSQL's"
    while not give_way(other.pid):
        pass
    assert os.getpriority(os.PRIO_PROCESS, other.pid) == NICE
    assert group_of(other.pid) == str(NICE)


def test_who_is_gone_gives_all_the_way_there_is(other: "subprocess.Popen[bytes]") -> None:
    other.kill()
    other.communicate()
    assert give_way(other.pid)
