"""The composition root: the only place where the parts of the house are put together."""

import gc
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from prometheus_client import CollectorRegistry

from teahouse.accountdata import jobs as accountdata_jobs
from teahouse.accountdata import routes as accountdata_routes
from teahouse.accountdata import store as accountdata_store
from teahouse.accountdata.model import PUSH_RULES
from teahouse.accountdata.service import AccountData
from teahouse.accounts import jobs as accounts_jobs
from teahouse.accounts import routes as accounts_routes
from teahouse.accounts import store as accounts_store
from teahouse.accounts.service import Accounts
from teahouse.accounts.service.opening import open_accounts
from teahouse.audit import routes as audit_routes
from teahouse.audit.service import Audit
from teahouse.clock import Clock, SystemClock
from teahouse.codes import jobs as codes_jobs
from teahouse.codes import routes as codes_routes
from teahouse.codes import store as codes_store
from teahouse.config import Config
from teahouse.consent import routes as consent_routes
from teahouse.consent import store as consent_store
from teahouse.consent.service import Consent
from teahouse.directory import routes as directory_routes
from teahouse.directory.service import Directory
from teahouse.gate import jobs as gate_jobs
from teahouse.gate import routes as gate_routes
from teahouse.gate.service.gate import Gate, make_gate
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.wakeup import Alone, Nats
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.http import health, test_clock
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.careful import CarefulProtocol
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.proxies import behind
from teahouse.infra.http.router import Route
from teahouse.infra.http.server import Server
from teahouse.infra.http.static import Static
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.jobs.runner import JobMeters, JobRunner
from teahouse.infra.logs import configure
from teahouse.infra.senders.choose import allowed_by, choose_senders
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.keyring import KeyRing
from teahouse.infra.vault.meters import VaultMeters
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.vault import Vault, open_vault
from teahouse.media import jobs as media_jobs
from teahouse.media import routes as media_routes
from teahouse.media import store as media_store
from teahouse.media.service import Media
from teahouse.officials import routes as officials_routes
from teahouse.officials import store as officials_store
from teahouse.officials.service import Officials
from teahouse.operators import jobs as operators_jobs
from teahouse.operators import routes as operators_routes
from teahouse.operators import store as operators_store
from teahouse.operators.service import Operators
from teahouse.profiles import routes as profiles_routes
from teahouse.profiles import store as profiles_store
from teahouse.profiles.service import Profiles
from teahouse.push import jobs as push_jobs
from teahouse.push import routes as push_routes
from teahouse.push import store as push_store
from teahouse.push.model.rules import default_document
from teahouse.push.service import Push
from teahouse.receipts import jobs as receipts_jobs
from teahouse.receipts import routes as receipts_routes
from teahouse.receipts import store as receipts_store
from teahouse.receipts.service import Receipts, Typing
from teahouse.registrations import jobs as registrations_jobs
from teahouse.registrations import routes as registrations_routes
from teahouse.registrations import store as registrations_store
from teahouse.registrations.service.registrations import Registrations, make_registrations
from teahouse.rooms import store as rooms_store
from teahouse.rooms.service import Rooms
from teahouse.sync import routes as sync_routes
from teahouse.sync.service.building import Building
from teahouse.sync.service.counting import Counting
from teahouse.sync.service.hub import Hub
from teahouse.sync.service.syncing import Syncing
from teahouse.timeline import jobs as timeline_jobs
from teahouse.timeline import store as timeline_store
from teahouse.timeline.routes import coming as coming_routes
from teahouse.timeline.routes import reading as reading_routes
from teahouse.timeline.routes import speaking as speaking_routes
from teahouse.timeline.service.house import Timeline, open_timeline

GRACE_SECONDS = 3
KEEP_ALIVE_SECONDS = 75
TRIM_SECONDS = 3600
WEB_FOLDER = Path(__file__).parents[2] / "web" / "dist"

FIELDS = (
    *accounts_store.FIELDS,
    *profiles_store.FIELDS,
    *codes_store.FIELDS,
    *consent_store.FIELDS,
    *registrations_store.FIELDS,
    *media_store.FIELDS,
    *officials_store.FIELDS,
    *operators_store.FIELDS,
    *accountdata_store.FIELDS,
    *rooms_store.FIELDS,
    *timeline_store.FIELDS,
    *receipts_store.FIELDS,
    *push_store.FIELDS,
)


@dataclass(frozen=True)
class Ground:
    """What every domain stands on."""

    config: Config
    clock: Clock
    ids: Ids
    db: Database
    log: Log
    vault: Vault
    jobs: Jobs
    registry: CollectorRegistry
    closing: AsyncExitStack


@dataclass(frozen=True)
class People:
    """Who there is, how they came to be, and who watches over it."""

    audit: Audit
    accounts: Accounts
    profiles: Profiles
    operators: Operators
    consent: Consent
    account_data: AccountData
    gate: Gate
    registrations: Registrations
    officials: Officials


