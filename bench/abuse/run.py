"""The run: everybody on one clock, step by step, and the table of what became of them."""

import argparse
import asyncio
import heapq
import itertools
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from tests import servers

from bench.abuse.farms import HELD_OUT, STYLES, farms
from bench.abuse.people import people
from bench.abuse.walk import Walk, World, walk
from teahouse.app import House, build_server, open_house, register_jobs
from teahouse.clock import FixedClock
from teahouse.config import Config
from teahouse.infra.db.migrator import migrate
from teahouse.infra.http.proxies import behind
from teahouse.screening.model.rules import RULES, Rule

BEGAN = datetime(2026, 9, 1, tzinfo=UTC)
PROOF_BITS = 1  # to spare this machine; what a farm would have paid is told at the usual bits
SCHEDULES_SECONDS = 15.0
WRONG_MAX, STOPPED_LEAST = 0.01, 0.95
FATES = ("stopped", "held", "staged", "through")


class Simulation:
    """A house, a clock, and who comes."""

    def __init__(self, house: House, clock: FixedClock, client: httpx.AsyncClient) -> None:
        self.house, self.clock = house, clock
        self._queue: list[tuple[float, int, AsyncIterator[float]]] = []
        self._serial = itertools.count()
        self.world = World(client, self._code, house.runner.run_due, self.now)
        self.left = 0

    def now(self) -> float:
        """Seconds since the beginning."""
        return (self.clock.now() - BEGAN).total_seconds()

    def _code(self, to: str) -> str:
        outbox = self.house.people.accounts.codes.senders.outbox
        assert outbox is not None, "test mode keeps what is sent"
        codes = outbox.codes(to)
        return codes[-1] if codes else "none"

    async def run(self, walks: Sequence[Walk]) -> None:
        """Let everybody come."""
        for one in walks:
            self._put(one.starts_at, walk(self.world, one))
        self.left = len(walks)
        self._put(0.0, self._schedules())
        while self.left:
            at, _, steps = heapq.heappop(self._queue)
            if at > self.now():
                self.clock.move(timedelta(seconds=at - self.now()))
            try:
                wait = await anext(steps)
            except StopAsyncIteration:
                self.left -= 1
                if self.left % 500 == 0:
                    sys.stderr.write(f"{self.left} left, hour {self.now() / 3600:.1f}\n")
            else:
                self._put(self.now() + wait, steps)

    async def _schedules(self) -> AsyncIterator[float]:
        while True:
            await self.house.runner.run_due()
            yield SCHEDULES_SECONDS

    def _put(self, at: float, steps: AsyncIterator[float]) -> None:
        heapq.heappush(self._queue, (at, next(self._serial), steps))


async def verdicts(house: House) -> dict[str, str]:
    """Return the verdict on each account in the end, those that were staged late included."""
    query = """
        select a.user_id, s.verdict from screening_sightings s
        join accounts_accounts a using (account_id)"""
    async with house.db.read() as tx:
        return {row[0]: row[1] for row in await tx.rows(query)}


def fate(one: Walk, known: dict[str, str]) -> str:
    """Return what became of a walk."""
    if one.outcome != "made":
        return "held" if one.outcome == "held" else "stopped"
    return "staged" if known.get(one.user_id) in ("stage", "hold") else "through"


def table(walks: Sequence[Walk], known: dict[str, str]) -> list[str]:
    """Return the lines of what became of each kind."""
    lines = [
        f"{'':12}{'came':>7}" + "".join(f"{name:>9}" for name in FATES) + f"{'':4}stopped or staged"
    ]
    for kind in ("person", *STYLES):
        mine = [one for one in walks if one.kind == kind]
        counted = Counter(fate(one, known) for one in mine)
        share = 1 - counted["through"] / max(1, len(mine))
        mark = " (held out)" if kind == HELD_OUT else ""
        row = "".join(f"{counted[name]:9}" for name in FATES)
        lines.append(f"{kind:12}{len(mine):7}{row}{'':4}{share:8.2%}{mark}")
    return lines


