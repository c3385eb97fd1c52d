"""A worker's house, put together from the lowest floor up."""

import os
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry

from teahouse.app import detecting as detecting_group
from teahouse.app import doors as doors_group
from teahouse.app import enforcing as enforcing_group
from teahouse.app import holding as holding_group
from teahouse.app import legacies as legacies_group
from teahouse.app import ordering as ordering_group
from teahouse.app import people as people_group
from teahouse.app import programs as programs_group
from teahouse.app import pushing as pushing_group
from teahouse.app import rights as rights_group
from teahouse.app import square as square_group
from teahouse.app import talk as talk_group
from teahouse.app import ways as ways_group
from teahouse.app.answering import Answering, answering_jobs, answering_routes, make_answering
from teahouse.app.appearing import Appearing, appearing_jobs, appearing_routes, make_appearing
from teahouse.app.assessing import (
    Assessing,
    assessing_jobs,
    assessing_routes,
    make_assessing,
)
from teahouse.app.detecting import detecting_jobs, detecting_routes, make_detecting
from teahouse.app.doors import Doors, doors_jobs, doors_routes, make_doors
from teahouse.app.enforcing import enforcing_jobs, enforcing_routes, make_enforcing
from teahouse.app.ground import Ground
from teahouse.app.holding import Holding, holding_jobs, holding_routes, make_holding
from teahouse.app.inspecting import (
    Inspecting,
    inspecting_jobs,
    inspecting_routes,
    make_inspecting,
)
from teahouse.app.keeping import Keeping, keeping_jobs_of, keeping_routes_of, make_keeping
from teahouse.app.legacies import legacies_jobs_of, legacies_routes_of, make_legacies
from teahouse.app.ordering import Ordering, make_ordering, ordering_jobs, ordering_routes
from teahouse.app.packed import Sections
from teahouse.app.people import People, make_people, people_jobs, people_routes
from teahouse.app.programs import Programs, make_programs, programs_jobs, programs_routes
from teahouse.app.pushing import Pushing, make_pushing, pushing_jobs, pushing_routes
from teahouse.app.ranks import ranked
from teahouse.app.registers import (
    Registers,
    make_registers,
    registers_jobs,
    registers_routes,
)
from teahouse.app.reporting import Reporting, make_reporting, reporting_routes
from teahouse.app.rights import Rights, make_rights, rights_jobs_of, rights_routes_of
from teahouse.app.sliding import make_sliding, sliding_jobs, sliding_routes
from teahouse.app.square import Square, make_square, square_jobs, square_routes
from teahouse.app.talk import Talk, make_syncing, make_talk, talk_jobs, talk_routes
from teahouse.app.upgrades import make_upgrades, upgrades_jobs_of, upgrades_routes_of
from teahouse.app.visited import inspected
from teahouse.app.watched import watched
from teahouse.app.ways import Ways, make_ways, ways_jobs, ways_routes
from teahouse.app.yearly import YearCounts
from teahouse.cases.service.house import Cases
from teahouse.clock import Clock, SystemClock
from teahouse.config import Config
from teahouse.demo import jobs as demo_jobs
from teahouse.demo import routes as demo_routes
from teahouse.demo.service.demo import Demo
from teahouse.demo.service.house import HouseVerbs
from teahouse.detectors.service.house import Detectors
from teahouse.guests.routes import check_guest
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.wakeup import Alone, Wakeup
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.egress.ways import Way
from teahouse.infra.engines.headroom import of_database
from teahouse.infra.http import health, test_clock
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.early import Early
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route
from teahouse.infra.http.server import Server
from teahouse.infra.http.shedding import OPEN, Shedding
from teahouse.infra.http.static import Static
from teahouse.infra.jobs.queue import SET_RIGHT_SECONDS, Jobs
from teahouse.infra.jobs.runner import JobMeters, JobRunner
from teahouse.infra.pulse import PulseTaker
from teahouse.infra.senders.choose import allowed_by
from teahouse.infra.vault.attendance import Attendance
from teahouse.infra.vault.events import KeysChanged
from teahouse.infra.vault.keyring import KeyRing, Keys, MacKey, Versions
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.meters import VaultMeters
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.store.workers import WorkerRow
from teahouse.infra.vault.suites import INTERNATIONAL, SUITES
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.infra.vault.vault import Vault, open_vault
from teahouse.legacies.service import Legacies
from teahouse.oidc.service import allowed_issuers
from teahouse.settings.service.settings import own_copy
from teahouse.slidingsync.service.sliding import Sliding
from teahouse.sync.service.syncing import Syncing
from teahouse.upgrades.service.upgrades import Upgrades
from teahouse.uptime import jobs as uptime_jobs
from teahouse.uptime.service import Uptime

