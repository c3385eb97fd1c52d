"""Coming in: registration and sign-in, eight at once."""

from bench.meter import Cost
from bench.scene import Scene, side_by_side
from bench.talk import Person

COUNT, AT_ONCE = 160, 8


async def registration(scene: Scene) -> Cost:
    """Make accounts."""
    await scene.crowd(16)  # the first ones make connections to PostgreSQL, too
    meter = scene.meter()

    async def one(nth: int) -> None:
        line = scene.line()
        async with scene.timed(meter):
            await Person.register(line, f"r{scene.tag}-{nth}")
        line.close()

    await side_by_side(AT_ONCE, [lambda nth=nth: one(nth) for nth in range(COUNT)])
    return meter.stop(COUNT)


async def login(scene: Scene) -> Cost:
    """Sign in with a password."""
    people = await scene.crowd(8)
    names = [person.user_id[1:].partition(":")[0] for person in people]
    meter = scene.meter()

    async def one(nth: int) -> None:
        line = scene.line()
        async with scene.timed(meter):
            await Person.login(line, names[nth % len(names)])
        line.close()

    await side_by_side(AT_ONCE, [lambda nth=nth: one(nth) for nth in range(COUNT)])
    return meter.stop(COUNT)
