"""What the tables are (``schema.sql``) and how they came to be (``migrations/``) are the same.

The schemas are applied floor by floor from the lowest up, so a foreign key can point down only.
Catalogues are compared by name: the order of columns is history and means nothing.
"""

import random
import tomllib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from teahouse.infra.db.migrator import migrate
from tests.house import source
from tests.house.test_ownership import WITH_TABLES

MACHINERY_LOWEST_FIRST = ("db", "vault", "bus", "jobs")

CATALOGUE = {
    "columns": """
        select c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod),
            a.attnotnull, pg_get_expr(d.adbin, d.adrelid), a.attidentity::text,
            a.attgenerated::text, coalesce(l.collname, '')
        from pg_attribute a join pg_class c on c.oid = a.attrelid
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        left join pg_collation l on l.oid = a.attcollation
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p', 'v', 'm')
            and a.attnum > 0 and not a.attisdropped""",
    "tables": """
        select relname, relkind::text, relpersistence::text, coalesce(reloptions::text, ''),
            relrowsecurity
        from pg_class where relnamespace = 'public'::regnamespace
            and relkind in ('r', 'p', 'v', 'm', 'S')""",
    "constraints": """
        select conrelid::regclass::text || ' ' || conname, pg_get_constraintdef(oid), convalidated
        from pg_constraint where connamespace = 'public'::regnamespace""",
    "indexes": """
        select indexrelid::regclass::text, pg_get_indexdef(indexrelid), indisvalid
        from pg_index join pg_class c on c.oid = indexrelid
        where c.relnamespace = 'public'::regnamespace""",
    "triggers": """
        select tgrelid::regclass::text || ' ' || tgname, pg_get_triggerdef(oid), tgenabled::text
        from pg_trigger where not tgisinternal""",
    "functions": """
        select proname || '(' || pg_get_function_identity_arguments(oid) || ')',
            pg_get_functiondef(oid)
        from pg_proc where pronamespace = 'public'::regnamespace""",
    "types": """
        select t.typname, t.typtype::text, coalesce(string_agg(e.enumlabel, ','
            order by e.enumsortorder), '')
        from pg_type t left join pg_enum e on e.enumtypid = t.oid
        where t.typnamespace = 'public'::regnamespace and t.typtype in ('e', 'd')
        group by 1, 2""",
}
Catalogue = dict[str, dict[str, tuple[Any, ...]]]


async def catalogue(connection: asyncpg.Connection) -> Catalogue:
    """Return everything a schema consists of, by name."""
    found: Catalogue = {}
    for kind, query in CATALOGUE.items():
        rows = await connection.fetch(query)
        found[kind] = {row[0]: tuple(row)[1:] for row in rows}
    return found


async def seeds(connection: asyncpg.Connection) -> dict[str, list[str]]:
    """Return the rows that are there from the beginning."""
    tables = await connection.fetch("select tablename from pg_tables where schemaname = 'public'")
    found: dict[str, list[str]] = {}
    for (table,) in tables:
        rows = await connection.fetch(f'select r::text from "{table}" r')
        if rows and table != "db_migrations":
            found[table] = sorted(row[0] for row in rows)
    return found


def difference(ours: Catalogue, theirs: Catalogue) -> dict[str, Any]:
    """Return what one catalogue has and the other has not, or has otherwise."""
    return {
        f"{kind} {name}": (ours[kind].get(name), theirs[kind].get(name))
        for kind in CATALOGUE
        for name in sorted(ours[kind].keys() | theirs[kind].keys())
        if ours[kind].get(name) != theirs[kind].get(name)
    }


def floors() -> list[str]:
    """Return the domains from the lowest floor up, as the import contract has them."""
    settings = tomllib.loads(source.text(source.ROOT / "pyproject.toml"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    return [name.strip() for layer in reversed(contract["layers"]) for name in layer.split("|")]


def schemas() -> list[Path]:
    """Return every ``schema.sql`` from the lowest floor up."""
    order = [*MACHINERY_LOWEST_FIRST, *floors()]
    return sorted((f / "schema.sql" for f in WITH_TABLES), key=lambda p: order.index(p.parent.name))


@pytest.fixture
async def empty(postgres_dsn: str) -> AsyncIterator[str]:
    """An empty database of this test's own."""
    name = f"schema_{random.SystemRandom().getrandbits(40):x}"
    admin = await asyncpg.connect(postgres_dsn)
    await admin.execute(f'create database "{name}"')
    yield postgres_dsn.replace("/postgres?", f"/{name}?")
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


async def test_the_comparison_sees_differences(empty: str) -> None:
    connection = await asyncpg.connect(empty)
    changes = [
        "create table a (x int not null default 1, primary key (x))",
        "alter table a add y text",
        "alter table a alter x set default 2",
        "create index a_y on a (y)",
        "alter table a add check (y <> '')",
        "create function f() returns trigger language plpgsql as $$ begin return new; end $$",
        "create trigger t before update on a for each row execute function f()",
        "alter table a set (fillfactor = 70)",
        "create type colour as enum ('red')",
    ]
    before = await catalogue(connection)
    for change in changes:
        await connection.execute(change)
        after = await catalogue(connection)
        assert difference(before, after), change
        before = after
    await connection.execute("insert into a values (3, 'b')")
    assert await seeds(connection) == {"a": ["(3,b)"]}
    await connection.close()


async def test_schemas_are_what_migrations_make(empty: str, postgres_dsn: str) -> None:
    built = await asyncpg.connect(empty)
    for path in schemas():
        await built.execute(source.text(path))
    wanted, wanted_rows = await catalogue(built), await seeds(built)
    await built.execute("drop schema public cascade; create schema public")
    await migrate(empty)
    assert difference(await catalogue(built), wanted) == {}
    assert await seeds(built) == wanted_rows
    assert await migrate(empty) == []
    await built.close()


def test_no_two_migrations_have_one_number() -> None:
    """There may be gaps: several hands write at one time, each with numbers of its own."""
    names = [path.name for path in source.files(".sql", source.PACKAGE / "migrations")]
    numbers = [int(name[:4]) for name in names]
    assert numbers == sorted(set(numbers))
    assert [name for name in names if not name.endswith((".pre.sql", ".post.sql"))] == []
