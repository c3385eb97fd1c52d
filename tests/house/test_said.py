"""What a run says it does or waits for is a code, known in both languages with the same blanks."""

import ast
from collections.abc import Iterator
from string import Formatter

from teahouse.renewals.model.says import SAYS, read
from tests.house import source

ROOMS = ("renewals", "upgrades")


def said(module: ast.Module) -> Iterator[tuple[str, frozenset[str]]]:
    """Return the code of each thing that is said, and what is told with it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say":
            first = node.args[0] if node.args else None
            assert isinstance(first, ast.Constant), "a code stands there as it is"
            yield str(first.value), frozenset(word.arg or "**" for word in node.keywords)


def blanks(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)


def test_the_finder_of_what_is_said() -> None:
    module = ast.parse('def f(tx):\n    store.say(tx, "x")\n    return say("left", count=1)')
    assert list(said(module)) == [("left", frozenset({"count"}))]


def test_every_code_is_known_in_both_languages() -> None:
    found = {
        one
        for room in ROOMS
        for path in source.files(".py", source.PACKAGE / room)
        for one in said(source.tree(path))
    }
    assert {code for code, _ in found} == set(SAYS), "each is said, and each has words"
    wrong = [
        code for code, told in found if not blanks(SAYS[code].zh) == blanks(SAYS[code].en) == told
    ]
    assert wrong == []


def test_what_is_kept_is_read_again() -> None:
    assert read("index:in_use?held=3").words().en == "index: still in use: 3"
    assert read("workers?names=").words().en == "waits for workers: "
    assert read("verified").words().zh.startswith("已核验")
    assert read("42 rows {left}").words().en == "42 rows (left)", "of a release before"
    assert read("").words().en == ""
