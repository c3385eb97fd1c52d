"""Folding: bringing a text to the form under which it is kept in an index and looked for.

Width and compatibility forms (NFKC), case, accents, katakana and hiragana, traditional, Japanese and
simplified characters all become one. Nobody is shown a folded text.
"""

import functools
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

TABLE = Path(__file__).parents[1] / "simplified.txt"

# Letters that are not a plain letter with a mark, as people type them without the key for it.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ð": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i",
                          "þ": "th", "ħ": "h", "ŋ": "n"})  # fmt: skip
_KATAKANA = str.maketrans({at: at - 0x60 for at in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)})
_STRAY = {0x3099: None, 0x309A: None}  # a voicing mark upon what has no voice
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef]")

# A character and the marks upon it, so that half a kana and its voicing mark are one.
_CLUSTER = re.compile(
    "[^\u0300-\u036f\u3099\u309a\uff9e\uff9f][\u0300-\u036f\u3099\u309a\uff9e\uff9f]*", re.DOTALL
)

# 「サーバー」 and 「サーバ」 are one word: the last long sound of a longer word is not looked at.
_LONG_END = re.compile(
    "(?<=[\u30a1-\u30fa\u30fc]{2})\u30fc+(?![\u30a1-\u30fa\u30fc])"
    "|(?<=[\u3041-\u3096\u30fc]{2})\u30fc+(?![\u3041-\u3096\u30a1-\u30fa\u30fc])"
)


@functools.cache
def _forms() -> dict[int, str]:
    """Return which form other forms of a character are looked for under."""
    forms: dict[int, str] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        form, _, others = line.partition(" ")
        if form != "#":
            forms.update(dict.fromkeys(map(ord, others), form))
    return forms


@functools.lru_cache(maxsize=65_536)
def _folded(cluster: str) -> str:
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", cluster)).casefold()
    plain = unicodedata.normalize("NFKC", plain)
    if plain.isascii():
        return plain
    if any(ord(letter) < 0x2000 for letter in plain):
        bare = unicodedata.normalize("NFD", plain)
        plain = "".join(one for one in bare if not "\u0300" <= one <= "\u036f")
    return plain.translate(_STRAY).translate(_LETTERS).translate(_forms())


def fold(text: str) -> str:
    """Return a text as it is looked for."""
    if text.isascii():
        return text.lower()
    found = "".join([_folded(one) for one in _CLUSTER.findall(text)])
    if "\u30fc" in found:
        found = _LONG_END.sub("", found)
    return found.translate(_KATAKANA)


def fold_with_places(text: str) -> tuple[str, list[int]]:
    """Return a folded text and, for each of its characters and for its end, where it came from."""
    pieces: list[str] = []
    places: list[int] = []
    for found in _CLUSTER.finditer(text):
        piece = _folded(found.group())
        pieces.append(piece)
        places += [found.start()] * len(piece)
    places.append(len(text))
    whole = "".join(pieces)
    for start, end in _dropped(whole):
        whole = whole[:start] + whole[end:]
        del places[start:end]
    return whole.translate(_KATAKANA), places


def _dropped(folded: str) -> Iterator[tuple[int, int]]:
    """Return what :func:`fold` leaves out at the ends of words, the last first."""
    if "\u30fc" in folded:
        yield from reversed([found.span() for found in _LONG_END.finditer(folded)])
