"""What authorities order: orders, carried out where people are recognised and where rooms are listed."""

from dataclasses import dataclass

from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.infra.http.router import Route
from teahouse.orders import jobs as orders_jobs
from teahouse.orders import routes as orders_routes
from teahouse.orders import store as orders_store
from teahouse.orders.service.checking import Checking
from teahouse.orders.service.orders import Orders
from teahouse.orders.service.reporting import Reporting
from teahouse.orders.service.restraints import Restraints

FIELDS = (*orders_store.FIELDS,)
SEALED = (*orders_store.SEALED,)


@dataclass(frozen=True, repr=False)
class Ordering:
    """What authorities order."""

    orders: Orders
    reporting: Reporting


def make_ordering(ground: Ground, people: People, doors: Doors, talk: Talk) -> Ordering:
    """Make orders, above all that they can keep from people."""
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
    return Ordering(orders, Reporting(db, orders, policies, history, people.audit, clock, name))


def ordering_jobs(ground: Ground, ordering: Ordering) -> None:
    """Say what these domains do later."""
    orders_jobs.register(ordering.orders, ground.jobs)


def ordering_routes(ordering: Ordering) -> list[Route]:
    """Return the routes of these domains."""
    return orders_routes.routes(ordering.orders, ordering.reporting)
