"""A worker that stands still is ended and started again, and nobody else is."""

import asyncio
import os
import signal
import socket
from datetime import timedelta

import pytest

from teahouse.cli.beating import SILENT_SECONDS_MAX, Ear
from teahouse.cli.supervisor import Worker
from teahouse.clock import FixedClock

SECOND = timedelta(seconds=1)


async def until_said(ear: Ear, descriptor: int) -> None:
    """Say something, and have it taken in."""
    os.write(descriptor, b".")
    ear.listen()


async def test_who_never_began_or_goes_on_is_not_silent(clock: FixedClock) -> None:
    ear = Ear(clock)
    for _ in range(int(2 * SILENT_SECONDS_MAX)):
        clock.move(SECOND)
        assert not ear.is_silent(), "it is still starting"
    for _ in range(int(2 * SILENT_SECONDS_MAX)):
        await until_said(ear, ear.descriptor)
        clock.move(SECOND)
        assert not ear.is_silent()
    for _ in range(int(SILENT_SECONDS_MAX) - 1):
        clock.move(SECOND)
        assert not ear.is_silent()
    clock.move(SECOND)
    assert ear.is_silent()
    os.close(ear.descriptor)
    ear.close()


async def test_a_machine_that_stood_still_blames_nobody(clock: FixedClock) -> None:
    ear = Ear(clock)
    await until_said(ear, ear.descriptor)
    clock.move(timedelta(hours=8))
    assert not ear.is_silent()
    for _ in range(int(SILENT_SECONDS_MAX)):
        clock.move(SECOND)
        assert not ear.is_silent()
    clock.move(SECOND)
    assert ear.is_silent()
    os.close(ear.descriptor)
    ear.close()


@pytest.mark.processes
async def test_a_stopped_worker_is_ended(clock: FixedClock) -> None:
    with socket.socket() as listener:
        worker = Worker(listener, clock)
        await worker.start()
        assert worker.process is not None
        assert worker.ear is not None
        worker.process.send_signal(signal.SIGSTOP)
        worker.ear._heard_at = clock.monotonic()  # it has not come so far as to say anything
        for _ in range(int(SILENT_SECONDS_MAX)):
            clock.move(SECOND)
            assert not worker.end_if_silent()
        clock.move(SECOND)
        assert worker.end_if_silent()
        async with asyncio.timeout(20):
            assert await worker.ended() == -signal.SIGKILL
        worker.ear.close()
