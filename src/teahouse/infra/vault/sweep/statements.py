# ruff: noqa: S608 - every part is a literal, which the type checker holds to
"""SQL over whatever a store has declared. All of it is put together from literals.

Rows are changed by compare-and-swap on every sealed column of theirs, and only when nobody else is
at them: a row that is held is passed over and found again in the next round, so that nobody waits
for long, and nothing waits for somebody in a circle.
"""

from dataclasses import dataclass
from typing import LiteralString

from teahouse.infra.vault.field import DekClass
from teahouse.infra.vault.sealed import Indexed, Sealed
from teahouse.infra.vault.sweep.walked import DEKS, SUBJECTS, Walked

ODD, EVEN = "odd", "even"
_DOLLARS: tuple[LiteralString, ...] = (
    *("$1", "$2", "$3", "$4", "$5", "$6", "$7", "$8", "$9", "$10", "$11", "$12", "$13", "$14"),
    *("$15", "$16", "$17", "$18", "$19", "$20"),
)
# The commit does not wait for the disk: what a crash takes back is as it was before, and done again.
_QUICK: LiteralString = "select set_config('synchronous_commit', 'off', true)"
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


def between(walked: Walked, after: bool, until: bool, nth: int = 0) -> LiteralString:
    """Return the condition of a stretch, after ``there``; its keys are the values from ``nth`` on."""
    keys = ", ".join(walked.key_columns)
    count = len(walked.key_columns)
    told = walked.there
    if after:
        told += f" and ({keys}) > (" + ", ".join(_DOLLARS[nth : nth + count]) + ")"
        nth += count
    if until:
        told += f" and ({keys}) <= (" + ", ".join(_DOLLARS[nth : nth + count]) + ")"
    return told


def page(sealed: Sealed, *, after: bool, until: bool) -> LiteralString:
    """Return how the next rows are read, in the order of the key: after a key, and up to one.

    A row is: its key · subject · row id · sealed columns · then, of an indexed table, the four of
    the slots · which of ``indexed`` apply · the columns that they need.
    """
    keys = ", ".join(sealed.key_columns)
    limit = _DOLLARS[len(sealed.key_columns) * (after + until)]
    return (
        f"select {_wanted(sealed)} from {sealed.table} where {between(sealed, after, until)}"
        f" order by {keys} limit {limit}"
    )


def blocks(table: LiteralString) -> LiteralString:
    """Return how many blocks of the disk a table has."""
    return f"select pg_relation_size('{table}'::regclass) / current_setting('block_size')::bigint"


