"""What surrounds rooms: spaces that hold them, and what else one does with others in them."""

from dataclasses import dataclass

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.calls import jobs as calls_jobs
from teahouse.calls import routes as calls_routes
from teahouse.calls.service import Calls
from teahouse.elsewhere.routes import routes as elsewhere_routes
from teahouse.infra.http.router import Route
from teahouse.spaces import routes as spaces_routes
from teahouse.spaces.service import Spaces
from teahouse.successions import routes as successions_routes
from teahouse.successions.service import Successions

FIELDS = ()
SEALED = ()


@dataclass(frozen=True, repr=False)
class Square:
    """What surrounds rooms."""

    spaces: Spaces
    successions: Successions
    calls: Calls


def make_square(ground: Ground, people: People, talk: Talk) -> Square:
    """Make these domains."""
    line = talk.timeline
    successions = Successions(
        talk.rooms,
        line.making,
        line.coming,
        line.making.additions,
        talk.directory,
        people.account_data,
        people.standing,
    )
    successions.listen()
    calls = Calls(ground.db, people.accounts, ground.config, ground.clock, ground.ids)
    calls.listen()
    return Square(spaces=Spaces(talk.rooms, talk.directory), successions=successions, calls=calls)


def square_jobs(ground: Ground, square: Square) -> None:
    """Say what these domains do later."""
    calls_jobs.register(square.calls, ground.jobs)


def square_routes(square: Square) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *spaces_routes.routes(square.spaces),
        *successions_routes.routes(square.successions),
        *calls_routes.routes(square.calls),
        *elsewhere_routes(),
    ]
