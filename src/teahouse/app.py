"""The composition root: the only place where the parts of the house are put together."""

import gc
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

import uvicorn
from prometheus_client import CollectorRegistry

from teahouse.accountdata import jobs as accountdata_jobs
from teahouse.accountdata import routes as accountdata_routes
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
from teahouse.config import Config
from teahouse.consent import routes as consent_routes
from teahouse.consent import store as consent_store
from teahouse.consent.service import Consent
from teahouse.directory import routes as directory_routes
from teahouse.directory.service import Directory
from teahouse.gate import jobs as gate_jobs
from teahouse.gate import routes as gate_routes
from teahouse.gate import store as gate_store
from teahouse.gate.service.gate import Gate, make_gate
from teahouse.ids import Ids
from teahouse.infra.blobs.blobs import open_blobs
from teahouse.infra.bus.appender import Appender
from teahouse.infra.bus.log import Log
from teahouse.infra.bus.wakeup import Alone, Nats
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.http import health
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.limits import Limiter
from teahouse.infra.http.router import Route
from teahouse.infra.http.server import Server
from teahouse.infra.http.static import Static
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.jobs.runner import JobMeters, JobRunner
from teahouse.infra.logs import configure
from teahouse.infra.senders.choose import allowed_by, choose_senders
from teahouse.infra.vault.field import PurposeRegister
from teahouse.infra.vault.meters import VaultMeters
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
from teahouse.push import jobs as push_jobs
from teahouse.push import routes as push_routes
from teahouse.push.model.rules import default_document
from teahouse.push.service import Push
from teahouse.receipts import routes as receipts_routes
from teahouse.receipts.events import ReceiptMoved
from teahouse.receipts.service import Receipts, Typing
from teahouse.rooms.service import Rooms
from teahouse.sync import routes as sync_routes
from teahouse.sync.service.building import Building
from teahouse.sync.service.counting import Counting
from teahouse.sync.service.hub import Hub
from teahouse.sync.service.syncing import Syncing
from teahouse.timeline import jobs as timeline_jobs
from teahouse.timeline.events import Posted
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
    *consent_store.FIELDS,
    *gate_store.FIELDS,
    *media_store.FIELDS,
    *officials_store.FIELDS,
    *operators_store.FIELDS,
)


@dataclass(frozen=True)
class House:
    """Every part of one worker."""

    config: Config
    clock: Clock
    ids: Ids
    db: Database
    log: Log
    vault: Vault
    jobs: Jobs
    runner: JobRunner
    audit: Audit
    accounts: Accounts
    operators: Operators
    consent: Consent
    account_data: AccountData
    gate: Gate
    rooms: Rooms
    media: Media
    directory: Directory
    timeline: Timeline
    receipts: Receipts
    typing: Typing
    push: Push
    hub: Hub
    syncing: Syncing
    officials: Officials
    registry: CollectorRegistry
    limiter: Limiter

    async def ready(self) -> dict[str, bool]:
        """Tell which of the parts we cannot do without answer now."""
        return {"postgresql": await self.db.answers()}


@asynccontextmanager
async def open_house(
    config: Config, dsn: str, clock: Clock | None = None, ids: Ids | None = None
) -> AsyncIterator[House]:
    """Open every part on a migrated database, and close them all in the end."""
    async with AsyncExitStack() as stack:
        clock = clock or SystemClock()
        ids = ids or Ids(clock)
        registry = CollectorRegistry()
        db = await Database.open(dsn, config.database_pool_max)
        stack.push_async_callback(db.close)
        several = config.nats_url != "" and config.workers > 1
        log = Log(db, Nats(config.nats_url, ids.ulid()) if several else Alone())
        async with db.transaction() as tx:
            vault = await open_vault(tx, config, clock, ids, VaultMeters(registry))
        await log.start()
        stack.push_async_callback(log.stop)
        house = _furnish(config, clock, ids, registry, db, log, vault, stack)
        yield house


