"""Glob patterns and words, matched in time linear in the text, whatever the pattern.

A person's pattern is run on everything said in their rooms: a backtracking match of ``*a*a*a``
would let one person's rule stop everybody's server.
"""

import re
from collections.abc import Callable

_WORD = re.compile(r"[A-Za-z0-9_]")
_NOT_AFTER_WORD = "(?<![A-Za-z0-9_])"
_NOT_BEFORE_WORD = "(?![A-Za-z0-9_])"
_FLAGS = re.IGNORECASE | re.DOTALL

Matcher = Callable[[str], bool]


def _literal(part: str) -> str:
    return "".join("." if letter == "?" else re.escape(letter) for letter in part)


def whole(pattern: str) -> Matcher:
    """Return what tells whether a whole text is as ``pattern``, without regard to case.

    ``*`` stands for any characters and ``?`` for one.
    """
    parts = pattern.split("*")
    first = re.compile(_literal(parts[0]), _FLAGS)
    if len(parts) == 1:
        return lambda text: first.fullmatch(text) is not None
    middle = [re.compile(_literal(part), _FLAGS) for part in parts[1:-1] if part]
    last, last_letters = re.compile(_literal(parts[-1]), _FLAGS), len(parts[-1])

    def matches(text: str) -> bool:
        found = first.match(text)
        if found is None:
            return False
        at = _walk(middle, text, found.end())
        end = len(text) - last_letters
        return at is not None and end >= at and last.fullmatch(text, end) is not None

    return matches


def within(pattern: str) -> Matcher:
    """Return what tells whether a text holds ``pattern`` between word boundaries.

    A boundary is an end of the text or anything but ``[A-Za-z0-9_]``.
    """
    parts = pattern.split("*")
    before = _NOT_AFTER_WORD if parts[0] else ""
    after = _NOT_BEFORE_WORD if parts[-1] else ""
    if len(parts) == 1:
        one = re.compile(before + _literal(pattern) + after, _FLAGS)
        return lambda text: one.search(text) is not None
    written = [_literal(part) for part in parts]
    written[0], written[-1] = before + written[0], written[-1] + after
    steps = [re.compile(part, _FLAGS) for part in written if part]
    return lambda text: _walk(steps, text, 0) is not None


def _walk(steps: list[re.Pattern[str]], text: str, at: int) -> int | None:
    """Find each step after the one before; the leftmost leaves most room for the rest."""
    for step in steps:
        found = step.search(text, at)
        if found is None:
            return None
        at = found.end()
    return at


def holds_word(lowered_text: str, lowered_word: str) -> bool:
    """Tell whether a text holds a word or words between word boundaries; both in lower case."""
    if not lowered_word:
        return False
    at = lowered_text.find(lowered_word)
    while at >= 0:
        end = at + len(lowered_word)
        starts = at == 0 or not _WORD.match(lowered_text[at - 1])
        if starts and (end == len(lowered_text) or not _WORD.match(lowered_text[end])):
            return True
        at = lowered_text.find(lowered_word, at + 1)
    return False
