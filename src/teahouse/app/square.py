"""What surrounds rooms: spaces that hold them, and what else one does with others in them."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.calls import jobs as calls_jobs
from teahouse.calls import routes as calls_routes
from teahouse.calls.service import Calls
from teahouse.complaints import jobs as complaints_jobs
from teahouse.complaints import routes as complaints_routes
from teahouse.complaints import store as complaints_store
from teahouse.complaints.service import Complaints
from teahouse.elsewhere.routes import routes as elsewhere_routes
from teahouse.infra.db.pool import Tx
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.router import Route
from teahouse.previews import jobs as previews_jobs
from teahouse.previews import routes as previews_routes
from teahouse.previews.service import Previews
from teahouse.spaces import routes as spaces_routes
from teahouse.spaces.service import Spaces
from teahouse.successions import routes as successions_routes
from teahouse.successions.service import Successions
from teahouse.timeline.model import Placed

FIELDS = (*complaints_store.FIELDS,)
SEALED = (*complaints_store.SEALED,)


@dataclass(frozen=True, repr=False)
class Square:
    """What surrounds rooms."""

    spaces: Spaces
    successions: Successions
    calls: Calls
    complaints: Complaints
    previews: Previews


def make_square(ground: Ground, people: People, talk: Talk) -> Square:
    """Make these domains."""
    line, membership = talk.timeline, talk.membership
    successions = Successions(
        talk.rooms,
        membership.making,
        membership.coming,
        line.additions,
        talk.directory,
        people.account_data,
        people.standing,
    )
    successions.listen()
    successions.carries.append(talk.push.carry)
    calls = _make_calls(ground, people)
    calls.listen()
    complaints = Complaints(
        db=ground.db,
        vault=ground.vault,
        accounts=people.accounts,
        rooms=talk.rooms,
        reading=line.reading,
        audit=people.audit,
        clock=ground.clock,
        ids=ground.ids,
    )
    complaints.listen()

    async def waiting(tx: Tx, placed: Sequence[Placed]) -> set[str]:
        event_ids = [event.event_id for _, event in placed]
        return await complaints.waiting_for(tx, placed[0][1].room_id, event_ids)

    talk.retention.holding.append(waiting)
    return Square(
        spaces=Spaces(talk.rooms, talk.directory),
        successions=successions,
        calls=calls,
        complaints=complaints,
        previews=_make_previews(ground, talk),
    )


def _make_calls(ground: Ground, people: People) -> Calls:
    border = ground.egress.border
    return Calls(ground.db, people.accounts, ground.config, ground.clock, ground.ids, border)


def _make_previews(ground: Ground, talk: Talk) -> Previews:
    """Make the domain, with a way out of its own: it reaches no place that others may."""
    egress = ground.egress.apart(Way.PAGES, ground.config.pages_inside)
    ground.closing.push_async_callback(egress.close)
    previews = Previews(ground.db, egress, talk.media, ground.clock, ground.config)
    ground.closing.push_async_callback(previews.close)
    return previews


def square_jobs(ground: Ground, square: Square) -> None:
    """Say what these domains do later."""
    calls_jobs.register(square.calls, ground.jobs)
    complaints_jobs.register(square.complaints, ground.jobs)
    previews_jobs.register(square.previews, ground.jobs)


def square_routes(square: Square) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *spaces_routes.routes(square.spaces),
        *successions_routes.routes(square.successions),
        *calls_routes.routes(square.calls),
        *complaints_routes.routes(square.complaints),
        *previews_routes.routes(square.previews),
        *elsewhere_routes(),
    ]
