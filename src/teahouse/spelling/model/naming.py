"""Whether words that are being typed mean a name, and how nearly."""

import functools

from teahouse.spelling.model.folding import fold
from teahouse.spelling.model.sounds import NAMES_IN_MEMORY_MAX, sounds_from_start, sounds_like

EXACT, STARTS, HAS, SOUNDS_SO, SOUNDS_WITHIN = range(5)


@functools.lru_cache(maxsize=NAMES_IN_MEMORY_MAX)
def folded_name(name: str) -> str:
    """Return a name as it is looked for; names are looked at again and again."""
    return fold(name)


def words_of(term: str) -> list[str]:
    """Return the words of what was typed, as they are looked for."""
    return fold(term).split()


def means(term: str, *names: str) -> bool:
    """Tell whether each word of ``term`` is in one of the names, or is how it sounds.

    A term of no words means nothing.
    """
    words = words_of(term)
    return bool(words) and all(any(_is_in(word, name) for name in names) for word in words)


def nearness(term: str, *names: str) -> int:
    """Return how nearly ``term`` means the nearest of the names; the least is the nearest."""
    return min((_nearness("".join(words_of(term)), name) for name in names), default=SOUNDS_WITHIN)


def _is_in(word: str, name: str) -> bool:
    return word in folded_name(name) or sounds_like(name, word)


def _nearness(typed: str, name: str) -> int:
    folded = "".join(folded_name(name).split())
    if folded == typed:
        return EXACT
    if folded.startswith(typed):
        return STARTS
    if typed in folded:
        return HAS
    return SOUNDS_SO if sounds_from_start(name, typed) else SOUNDS_WITHIN
