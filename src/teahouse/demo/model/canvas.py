"""A drawing board of flat shapes: a thousand units wide, drawn large and made small to be smooth."""

import io
import math
from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = str | tuple[int, int, int, int]
UNITS = 1000
LARGER = 2  # how much larger it is drawn
QUALITY = 86

PAPER, INK, CELADON, AMBER, RUST = "#f6f0e4", "#26312d", "#2f6b5e", "#d9a05b", "#b5532f"


class Canvas:
    """Shapes in units of a thousandth of the width, from the upper left."""

    def __init__(self, width: int, height: int, top: str, bottom: str) -> None:
        """Begin with a sky that goes from ``top`` to ``bottom``."""
        self.size = (width, height)
        self.scale = width * LARGER / UNITS
        strip = Image.new("RGB", (1, 2))
        strip.putpixel((0, 0), _rgb(top))
        strip.putpixel((0, 1), _rgb(bottom))
        whole = (width * LARGER, height * LARGER)
        self.image = strip.resize(whole, Image.Resampling.BILINEAR, box=(0, 0.5, 1, 1.5))
        self.pen = ImageDraw.Draw(self.image, "RGBA")
        self.bottom = height / width * UNITS

    def oval(self, x: float, y: float, wide: float, high: float, fill: Colour) -> None:
        """Draw an ellipse around a middle."""
        box = self._at((x - wide, y - high), (x + wide, y + high))
        self.pen.ellipse(box, fill=fill)

    def box(self, at: Point, to: Point, fill: Colour, round_: float = 0) -> None:
        """Draw a rectangle, its corners rounded."""
        self.pen.rounded_rectangle(self._at(at, to), radius=round_ * self.scale, fill=fill)

    def shape(self, points: Sequence[Point], fill: Colour) -> None:
        """Draw a polygon."""
        self.pen.polygon([(x * self.scale, y * self.scale) for x, y in points], fill=fill)

    def line(self, points: Sequence[Point], fill: Colour, width: float) -> None:
        """Draw a stroke with round ends."""
        wide = max(1, round(width * self.scale))
        placed = [(x * self.scale, y * self.scale) for x, y in points]
        self.pen.line(placed, fill=fill, width=wide, joint="curve")
        for x, y in (points[0], points[-1]):
            self.oval(x, y, width / 2, width / 2, fill)

    def arc(self, middle: Point, size: Point, angles: Point, fill: Colour, width: float) -> None:
        """Draw a part of an ellipse as a stroke; angles in degrees, clockwise from the right."""
        points = _on_ellipse(middle, size, *angles)
        self.line(points, fill, width)

    def leaf(self, at: Point, length: float, width: float, angle: float, fill: Colour) -> None:
        """Draw a leaf that points in a direction."""
        turned = math.radians(angle)
        along, across = (math.cos(turned), math.sin(turned)), (-math.sin(turned), math.cos(turned))
        points: list[Point] = []
        for side in (1, -1):
            steps = range(13) if side > 0 else range(12, -1, -1)
            for step in steps:
                far = step / 12
                out = side * math.sin(math.pi * far) * width
                points.append(
                    (
                        at[0] + along[0] * length * far + across[0] * out,
                        at[1] + along[1] * length * far + across[1] * out,
                    )
                )
        self.shape(points, fill)

    def ridge(
        self, level: float, waves: Sequence[tuple[float, float, float]], fill: Colour
    ) -> None:
        """Draw a range of hills down to the lower edge; each wave is (height, length, shift)."""
        points = [
            (x, level + sum(h * math.sin(x / length + shift) for h, length, shift in waves))
            for x in range(0, UNITS + 20, 10)
        ]
        self.shape([*points, (UNITS + 20, self.bottom), (0, self.bottom)], fill)

    def soften(self, blur: float) -> None:
        """Put a haze over what has been drawn so far."""
        self.image.paste(self.image.filter(ImageFilter.GaussianBlur(blur * self.scale)))

    def jpeg(self) -> bytes:
        """Return the picture as it is sent."""
        out = io.BytesIO()
        small = self.image.resize(self.size, Image.Resampling.LANCZOS)
        small.save(out, "JPEG", quality=QUALITY, optimize=True)
        return out.getvalue()

    def _at(self, at: Point, to: Point) -> tuple[float, float, float, float]:
        scale = self.scale
        return (at[0] * scale, at[1] * scale, to[0] * scale, to[1] * scale)


def _on_ellipse(middle: Point, size: Point, begin: float, end: float) -> list[Point]:
    steps = 40
    found: list[Point] = []
    for step in range(steps + 1):
        angle = math.radians(begin + (end - begin) * step / steps)
        found.append((middle[0] + size[0] * math.cos(angle), middle[1] + size[1] * math.sin(angle)))
    return found


def _rgb(colour: str) -> tuple[int, int, int]:
    return (int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16))


def sheer(colour: str, share: float) -> tuple[int, int, int, int]:
    """Return a colour that lets what is below shine through."""
    return (*_rgb(colour), round(255 * share))
