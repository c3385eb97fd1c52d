"""Audit packs: what the whole house can say of itself, in one signed archive."""

from datetime import date
from importlib.metadata import version

from teahouse.app.packed import Sections
from teahouse.infra.http.router import Route
from teahouse.packs import routes as packs_routes
from teahouse.packs.service import Packs

OFTEN = "ten_million"  # the threshold from which on a law says how often a house is audited


def make_packs(sections: Sections) -> Packs:
    """Make the domain, above all that it tells of."""
    ground, thresholds = sections.ground, sections.inspecting.thresholds

    async def reached() -> date | None:
        _, crossed = await thresholds.shown()
        days = [one.day for one in crossed if (one.threshold_id, one.level) == (OFTEN, "reached")]
        return min(days, default=None)

    packs = Packs(
        db=ground.db,
        history=sections.doors.notices.history,
        audit=sections.people.audit,
        clock=ground.clock,
        ids=ground.ids,
        server_name=ground.config.server_name,
        release=version("teahouse"),
        reached=reached,
    )
    packs.add(sections.all())
    return packs


def packing_routes(packs: Packs) -> list[Route]:
    """Return the routes of this domain."""
    return [*packs_routes.routes(packs)]
