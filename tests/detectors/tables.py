"""``python -m tests.detectors.tables FILE`` writes ``confusables.txt`` of ``teahouse.detectors`` anew.

``FILE`` is Unicode's own table of what looks alike (UTS #39, ``confusables.txt``). Of it the house
carries what is taken for a Latin letter or a digit, and is none; ideographs and kana stay out, because
a word of theirs is a word.
"""

import sys
import unicodedata
from pathlib import Path

import teahouse.detectors

FILE = Path(teahouse.detectors.__file__).parent / "confusables.txt"
HEAD = (
    "# Drawn from Unicode's confusables.txt {version} (Unicode License V3): a letter or digit,"
    " and what is taken for it."
)
OTHERS = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "KANGXI", "BOPOMOFO", "IDEOGRAPHIC", "YI ")


def drawn(text: str) -> str:
    """Return our table, from the text of Unicode's."""
    version = next(line.split()[-1] for line in text.splitlines() if line.startswith("# Version"))
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        parts = [part.strip() for part in line.partition("#")[0].split(";")]
        if len(parts) < 2 or " " in parts[0] or " " in parts[1]:
            continue
        source, target = (chr(int(part.lstrip("\ufeff"), 16)) for part in parts[:2])
        if target.isascii() and target.isalnum() and is_taken_for(source):
            found.setdefault(target, []).append(source)
    lines = [f"{target} {''.join(sorted(found[target]))}" for target in sorted(found)]
    return "\n".join([HEAD.format(version=version), *lines, ""])


def is_taken_for(source: str) -> bool:
    """Tell whether a character is worth its place: no ASCII, and of no script that is written here."""
    return not source.isascii() and not unicodedata.name(source, "").startswith(OTHERS)


if __name__ == "__main__":
    FILE.write_text(drawn(Path(sys.argv[1]).read_text("utf-8-sig")), "utf-8")