def summary(walks: Sequence[Walk], known: dict[str, str]) -> tuple[list[str], bool]:
    """Return the lines against what is owed, and whether it holds."""
    scripted = [one for one in walks if one.kind != "person"]
    persons = [one for one in walks if one.kind == "person"]
    named = [one for one in scripted if one.kind != HELD_OUT]
    caught = _share(scripted, known, ("stopped", "held", "staged"))
    blocked = _share(persons, known, ("stopped", "held"))
    staged = _share(persons, known, ("staged",))
    worked = [one.hashes for one in scripted if one.hashes]
    usual = 2 ** (RULES[Rule.PROOF].amount - PROOF_BITS)
    asked = sum(1 for one in persons if one.hashes or "screening.proof_needed" in one.said)
    lines = [
        f"scripted stopped or staged  {caught:8.2%}   owed >= {STOPPED_LEAST:.0%}",
        f"  without the held-out style {_share(named, known, ('stopped', 'held', 'staged')):7.2%}",
        f"  of them never an account   {_share(scripted, known, ('stopped', 'held')):7.2%}",
        f"people blocked              {blocked:8.2%}   owed <= {WRONG_MAX:.0%}",
        f"people staged               {staged:8.2%}",
        f"people who were asked for work {asked / max(1, len(persons)):5.2%}",
        f"work a farm's account cost  {usual * sum(worked) / max(1, len(scripted)):,.0f} hashes on average",
    ]
    return lines, caught >= STOPPED_LEAST and blocked <= WRONG_MAX


def _share(walks: Sequence[Walk], known: dict[str, str], fates: Sequence[str]) -> float:
    return sum(fate(one, known) in fates for one in walks) / max(1, len(walks))


async def simulate(dsn: str, scale: float, seed: int, days: float) -> bool:
    """Run the whole of it and print the table."""
    rng = random.Random(seed)
    clock = FixedClock(BEGAN)
    began = time.monotonic()
    await migrate(dsn)
    with tempfile.TemporaryDirectory() as folder:
        config = Config(
            data_dir=str(Path(folder)), server_name="tea.example", test_mode=True,
            trusted_proxies="127.0.0.1",
        )  # fmt: skip
        async with open_house(config, dsn, clock) as house:
            register_jobs(house)
            await _arm(house)
            app: Any = behind(build_server(house), config.trusted_proxies)
            transport = httpx.ASGITransport(app, client=("127.0.0.1", 1))
            async with httpx.AsyncClient(transport=transport, base_url="http://tea") as client:
                simulation = Simulation(house, clock, client)
                tokens = await _invites(house, max(1, round(30 * scale)))
                walks = [
                    *people(rng, round(5000 * scale), days),
                    *farms(rng, round(10_000 * scale), days, lambda: rng.choice(tokens)),
                ]
                await simulation.run(walks)
                known = await verdicts(house)
                rules = await house.doors.screening.desk.rules()
                tightened = [
                    policy for policy in await house.doors.gate.policies.history()
                    if policy.decided_by == "system: screening"
                ]  # fmt: skip
    lines, holds = summary(walks, known)
    spoke = ", ".join(f"{one.rule} {one.did}" for one in rules if one.did)
    refusals = Counter(
        code
        for one in walks
        if one.kind == "person" and one.outcome != "made"
        for code in one.said[-1:]
    )
    print(*table(walks, known), "", *lines, sep="\n")
    print(f"the rules in the last day: {spoke}")
    print(
        f"the gate was tightened {len(tightened)} times; people's last refusals: {dict(refusals)}"
    )
    print(f"{len(walks)} sign-ups in {time.monotonic() - began:.0f} s, seed {seed}")
    return holds


async def _arm(house: House) -> None:
    """Turn every rule on, as in a house for people."""
    desk = house.doors.screening.desk
    for rule, kind in RULES.items():
        amount = PROOF_BITS if rule is Rule.PROOF else kind.amount
        await desk.set_rule("bench", rule.value, "on", amount)


async def _invites(house: House, count: int) -> list[str]:
    ends = house.ground.clock.now() + timedelta(days=30)
    made = [
        await house.doors.invites.make("bench", "sold", 1000, ends, ("*", "*"))
        for _ in range(count)
    ]
    return [token for token, _ in made]


def main(words: Sequence[str]) -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(prog="python -m bench abuse")
    parser.add_argument("--scale", type=float, default=1.0, help="1: 10,000 scripted, 5,000 people")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--days", type=float, default=1.0)
    options = parser.parse_args(words)
    with servers.postgres() as dsn:
        holds = asyncio.run(simulate(dsn, options.scale, options.seed, options.days))
    raise SystemExit(0 if holds else 1)
