"""Finding the entries of all lists in a text at once: words by one automaton, patterns by one set.

Weighted lists have an automaton of their own, over the same folded text.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from teahouse.detectors.model.folding import Places, Span, as_it_looks, closed, variants
from teahouse.detectors.model.lists import is_exception, patterns_in, without_mark
from teahouse.detectors.model.patterns import Patterns
from teahouse.detectors.model.places import Place, listed_place
from teahouse.detectors.model.places import Places as WebPlaces
from teahouse.detectors.model.weighing import Scales, Weighed

Owner = tuple[str, str]  # a list, and its entry as it is written


class Found(NamedTuple):
    """Something in a text: the list and the entry that it is on, and where it is."""

    list_id: str
    entry: str
    span: Span


class Finder:
    """Lists of words, of places and of weights, put together to be looked for in one go."""

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        places: Mapping[str, Sequence[str]],
        weights: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        plain, together = _parted(words)
        self._plain = list(plain.values())
        self._automaton = AhoCorasick(list(plain)) if plain else None
        self._together = list(together.items())
        self._patterns = Patterns(sorted({one for parts in together for one in parts}))
        listed = _listed(places)
        self._by_place = list(listed.values())
        self._places = WebPlaces({place: number for number, place in enumerate(listed)})
        self._scales = Scales(weights or {})

    def find(self, text: str) -> list[Found]:
        """Return what lists find in a text, for each list its first entry; of weights the best score.

        A list finds nothing in a text that has one of its exceptions.
        """
        found: dict[str, Found] = {}
        weighed: dict[str, tuple[Weighed, str]] = {}  # and in which form of the text
        for variant in variants(text):
            shut, folded = closed(variant)
            for owners, span in self._in_words(variant, shut, folded):
                _keep(found, owners, span)
            for one in self._scales.weigh(shut, folded):
                if one.list_id not in weighed or one.score > weighed[one.list_id][0].score:
                    weighed[one.list_id] = (one, variant)
        for one, variant in weighed.values():
            span = Places(variant).of_closed(one.begins, one.ends)
            found[one.list_id] = Found(one.list_id, one.entry, span)
        for number, span in self._places.find(text):
            _keep(found, self._by_place[number], span)
        excepted = {one.list_id for one in found.values() if is_exception(one.entry)}
        return [one for one in found.values() if one.list_id not in excepted]

    def _in_words(
        self, text: str, shut: str, folded: str
    ) -> Iterable[tuple[Sequence[Owner], Span]]:
        matches = self._automaton.find_matches_as_indexes(shut, overlapping=True) if (
            self._automaton is not None
        ) else []  # fmt: skip
        together = list(self._all_there(folded))
        if not matches and not together:
            return
        places = Places(text)
        for number, begins, ends in matches:
            if places.is_word(begins, ends):
                yield self._plain[number], places.of_closed(begins, ends)
        for owners, begins, ends in together:
            yield owners, places.of_folded(begins, ends)

    def _all_there(self, folded: str) -> Iterable[tuple[Sequence[Owner], int, int]]:
        """Return the entries of which every pattern is there, from the first letter to the last."""
        there = {
            self._patterns[number]: (begins, ends)
            for number, begins, ends in self._patterns.find(folded)
        }
        if not there:
            return
        for parts, owners in self._together:
            spans = [there[part] for part in parts if part in there]
            if len(spans) == len(parts):
                begins, ends = min(spans)[0], max(span[1] for span in spans)
                if begins < ends:
                    yield owners, begins, ends


def _keep(found: dict[str, Found], owners: Sequence[Owner], span: Span) -> None:
    for list_id, entry in owners:
        if list_id not in found or is_exception(entry):
            found[list_id] = Found(list_id, entry, span)


def _parted(
    words: Mapping[str, Sequence[str]],
) -> tuple[dict[str, list[Owner]], dict[tuple[str, ...], list[Owner]]]:
    """Return words as they are looked for, and patterns that go together, each with whose they are."""
    plain: dict[str, list[Owner]] = {}
    together: dict[tuple[str, ...], list[Owner]] = {}
    for list_id, entries in words.items():
        for entry in entries:
            bare = without_mark(entry)
            patterns = patterns_in(bare)
            if patterns:
                together.setdefault(tuple(patterns), []).append((list_id, entry))
                continue
            for form in {closed(bare).text, closed(as_it_looks(bare)).text}:
                plain.setdefault(form, []).append((list_id, entry))
    return plain, together


def _listed(places: Mapping[str, Sequence[str]]) -> dict[Place, list[Owner]]:
    listed: dict[Place, list[Owner]] = {}
    for list_id, entries in places.items():
        for entry in entries:
            listed.setdefault(listed_place(entry), []).append((list_id, entry))
    return listed
