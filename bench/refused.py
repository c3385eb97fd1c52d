"""What saying no costs: a sign-up refused by the gate, asked for work, or beyond a limit.

``python -m bench refused``: eight who knock again and again, as fast as they are answered. Processor
time is of the server's whole process tree, PostgreSQL included, for each request.
"""

import argparse
import asyncio
import os
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from bench.meter import Cost
from bench.scene import Scene
from bench.talk import Line
from teahouse.app import House
from teahouse.cli.admin import house_of
from teahouse.gate.model.policies import Both, Draft, LegalBasis, State, Words

AT_ONCE = 8
START = "/api/v1/registrations"
ASKED: dict[str, Any] = {"door": "email", "service_region": "intl"}
SHUT = Draft(
    state=State.SUSPENDED,
    words=Words(
        reason=Both(zh="为测量拒绝注册的开销而暂停", en="Shut to measure what saying no costs."),
        legal_basis=(LegalBasis(law="Cybersecurity Law", article="Article 21"),),
        technical_necessity="Nothing but a shut gate says no.",
    ),
)
Open = Callable[[str, bool, int], AbstractContextManager[tuple[str, int, list[int]]]]
Arrange = Callable[[House], Awaitable[object]]


async def shut(house: House) -> None:
    """Suspend everything."""
    await house.doors.gate.policies.set("bench", "bench", SHUT)


async def ask_for_work(house: House) -> None:
    """Open the gate, and have every prefix asked for work after its first sign-up."""
    policies = house.doors.gate.policies
    await policies.end_together("bench", [one.policy_id for one in await policies.current()], "on")
    await _rule(house, "prefix_starts", 1)
    await _rule(house, "proof", 10)


async def limit(house: House) -> None:
    """Ask for no work: who comes too often is sent away for a while."""
    await house.doors.screening.desk.set_rule("bench", "proof", "off", 10)


async def _rule(house: House, rule: str, amount: int) -> None:
    await house.doors.screening.desk.set_rule("bench", rule, "on", amount)


REFUSALS: tuple[tuple[str, str, Arrange], ...] = (
    ("refused by the gate", "gate.closed", shut),
    ("asked for work", "screening.proof_needed", ask_for_work),
    ("beyond a limit", "screening.too_many", limit),
)


async def knocking(scene: Scene, wanted: str) -> Cost:
    """Knock for a while; every answer must be the refusal that is measured."""
    lines = [scene.line() for _ in range(AT_ONCE)]
    while (await _knock(lines[0])) != wanted:  # until this worker has heard of the change
        await asyncio.sleep(0.05)
    said: Counter[str] = Counter()
    meter = scene.meter()

    async def one(line: Line) -> None:
        async with scene.timed(meter):
            said[await _knock(line)] += 1

    done = await scene.for_a_while([lambda line=line: one(line) for line in lines])
    cost = meter.stop(done)
    for line in lines:
        line.close()
    assert set(said) == {wanted}, said
    return cost


async def _knock(line: Line) -> str:
    return (await line.ask("POST", START, ASKED)).json().get("code", "")


async def measure(folder: str, scene: Scene) -> None:
    """Measure each refusal, and print it."""
    sys.stdout.write(f"{'':22} {'CPU ms':>8} {'per s':>8} {'p50 ms':>8}\n")
    for name, code, arrange in REFUSALS:
        async with house_of(None, folder) as house:
            await arrange(house)
        cost = await knocking(scene, code)
        row = f"{name:22} {cost.cpu_ms:8.2f} {cost.per_second:8.0f} {cost.p50_ms:8.2f}\n"
        sys.stdout.write(row)


def run(words: list[str], opened: Open, loop: Callable[..., None]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench refused", description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0, help="how long each is measured")
    options = parser.parse_args(words)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory(prefix="teahouse-bench-", dir="/tmp") as place:
        Path(place).chmod(0o755)
        data = f"{place}/data"
        os.environ["TEAHOUSE_TEST_MODE"] = "1"  # for the house that is opened beside the server
        with opened(data, True, 1) as server:
            loop(measure(data, Scene(*server, f"{os.getpid():x}", options.seconds)))
    sys.exit(0)
