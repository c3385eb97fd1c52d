"""What yearly reports count: figures of the whole house between two days, and of nobody in it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from teahouse.annuals import routes as annuals_routes
from teahouse.annuals.service import Annuals
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.inspecting import Inspecting
from teahouse.app.ordering import Ordering
from teahouse.app.people import People
from teahouse.app.rights import Rights
from teahouse.app.ways import Ways
from teahouse.cases.service.house import Cases
from teahouse.infra.http.router import Route
from teahouse.uptime.model import REGISTER, SEND
from teahouse.uptime.service import Uptime

LOOKED, SETTLED = "accounts.look", "minors.age_settled"  # acts in the audit log


@dataclass(frozen=True, repr=False)
class YearCounts:
    """Counts for yearly reports."""

    ground: Ground
    people: People
    doors: Doors
    ways: Ways
    cases: Cases
    ordering: Ordering
    inspecting: Inspecting
    rights: Rights
    uptime: Uptime

    async def count(self, first: date, last: date) -> Mapping[str, int | None]:
        """Return every figure that is known, of days with both ends in them."""
        begun = datetime.combine(first, time(), UTC)
        ended = datetime.combine(last, time(), UTC) + timedelta(days=1)
        return {
            **await self._people(),
            **await self._asked(begun, ended),
            **await self._breaches(begun, ended),
            **await self._decided(first, last),
            **await self._ordered(begun, ended),
            **await self._served(begun, ended),
            **await self._looked(begun, ended),
        }

    async def _people(self) -> dict[str, int | None]:
        counted, _ = await self.inspecting.thresholds.shown()
        known, with_guardian = await self.ways.minors.knowing.counted()
        return {
            "people": counted.individuals if counted else None,
            "people_active": counted.active if counted else None,
            "minors_known": known,
            "guardians": with_guardian,
        }

    async def _asked(self, begun: datetime, ended: datetime) -> dict[str, int | None]:
        filed, answered, late = await self.rights.requests.counted(begun, ended)
        return {"requests": filed, "requests_answered": answered, "requests_late": late}

    async def _breaches(self, begun: datetime, ended: datetime) -> dict[str, int | None]:
        cases = await self.rights.breaches.cases()
        found = [affected for one, affected in cases if begun <= one.opened_at < ended]
        return {"breaches": len(found), "breaches_people": sum(found)}

    async def _decided(self, first: date, last: date) -> dict[str, int | None]:
        told = await self.cases.engine.rulings.exact(first, last)
        return {
            "reports": told.reports.total,
            "cases": told.cases.total,
            "decisions": told.measures.total,
            "appeals": told.appeals.parts.get("filed", 0),
            "appeals_overturned": told.appeals.parts.get("overturned", 0),
        }

    async def _ordered(self, begun: datetime, ended: datetime) -> dict[str, int | None]:
        """Count what authorities ordered and asked; orders to be kept secret are in the number."""
        orders = [
            one
            for one in await self.ordering.orders.listed()
            if one.in_force_at is not None and begun <= one.in_force_at < ended
        ]
        asked = [one for one in await self.ordering.disclosures.counted() if one.year == begun.year]
        given = sum(one.requests for one in asked if one.state == "given")
        return {
            "orders": len(orders),
            "requests_for_data": sum(one.requests for one in asked),
            "requests_for_data_given": given,
        }

    async def _served(self, begun: datetime, ended: datetime) -> dict[str, int | None]:
        spells = await self.uptime.between(begun, ended)

        def down(capability: str) -> int | None:
            return spells[capability].down_seconds if capability in spells else None

        return {"sign_up_down_seconds": down(REGISTER), "send_down_seconds": down(SEND)}

    async def _looked(self, begun: datetime, ended: datetime) -> dict[str, int | None]:
        found = await self.people.audit.count((LOOKED, SETTLED), begun, ended)
        opened = await self.ways.unsealings.counted(begun, ended)
        return {
            "accounts_looked": found.get(LOOKED, 0),
            "ages_settled": found.get(SETTLED, 0),
            "unsealings_asked": opened.asked,
            "unsealings_refused": opened.refused,
            "unsealings_urgent": opened.urgent,
            "unsealings_overdue": opened.overdue,
            "unsealings_objected": opened.objected,
            "unsealings_looks": opened.looks,
        }


def make_annuals(counts: YearCounts) -> Annuals:
    """Make the domain, above all that it counts."""
    ground = counts.ground
    return Annuals(
        db=ground.db,
        history=counts.doors.notices.history,
        audit=counts.people.audit,
        clock=ground.clock,
        ids=ground.ids,
        server_name=ground.config.server_name,
        count=counts.count,
    )


def annuals_routes_of(annuals: Annuals) -> list[Route]:
    """Return the routes of this domain."""
    return [*annuals_routes.routes(annuals)]
