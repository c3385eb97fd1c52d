"""Telling people of what is new while they are not looking."""

from dataclasses import dataclass

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.router import Route
from teahouse.pushers import jobs as pushers_jobs
from teahouse.pushers import routes as pushers_routes
from teahouse.pushers import store as pushers_store
from teahouse.pushers.model import Near
from teahouse.pushers.model.recipients import recipients
from teahouse.pushers.service.delivering import Delivering
from teahouse.pushers.service.noticing import Noticing
from teahouse.pushers.service.pushers import Pushers
from teahouse.pushers.service.scouting import Scouting
from teahouse.pushers.service.telling import Telling

FIELDS = (*pushers_store.FIELDS,)
SEALED = (*pushers_store.SEALED,)


@dataclass(frozen=True, repr=False)
class Pushing:
    """Who is told where, of what."""

    pushers: Pushers
    noticing: Noticing
    scouting: Scouting
    delivering: Delivering


def make_pushing(ground: Ground, people: People, talk: Talk) -> Pushing:
    """Make the domain, with a way out of its own: it reaches no place that others may."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, log = ground.db, ground.log
    inside = Near(config.gateways_inside) if config.test_mode else config.gateways_inside
    egress = ground.egress.apart(Way.PUSH, inside)
    ground.closing.push_async_callback(egress.close)
    pushers = Pushers(db, log, ground.vault, people.accounts, clock, ids, inside)
    pushers.listen()
    people.consent.giving.append(recipients)
    people.consent.stops[pushers_store.BROWSER_PURPOSE.id] = [pushers.end_browsers]
    line, counting = talk.timeline, talk.building.counting
    noticing = Noticing(log, talk.rooms, line.reading, line.tails, counting)
    noticing.listen()
    scouting = Scouting(log, clock, talk.rooms, talk.push, counting)
    scouting.listen()
    telling = Telling(egress, pushers, clock, ids, config)
    delivering = Delivering(db, log, clock, pushers, noticing, telling)
    return Pushing(pushers, noticing, scouting, delivering)


def pushing_jobs(ground: Ground, pushing: Pushing) -> None:
    """Say what this domain does later."""
    pushers_jobs.register(pushing.scouting, pushing.delivering, ground.jobs)
    pushers_jobs.follow(pushing.pushers, pushing.scouting, ground.jobs, ground.log)


def pushing_routes(pushing: Pushing) -> list[Route]:
    """Return the routes of this domain."""
    return pushers_routes.routes(pushing.pushers, pushing.noticing)
