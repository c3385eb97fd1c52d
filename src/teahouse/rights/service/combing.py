"""Combing: once a day, everything is looked through for the ids of accounts that are erased [B30].

The verification asks each domain for what it knows of. This asks none: it reads the database's own
catalogue, the log files of the house's engines, and the names of all files, so that what a domain has
forgotten, or a fault has put back, is found as well.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import time_of
from teahouse.infra.blobs.blobs import Blobs
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.engines.mentions import mentions_in
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.traces import Traced, traced
from teahouse.rights import store
from teahouse.rights.model.combing import (
    AT_ONCE_MAX,
    BLOBS,
    NAMES_TOLD_MAX,
    SETTLED_AFTER,
    STAYS,
    CombErasures,
    by_account,
)
from teahouse.rights.model.holdings import Whose

# Returns the names of all files that a part of the house knows of.
Naming = Callable[[Tx], Awaitable[Sequence[str]]]


class Combed(NamedTuple):
    """What a combing found: by account, how many rows, lines or files by place; and what it read."""

    found: dict[str, dict[str, int]]
    traced: Traced
    log_bytes: int
    blobs_count: int
    strays: Sequence[str]  # files that no row names


@dataclass(frozen=True, repr=False)
class Combing:
    """Looks through everything. ``logs``: the folder of the engines' logs, if they are ours."""

    db: Database
    blobs: Blobs
    audit: Audit
    jobs: Jobs
    clock: Clock
    logs: Path
    naming: Sequence[Naming]

    async def ask(self, tx: Tx) -> None:
        """Have it done, if any erasure waits for it."""
        if await store.uncombed(tx, self._before(), 1):
            await self.jobs.enqueue(tx, CombErasures(), unique="all")

    async def comb(self, _asked: CombErasures) -> None:
        """Look for all accounts that are erased and not looked for yet; note what was found."""
        async with self.db.read() as tx:
            waiting = await store.uncombed(tx, self._before(), AT_ONCE_MAX)
        if not waiting:
            return
        combed = await self.look([Whose(account_id, user_id) for account_id, user_id in waiting])
        async with self.db.transaction() as tx:
            for account_id, places in sorted(combed.found.items()):
                told = ", ".join(f"{name}: {count}" for name, count in sorted(places.items()))
                await store.combed(tx, account_id, self.clock.now(), told)
                act = "rights.erasure_traces" if places else "rights.erasure_combed"
                detail: dict[str, object] = dict(places)
                if BLOBS in places:
                    detail["names"] = combed.strays[:NAMES_TOLD_MAX]
                await self.audit.append(tx, "system", act, account_id, detail)

    async def look(self, people: Sequence[Whose]) -> Combed:
        """Look for some accounts, and note nothing."""
        owners = {one.account_id: one.account_id for one in people}
        owners |= {one.user_id: one.account_id for one in people}
        found = await traced(self.db, sorted(owners), STAYS)
        lines, log_bytes = await asyncio.to_thread(mentions_in, self.logs, owners)
        strays, blobs_count = await self._strays()
        by_whom = by_account(owners, found.traces, lines, len(strays))
        return Combed(by_whom, found, log_bytes, blobs_count, strays)

    async def _strays(self) -> tuple[list[str], int]:
        """Return the files that no row names and that are not just being written, of how many."""
        before = self._before()
        stored = [name async for name in self.blobs.names()]  # first: what comes later has its row
        known: set[str] = set()
        async with self.db.read() as tx:
            for names in self.naming:
                known.update(await names(tx))
        strays = [name for name in stored if name not in known and time_of(name) <= before]
        return strays, len(stored)

    def _before(self) -> datetime:
        return self.clock.now() - SETTLED_AFTER
