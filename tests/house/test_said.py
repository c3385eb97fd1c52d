"""What a run says it does or waits for is a code, known in both languages with the same blanks."""

import ast
from collections.abc import Iterator
from string import Formatter

from teahouse.renewals.model import KEPT_BACKUPS, LOST_BACKUPS
from teahouse.renewals.model.found import FOUND
from teahouse.renewals.model.says import SAYS, read
from teahouse.reports.model.details import DETAILS
from tests.house import source

ROOMS = ("renewals", "upgrades")
ROOMS_OF_DETAILS = ("reports", "backups", "rights")
ROOMS_OF_FINDINGS = ("renewals", "planning", "upgrades", "app")


def said(module: ast.Module, by: str = "say") -> Iterator[tuple[str, frozenset[str]]]:
    """Return the code of each thing that is said, and what is told with it."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == by:
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


def test_every_detail_of_a_sink_is_known_in_both_languages() -> None:
    found = {
        one
        for room in ROOMS_OF_DETAILS
        for path in source.files(".py", source.PACKAGE / room)
        for one in said(source.tree(path), "detail")
    }
    assert {code for code, _ in found} == set(DETAILS), "each is said, and each has words"
    wrong = [
        code
        for code, told in found
        if not blanks(DETAILS[code].zh) == blanks(DETAILS[code].en) == told
    ]
    assert wrong == []


def test_every_finding_is_known_in_both_languages() -> None:
    codes = {
        str(node.args[0].value)
        for room in ROOMS_OF_FINDINGS
        for path in source.files(".py", source.PACKAGE / room)
        for node in ast.walk(source.tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "Finding"
        and isinstance(node.args[0], ast.Constant)
    }
    # Those that are named by a variable.
    codes |= {"broken", "old", "unindexed", KEPT_BACKUPS, LOST_BACKUPS}
    assert codes == set(FOUND)
    assert all(one.zh and one.en for one in FOUND.values())


def test_what_is_kept_is_read_again() -> None:
    assert read("index:in_use?held=3").words().en == "index: still in use: 3"
    assert read("workers?names=").words().en == "waits for workers: "
    assert read("verified").words().zh.startswith("已核验")
    assert read("42 rows {left}").words().en == "42 rows (left)", "of a release before"
    assert read("").words().en == ""
