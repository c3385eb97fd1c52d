"""Detectors, and how what they find comes before people: as cases."""

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.cases.service.house import Cases
from teahouse.cases.service.pointing import Pointing
from teahouse.detectors import jobs as detectors_jobs
from teahouse.detectors import routes as detectors_routes
from teahouse.detectors import store as detectors_store
from teahouse.detectors.service.house import Detectors, open_detectors
from teahouse.infra.http.router import Route

FIELDS = (*detectors_store.FIELDS,)


def make_detecting(ground: Ground, people: People, talk: Talk, cases: Cases) -> Detectors:
    """Make detectors, and have cases begin of what they find."""
    pointing = Pointing(cases.engine)
    return open_detectors(
        db=ground.db,
        accounts=people.accounts,
        rooms=talk.rooms,
        reading=talk.timeline.reading,
        media=talk.media,
        audit=people.audit,
        jobs=ground.jobs,
        config=ground.config,
        clock=ground.clock,
        begin=pointing.suggest,
        outcomes=pointing.outcomes,
    )


def detecting_jobs(ground: Ground, detectors: Detectors) -> None:
    """Say what this domain does behind the reply."""
    detectors_jobs.register(detectors, ground.log, ground.jobs)


def detecting_routes(detectors: Detectors) -> list[Route]:
    """Return the routes of this domain."""
    return detectors_routes.routes(detectors)
