"""Which errors the specification names for which call."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.contract.conformance import document

PROSE = Path(__file__).with_name("prose.tsv")
LIMITED = 429  # has a test of its own


class Named(NamedTuple):
    """An answer that the specification names; no ``errcode``: it names the status alone."""

    operation: str
    status: int
    errcode: str = ""

    def __str__(self) -> str:
        return f"{self.operation} → {self.status} {self.errcode}"


def named(described: Any = None) -> set[Named]:
    """Return every error that is named."""
    described = described or document()
    found = {one for one in _from_prose() if _path(one) in described["paths"]}
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            if isinstance(operation, dict) and "responses" in operation:
                found |= set(_of(f"{method.upper()} {path}", operation["responses"]))
    told = {(one.operation, one.status) for one in found if one.errcode}
    return {one for one in found if one.errcode or (one.operation, one.status) not in told}


def limited() -> set[str]:
    """Return the calls that are said to be refused to who calls too often."""
    return {
        f"{method.upper()} {path}"
        for path, methods in document()["paths"].items()
        for method, operation in methods.items()
        if isinstance(operation, dict) and str(LIMITED) in operation.get("responses", {})
    }


def _path(one: Named) -> str:
    return one.operation.partition(" ")[2]


def _of(operation: str, responses: dict[str, Any]) -> Iterator[Named]:
    for status, answer in responses.items():
        if not status.isdigit() or int(status) < 400 or int(status) == LIMITED:
            continue
        yield Named(operation, int(status))
        told = answer.get("content", {}).get("application/json", {})
        shown = [one.get("value") for one in told.get("examples", {}).values()]
        for example in (*shown, told.get("example"), told.get("schema", {}).get("example")):
            if isinstance(example, dict) and "errcode" in example:
                yield Named(operation, int(status), example["errcode"])


def _from_prose() -> Iterator[Named]:
    for line in PROSE.read_text(encoding="utf-8").splitlines():
        operation, status, errcode = line.split("\t")
        yield Named(operation, int(status), errcode)
