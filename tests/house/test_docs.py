"""The pages name what there is, and nothing else: settings, commands, domains, flows, links."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import typer

from teahouse.cli import commands
from teahouse.config import Config
from tests.house import source

DOCS = source.ROOT / "docs"
PAGES = [path for path in source.files(".md") if "web/node_modules" not in str(path)]

LINK = re.compile(r"(?<!!)\[[^\]\n]+\]\(([^)\s]+)\)")
NAMED_PATH = re.compile(r"`((?:src|tests|web|docs|bench)/[\w./*{},<>-]+)`")
SETTING = re.compile(r"^\| `([a-z_]+)` \|", re.MULTILINE)
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def anchors(page: str) -> set[str]:
    """Return the places in a page that a link can name."""
    titles = re.findall(r"^#+ +(.+)$", FENCED.sub("", page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", title.lower()) for title in titles)
    return {title.strip().replace(" ", "-") for title in plain}


def dead_links(page: Path, text: str) -> Iterator[str]:
    """Return the links that lead nowhere in this checkout."""
    for link in LINK.findall(FENCED.sub("", text)):
        place, _, anchor = link.partition("#")
        if "://" in place or place.startswith("mailto:"):
            continue
        target = (page.parent / place).resolve() if place else page
        if not target.exists() or (
            anchor and target.suffix == ".md" and anchor not in anchors(target.read_text("utf-8"))
        ):
            yield link


def dead_paths(text: str) -> Iterator[str]:
    """Return the paths, named in a page, at which nothing is."""
    for named in NAMED_PATH.findall(text):
        if any(letter in named for letter in "<{"):  # a pattern for people: tests/<name>/
            continue
        if not any(source.ROOT.glob(named.rstrip("/"))):
            yield named


def leaves(command: Any, path: tuple[str, ...]) -> Iterator[str]:
    """Return every command that a person may type, as they type it."""
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from leaves(inner, (*path, name))
    if not getattr(command, "commands", None):
        yield " ".join(path)


def unsaid(words: Iterable[str], text: str) -> list[str]:
    """Return the words that do not stand in a text as words."""
    return [word for word in words if not re.search(rf"`?\b{re.escape(word)}(?![\w-])", text)]


def test_the_rules(tmp_path: Path) -> None:
    page = tmp_path / "a.md"
    page.write_text(
        "# One Place\n[b](b.md) [c](#one-place) [d](#two) [e](https://x) [f](a.md#no)\n"
    )
    assert list(dead_links(page, page.read_text())) == ["b.md", "#two", "a.md#no"]
    assert list(dead_paths("`tests/house` `tests/nowhere/` `tests/<name>/` `src/*/no.py`")) == [
        "tests/nowhere/",
        "src/*/no.py",
    ]
    assert unsaid(["gate open", "gate"], "`teahouse gate open-wide`") == ["gate open"]
    assert SETTING.findall("| `a_b` | x |\nsee `c_d`") == ["a_b"]


def test_every_setting_is_told_and_none_that_is_not() -> None:
    told = SETTING.findall((DOCS / "operate" / "configure.md").read_text("utf-8"))
    assert sorted(told) == sorted(Config.__struct_fields__)


def test_told_defaults_are_the_defaults() -> None:
    page = (DOCS / "operate" / "configure.md").read_text("utf-8")
    rows = dict(re.findall(r"^\| `([a-z_]+)` \| ([^|]*) \|", page, re.MULTILINE))
    for field in msgspec.structs.fields(Config):
        value = field.default
        if isinstance(value, bool):
            value = str(value).lower()
        if value != "" and not rows[field.name].startswith(f"`{value}`"):
            pytest.fail(f"{field.name} is {value!r}, and the page says {rows[field.name]}")
        if value == "" and re.match(r"`\w+`$", rows[field.name]):
            pytest.fail(f"{field.name} is empty, and the page says {rows[field.name]}")


def test_every_command_is_told() -> None:
    commands._add_rooms()
    names = list(leaves(typer.main.get_command(commands.app), ("teahouse",)))
    assert "teahouse gate suspend" in names
    pages = "\n".join(path.read_text("utf-8") for path in DOCS.rglob("*.md"))
    assert unsaid(names, pages) == []


def test_every_told_command_is() -> None:
    commands._add_rooms()
    names = set(leaves(typer.main.get_command(commands.app), ("teahouse",)))
    page = (DOCS / "operate" / "commands.md").read_text("utf-8")
    told = re.findall(
        r"^\| `(teahouse [a-z -]+?)(?: [A-Z-].*?)?(?: --.*?)?` \|", page, re.MULTILINE
    )
    assert told
    assert set(told) - names == set()


def test_every_domain_is_on_the_map() -> None:
    page = (DOCS / "architecture.md").read_text("utf-8")
    rooms = [folder.name for folder in (*source.domains(), *source.machinery())]
    assert [name for name in rooms if f"`{name}`" not in page] == []


def test_every_flow_has_its_test() -> None:
    flows = sorted((DOCS / "flows").glob("*.md"))
    assert flows
    tests = source.ROOT / "tests" / "flows"
    assert [path.stem for path in flows if not list(tests.glob(f"test_{path.stem}*.py"))] == []


def test_decisions_are_numbered_and_titled_alike() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = [path.name[:4] for path in pages]
    assert len(set(numbers)) == len(numbers)
    assert [
        p.name for p in pages if not p.read_text("utf-8").startswith(f"# {p.name[:4]} · ")
    ] == []
    assert [path.name for path in pages if "**Decided.**" not in path.read_text("utf-8")] == []


@pytest.mark.parametrize("page", PAGES, ids=source.name)
def test_links_and_paths_lead_somewhere(page: Path) -> None:
    text = page.read_text("utf-8")
    assert list(dead_links(page, text)) == []
    assert list(dead_paths(text)) == []


def test_every_page_can_be_reached() -> None:
    """A page that no other page names is read by nobody."""
    linked = {
        (page.parent / link.partition("#")[0]).resolve()
        for page in PAGES
        for link in LINK.findall(page.read_text("utf-8"))
        if "://" not in link
    }
    assert [source.name(path) for path in sorted(DOCS.rglob("*.md")) if path not in linked] == []
