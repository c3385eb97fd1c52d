"""Names, types and parts of files; thumbnails of pictures, hostile ones too."""

import io

import pytest
from PIL import Image

from teahouse.errors import Invalid
from teahouse.media.model.files import (
    UNKNOWN_TYPE,
    BadRange,
    as_content_type,
    as_name,
    asked_range,
    disposition,
)
from teahouse.media.model.pictures import (
    FRAMES_MAX,
    Method,
    NoThumbnail,
    Size,
    TooManyPixels,
    chosen,
    dimensions,
    thumbnail,
)
from tests.media.conftest import bomb, film, picture


@pytest.mark.parametrize(
    ("content_type", "name", "expected"),
    [
        ("image/png", "a.png", 'inline; filename="a.png"'),
        ("text/plain; charset=utf-8", None, "inline"),
        ("TEXT/CSS", None, "inline"),
        ("text/html", "x.html", 'attachment; filename="x.html"'),
        ("image/svg+xml", None, "attachment"),
        ("audio/ogg", "语音.ogg", "inline; filename*=utf-8''%E8%AF%AD%E9%9F%B3.ogg"),
        ("x/y", 'a"b\\c;d.txt', 'attachment; filename="a\\"b\\\\c;d.txt"'),
        ("x/y", "a\r\nset-cookie: b", 'attachment; filename="a__set-cookie: b"'),
    ],
)
def test_dispositions(content_type: str, name: str | None, expected: str) -> None:
    assert disposition(content_type, name) == expected


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("image/png", "image/png"),
        ("text/plain; charset=utf-8", "text/plain; charset=utf-8"),
        (None, UNKNOWN_TYPE),
        ("", UNKNOWN_TYPE),
        ("nonsense", UNKNOWN_TYPE),
        ("a/b\r\nx: y", UNKNOWN_TYPE),
        ("a/" + "b" * 300, UNKNOWN_TYPE),
        ("té/xt", UNKNOWN_TYPE),
    ],
)
def test_content_types(given: str | None, kept: str) -> None:
    assert as_content_type(given) == kept


def test_names() -> None:
    assert as_name("") is None
    assert as_name("茶.png") == "茶.png"
    with pytest.raises(Invalid):
        as_name("茶" * 400)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("bytes=0-3", (0, 4)),
        ("bytes=6-", (6, 10)),
        ("bytes=-3", (7, 10)),
        ("bytes=-30", (0, 10)),
        ("bytes=5-99", (5, 10)),
        ("bytes=3-2", None),
        ("bytes=-", None),
        ("bytes=0-1,4-5", None),
        ("lines=0-1", None),
        ("bytes=" + "9" * 40 + "-", None),
    ],
)
def test_ranges(header: str | None, expected: tuple[int, int] | None) -> None:
    assert asked_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-12", "bytes=-0"])
def test_parts_that_are_not_there(header: str) -> None:
    with pytest.raises(BadRange):
        asked_range(header, 10)


@pytest.mark.parametrize(
    ("asked", "method", "expected"),
    [
        ((900, 700), "scale", (1600, 1200)),
        ((9999, 9999), "scale", (65_535, 65_535)),
        ((99_999, 1), "scale", (65_535, 65_535)),
        ((32, 32), "crop", (32, 32)),
        ((100, 100), "crop", (320, 320)),
        ((400, 300), "crop", (640, 480)),
        ((1500, 1500), "crop", (1600, 1600)),
    ],
)
def test_no_thumbnail_is_smaller_than_asked_for(
    asked: tuple[int, int], method: Method, expected: tuple[int, int]
) -> None:
    size = chosen(*asked, method)
    assert (size.width, size.height) == expected


def sides(body: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(body)).size


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [(1, 1, (32, 32)), (33, 1, (96, 96)), (200, 241, (640, 480)), (801, 1, (1600, 1200))],
)
def test_sizes(width: int, height: int, expected: tuple[int, int]) -> None:
    size = chosen(width, height, "scale")
    assert (size.width, size.height) == expected


@pytest.mark.parametrize(
    ("given", "size", "expected"),
    [
        ((1000, 500), Size(320, 240, "scale"), (320, 160)),
        ((500, 1000), Size(320, 240, "scale"), (120, 240)),
        ((1000, 500), Size(96, 96, "crop"), (96, 96)),
        ((50, 500), Size(96, 96, "crop"), (50, 96)),
        ((20, 10), Size(320, 240, "scale"), (20, 10)),
        ((5000, 2), Size(32, 32, "scale"), (32, 1)),
    ],
)
def test_a_thumbnail_fits_and_is_never_larger(
    given: tuple[int, int], size: Size, expected: tuple[int, int]
) -> None:
    assert sides(thumbnail(picture(*given), size).body) == expected


def test_a_thumbnail_keeps_alpha_and_forgets_the_rest() -> None:
    clear = picture(100, 100, "PNG", "RGBA")
    assert thumbnail(clear, Size(32, 32, "crop")).content_type == "image/png"
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "a camera"
    turned = thumbnail(picture(100, 50, "JPEG", exif=exif), Size(32, 32, "scale"))
    assert turned.content_type == "image/jpeg"
    assert sides(turned.body) == (16, 32)
    assert b"camera" not in turned.body


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_pictures_of_every_kind(kind: str) -> None:
    body = picture(64, 48, kind)
    assert dimensions(body) == (64, 48)
    assert sides(thumbnail(body, Size(32, 32, "scale")).body) == (32, 24)


@pytest.mark.parametrize(("width", "height"), [(60_000, 60_000), (8_000, 8_000), (10_000, 9_000)])
def test_bombs_are_refused(width: int, height: int) -> None:
    with pytest.raises(TooManyPixels):
        thumbnail(bomb(width, height), Size(32, 32, "scale"))


@pytest.mark.parametrize(
    "body",
    [b"", b"not a picture", bomb(10, 10), picture(100, 100)[:60], b"<svg xmlns='x'/>", b"%PDF-1.7"],
)
def test_what_is_no_picture(body: bytes) -> None:
    with pytest.raises(NoThumbnail):
        thumbnail(body, Size(32, 32, "scale"))


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP"])
def test_what_moves_moves_only_when_that_is_wanted(kind: str) -> None:
    still = thumbnail(film(kind), Size(32, 32, "crop"))
    assert (still.content_type, sides(still.body)) == ("image/jpeg", (32, 32))
    moving = thumbnail(film(kind), Size(32, 32, "crop", moving=True))
    found = Image.open(io.BytesIO(moving.body))
    assert (moving.content_type, found.size) == ("image/webp", (32, 32))
    assert (getattr(found, "n_frames", 1), found.info["loop"]) == (3, 0)


def test_what_cannot_move_is_still() -> None:
    wish = Size(32, 32, "scale", moving=True)
    assert thumbnail(picture(64, 64), wish).content_type == "image/jpeg"
    too_many = thumbnail(film("GIF", FRAMES_MAX + 1), wish)
    assert (too_many.content_type, sides(too_many.body)) == ("image/jpeg", (32, 32))
    too_large = thumbnail(film("GIF", 3, 4000), wish)
    assert too_large.content_type == "image/jpeg"
    assert thumbnail(film("GIF", 2, 4000), wish).content_type == "image/webp"


def test_a_film_that_breaks_off_is_refused() -> None:
    with pytest.raises(NoThumbnail):
        thumbnail(film("GIF", 9)[:-300], Size(32, 32, "scale", moving=True))
