"""What somebody searches for: read from what they typed, looked for in the index, found in a text.

Words apart may stand anywhere in a text; what is written together, or in quotes, has to stand there
in that order. The last word may be half typed.
"""

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from teahouse.search.model.words import LETTERS_MAX, Unit, places, stem, units
from teahouse.spelling.model.folding import fold

TERM_LETTERS_MAX = 300
PIECES_MAX = 16
UNITS_MAX = 48  # of one piece
TYPED_LETTERS_MIN = 2  # of a word that may go on
STRETCH_BITS = 12  # 4,096 positions of the log have one word in the index for when they were

_QUOTED = re.compile(
    '"([^"]+)"|\u201c([^\u201d]+)\u201d|\u300c([^\u300d]+)\u300d|\u300e([^\u300f]+)\u300f|(\\S+)'
)


class Piece(NamedTuple):
    """Units that have to stand in a row; ``goes_on`` when the last may be the beginning of a word."""

    units: tuple[Unit, ...]
    goes_on: bool


class Found(NamedTuple):
    """Where a text holds what was searched for, in places of the text itself, and how well."""

    spans: tuple[tuple[int, int], ...]
    rank: float


@dataclass(frozen=True)
class Query:
    """Everything that has to be in a text."""

    pieces: tuple[Piece, ...]

    def in_index(self, rooms: Sequence[int]) -> str:
        """Return what to ask the index for, in the words of a ``tsquery``; some of it is not meant."""
        wanted = [_indexed(piece) for piece in self.pieces]
        wanted.append("(" + "|".join(quoted(room_word(number)) for number in rooms) + ")")
        return "&".join(wanted)

    def find(self, text: str) -> Found | None:
        """Return where a text holds all of it, or ``None``."""
        cut, came_from = places(text)
        spans: list[tuple[int, int]] = []
        whole = 0
        for piece in self.pieces:
            starts = [at for at in range(len(cut)) if _stands(piece, cut, at)]
            if not starts:
                return None
            last = len(piece.units) - 1
            for at in starts:
                end = cut[at + last].end
                if piece.goes_on and not cut[at + last].is_close:
                    typed = cut[at + last].start + len(piece.units[last].text)
                    end = min(end, typed)
                spans.append((came_from[cut[at].start], came_from[end]))
            whole += any(_is_whole(piece, cut, at) for at in starts)
        covered = sum(len(piece.units) for piece in self.pieces)
        rank = whole + len(spans) * covered / (len(cut) + 8)
        return Found(tuple(sorted(set(spans))), round(rank / len(self.pieces), 6))


def parse(term: str, typing: bool) -> Query | None:
    """Return what is searched for, or ``None`` when there is nothing to look for in it.

    ``typing`` says that the last word may not be at its end.
    """
    found: list[Piece] = []
    for quotes in _QUOTED.finditer(term[:TERM_LETTERS_MAX]):
        in_quotes = quotes.group(5) is None
        cut = units(fold(next(part for part in quotes.groups() if part)))[:UNITS_MAX]
        pieces = [tuple(cut)] if in_quotes else list(_by_script(cut))
        found += [Piece(piece, goes_on=False) for piece in pieces if piece]
        if typing and found and not in_quotes and quotes.end() == len(term):
            last = found.pop().units
            found.append(Piece(last, _may_go_on(last)))
    return Query(tuple(found[:PIECES_MAX])) if found else None


def _by_script(cut: Sequence[Unit]) -> Iterator[tuple[Unit, ...]]:
    """Return units that are to be in a row; Chinese and Latin need not be, together as they stand."""
    for _, units_of_one in itertools.groupby(cut, key=lambda unit: unit.is_close):
        yield tuple(units_of_one)


def _may_go_on(cut: Sequence[Unit]) -> bool:
    last = cut[-1]
    return not last.is_close and (len(last.text) >= TYPED_LETTERS_MIN or len(cut) > 1)


def room_word(number: int) -> str:
    """Return the word under which a room's messages are in the index; nobody can type it."""
    return f"!{number}"


def stretch_word(pos: int) -> str:
    """Return the word under which all that is said near a position is in the index."""
    return f"~{pos >> STRETCH_BITS}"


def in_stretches(newest: int, count: int) -> str:
    """Return what to ask the index for to find only what is in the last stretches of the log."""
    last = newest >> STRETCH_BITS
    words = (quoted(f"~{nth}") for nth in range(max(0, last - count + 1), last + 1))
    return "(" + "|".join(words) + ")"


def quoted(word: str) -> str:
    """Return a word as PostgreSQL reads it in a ``tsvector`` or a ``tsquery``."""
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"


def _indexed(piece: Piece) -> str:
    """Return the words of the index that a text has which holds a piece."""
    wanted: list[str] = []
    last = len(piece.units) - 1
    for at, unit in enumerate(piece.units):
        if unit.is_close:
            if at < last and piece.units[at + 1].is_close:
                wanted.append(quoted(unit.text + piece.units[at + 1].text))
            elif at == 0 or not piece.units[at - 1].is_close:
                wanted.append(f"{quoted(unit.text)}:*")
        elif at == last and piece.goes_on:
            word = unit.text[:LETTERS_MAX]
            wanted.append(f"({quoted(word)}:*|{quoted(stem(word))})")
        else:
            word = unit.text[:LETTERS_MAX]
            forms = dict.fromkeys((word, stem(word)))
            wanted.append("(" + "|".join(map(quoted, forms)) + ")")
    return "&".join(wanted)


def _stands(piece: Piece, cut: Sequence[Unit], at: int) -> bool:
    """Tell whether a piece stands in a text from a unit on."""
    if at + len(piece.units) > len(cut):
        return False
    last = len(piece.units) - 1
    for nth, unit in enumerate(piece.units):
        there = cut[at + nth].text
        if there == unit.text or (nth == last and piece.goes_on and there.startswith(unit.text)):
            continue
        if unit.is_close or stem(there) != stem(unit.text):
            return False
    return True


def _is_whole(piece: Piece, cut: Sequence[Unit], at: int) -> bool:
    return all(unit.text == cut[at + nth].text for nth, unit in enumerate(piece.units))
