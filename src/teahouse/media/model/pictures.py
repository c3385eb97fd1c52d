"""Thumbnails: which sizes, and making one without trusting the picture.

Nothing is ever made larger, nor smaller than it was asked for where the picture has more. What was in the file beside the picture (where it was taken, by which
camera) is not in the thumbnail.
"""

import io
import math
from typing import Any, Literal

import msgspec
from PIL import Image, ImageOps, ImageSequence, UnidentifiedImageError

from teahouse.errors import Kind, Refused

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
PIXELS_MAX = 40_000_000  # decoded at once, all frames together: 160 MB
SIDE_MAX = 65_535
JPEG_QUALITY = 82
WEBP_QUALITY = 75
FRAME_MS_DEFAULT = 100
# The last is for whoever asks for more than any other gives: as large as the picture is.
SIZES = ((32, 32), (96, 96), (320, 240), (640, 480), (800, 600), (1600, 1200), (SIDE_MAX, SIDE_MAX))
SQUARES = ((320, 320), (640, 640), (1600, 1600))
FRAMES_MAX = 200

Method = Literal["crop", "scale"]


class NoThumbnail(Refused):
    """Cannot generate thumbnails for the requested content."""

    code = "media.no_thumbnail"
    kind = Kind.INVALID


class TooManyPixels(Refused):
    """The picture is too large to make a thumbnail of."""

    code = "media.too_many_pixels"
    kind = Kind.TOO_LARGE


class Size(msgspec.Struct, frozen=True):
    """A thumbnail that can be asked for; pixels."""

    width: int
    height: int
    method: Method
    moving: bool = False

    @property
    def made(self) -> str:
        """How it is made, in one word or two."""
        return f"{self.method} moving" if self.moving else self.method


class Picture(msgspec.Struct, frozen=True):
    """A thumbnail that was made."""

    body: bytes
    content_type: str


def chosen(width: int, height: int, method: Method, moving: bool = False) -> Size:
    """Return the smallest size we make that is no smaller than what is wanted.

    Of those that are cut, the one whose shape is nearest.
    """
    sizes = SIZES if method == "scale" else (*SIZES, *SQUARES)
    enough = [(wide, high) for wide, high in sizes if wide >= width and high >= height]
    if not enough:
        return Size(*SIZES[-1], method, moving)
    shape = width / height if method == "crop" else 1.0

    def cost(sides: tuple[int, int]) -> tuple[float, int]:
        wide, high = sides
        off = abs(math.log(wide / high / shape)) if method == "crop" else 0.0
        return (off if SIDE_MAX not in sides else math.inf, wide * high)

    return Size(*min(enough, key=cost), method, moving)


def dimensions(body: bytes) -> tuple[int, int] | None:
    """Return a picture's width and height as its header tells, or ``None`` for no picture."""
    try:
        image = _opened(body)
    except (NoThumbnail, TooManyPixels):
        return None
    return image.size


def thumbnail(body: bytes, size: Size) -> Picture:
    """Make a thumbnail. Raises ``NoThumbnail``, ``TooManyPixels``. Slow: not on the event loop."""
    image = _opened(body)
    moving = _moving(image, size) if size.moving else None
    if moving is not None:
        return moving
    image.draft("RGB", (size.width * 2, size.height * 2))  # a JPEG decodes small to begin with
    if image.width * image.height > PIXELS_MAX:
        raise TooManyPixels
    try:
        image.load()
        return _written(_small(image, size))
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise NoThumbnail from wrong


def _moving(image: Image.Image, size: Size) -> Picture | None:
    """Make every frame of a picture small; ``None``: there is one, or they are too many."""
    if not getattr(image, "is_animated", False):
        return None
    small: list[Image.Image] = []
    waits: list[int] = []
    try:
        for frame in ImageSequence.Iterator(image):
            pixels = image.width * image.height * (len(small) + 1)
            if len(small) == FRAMES_MAX or pixels > PIXELS_MAX:
                image.seek(0)
                return None
            small.append(_small(frame, size).convert("RGBA"))
            waits.append(round(frame.info.get("duration", 0)) or FRAME_MS_DEFAULT)
        return _written_moving(small, waits, int(image.info.get("loop", 1)))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as wrong:
        raise NoThumbnail from wrong


def _written_moving(frames: list[Image.Image], waits: list[int], loop: int) -> Picture:
    out = io.BytesIO()
    frames[0].save(
        out, "WEBP", save_all=True, append_images=frames[1:], duration=waits, loop=loop,
        quality=WEBP_QUALITY, method=2,
    )  # fmt: skip
    return Picture(out.getvalue(), "image/webp")


def _small(image: Image.Image, size: Size) -> Image.Image:
    plain = _without_palette(ImageOps.exif_transpose(image))
    return _cropped(plain, size) if size.method == "crop" else _scaled(plain, size)


def _opened(body: bytes) -> Image.Image:
    try:
        image = Image.open(io.BytesIO(body), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as bomb:
        raise TooManyPixels from bomb
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as wrong:
        raise NoThumbnail from wrong
    if not 0 < image.width <= SIDE_MAX or not 0 < image.height <= SIDE_MAX:
        raise TooManyPixels
    return image


def _without_palette(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "RGBA", "L"):
        return image
    has_alpha = image.mode in ("LA", "PA", "La", "RGBa") or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _scaled(image: Image.Image, size: Size) -> Image.Image:
    ratio = min(size.width / image.width, size.height / image.height)
    if ratio >= 1:
        return image
    return _resized(image, max(1, round(image.width * ratio)), max(1, round(image.height * ratio)))


def _cropped(image: Image.Image, size: Size) -> Image.Image:
    ratio = max(size.width / image.width, size.height / image.height)
    if ratio < 1:
        wide = max(size.width, round(image.width * ratio))
        high = max(size.height, round(image.height * ratio))
        image = _resized(image, wide, high)
    wide, high = min(size.width, image.width), min(size.height, image.height)
    left, top = (image.width - wide) // 2, (image.height - high) // 2
    return image.crop((left, top, left + wide, top + high))


def _resized(image: Image.Image, width: int, height: int) -> Image.Image:
    return image.resize((width, height), Image.Resampling.LANCZOS, reducing_gap=2.0)


def _written(image: Image.Image) -> Picture:
    out = io.BytesIO()
    options: dict[str, Any] = {}
    if image.mode == "RGBA":
        image.save(out, "PNG", **options)
        return Picture(out.getvalue(), "image/png")
    image.save(out, "JPEG", quality=JPEG_QUALITY, **options)
    return Picture(out.getvalue(), "image/jpeg")
