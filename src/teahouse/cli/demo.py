"""The demo town from the machine: built beside the house that may be serving, or alone."""

import sys
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING, Annotated

import typer

from teahouse.cli.admin import actor, house_of
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.database import say
from teahouse.demo.model.rules import Key, NoTown, TooManyPeople

if TYPE_CHECKING:  # the list of commands is made without the whole house
    from teahouse.demo.service import Demo

Remove = Annotated[bool, typer.Option("--remove", help="Remove the town, and nothing else.")]
Keys = Annotated[bool, typer.Option("--keys", help="Give two of its people new passwords.")]
Yes = Annotated[bool, typer.Option("--yes", help="Also in a house that has people of its own.")]


def demo(
    remove: Remove = False,
    keys: Keys = False,
    yes: Yes = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Fill the house with a small town to look at; ``--remove`` takes it away again."""

    async def work() -> int:
        from teahouse.app import register_jobs  # noqa: PLC0415 - only once the command is run

        async with AsyncExitStack() as stack:
            house = await stack.enter_async_context(house_of(config, data_dir))
            register_jobs(house)  # what is begun here may be ended by the server
            if remove:
                total = await house.demo.begin_removal(actor())
                await house.demo.remove(actor())
                sys.stdout.write(f"removed: {total} things, and nothing else\n")
                return 0
            if not keys:
                await _build(house.demo, yes)
            try:
                _show(await house.demo.keys(actor()), house.config.base_url)
            except NoTown:
                say("there is no demo town that stands: `teahouse demo` builds one")
                return 1
        return 0

    run_async(work())


async def _build(town: "Demo", yes: bool) -> None:
    try:
        begun = await town.begin(actor(), yes)
    except TooManyPeople as many:
        count = many.fields["accounts"]
        raise TooManyPeople(
            f"This house has {count} accounts: add --yes to put a demo town among them."
        ) from many

    async def told(done: int) -> None:
        if sys.stderr.isatty():
            sys.stderr.write(f"\rteahouse: building the town, {done} of {begun.total} ")
            sys.stderr.flush()

    await town.build(actor(), told)
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def _show(keys: list[Key], url: str) -> None:
    sys.stdout.write(
        "The town stands. Sign in as one of them; the passwords are shown this once:\n"
    )
    for key in keys:
        localpart = key.user_id[1:].partition(":")[0]
        sys.stdout.write(f"  {localpart}\t{key.password}\t{key.name}\n")
    sys.stdout.write(f"{url}/#/sign-in\n")
    sys.stdout.write("`teahouse demo --remove` takes it all away.\n")