@dataclass(frozen=True)
class Talk:
    """Rooms, what is said in them, and who has heard it."""

    rooms: Rooms
    media: Media
    directory: Directory
    timeline: Timeline
    receipts: Receipts
    typing: Typing
    push: Push
    hub: Hub
    building: Building


@dataclass(frozen=True)
class House:
    """Every part of one worker."""

    ground: Ground
    people: People
    talk: Talk
    syncing: Syncing
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
    config: Config, dsn: str, clock: Clock | None = None, ids: Ids | None = None
) -> AsyncIterator[House]:
    """Open every part on a migrated database, and close them all in the end."""
    async with AsyncExitStack() as closing:
        clock = clock or SystemClock()
        ids = ids or Ids(clock)
        registry = CollectorRegistry()
        db = await Database.open(dsn, config.database_pool_max)
        closing.push_async_callback(db.close)
        several = config.nats_url != "" and config.workers > 1
        log = Log(db, Nats(config.nats_url, ids.ulid()) if several else Alone())
        async with db.transaction() as tx:
            vault = await open_vault(tx, config, clock, ids, VaultMeters(registry))
        await log.start()
        closing.push_async_callback(log.stop)
        jobs = Jobs(clock, ids)
        yield _furnish(Ground(config, clock, ids, db, log, vault, jobs, registry, closing))


def _furnish(ground: Ground) -> House:
    """Make every domain, from the lowest floor up."""
    people = _people(ground)
    talk = _talk(ground, people)
    syncing = Syncing(
        ground.ids.readable(8),
        ground.db,
        ground.clock,
        ground.log,
        talk.hub,
        talk.rooms,
        talk.typing,
        people.account_data,
        talk.building,
    )
    runner = JobRunner(ground.db, ground.jobs, meters=JobMeters(ground.registry))
    limiter = Limiter(ground.clock, enabled=not ground.config.test_mode)
    return House(ground, people, talk, syncing, runner, limiter)


def _people(ground: Ground) -> People:
    """Make the domains of accounts and of the gate."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, log, vault = ground.db, ground.log, ground.vault
    egress = Egress(allowed_by(config))
    ground.closing.push_async_callback(egress.close)
    audit = Audit(db, clock)
    accounts = open_accounts(
        db=db,
        log=log,
        vault=vault,
        audit=audit,
        jobs=ground.jobs,
        senders=choose_senders(config, egress, clock, ids),
        clock=clock,
        ids=ids,
        config=config,
    )
    ground.closing.callback(accounts.passwords.close)
    profiles = Profiles(db, vault, accounts)
    profiles.listen()
    consent = Consent(db, log, vault, PurposeRegister(FIELDS), config, clock, ids)
    gate = make_gate(db=db, log=log, audit=audit, config=config, clock=clock, ids=ids)
    registrations = make_registrations(
        db=db,
        log=log,
        gate=gate,
        accounts=accounts,
        profiles=profiles,
        consent=consent,
        vault=vault,
        config=config,
        clock=clock,
        ids=ids,
    )
    officials = Officials(db, vault, registrations)
    officials.listen()
    return People(
        audit=audit,
        accounts=accounts,
        profiles=profiles,
        operators=Operators(db, vault, audit, accounts.passwords, clock, ids, config),
        consent=consent,
        account_data=AccountData(db, log, {PUSH_RULES: default_document}),
        gate=gate,
        registrations=registrations,
        officials=officials,
    )


def _talk(ground: Ground, people: People) -> Talk:
    """Make the domains of rooms, and let each hear of events in the order of the floors."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, log = ground.db, ground.log
    appender = Appender(log)
    rooms = Rooms(db, clock)
    blobs = open_blobs(config, ids)
    limit = config.upload_bytes_max
    media = Media(db, log, blobs, ground.vault, ground.jobs, ids, clock, config.server_name, limit)
    ground.closing.callback(media.close)
    directory = Directory(
        db, log, rooms, people.accounts, people.profiles, clock, config.server_name
    )
    timeline = open_timeline(
        db=db,
        log=log,
        appender=appender,
        rooms=rooms,
        profiles=people.profiles,
        directory=directory,
        clock=clock,
        ids=ids,
        server_name=config.server_name,
    )
    receipts = Receipts(db, clock, appender, rooms, timeline.reading, people.account_data)
    receipts.listen(log)
    typing = Typing(clock, log, rooms)
    push = Push(db, log, people.account_data)
    counting = Counting(push, receipts, timeline.reading, timeline.tails)
    building = Building(timeline.reading, timeline.tails, receipts, typing, counting)
    building.listen(log)
    hub = Hub(log, rooms)
    hub.listen()
    typing.listen(hub.wake_room_now)
    return Talk(rooms, media, directory, timeline, receipts, typing, push, hub, building)


