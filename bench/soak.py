"""A long storm: half an hour of messages while processes are killed, then everything is counted.

``python -m bench.soak --minutes 30`` opens a house of its own. Each round sends some thousands of
messages; in the middle of it one process is killed, each kind in turn. What was acknowledged must
be there once and in order, and what the process trees hold in memory is printed after each round.
"""

import argparse
import asyncio
import itertools
import shutil
import tempfile
import time
from pathlib import Path

from tests.faults.house import House
from tests.faults.test_kill import NATS, POSTGRES, WORKER

from bench.meter import memory_kb
from bench.storm import Storm

SENDS_A_ROUND = 5_000
VICTIMS = (WORKER, "", POSTGRES, "", NATS, "")


async def one_round(house: House, number: int, victim: str) -> float:
    """Send, kill in the middle, count; return messages per second."""
    storm = Storm("127.0.0.1", [house.port], sends=SENDS_A_ROUND, tag=str(number))
    await storm.gather()
    began = time.monotonic()
    async with asyncio.TaskGroup() as group:
        group.create_task(storm.blow())
        await storm.reached(SENDS_A_ROUND // 2)
        if victim:
            house.kill(victim)
    faults = await storm.faults()
    assert faults == [], faults
    return SENDS_A_ROUND / (time.monotonic() - began)


async def soak(minutes: float, workers: int) -> None:
    """Go on for so long."""
    folder = Path(tempfile.mkdtemp(prefix="teahouse-", dir="/tmp"))
    folder.chmod(0o755)
    house = House(folder / "data", "--workers", str(workers))
    await house.open()
    end = time.monotonic() + minutes * 60
    try:
        for number, victim in enumerate(itertools.cycle(VICTIMS), 1):
            if workers == 1 and victim == NATS:
                continue
            rate = await one_round(house, number, victim)
            assert house.server is not None
            held = memory_kb([house.server.process.pid])
            killed = victim.strip("/ ") or "nothing"
            print(f"{number:4} {rate:8.0f} messages/s {held / 1024:8.0f} MB  killed {killed}")
            if time.monotonic() > end:
                break
    finally:
        await house.close()
        shutil.rmtree(folder, ignore_errors=True)


def main() -> None:
    """Read the command line and go."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--workers", type=int, default=2)
    chosen = parser.parse_args()
    asyncio.run(soak(chosen.minutes, chosen.workers))


if __name__ == "__main__":
    main()
