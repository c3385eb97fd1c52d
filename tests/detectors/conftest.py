"""A house with an owner, a follower that has begun, and lists."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from teahouse.clock import FixedClock
from teahouse.detectors.service.looking import FOLLOWER
from tests.cases.desk import Judge, judges
from tests.living import Living, Person, living

LISTS = "/detectors/lists"
SETTLE_SECONDS = 30


@dataclass(repr=False)
class Desk:
    """A house, an operator who owns it, and another who has begun nothing."""

    home: Living
    ada: Judge
    bea: Judge

    async def did(self, method: str, path: str, body: Any = None) -> Any:
        """Make a request of the owner's under ``/api/v1/operator`` that must succeed."""
        answer = await self.ada.at(method, path, body)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def refused(self, method: str, path: str, body: Any = None) -> str:
        """Make a request that must be refused, and return its code."""
        answer = await self.ada.at(method, path, body)
        assert answer.status_code >= 400, f"{method} {path} was not refused: {answer.text}"
        return answer.json()["code"]

    async def made(
        self, list_id: str, kind: str, entries: list[str], mode: str = "suggest"
    ) -> None:
        """Make a list, and turn it on."""
        about = {"list_id": list_id, "kind": kind, "category": "spam", "name": f"About {list_id}"}
        await self.did("POST", LISTS, about)
        await self.did("POST", f"{LISTS}/{list_id}/versions", {"mode": mode, "entries": entries})

    async def hits(self, list_id: str) -> list[dict[str, Any]]:
        """Return what a list has found, once all was looked at."""
        assert await self.home.house.log.settled(SETTLE_SECONDS)
        await self.home.run_jobs()
        return (await self.did("GET", f"{LISTS}/{list_id}"))["hits"]

    async def listed(self, list_id: str) -> dict[str, Any]:
        """Return a list as all are told of."""
        lists = (await self.did("GET", LISTS))["lists"]
        return next(one for one in lists if one["list_id"] == list_id)


Opening = Callable[..., AbstractAsyncContextManager[Desk]]


@pytest.fixture
def opening(database: object, dsn: str, tmp_path: Path, clock: FixedClock) -> Opening:
    """Open a house with these settings."""

    @asynccontextmanager
    async def opened(**settings: Any) -> AsyncIterator[Desk]:
        async with living(dsn, tmp_path, clock, **settings) as home:
            log = home.house.log
            for nudge in [one for nudges in log._nudges.values() for one in nudges]:
                nudge.set()
            while True:  # the follower begins by writing where it stands
                async with home.house.db.read() as tx:
                    if await log.is_followed(tx, FOLLOWER):
                        break
            yield Desk(home, *await judges(home))

    return opened


@pytest.fixture
async def desk(opening: Opening) -> AsyncIterator[Desk]:
    """Open a house as it comes."""
    async with opening() as opened:
        yield opened


async def picture(person: Person, body: bytes, kind: str = "image/png") -> str:
    """Upload a picture, and return its address."""
    headers = {"Content-Type": kind, "Authorization": f"Bearer {person.token}"}
    told = await person.living.client.post(
        "/_matrix/media/v3/upload", content=body, headers=headers
    )
    assert told.status_code == 200, told.text
    return told.json()["content_uri"]
