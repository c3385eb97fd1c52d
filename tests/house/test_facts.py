"""What code tells of an act in the audit log has words in both languages: facts.ts knows them."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.house import source

FACTS = source.ROOT / "web" / "src" / "admin" / "state" / "facts.ts"
NAMED = re.compile(r'^  (\w+): (?:"admin\.fact\.|\w+Name,)', re.MULTILINE)
TOLD = ("detail", "reach")


def keys(value: ast.AST) -> Iterator[str]:
    """Yield the names that a written dictionary has, at whatever depth it stands in ``value``."""
    for node in ast.walk(value):
        if isinstance(node, ast.Dict):
            for key in node.keys:
                if isinstance(key, ast.Constant) and isinstance(key.value, str):
                    yield key.value


def facts(function: ast.AST) -> set[str]:
    """Return the names of what a function appends to the audit log, as far as they are written."""
    found: set[str] = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call) and re.search(r"\baudit\.append$", ast.unparse(node.func)):
            for value in [*node.args[3:], *(one.value for one in node.keywords)]:
                found |= set(keys(value))
        elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            for target in targets:
                named = ast.unparse(target).partition("[")[0]
                if named not in TOLD:
                    continue
                found |= set(keys(node.value))
                if isinstance(target, ast.Subscript) and isinstance(target.slice, ast.Constant):
                    found.add(str(target.slice.value))
    return found


def written(module: ast.Module) -> set[str]:
    """Return what a module tells the audit log of its acts."""
    found: set[str] = set()
    for function in ast.walk(module):
        if isinstance(function, ast.AsyncFunctionDef) and "audit.append" in ast.unparse(function):
            found |= facts(function)
    return found


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ('await self.audit.append(tx, who, "a.b", x, {"cups": 3})', {"cups"}),
        ('await self.audit.append(tx, who, "a.b", reach={"cups": 3})', {"cups"}),
        (
            'detail = {"cups": 1}\n    detail["lid"] = 2\n    await audit.append(tx)',
            {"cups", "lid"},
        ),
        ('detail = {"cups": 1}\n    await self.list.append(detail)', set[str]()),
    ],
)
def test_the_finder_of_facts(code: str, names: set[str]) -> None:
    assert written(ast.parse(f"async def pour():\n    {code}")) == names


def test_every_fact_has_words() -> None:
    told = {
        name for path in source.files(".py", source.PACKAGE) for name in written(source.tree(path))
    }
    assert {"reason", "session", "decision"} <= told
    assert told - set(NAMED.findall(source.text(FACTS))) == set(), "say it in facts.ts"
