"""The merge report of an upgrade: who were kept apart, and that somebody has looked at it."""

import sys
from typing import Annotated

import typer

from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.spoken import LangHere, chosen, heads, spoken

RunId = Annotated[str, typer.Argument(help="As `upgrade status` prints it.")]
Seen = Annotated[bool, typer.Option("--seen", help="Say that you have looked at all of them.")]
Reason = Annotated[str, typer.Option(help="What comes of it; it goes into the audit log.")]


def merges(
    run_id: RunId,
    seen: Seen = False,
    reason: Reason = "",
    lang: LangHere = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print whom a newer normaliser would have made one: by account ids, no number or address."""
    said = chosen(lang)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            merging = house.upgrades.yard.merging
            if seen:
                await merging.seen(actor(), run_id, reason)
            found = await merging.report(run_id)
        rows = [
            [
                one.kind,
                one.kept,
                one.apart,
                moment(one.found_at),
                one.seen_by or "",
            ]
            for one in found.pairs
        ]
        names = ("kind", "has_newer", "keeps_exact", "found_at", "seen_by")
        show(spoken(said, "kept_apart"), heads(said, *names), rows)
        sys.stdout.write(spoken(said, "pairs", total=found.total, unseen=found.unseen) + "\n")
        return 0

    run_async(work())


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(merges)
