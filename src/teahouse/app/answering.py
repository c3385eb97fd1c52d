"""What went wrong, and who must be told of it; where the apps of the house can be had."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.inspecting import Inspecting
from teahouse.app.ordering import Ordering
from teahouse.app.people import People
from teahouse.breaches.service import Breaches
from teahouse.config import Config
from teahouse.gate.model.policies import REGIONS
from teahouse.incidents import jobs as incidents_jobs
from teahouse.incidents import routes as incidents_routes
from teahouse.incidents.model.law import LawBook, read_laws
from teahouse.incidents.service.flaws import Flaws
from teahouse.incidents.service.incidents import Incidents
from teahouse.infra.engines.places import nearest
from teahouse.infra.http.router import Route
from teahouse.listings import jobs as listings_jobs
from teahouse.listings import routes as listings_routes
from teahouse.listings.service import Listings
from teahouse.upgrades.service.upgrades import Upgrades

OWN_FILE = "incidents.json"  # in the data directory
LAW_FILE = "law.json"


@dataclass(frozen=True, repr=False)
class Answering:
    """What went wrong, and where the apps can be had."""

    incidents: Incidents
    flaws: Flaws
    listings: Listings


def make_answering(
    ground: Ground,
    people: People,
    doors: Doors,
    authorities: tuple[Ordering, Inspecting],
    breaches: Breaches,
    upgrades: Upgrades,
) -> Answering:
    """Make these domains, above what they ask: leaks, notices, upgrades; orders and findings."""
    incidents = Incidents(
        db=ground.db,
        audit=people.audit,
        book=laws_of(ground.config),
        breaches=breaches,
        upgrades=upgrades,
        history=doors.notices.history,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )
    flaws = Flaws(ground.db, people.audit, incidents, ground.clock, ground.ids)
    ordering, inspecting = authorities
    listings = Listings(
        ground.db, people.audit, ordering.orders, inspecting.findings, ground.clock, ground.ids
    )
    return Answering(incidents, flaws, listings)


def laws_of(config: Config) -> LawBook:
    """Return the law of incidents: the house's own file in the data directory, or ours.

    Raises ``BadIncidentLaw``.
    """
    own = nearest(Path(config.data_dir)) / OWN_FILE
    if config.data_dir and own.is_file():
        return read_laws(own.read_bytes(), REGIONS)
    return read_laws((resources.files("teahouse.incidents") / LAW_FILE).read_bytes(), REGIONS)


def answering_jobs(ground: Ground, answering: Answering) -> None:
    """Say what these domains do later."""
    incidents_jobs.register(answering.incidents, ground.jobs)
    listings_jobs.register(answering.listings, ground.log)


def answering_routes(answering: Answering) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *incidents_routes.routes(answering.incidents, answering.flaws),
        *listings_routes.routes(answering.listings),
    ]
