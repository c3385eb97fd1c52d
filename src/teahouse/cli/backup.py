"""``teahouse backup``: the whole house in one file, made while it serves; and looking at one."""

import getpass
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from teahouse.backups.model.manifest import Manifest
from teahouse.backups.service.locking import (
    identities_of,
    is_locked,
    recipients_of,
)
from teahouse.backups.service.restoring import read_through
from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.database import say
from teahouse.config import BadConfig
from teahouse.infra.vault.identities import write_identity
from teahouse.infra.vault.keyfile import read_passphrase

Identity = Annotated[
    Path | None, typer.Option(help="The key that opens a locked back-up, as --new-key wrote it.")
]
PassphraseFile = Annotated[
    Path | None, typer.Option(help="A file of mode 0600 with the passphrase of that key.")
]
PublicKey = Annotated[
    str, typer.Option("--key", help="The public key of notices that must have signed it.")
]


def backup(
    place: Annotated[
        Path | None, typer.Argument(help="A folder, or a file that is not there yet.")
    ] = None,
    keep: Annotated[
        int, typer.Option(help="Keep only so many in the folder; 0 keeps all.", min=0)
    ] = 0,
    recipient: Annotated[
        list[str] | None, typer.Option(help="Lock it to age1…; may be given several times.")
    ] = None,
    kept_by: Annotated[
        str,
        typer.Option(help="Lock it under the key of this processor, with whom it is to lie."),
    ] = "",
    new_key_file: Annotated[
        Path | None, typer.Option("--new-key", help="Only make a key, in this file.")
    ] = None,
    verify: Annotated[
        Path | None, typer.Option(help="Only look whether this back-up is whole.")
    ] = None,
    destroyed: Annotated[
        str, typer.Option(help="Only note that this back-up and every copy of it is destroyed.")
    ] = "",
    listed: Annotated[bool, typer.Option("--list", help="Only list those that are known.")] = False,
    identity: Identity = None,
    passphrase_file: PassphraseFile = None,
    key: PublicKey = "",
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Write the whole house, but for the keys that open it, to one file, while it serves."""
    if new_key_file is not None:
        raise typer.Exit(_make_key(new_key_file, passphrase_file))
    if verify is not None:
        manifest = read_through(verify, identities(identity, passphrase_file), key)
        sys.stdout.write(summary(manifest))
        return
    if destroyed:
        run_async(_destroyed(destroyed, (config, data_dir)))
    if listed:
        run_async(_list(config, data_dir))
    if place is None:
        raise BadConfig("name a folder or a file to write the back-up to")
    if kept_by and recipient:
        raise BadConfig("what lies with a processor is locked under its key alone: no --recipient")
    lock = (recipient or [], kept_by)
    run_async(_make(place, keep, lock, (config, data_dir)))


def identities(path: Path | None, passphrase_file: Path | None) -> list[Any]:
    """Return what opens locked back-ups; asks for a passphrase that is needed and not named."""
    if path is None:
        return []
    passphrase = ""
    if is_locked(path):
        passphrase = _passphrase(passphrase_file, f"passphrase of {path}: ")
    return identities_of(path, passphrase)


def summary(manifest: Manifest) -> str:
    """Tell of a back-up in lines."""
    rows = sum(table.rows for table in manifest.tables.values())
    keys = ", ".join(f"{one.key_id} {one.version}" for one in manifest.keys if one.needed)
    lines = [
        f"whole: back-up {manifest.backup_id} of {manifest.server_name}",
        f"made   {moment(manifest.made_at)}, by release {manifest.release}",
        f"holds  {rows} rows, {manifest.blobs_count} files of {manifest.blobs_bytes} bytes",
        f"lacks  {len(manifest.missing)} files that were deleted meanwhile",
        f"keys   {keys or 'none'}",
        f"signed by {manifest.public}",
    ]
    return "\n".join(lines) + "\n"


def _passphrase(path: Path | None, asking: str) -> str:
    if path is not None:
        return read_passphrase(path).decode()
    if not sys.stdin.isatty():
        raise BadConfig("a passphrase is needed: name a file with --passphrase-file")
    return getpass.getpass(asking)


def _make_key(path: Path, passphrase_file: Path | None) -> int:
    passphrase = ""
    if passphrase_file is not None or sys.stdin.isatty():
        passphrase = _passphrase(passphrase_file, "a passphrase for it (empty for none): ")
    sys.stdout.write(f"{write_identity(path, passphrase).recipient}\n")
    say(f"keep {path} where no back-up is, and not on this machine: it opens them all")
    return 0


async def _make(
    place: Path, keep: int, lock: tuple[list[str], str], where: tuple[Path | None, str | None]
) -> int:
    recipients, kept_by = recipients_of(lock[0]), lock[1]
    async with house_of(*where) as house:
        left = await house.registers.keys.kept_by(actor(), kept_by) if kept_by else None
        made = await house.keeping.making.make(place, actor(), recipients, keep, left)
    sys.stdout.write(f"{made.path}\n")
    manifest = made.manifest
    rows = sum(table.rows for table in manifest.tables.values())
    say(f"{rows} rows and {manifest.blobs_count} files, {made.backup.bytes_count} bytes")
    if manifest.missing:
        say(f"{len(manifest.missing)} files were named and not there: {manifest.missing[0]} …")
    for gone in made.deleted:
        say(f"deleted {gone}")
    return 0


async def _destroyed(backup_id: str, where: tuple[Path | None, str | None]) -> int:
    async with house_of(*where) as house:
        await house.keeping.known.destroyed(actor(), backup_id)
    sys.stdout.write(f"{backup_id} is noted as destroyed\n")
    return 0


async def _list(config: Path | None, data_dir: str | None) -> int:
    async with house_of(config, data_dir) as house:
        found = await house.keeping.known.backups()
        old = {one.backup_id for one in await house.keeping.known.exposed()}
    rows = [
        [
            one.backup_id,
            moment(one.made_at),
            str(one.bytes_count),
            "locked" if one.locked else "open",
            "gone" if one.gone_at else "former keys" if one.backup_id in old else "",
            one.kept_by,
            one.place,
        ]
        for one in found
    ]
    show("Back-ups", ["id", "made", "bytes", "", "", "kept by", "where"], rows)
    return 0
