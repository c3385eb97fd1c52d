"""Places on the web: finding addresses in a text, and whether a host and path stand on a list."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

import idna

from teahouse.detectors.model.folding import Span, as_it_looks

_INVISIBLE = "\u00ad\u200b-\u200f\u2060\ufeff"
_GONE = re.compile(f"[{_INVISIBLE}]")
_DOT = "[.\u3002\uff0e\uff61]"
_PATH = r"(?P<path>/[^\s\"'<>\u3002\uff0c\uff09]*)?"
# Once in ASCII alone, because Chinese is written up to an address without a space between.
_PLAIN = re.compile(rf"(?P<host>[a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d{{1,5}})?{_PATH}", re.IGNORECASE)
_ANY = re.compile(
    rf"(?P<host>[\w{_INVISIBLE}-]+(?:{_DOT}[\w{_INVISIBLE}-]+)+)(?::\d{{1,5}})?{_PATH}"
)
_DOTS = re.compile(_DOT)


class PlaceError(ValueError):
    """This is no host, with the beginning of a path or without."""


class Place(NamedTuple):
    """A host by its ASCII name, and where a path on it begins; empty: all of it, and beneath it."""

    host: str
    path: str


def host_named(written: str) -> str:
    """Return a host by its ASCII name, however it is written."""
    plain = unicodedata.normalize("NFKC", _GONE.sub("", written))
    plain = _DOTS.sub(".", plain).strip(".").lower()
    if plain.isascii():
        return plain
    try:
        return idna.encode(plain, uts46=True).decode()
    except idna.IDNAError:
        return plain


def listed_place(entry: str) -> Place:
    """Return the place that an entry names. Raises ``PlaceError``."""
    bare = entry.partition("://")[2] or entry
    host, slash, path = bare.partition("/")
    named = host_named(host.partition(":")[0])
    if "." not in named or not all(0 < len(label) <= 63 for label in named.split(".")):
        raise PlaceError("an address is a host such as example.org, with a path if need be")
    return Place(named, f"/{path}".rstrip("/") if slash else "")


class Places:
    """Listed places, each with what it stands for."""

    def __init__(self, listed: Mapping[Place, int]) -> None:
        self._by_host: dict[str, list[tuple[str, int]]] = {}
        for (host, path), number in listed.items():
            self._by_host.setdefault(host, []).append((path, number))

    def find(self, text: str) -> list[tuple[int, Span]]:
        """Return which listed places a text names: the number of each, and where."""
        if not self._by_host or not _DOTS.search(text):
            return []
        searches = (_PLAIN,) if text.isascii() else (_PLAIN, _ANY)
        found: dict[int, Span] = {}
        for search in searches:
            for one in search.finditer(text):
                for number in self._named(one["host"], one["path"] or ""):
                    found.setdefault(number, Span(*one.span()))
        return list(found.items())

    def _named(self, host: str, path: str) -> Iterator[int]:
        names = {host_named(host)}
        if not host.isascii():
            names.add(host_named(as_it_looks(host)))
        for name in names:
            for above in _above(name):
                for begins, number in self._by_host.get(above, ()):
                    if _is_in(path, begins):
                        yield number


def _above(host: str) -> Iterable[str]:
    """Return a host and what it lies beneath."""
    labels = host.split(".")
    return (".".join(labels[at:]) for at in range(len(labels) - 1))


def _is_in(path: str, begins: str) -> bool:
    if not begins:
        return True
    return path.startswith(begins) and path[len(begins) : len(begins) + 1] in ("", "/", "?", "#")
