"""Application services from the machine: only there is one let in, by its registration file."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from teahouse.appservices.model import parse
from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.gate.model.notices import GateClosed, GatePaced

app = typer.Typer(help="Bridges and bots: application services.", no_args_is_help=True)

File = Annotated[Path, typer.Argument(help="Its registration, in YAML.", exists=True)]
ServiceId = Annotated[str, typer.Argument(help="As `appservices list` prints it.")]


@app.command()
def add(
    file: File,
    processor: Annotated[
        str | None, typer.Option(help="The entry of the register of processors that it ends with.")
    ] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Let a service in, or take up its changed registration; no restart is needed."""
    registration = parse(file.read_text(encoding="utf-8"))

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            keeping = house.programs.appservices.keeping
            try:
                changed = await keeping.add(actor(), registration, processor)
            except (GateClosed, GatePaced) as shut:
                sys.stdout.write(
                    f"{registration.id} is in; it must register its user: {shut.words}\n"
                )
                return 0
        sys.stdout.write(f"{registration.id} {'is in' if changed else 'was in already'}\n")
        return 0

    run_async(work())


@app.command("list")
def every(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print the services, and how many events wait for each."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.programs.appservices.keeping.every()
        heads = ["id", "url", "user", "since", "waiting", "failed tries"]
        rows = [
            [
                one.service_id,
                one.url or "",
                one.sender,
                moment(one.added_at),
                str(one.waiting),
                str(one.failure_count),
            ]
            for one in found
        ]
        show("Application services", heads, rows)
        return 0

    run_async(work())


@app.command()
def remove(service_id: ServiceId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Put a service out: its token is nobody's, and what waits for it is forgotten."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            await house.programs.appservices.keeping.remove(actor(), service_id)
        sys.stdout.write(f"{service_id} is out\n")
        return 0

    run_async(work())
