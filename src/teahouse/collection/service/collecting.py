"""Taking away files that nothing has used for long: some at a time, with rests between them.

Rows go before bytes. Who is stopped after the commit leaves a job that deletes the bytes; who is
stopped before it has changed nothing.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, timedelta

from teahouse.accounts.model import NoSuchAccount
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.collection import model, store
from teahouse.collection.model import (
    COLLECT_FOR,
    COUNTED_MAX,
    DAYS_KEPT,
    FILES_AT_ONCE_MAX,
    Collect,
    Collected,
    Limits,
    Listed,
)
from teahouse.config import Config
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.pace import REST_SECONDS_MAX, RESTS_TIMES
from teahouse.media.service import Media
from teahouse.rooms.service import Rooms


@dataclass(frozen=True, repr=False)
class Collecting:
    """Takes away what nothing names."""

    db: Database
    rooms: Rooms
    accounts: Accounts
    media: Media
    jobs: Jobs
    clock: Clock
    config: Config

    # -- by the clock ----------------------------------------------------------------------------

    async def look(self, tx: Tx) -> None:
        """Ask for files to be taken away if any are due, and forget days of long ago."""
        limits = self._limits()
        if limits is not None and await store.is_filled(tx) and await store.is_due(tx, limits):
            await self.jobs.enqueue(tx, Collect(), unique="collect")
        await store.forget_days(tx, self._day() - timedelta(days=DAYS_KEPT))

    async def collect(self, _asked: Collect) -> None:
        """Take away what is due, until nothing is or the time for a job is over."""
        until = self.clock.monotonic() + COLLECT_FOR.total_seconds()
        while self.clock.monotonic() < until:
            began = self.clock.monotonic()
            async with self.db.transaction() as tx:
                settled = await self._some(tx)
            if settled == 0:
                return
            worked = self.clock.monotonic() - began
            await asyncio.sleep(min(worked * RESTS_TIMES, REST_SECONDS_MAX))

    # -- for operators ---------------------------------------------------------------------------

    async def freed(self, tx: Tx, days: int) -> Collected:
        """Return what was taken away in the last days, today with them."""
        return await store.freed(tx, self._day() - timedelta(days=days - 1))

    async def unused(self, tx: Tx, veiled: bool) -> tuple[Collected, bool]:
        """Return what nothing names, and whether there is more than was counted.

        Either what goes when its time is over, or what is ``veiled``: an encrypted message may name
        it.
        """
        found = await store.unused(tx, veiled, COUNTED_MAX)
        bytes_count, files_count = await self.media.sizes_of(tx, found)
        return Collected(files_count, bytes_count), len(found) == COUNTED_MAX

    async def is_filled(self, tx: Tx) -> bool:
        """Tell whether what was there before has been looked through, so that files may go."""
        return await store.is_filled(tx)

    # -- inside ----------------------------------------------------------------------------------

    async def _some(self, tx: Tx) -> int | None:
        """Settle some rows that are due; return how many, or ``None`` while uses are about to change.

        Another worker has other rows.
        """
        limits = self._limits()
        if limits is None or not await store.is_filled(tx):
            return 0
        due = await store.due(tx, limits, FILES_AT_ONCE_MAX)
        if not due:
            return 0
        left = await self._pass_over(tx, due)
        if not left:
            return len(due)
        if not await store.alone_now(tx):
            return None  # to wait here would have all wait who come after
        unused = await self._pass_over(tx, left)
        return len(due) - len(unused) + await self._settle(tx, unused)

    async def _pass_over(self, tx: Tx, due: Sequence[Listed]) -> list[Listed]:
        """Take off the list what decides nothing; return the rest."""
        files = sorted({one.media_id for one in due})
        used, newest = await store.used(tx, files), await store.newest(tx, files)
        numbers = model.passed_over(due, newest, used)
        if numbers:
            await store.drop_listed(tx, numbers)
        return [one for one in due if one.number not in numbers]

    async def _settle(self, tx: Tx, unused: Sequence[Listed]) -> int:
        """Take away files that nothing names, but for those that stay; return how many rows."""
        numbers = {one.media_id: one.number for one in unused}
        owners = await self.media.owners(tx, list(numbers))
        lost = numbers.keys() - owners.keys()
        served = [one for one, (_, is_served) in owners.items() if is_served]
        later = [one for one in owners if one not in served]
        hidden = await self._hidden(tx, [one for one in unused if one.media_id in served], owners)
        taken, bytes_count, stay = await self.media.take(tx, sorted(set(served) - hidden))
        now = self.clock.now()
        await store.drop_listed(tx, [numbers[one] for one in lost])
        await store.put_off(tx, [numbers[one] for one in (*later, *sorted(stay))], now)
        await store.veil(tx, [numbers[one] for one in hidden])
        if taken:
            await store.forget(tx, taken, now)
            await store.count(tx, self._day(), len(taken), bytes_count)
        return len(lost) + len(later) + len(stay) + len(hidden) + len(taken)

    async def _hidden(
        self, tx: Tx, listed: Sequence[Listed], owners: dict[str, tuple[str, bool]]
    ) -> set[str]:
        """Return which files an encrypted message may name: who sent them has, or had, such rooms.

        Of one that is known to be veiled the time is over when it is due again.
        """
        people: dict[str, str] = {}
        for account_id in {owners[one.media_id][0] for one in listed if not one.veiled}:
            try:
                people[account_id] = (await self.accounts.by_id(tx, account_id)).user_id
            except NoSuchAccount:
                continue  # nothing tells in which rooms they were
        encrypted = await self.rooms.in_encrypted(tx, list(people.values()))
        return {
            one.media_id
            for one in listed
            if not one.veiled and people.get(owners[one.media_id][0], "") in encrypted | {""}
        }

    def _limits(self) -> Limits | None:
        config = self.config
        return model.limits_of(
            self.clock.now(), config.files_unused_days, config.files_unused_days_encrypted
        )

    def _day(self) -> date:
        return self.clock.now().astimezone(UTC).date()
