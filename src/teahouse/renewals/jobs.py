"""What renewals do by the clock: see how often keys have wrapped, and whose form is free again."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.renewals.service.forms import Forms, GiveForms
from teahouse.renewals.service.successors import Successors

LOOK_SECONDS = 60.0


def register(successors: Successors, forms: Forms, jobs: Jobs) -> None:
    """Look once a minute."""

    async def look(tx: Tx) -> None:
        await successors.look(tx)

    jobs.handle_outside(GiveForms, forms.give)
    jobs.every("renewals.wraps", LOOK_SECONDS, look)
    jobs.every("renewals.forms", LOOK_SECONDS, forms.look)
