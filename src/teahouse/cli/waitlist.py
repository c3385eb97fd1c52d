"""The waiting list from the machine itself: the same verbs and audit as in the console."""

import sys
from typing import Annotated

import typer

from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.gate.model.policies import ANY
from teahouse.waitlist.model import LineShown, check_line

app = typer.Typer(help="Who waits for their turn to register.", no_args_is_help=True)

Region = Annotated[str, typer.Option(help="intl, eu or cn-mainland.")]
Class = Annotated[str, typer.Option("--class", help="personal or official.")]
Door = Annotated[str, typer.Option(help="One door's line: phone, email or official.")]
Reason = Annotated[str, typer.Option(help="Why; it goes into the audit log.")]


@app.command()
def lines(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print the lines: how many wait, since when, and how fast they are called."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.doors.waitlist.desk.lines()
        heads = [
            "region",
            "class",
            "door",
            "state",
            "waiting",
            "called",
            "since",
            "a minute",
            "empty in",
        ]
        show("Waiting", heads, [_row(line) for line in found])
        return 0

    run_async(work())


@app.command("let-in")
def let_in(
    count: Annotated[int, typer.Argument(help="How many, from the first on.")],
    region: Region,
    reason: Reason,
    account_class: Class = "personal",
    door: Door = ANY,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Call the next of a line; they are told by the server, or when it next runs."""
    line = check_line(region, account_class, door)

    async def work() -> int:
        from teahouse.app import register_jobs  # noqa: PLC0415 - only once the command is run

        async with house_of(config, data_dir) as house:
            register_jobs(house)  # those who are called are told by the server
            desk = house.doors.waitlist.desk
            called = await desk.let_in(actor(), line, count, reason)
        sys.stdout.write(f"called {called}\n")
        return 0

    run_async(work())


@app.command()
def pause(
    region: Region,
    reason: Reason,
    account_class: Class = "personal",
    door: Door = ANY,
    resume: Annotated[bool, typer.Option("--resume", help="Go on.")] = False,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Stop calling a line, or go on; those who wait read that it is paused."""
    line = check_line(region, account_class, door)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            desk = house.doors.waitlist.desk
            await desk.pause(actor(), line, not resume, reason)
        sys.stdout.write("goes on\n" if resume else "paused\n")
        return 0

    run_async(work())


def _row(line: LineShown) -> list[str]:
    expected = line.estimate
    return [
        line.region,
        line.account_class,
        line.door,
        "paused" if line.paused else line.state.value,
        str(line.waiting),
        str(line.called),
        moment(line.oldest_at) if line.oldest_at else "",
        "" if line.pace_per_minute is None else str(line.pace_per_minute),
        f"{expected.minutes_min}-{expected.minutes_max} min" if expected else "",
    ]
