"""What was decided in a period, from the machine: exact for the operator, or as everybody reads it."""

import sys
from datetime import datetime
from typing import Annotated

import msgspec
import typer

from teahouse.cli.admin import house_of
from teahouse.cli.commands import ConfigFile, DataDir, run_async

app = typer.Typer(help="Decisions about what people wrote, and figures.", no_args_is_help=True)

Day = Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="2026-01-31; it is in it.")]
Public = Annotated[
    bool, typer.Option("--public", help="Of whole months, without small counts, to be published.")
]


@app.command()
def report(
    since: Day,
    until: Day,
    public: Public = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print the transparency report of a period as JSON."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            rulings = house.cases.engine.rulings
            if public:
                told = await rulings.published(f"{since:%Y-%m}", f"{until:%Y-%m}")
            else:
                told = await rulings.exact(since.date(), until.date())
        raw = msgspec.json.format(msgspec.json.encode(told), indent=2)
        sys.stdout.write(raw.decode() + "\n")
        return 0

    run_async(work())


@app.command()
def register(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print every decision as everybody may read it: a line of JSON for each."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            after = ""
            while page := await house.cases.engine.rulings.page(after):
                for one in page:
                    sys.stdout.write(msgspec.json.encode(one).decode() + "\n")
                after = page[-1].ruling_id
        return 0

    run_async(work())
