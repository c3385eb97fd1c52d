"""Whether a worker still goes on: it says so once a second, and the supervisor listens.

A worker that stands still holds on to the connections of those whom it serves, and nobody else sees
that they get no answer. Who has begun to say so and then says nothing for long is killed, and started
again as after any other end.
"""

import asyncio
import os
from contextlib import suppress

from teahouse.clock import Clock

BEAT_SECONDS = 1.0
SILENT_SECONDS_MAX = 30.0  # far beyond what the busiest worker on a loaded machine needs
BYTES_MAX = 4096


async def beat(descriptor: int) -> None:
    """Say once a second, for ever, that this process goes on."""
    os.set_blocking(descriptor, False)
    while True:
        with suppress(BlockingIOError, BrokenPipeError):  # nobody listened for long, or any more
            os.write(descriptor, b".")
        await asyncio.sleep(BEAT_SECONDS)


class Ear:
    """The supervisor's end: when one process was last heard. ``descriptor`` is for the process."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._heard_at: float | None = None
        self._looked_at = clock.monotonic()
        self._end, self.descriptor = os.pipe()
        os.set_blocking(self._end, False)
        asyncio.get_running_loop().add_reader(self._end, self.listen)

    def listen(self) -> None:
        """Take in what was said."""
        try:
            said = os.read(self._end, BYTES_MAX)
        except BlockingIOError:
            return
        if said:
            self._heard_at = self._clock.monotonic()
        else:  # the process ended
            asyncio.get_running_loop().remove_reader(self._end)

    def is_silent(self) -> bool:
        """Tell whether it began to speak, and has said nothing for long; to be asked every second."""
        now = self._clock.monotonic()
        stood_still = now - self._looked_at > SILENT_SECONDS_MAX / 3  # we, or the whole machine
        self._looked_at = now
        if self._heard_at is not None and stood_still:
            self._heard_at = now
        return self._heard_at is not None and now - self._heard_at > SILENT_SECONDS_MAX

    def close(self) -> None:
        """Listen no more."""
        asyncio.get_running_loop().remove_reader(self._end)
        os.close(self._end)
