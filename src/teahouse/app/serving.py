"""A worker's process: it serves on a socket that its parent bound."""

import asyncio
import gc
import os
import signal
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from types import FrameType

import uvicorn

from teahouse.app.house import build_early, build_server, nobody, open_house, register_jobs
from teahouse.app.quiet import keep_quiet
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.engines.places import DataDir
from teahouse.infra.http.careful import CarefulProtocol
from teahouse.infra.http.proxies import Notebook, behind
from teahouse.infra.logs import configure
from teahouse.infra.vault.sweep.alone import collect_seldom
from teahouse.renewals.service.feeling import Feeling
from teahouse.sync.service.hub import Hub

GRACE_SECONDS = 3
LANES = 3  # stretches that a hand is at: while one is sealed, the database puts another back
IDLE_SECONDS_MAX = 10.0  # without work for so long, a hand that was called goes
KEEP_ALIVE_SECONDS = 75
# The loop takes one connection from a listening socket each time round, and in an overload it comes
# round seldom: so it has the same socket several times.
ACCEPTED_AT_ONCE = 16


class _Uvicorn(uvicorn.Server):
    """Ends waiting long polls when told to stop, so that stopping takes no time."""

    def __init__(self, config: uvicorn.Config, hub: Hub) -> None:
        super().__init__(config)
        self._hub = hub

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop accepting, and let everybody who waits go."""
        super().handle_exit(sig, frame)
        self._hub.close()


async def serve_worker(
    config: Config, socket_fd: int, call_hand: Callable[[], None] | None = None
) -> None:
    """Serve on an inherited listening socket until SIGTERM; ``call_hand`` when an upgrade has work.

    Raises ``Unavailable`` when PostgreSQL cannot be reached at the start.
    """
    configure(config.log_level)
    async with open_house(config, config.database_url) as house:
        # What its caches missed it would never learn; a new one begins with what is there now.
        house.log.on_deaf = partial(signal.raise_signal, signal.SIGTERM)
        await house.keeping.returning.check_whole()
        register_jobs(house, call_hand or nobody)
        await house.ordering.orders.restraints.serve()
        await house.programs.appservices.keeping.load(config.service_files)
        await house.keeping.keeper.start()
        house.ground.pulse.start()
        house.ground.attendance.feel(house.ground.pulse)
        await house.ground.attendance.start()
        house.uptime.start()
        house.registers.processors.guarding.start()
        await house.runner.start()
        notebook = _notebook(config, house.ground.clock)
        server = build_server(house)

        class Protocol(CarefulProtocol):
            early = build_early(house, server)

        settings = uvicorn.Config(
            behind(server, config.trusted_proxies, notebook.note),
            http=Protocol,
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
        listeners = [listener, *(listener.dup() for _ in range(ACCEPTED_AT_ONCE - 1))]
        try:
            await _Uvicorn(settings, house.talk.hub).serve(sockets=listeners)
        finally:
            await house.runner.stop()
            await house.uptime.stop()
            await house.registers.processors.guarding.stop()
            await house.ground.attendance.stop()
            house.ground.pulse.stop()
            await house.keeping.keeper.stop()


async def work_as_hand(config: Config, dsn: str, stays: bool) -> None:
    """Do the work of upgrades, with the time that others leave; go when there is none."""
    configure(config.log_level)
    collect_seldom()
    async with open_house(config, dsn, gives_way=True) as house:
        hand = house.upgrades.hand(socket.gethostname(), os.getpid())
        clock = house.ground.clock
        hand.pace = feeling = Feeling(house.db, clock)
        keep_quiet(feeling, house.config)
        house.people.settings.changed.append(lambda: keep_quiet(feeling, house.config))
        feels = asyncio.get_running_loop().create_task(feeling.feel())
        busy_at = clock.monotonic()

        async def more() -> bool:
            nonlocal busy_at
            async with house.db.read() as tx:
                if await house.upgrades.wants_hands(tx):
                    busy_at = clock.monotonic()
            return stays or clock.monotonic() - busy_at < IDLE_SECONDS_MAX

        collect_seldom()
        await house.ground.attendance.start()
        try:
            await hand.go_on(more, LANES)
        finally:
            feels.cancel()
            await house.ground.attendance.stop()
            await hand.leave()


def _notebook(config: Config, clock: Clock) -> Notebook:
    data = DataDir(Path(config.data_dir).expanduser().resolve())
    return Notebook(data.forwarder_file, clock)


async def setup_token(config: Config, dsn: str) -> str | None:
    """Return a fresh one-time token for the first operator, ``None`` when there is one."""
    async with open_house(config, dsn) as house:
        link = await house.people.operators.setup_link()
        return None if link is None else link.url.partition("#")[2]
