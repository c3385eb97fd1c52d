"""What upgrades do by the clock: have a hand called while there is work for one."""

from collections.abc import Callable

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.upgrades.service.upgrades import Upgrades

LOOK_SECONDS = 2.0


def register(upgrades: Upgrades, jobs: Jobs, call: Callable[[], None]) -> None:
    """Look now and then whether there is work, and ``call`` somebody who does it."""

    async def look(tx: Tx) -> None:
        if await upgrades.wants_hands(tx):
            call()

    jobs.every("upgrades.look", LOOK_SECONDS, look)
