"""What an auditor takes along: a signed pack, built beside the house that may be serving."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from teahouse.cli.admin import actor, house_of
from teahouse.cli.commands import ConfigFile, DataDir, run_async

To = Annotated[Path, typer.Option("--to", help="Where the archive is written, such as audit.zip.")]


def audit_pack(to: To, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Build a compliance audit pack from the living house, and sign it. It names no people."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            pack, raw = await house.reporting.packs.make(actor())
        beside = to.with_name(f"{to.name}.new")
        beside.write_bytes(raw)
        beside.replace(to)
        sys.stdout.write(f"{to}: {len(raw)} bytes, pack {pack.pack_id}, sha256 {pack.sha256}\n")
        return 0

    run_async(work())