TRIM_SECONDS = 3600
RELEASE = version("teahouse")
WEB_FOLDER = Path(__file__).parents[3] / "web" / "dist"

FIELDS = (
    *people_group.FIELDS,
    *doors_group.FIELDS,
    *ways_group.FIELDS,
    *talk_group.FIELDS,
    *pushing_group.FIELDS,
    *square_group.FIELDS,
    *enforcing_group.FIELDS,
    *ordering_group.FIELDS,
    *holding_group.FIELDS,
    *detecting_group.FIELDS,
    *programs_group.FIELDS,
    *rights_group.FIELDS,
    *legacies_group.FIELDS,
)
# Where what is sealed lies, for those who seal it anew.
SEALED = (
    *people_group.SEALED,
    *doors_group.SEALED,
    *ways_group.SEALED,
    *talk_group.SEALED,
    *pushing_group.SEALED,
    *square_group.SEALED,
    *enforcing_group.SEALED,
    *ordering_group.SEALED,
    *holding_group.SEALED,
    *programs_group.SEALED,
    *rights_group.SEALED,
    *legacies_group.SEALED,
)
PASSING = (*people_group.PASSING,)
# Envelopes that are not of people.
KEY_COLUMNS = {
    "notices_keys.sealed": "the keys that sign notices",
    "vault_deks.wrapped_dek": "data keys",
    "vault_keys.wrapped": "the keys of the house",
}
# Words of the house, in which its own address may stand.
SPOKEN = {
    "consent_policies.en": "the policy, with whom to write to",
    "consent_policies.zh": "the policy, with whom to write to",
    "gate_policies.words": "what is said of a closed gate, with whom to write to",
    "notices_entries.body": "the same, as it is published",
}


@dataclass(frozen=True, repr=False)
class House:
    """Every part of one worker."""

    ground: Ground
    uptime: Uptime
    people: People
    doors: Doors
    ways: Ways
    talk: Talk
    square: Square
    cases: Cases
    ordering: Ordering
    holding: Holding
    inspecting: Inspecting
    assessing: Assessing
    detectors: Detectors
    appearing: Appearing
    syncing: Syncing
    sliding: Sliding
    pushing: Pushing
    programs: Programs
    registers: Registers
    demo: Demo
    upgrades: Upgrades
    rights: Rights
    legacies: Legacies
    keeping: Keeping
    reporting: Reporting
    answering: Answering
    runner: JobRunner
    limiter: Limiter

    @property
    def config(self) -> Config:
        """The configuration."""
        return self.ground.config

    @property
    def db(self) -> Database:
        """The database."""
        return self.ground.db

    @property
    def log(self) -> Log:
        """The log."""
        return self.ground.log

    async def ready(self) -> dict[str, bool]:
        """Tell which of the parts we cannot do without answer now."""
        return {"postgresql": await self.ground.db.answers()}


@asynccontextmanager
async def open_house(
    config: Config,
    dsn: str,
    clock: Clock | None = None,
    ids: Ids | None = None,
    gives_way: bool = False,
) -> AsyncIterator[House]:
    """Open every part on a migrated database, and close them all in the end."""
    async with AsyncExitStack() as closing:
        clock = clock or SystemClock()
        config = own_copy(config)  # what is chosen in the console is written into it
        ids = ids or Ids(clock)
        registry = CollectorRegistry()
        db = await Database.open(dsn, config.database_pool_max, gives_way)
        closing.push_async_callback(db.close)
        several = config.nats_url != ""  # with one worker here, too: there may be another host
        log = Log(db, _neighbours(config, ids) if several else Alone())
        egress = Egress(Way.KEYS, allowed_by(config) | allowed_issuers(config))
        closing.push_async_callback(egress.close)
        async with db.transaction() as tx:
            vault = await open_vault(tx, config, clock, ids, VaultMeters(registry), egress)
        await log.start()
        closing.push_async_callback(log.stop)
        jobs = Jobs(clock, ids)
        ground = _ground(config, clock, ids, db, log, vault, jobs, egress, registry, closing)
        log.hear(KeysChanged, ground.attendance.heard)
        house = _furnish(ground)
        await house.people.settings.refresh()
        await house.programs.appservices.registry.fresh()
        await house.ordering.orders.restraints.refresh()
        await house.ordering.campaigns.refresh()
        await house.registers.transfers.refresh()
        await house.registers.processors.refresh()
        yield house


