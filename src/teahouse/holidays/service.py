"""Loading school years, and telling when schools are closed."""

from dataclasses import dataclass, field
from datetime import date

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.holidays import store
from teahouse.holidays.events import HolidaysChanged
from teahouse.holidays.model import (
    YEARS_MAX,
    NoSuchRegion,
    NoSuchSchoolYear,
    SchoolYear,
    TooManySchoolYears,
    check_year,
    country_of,
)
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx

Spans = tuple[tuple[date, date], ...]


@dataclass
class Memory:
    """What this worker knows, by region. ``changes`` counts what was heard, to see late readings."""

    spans: dict[str, Spans] = field(default_factory=dict[str, Spans])
    changes: int = 0


@dataclass(frozen=True, repr=False)
class Holidays:
    """When schools are closed. ``listen`` once. ``actor``: as in ``audit``."""

    db: Database
    log: Log
    audit: Audit
    clock: Clock
    memory: Memory = field(default_factory=Memory, repr=False)

    def listen(self) -> None:
        """Hear of changes: they are rare, so all is forgotten."""
        self.log.hear(HolidaysChanged, self._changed)

    def _changed(self, _pos: int, _told: HolidaysChanged) -> None:
        self.memory.changes += 1
        self.memory.spans.clear()

    async def load(self, actor: str, year: SchoolYear) -> None:
        """Keep a school year, instead of what was kept of it. Audited.

        Raises ``BadSchoolYear``, ``TooManySchoolYears``.
        """
        check_year(year)
        key = f"{year.region}/{year.school_year}"
        async with self.db.transaction() as tx:
            others = await store.count_others(tx, year.region, year.school_year)
            if others >= YEARS_MAX:
                raise TooManySchoolYears
            await store.put(tx, year, self.clock.now())
            detail: dict[str, object] = {"count": len(year.holidays)}
            await self.audit.append(tx, actor, "holidays.loaded", key, detail)
            await self.log.put(tx, HolidaysChanged(year.region))

    async def remove(self, actor: str, region: str, school_year: int) -> None:
        """Forget a school year. Audited. Raises ``NoSuchSchoolYear``."""
        async with self.db.transaction() as tx:
            if not await store.drop(tx, region, school_year):
                raise NoSuchSchoolYear
            await self.audit.append(tx, actor, "holidays.removed", f"{region}/{school_year}")
            await self.log.put(tx, HolidaysChanged(region))

    async def years(self) -> list[SchoolYear]:
        """Return all that was loaded."""
        async with self.db.read() as tx:
            return await store.years(tx)

    async def regions(self) -> list[str]:
        """Return the regions of which anything is known."""
        async with self.db.read() as tx:
            return await store.regions(tx)

    async def check_region(self, tx: Tx, region: str) -> None:
        """Refuse with ``NoSuchRegion`` one of which nothing is known."""
        if region not in await store.regions(tx):
            raise NoSuchRegion

    async def spans(self, region: str) -> Spans:
        """Return when schools of a region are closed; without a region, never. Not in a transaction."""
        if not region:
            return ()
        found = self.memory.spans.get(region)
        if found is not None:
            return found
        changes = self.memory.changes
        async with self.db.read() as tx:
            found = await store.spans(tx, [region, country_of(region)])
        if changes == self.memory.changes:
            self.memory.spans[region] = found
        return found
