"""How a Chinese name is typed without Chinese: by pinyin, by initials, or by some of each.

``张小明`` is ``zhangxiaoming``, ``zhang xm``, ``zxm``, ``zhxm``, ``xiaom``. A character with several
readings (``单``: shan, dan, chan) is found by each of them.
"""

import functools
from collections.abc import Sequence
from pathlib import Path

from teahouse.spelling.model.folding import fold

TABLE = Path(__file__).parents[1] / "readings.txt"
NAMES_IN_MEMORY_MAX = 65_536
LETTERS_MAX = 64  # of a name that are listened to, and of what is typed

_TWO_LETTERS = ("zh", "ch", "sh")


@functools.cache
def _readings() -> dict[str, tuple[str, ...]]:
    """Return the syllables of each character; ü is typed v, u or yu."""
    found: dict[str, list[str]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        sound, _, characters = line.partition(" ")
        if sound == "#":
            continue
        typed = [sound]
        if sound in ("lv", "nv"):
            typed += [f"{sound[0]}u", f"{sound[0]}yu"]
        for one in characters:
            found.setdefault(one, []).extend(typed)
    return {one: tuple(dict.fromkeys(sounds)) for one, sounds in found.items()}


@functools.lru_cache(maxsize=NAMES_IN_MEMORY_MAX)
def heard(name: str) -> tuple[tuple[str, ...], ...]:
    """Return how each character of a name may be typed, empty for a name that has no pinyin.

    What stands between words sounds like nothing, and is left out.
    """
    readings = _readings()
    parts: list[tuple[str, ...]] = []
    has_pinyin = False
    for one in name[:LETTERS_MAX]:
        folded = fold(one)
        sounds = readings.get(one) or readings.get(folded)
        if sounds is not None:
            has_pinyin = True
            parts.append(sounds)
        else:
            parts += [(letter,) for letter in folded if letter.isalnum()]
    return tuple(parts) if has_pinyin else ()


def sounds_like(name: str, typed: str) -> bool:
    """Tell whether letters that are being typed may mean a name, or the name from a part on.

    ``typed`` is folded and has no spaces. Its last syllable may be half typed.
    """
    if not typed.isascii() or not typed.isalnum() or len(typed) > LETTERS_MAX:
        return False
    parts = heard(name)
    return any(_goes_on(parts, at, typed) for at in range(len(parts)))


def sounds_from_start(name: str, typed: str) -> bool:
    """Tell the same of the name from its beginning."""
    if not typed.isascii() or not typed.isalnum() or len(typed) > LETTERS_MAX:
        return False
    parts = heard(name)
    return bool(parts) and _goes_on(parts, 0, typed)


def _goes_on(parts: Sequence[tuple[str, ...]], at: int, typed: str) -> bool:
    """Tell whether ``typed`` is parts of a name in a row, from ``at`` on."""
    places = {0}  # how much of what is typed may have been used up
    for sounds in parts[at:]:
        reached: set[int] = set()
        for place in places:
            for sound in sounds:
                if len(typed) - place <= len(sound) and sound.startswith(typed[place:]):
                    return True
                reached.update(place + used for used in _used(sound, typed, place))
        if not reached:
            return False
        places = reached
    return False


def _used(sound: str, typed: str, place: int) -> list[int]:
    """Return how many letters a syllable may use up: all of it, or what stands for it."""
    used = [len(sound)] if typed.startswith(sound, place) else []
    if len(sound) > 1 and typed[place] == sound[0]:
        used.append(1)
        if sound.startswith(_TWO_LETTERS) and typed.startswith(sound[:2], place):
            used.append(2)
    return used
