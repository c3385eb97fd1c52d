"""A table belongs to one domain, and the sign on a domain's door tells the truth."""

import ast
import re
from pathlib import Path

import pytest

from tests.house import source
from tests.house.test_sql import named_statements

PREFIXES = {"bus": "log"}  # the bus owns the log: the only folder whose tables bear another name
CREATED = re.compile(
    r"^\s*create\s+(?:unlogged\s+)?table\s+(?:if\s+not\s+exists\s+)?(\w+)",
    re.IGNORECASE | re.MULTILINE,
)
QUOTED = re.compile(r"'(?:[^']|'')*'|--[^\n]*")
HEADINGS = ("Owns", "Announces", "Listens", "Invariants")

FOLDERS = [*source.domains(), *source.machinery()]
WITH_TABLES = [folder for folder in FOLDERS if (folder / "schema.sql").exists()]


def prefix(folder: Path) -> str:
    return PREFIXES.get(folder.name, folder.name) + "_"


def created(sql: str) -> set[str]:
    """Return the tables that a schema creates."""
    return set(CREATED.findall(sql))


def owners() -> dict[str, Path]:
    """Return every table of the house with the folder whose schema creates it."""
    return {
        table: folder
        for folder in WITH_TABLES
        for table in created(source.text(folder / "schema.sql"))
    }


def foreign(sql: str, own: set[str], everyone: set[str]) -> set[str]:
    """Return the tables a statement names that are another domain's."""
    words = set(re.findall(r"\w+", QUOTED.sub("", sql).lower()))
    return (words & everyone) - own


def told(docstring: str, heading: str) -> set[str]:
    """Return what a sign says under a heading; nothing for the word ``nothing``."""
    names = "|".join(HEADINGS)
    found = re.search(
        rf"^{heading}:(.*?)(?=^\s*$|^(?:{names}):|\Z)", docstring, re.MULTILINE | re.DOTALL
    )
    said = found.group(1) if found else ""
    return {word for word in re.split(r"[\s,]+", said.strip().rstrip(".")) if word} - {"nothing"}


def announced(module: ast.Module) -> dict[str, str]:
    """Return the announcements of an ``events.py``: each public struct and its ``kind``."""
    found: dict[str, str] = {}
    for node in module.body:
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
            kinds = [
                str(line.value.value)
                for line in node.body
                if isinstance(line, ast.AnnAssign)
                and isinstance(line.target, ast.Name)
                and line.target.id == "kind"
                and isinstance(line.value, ast.Constant)
            ]
            if kinds:
                found[node.name] = kinds[0]
    return found


@pytest.mark.parametrize(
    ("sql", "caught"),
    [
        ("select * from rooms_rooms", set()),
        ("select * from rooms_rooms join timeline_events using (room_id)", {"timeline_events"}),
        ("DELETE FROM Timeline_Events", {"timeline_events"}),
        ("select 'timeline_events' from rooms_rooms -- timeline_events", set()),
    ],
)
def test_the_rule_of_tables(sql: str, caught: set[str]) -> None:
    assert foreign(sql, {"rooms_rooms"}, {"rooms_rooms", "timeline_events"}) == caught


@pytest.mark.parametrize("path", source.stores(), ids=source.name)
def test_a_store_speaks_of_its_own_tables(path: Path) -> None:
    home = path.parent.parent if path.parent.name == "store" else path.parent
    everyone = owners()
    own = {table for table, folder in everyone.items() if folder == home}
    assert own, f"{source.name(home)} has a store and no table"
    strange = {
        name: foreign(statement, own, set(everyone))
        for name, statement in named_statements(path).items()
    }
    assert {name: tables for name, tables in strange.items() if tables} == {}


@pytest.mark.parametrize("folder", WITH_TABLES, ids=source.name)
def test_tables_bear_the_name_of_their_domain(folder: Path) -> None:
    tables = created(source.text(folder / "schema.sql"))
    assert tables
    assert [table for table in tables if not table.startswith(prefix(folder))] == []


def test_how_a_sign_is_read() -> None:
    sign = "A room.\n\nOwns: a_b, a_c,\na_d\n\nAnnounces: nothing\nListens: X\nInvariants: Y.\n"
    assert told(sign, "Owns") == {"a_b", "a_c", "a_d"}
    assert told(sign, "Announces") == set()
    assert told("A room.\n", "Owns") == set()


@pytest.mark.parametrize("folder", FOLDERS, ids=source.name)
def test_the_sign_tells_what_it_owns(folder: Path) -> None:
    sign = ast.get_docstring(source.tree(folder / "__init__.py")) or ""
    schema = folder / "schema.sql"
    assert told(sign, "Owns") == (created(source.text(schema)) if schema.exists() else set())


@pytest.mark.parametrize("folder", FOLDERS, ids=source.name)
def test_the_sign_tells_what_it_announces(folder: Path) -> None:
    sign = ast.get_docstring(source.tree(folder / "__init__.py")) or ""
    events = folder / "events.py"
    said = announced(source.tree(events)) if events.exists() else {}
    assert told(sign, "Announces") == set(said)
    assert said == {name: f"{folder.name}.{name}" for name in said}


def heard(module: ast.Module, domain: str) -> set[str]:
    """Return the announcements of other domains that a file gives to ``hear`` or ``follow``."""
    foreign_ones = {
        alias.name
        for node in ast.walk(module)
        if isinstance(node, ast.ImportFrom)
        and re.fullmatch(rf"teahouse\.(?!{domain}\.)\w+\.events", node.module or "")
        for alias in node.names
    }
    return {
        name.id
        for node in ast.walk(module)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in ("hear", "follow", "follow_together")
        for argument in node.args
        for name in ast.walk(argument)
        if isinstance(name, ast.Name) and name.id in foreign_ones
    }


def test_how_listening_is_seen() -> None:
    code = """
from teahouse.rooms.events import A, B, C
from teahouse.sync.events import Own
log.hear(A, act)
log.follow("x", (B, act), (Own, act))
log.follow_together("y", (C, Own), act)
"""
    assert heard(ast.parse(code), "sync") == {"A", "B", "C"}


@pytest.mark.parametrize("folder", source.domains(), ids=source.name)
def test_the_sign_tells_what_it_listens_to(folder: Path) -> None:
    """Others' announcements by name; one's own are told in words."""
    found = {
        name
        for path in source.files(".py", folder)
        for name in heard(source.tree(path), folder.name)
    }
    said = told(ast.get_docstring(source.tree(folder / "__init__.py")) or "", "Listens")
    assert {word for word in said if re.fullmatch(r"(?:[A-Z][a-z]+)+", word)} == found


@pytest.mark.parametrize("folder", source.domains(), ids=source.name)
def test_every_door_has_a_sign(folder: Path) -> None:
    module = source.tree(folder / "__init__.py")
    sign = ast.get_docstring(module) or ""
    assert "\nInvariants: " in sign
    assert len(module.body) == 1, "a door has a sign, and no code"
