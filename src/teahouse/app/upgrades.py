"""The security upgrade: what of the house it makes anew, and by which parts."""

from collections.abc import Callable, Collection, Sequence

from teahouse.accounts.service.regions import Regions
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.progress import progress_beside
from teahouse.app.renewed import domain_steps
from teahouse.app.telling import reporting
from teahouse.app.wrapped import password_step
from teahouse.exposures import routes as exposures_routes
from teahouse.exposures.service import Exposures
from teahouse.infra.http.router import Route
from teahouse.infra.vault.rewrap import Rewrap
from teahouse.infra.vault.scanner import Scanner
from teahouse.infra.vault.sealed import Passing, Sealed
from teahouse.infra.vault.sweep.freed import Freed
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.planning import routes as planning_routes
from teahouse.planning.routes import About
from teahouse.planning.service import Planning
from teahouse.renewals import jobs as renewals_jobs
from teahouse.renewals import routes as renewals_routes
from teahouse.renewals.service import KeySmith, own_steps
from teahouse.renewals.service.forms import Forms
from teahouse.renewals.service.merging import Merging
from teahouse.renewals.service.successors import Successors
from teahouse.upgrades import jobs as upgrades_jobs
from teahouse.upgrades import routes as upgrades_routes
from teahouse.upgrades.service.driver import Driver
from teahouse.upgrades.service.upgrades import Upgrades
from teahouse.upgrades.service.yard import Yard
from teahouse.uptime.service import Uptime


def make_upgrades(
    ground: Ground,
    people: People,
    doors: Doors,
    uptime: Uptime,
    declared: tuple[Sequence[Sealed], Sequence[Passing]],
    known: tuple[Collection[str], Collection[str]],
) -> Upgrades:
    """Make the domain; ``known`` are the columns that hold personal data or keys, and our words."""
    sealed, passing = declared
    smith = KeySmith(ground.db, ground.log, ground.locksmith)
    rewrap = Rewrap(ground.db, ground.vault.ring, [doors.notices.history.rewrap_keys])
    yard = Yard(
        db=ground.db,
        log=ground.log,
        audit=people.audit,
        vault=ground.vault,
        locksmith=ground.locksmith,
        scanner=Scanner(ground.db, *known),
        replicas=doors.reports.census.replicas,
        clock=ground.clock,
        ids=ground.ids,
        sealed=sealed,
        smith=smith,
        steps=[
            *own_steps(smith, rewrap, IndexHoldings(sealed, passing)),
            *domain_steps(smith, doors.notices.history),
            password_step(smith, people.accounts.wrapping),
        ],
        merging=Merging(smith, people.audit),
        exposures=Exposures(ground.db, ground.clock, sealed),
        soft_days=ground.config.upgrade_soft_days,
        regions=Regions(ground.db, ground.vault).tell,
    )
    driver = Driver(yard, doors.works)
    planning = Planning(
        ground.db,
        ground.vault,
        ground.locksmith,
        ground.ids,
        sealed,
        yard.steps,
        yard.keepers,
    )
    upgrades = Upgrades(yard, doors.works, doors.gate, driver, planning, ground.config.tenant)
    driver.ended.append(reporting(upgrades, doors.reports, uptime))
    doors.notices.statements.asides.append(progress_beside(upgrades))
    return upgrades


def upgrades_jobs_of(ground: Ground, upgrades: Upgrades, call: Callable[[], None]) -> None:
    """Say what these domains do by the clock; ``call`` calls a hand."""
    yard = upgrades.yard
    freed = Freed(ground.db, ground.vault.ring, ground.clock, yard.sealed)
    forms = Forms(yard.smith, freed, ground.jobs)
    renewals_jobs.register(Successors(yard.smith, yard.audit), forms, ground.jobs)
    upgrades_jobs.register(upgrades, ground.jobs, call)


def upgrades_routes_of(upgrades: Upgrades) -> list[Route]:
    """Return the routes of this domain."""
    yard = upgrades.yard
    about = About(upgrades.tenant, yard.soft_days, upgrades.plan, upgrades.registration_open)
    return [
        *planning_routes.routes(upgrades.planning, about),
        *upgrades_routes.routes(upgrades),
        *exposures_routes.routes(yard.exposures),
        *renewals_routes.routes(yard.merging),
    ]
