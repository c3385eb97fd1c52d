# ruff: noqa: S608 - every part is a literal, which the type checker holds to
"""SQL over whatever a store has declared. All of it is put together from literals.

Rows are changed by compare-and-swap on every sealed column of theirs, and only when nobody else is
at them: a row that is held is passed over and found again in the next round, so that nobody waits
for long, and nothing waits for somebody in a circle.
"""

from dataclasses import dataclass
from typing import LiteralString

from teahouse.infra.vault.sealed import Indexed, Sealed

ODD, EVEN = "odd", "even"
_DOLLARS: tuple[LiteralString, ...] = (
    *("$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14"),
    *("$15", "$16", "$17", "$18", "$19", "$20"),
)
_COLUMNS: tuple[LiteralString, ...] = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9")


def slot_of(version: int) -> LiteralString:
    """Return in which slot the indexes of a version lie."""
    return ODD if version % 2 else EVEN


def _other(slot: LiteralString) -> LiteralString:
    return EVEN if slot == ODD else ODD


def _any(parts: tuple[LiteralString, ...]) -> LiteralString:
    return "(" + " or ".join(parts) + ")"


def has_index(one: Indexed) -> LiteralString:
    """Return the condition on a row under which it is indexed from a column."""
    return f"(({one.when}) and {one.field.column} is not null)"


def also_columns(sealed: Sealed) -> tuple[LiteralString, ...]:
    """Return what is needed in clear to make the indexes of a table, each column once."""
    return tuple(dict.fromkeys(name for one in sealed.indexed for name in one.also))


def page(sealed: Sealed, first: bool) -> LiteralString:
    """Return how the next rows are read, in the order of the key: after a key, or from the first.

    A row is: its key · subject · row id · sealed columns · then, of an indexed table, the four of
    the slots · which of ``indexed`` apply · the columns that they need.
    """
    keys = ", ".join(sealed.key_columns)
    count = len(sealed.key_columns)
    there = _any(tuple(f"{column} is not null" for column in sealed.columns))
    beyond: LiteralString = ""
    if not first:
        beyond = f" and ({keys}) > (" + ", ".join(_DOLLARS[:count]) + ")"
    limit = _DOLLARS[0 if first else count]
    return (
        f"select {_wanted(sealed)} from {sealed.table} where {there}{beyond}"
        f" order by {keys} limit {limit}"
    )


def at_keys(sealed: Sealed) -> LiteralString:
    """Return how rows are read again, as a page is, by lists of the columns of their keys."""
    arrays = ", ".join(
        f"{dollar}::{kind}[]" for dollar, kind in zip(_DOLLARS, sealed.key_types, strict=False)
    )
    keys = ", ".join(sealed.key_columns)
    return (
        f"select {_wanted(sealed)} from {sealed.table}"
        f" where ({keys}) in (select * from unnest({arrays}))"
    )


def _wanted(sealed: Sealed) -> LiteralString:
    wanted: list[LiteralString] = list(sealed.key_columns)
    wanted.extend((f"({sealed.subject})::text", f"({sealed.row})::text", *sealed.columns))
    if sealed.indexed:
        wanted.extend(("odd_version", "odd_digest", "even_version", "even_digest"))
        wanted.extend(has_index(one) for one in sealed.indexed)
        wanted.extend(also_columns(sealed))
    return ", ".join(wanted)


def put_back(sealed: Sealed, slot: LiteralString | None) -> LiteralString:
    """Return how a page is put back: new values, and with ``slot`` an index there.

    Values: the generation · the columns of the key · former columns · new columns · versions ·
    digests; a list of each but the first.
    """
    nth = iter(_DOLLARS[1:])
    arrays: list[LiteralString] = [f"{next(nth)}::{kind}[]" for kind in sealed.key_types]
    names: list[LiteralString] = [f"k{i}" for i in _COLUMNS[: len(sealed.key)]]
    for letter in ("o", "w"):
        arrays.extend(f"{next(nth)}::bytea[]" for _ in sealed.columns)
        names.extend(f"{letter}{i}" for i in _COLUMNS[: len(sealed.columns)])
    sets: list[LiteralString] = [
        f"{column} = n.w{i}" for column, i in zip(sealed.columns, _COLUMNS, strict=False)
    ]
    same: list[LiteralString] = [
        f"t.{column} is not distinct from n.o{i}"
        for column, i in zip(sealed.columns, _COLUMNS, strict=False)
    ]
    if slot is not None:
        arrays.extend((f"{next(nth)}::smallint[]", f"{next(nth)}::bytea[]"))
        names.extend(("version", "digest"))
        sets.append(f"{slot}_version = coalesce(n.version, t.{slot}_version)")
        sets.append(f"{slot}_digest = coalesce(n.digest, t.{slot}_digest)")
        due = _any(tuple(has_index(one) for one in sealed.indexed))
        same.append(f"(n.version is null or {due})")
    keys = " and ".join(
        f"t.{column} = n.k{i}" for column, i in zip(sealed.key_columns, _COLUMNS, strict=False)
    )
    return (
        "with fence as materialized (select vault_current($1) as current),"
        " n as materialized ("
        f"select n.* from fence, unnest({', '.join(arrays)}) as n ({', '.join(names)})"
        f" join {sealed.table} t on {keys}"
        f" where fence.current and {' and '.join(same)} for no key update of t skip locked)"
        f" update {sealed.table} t set {', '.join(sets)} from n where {keys}"
    )


@dataclass(frozen=True, slots=True)
class SlotStatements:
    """What is asked of one slot of an indexed table, by the version that should lie there."""

    held: LiteralString  # how many rows have it
    lacking: LiteralString  # how many should and have not
    clear: LiteralString  # empty some: the version · how many · the version that they keep


def of_slot(sealed: Sealed, slot: LiteralString) -> SlotStatements:
    """Return the statements about a slot."""
    keys = ", ".join(sealed.key_columns)
    same = " and ".join(f"t.{column} = page.{column}" for column in sealed.key_columns)
    due = _any(tuple(has_index(one) for one in sealed.indexed))
    table = sealed.table
    return SlotStatements(
        held=f"select count(*) from {table} where {slot}_version = $1",
        lacking=(
            f"select count(*) from {table} where {due} and {slot}_version is distinct from $1"
        ),
        clear=(
            f"with page as materialized (select {keys} from {table}"
            f" where {slot}_version = $1 and {_other(slot)}_version = $3"
            f" order by {keys} limit $2 for no key update skip locked)"
            f" update {table} t set {slot}_version = null, {slot}_digest = null"
            f" from page where {same} and t.{slot}_version = $1"
        ),
    )


def passing(table: LiteralString, version: LiteralString) -> LiteralString:
    """Return how many passing indexes there are of a version."""
    return f"select count(*) from {table} where {version} = $1"
