"""The manifest, which closes a back-up: what is in it, of when, under which keys, and a signature."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

import msgspec

from teahouse.errors import Conflict, Kind, NotFound, Refused
from teahouse.notices.model.chain import Document, key_id_of, signed
from teahouse.transfers.model import HOME, crosses

FORMAT = "teahouse-backup/1"
CONTEXT = "backup"
OLD_AFTER = timedelta(days=7)
ENDING, LOCKED_ENDING, DRAFT_ENDING = ".backup", ".backup.age", ".unfinished"


class BrokenBackup(Refused):
    """This is not a whole back-up."""

    code = "backups.broken"
    kind = Kind.INVALID


class LockedBackup(Refused):
    """The back-up is locked: name the key that opens it."""

    code = "backups.locked"
    kind = Kind.INVALID


class NewerRelease(Refused):
    """The back-up is of a newer release than this one."""

    code = "backups.newer"
    kind = Kind.CONFLICT


class OtherHouse(Refused):
    """The back-up is of another house than the one that is configured here."""

    code = "backups.other_house"
    kind = Kind.CONFLICT


class BackupAbroad(Refused):
    """The back-up is of another region, and nothing lets it cross the border."""

    code = "backups.abroad"
    kind = Kind.CONFLICT


class KeysLacking(Refused):
    """Keys that the back-up is sealed under are not here."""

    code = "backups.keys_lacking"
    kind = Kind.CONFLICT


class PlaceTaken(Conflict):
    """There is something there already."""

    code = "backups.place_taken"


class NoSuchBackup(NotFound):
    """No back-up of that id is known here."""

    code = "backups.no_such_backup"


class StillThere(Conflict):
    """The back-up is still there: delete the file first."""

    code = "backups.still_there"


class NoSuchPlace(NotFound):
    """There is no such folder or file."""

    code = "backups.no_place"


class RestoreUnfinished(Conflict):
    """A back-up was not brought back to the end: remove what it left, and begin anew."""

    code = "backups.unfinished"


class KeyTold(msgspec.Struct, frozen=True):
    """A key-encryption key: which, in which state, by which it is known, and how much is under it."""

    key_id: str
    version: int
    state: str
    check: str
    count: int

    @property
    def needed(self) -> bool:
        """Whether something cannot be opened without it."""
        return self.count > 0


class TableTold(msgspec.Struct, frozen=True):
    """A table: its columns in the order of its rows, how many rows, in how many parts."""

    columns: list[str]
    rows: int
    parts: int


class Destination(msgspec.Struct, frozen=True):
    """With which entry of the register of processors a back-up lies, where, and until when it may."""

    processor_id: str
    country: str
    until: date


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything a back-up says of itself."""

    format: str
    backup_id: str
    server_name: str
    tenant: str
    release: str
    made_at: datetime
    log_pos: int
    ledger_seq: int
    migrations: dict[str, str]
    tables: dict[str, TableTold]
    blobs_count: int
    blobs_bytes: int
    missing: list[str]
    keys: list[KeyTold]
    index: list[str]
    public: str  # the key that signed, in hexadecimal
    region: str = ""  # the profile of the house; empty in those from before it was told
    kept_by: Destination | None = None
    key_id: str = ""
    signature: str = ""


def document_of(manifest: Manifest) -> Document:
    """Return what is signed of a manifest."""
    told: Document = msgspec.to_builtins(manifest)
    return {name: value for name, value in told.items() if name not in ("key_id", "signature")}


def read_manifest(raw: bytes) -> Manifest:
    """Return a manifest whose signature is right. Raises ``BrokenBackup``."""
    try:
        document: Any = msgspec.json.decode(raw)
        manifest = msgspec.convert(document, Manifest)
        named = key_id_of(manifest.public) == manifest.key_id
    except (msgspec.MsgspecError, ValueError) as wrong:
        raise BrokenBackup("its manifest cannot be read") from wrong
    if manifest.format != FORMAT:
        raise BrokenBackup(f"it is of another format: {manifest.format}")
    if not named or not signed(CONTEXT, document, manifest.public):
        raise BrokenBackup("the signature of its manifest is not right")
    return manifest


def check_house(manifest: Manifest, server_name: str, tenant: str) -> None:
    """Refuse another house's back-up, which could not be opened here. Raises ``OtherHouse``."""
    for name, theirs, ours in (
        ("server_name", manifest.server_name, server_name),
        ("tenant", manifest.tenant, tenant),
    ):
        if theirs != ours:
            raise OtherHouse(f"the back-up's {name} is {theirs}, and here it is {ours}: set it")


def check_region(manifest: Manifest, profile: str, country: str, today: date) -> None:
    """Refuse to bring a region's people into another country without an entry: ``BackupAbroad``.

    ``profile`` and ``country`` are of the place that it is to be brought into; the country may be
    unsaid where the configuration says the same region.
    """
    origin, to = manifest.region, manifest.kept_by
    if not HOME.get(origin):
        return
    if not country:
        if profile == origin:
            return
        raise BackupAbroad(
            f"the back-up is of a house of {origin}: say with --country in which country this machine is"
        )
    if not crosses(origin, country):
        return
    if to is None or to.country != country:
        raise BackupAbroad(
            f"the back-up is of a house of {origin}, and {country} is abroad: in that house register a "
            "processor there, and transfers to it of every purpose, and make the back-up with --kept-by"
        )
    if today > to.until:
        raise BackupAbroad(
            f"the transfer to {to.processor_id} ended on {to.until}: register another in the house "
            "that it is of, and make a new back-up"
        )


def check_release(manifest: Manifest, ours: Mapping[str, str]) -> None:
    """Refuse what this release cannot read. Raises ``NewerRelease``."""
    for name, digest in sorted(manifest.migrations.items()):
        if ours.get(name) != digest:
            how = "does not have it" if name not in ours else "has another one"
            raise NewerRelease(
                f"the back-up is of release {manifest.release} and has {name}; this release {how}"
            )


def lacking(keys: Iterable[KeyTold], held: Iterable[tuple[str, int]]) -> list[str]:
    """Return the beginnings of the key file's lines that are needed and are not here."""
    there = set(held)
    return [
        f"teahouse-kek {key.key_id} {key.version}"
        for key in keys
        if key.needed and (key.key_id, key.version) not in there
    ]


def file_name(server_name: str, made_at: datetime, locked: bool) -> str:
    """Return the name of a back-up's file in a folder of them; they sort by age."""
    ending = LOCKED_ENDING if locked else ENDING
    return f"{_stem(server_name)}{made_at:%Y%m%dT%H%M%SZ}{ending}"


def is_file_name(server_name: str, name: str) -> bool:
    """Tell whether a file in a folder of back-ups is one of this house."""
    stem = re.escape(_stem(server_name))
    return re.fullmatch(rf"{stem}\d{{8}}T\d{{6}}Z\.backup(?:\.age)?", name) is not None


def _stem(server_name: str) -> str:
    return "teahouse-" + re.sub(r"[^A-Za-z0-9.-]", "_", server_name) + "-"
