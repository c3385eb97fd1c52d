"""Ways in that need more than a step, and what is asked of those who are in."""

from dataclasses import dataclass
from importlib import resources

from teahouse.accounts.service.listing import Listing
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.calendars.model import Calendar, calendar, calendar_name
from teahouse.config import PROFILES
from teahouse.grants import jobs as grants_jobs
from teahouse.grants import routes as grants_routes
from teahouse.grants import store as grants_store
from teahouse.grants.service import Grants, make_grants
from teahouse.guardians import jobs as guardians_jobs
from teahouse.guardians import routes as guardians_routes
from teahouse.guardians import store as guardians_store
from teahouse.guardians.service import Guardians
from teahouse.holidays import routes as holidays_routes
from teahouse.holidays.service import Holidays
from teahouse.imports import jobs as imports_jobs
from teahouse.imports import routes as imports_routes
from teahouse.imports import store as imports_store
from teahouse.imports.service import Imports
from teahouse.imports.service.arrivals import Arrivals
from teahouse.imports.service.telling import Telling
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.router import Route
from teahouse.minors import jobs as minors_jobs
from teahouse.minors import routes as minors_routes
from teahouse.minors import store as minors_store
from teahouse.minors.model.profile import Profile, read_profile
from teahouse.minors.service import Minors, open_minors
from teahouse.oidc import jobs as oidc_jobs
from teahouse.oidc import routes as oidc_routes
from teahouse.oidc import store as oidc_store
from teahouse.oidc.service import Oidc, make_oidc
from teahouse.phoneholders import jobs as phoneholders_jobs
from teahouse.phoneholders import routes as phoneholders_routes
from teahouse.phoneholders import store as phoneholders_store
from teahouse.phoneholders.service import PhoneHolders
from teahouse.phoneholders.service.http_verifier import HttpVerifier
from teahouse.refunds import jobs as refunds_jobs
from teahouse.refunds import routes as refunds_routes
from teahouse.refunds import store as refunds_store
from teahouse.refunds.service import Refunds
from teahouse.regimes import jobs as regimes_jobs
from teahouse.regimes import routes as regimes_routes
from teahouse.regimes import store as regimes_store
from teahouse.regimes.service import Regimes
from teahouse.registrations.routes import evidence as evidence_routes
from teahouse.registrations.service.evidence import Evidence
from teahouse.screentime import jobs as screentime_jobs
from teahouse.screentime import routes as screentime_routes
from teahouse.screentime import store as screentime_store
from teahouse.screentime.service import Screentime
from teahouse.unsealings import jobs as unsealings_jobs
from teahouse.unsealings import routes as unsealings_routes
from teahouse.unsealings.service import Unsealings

FIELDS = (
    *regimes_store.FIELDS,
    *guardians_store.FIELDS,
    *imports_store.FIELDS,
    *oidc_store.FIELDS,
    *grants_store.FIELDS,
    *minors_store.FIELDS,
    *screentime_store.FIELDS,
    *phoneholders_store.FIELDS,
    *refunds_store.FIELDS,
)
SEALED = (
    *regimes_store.SEALED,
    *guardians_store.SEALED,
    *imports_store.SEALED,
    *oidc_store.SEALED,
    *minors_store.SEALED,
    *phoneholders_store.SEALED,
    *refunds_store.SEALED,
)


@dataclass(frozen=True, repr=False)
class Ways:
    """Ways in that need more than a step, and what is asked of those who are in."""

    regimes: Regimes
    evidence: Evidence
    guardians: Guardians
    imports: Imports
    oidc: Oidc
    grants: Grants
    minors: Minors
    holidays: Holidays
    screentime: Screentime
    refunds: Refunds
    unsealings: Unsealings
    phone_holders: PhoneHolders


def make_ways(ground: Ground, people: People, doors: Doors) -> Ways:
    """Make these domains."""
    regimes = Regimes(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        clock=ground.clock,
        accounts=people.accounts,
        realnames=people.realnames,
        standing=people.standing,
    )
    regimes.listen()
    evidence = Evidence(doors.registrations.steps, regimes, people.realnames)
    evidence.listen()
    guardians = Guardians(
        db=ground.db,
        vault=ground.vault,
        clock=ground.clock,
        accounts=people.accounts,
        desk=people.desk,
        consent=people.consent,
        confirming=people.recovery.confirming,
        registrations=doors.registrations,
    )
    guardians.listen()
    imports = _make_imports(ground, people, doors)
    oidc = make_oidc(
        ground.egress.by(Way.OIDC),
        people.entry,
        people.consent,
        people.recovery,
        doors.registrations,
    )
    grants = make_grants(people.accounts, people.recovery.confirming, doors.gate.keeper)
    minors = _make_minors(ground, people, guardians)
    holidays = Holidays(ground.db, ground.log, people.audit, ground.clock)
    holidays.listen()
    return Ways(
        regimes=regimes,
        evidence=evidence,
        guardians=guardians,
        imports=imports,
        oidc=oidc,
        grants=grants,
        minors=minors,
        holidays=holidays,
        screentime=_make_screentime(ground, people, minors, holidays),
        refunds=_make_refunds(ground, people, minors),
        unsealings=_make_unsealings(ground, people, minors),
        phone_holders=_make_phone_holders(ground, people, minors),
    )


