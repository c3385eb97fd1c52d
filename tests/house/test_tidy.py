"""Sizes, names, and what may not stand in any file. Each rule is shown what it must catch."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import source

FUNCTION_LINES_MAX = 60
FILE_LINES_MAX = 500
DOMAIN_LINES_MAX = 2000

# A domain over the limit is two domains. Until it is split it may only shrink: when it has, write
# the new number here, and take the line out when it is under the limit. There is none.
DOMAINS_IN_DEBT: dict[str, int] = {}

# The same for functions, by "path: name". There is none.
FUNCTIONS_IN_DEBT: dict[str, int] = {}

# What is generated or told by a tool has no reader who scrolls.
FILES_OF_TOOLS = {"web/src/wire.gen.ts"}

DRAWERS = {"util", "utils", "helper", "helpers", "common", "base", "manager", "managers", "misc"}

MACHINE_PATH = re.compile(r"(?<![\w.~$}])/(?:home|Users|root|work|workspace|mnt)/\w")
REGISTRIES = (  # in pieces, so that this file names none either
    ("files", "pythonhosted", "org"),
    ("pypi", "org"),
    ("registry", "npmjs", "org"),
    ("registry", "yarnpkg", "com"),
)
ADDRESSES = "(?:" + "|".join(r"\.".join(pieces) for pieces in REGISTRIES) + ")"
REGISTRY = re.compile(rf"\b{ADDRESSES}\b|--(?:extra-)?index-url|--find-links|\"resolved\":")

# Where the paths of other people's machines are what is tested or told.
PATHS_ALLOWED = {"tests/house/test_tidy.py"}


def long_functions(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Return the functions that do not fit on a screen, with their lines."""
    for node in ast.walk(module):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if lines > FUNCTION_LINES_MAX:
                yield node.name, lines


def drawers(path: str) -> list[str]:
    """Say which parts of a path are drawers into which everything falls."""
    parts = [part.partition(".")[0].lstrip("_").lower() for part in path.split("/")]
    return [part for part in parts if part in DRAWERS]


def machine_paths(line: str) -> list[str]:
    """Return what in a line is true on one machine only."""
    return [found.group() for found in MACHINE_PATH.finditer(line)]


def registries(line: str) -> list[str]:
    """Return what in a line ties us to one package registry."""
    return [found.group() for found in REGISTRY.finditer(line)]


@pytest.mark.parametrize(("lines", "caught"), [(58, False), (59, False), (60, True), (90, True)])
def test_the_rule_of_functions(lines: int, caught: bool) -> None:
    body = "\n".join("    ..." for _ in range(lines))
    assert bool(list(long_functions(ast.parse(f"async def act():\n{body}")))) is caught


def test_functions_fit_on_a_screen() -> None:
    found = {
        f"{source.name(path)}: {name}": lines
        for path in source.files(".py")
        for name, lines in long_functions(source.tree(path))
    }
    grown = {name: n for name, n in found.items() if n > FUNCTIONS_IN_DEBT.get(name, 0)}
    assert grown == {}
    less = {
        name: found.get(name, 0) for name, n in FUNCTIONS_IN_DEBT.items() if n != found.get(name)
    }
    assert less == {}, "write the smaller numbers, or take out what is paid"


def test_files_are_read_in_one_go() -> None:
    written = (".py", ".ts", ".svelte", ".css", ".mjs", ".sql", ".md")
    found = {
        source.name(path): len(source.text(path).splitlines())
        for path in source.files()
        if path.suffix in written and source.name(path) not in FILES_OF_TOOLS
    }
    assert {path: lines for path, lines in found.items() if lines > FILE_LINES_MAX} == {}


def test_the_count_of_code() -> None:
    text = '"""A sign."""\n\n# Why.\nX = (\n    1\n)\n\n\ndef f():\n    """Do."""\n    return """a\nb"""\n'
    assert source.code_lines(text) == 6


def size(folder: Path) -> int:
    return sum(source.code_lines(source.text(path)) for path in source.files(".py", folder))


@pytest.mark.parametrize("folder", source.domains(), ids=lambda folder: folder.name)
def test_domains_are_read_in_one_sitting(folder: Path) -> None:
    assert size(folder) <= DOMAINS_IN_DEBT.get(folder.name, DOMAIN_LINES_MAX)


def test_debts_are_real_and_only_shrink() -> None:
    owed = {folder.name: size(folder) for folder in source.domains()}
    paid = {name for name in DOMAINS_IN_DEBT if owed.get(name, 0) <= DOMAIN_LINES_MAX}
    assert not paid, "no longer in debt: take out of DOMAINS_IN_DEBT"
    # A little slack, so that not every deletion needs a change here.
    slack = {name: most - owed[name] for name, most in DOMAINS_IN_DEBT.items()}
    assert all(spare <= 100 for spare in slack.values()), f"write the smaller numbers: {slack}"