def _ground(
    config: Config,
    clock: Clock,
    ids: Ids,
    db: Database,
    log: Log,
    vault: Vault,
    jobs: Jobs,
    egress: Egress,
    registry: CollectorRegistry,
    closing: AsyncExitStack,
) -> Ground:
    pulse, shedding = PulseTaker(db.borrowing), Shedding(clock, db.borrowing)
    shedding.refusing = config.sheds
    pulse.hearers.append(shedding.late)
    worker = WorkerRow(ids.ulid(), socket.gethostname(), os.getpid(), RELEASE, SUITES, 0)
    return Ground(
        config=config,
        clock=clock,
        ids=ids,
        db=db,
        log=log,
        vault=vault,
        locksmith=Locksmith(vault.ring, ids, clock),
        attendance=Attendance(db, vault.ring, worker),
        pulse=pulse,
        shedding=shedding,
        jobs=jobs,
        egress=egress,
        registry=registry,
        headroom=of_database(config, clock),
        closing=closing,
    )


def _neighbours(config: Config, ids: Ids) -> Wakeup:
    from teahouse.infra.bus.neighbours import Nats  # noqa: PLC0415 - only with several workers

    return Nats(config.nats_url, ids.ulid())


def _furnish(ground: Ground) -> House:
    """Make every domain, from the lowest floor up."""
    ground.locksmith.also_holds(KeyPurpose.INDEX, IndexHoldings(SEALED, PASSING).held)
    uptime, people = Uptime(ground.db, ground.clock), make_people(ground, FIELDS)
    doors = make_doors(ground, people)
    ways = make_ways(ground, people, doors)
    talk = make_talk(ground, people, ways)
    square = make_square(ground, people, talk)
    cases = make_enforcing(ground, people, doors, ways, talk, square)
    ordering = make_ordering(ground, people, doors, talk, cases)
    inspecting, assessing = make_inspecting(ground, people, talk), make_assessing(ground, people)
    detectors = make_detecting(ground, people, talk, cases)
    reviews = make_appearing(ground, people, ways, talk, cases, assessing)
    holding = make_holding(ground, people, doors, talk, cases, detectors)
    syncing = make_syncing(ground, people, talk)
    pushing = make_pushing(ground, people, talk)
    programs = make_programs(ground, people, doors, talk, square, pushing.pushers)
    named = {field.name for field in FIELDS} | KEY_COLUMNS.keys()
    upgrades = make_upgrades(ground, people, doors, uptime, (SEALED, PASSING), (named, SPOKEN))
    rights = make_rights(
        ground, people, doors, ways, talk, square, cases, reviews, holding, pushing.pushers, SEALED
    )
    keeping = make_keeping(ground, people, doors, talk, upgrades, rights)
    answering = make_answering(
        ground, people, doors, (ordering, inspecting), rights.breaches, upgrades
    )
    registers = make_registers(ground, people, doors, programs, keeping)
    known = (ground, people, doors, cases, ordering, inspecting, assessing, rights, keeping)
    years = YearCounts(ground, people, doors, ways, cases, ordering, inspecting, rights, uptime)
    reporting = make_reporting(Sections(*known, registers, answering), years)
    return House(
        ground=ground,
        uptime=uptime,
        people=people,
        doors=doors,
        ways=ways,
        talk=talk,
        square=square,
        cases=cases,
        ordering=ordering,
        holding=holding,
        inspecting=inspecting,
        assessing=assessing,
        detectors=detectors,
        appearing=reviews,
        syncing=syncing,
        sliding=make_sliding(ground, people, talk, syncing),
        pushing=pushing,
        programs=programs,
        registers=registers,
        demo=Demo(_verbs(ground, people, doors, talk)),
        upgrades=upgrades,
        rights=rights,
        legacies=make_legacies(ground, people, rights.exporting),
        keeping=keeping,
        reporting=reporting,
        answering=answering,
        runner=JobRunner(ground.db, ground.jobs, meters=JobMeters(ground.registry)),
        limiter=Limiter(ground.clock, enabled=not ground.config.test_mode),
    )


def _verbs(ground: Ground, people: People, doors: Doors, talk: Talk) -> HouseVerbs:
    return HouseVerbs(
        db=ground.db,
        audit=people.audit,
        gate=doors.gate,
        invites=doors.invites,
        registrations=doors.registrations,
        accounts=people.accounts,
        timeline=talk.timeline,
        membership=talk.membership,
        directory=talk.directory,
        media=talk.media,
        receipts=talk.receipts,
        jobs=ground.jobs,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )


def nobody() -> None:
    """Call no hand: somebody else does."""


