"""Sliding sync: the same news as sync's, for clients that look at some rooms only."""

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.infra.http.router import Route
from teahouse.slidingsync import jobs as slidingsync_jobs
from teahouse.slidingsync import routes as slidingsync_routes
from teahouse.slidingsync.service.bumps import Bumps
from teahouse.slidingsync.service.connections import Connections
from teahouse.slidingsync.service.extensions import Extensions
from teahouse.slidingsync.service.parts import Parts
from teahouse.slidingsync.service.rolls import Rolls
from teahouse.slidingsync.service.sliding import Sliding
from teahouse.sync.service.syncing import Syncing


def make_sliding(ground: Ground, people: People, talk: Talk, syncing: Syncing) -> Sliding:
    """Make the domain, above sync."""
    return Sliding(
        syncing,
        Connections(ground.db, ground.clock, people.accounts),
        Rolls(ground.db, talk.hub, talk.rooms, talk.building, people.account_data),
        Parts(talk.building, Bumps(talk.timeline.reading, talk.timeline.tails)),
        Extensions(ground.db, talk.encryption, people.account_data, talk.receipts, talk.typing),
    )


def sliding_jobs(ground: Ground, sliding: Sliding) -> None:
    """Say what this domain does later."""
    slidingsync_jobs.register(sliding.connections, ground.jobs)


def sliding_routes(sliding: Sliding) -> list[Route]:
    """Return the route of this domain."""
    return slidingsync_routes.routes(sliding)