@pytest.mark.parametrize(
    ("path", "caught"),
    [
        ("src/teahouse/rooms/utils.py", True),
        ("web/src/common/x.ts", True),
        ("src/teahouse/infra/key_manager.py", False),
        ("src/teahouse/rooms/base.py", True),
        ("src/teahouse/rooms/_helpers.py", True),
        ("docs/database.md", False),
    ],
)
def test_the_rule_of_names(path: str, caught: bool) -> None:
    assert bool(drawers(path)) is caught


def test_nothing_is_a_drawer() -> None:
    assert [source.name(p) for p in source.files() if drawers(source.name(p))] == []


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("see /home/ada/teahouse/app.py", True),
        ("DATA = '/root/data'", True),
        ("cd /work/x", True),
        ("/var/lib/teahouse", False),
        ("GET /home", False),
        ("$HOME/work/x", False),
    ],
)
def test_the_rule_of_paths(line: str, caught: bool) -> None:
    assert bool(machine_paths(line)) is caught


def test_no_path_of_one_machine() -> None:
    found = [
        f"{source.name(path)}:{number}: {words}"
        for path in source.files()
        if source.name(path) not in PATHS_ALLOWED
        for number, line in enumerate(source.text(path).splitlines(), 1)
        for words in machine_paths(line)
    ]
    assert found == []


@pytest.mark.parametrize(
    ("line", "caught"),
    [
        ("--index-url https://mirror.example/simple", True),
        ('"resolved": "https://mirror.example/x.tgz"', True),
        (f"https://{'.'.join(REGISTRIES[0])}/packages/x.whl", True),
        (f"https://{'.'.join(REGISTRIES[2])}/x", True),
        ("a wheel of the package index", False),
    ],
)
def test_the_rule_of_registries(line: str, caught: bool) -> None:
    assert bool(registries(line)) is caught


def test_no_registry_is_named() -> None:
    found = [
        f"{source.name(path)}:{number}: {words}"
        for path in source.files()
        if path != Path(__file__)
        for number, line in enumerate(source.text(path).splitlines(), 1)
        for words in registries(line)
    ]
    assert found == []


def test_locks_have_digests_and_no_addresses() -> None:
    lock = json.loads(source.text(source.ROOT / "web" / "package-lock.json"))
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if "integrity" not in entry] == []
    pinned = [
        line for line in source.text(source.ROOT / "requirements.lock").splitlines() if "==" in line
    ]
    assert pinned
    assert all(line.endswith("\\") for line in pinned), "a requirement without a hash"


PARTS = {"Database", "Log", "Vault", "Clock", "Ids", "Accounts", "Audit", "Consent", "Gate", "Jobs"}


def spelled_out(module: ast.Module) -> Iterator[str]:
    """Return the parts of the house that show all they stand on when one of them is shown.

    Each is held by many others: written out in full, the whole house takes minutes to show, and a
    line of asyncio's own log asks for it.
    """
    for node in ast.walk(module):
        if not isinstance(node, ast.ClassDef):
            continue
        made = [ast.unparse(one) for one in node.decorator_list]
        fields = {
            ast.unparse(one.annotation) for one in node.body if isinstance(one, ast.AnnAssign)
        }
        if fields & PARTS and any("dataclass" in d and "repr=False" not in d for d in made):
            yield node.name


@pytest.mark.parametrize(
    ("made", "caught"),
    [("(frozen=True)", True), ("(frozen=True, repr=False)", False), ("", True)],
)
def test_the_rule_of_showing(made: str, caught: bool) -> None:
    part = f"@dataclass{made}\nclass Part:\n    db: Database\n"
    assert bool(list(spelled_out(ast.parse(part)))) is caught


def test_no_part_spells_out_the_house() -> None:
    found = {
        f"{source.name(path)}: {name}"
        for path in source.files(".py", source.PACKAGE)
        for name in spelled_out(source.tree(path))
    }
    assert found == set(), "give it repr=False"


def test_no_command_loads_the_house_before_it_needs_one() -> None:
    """It takes seconds, and all that time whoever typed it waits; ``serve`` would keep it for good."""
    code = (
        "from teahouse.cli import commands; commands._add_rooms(); import sys; print(*sys.modules)"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    loaded = set(told.stdout.split())
    assert "teahouse.cli.restore" in loaded
    assert "teahouse.app" not in loaded


def takes_promises_for_truth(text: str) -> bool:
    """Tell whether a test waits for a promise with what is content as soon as it has one."""
    waits = re.findall(r"wait_for_function\((.+)", text)
    return any(".then(" in said or "async" in said for said in waits)


def test_nobody_waits_for_a_promise_with_what_takes_it_for_truth() -> None:
    waits = 'await page.wait_for_{}("ready.then(() => false)")'
    assert takes_promises_for_truth(waits.format("function"))
    assert not takes_promises_for_truth(waits.format("url"))
    browsers = source.files(".py", source.ROOT / "tests" / "browser")
    found = [source.name(path) for path in browsers if takes_promises_for_truth(source.text(path))]
    assert found == [], "Person.until waits for it"
