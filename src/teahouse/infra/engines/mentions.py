"""Which lines of the engines' logs name somebody, by id or by name."""

import re
from collections.abc import Mapping
from pathlib import Path

# A word of a log that might be an id of an account or the name of a person.
_WORDS = re.compile(rb"@[a-z0-9._=/+-]+:[A-Za-z0-9.:\[\]-]+|(?<![0-9a-z])[0-9a-z]{26}(?![0-9a-z])")


def mentions_in(folder: Path, values: Mapping[str, str]) -> tuple[dict[str, int], int]:
    """Return how many lines of the log files name which id, and how many bytes were read."""
    found: dict[str, int] = {}
    read = 0
    for file in sorted(folder.glob("*")) if folder.is_dir() else ():
        with file.open("rb") as lines:
            for line in lines:
                read += len(line)
                for value in named_in(line, values):
                    found[value] = found.get(value, 0) + 1
    return found, read


def named_in(line: bytes, values: Mapping[str, str]) -> set[str]:
    """Return which of some ids stand in a line of a log."""
    words = {word.rstrip(b".:").decode("ascii") for word in _WORDS.findall(line)}
    return words & values.keys()