def register_jobs(house: House) -> None:
    """Say who does what later; before the runner starts."""
    ground, people, talk = house.ground, house.people, house.talk
    jobs, log = ground.jobs, ground.log
    jobs.every("log.trim", TRIM_SECONDS, log.trim)
    codes_jobs.register(people.accounts.codes, jobs)
    accounts_jobs.register(people.accounts, jobs)
    operators_jobs.register(people.operators, jobs)
    gate_jobs.register(people.gate, jobs)
    registrations_jobs.register(people.registrations, jobs)
    media_jobs.register(jobs, talk.media)
    media_jobs.follow(talk.media, log)
    accountdata_jobs.register(people.account_data, log)
    push_jobs.register(talk.push, log)
    receipts_jobs.register(log)
    timeline_jobs.register(talk.timeline, log, jobs)


def build_routes(house: House) -> list[Route]:
    """Return every route of the house."""
    people, talk = house.people, house.talk
    line = talk.timeline
    version = house.config.default_room_version
    return [
        *health.routes(house.ready, house.ground.registry),
        *test_clock.routes(house.ground.clock, house.config.test_mode),
        *audit_routes.routes(people.audit),
        *codes_routes.routes(people.accounts.codes, house.config.test_mode),
        *accounts_routes.routes(people.accounts, house.limiter),
        *profiles_routes.routes(people.profiles),
        *operators_routes.routes(people.operators, house.limiter),
        *consent_routes.routes(people.consent),
        *accountdata_routes.routes(people.account_data),
        *gate_routes.routes(people.gate),
        *registrations_routes.routes(people.registrations),
        *media_routes.routes(talk.media),
        *directory_routes.routes(talk.directory),
        *speaking_routes.routes(line.speaking),
        *coming_routes.routes(line.coming, line.making, version),
        *reading_routes.routes(line.reading),
        *receipts_routes.routes(talk.receipts, talk.typing),
        *push_routes.routes(talk.push),
        *officials_routes.routes(people.officials),
        *sync_routes.routes(house.syncing, people.account_data),
    ]


def build_server(house: House) -> Server:
    """Return the ASGI application."""
    people = house.people
    who = Authenticators(people.accounts.authenticate, people.operators.authenticate)
    static = Static(WEB_FOLDER)
    server = Server(build_routes(house), who, house.limiter, house.ground.ids, static)
    gauges = {
        "long_polls": lambda: float(house.talk.hub.waiting_count),
        "log_applied": lambda: float(house.log.applied),
    }
    house.ground.registry.register(health.HttpFigures(server.tally, gauges))
    return server


def routes_on_paper(config: Config) -> list[Route]:
    """Return every route of a house that is drawn and not built, for what is told about them.

    It has no database, no engines and no keys: calling one of the handlers fails.
    """
    clock = SystemClock()
    nobody: Any = None  # holds no key
    ids, db = Ids(clock), Database(None, "")
    ring = KeyRing(config.tenant, nobody, KeyRef("", 0), {}, 0, {0: bytes(32)})
    registry, jobs = CollectorRegistry(), Jobs(clock, ids)
    vault = Vault(ring, ids, clock, VaultMeters(registry))
    ground = Ground(config, clock, ids, db, Log(db), vault, jobs, registry, AsyncExitStack())
    return build_server(_furnish(ground)).router.routes


class _Uvicorn(uvicorn.Server):
    """Ends waiting long polls when told to stop, so that stopping takes no time."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop accepting, and let everybody who waits go."""
        super().handle_exit(sig, frame)
        self._hub.close()


async def serve_worker(config: Config, socket_fd: int) -> None:
    """Serve on an inherited listening socket until SIGTERM.

    Raises ``Unavailable`` when PostgreSQL cannot be reached at the start.
    """
    configure(config.log_level)
    async with open_house(config, config.database_url) as house:
        register_jobs(house)
        await house.runner.start()
        settings = uvicorn.Config(
            behind(build_server(house), config.trusted_proxies),
            http=CarefulProtocol,
            loop="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,  # see infra/http/proxies.py
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        gc.collect()
        gc.freeze()  # what is here now stays: the collector need not look at it again
        gc.set_threshold(20_000, 20, 50)
        listener = socket.socket(fileno=socket_fd)
        try:
            await _Uvicorn(settings, house.talk.hub).serve(sockets=[listener])
        finally:
            await house.runner.stop()


async def setup_token(config: Config, dsn: str) -> str | None:
    """Return a fresh one-time token for the first operator, ``None`` when there is one."""
    async with open_house(config, dsn) as house:
        link = await house.people.operators.setup_link()
        return None if link is None else link.url.partition("#")[2]
