"""Thumbnails: which sizes, and making one without trusting the picture.

Nothing is ever made larger. What was in the file beside the picture (where it was taken, by which
camera) is not in the thumbnail.
"""

import io
from typing import Any, Literal

import msgspec
from PIL import Image, ImageOps, UnidentifiedImageError

from teahouse.errors import Kind, Refused

FORMATS = ("JPEG", "PNG", "GIF", "WEBP")
PIXELS_MAX = 40_000_000  # decoded at once: 160 MB
SIDE_MAX = 65_535
JPEG_QUALITY = 82
SIZES = ((32, 32), (96, 96), (320, 240), (640, 480), (800, 600))

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


class Picture(msgspec.Struct, frozen=True):
    """A thumbnail that was made."""

    body: bytes
    content_type: str


def chosen(width: int, height: int, method: Method) -> Size:
    """Return the smallest size we make that is no smaller than what is wanted."""
    for wide, high in SIZES:
        if wide >= width and high >= height:
            return Size(wide, high, method)
    return Size(*SIZES[-1], method)


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
    image.draft("RGB", (size.width * 2, size.height * 2))  # a JPEG decodes small to begin with
    if image.width * image.height > PIXELS_MAX:
        raise TooManyPixels
    try:
        image.load()
        turned = ImageOps.exif_transpose(image)
        plain = _without_palette(turned)
        small = _cropped(plain, size) if size.method == "crop" else _scaled(plain, size)
        return _written(small)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as wrong:
        raise NoThumbnail from wrong


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
