"""Reports of security upgrades: printed, written to a file, and verified on any machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from teahouse.cli.admin import house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.history import Trusted, trusted_by
from teahouse.cli.history import read as read_history
from teahouse.errors import Invalid
from teahouse.notices.model.chain import verify_history
from teahouse.reports.model.document import BYTES_MAX, Proof, in_history, read, verify
from teahouse.reports.model.sinks import BY_NAME
from teahouse.reports.model.stolen import STOLEN

RunId = Annotated[
    str | None, typer.Argument(help="As `upgrade status` prints it; empty: which there are.")
]
File = Annotated[Path, typer.Argument(help="The signed file.", exists=True, dir_okay=False)]
Key = Annotated[
    str, typer.Option("--key", help="The public key you trust: hexadecimal, or a keys.json.")
]
History = Annotated[
    str, typer.Option("--history", help="A history.json in which its digest must be, too.")
]
To = Annotated[Path | None, typer.Option("--to", help="Write the signed file there.")]
What = Annotated[str | None, typer.Argument(help="One of the names; empty: which there are.")]


def report(
    run_id: RunId = None, to: To = None, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Print the signed report of an upgrade, or write it to a file."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            reports = house.doors.reports
            if run_id is None:
                rows = [
                    [one.run_id, str(one.seq), moment(one.made_at)] for one in await reports.all()
                ]
                show("Reports", ["run", "entry of the history", "at"], rows)
                return 0
            raw = await reports.raw(run_id)
        if to is None:
            sys.stdout.buffer.write(raw)
        else:
            beside = to.with_name(f"{to.name}.new")
            beside.write_bytes(raw)
            beside.replace(to)
            sys.stdout.write(f"{to}: {len(raw)} bytes\n")
        return 0

    run_async(work())


def verify_report(file: File, key: Key = "", history: History = "") -> None:
    """Check a report offline: every byte, its signature, and what follows from its figures.

    Exit code 1 when anything in it was changed.
    """
    if file.stat().st_size > BYTES_MAX:
        raise Invalid(f"{file} is larger than any report.")
    raw = file.read_bytes()
    trusted = trusted_by(key) if key else Trusted((), {})
    found = verify(raw, trusted.pinned)
    if not found.right:
        sys.stdout.write(f"NOT RIGHT: {found.why}\n")
        raise typer.Exit(1)
    if history and not _in(found, history, trusted):
        raise typer.Exit(1)
    told = read(raw)
    if told.public in trusted.revoked and not history:
        sys.stdout.write("NOT RIGHT: its key is believed no more; give the --history, too\n")
        raise typer.Exit(1)
    sys.stdout.write(f"right: run {found.run_id} of {told.server_name}, signed by {found.key_id}\n")
    if not found.pinned:
        sys.stdout.write("no key was given: compare the one above with one that you trust\n")
    sums = told.totals
    sys.stdout.write(
        f"{sums.done} of {sums.rows} rows, {sums.old} values under old keys, "
        f"{sums.failed_requests} failed requests\n"
    )
    for one in told.facts.capabilities:
        said = "not measured" if one.method == "unmeasured" else f"{one.down_milliseconds} ms down"
        sys.stdout.write(f"{one.capability}: {said} ({one.method})\n")
    sys.stdout.write(
        "complete\n" if told.complete else f"not complete: {', '.join(told.shortfalls)}\n"
    )


def _in(found: Proof, history: str, trusted: Trusted) -> bool:
    document = read_history(history)
    chain = verify_history(document, trusted.pinned, trusted.revoked)
    if not chain.intact:
        sys.stdout.write(f"NOT RIGHT: the history is not intact: {chain.why}\n")
        return False
    if not in_history(found, document):
        sys.stdout.write("NOT RIGHT: the history does not hold this report\n")
        return False
    return True


def census(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Look everywhere that personal data may lie, and print what a change of keys finds there."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            seen = await house.doors.reports.census.look(house.ground.clock.now())
        rows = [
            [
                one.sink,
                BY_NAME[one.sink].follows.value,
                one.state,
                "" if one.counted is None else str(one.counted),
                moment(one.until) if one.until else "",
                one.detail,
            ]
            for one in seen
        ]
        show("Sinks", ["sink", "follows", "found", "count", "until", "details"], rows)
        return 0

    run_async(work())


def stolen(what: What = None) -> None:
    """Print what to do, in order, when a key was stolen."""
    if what is None:
        show("Stolen", ["name", "what", "classes in order"], [
            [name, one.name.en, " ".join(step.data_class for step in one.steps)]
            for name, one in STOLEN.items()
        ])  # fmt: skip
        return
    if what not in STOLEN:
        raise Invalid(f"{what} is none of {', '.join(STOLEN)}.")
    for nth, step in enumerate(STOLEN[what].steps, 1):
        sys.stdout.write(f"{nth}. {step.data_class}: {step.why.en}\n")
    sys.stdout.write(f"What remains: {STOLEN[what].remains.en}\n")


def register(app: typer.Typer) -> None:
    """Add these to the upgrade's commands."""
    app.command("report")(report)
    app.command("verify-report")(verify_report)
    app.command("census")(census)
    app.command("stolen")(stolen)
