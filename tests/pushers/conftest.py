"""A house at a moment that can be moved, and a place that it tells."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from teahouse.clock import FixedClock
from teahouse.infra.db.pool import Database
from tests.living import Living, Person, living
from tests.pushers.gateway import Receiver, receiving

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BEGUN = "select count(*) from log_cursors where name = 'pushers.following'"


class Place:
    """A house, its clock, and the gateway."""

    def __init__(self, home: Living, clock: FixedClock, receiver: Receiver) -> None:
        self.home, self.clock, self.receiver = home, clock, receiver

    async def settle(self, **move: int) -> None:
        """Let time pass, and what is due be done."""
        self.clock.move(timedelta(**move))
        assert await self.home.house.log.settled(10)
        await self.home.run_jobs()

    async def told(self, **move: int) -> list[dict[str, object]]:
        """Return what the gateway is told now."""
        await self.settle(**move)
        return [post.notification for post in self.receiver.take()]

    async def pusher(self, person: Person, pushkey: str = "key", **more: object) -> None:
        """Have a gateway told."""
        body = {
            "kind": "http",
            "app_id": "org.example.app",
            "pushkey": pushkey,
            "app_display_name": "App",
            "device_display_name": "Phone",
            "lang": "en",
            "data": {"url": self.receiver.url, "brand": "tea"},
            **more,
        }
        await person.did("POST", "/pushers/set", body)


async def follows(database: Database) -> None:
    """Wait until the follower has a place: it begins where the log stands when it first looks."""
    while True:
        async with database.read() as tx:
            if await tx.value(BEGUN):
                return


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
async def place(
    database: Database, dsn: str, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver
) -> AsyncIterator[Place]:
    clock = FixedClock(NOW)
    async with living(dsn, tmp_path_factory.mktemp("data"), clock) as home:
        await follows(database)
        yield Place(home, clock, receiver)
