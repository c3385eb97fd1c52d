"""Example sentences, and what of them may get a weight.

``sentences/NAME`` has what one list is about: ``WRITER.yes.txt`` are what it is to find, ``WRITER.no.txt`` what
it is not to, though much of it has the same words. ``sentences/ordinary`` is what people say of other things,
and no list is to find it. One sentence in a line. All of them were made up by the authors of the project;
none was said by anybody.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from teahouse.detectors.model.folding import closed
from teahouse.detectors.model.weighing import Scales
from teahouse.detectors.model.weights import FORM_LETTERS_MAX, WeightError, form_of
from teahouse.spelling.model.folding import fold

HERE = Path(__file__).parent
ORDINARY = "ordinary"
SEEN = "seen"  # the writer had read what was missed: so it is fitted with, and nothing is tried with it
LETTERS_MAX = 3  # of what is written without spaces, and gets a weight
BEGINNINGS = (4, 5)  # letters of a longer Latin word

_UNSPACED = re.compile("[\u3400-\u9fff]+")
_WORD = re.compile("[a-z0-9]+(?:['\u2019][a-z]+)*")


class Example(NamedTuple):
    """A sentence, whether a list is to find it, and who wrote it."""

    text: str
    is_so: bool
    writer: str


def examples_of(name: str) -> list[Example]:
    """Return the sentences about a list, each once however it is written."""
    found: dict[str, Example] = {}
    for file in sorted((HERE / "sentences" / name).glob("*.txt")):
        writer, is_so, _ = file.name.split(".")
        for line in file.read_text("utf-8").splitlines():
            key = closed(line).text
            if key and key not in found:
                found[key] = Example(line.strip(), is_so == "yes", writer)
    return list(found.values())


def classes_of(name: str) -> list[str]:
    """Return the classes of words of a list, as entries."""
    file = HERE / "classes" / f"{name}.txt"
    return [line for line in file.read_text("utf-8").splitlines() if line.strip()]


def candidates(examples: Sequence[Example], least: int) -> list[str]:
    """Return what may get a weight: what so many sentences have, in the order of its letters."""
    counts: Counter[str] = Counter()
    for example in examples:
        counts.update(set(_pieces(fold(example.text))))
    by_form: dict[object, str] = {}
    for piece in sorted(counts):
        if counts[piece] >= least:
            try:
                by_form.setdefault(form_of(piece), piece)
            except WeightError:
                continue
    return list(by_form.values())


def _pieces(folded: str) -> Iterator[str]:
    for found in _UNSPACED.findall(folded):
        for length in range(1, LETTERS_MAX + 1):
            for at in range(len(found) - length + 1):
                yield found[at : at + length]
    words = _WORD.findall(folded)
    for word in words:
        yield word
        bare = word.replace("'", "").replace("\u2019", "")
        yield from (f"{bare[:length]}*" for length in BEGINNINGS if len(bare) > length)
    for left, right in itertools.pairwise(words):
        if len(left) + len(right) <= FORM_LETTERS_MAX:
            yield f"{left} {right}"


class Table:
    """Which parts each text has; found as a server finds them."""

    def __init__(self, parts: Iterable[str], classes: Sequence[str]) -> None:
        self._scales = Scales({"": ["threshold 1", *classes, *(f"+1 {one}" for one in parts)]})

    def parts_in(self, text: str) -> set[str]:
        """Return the parts that a text has."""
        return {part for _, part in self._scales.parts_in(*closed(text))}
