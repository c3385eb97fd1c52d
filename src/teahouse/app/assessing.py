"""What is assessed before it is switched on."""

from dataclasses import dataclass

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.assessments import jobs as assessments_jobs
from teahouse.assessments import routes as assessments_routes
from teahouse.assessments.service import Assessments
from teahouse.infra.http.router import Route


@dataclass(frozen=True, repr=False)
class Assessing:
    """What is assessed, and told of the whole house."""

    assessments: Assessments


def make_assessing(ground: Ground, people: People) -> Assessing:
    """Make these domains, and have settings ask them."""
    assessments = Assessments(
        db=ground.db,
        settings=people.settings,
        accounts=people.accounts,
        audit=people.audit,
        register=people.consent.register,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )
    assessments.listen()
    return Assessing(assessments)


def assessing_jobs(ground: Ground, assessing: Assessing) -> None:
    """Say what these domains do later."""
    assessments_jobs.register(assessing.assessments, ground.jobs)


def assessing_routes(assessing: Assessing) -> list[Route]:
    """Return the routes of these domains."""
    return [*assessments_routes.routes(assessing.assessments)]
