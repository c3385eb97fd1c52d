"""Letting inspectors in, for a time, and noting each look before it is answered."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.audit.model import Entry
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.inspections import model, store
from teahouse.inspections.model import (
    INSPECTOR,
    LOOKS_MAX,
    VISITS_MAX,
    NoInspector,
    NoSuchVisit,
    SecondNeeded,
    Visit,
    VisitOver,
    VisitWanted,
)
from teahouse.operators.service import Operators

LOOKS = ("inspections.look", "inspections.exported")


@dataclass(frozen=True, repr=False)
class Inspections:
    """Visits of inspectors. ``actor``: as in ``audit``."""

    db: Database
    operators: Operators
    audit: Audit
    clock: Clock
    ids: Ids

    async def ask(self, actor: str, wanted: VisitWanted) -> Visit:
        """Ask for a visit, as the first person. Raises ``Invalid``, ``NoInspector``."""
        now = self.clock.now()
        model.check_wanted(wanted, now)
        known = {one.operator_id: one for one in await self.operators.operators()}
        who = known.get(wanted.inspector_id)
        if who is None or who.role.value != INSPECTOR or who.state != "active":
            raise NoInspector
        visit = Visit(
            self.ids.ulid(), wanted.inspector_id, wanted.authority.strip(), wanted.mandate.strip(),
            tuple(dict.fromkeys(wanted.registers)), wanted.opens_at, wanted.closes_at, actor, now,
            "", None, "", None,
        )  # fmt: skip
        async with self.db.transaction() as tx:
            await store.insert(tx, visit)
            detail: dict[str, object] = {"names": list(visit.registers)}
            await self.audit.append(tx, actor, "inspections.asked", visit.visit_id, detail)
        return visit

    async def agree(self, actor: str, visit_id: str) -> Visit:
        """Agree, as the second person. Raises ``NoSuchVisit``, ``VisitOver``, ``SecondNeeded``."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            visit = await store.one_locked(tx, visit_id)
            if visit is None:
                raise NoSuchVisit
            if model.state(visit, now) != "asked":
                raise VisitOver
            if actor in (visit.asked_by, visit.inspector_id):
                raise SecondNeeded
            await store.agree(tx, visit_id, actor, now)
            await self.audit.append(tx, actor, "inspections.agreed", visit_id)
            found = await store.one_locked(tx, visit_id)
        assert found is not None, "it is held"
        return found

    async def end(self, actor: str, visit_id: str) -> Visit:
        """End a visit before its time, by one person. Raises ``NoSuchVisit``, ``VisitOver``."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            visit = await store.one_locked(tx, visit_id)
            if visit is None:
                raise NoSuchVisit
            if model.state(visit, now) == "over":
                raise VisitOver
            await store.end(tx, visit_id, actor, now)
            await self.audit.append(tx, actor, "inspections.ended", visit_id)
            found = await store.one_locked(tx, visit_id)
        assert found is not None, "it is held"
        return found

    async def look(self, inspector_id: str, register: str, what: str) -> None:
        """Note that an inspector reads something of a register. Raises ``NoVisit``."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            own = await store.of_inspector(tx, inspector_id, now, VISITS_MAX)
            visit = model.reading(own, register, now)
            detail: dict[str, object] = {"what": what}
            await self.audit.append(tx, inspector_id, "inspections.look", visit.visit_id, detail)

    async def export(self, inspector_id: str, register: str) -> Visit:
        """Note that an inspector takes a register away. Raises ``NoVisit``."""
        now = self.clock.now()
        async with self.db.transaction() as tx:
            own = await store.of_inspector(tx, inspector_id, now, VISITS_MAX)
            visit = model.reading(own, register, now)
            detail: dict[str, object] = {"what": register}
            await self.audit.append(
                tx, inspector_id, "inspections.exported", visit.visit_id, detail
            )
        return visit

    async def own(self, inspector_id: str) -> Sequence[Visit]:
        """Return an inspector's own visits that are not past."""
        async with self.db.read() as tx:
            return await store.of_inspector(tx, inspector_id, self.clock.now(), VISITS_MAX)

    async def visits(self) -> Sequence[Visit]:
        """Return all visits, the newest first."""
        async with self.db.read() as tx:
            return await store.listed(tx, VISITS_MAX)

    async def looks(self, visit_id: str) -> Sequence[Entry]:
        """Return what an inspector looked at in a visit, the newest first."""
        async with self.db.read() as tx:
            since = datetime.min.replace(tzinfo=self.clock.now().tzinfo)
            return await self.audit.about(tx, visit_id, LOOKS, since, LOOKS_MAX)
