"""Reading a list of findings: CSV, or JSON with the same names."""

import csv
import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, NamedTuple

import msgspec

from teahouse.findings.model.finding import (
    KINDS,
    SEVERITIES,
    BadFindings,
    Clause,
    Entry,
    check_clauses,
)
from teahouse.findings.model.procedure import Programme

ROWS_MAX = 2_000
FILE_BYTES_MAX = 512 * 1024
CELL_LETTERS_MAX = 500
FACTS_LETTERS_MAX = 4_000
WRONG_MAX = 100
COLUMNS = (
    "number", "programme", "clauses", "severity", "kind", "target", "name", "version", "store",
    "operator", "facts", "found", "deadline",
)  # fmt: skip
NEEDED = ("number", "programme", "clauses", "kind", "target", "deadline")


class Wrong(NamedTuple):
    """Why a row is not read; rows are numbered from 1, without the heading."""

    row: int
    why: str


class Read(NamedTuple):
    """The findings of a list, how many rows are none, and of the first of these why."""

    entries: list[Entry]
    left_out: int
    wrong: list[Wrong]


def read(
    form: str, text: str, authority: str, now: datetime, clauses: Mapping[str, Clause]
) -> Read:
    """Return what a list says. Raises ``BadFindings`` for one that is none."""
    if not 0 < len(authority.strip()) <= CELL_LETTERS_MAX:
        raise BadFindings("Say which authority found it.")
    if len(text.encode()) > FILE_BYTES_MAX:
        raise BadFindings(f"The list is longer than {FILE_BYTES_MAX // 2**10} KiB.")
    if form not in ("csv", "json"):
        raise BadFindings("A list is csv or json.")
    rows = _csv(text) if form == "csv" else _json(text)
    if not 0 < len(rows) <= ROWS_MAX:
        raise BadFindings(f"A list has from 1 to {ROWS_MAX} rows, and this one has {len(rows)}.")
    entries: list[Entry] = []
    left_out: list[Wrong] = []
    for number, row in enumerate(rows, 1):
        try:
            entry = _entry(row, authority.strip(), now)
            why = check_clauses(entry, clauses)
        except ValueError as wrong:
            entry, why = None, str(wrong)
        if entry is not None and not why:
            entries.append(entry)
        else:
            left_out.append(Wrong(number, why))
    return Read(entries, len(left_out), left_out[:WRONG_MAX])


def _csv(text: str) -> list[dict[str, str]]:
    lines = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True)
    try:
        heading = [name.strip().lower() for name in next(lines, [])]
        _check_heading(heading)
        rows = [cells for cells in lines if any(cells)]
    except csv.Error as wrong:
        raise BadFindings(f"Line {lines.line_num}: {wrong}") from wrong
    short = [nth for nth, cells in enumerate(rows, 1) if len(cells) != len(heading)]
    if short:
        raise BadFindings(f"Row {short[0]} has not as many cells as there are columns.")
    return [dict(zip(heading, cells, strict=True)) for cells in rows]


def _json(text: str) -> list[dict[str, str]]:
    try:
        rows = msgspec.json.decode(text, type=list[dict[str, Any]])
    except (msgspec.DecodeError, RecursionError) as wrong:
        raise BadFindings("The list is no JSON array of objects.") from wrong
    for row in rows:
        _check_heading(list(row))
    return [{name: _text(value) for name, value in row.items()} for row in rows]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(str(one) for one in value)
    return str(value)


def _check_heading(heading: list[str]) -> None:
    unknown = [name for name in heading if name not in COLUMNS]
    if unknown:
        raise BadFindings(f"There is no column {unknown[0]!r}: they are {', '.join(COLUMNS)}.")
    missing = [name for name in NEEDED if name not in heading]
    if missing or len(set(heading)) != len(heading):
        raise BadFindings(f"Each row names once: {', '.join(NEEDED)}.")


def _entry(row: Mapping[str, str], authority: str, now: datetime) -> Entry:
    """Return a row's finding. Raises ``ValueError``, in words, for one that makes no sense."""
    said = {name: row.get(name, "").strip() for name in COLUMNS}
    for name, cell in said.items():
        if len(cell) > (FACTS_LETTERS_MAX if name == "facts" else CELL_LETTERS_MAX):
            raise ValueError(f"{name} is too long")
        if "\0" in cell or (name in NEEDED and not cell):
            raise ValueError(f"{name} is missing")
    kind, severity = said["kind"].lower(), said["severity"].lower()
    programme = _programme(said["programme"].lower())
    if kind not in KINDS:
        raise ValueError(f"kind is one of {', '.join(KINDS)}")
    if severity and severity not in SEVERITIES:
        raise ValueError(f"severity is one of {', '.join(SEVERITIES)}")
    usual = "high" if programme is Programme.ILLEGALITY else "middle"
    return Entry(
        authority=authority,
        number=said["number"],
        programme=programme,
        clauses=tuple(dict.fromkeys(said["clauses"].upper().replace(",", " ").split())),
        severity=severity or usual,
        kind=kind,
        target=said["target"],
        name=said["name"] or said["target"],
        version=said["version"],
        store=said["store"],
        operator_name=said["operator"],
        facts=said["facts"],
        found_at=_moment(said["found"], "found", ends=False) if said["found"] else now,
        due_at=_moment(said["deadline"], "deadline", ends=True),
    )


def _programme(written: str) -> Programme:
    try:
        return Programme(written)
    except ValueError:
        names = ", ".join(one.value for one in Programme)
        raise ValueError(f"programme is one of {names}") from None


def _moment(written: str, name: str, *, ends: bool) -> datetime:
    """Return a moment with its zone; a day alone begins at midnight in UTC, or ends there."""
    try:
        if len(written) == len("2020-12-31"):
            day = datetime.combine(date.fromisoformat(written), time(), UTC)
            return day + timedelta(days=1) if ends else day
        moment = datetime.fromisoformat(written)
    except (ValueError, OverflowError):
        raise ValueError(f"{name} is no date") from None
    if moment.tzinfo is None:
        raise ValueError(f"{name} has no time zone")
    return moment
