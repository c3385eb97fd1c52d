"""Folding for detectors: what is written so that it looks like a word is that word.

On top of the house's folding (width, case, accents, kana, traditional and simplified forms) letters
of other scripts that are taken for Latin ones become these (UTS #39), and what stands between letters
goes. Both are done to the entry and to the text, so that a word in Cyrillic stays one: a text is looked
at as it is, and once more as it looks.
"""

import functools
import re
from pathlib import Path
from typing import NamedTuple

from teahouse.spelling.model.folding import fold, fold_with_places

TABLE = Path(__file__).parents[1] / "confusables.txt"

_BETWEEN = re.compile(r"[\W_]+")
# After folding the case these cannot be told apart: I, l and 1; O and 0.
_ALIKE = str.maketrans("1i0", "llo")


class Closed(NamedTuple):
    """A text with nothing between its letters, and what it was before."""

    text: str
    folded: str


class Span(NamedTuple):
    """Where something is in a text: its first letter, and the one after its last."""

    begins: int
    ends: int


@functools.cache
def _looks() -> dict[int, str]:
    """Return which Latin letter or digit a character is taken for."""
    looks: dict[int, str] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        letter, _, others = line.partition(" ")
        if letter != "#":
            looks.update(dict.fromkeys(map(ord, others), letter))
    return looks


def as_it_looks(text: str) -> str:
    """Return a text in the Latin letters that it is taken for; as long as it was."""
    return text if text.isascii() else text.translate(_looks())


def variants(text: str) -> tuple[str, ...]:
    """Return a text as it is, and as it looks if that is something else."""
    looks = as_it_looks(text)
    return (text,) if looks == text else (text, looks)


def closed(text: str) -> Closed:
    """Return a text folded, with nothing between its letters."""
    folded = fold(text)
    return Closed(_BETWEEN.sub("", folded).translate(_ALIKE), folded)


class Places:
    """Where each letter of a folded text was. Made only when something was found."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.folded, self._from = fold_with_places(text)
        gone = {at for found in _BETWEEN.finditer(self.folded) for at in range(*found.span())}
        self._kept = [at for at in range(len(self.folded)) if at not in gone]

    def of_folded(self, begins: int, ends: int) -> Span:
        """Return where a part of the folded text was."""
        return Span(self._from[begins], self._end(ends - 1))

    def of_closed(self, begins: int, ends: int) -> Span:
        """Return where a part of the closed text was."""
        return self.of_folded(self._kept[begins], self._kept[ends - 1] + 1)

    def is_word(self, begins: int, ends: int) -> bool:
        """Tell whether a part of the closed text begins and ends where a Latin word does.

        What is written without spaces between words always does.
        """
        first, last = self._kept[begins], self._kept[ends - 1]
        starts = first == 0 or not self._one_word(first - 1, first)
        stops = last + 1 == len(self.folded) or not self._one_word(last, last + 1)
        return starts and stops

    def _one_word(self, left: int, right: int) -> bool:
        return _is_latin(self.folded[left]) and _is_latin(self.folded[right])

    def _end(self, at: int) -> int:
        """Return where what the folded letter at a place came from ends."""
        begins = self._from[at]
        return next((one for one in self._from[at + 1 :] if one > begins), len(self.text))


def _is_latin(letter: str) -> bool:
    return letter.isascii() and letter.isalnum()
