"""SQL stands in stores, literal and named, and every statement fits the real schema."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from tests.house import source

STATEMENT = re.compile(
    r"^\s*(?:--[^\n]*\n\s*)*(?:"
    r"select\s|insert\s+into\s|update\s+\w+\s+set\s|delete\s+from\s|with\s+(?:recursive\s+)?\w+"
    r"(?:\s*\([^)]*\))?\s+as\s|truncate\s+\w|create\s+(?:unique\s+)?(?:table|index)\s|"
    r"alter\s+table\s|drop\s+table\s|lock\s+table\s|listen\s+\w+\s*$|notify\s+\w)",
    re.IGNORECASE,
)

# The database's own machinery speaks of no domain's rows.
MACHINERY = {
    "src/teahouse/infra/db/migrator.py": "applies the schema, before any store can",
    "src/teahouse/infra/db/copying.py": "copies tables whole, whosever they are",
    "src/teahouse/infra/db/pool.py": "asks whether PostgreSQL answers",
    "src/teahouse/infra/engines/probe.py": "looks at a server before the pool exists",
    "src/teahouse/infra/vault/affected.py": "made of what the stores declare as sealed",
    "src/teahouse/infra/vault/scanner.py": "looks at every table that the catalogue names",
    "src/teahouse/infra/vault/traces.py": "looks at every table that the catalogue names",
    "src/teahouse/infra/vault/sweep/statements.py": "made of what the stores declare as sealed",
    "src/teahouse/infra/vault/verifier.py": "the same, by code that shares nothing with it",
}


def statements(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Return the line and the beginning of each string that is SQL, f-strings included."""
    told = source.docstrings(module)
    inside = {
        id(piece)
        for node in ast.walk(module)
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
    }
    for node in ast.walk(module):
        pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
        if id(node) in inside or not pieces:
            continue
        text = pieces[0].value if isinstance(pieces[0], ast.Constant) else ""
        line = getattr(node, "lineno", 0)
        if isinstance(text, str) and line not in told and STATEMENT.match(text):
            yield line, text.strip()[:40]


def built(module: ast.Module) -> Iterator[str]:
    """Say which SQL of a store is not a named constant at its top, or is put together."""
    named = {
        id(node)
        for value in source.constants(module).values()
        for node in ast.walk(value)
        if isinstance(node, ast.Constant)
    }
    told = source.docstrings(module)
    for node in ast.walk(module):
        if isinstance(node, ast.JoinedStr) and list(statements(ast.Module([ast.Expr(node)], []))):
            yield f"line {node.lineno}: an f-string"
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if STATEMENT.match(node.value) and id(node) not in named and node.lineno not in told:
                yield f"line {node.lineno}: no name of its own"


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ('x = "select 1 from rooms_rooms"', True),
        ('x = """\nUPDATE rooms_rooms SET a = 1"""', True),
        ('x = "delete from rooms_rooms where a = $1"', True),
        ('x = f"insert into {table} values (1)"', True),
        ('x = "with a as (select 1) select * from a"', True),
        ('"""Select what is due."""', False),
        ('x = "Update your password"', False),
        ('x = "with regards, as ever"', False),
    ],
)
def test_the_rule_of_places(code: str, caught: bool) -> None:
    assert bool(list(statements(ast.parse(code)))) is caught


def test_sql_stands_in_stores_only() -> None:
    allowed = {*source.stores(), *(source.ROOT / path for path in MACHINERY)}
    found = [
        f"{source.name(path)}:{line}: {words}"
        for path in source.files(".py", source.PACKAGE)
        if path not in allowed
        for line, words in statements(source.tree(path))
    ]
    assert found == []
    idle = [path for path in MACHINERY if not list(statements(source.tree(source.ROOT / path)))]
    assert idle == [], "these hold no SQL any more: take them off the list"


@pytest.mark.parametrize(
    ("code", "caught"),
    [
        ('ALL = "select 1"', False),
        ('ALL: LiteralString = "select 1"', False),
        ('async def all(tx):\n    return await tx.rows("select 1")', True),
        ('ALL = f"select {x}"', True),
        ('async def all(tx, t):\n    return await tx.rows(f"delete from {t}")', True),
    ],
)
def test_the_rule_of_names(code: str, caught: bool) -> None:
    assert bool(list(built(ast.parse(code)))) is caught


def test_every_statement_has_a_name() -> None:
    found = [
        f"{source.name(path)}: {words}"
        for path in source.stores()
        for words in built(source.tree(path))
    ]
    assert found == []


def named_statements(path: Path) -> dict[str, str]:
    """Return a store's statements by name, as the running program has them."""
    module = importlib.import_module(source.module_name(path))
    values = {name: getattr(module, name) for name in source.constants(source.tree(path))}
    return {name: value for name, value in values.items() if isinstance(value, str)}


def test_every_statement_is_used() -> None:
    found = []
    for path in source.stores():
        owner = path.parent.parent if path.parent.name == "store" else path.parent
        inside = "\n".join(source.text(other) for other in source.files(".py", owner))
        found += [
            f"{source.name(path)}: {name}"
            for name in named_statements(path)
            if len(re.findall(rf"\b{name}\b", inside)) < 2
        ]
    assert found == []


async def unprepared(connection: asyncpg.Connection, statement: str) -> str:
    """Say what is wrong with a statement on this schema; nothing, when nothing is."""
    try:
        await connection.prepare(statement)
    except asyncpg.PostgresError as wrong:
        return str(wrong)
    return ""


async def test_the_rule_of_preparation(wiper: asyncpg.Connection) -> None:
    assert await unprepared(wiper, "select head from log_shards where shard = $1") == ""
    assert "does not exist" in await unprepared(wiper, "select heads from log_shards")
    assert "syntax" in await unprepared(wiper, "selct 1")


@pytest.mark.parametrize("path", source.stores(), ids=source.name)
async def test_statements_fit_the_schema(path: Path, wiper: asyncpg.Connection) -> None:
    found = {
        name: await unprepared(wiper, statement)
        for name, statement in named_statements(path).items()
    }
    assert {name: wrong for name, wrong in found.items() if wrong} == {}
