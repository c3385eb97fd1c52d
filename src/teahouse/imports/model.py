"""What a file of accounts may say, and what is found wrong with its rows."""

import csv
import enum
import io
from collections.abc import Container
from datetime import datetime, timedelta
from typing import ClassVar

import msgspec

from teahouse.errors import Kind, Refused

ROWS_MAX = 5000
FILE_BYTES_MAX = 512 * 1024
LABEL_LETTERS_MAX = 100
COLUMNS = ("username", "display_name", "phone", "email", "password_hash")
BATCH_ROWS_MAX = 20
UNDO_WITHIN = timedelta(hours=24)
LINK_LIFE = timedelta(days=14)  # of what people are told by, and for telling them
CLAIM_LIFE = timedelta(minutes=10)  # sending takes seconds: who claimed before has died
TELL_AT_ONCE = 20
TELL_WAIT = timedelta(seconds=10)
NOT_SENT_WAIT = timedelta(minutes=1)
TEXTS_WAIT = timedelta(minutes=10)
TEXTS_KEPT = 0.5  # of the house's text messages, for codes


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line of a file."""

    username: str
    display_name: str = ""
    phone: str = ""
    email: str = ""
    password_hash: str = ""  # as another system made it


class Wrong(enum.Enum):
    """What is found wrong with a row. The words are stored and told."""

    BAD_NAME = "bad_name"
    NAME_TAKEN = "name_taken"
    NAME_TWICE = "name_twice"
    NO_CONTACT = "no_contact"
    BAD_PHONE = "bad_phone"
    BAD_EMAIL = "bad_email"
    CONTACT_IN_USE = "contact_in_use"
    CONTACT_TWICE = "contact_twice"
    UNKNOWN_HASH = "unknown_hash"
    GATE_CLOSED = "gate_closed"


class Finding(msgspec.Struct, frozen=True):
    """Something wrong with a row; rows are numbered from 1, without the heading."""

    number: int
    wrong: Wrong


class Told(enum.Enum):
    """Whether somebody was told that they were brought in. The words are stored."""

    NONE = "none"
    DUE = "due"
    SENDING = "sending"
    TOLD = "told"
    FAILED = "failed"  # the other side refuses it, nothing sends there, or nobody knows


class Messages(msgspec.Struct, frozen=True):
    """How many messages would go to a kind of contact, and what sends them."""

    contact_kind: str
    adapter: str
    count: int


class Report(msgspec.Struct, frozen=True):
    """What a dry run found."""

    rows: int
    ready: int
    findings: tuple[Finding, ...]
    messages: tuple[Messages, ...]


class Import(msgspec.Struct, frozen=True):
    """A file that was brought, and how far it is."""

    import_id: str
    label: str
    state: str
    paused_for: str
    created_by: str
    created_at: datetime
    finished_at: datetime | None
    ready: int
    made: int
    refused: int
    undone: int
    declined: int
    to_tell: int
    told: int
    not_told: int
    arrived: int


class Arrival(msgspec.Struct, frozen=True):
    """An account that was made for somebody, as their link shows it."""

    user_id: str
    expires_at: datetime
    policy_version: str


class TellPeople(msgspec.Struct, frozen=True):
    """The job that tells an import's people, some at a time."""

    kind: ClassVar[str] = "imports.tell"
    import_id: str


class RunImport(msgspec.Struct, frozen=True):
    """The job that makes an import's accounts, some at a time."""

    kind: ClassVar[str] = "imports.run"
    import_id: str


class NoSuchArrival(Refused):
    """This link is not good any more: the account was taken, declined or ended. You can sign in."""

    code = "imports.no_arrival"
    kind = Kind.NOT_FOUND


class BadFile(Refused):
    """The file is not a table of accounts."""

    code = "imports.bad_file"
    kind = Kind.UNPROCESSABLE


class NotUndoable(Refused):
    """An import can be undone within a day."""

    code = "imports.not_undoable"
    kind = Kind.CONFLICT


class NotPaused(Refused):
    """That import is not waiting to be taken up again."""

    code = "imports.not_paused"
    kind = Kind.CONFLICT


def told_by(contacts: Container[str], offered: Container[str]) -> str | None:
    """Return by which kind of contact somebody is told: by e-mail if they can be, it costs nothing."""
    for kind in ("email", "phone"):
        if kind in contacts and kind in offered:
            return kind
    return None


def read(text: str) -> list[Row]:
    """Return the rows of a CSV file whose first line names its columns (RFC 4180).

    Raises ``BadFile`` in words that say where.
    """
    if len(text.encode()) > FILE_BYTES_MAX:
        raise BadFile(f"The file is longer than {FILE_BYTES_MAX // 2**10} KiB.")
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = [name.strip().lower() for name in next(lines, [])]
        _check_heading(heading)
        rows = [_row(heading, cells, lines.line_num) for cells in lines if any(cells)]
    except csv.Error as wrong:
        raise BadFile(f"Line {lines.line_num}: {wrong}") from wrong
    if not 0 < len(rows) <= ROWS_MAX:
        raise BadFile(f"A file has from 1 to {ROWS_MAX} rows, and this one has {len(rows)}.")
    return rows


def _check_heading(heading: list[str]) -> None:
    unknown = [name for name in heading if name not in COLUMNS]
    if unknown:
        raise BadFile(f"There is no column {unknown[0]!r}: they are {', '.join(COLUMNS)}.")
    if "username" not in heading or len(set(heading)) != len(heading):
        raise BadFile("The first line names the columns, each once, username among them.")


def _row(heading: list[str], cells: list[str], line: int) -> Row:
    if len(cells) != len(heading):
        raise BadFile(f"Line {line} has {len(cells)} cells, and {len(heading)} columns are named.")
    said = {name: cell.strip() for name, cell in zip(heading, cells, strict=True)}
    return Row(said["username"].lower(), **{k: v for k, v in said.items() if k != "username"})
