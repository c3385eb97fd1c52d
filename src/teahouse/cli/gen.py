"""Writes what is generated: the API's description, its types, the announcements, the doors.

A generated file is committed, so that a change of the outside shows in review; ``--check``, which
the tests run, finds those that nobody has written again.
"""

import importlib
import inspect
import json
import pkgutil
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints

import typer

import teahouse
from teahouse import infra
from teahouse.app import routes_on_paper
from teahouse.cli.doors import page
from teahouse.cli.typescript import interfaces
from teahouse.config import Config
from teahouse.infra.http.openapi import describe

CHECKOUT = Path(__file__).parents[3]
EVENTS = Path("docs/events.md")
DOORS = Path("docs/doors.md")
API = Path("docs/api/openapi.json")
TYPES = Path("web/src/wire.gen.ts")
_BY = "`make gen`"
_LISTENS = re.compile(r"^Listens: (.+?)(?=^\s*$|^\w+:|\Z)", re.MULTILINE | re.DOTALL)


def generate(check: bool) -> int:
    """Write what is out of date, or with ``check`` only name it; return the exit code."""
    stale = {path: text for path, text in generated().items() if present(path) != text}
    for path, text in stale.items():
        typer.echo(f"{'out of date' if check else 'written'}: {path}")
        if not check:
            (CHECKOUT / path).parent.mkdir(parents=True, exist_ok=True)
            (CHECKOUT / path).write_text(text, "utf-8")
    return 1 if stale and check else 0


def generated() -> dict[Path, str]:
    """Return every generated file as it should be, by its path in the checkout."""
    description = api()
    return {
        EVENTS: events(),
        DOORS: doors(),
        API: json.dumps(description, indent=1, ensure_ascii=False, sort_keys=True) + "\n",
        TYPES: types(description["components"]["schemas"]),
    }


def present(path: Path) -> str:
    """Return a generated file as it is, empty when it is not there."""
    file = CHECKOUT / path
    return file.read_text("utf-8") if file.exists() else ""


def api() -> dict[str, Any]:
    """Return the OpenAPI document of a house with default settings."""
    with tempfile.TemporaryDirectory() as nowhere:
        return describe(routes_on_paper(Config(data_dir=nowhere)))


def doors() -> str:
    """Return the page of doors, of a house in every mode."""
    with tempfile.TemporaryDirectory() as nowhere:
        config = Config(data_dir=nowhere, registration_shared_secret=nowhere)
        return page(routes_on_paper(config))


def types(schemas: dict[str, Any]) -> str:
    """Return the wire's types in TypeScript."""
    return f"// Made by {_BY} from the server's wire structs: do not edit.\n\n" + interfaces(
        schemas
    )


def events() -> str:
    """Return the page of announcements: what each domain tells, and who listens."""
    listeners = _listeners()
    parts = [
        "# Announcements\n",
        f"Made by {_BY} from every `events.py` and the signs on the doors: do not edit.\n",
        "What a domain tells the rest of the house, through the log, in the transaction in which it",
        "happened ([how](architecture.md#the-log)). Nothing personal is in it beyond ids.\n",
    ]
    for domain, told in _announcements():
        parts.append(f"## {domain}\n")
        parts.extend(_told(one, listeners.get(one.__name__, [])) for one in told)
    return "\n".join(parts).rstrip() + "\n"


def _domains() -> Iterator[str]:
    for found in pkgutil.iter_modules(teahouse.__path__):
        if found.ispkg and found.name not in ("cli", "infra", "migrations"):
            yield found.name


def _listeners() -> dict[str, list[str]]:
    """Return who listens to an announcement, as the signs on the doors say."""
    found: dict[str, list[str]] = {}
    for name in _domains():
        sign = inspect.getdoc(importlib.import_module(f"teahouse.{name}")) or ""
        heard = _LISTENS.search(sign + "\n")
        for word in re.findall(r"\b[A-Z]\w+[a-z]\w*\b", heard.group(1) if heard else ""):
            found.setdefault(word, []).append(name)
    return found


def _announcements() -> Iterator[tuple[str, list[type[Any]]]]:
    """Return what each domain tells, and at last the machinery."""
    machinery = [f"infra.{found.name}" for found in pkgutil.iter_modules(infra.__path__)]
    for name in (*_domains(), *machinery):
        try:
            module = importlib.import_module(f"teahouse.{name}.events")
        except ModuleNotFoundError:
            continue
        yield name.rpartition(".")[2], [one for one in _own_classes(module) if hasattr(one, "kind")]


def _own_classes(module: ModuleType) -> list[type[Any]]:
    here = [one for _, one in inspect.getmembers(module, inspect.isclass)]
    mine = [one for one in here if one.__module__ == module.__name__]
    return sorted(mine, key=lambda one: inspect.getsourcelines(one)[1])


def _told(one: type[Any], listeners: list[str]) -> str:
    hints = get_type_hints(one)
    rows = [f"| `{name}` | `{_type_name(hints[name])}` |" for name in one.__struct_fields__]
    table = "\n".join(["| field | type |", "|---|---|", *rows])
    heard = ", ".join(listeners) if listeners else "nobody yet, beyond its own domain"
    return f"### `{one.kind}`\n\n{inspect.getdoc(one)}\n\nHeard by: {heard}.\n\n{table}\n"


def _type_name(hint: Any) -> str:
    if isinstance(hint, type) and not getattr(hint, "__args__", ()):
        return hint.__name__
    return re.sub(r"\b(?:\w+\.)+(\w+)", r"\1", str(hint)).replace("|", "or")
