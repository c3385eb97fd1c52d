# ruff: noqa: S608 - names come from the catalogue of the database, and are quoted
"""The scanner: looks through the whole database for personal data that nobody has declared [U-24].

Sealed bytes in a column that no store declares would be forgotten by a change of keys; a number in
clear in a column that is not in the register would never have been sealed at all. It reads every
column of bytes, text and JSON, a stretch of pages at a time, and tells how many rows, never what.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import LiteralString, NamedTuple, cast

from teahouse.infra.db.pool import Database

BLOCKS = 2048  # of a table, read at a time
ENVELOPE, WRITTEN_ENVELOPE, PHONE, EMAIL = "envelope", "written_envelope", "phone", "email"

_COLUMNS: LiteralString = """
select c.table_name::text, c.column_name::text, c.data_type::text,
    (pg_relation_size(format('%I.%I', c.table_schema, c.table_name)::regclass)
        / current_setting('block_size')::bigint)::bigint
from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
    and c.data_type in ('bytea', 'text', 'character varying', 'jsonb', 'json', 'ARRAY')
order by 1, c.ordinal_position"""

# As a whole value: digests are bytes too, and some of them would hold a number by chance.
_BYTES: Mapping[str, LiteralString] = {
    ENVELOPE: r"substring({c} from 1 for 4) = '\xd7544856'::bytea",
    PHONE: r"length({c}) between 8 and 16 and encode({c}, 'escape') ~ '^\+[1-9][0-9]{7,14}$'",
    EMAIL: (
        r"length({c}) between 6 and 254"
        r" and encode({c}, 'escape') ~ '^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}$'"
    ),
}
_TEXT: Mapping[str, LiteralString] = {
    WRITTEN_ENVELOPE: r"{c}::text ~ '(d7544856|11RIV[g-v])'",
    PHONE: (r"{c}::text ~ '(^|[^0-9A-Za-z+])(\+[1-9][0-9]{7,14}|1[3-9][0-9]{9})($|[^0-9A-Za-z])'"),
    EMAIL: r"{c}::text ~ '[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}'",
}


class Undeclared(NamedTuple):
    """So many rows of a column hold what nobody has declared."""

    table: str
    column: str
    what: str
    rows: int

    @property
    def name(self) -> str:
        """``table.column``."""
        return f"{self.table}.{self.column}"


class _Column(NamedTuple):
    table: str
    column: str
    kind: str
    blocks: int

    @property
    def name(self) -> str:
        return f"{self.table}.{self.column}"


@dataclass(frozen=True, repr=False)
class Scanner:
    """Looks through a database. ``declared`` and ``spoken`` are names of columns.

    ``declared`` holds personal data, or keys, and says so; ``spoken`` holds words of the house
    itself, in which its own address may stand.
    """

    db: Database
    declared: Collection[str]
    spoken: Collection[str] = ()

    async def scan(self) -> list[Undeclared]:
        """Return what was found, by table and column."""
        async with self.db.read() as tx:
            columns = [_Column(*row) for row in await tx.rows(_COLUMNS)]
        by_table: dict[str, list[_Column]] = {}
        for one in columns:
            if one.name not in self.declared and one.name not in self.spoken:
                by_table.setdefault(one.table, []).append(one)
        found: list[Undeclared] = []
        for of_table in by_table.values():
            found += await self._table(of_table)
        return found

    async def _table(self, columns: Sequence[_Column]) -> list[Undeclared]:
        asked: list[tuple[_Column, str, LiteralString]] = [
            (one, what, test)
            for one in columns
            for what, test in (_BYTES if one.kind == "bytea" else _TEXT).items()
        ]
        counts = [0] * len(asked)
        query = _counting(columns[0].table, [(one.column, test) for one, _, test in asked])
        for block in range(0, columns[0].blocks + 1, BLOCKS):
            async with self.db.read() as tx:
                row = await tx.row(query, f"({block},0)", f"({block + BLOCKS},0)")
            assert row is not None, "a count is a row"
            counts = [sum(pair) for pair in zip(counts, row, strict=True)]
        return [
            Undeclared(one.table, one.column, what, count)
            for (one, what, _), count in zip(asked, counts, strict=True)
            if count
        ]


def _counting(table: str, tests: Sequence[tuple[str, LiteralString]]) -> LiteralString:
    counts = ", ".join(
        "count(*) filter (where " + test.replace("{c}", _quoted(column)) + ")"
        for column, test in tests
    )
    return (
        f"select {counts} from {_quoted(table)}"
        " where ctid >= $1::text::tid and ctid < $2::text::tid"
    )


def _quoted(name: str) -> LiteralString:
    """Return a name of the catalogue as SQL writes it: the one place where text becomes a query."""
    return cast("LiteralString", '"' + name.replace('"', '""') + '"')
