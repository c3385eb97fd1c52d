"""Weighted lists: entries that add to a text's score or take from it, and the threshold that it meets.

Entries are written to be read, and folded as those of words are:

- ``+1.35 小朋友``, ``-0.4 gift card``: letters that are in the text, and what they weigh. Latin ones
  begin and end where a word does, and go on where an asterisk stands: ``+0.9 donat*``.
- ``{child} = 小朋友 | 小学生 | kid*``: a class, of which one is enough. It may have several lines.
- ``+0.8 {child} & {gift}``: two that have to be in the same stretch of the text.
- ``threshold 1.2``, once: the least score that is found.

A stretch is as long as a message mostly is. A long text has many, and the best of them counts: so that
a sentence is not lost in a book, and a book does not add up to one. In a stretch each entry counts once.
The sums are of whole thousandths, so that the order of the entries is nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from teahouse.detectors.model.folding import closed

FORMS_MAX = 100_000  # letters to be looked for, of one list
FORM_LETTERS_MAX = 40
THRESHOLD_MAX = 1_000_000  # thousandths

_NUMBER = r"\d{1,3}(?:\.\d{1,3})?"
_THRESHOLD = re.compile(rf"threshold ({_NUMBER})")
_WEIGHT = re.compile(rf"([+-]{_NUMBER}) (.+)")
_CLASS = re.compile(r"(\{[a-z_]{1,30}\}) = (.+)")
_NAMED = re.compile(r"\{[a-z_]{1,30}\}")
_ON = "*"  # before or after Latin letters: the word may go on there


class WeightError(ValueError):
    """An entry cannot be used: its number, 0 for none, and why."""

    def __init__(self, number: int, why: str) -> None:
        super().__init__(why)
        self.number = number
        self.why = why


class Form(NamedTuple):
    """Letters as they are looked for, and whether a Latin word has to begin and to end with them."""

    text: str
    begins: bool
    ends: bool


class Weight(NamedTuple):
    """What one part or two weigh in thousandths; a part is a class, or letters as they are written."""

    thousandths: int
    parts: tuple[str, ...]

    @property
    def written(self) -> str:
        """Its parts as they stand on the list."""
        return " & ".join(self.parts)


@dataclass
class WeightedList:
    """A list that was read. ``classes`` have their members as they are written."""

    threshold: int = 0  # thousandths
    classes: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    weights: list[Weight] = field(default_factory=list[Weight])


def is_class(part: str) -> bool:
    """Tell whether a part is the name of a class."""
    return part.startswith("{")


def form_of(written: str) -> Form:
    """Return letters as they are looked for. Latin ones are two at least. Raises ``WeightError``."""
    bare = written.removeprefix(_ON).removesuffix(_ON)
    text = closed(bare).text
    if not text or (len(text) < 2 and text.isascii()):
        raise WeightError(0, f"{written!r} has too few letters")
    if len(text) > FORM_LETTERS_MAX:
        raise WeightError(0, f"{written!r} has more than {FORM_LETTERS_MAX} letters")
    return Form(text, not written.startswith(_ON), not written.endswith(_ON))


def told(thousandths: int) -> str:
    """Return a number as it is written, without a sign."""
    return f"{thousandths / 1000:.3f}".rstrip("0").rstrip(".")


def read_weights(entries: Iterable[tuple[int, str]]) -> WeightedList:
    """Return the list that entries make, each with its number. Raises ``WeightError``."""
    reading = _Reading()
    for number, entry in entries:
        try:
            reading.read(number, entry)
        except WeightError as wrong:
            raise WeightError(number, wrong.why) from None
    return reading.finished()


class _Reading:
    """What was read so far."""

    def __init__(self) -> None:
        self._list = WeightedList()
        self._known: dict[frozenset[Form | str], int] = {}  # what has a weight, and where
        self._named: dict[str, int] = {}  # classes that are spoken of, and where first
        self._forms = 0

    def read(self, number: int, entry: str) -> None:
        """Take one entry. Raises ``WeightError``."""
        if found := _THRESHOLD.fullmatch(entry):
            self._read_threshold(found[1])
        elif found := _CLASS.fullmatch(entry):
            self._read_class(found[1], found[2])
        elif found := _WEIGHT.fullmatch(entry):
            self._read_weight(number, _thousandths(found[1]), found[2])
        else:
            raise WeightError(number, "this is no weight, no class and no threshold")

    def finished(self) -> WeightedList:
        """Return the whole. Raises ``WeightError``."""
        for name, number in self._named.items():
            if name not in self._list.classes:
                raise WeightError(number, f"there is no class {name}")
        if not self._list.threshold:
            raise WeightError(0, "a weighted list has one entry such as 'threshold 1.5'")
        return self._list

    def _read_threshold(self, written: str) -> None:
        if self._list.threshold:
            raise WeightError(0, "there is a threshold already")
        self._list.threshold = _thousandths(written)
        if not self._list.threshold:
            raise WeightError(0, "a threshold is above nothing")

    def _read_class(self, name: str, members: str) -> None:
        listed = self._list.classes.setdefault(name, [])
        for member in members.split("|"):
            self._take_form(member.strip())
            listed.append(member.strip())

    def _read_weight(self, number: int, thousandths: int, written: str) -> None:
        parts = tuple(part.strip() for part in written.split("&"))
        if len(parts) > 2:
            raise WeightError(number, "two go together at most")
        if not thousandths:
            raise WeightError(number, "a weight is not nothing")
        known: set[Form | str] = set()
        for part in parts:
            if _NAMED.fullmatch(part):
                self._named.setdefault(part, number)
                known.add(part)
            else:
                known.add(self._take_form(part))
        if len(known) < len(parts):
            raise WeightError(number, "it is the same twice")
        before = self._known.setdefault(frozenset(known), number)
        if before != number:
            raise WeightError(number, f"this has a weight already, entry {before}")
        self._list.weights.append(Weight(thousandths, parts))

    def _take_form(self, written: str) -> Form:
        self._forms += 1
        if self._forms > FORMS_MAX:
            raise WeightError(0, f"a list looks for {FORMS_MAX} forms at most")
        return form_of(written)


def _thousandths(written: str) -> int:
    return round(float(written) * 1000)
