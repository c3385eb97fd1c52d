"""What orders do by the clock: begin and end when they say so, and let go of old documents."""

from teahouse.infra.jobs.queue import Jobs
from teahouse.orders.service.orders import Orders

TURN_SECONDS = 2
PURGE_SECONDS = 86_400


def register(orders: Orders, jobs: Jobs) -> None:
    """Register the schedules of this domain."""
    jobs.every("orders.turn", TURN_SECONDS, orders.turn)
    jobs.every("orders.purge", PURGE_SECONDS, orders.purge)
