"""Pictures: a hash that stays nearly the same when a picture is made smaller, paler or saved again.

It is made in the manner of PDQ: brightness on a grid of 64 by 64, the 256 lowest frequencies of its
cosine transform without the constant, and of each whether it is above the median. Two pictures are
taken for one when at most 31 of the 256 bits differ. A picture that was turned or mirrored is another.
"""

import io
import itertools
import math
from collections.abc import Mapping, Sequence
from functools import cache
from operator import mul
from typing import NamedTuple

from PIL import Image, UnidentifiedImageError

from teahouse.media.model.pictures import FORMATS, PIXELS_MAX

GRID = 64
FREQUENCIES = 16
DISTANCE_MAX = 31  # of 256 bits
QUALITY_MIN = 30  # of 100: of what has no forms, any two look alike
_STEEP = 90  # steps in brightness that make a picture as good as any

Owner = tuple[str, str]


class Near(NamedTuple):
    """An entry of a list that a picture is near to, and in how many bits the two differ."""

    list_id: str
    entry: str
    distance: int


class PictureHash(NamedTuple):
    """A picture's 256 bits, and how much there is to be seen in it, of 100."""

    bits: int
    quality: int

    @property
    def written(self) -> str:
        """As it stands on a list."""
        return f"{self.bits:064x}"


@cache
def _waves() -> list[list[float]]:
    """Return the cosines of the lowest frequencies, the constant left out."""
    return [
        [math.cos(math.pi / 2 / GRID * wave * (2 * at + 1)) for at in range(GRID)]
        for wave in range(1, FREQUENCIES + 1)
    ]


def hash_of(body: bytes) -> PictureHash | None:
    """Return a picture's hash, or ``None`` for what is no picture that we know. Slow: off the loop."""
    try:
        image = Image.open(io.BytesIO(body), formats=FORMATS)
        if image.width * image.height > PIXELS_MAX:
            return None
        image.draft("L", (GRID * 4, GRID * 4))
        small = image.convert("L").resize((GRID, GRID), Image.Resampling.BOX)
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None
    flat = small.tobytes()
    rows = [flat[at : at + GRID] for at in range(0, GRID * GRID, GRID)]
    return PictureHash(_bits(rows), _quality(rows))


def _bits(rows: Sequence[bytes]) -> int:
    """Return whether each frequency is above the median, as bits."""
    waves = _waves()
    across = [[sum(map(mul, row, wave)) for row in rows] for wave in waves]
    values = [sum(map(mul, column, wave)) for wave in waves for column in across]
    middle = sorted(values)[len(values) // 2]
    return sum(1 << at for at, value in enumerate(values) if value > middle)


def _quality(rows: Sequence[bytes]) -> int:
    """Return how many steps in brightness there are, as a part of a hundred."""
    steps = sum(_steps(row) for row in rows) + sum(
        _steps(bytes(one)) for one in zip(*rows, strict=True)
    )
    return min(100, steps // _STEEP)


def _steps(line: bytes) -> int:
    return sum(abs(right - left) * 100 // 255 for left, right in itertools.pairwise(line))


class PictureLists:
    """The hashes of all lists. Each is compared: 100,000 take some milliseconds (see the bench)."""

    def __init__(self, lists: Mapping[str, Sequence[str]]) -> None:
        owners: dict[int, list[Owner]] = {}
        for list_id, entries in lists.items():
            for entry in entries:
                owners.setdefault(int(entry, 16), []).append((list_id, entry))
        self._bits = list(owners)
        self._owners = owners

    def find(self, picture: PictureHash) -> list[Near]:
        """Return the nearest entry of each list that has one near enough."""
        if picture.quality < QUALITY_MIN:
            return []
        bits = picture.bits
        near = [one for one in self._bits if (one ^ bits).bit_count() <= DISTANCE_MAX]
        found: dict[str, Near] = {}
        for one in sorted(near, key=lambda other: (other ^ bits).bit_count()):
            for list_id, entry in self._owners[one]:
                found.setdefault(list_id, Near(list_id, entry, (one ^ bits).bit_count()))
        return list(found.values())
