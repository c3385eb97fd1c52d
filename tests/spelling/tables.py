"""``python -m tests.spelling.tables`` writes the tables of ``teahouse.spelling`` anew.

They are drawn, character by character, from two libraries that are kept well and are large: the
house carries the little that it needs of them, and the libraries are for whoever builds it. What is
drawn is facts about characters: which is whose simplified form, and how each may sound.
"""

import sys
from pathlib import Path

import opencc
import pypinyin

import teahouse.spelling

FOLDER = Path(teahouse.spelling.__file__).parent
PLAIN = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))  # ideographs that have a place on a keyboard
HEADS = {
    "simplified.txt": "# Drawn from OpenCC (Apache-2.0): a form, and the one under which it is looked for.",
    "readings.txt": "# Drawn from pypinyin (MIT): a syllable without its tone, and what may sound so.",
}


def ideographs() -> list[str]:
    """Return the characters that the tables are about."""
    return [chr(at) for begin, end in PLAIN for at in range(begin, end + 1)]


def is_chinese(character: str) -> bool:
    """Tell whether a character is one of simplified Chinese by itself."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def simplified() -> str:
    """Return which form each traditional, variant or Japanese character is looked for under."""
    from_traditional = opencc.OpenCC("t2s")
    from_japanese = opencc.OpenCC("jp2t")
    pairs: dict[str, str] = {}
    for one in ideographs():
        form = from_traditional.convert(one)
        if form == one and not is_chinese(one):
            form = from_traditional.convert(from_japanese.convert(one))
        if len(form) == 1 and form != one:
            pairs[one] = form
    forms: dict[str, list[str]] = {}
    for one, form in pairs.items():
        forms.setdefault(pairs.get(form, form), []).append(one)
    lines = [f"{form} {''.join(ones)}" for form, ones in sorted(forms.items())]
    return "\n".join([HEADS["simplified.txt"], *lines, ""])


def readings() -> str:
    """Return which characters may sound as each syllable, written with v for ü."""
    sounds: dict[str, list[str]] = {}
    for one in ideographs():
        (found,) = pypinyin.pinyin(
            one, style=pypinyin.Style.NORMAL, heteronym=True, v_to_u=False, errors="ignore"
        ) or [[]]
        for sound in sorted(set(found)):
            if sound.isascii() and sound.isalpha():
                sounds.setdefault(sound, []).append(one)
    lines = [f"{sound} {''.join(ones)}" for sound, ones in sorted(sounds.items())]
    return "\n".join([HEADS["readings.txt"], *lines, ""])


TABLES = {"simplified.txt": simplified, "readings.txt": readings}

if __name__ == "__main__":
    for name, make in TABLES.items():
        (FOLDER / name).write_text(make(), "utf-8")
        sys.stdout.write(f"{FOLDER / name}\n")
