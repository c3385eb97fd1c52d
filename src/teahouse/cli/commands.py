"""The list of commands: options in, one call, one line out when it is refused."""

import asyncio
import importlib
import sys
from collections.abc import Coroutine
from importlib.metadata import version as installed_version
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any

import typer

from teahouse.config import Config, load
from teahouse.errors import Refused

app = typer.Typer(
    help="Teahouse (茶馆): an open, self-hostable super-app platform.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

DataDir = Annotated[str | None, typer.Option(help="Where everything is kept.")]
ConfigFile = Annotated[Path | None, typer.Option("--config", help="A teahouse.toml.")]


def settings(file: Path | None, **options: Any) -> Config:
    """Read the configuration with a command's options on top; raise ``BadConfig``."""
    return load(file=file, **options)


def run_async(work: Coroutine[Any, Any, int]) -> None:
    """Run a command's work to its end and leave with its exit code."""
    raise typer.Exit(asyncio.run(work))


@app.command()
def serve(
    data_dir: DataDir = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT to listen on.")] = None,
    server_name: Annotated[str | None, typer.Option(help="The name in everyone's id.")] = None,
    workers: Annotated[int | None, typer.Option(help="How many worker processes.")] = None,
    profile: Annotated[str | None, typer.Option(help="intl, eu or cn-mainland.")] = None,
    default_room_version: Annotated[str | None, typer.Option(help="For new rooms.")] = None,
    registration_shared_secret: Annotated[
        str | None, typer.Option(help="Lets tools that know it make accounts.")
    ] = None,
    config: ConfigFile = None,
) -> None:
    """Open the house: start the engines, migrate, serve, until Ctrl-C or SIGTERM."""
    from teahouse.cli.supervisor import serve as supervise  # noqa: PLC0415 - each command its own

    chosen = settings(
        config,
        data_dir=data_dir,
        listen=listen,
        server_name=server_name,
        workers=workers,
        profile=profile,
        default_room_version=default_room_version,
        registration_shared_secret=registration_shared_secret,
    )
    run_async(supervise(chosen))


@app.command()
def migrate(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Bring the database to this version. ``serve`` does it by itself."""
    from teahouse.cli.database import migrate as bring_up  # noqa: PLC0415

    run_async(bring_up(settings(config, data_dir=data_dir)))


@app.command()
def doctor(
    data_dir: DataDir = None,
    listen: Annotated[str | None, typer.Option(help="HOST:PORT that is served.")] = None,
    json: Annotated[bool, typer.Option("--json", help="For programs.")] = False,
    config: ConfigFile = None,
) -> None:
    """Look at everything the house stands on, and say what to do where it is red."""
    from teahouse.cli.doctor import examine  # noqa: PLC0415

    run_async(examine(settings(config, data_dir=data_dir, listen=listen), as_json=json))


@app.command()
def version() -> None:
    """Print the version."""
    typer.echo(installed_version("teahouse"))


@app.command(hidden=True)
def worker(listener: Annotated[int, typer.Option()], pulse: Annotated[int, typer.Option()]) -> None:
    """Serve on an inherited socket; ``serve`` starts these."""
    from teahouse.cli.worker import work  # noqa: PLC0415

    work(listener, pulse)


@app.command(hidden=True)
def gen(
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail when stale.")] = False,
) -> None:
    """Write what is generated from the code; for who works on it."""
    from teahouse.cli.gen import generate  # noqa: PLC0415

    raise typer.Exit(generate(check))


ROOMS = (
    "admin", "appservices", "breach", "consent", "gate", "rulings", "search", "upgrade", "work",
)  # fmt: skip


def _add_rooms() -> None:
    """Add the commands of other rooms: each a module here with a ``typer.Typer`` named ``app``."""
    for name in ROOMS:
        if find_spec(f"teahouse.cli.{name}"):
            room = importlib.import_module(f"teahouse.cli.{name}")
            app.add_typer(room.app, name=name)
    app.command()(importlib.import_module("teahouse.cli.demo").demo)
    app.command()(importlib.import_module("teahouse.cli.backup").backup)
    app.command()(importlib.import_module("teahouse.cli.restore").restore)
    app.command()(importlib.import_module("teahouse.cli.pack").audit_pack)
    app.command()(importlib.import_module("teahouse.cli.verify").verify)


def run() -> None:
    """Run one command; what is refused is told in one line on stderr, with exit code 1."""
    _add_rooms()
    try:
        app()
    except Refused as refused:
        sys.stderr.write(f"teahouse: {refused.words}\n")
        sys.exit(1)
    except OSError as wrong:
        where = f": {wrong.filename}" if wrong.filename else ""
        sys.stderr.write(f"teahouse: {wrong.strerror or wrong}{where}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
