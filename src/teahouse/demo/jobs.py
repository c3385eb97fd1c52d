"""What the demo does later: build the town, remove it. Both are begun by somebody who waits."""

from contextlib import suppress

from teahouse.demo.model.rules import BuildTown, RemoveTown
from teahouse.demo.service import Demo
from teahouse.errors import Refused
from teahouse.infra.jobs.queue import Jobs


def register(demo: Demo, jobs: Jobs) -> None:
    """Say who does it. Once: what went wrong is told, and begun again by hand."""

    async def build(asked: BuildTown) -> None:
        with suppress(Refused):  # kept with the town, for who asked
            await demo.build(asked.actor)

    async def remove(asked: RemoveTown) -> None:
        with suppress(Refused):
            await demo.remove(asked.actor)

    jobs.handle_outside(BuildTown, build, attempts_max=1)
    jobs.handle_outside(RemoveTown, remove, attempts_max=1)
