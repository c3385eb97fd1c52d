"""Children on camera: reviews above cases, with the author told and guardians asked; and stills."""

from dataclasses import dataclass

from teahouse.accounts.service.listing import Listing
from teahouse.app.assessing import Assessing
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.app.ways import Ways
from teahouse.appearances import jobs as appearances_jobs
from teahouse.appearances import routes as appearances_routes
from teahouse.appearances.service import Appearances
from teahouse.appearances.service.scorer import HttpScorer
from teahouse.appearances.service.stills import DETECTOR, Stills
from teahouse.cases.service.house import Cases
from teahouse.cases.service.pointing import Pointing
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.router import Route


@dataclass(frozen=True, repr=False)
class Appearing:
    """Reviews, and what points at pictures."""

    appearances: Appearances
    stills: Stills


def make_appearing(
    ground: Ground, people: People, ways: Ways, talk: Talk, cases: Cases, assessing: Assessing
) -> Appearing:
    """Make the domain, and let it hear of cases."""
    appearances = Appearances(cases, ways.minors, people.accounts, people.audit)
    appearances.listen()

    async def assessed() -> bool:
        return await assessing.assessments.holds(DETECTOR)

    stills = Stills(
        db=ground.db,
        rooms=talk.rooms,
        listing=Listing(),
        media=talk.media,
        pointing=Pointing(cases.engine),
        jobs=ground.jobs,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
        assessed=assessed,
        scorer=_scorer(ground),
    )
    return Appearing(appearances, stills)


def _scorer(ground: Ground) -> HttpScorer | None:
    """Return who scores stills, if the operator named anybody."""
    config = ground.config
    if not config.stills_url:
        return None
    egress = ground.egress.by(Way.STILLS)
    return HttpScorer(egress, ground.clock, config.stills_url, config.stills_secret)


def appearing_jobs(ground: Ground, appearing: Appearing) -> None:
    """Say what this domain does behind the reply."""
    appearances_jobs.register(appearing.stills, ground.log, ground.jobs)


def appearing_routes(ways: Ways, appearing: Appearing) -> list[Route]:
    """Return the routes of this domain."""
    return appearances_routes.routes(appearing.appearances, ways.guardians.confirming)
