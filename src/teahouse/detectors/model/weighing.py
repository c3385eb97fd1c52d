"""Weighing a text by all weighted lists at once: one automaton, sums of whole numbers, and what was told.

However long a text is, each of its letters is in two stretches at most, and in a stretch each part
counts once.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from teahouse.detectors.model.folding import as_it_looks, closed
from teahouse.detectors.model.weights import (
    Form,
    Weight,
    WeightedList,
    form_of,
    is_class,
    read_weights,
    told,
)

STRETCH_LETTERS = 120  # folded, with nothing between them
STEP_LETTERS = STRETCH_LETTERS // 2
STRONGEST_MAX = 5  # of what made the score, as many are told

_PIECE = re.compile(r"[^\W_]+")


class Weighed(NamedTuple):
    """A list that found a text: its score, what weighed most, and from where to where that is."""

    list_id: str
    score: int  # thousandths
    entry: str
    begins: int
    ends: int


class _Known(NamedTuple):
    """Of letters that are looked for: the part that they are of, and where a Latin word ends at them."""

    part: int
    begins: bool
    ends: bool
    written: str


# Where a part was met: from which letter to which, and what of it.
_Met = tuple[int, int, _Known]


class Scales:
    """Weighted lists, put together to be weighed by in one go."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        read = {
            list_id: read_weights(enumerate(entries, 1))
            for list_id, entries in lists.items()
            if entries
        }
        self._ids = list(read)
        self._lists = list(read.values())
        self._parts: dict[tuple[int, str], int] = {}  # by list and as it is written
        self._single: list[int] = []  # what each part weighs alone
        self._pairs: dict[int, dict[int, int]] = {}  # what it weighs with another, the lower first
        forms: dict[str, list[_Known]] = {}
        for nth, one in enumerate(self._lists):
            for text, known in self._put(nth, one):
                forms.setdefault(text, []).append(known)
        self._owner = [nth for nth, _ in self._parts]
        self._known = list(forms.values())
        self._automaton = AhoCorasick(list(forms)) if forms else None

    def weigh(self, shut: str, folded: str) -> list[Weighed]:
        """Return the lists that find a text, which is :func:`closed`, with what weighed most in it."""
        if self._automaton is None:
            return []
        matches = self._automaton.find_matches_as_indexes(shut, overlapping=True)
        best: dict[int, tuple[int, dict[int, _Met]]] = {}
        for met in self._stretches(matches, shut, folded) if matches else ():
            for nth, score in enumerate(self._scores(met)):
                enough = score >= self._lists[nth].threshold
                if enough and (nth not in best or score > best[nth][0]):
                    best[nth] = (score, met)
        return [self._weighed(nth, score, met) for nth, (score, met) in best.items()]

    def parts_in(self, shut: str, folded: str) -> set[tuple[str, str]]:
        """Return the parts that a text has anywhere, each with its list: what a list is fitted by."""
        if self._automaton is None:
            return set()
        matches = self._automaton.find_matches_as_indexes(shut, overlapping=True)
        names = list(self._parts)
        met = {one[2].part for one in self._met(matches, shut, folded)}
        return {(self._ids[nth], part) for nth, part in (names[number] for number in met)}

    # -- putting together --------------------------------------------------------------------------

    def _put(self, nth: int, one: WeightedList) -> Iterator[tuple[str, _Known]]:
        """Number the parts of a list and what they weigh, and return what is looked for."""
        for weight in one.weights:
            numbers = sorted(self._number(nth, part) for part in weight.parts)
            if len(numbers) == 1:
                self._single[numbers[0]] += weight.thousandths
            else:
                others = self._pairs.setdefault(numbers[0], {})
                others[numbers[1]] = others.get(numbers[1], 0) + weight.thousandths
        for (of, part), number in list(self._parts.items()):
            if of == nth:
                for written in one.classes[part] if is_class(part) else (part,):
                    for text, begins, ends in _forms(written):
                        starts, stops = begins and text[0].isascii(), ends and text[-1].isascii()
                        yield text, _Known(number, starts, stops, written.strip("*"))

    def _number(self, nth: int, part: str) -> int:
        number = self._parts.setdefault((nth, part), len(self._single))
        if number == len(self._single):
            self._single.append(0)
        return number

    # -- weighing ----------------------------------------------------------------------------------

    def _met(self, matches: Iterable[tuple[int, int, int]], shut: str, folded: str) -> list[_Met]:
        """Return the parts that are in a text, as often as they are."""
        breaks: set[int] | None = None
        last, all_known = len(shut), self._known
        there: list[_Met] = []
        for number, begins, ends in matches:
            for known in all_known[number]:
                if known.begins or known.ends:
                    breaks = _breaks(folded) if breaks is None else breaks
                    if known.begins and begins and _is_within(shut, begins, breaks):
                        continue
                    if known.ends and ends < last and _is_within(shut, ends, breaks):
                        continue
                there.append((begins, ends, known))
        return there

    def _stretches(
        self, matches: Iterable[tuple[int, int, int]], shut: str, folded: str
    ) -> Iterable[dict[int, _Met]]:
        """Return the parts that are in each stretch of a text."""
        there = self._met(matches, shut, folded)
        if len(shut) <= STRETCH_LETTERS:
            return [{met[2].part: met for met in there}]
        stretches: dict[int, dict[int, _Met]] = {}
        for met in there:
            begins, ends, known = met
            nth = begins // STEP_LETTERS
            stretches.setdefault(nth, {})[known.part] = met
            if nth and ends <= (nth - 1) * STEP_LETTERS + STRETCH_LETTERS:
                stretches.setdefault(nth - 1, {})[known.part] = met
        return stretches.values()

    def _scores(self, met: Mapping[int, _Met]) -> list[int]:
        scores = [0] * len(self._lists)
        for part in met:
            scores[self._owner[part]] += self._single[part]
            others = self._pairs.get(part)
            if others is not None:
                scores[self._owner[part]] += sum(others[one] for one in others.keys() & met.keys())
        return scores

    # -- telling -----------------------------------------------------------------------------------

    def _weighed(self, nth: int, score: int, met: Mapping[int, _Met]) -> Weighed:
        """Return what is told of a list that found a text: the strongest entries, and where they are."""
        one = self._lists[nth]
        there = [
            (weight, [met[self._parts[nth, part]] for part in weight.parts])
            for weight in one.weights
            if weight.thousandths > 0
            and all(self._parts[nth, part] in met for part in weight.parts)
        ]
        there.sort(key=lambda found: (-found[0].thousandths, found[0].written))
        strongest = there[:STRONGEST_MAX]
        words = "; ".join(_told(weight, places) for weight, places in strongest)
        places = [place for _, places in strongest for place in places]
        begins, ends = min(one[0] for one in places), max(one[1] for one in places)
        entry = f"{told(score)} ≥ {told(one.threshold)}: {words}"
        return Weighed(self._ids[nth], score, entry, begins, ends)


def _told(weight: Weight, places: Sequence[_Met]) -> str:
    """Return a weight as it is told: of a class also which of its members was met."""
    parts = [
        f"{part} {known.written}" if is_class(part) else part
        for part, (_, _, known) in zip(weight.parts, places, strict=True)
    ]
    return f"{' & '.join(parts)} +{told(weight.thousandths)}"


def _forms(written: str) -> set[Form]:
    """Return letters as they are looked for: as they are, and as they look."""
    form = form_of(written)
    looks = closed(as_it_looks(written)).text
    return {form, form._replace(text=looks)} if len(looks) > 1 else {form}


def _breaks(folded: str) -> set[int]:
    """Return where in the closed text something else was between two letters."""
    return set(accumulate(map(len, _PIECE.findall(folded))))


def _is_within(shut: str, at: int, breaks: Collection[int]) -> bool:
    """Tell whether two Latin letters of one word meet there."""
    return shut[at - 1].isascii() and shut[at].isascii() and at not in breaks
