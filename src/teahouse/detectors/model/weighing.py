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


# Where a form was met: its number, from which letter on, to which.
_Met = tuple[int, int, int]


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
        self._weights: list[list[Weight]] = []  # the entries of which it is the lower part
        forms: dict[str, list[_Known]] = {}
        for nth, one in enumerate(self._lists):
            for text, known in self._put(nth, one):
                forms.setdefault(text, []).append(known)
        self._owner = [nth for nth, _ in self._parts]
        self._known = list(forms.values())
        # What has no edge to look at, which is nearly all of what is written without spaces, is quick.
        self._plain = [
            () if any(one.begins or one.ends for one in known) else tuple(one.part for one in known)
            for known in self._known
        ]
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
        met = {part for part, _ in self._met(matches, shut, folded)}
        return {(self._ids[nth], part) for nth, part in (names[number] for number in met)}

    # -- putting together --------------------------------------------------------------------------

    def _put(self, nth: int, one: WeightedList) -> Iterator[tuple[str, _Known]]:
        """Number the parts of a list and what they weigh, and return what is looked for."""
        for weight in one.weights:
            numbers = sorted(self._number(nth, part) for part in weight.parts)
            self._weights[numbers[0]].append(weight)
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
            self._weights.append([])
        return number

    # -- weighing ----------------------------------------------------------------------------------

    def _met(self, matches: Iterable[_Met], shut: str, folded: str) -> Iterator[tuple[int, _Met]]:
        """Return the parts that are in a text, as often as they are."""
        breaks: set[int] | None = None
        plain, last = self._plain, len(shut)
        for match in matches:
            number, begins, ends = match
            if plain[number]:
                for part in plain[number]:
                    yield part, match
                continue
            breaks = _breaks(folded) if breaks is None else breaks
            starts = not begins or not _is_within(shut, begins, breaks)
            stops = ends == last or not _is_within(shut, ends, breaks)
            for known in self._known[number]:
                if (starts or not known.begins) and (stops or not known.ends):
                    yield known.part, match

    def _stretches(
        self, matches: Iterable[_Met], shut: str, folded: str
    ) -> Iterable[dict[int, _Met]]:
        """Return the parts that are in each stretch of a text."""
        if len(shut) <= STRETCH_LETTERS:
            return [dict(self._met(matches, shut, folded))]
        stretches: dict[int, dict[int, _Met]] = {}
        for part, match in self._met(matches, shut, folded):
            nth = match[1] // STEP_LETTERS
            stretches.setdefault(nth, {})[part] = match
            if nth and match[2] <= (nth - 1) * STEP_LETTERS + STRETCH_LETTERS:
                stretches.setdefault(nth - 1, {})[part] = match
        return stretches.values()

    def _scores(self, met: Mapping[int, _Met]) -> list[int]:
        scores, owner, single = [0] * len(self._lists), self._owner, self._single
        for part in met:
            scores[owner[part]] += single[part]
        for part in self._pairs.keys() & met.keys():
            others = self._pairs[part]
            scores[owner[part]] += sum(others[one] for one in others.keys() & met.keys())
        return scores

    # -- telling -----------------------------------------------------------------------------------

    def _weighed(self, nth: int, score: int, met: Mapping[int, _Met]) -> Weighed:
        """Return what is told of a list that found a text: the strongest entries, and where they are."""
        one = self._lists[nth]
        there: list[tuple[Weight, list[int]]] = []
        for part in met:
            for weight in self._weights[part] if self._owner[part] == nth else ():
                parts = [self._parts[nth, other] for other in weight.parts]
                if weight.thousandths > 0 and all(other in met for other in parts):
                    there.append((weight, parts))
        there.sort(key=lambda found: (-found[0].thousandths, found[0].written))
        strongest = there[:STRONGEST_MAX]
        words = "; ".join(self._told(weight, parts, met) for weight, parts in strongest)
        places = [met[part] for _, parts in strongest for part in parts]
        begins, ends = min(place[1] for place in places), max(place[2] for place in places)
        entry = f"{told(score)} ≥ {told(one.threshold)}: {words}"
        return Weighed(self._ids[nth], score, entry, begins, ends)

    def _told(self, weight: Weight, parts: Sequence[int], met: Mapping[int, _Met]) -> str:
        """Return a weight as it is told: of a class also which of its members was met."""
        words: list[str] = []
        for written, part in zip(weight.parts, parts, strict=True):
            known = next(one for one in self._known[met[part][0]] if one.part == part)
            words.append(f"{written} {known.written}" if is_class(written) else written)
        return f"{' & '.join(words)} +{told(weight.thousandths)}"


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