def sample(walked: Walked) -> LiteralString:
    """Return how some keys are read, of so many of a hundred blocks, in their order."""
    keys = ", ".join(walked.key_columns)
    return (
        f"select {keys} from {walked.table} tablesample system ($1) where {walked.there}"
        f" order by {keys}"
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


def at_digest(sealed: Sealed, slot: LiteralString) -> LiteralString:
    """Return how the row is read, as in a page, that has an index of a version in a slot."""
    return (
        f"select {_wanted(sealed)} from {sealed.table}"
        f" where {slot}_version = $1 and {slot}_digest = $2"
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
        "with fence as materialized (select vault_current($1) as current,"
        " set_config('synchronous_commit', 'off', true)),"
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


def of_slot(sealed: Sealed, slot: LiteralString) -> SlotStatements:
    """Return the statements about a slot."""
    due = _any(tuple(has_index(one) for one in sealed.indexed))
    table = sealed.table
    return SlotStatements(
        held=f"select count(*) from {table} where {slot}_version = $1",
        lacking=(
            f"select count(*) from {table} where {due} and {slot}_version is distinct from $1"
        ),
    )


def clear(sealed: Sealed, slot: LiteralString, *, after: bool, until: bool) -> LiteralString:
    """Return how a slot is emptied in the next rows that have the other filled.

    Values: the version · the version that they keep · after · until · how many. It returns how many
    rows were looked at, how many were emptied, and the key of the last.
    """
    keys = ", ".join(sealed.key_columns)
    same = " and ".join(f"t.{column} = held.{column}" for column in sealed.key_columns)
    limit = _DOLLARS[2 + len(sealed.key_columns) * (after + until)]
    table, theirs = sealed.table, ", ".join(f"t.{column}" for column in sealed.key_columns)
    return (
        f"with quick as materialized ({_QUICK}),"
        f" page as materialized (select {keys} from quick, {table}"
        f" where {between(sealed, after, until, 2)} order by {keys} limit {limit}),"
        f" held as materialized (select {theirs} from page join {table} t using ({keys})"
        f" where t.{slot}_version = $1 and t.{_other(slot)}_version = $2"
        f" for no key update of t skip locked),"
        f" put as (update {table} t set {slot}_version = null, {slot}_digest = null"
        f" from held where {same} and t.{slot}_version = $1 returning 1)"
        f" select (select count(*) from page), (select count(*) from put), {keys}"
        f" from page order by {keys.replace(', ', ' desc, ')} desc limit 1"
    )


def subjects(*, after: bool, until: bool) -> LiteralString:
    """Return how the next subjects are read, and which of them live."""
    limit = _DOLLARS[after + until]
    return (
        "select subject_id, destroyed_at is null from vault_subjects"
        f" where {between(SUBJECTS, after, until)} order by subject_id limit {limit}"
    )


def destroy_old(*, after: bool, until: bool) -> LiteralString:
    """Return how the next data keys are emptied that a younger one has taken the place of.

    Values: since when a key is young · of which scope · after · until · how many. It returns what
    ``clear`` does.
    """
    limit = _DOLLARS[2 + 2 * (after + until)]
    return (
        f"with quick as materialized ({_QUICK}),"
        " page as materialized (select dek_id, version from quick, vault_deks"
        f" where {between(DEKS, after, until, 2)} order by dek_id, version limit {limit}),"
        " old as materialized (select t.dek_id, t.version"
        " from page join vault_deks t using (dek_id, version)"
        " where t.wrapped_dek is not null and t.created_at < $1"
        " and ($2 = '*' or $2 = (select s.scope from vault_subjects s"
        " where s.subject_id = t.subject_id)) and exists ("
        "select 1 from vault_deks young where young.subject_id = t.subject_id"
        " and young.class = t.class and young.version > t.version"
        " and young.created_at >= $1 and young.wrapped_dek is not null)"
        " for no key update of t skip locked),"
        " put as (update vault_deks t set wrapped_dek = null from old"
        " where t.dek_id = old.dek_id and t.version = old.version returning 1)"
        " select (select count(*) from page), (select count(*) from put), dek_id, version"
        " from page order by dek_id desc, version desc limit 1"
    )


def count(walked: Walked) -> LiteralString:
    """Return how the rows of a table are counted."""
    return f"select count(*) from {walked.table} where {walked.there}"


def size(table: LiteralString) -> LiteralString:
    """Return how many rows a table has by the catalogue, and how many bytes with its indexes."""
    return (
        "select greatest(reltuples, 0)::bigint, pg_total_relation_size(oid)"
        f" from pg_class where oid = '{table}'::regclass"
    )


def stale(sealed: Sealed) -> LiteralString:
    """Return how the values of the living are counted that are under keys from before a moment.

    By the version that each envelope names, at the place where decision 0002 says it is.
    """
    counts: list[LiteralString] = []
    for column, field in zip(sealed.columns, sealed.fields, strict=True):
        kind: LiteralString = "o" if sealed.dek_class(field) is DekClass.ORDINARY else "s"
        counts.append(
            f"count(*) filter (where t.{column} is not null and ({kind}.version is null"
            f" or substring(t.{column} from 23 for 4) < int4send({kind}.version)))"
        )
    young = "young where young.class = "
    return (
        "with young as materialized (select subject_id, class, min(version) as version"
        " from vault_deks where created_at >= $1 and wrapped_dek is not null group by 1, 2)"
        f" select {', '.join(counts)} from (select ({sealed.subject})::text as whose,"
        f" {', '.join(sealed.columns)} from {sealed.table} where {sealed.there}) t"
        " join vault_subjects v on v.subject_id = t.whose and v.destroyed_at is null"
        " and ($2 = '*' or v.scope = $2)"
        f" left join (select * from {young}'ordinary') o on o.subject_id = t.whose"
        f" left join (select * from {young}'sensitive') s on s.subject_id = t.whose"
    )


def passing(table: LiteralString, version: LiteralString) -> LiteralString:
    """Return how many passing indexes there are of a version."""
    return f"select count(*) from {table} where {version} = $1"
