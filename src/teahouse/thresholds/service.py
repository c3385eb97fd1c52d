"""Counting people once a day, and telling what that asks of the house."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, timedelta

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.thresholds import store
from teahouse.thresholds.model import (
    ACTIVE_WITHIN,
    DAYS_KEPT,
    Counted,
    Crossing,
    ThresholdBook,
    crossings,
)

SYSTEM = "system"


@dataclass(frozen=True, repr=False)
class Thresholds:
    """For how many people the law asks more."""

    db: Database
    accounts: Accounts
    audit: Audit
    book: ThresholdBook
    clock: Clock

    async def measure(self, tx: Tx) -> None:
        """Count people, and note what is near or reached for the first time."""
        now = self.clock.now()
        day = now.astimezone(UTC).date()
        individuals = await self.accounts.count(tx)
        active = await self.accounts.active_since(tx, now - ACTIVE_WITHIN)
        counted = Counted(day, individuals, active)
        await store.count(tx, counted)
        await store.forget(tx, day - timedelta(days=DAYS_KEPT))
        for one in crossings(self.book, counted):
            if await store.cross(tx, one):
                detail: dict[str, object] = {"count": one.people}
                act = "thresholds.reached" if one.level == "reached" else "thresholds.near"
                await self.audit.append(tx, SYSTEM, act, one.threshold_id, detail)

    async def measure_now(self) -> None:
        """Count people now, for an operator who will not wait for the day's count."""
        async with self.db.transaction() as tx:
            await self.measure(tx)

    async def shown(self) -> tuple[Counted | None, Sequence[Crossing]]:
        """Return the newest count, if there is one, and what was ever crossed."""
        async with self.db.read() as tx:
            return await store.newest(tx), await store.crossed(tx)