def register_jobs(house: House, call_hand: Callable[[], None] = nobody) -> None:
    """Say who does what later; before the runner starts. ``call_hand``: there is an upgrade's work."""
    ground = house.ground
    ground.jobs.every("log.trim", TRIM_SECONDS, ground.log.trim)
    ground.jobs.every("jobs.set_right", SET_RIGHT_SECONDS, ground.jobs.set_right)
    uptime_jobs.register(house.uptime, ground.jobs)
    people_jobs(ground, house.people)
    doors_jobs(ground, house.people, house.doors)
    ways_jobs(ground, house.ways)
    talk_jobs(ground, house.talk)
    sliding_jobs(ground, house.sliding)
    square_jobs(ground, house.square)
    enforcing_jobs(ground, house.cases)
    ordering_jobs(ground, house.ordering)
    holding_jobs(ground, house.holding)
    inspecting_jobs(ground, house.inspecting)
    assessing_jobs(ground, house.assessing)
    detecting_jobs(ground, house.detectors)
    appearing_jobs(ground, house.appearing)
    pushing_jobs(ground, house.pushing)
    programs_jobs(ground, house.programs)
    registers_jobs(ground, house.registers)
    demo_jobs.register(house.demo, ground.jobs)
    upgrades_jobs_of(ground, house.upgrades, call_hand)
    rights_jobs_of(ground, house.rights)
    legacies_jobs_of(ground, house.legacies)
    keeping_jobs_of(ground, house.keeping)
    answering_jobs(ground, house.answering)


def build_routes(house: House) -> list[Route]:
    """Return every route of the house."""
    ground = house.ground
    routes = [
        *health.routes(house.ready, ground.headroom, ground.registry),
        *test_clock.routes(ground.clock, ground.config.test_mode),
        *people_routes(ground, house.people, house.limiter),
        *doors_routes(house.doors),
        *ways_routes(house.people, house.ways),
        *talk_routes(ground, house.people, house.talk, house.syncing),
        *sliding_routes(house.sliding),
        *square_routes(house.square),
        *enforcing_routes(house.cases),
        *ordering_routes(house.ordering),
        *holding_routes(house.holding),
        *inspecting_routes(house.inspecting),
        *assessing_routes(house.assessing),
        *detecting_routes(house.detectors),
        *appearing_routes(house.ways, house.appearing),
        *pushing_routes(house.pushing),
        *programs_routes(house.programs),
        *registers_routes(ground, house.registers, house.programs),
        *demo_routes.routes(house.demo),
        *upgrades_routes_of(house.upgrades),
        *rights_routes_of(house.rights),
        *legacies_routes_of(house.legacies),
        *keeping_routes_of(ground, house.keeping),
        *reporting_routes(house.reporting),
        *answering_routes(house.answering),
    ]
    routes = watched(routes, house.ways.unsealings)
    return inspected(routes, house.inspecting.inspections, house.registers.labels)


def build_server(house: House) -> Server:
    """Return the ASGI application."""
    people = house.people
    known = people.accounts.authenticate, people.operators.authenticate
    services = house.programs.appservices.registry
    restraint = house.ordering.orders.restraints.check
    own = house.ways.grants.check_own
    who = Authenticators(*known, services, own, check_guest, restraint)
    static = Static(WEB_FOLDER)
    ground = house.ground
    shedding = ground.shedding
    routes = ranked(build_routes(house))
    server = Server(routes, who, house.limiter, ground.ids, static, ground.pulse, shedding)
    server.headroom = ground.headroom
    house.uptime.know((one.method, one.path, one.door) for one in server.router.routes)
    server.answered = house.uptime.count
    gauges = {
        "long_polls": lambda: float(house.talk.hub.waiting_count),
        "log_applied": lambda: float(house.log.applied),
        "admission_level": lambda: shedding.level / OPEN,
        "disk_free_bytes": lambda: float(ground.headroom.free_bytes() or 0),
        "requests_shed": lambda: float(sum(shedding.refused)),
    }
    ground.registry.register(health.HttpFigures(server.tally, gauges))
    return server


def build_early(house: House, server: Server) -> Early:
    """Return what refuses before the application is asked."""
    return Early(server, house.ground.shedding, house.people.accounts.sessions.remembered)


def routes_on_paper(config: Config) -> list[Route]:
    """Return every route of a house that is drawn and not built, for what is told about them.

    It has no database, no engines and no keys: calling one of the handlers fails.
    """
    clock = SystemClock()
    nobody: Any = None  # holds no key
    ids, db = Ids(clock), Database(None, "")
    blank = Versions(0, {0: MacKey(INTERNATIONAL, bytes(32))})
    secrets = {KeyPurpose.INDEX: blank, KeyPurpose.HOUSE: blank}
    ring = KeyRing(config.tenant, nobody, Keys(0, KeyRef("", 0), INTERNATIONAL, {}, secrets))
    registry, jobs = CollectorRegistry(), Jobs(clock, ids)
    vault = Vault(ring, ids, clock, VaultMeters(registry))
    egress = Egress(Way.KEYS, allowed_by(config) | allowed_issuers(config))
    ground = _ground(
        config, clock, ids, db, Log(db), vault, jobs, egress, registry, AsyncExitStack()
    )
    return build_server(_furnish(ground)).router.routes
