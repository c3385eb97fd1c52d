"""What the gate does by the clock: end policies, tell of delays, delete old attempts."""

from teahouse.gate.service import Gate
from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs

EXPIRE_SECONDS = 2
SLIP_SECONDS = 5
PURGE_SECONDS = 60


def register(gate: Gate, jobs: Jobs) -> None:
    """Register the schedules of this domain."""

    async def expire_policies(tx: Tx) -> None:
        await gate.policies.expire(tx)

    async def slip(tx: Tx) -> None:
        await gate.waiting.slip(tx)

    async def purge(tx: Tx) -> None:
        await gate.keeper.purge(tx)

    jobs.every("gate.expire_policies", EXPIRE_SECONDS, expire_policies)
    jobs.every("gate.slip", SLIP_SECONDS, slip)
    jobs.every("gate.purge", PURGE_SECONDS, purge)
