"""What authorities order, and campaigns that stand on their guidance, and what they ask to be told."""

from dataclasses import dataclass

from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.campaigns import jobs as campaigns_jobs
from teahouse.campaigns import routes as campaigns_routes
from teahouse.campaigns.service import Campaigns
from teahouse.cases.service.house import Cases
from teahouse.disclosures import routes as disclosures_routes
from teahouse.disclosures import store as disclosures_store
from teahouse.disclosures.service import Disclosures
from teahouse.infra.http.router import Route
from teahouse.orders import jobs as orders_jobs
from teahouse.orders import routes as orders_routes
from teahouse.orders import store as orders_store
from teahouse.orders.service.checking import Checking
from teahouse.orders.service.orders import Orders
from teahouse.orders.service.reporting import Reporting
from teahouse.orders.service.restraints import Restraints

FIELDS = (*orders_store.FIELDS, *disclosures_store.FIELDS)
SEALED = (*orders_store.SEALED, *disclosures_store.SEALED)


@dataclass(frozen=True, repr=False)
class Ordering:
    """What authorities order."""

    orders: Orders
    reporting: Reporting
    campaigns: Campaigns
    disclosures: Disclosures


def make_ordering(
    ground: Ground, people: People, doors: Doors, talk: Talk, cases: Cases
) -> Ordering:
    """Make orders, above all that they can keep from people, and campaigns, above cases."""
    db, clock, policies = ground.db, ground.clock, doors.gate.policies
    worker = ground.attendance.worker
    restraints = Restraints(db, ground.log, people.accounts, clock, worker)
    restraints.listen()
    ground.closing.push_async_callback(restraints.close)
    talk.directory.hiding.append(restraints.hidden)
    checking = Checking(db, people.accounts, talk.rooms, policies, doors.measures, clock)
    orders = Orders(
        db=db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        policies=policies,
        checking=checking,
        restraints=restraints,
        clock=clock,
        ids=ground.ids,
    )
    history, name = doors.notices.history, ground.config.server_name
    reporting = Reporting(db, orders, policies, history, people.audit, clock, name)
    disclosures = Disclosures(db, ground.vault, people.audit, clock, ground.ids)
    return Ordering(orders, reporting, _make_campaigns(ground, people, cases), disclosures)


def _make_campaigns(ground: Ground, people: People, cases: Cases) -> Campaigns:
    campaigns = Campaigns(ground.db, ground.log, people.audit, cases.engine, ground.clock)
    campaigns.listen()
    ground.closing.push_async_callback(campaigns.close)
    return campaigns


def ordering_jobs(ground: Ground, ordering: Ordering) -> None:
    """Say what these domains do later."""
    orders_jobs.register(ordering.orders, ground.jobs)
    campaigns_jobs.register(ordering.campaigns, ground.jobs)


def ordering_routes(ordering: Ordering) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *orders_routes.routes(ordering.orders, ordering.reporting),
        *campaigns_routes.routes(ordering.campaigns),
        *disclosures_routes.routes(ordering.disclosures),
    ]