def _furnish(
    config: Config,
    clock: Clock,
    ids: Ids,
    registry: CollectorRegistry,
    db: Database,
    log: Log,
    vault: Vault,
    stack: AsyncExitStack,
) -> House:
    """Make every domain, from the lowest floor up."""
    jobs = Jobs(clock, ids)
    egress = Egress(allowed_by(config))
    stack.push_async_callback(egress.close)
    appender = Appender(log)
    audit = Audit(db, clock)
    accounts = open_accounts(
        db=db,
        log=log,
        vault=vault,
        audit=audit,
        jobs=jobs,
        senders=choose_senders(config, egress, clock, ids),
        clock=clock,
        ids=ids,
        config=config,
    )
    operators = Operators(db, vault, audit, accounts.passwords, clock, ids, config)
    consent = Consent(db, log, vault, PurposeRegister(FIELDS), config, clock, ids)
    account_data = AccountData(db, log, {PUSH_RULES: default_document})
    gate = make_gate(
        db=db,
        log=log,
        audit=audit,
        accounts=accounts,
        consent=consent,
        vault=vault,
        config=config,
        clock=clock,
        ids=ids,
    )
    rooms = Rooms(db, clock)
    media = Media(
        db,
        log,
        open_blobs(config, ids),
        vault,
        jobs,
        ids,
        clock,
        config.server_name,
        config.upload_bytes_max,
    )
    stack.callback(media.close)
    directory = Directory(db, log, rooms, accounts, clock, config.server_name)
    timeline = open_timeline(
        db=db,
        log=log,
        appender=appender,
        rooms=rooms,
        accounts=accounts,
        directory=directory,
        clock=clock,
        ids=ids,
        server_name=config.server_name,
    )
    receipts = Receipts(db, clock, appender, rooms, timeline.reading, account_data)
    log.hear(ReceiptMoved, receipts.apply)
    log.hear(Posted, receipts.begin)
    typing = Typing(clock, log, rooms)
    typing.listen()
    push = Push(db, log, account_data)
    hub = Hub(log, rooms)
    counting = Counting(push, receipts, timeline.reading, timeline.tails)
    building = Building(timeline.reading, timeline.tails, receipts, typing, counting)
    hub.listen()
    typing.changed = hub.wake_room_now
    syncing = Syncing(ids.readable(8), db, clock, log, hub, rooms, typing, account_data, building)
    officials = Officials(db, vault, gate)
    officials.listen()
    return House(
        config=config,
        clock=clock,
        ids=ids,
        db=db,
        log=log,
        vault=vault,
        jobs=jobs,
        runner=JobRunner(db, jobs, meters=JobMeters(registry)),
        audit=audit,
        accounts=accounts,
        operators=operators,
        consent=consent,
        account_data=account_data,
        gate=gate,
        rooms=rooms,
        media=media,
        directory=directory,
        timeline=timeline,
        receipts=receipts,
        typing=typing,
        push=push,
        hub=hub,
        syncing=syncing,
        officials=officials,
        registry=registry,
        limiter=Limiter(clock, enabled=not config.test_mode),
    )


def register_jobs(house: House) -> None:
    """Say who does what later; before the runner starts."""
    house.jobs.every("log.trim", TRIM_SECONDS, house.log.trim)
    accounts_jobs.register(house.accounts, house.jobs)
    operators_jobs.register(house.operators, house.jobs)
    gate_jobs.register(house.gate, house.jobs)
    media_jobs.register(house.jobs, house.media)
    media_jobs.follow(house.media, house.log)
    accountdata_jobs.register(house.account_data, house.log)
    push_jobs.register(house.push, house.log)
    timeline_jobs.register(house.timeline, house.log, house.jobs)


def build_routes(house: House) -> list[Route]:
    """Return every route of the house."""
    line = house.timeline
    version = house.config.default_room_version
    return [
        *health.routes(house.ready, house.registry),
        *audit_routes.routes(house.audit),
        *accounts_routes.routes(house.accounts, house.limiter),
        *operators_routes.routes(house.operators, house.limiter),
        *consent_routes.routes(house.consent),
        *accountdata_routes.routes(house.account_data),
        *gate_routes.routes(house.gate),
        *media_routes.routes(house.media),
        *directory_routes.routes(house.directory),
        *speaking_routes.routes(line.speaking),
        *coming_routes.routes(line.coming, line.making, version),
        *reading_routes.routes(line.reading),
        *receipts_routes.routes(house.receipts, house.typing),
        *push_routes.routes(house.push),
        *officials_routes.routes(house.officials),
        *sync_routes.routes(house.syncing, house.account_data),
    ]


def build_server(house: House) -> Server:
    """Return the ASGI application."""
    who = Authenticators(house.accounts.authenticate, house.operators.authenticate)
    static = Static(WEB_FOLDER)
    server = Server(build_routes(house), who, house.limiter, house.ids, static)
    gauges = {
        "long_polls": lambda: float(house.hub.waiting_count),
        "log_applied": lambda: float(house.log.applied),
    }
    house.registry.register(health.HttpFigures(server.tally, gauges))
    return server


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
            build_server(house),
            http="httptools",
            loop="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=True,
            proxy_headers=False,
            timeout_keep_alive=KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
        )
        gc.collect()
        gc.freeze()  # what is here now stays: the collector need not look at it again
        gc.set_threshold(20_000, 20, 50)
        listener = socket.socket(fileno=socket_fd)
        try:
            await _Uvicorn(settings, house.hub).serve(sockets=[listener])
        finally:
            await house.runner.stop()


async def setup_token(config: Config, dsn: str) -> str | None:
    """Return a fresh one-time token for the first operator, ``None`` when there is one."""
    async with open_house(config, dsn) as house:
        link = await house.operators.setup_link()
        return None if link is None else link.url.partition("#")[2]
