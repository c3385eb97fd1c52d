"""Reports of security upgrades: printed, written to a file, and verified on any machine."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from teahouse.cli.admin import house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.history import Trusted, trusted_by
from teahouse.cli.history import read as read_history
from teahouse.cli.spoken import LangHere, chosen, heads, in_, spoken
from teahouse.errors import Invalid
from teahouse.notices.model.chain import verify_history
from teahouse.reports.model.details import said_of
from teahouse.reports.model.document import BYTES_MAX, Proof, in_history, read, verify
from teahouse.reports.model.sinks import BY_NAME
from teahouse.reports.model.stolen import STOLEN
from teahouse.reports.model.words import WRONGS

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
    run_id: RunId = None,
    to: To = None,
    lang: LangHere = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print the signed report of an upgrade, or write it to a file."""
    said = chosen(lang)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            reports = house.doors.reports
            if run_id is None:
                rows = [
                    [one.run_id, str(one.seq), moment(one.made_at)] for one in await reports.all()
                ]
                show(spoken(said, "reports"), heads(said, "run", "entry", "at"), rows)
                return 0
            raw = await reports.raw(run_id)
        if to is None:
            sys.stdout.buffer.write(raw)
        else:
            beside = to.with_name(f"{to.name}.new")
            beside.write_bytes(raw)
            beside.replace(to)
            sys.stdout.write(spoken(said, "written", file=to, bytes=len(raw)) + "\n")
        return 0

    run_async(work())


def verify_report(file: File, key: Key = "", history: History = "", lang: LangHere = None) -> None:
    """Check a report offline: every byte, its signature, and what follows from its figures.

    Exit code 1 when anything in it was changed.
    """
    said = chosen(lang)
    if file.stat().st_size > BYTES_MAX:
        raise Invalid(f"{file} is larger than any report.")
    raw = file.read_bytes()
    trusted = trusted_by(key) if key else Trusted((), {})
    found = verify(raw, trusted.pinned)
    if not found.right:
        _not_right(said, in_(WRONGS[found.wrong], said))
        raise typer.Exit(1)
    if history and not _in(found, history, trusted, said):
        raise typer.Exit(1)
    told = read(raw)
    if told.public in trusted.revoked and not history:
        _not_right(said, spoken(said, "key_revoked"))
        raise typer.Exit(1)
    run = {"run": found.run_id, "server": told.server_name, "key": found.key_id}
    _line(spoken(said, "right", **run))
    if not found.pinned:
        _line(spoken(said, "no_key"))
    sums = told.totals
    counts = {"done": sums.done, "rows": sums.rows, "old": sums.old}
    _line(spoken(said, "sums", failed=sums.failed_requests, **counts))
    for one in told.facts.capabilities:
        down = spoken(said, "down", ms=one.down_milliseconds)
        measured = spoken(said, "unmeasured") if one.method == "unmeasured" else down
        _line(f"{one.capability}: {measured} ({one.method})")
    why = ", ".join(told.shortfalls)
    _line(spoken(said, "complete") if told.complete else spoken(said, "not_complete", why=why))


def _line(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def _not_right(lang: str, why: str) -> None:
    _line(spoken(lang, "not_right", why=why))


def _in(found: Proof, history: str, trusted: Trusted, lang: str) -> bool:
    document = read_history(history)
    chain = verify_history(document, trusted.pinned, trusted.revoked)
    if not chain.intact:
        _not_right(lang, spoken(lang, "history_broken", why=chain.why))
        return False
    if not in_history(found, document):
        _not_right(lang, spoken(lang, "history_lacks"))
        return False
    return True


def census(lang: LangHere = None, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Look everywhere that personal data may lie, and print what a change of keys finds there."""
    said = chosen(lang)

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
                said_of(one, said),
            ]
            for one in seen
        ]
        names = ("sink", "follows", "seen", "count", "until", "details")
        show(spoken(said, "sinks"), heads(said, *names), rows)
        return 0

    run_async(work())


def stolen(what: What = None, lang: LangHere = None) -> None:
    """Print what to do, in order, when a key was stolen."""
    said = chosen(lang)
    if what is None:
        rows = [
            [name, in_(one.name, said), " ".join(step.data_class for step in one.steps)]
            for name, one in STOLEN.items()
        ]
        show(spoken(said, "stolen"), heads(said, "name", "what", "in_order"), rows)
        return
    if what not in STOLEN:
        raise Invalid(f"{what} is none of {', '.join(STOLEN)}.")
    for nth, step in enumerate(STOLEN[what].steps, 1):
        _line(f"{nth}. {step.data_class}: {in_(step.why, said)}")
    _line(spoken(said, "remains", remains=in_(STOLEN[what].remains, said)))


def register(app: typer.Typer) -> None:
    """Add these to the upgrade's commands."""
    app.command("report")(report)
    app.command("verify-report")(verify_report)
    app.command("census")(census)
    app.command("stolen")(stolen)
