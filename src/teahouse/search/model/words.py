"""Cutting a text into what is kept in the index: words, and pairs of characters.

Words are cut where letters, digits and other characters meet. Scripts that put no spaces between
words are kept as pairs of neighbours, and the last character of a run by itself: then any part of two
characters or more is found by its pairs, and one character as the beginning of a pair.
"""

import re
from typing import NamedTuple

from teahouse.spelling.model.folding import fold, fold_with_places

WORDS_MAX = 2_000  # of one message
LETTERS_MAX = 64  # of one word

# Bopomofo, kana, ideographs, Hangul, and the scripts of south-east Asia, which have no spaces either.
_CLOSE = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u3096\u309d\u309e\u30fc"
    "\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGNS = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
_APOSTROPHE = re.compile("(?<=[a-z])['\u2019](?=[a-z])")
_UNIT = re.compile(f"[{_CLOSE}{_SIGNS}]|[0-9]+|[^\\W\\d_{_CLOSE}{_SIGNS}]+|[^\\W_{_CLOSE}{_SIGNS}]")
_IS_CLOSE = re.compile(f"[{_CLOSE}]").match


class Unit(NamedTuple):
    """One word or one character of a folded text, and where it stands there."""

    text: str
    start: int
    end: int

    @property
    def is_close(self) -> bool:
        """Whether it is written close to its neighbours, without spaces."""
        return len(self.text) == 1 and _IS_CLOSE(self.text) is not None


def units(folded: str) -> list[Unit]:
    """Return the words and the characters of a folded text, in order."""
    if "'" in folded or "\u2019" in folded:
        folded = _APOSTROPHE.sub("\0", folded)
        return [_whole(found) for found in _WITH_JOINTS.finditer(folded)]
    return [Unit(found.group(), found.start(), found.end()) for found in _UNIT.finditer(folded)]


_WITH_JOINTS = re.compile(
    f"[^\\W\\d_{_CLOSE}{_SIGNS}]+(?:\0[^\\W\\d_{_CLOSE}{_SIGNS}]+)+|{_UNIT.pattern}"
)


def _whole(found: "re.Match[str]") -> Unit:
    return Unit(found.group().replace("\0", ""), found.start(), found.end())


def stem(word: str) -> str:
    """Return an English word without its plural; nothing more is taken off a word."""
    if len(word) < 4 or not word.endswith("s") or not word.isascii() or not word.isalpha():
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("ches", "shes", "sses", "xes", "zes")):
        return word[:-2]
    return word[:-1]


def words(text: str) -> set[str]:
    """Return what a text is found by."""
    found: set[str] = set()
    cut = units(fold(text))
    for at, unit in enumerate(cut):
        if not unit.is_close:
            word = unit.text[:LETTERS_MAX]
            found.update((word, stem(word)))
        elif at + 1 < len(cut) and cut[at + 1].is_close:
            found.add(unit.text + cut[at + 1].text)
        else:
            found.add(unit.text)
        if len(found) >= WORDS_MAX:
            break
    return found


def places(text: str) -> tuple[list[Unit], list[int]]:
    """Return the units of a text, and where in the text each folded character came from."""
    folded, came_from = fold_with_places(text)
    return units(folded), came_from
