"""What the whole house says of itself: audit packs, and a report of each year."""

from dataclasses import dataclass
from datetime import date
from importlib.metadata import version

from teahouse.annuals.service import Annuals
from teahouse.app.packed import Sections
from teahouse.app.yearly import YearCounts, annuals_routes_of, make_annuals
from teahouse.infra.http.router import Route
from teahouse.packs import routes as packs_routes
from teahouse.packs.service import Packs

OFTEN = "ten_million"  # the threshold from which on a law says how often a house is audited


@dataclass(frozen=True, repr=False)
class Reporting:
    """The parts that report."""

    packs: Packs
    annuals: Annuals


def make_reporting(sections: Sections, counts: YearCounts) -> Reporting:
    """Make the domains, above all that they tell of."""
    return Reporting(_make_packs(sections), make_annuals(counts))


def _make_packs(sections: Sections) -> Packs:
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


def reporting_routes(reporting: Reporting) -> list[Route]:
    """Return the routes of these domains."""
    return [*packs_routes.routes(reporting.packs), *annuals_routes_of(reporting.annuals)]
