"""A house to which people come with the passwords that they have."""

from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from teahouse.clock import FixedClock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyPurpose
from tests.living import Living, Owner, living
from tests.passwords.digests import PEPPER, SAID, digests

HEADING = "username,email,password_hash\n"


@dataclass(repr=False)
class Town:
    """Two workers of a house, and what a test asks of them."""

    one: Living
    other: Living
    owner: Owner
    wiper: asyncpg.Connection

    async def bring(self, digests: Iterable[tuple[str, str]]) -> str:
        """Bring in people by (name, digest); return the import's path."""
        rows = [f'{name},{name}@tea.example,"{digest}"\n' for name, digest in digests]
        told = await self.owner.did(
            "POST", "/imports", {"csv": HEADING + "".join(rows), "label": "x"}
        )
        for _ in range(len(rows) // 20 + 1):
            await self.one.run_jobs()
        path = f"/imports/{told['import_id']}"
        assert (await self.owner.did("GET", path))["about"]["made"] == len(rows)
        return path

    async def forms(self, group: str = "") -> list[str]:
        """Bring in somebody with each form of digest; return their names."""
        people = {f"{group}{nth}": made for nth, made in enumerate(digests().values())}
        await self.bring(people.items())
        return list(people)

    async def login(self, name: str, said: str = SAID, at: Living | None = None) -> httpx.Response:
        """Sign in by password."""
        body = {"kind": "password", "user": name, "password": said}
        return await (at or self.one).client.post("/api/v1/sessions", json=body)

    async def step(self, verb: str, *rest: Any) -> int:
        """Do a verb to the pepper; this worker reads it, the other does not yet."""
        ground = self.one.house.ground
        async with ground.db.transaction() as tx:
            told = await getattr(ground.locksmith, verb)(tx, KeyPurpose.PEPPER, *rest)
            await ground.log.put(tx, told)
        await ground.attendance.beat()
        return told.version

    async def pepper(self) -> int:
        """Make the next pepper, and have it lead."""
        version = await self.step("add")
        await self.step("distribute", version)
        return await self.step("promote", version)

    async def settle(self) -> None:
        """Let nothing be written under former keys any more."""
        ground = self.one.house.ground
        async with ground.db.transaction() as tx:
            await ground.locksmith.raise_floor(tx)
        await ground.locksmith.barrier(ground.db)

    async def digest(self, name: str) -> str:
        """Return what is kept of somebody's password."""
        return await self.wiper.fetchval(
            "select phc from accounts_passwords join accounts_accounts using (account_id)"
            " where localpart = $1",
            name,
        )

    async def plain(self, name: str) -> bool:
        """Tell whether somebody's digest is plain argon2id."""
        return (await self.digest(name)).startswith("$argon2id$v=19$m=8,t=1,p=1$")

    async def count(self, form: str) -> int:
        """Return how many digests are like this."""
        asked = "select count(*) from accounts_passwords where phc like $1"
        return await self.wiper.fetchval(asked, form)


@pytest.fixture
async def town(
    database: Database,
    dsn: str,
    tmp_path: Path,
    clock: FixedClock,
    ids: Ids,
    wiper: asyncpg.Connection,
) -> AsyncIterator[Town]:
    async with (
        living(dsn, tmp_path, clock, ids, synapse_pepper=PEPPER) as one,
        living(dsn, tmp_path, clock, ids, synapse_pepper=PEPPER) as other,
    ):
        yield Town(one, other, await one.owner(), wiper)
