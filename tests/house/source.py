"""The project's own files, as the house tests read them."""

import ast
import io
import tokenize
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "teahouse"
LEFT_OUT = {
    ".git",
    ".venv",
    ".hypothesis",
    ".import_linter_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".stamps",
    "__pycache__",
    "data",
    "dist",
    "node_modules",
}
TEXTS = {
    "",
    ".cfg",
    ".css",
    ".html",
    ".js",
    ".json",
    ".lock",
    ".md",
    ".mjs",
    ".py",
    ".sh",
    ".sql",
    ".svelte",
    ".svg",
    ".toml",
    ".ts",
    ".txt",
    ".webmanifest",
    ".yaml",
    ".yml",
}


@cache
def files(suffix: str = "", under: Path = ROOT) -> tuple[Path, ...]:
    """Return the project's files, without what is installed, built or cached."""

    def walk(folder: Path) -> Iterator[Path]:
        for item in sorted(folder.iterdir()):
            if item.name in LEFT_OUT or item.name.endswith(".egg-info"):
                continue
            if item.is_dir():
                yield from walk(item)
            elif item.name.endswith(suffix) and item.suffix in TEXTS:
                yield item

    return tuple(walk(under))


def name(path: Path) -> str:
    """Return a path as people say it."""
    return str(path.relative_to(ROOT))


@cache
def text(path: Path) -> str:
    """Return what is written in a file."""
    return path.read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """Return a Python file, parsed."""
    return ast.parse(text(path), str(path))


def docstrings(module: ast.AST) -> set[int]:
    """Return the lines that docstrings take."""
    lines: set[int] = set()
    for node in ast.walk(module):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0] if node.body else None
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
                lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def code_lines(source: str) -> int:
    """Count the lines of Python that are neither blank, nor comment, nor docstring."""
    told = docstrings(ast.parse(source))
    quiet = {
        tokenize.COMMENT,
        tokenize.NL,
        tokenize.NEWLINE,
        tokenize.INDENT,
        tokenize.DEDENT,
        tokenize.ENDMARKER,
    }
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type not in quiet:
            lines.update(range(token.start[0], token.end[0] + 1))
    return len(lines - told)


def domains() -> list[Path]:
    """Return the folder of each domain: a room of the house with a sign on its door."""
    apart = {"app", "cli", "infra", "migrations"}
    return [p.parent for p in sorted(PACKAGE.glob("*/__init__.py")) if p.parent.name not in apart]


def machinery() -> list[Path]:
    """Return the folder of each part of ``infra``."""
    return [path.parent for path in sorted(PACKAGE.glob("infra/*/__init__.py"))]


def stores() -> list[Path]:
    """Return every file that may hold SQL."""
    found = [*PACKAGE.rglob("store.py"), *PACKAGE.rglob("store/*.py")]
    return sorted(found)


def part(folder: Path, called: str) -> list[Path]:
    """Return a domain's file of a name, or the files of its folder of that name."""
    one = folder / f"{called}.py"
    return [one] if one.exists() else sorted((folder / called).glob("*.py"))


def module_name(path: Path) -> str:
    """Return the dotted name by which a file of the package is imported."""
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def constants(module: ast.Module) -> dict[str, Any]:
    """Return the names in capitals that a module assigns at its top, with what is assigned."""
    found: dict[str, Any] = {}
    for node in module.body:
        if isinstance(node, ast.Assign):
            targets, value = node.targets, node.value
        elif isinstance(node, ast.AnnAssign) and node.value:
            targets, value = [node.target], node.value
        else:
            continue
        for target in targets:
            if isinstance(target, ast.Name) and target.id.isupper():
                found[target.id] = value
    return found
