"""Delivering: who is due is taken for a while, told in order, and let go.

A failure leaves everything where it was, to be tried again ever more seldom; after a day what could
not be told is let go, and the pusher stays. How far each was told is in its row, so that a restart
repeats one event at most.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime

from teahouse.clock import Clock
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.pushers import store
from teahouse.pushers.model import AGE_MAX, LEASE, PUSHES_AT_ONCE, is_given_up, retry_at
from teahouse.pushers.model.notices import Notice
from teahouse.pushers.service.noticing import Noticing
from teahouse.pushers.service.pushers import Opened, Pushers
from teahouse.pushers.service.telling import Outcome, Telling
from teahouse.pushers.store import PusherRow

TOGETHER = 8
ROUNDS_MAX = 20


@dataclass(frozen=True, repr=False)
class Delivering:
    """Tells everybody who is due."""

    db: Database
    log: Log
    clock: Clock
    pushers: Pushers
    noticing: Noticing
    telling: Telling

    async def due(self) -> bool:
        """Tell whoever is due; say whether there may be more."""
        for _ in range(ROUNDS_MAX):
            now = self.clock.now()
            async with self.db.transaction() as tx:
                claimed = await store.claim(tx, now, TOGETHER, now + LEASE)
            if not claimed:
                return False
            await asyncio.gather(*map(self._deliver, claimed))
        return True

    async def _deliver(self, row: PusherRow) -> None:
        """Tell one pusher all there is."""
        until = self.log.applied
        one = await self.pushers.open(row)
        if one is None:
            return await self._settle(row, until, row.unread)
        fresh = self._fresh(await self.noticing.since(row.user_id, row.told_pos, until))
        unread = await self.noticing.unread(row.user_id)
        for notice in fresh:
            names = await self.noticing.names(notice)
            outcome = await self.telling.event(one, notice, names, unread)
            if outcome is not Outcome.DONE:
                return await self._not_done(one, outcome, until)
            async with self.db.transaction() as tx:
                await store.told(tx, row, notice.pos, unread)
        if not fresh and unread != row.unread:
            outcome = await self.telling.count(one, unread)
            if outcome is not Outcome.DONE:
                return await self._not_done(one, outcome, until)
        return await self._settle(row, until, unread)

    def _fresh(self, notices: list[Notice]) -> list[Notice]:
        """Return what is still worth telling, the oldest first."""
        oldest = self.clock.now() - AGE_MAX
        unread = (one for one in notices if not one.is_read)
        fresh = [one for one in unread if datetime.fromtimestamp(one.ts / 1000, UTC) >= oldest]
        return fresh[-PUSHES_AT_ONCE:]

    async def _not_done(self, one: Opened, outcome: Outcome, until: int) -> None:
        row, now = one.row, self.clock.now()
        if outcome is Outcome.GONE:
            async with self.db.transaction() as tx:
                await store.remove(tx, row.pusher_id)
        elif is_given_up(row.failing_since, now):
            await self._settle(row, until, row.unread)
        else:
            async with self.db.transaction() as tx:
                await store.failed(tx, row, now, retry_at(row.failures + 1, now))

    async def _settle(self, row: PusherRow, until: int, unread: int) -> None:
        async with self.db.transaction() as tx:
            await store.settle(tx, row, until, unread, self.clock.now())
