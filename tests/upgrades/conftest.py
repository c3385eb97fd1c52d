"""A house on which an upgrade is run, and two people who decide about it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.clock import FixedClock
from teahouse.codes.model import TRACES_LIFE
from teahouse.infra.db.pool import Database
from teahouse.planning.model import Asking
from teahouse.upgrades.model.runs import Run, State
from teahouse.upgrades.service.hands import Hand
from teahouse.upgrades.service.upgrades import Upgrades
from tests.living import Living, living

ANN, BO = "cli:ann", "cli:bo"
WHY = "the yearly change of keys"
TURNS_MAX, IDLE_MAX = 2000, 4


def asking(*classes: str, **told: Any) -> Asking:
    """Return what is asked to be planned."""
    plain: dict[str, Any] = {
        "classes": classes,
        "suite": None,
        "mode": "ordinary",
        "reason": WHY,
        "rate_max": None,
        "scope": "*",
    }
    return Asking(**(plain | told))


@dataclass
class Site:
    """A house with an upgrade."""

    home: Living
    clock: FixedClock
    run_id: str = ""
    own: Hand | None = None

    @property
    def upgrades(self) -> Upgrades:
        return self.home.house.upgrades

    def hand(self, **told: Any) -> Hand:
        made = self.upgrades.hand("here", 1)
        for name, value in told.items():
            setattr(made, name, value)
        return made

    async def begin(self, *classes: str, **told: Any) -> Run:
        run = await self.upgrades.make(ANN, asking(*classes, **told))
        self.run_id = run.run_id
        return await self.upgrades.start(ANN, run.run_id)

    async def run(self) -> Run:
        async with self.home.house.db.read() as tx:
            return await self.upgrades.yard.run(tx, self.run_id)

    async def turns(self, hand: Hand | None = None, until: State | None = None) -> Run:
        """Work until nothing is to be done, or a state is reached."""
        self.own = hand or self.own or self.hand()
        hand, idle = self.own, 0
        for _ in range(TURNS_MAX):
            await self.home.house.ground.attendance.beat()  # keys are heard of between turns
            if (await self.run()).state is until:
                break
            idle = 0 if await hand.turn() else idle + 1
            if idle == IDLE_MAX:
                break
        else:
            raise AssertionError(f"it does not end: {await self.run()}")
        return await self.run()

    async def agreed(self, act: Any) -> Run:
        await self.upgrades.agree(ANN, self.run_id, act, WHY)
        return await self.upgrades.agree(BO, self.run_id, act, WHY)

    async def contact(self, wiper: asyncpg.Connection) -> tuple[str, bytes]:
        """Return whose the first number is, and how it is sealed."""
        row = await wiper.fetchrow(
            "select account_id, phone from accounts_identifiers order by account_id limit 1"
        )
        assert row is not None, "there is one"
        return row[0], row[1]

    async def forgotten(self) -> None:
        """Let codes be forgotten."""
        self.clock.move(TRACES_LIFE + timedelta(hours=1))
        await self.home.run_jobs()

    async def rested(self) -> None:
        """Let the old keys rest."""
        self.clock.move(timedelta(days=8))


@pytest.fixture
async def site(
    database: Database, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Site]:
    async with living(dsn, tmp_path, clock) as home:
        yield Site(home, clock)