def _make_minors(ground: Ground, people: People, guardians: Guardians) -> Minors:
    return open_minors(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        clock=ground.clock,
        accounts=people.accounts,
        desk=people.desk,
        guardians=guardians,
        realnames=people.realnames,
        config=ground.config,
        profiles={name: profile_of(name) for name in PROFILES},
    )


def _make_screentime(
    ground: Ground, people: People, minors: Minors, holidays: Holidays
) -> Screentime:
    def days() -> Calendar:
        return calendar(calendar_name(ground.config.profile))

    screentime = Screentime(
        ground.db, ground.log, ground.clock, people.accounts, minors, holidays, days
    )
    screentime.listen()
    return screentime


def _make_phone_holders(ground: Ground, people: People, minors: Minors) -> PhoneHolders:
    holders = PhoneHolders(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        audit=people.audit,
        clock=ground.clock,
        ids=ground.ids,
        accounts=people.accounts,
        consent=people.consent,
        knowing=minors.knowing,
        verifier=_verifier(ground),
        asks_number=ground.config.phone_holder_asks_number,
    )
    holders.listen()
    return holders


def _verifier(ground: Ground) -> HttpVerifier | None:
    """Return who knows the holders of numbers, if the operator named anybody."""
    config = ground.config
    if not config.phone_holder_url:
        return None
    secrets = config.phone_holder_secret, config.phone_holder_secret_next
    egress = ground.egress.by(Way.HOLDER)
    return HttpVerifier(egress, ground.clock, config.phone_holder_url, *secrets)


def _make_refunds(ground: Ground, people: People, minors: Minors) -> Refunds:
    refunds = Refunds(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        clock=ground.clock,
        ids=ground.ids,
        accounts=people.accounts,
        desk=people.desk,
        minors=minors,
        calendar=lambda: calendar(calendar_name(ground.config.profile)),
    )
    refunds.listen()
    return refunds


def _make_unsealings(ground: Ground, people: People, minors: Minors) -> Unsealings:
    unsealings = Unsealings(
        ground.db, people.audit, ground.clock, ground.ids, people.accounts, Listing(), minors
    )
    ground.vault.guards.append(unsealings.guard)
    return unsealings


def profile_of(name: str) -> Profile:
    """Return what each age may do in a place that the house can be set up for."""
    folder = resources.files("teahouse.minors") / "profiles"
    return read_profile((folder / f"{name}.json").read_bytes())


def _make_imports(ground: Ground, people: People, doors: Doors) -> Imports:
    db, jobs, clock, config = ground.db, ground.jobs, ground.clock, ground.config
    arrivals = Arrivals(db, ground.vault, clock, people.accounts, people.consent)
    return Imports(
        db=db,
        vault=ground.vault,
        audit=people.audit,
        jobs=jobs,
        clock=clock,
        ids=ground.ids,
        config=config,
        accounts=people.accounts,
        gate=doors.gate,
        registrations=doors.registrations,
        telling=Telling(db, jobs, clock, config, doors.registrations, arrivals),
        arrivals=arrivals,
    )


def ways_jobs(ground: Ground, ways: Ways) -> None:
    """Say what these domains do later."""
    regimes_jobs.register(ways.regimes, ground.jobs)
    guardians_jobs.register(ways.guardians, ground.jobs)
    imports_jobs.register(ways.imports, ground.jobs)
    oidc_jobs.register(ways.oidc, ground.jobs)
    grants_jobs.register(ways.grants, ground.jobs)
    minors_jobs.register(ways.minors, ground.jobs)
    screentime_jobs.register(ways.screentime, ground.jobs)
    refunds_jobs.register(ways.refunds, ground.jobs)
    unsealings_jobs.register(ways.unsealings, ground.jobs)
    phoneholders_jobs.register(ways.phone_holders, ground.log, ground.jobs)


def ways_routes(people: People, ways: Ways) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *regimes_routes.routes(ways.regimes),
        *evidence_routes.routes(ways.evidence),
        *guardians_routes.routes(ways.guardians),
        *imports_routes.routes(ways.imports),
        *oidc_routes.routes(ways.oidc),
        *grants_routes.routes(ways.grants),
        *minors_routes.routes(ways.minors, ways.guardians.confirming),
        *holidays_routes.routes(ways.holidays),
        *screentime_routes.routes(ways.screentime, ways.guardians.confirming),
        *refunds_routes.routes(ways.refunds, ways.guardians.confirming),
        *unsealings_routes.routes(ways.unsealings, people.consent.register),
        *phoneholders_routes.routes(ways.phone_holders),
    ]
