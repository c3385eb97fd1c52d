"""Labelled sentences in text files, one in a line: those that were held back, and what people say every day.

``held/NAME.yes.txt`` is what a list is to find, ``held/NAME.no.txt`` what it is not to. No list was fitted with
them, and nobody who changed a list had read them; their digest stands in the test. Whoever changes a list with
these in view writes other ones. ``judged`` was held back before, and fits were judged by it since, so it says
less of them; no list was fitted with it either. Those with which the lists were fitted are in ``bench/detectors/sentences``.
"""

import hashlib
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
HELD, JUDGED = HERE / "held", HERE / "judged"


class Labelled(NamedTuple):
    """Sentences that a list is to find, and such that it is not to."""

    wanted: tuple[str, ...]
    others: tuple[str, ...]


def lines(file: Path) -> tuple[str, ...]:
    """Return the sentences of a file; each of its lines is one."""
    return tuple(file.read_text("utf-8").splitlines())


def labelled(folder: Path, name: str) -> Labelled:
    """Return the sentences of a folder that are about a list."""
    return Labelled(lines(folder / f"{name}.yes.txt"), lines(folder / f"{name}.no.txt"))


def held_digest() -> str:
    """Return the digest of all that was held back, the files' names with it."""
    digest = hashlib.sha256()
    for file in sorted(HELD.glob("*.txt")):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def ordinary() -> tuple[str, ...]:
    """Return what people say of other things."""
    return lines(HERE / "ordinary.txt")
