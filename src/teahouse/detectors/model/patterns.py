"""Patterns: regular expressions by RE2, which no text can keep busy for longer than it is long."""

import logging
from collections.abc import Sequence
from typing import Any

import re2

MEMORY_MAX = 64 * 1024 * 1024  # of all patterns together, while they look


def _options() -> Any:
    options = re2.Options()
    options.log_errors = False
    options.max_mem = MEMORY_MAX
    return options


def compiled(pattern: str) -> Any:
    """Return a pattern as RE2 has it; ``None`` for what is none."""
    try:
        return re2.compile(pattern, _options())
    except re2.error:
        return None


class Patterns:
    """Many patterns that are looked for at once."""

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = list(patterns)
        self._set: Any = None
        self._one: dict[int, Any] = {}  # those that were met, as RE2 has them
        if self._patterns:
            self._set = re2.Set.SearchSet(_options())
            for one in self._patterns:
                self._set.Add(one)
            self._set.Compile()

    def __getitem__(self, number: int) -> str:
        """Return a pattern by its number."""
        return self._patterns[number]

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Return which patterns are in a text: the number of each, and its first place."""
        if self._set is None:
            return []
        found: list[tuple[int, int, int]] = []
        for number in self._set.Match(text) or ():
            if number not in self._one:
                self._one[number] = compiled(self._patterns[number])
            span = self._one[number].search(text)
            if span is None:
                logging.getLogger(__name__).error("a set found what its pattern does not")
                continue
            found.append((number, *span.span()))
        return found
