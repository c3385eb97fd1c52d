"""The search's index from the machine: how large it is, and building it anew."""

import typer

from teahouse.cli.admin import house_of, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.database import say

app = typer.Typer(help="The index of what is said.", no_args_is_help=True)


@app.command()
def status(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print how many messages the index knows, and whether it is being filled."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            known, filling = await house.talk.search.indexing.status()
        show("Search", ["messages", "filling"], [[str(known), "yes" if filling else "no"]])
        return 0

    run_async(work())


@app.command()
def rebuild(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Look through everything that was said, anew. What is in the index meanwhile stays in use."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            indexing = house.talk.search.indexing
            await indexing.rebuild()
            say(f"{await indexing.fill_all():,} events looked through")
        return 0

    run_async(work())
