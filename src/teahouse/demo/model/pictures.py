"""Pictures that the town's people send, and the pictures of its rooms: all drawn here."""

import math
from collections.abc import Callable

from teahouse.demo.model.canvas import AMBER, CELADON, INK, PAPER, RUST, Canvas, sheer
from teahouse.demo.model.portraits import seal

WIDE, HIGH = 960, 720
SIDE = 320


def picture(name: str) -> tuple[bytes, int, int]:
    """Return a picture as JPEG with its width and height."""
    canvas = SCENES[name]()
    return canvas.jpeg(), canvas.size[0], canvas.size[1]


def emblem(name: str) -> bytes:
    """Return the square picture of a room."""
    return seal(SIDE) if name == "seal" else EMBLEMS[name]().jpeg()


def lake() -> Canvas:
    """Draw a lake in the morning."""
    canvas = Canvas(WIDE, HIGH, "#f7d9b8", "#dfe9e6")
    canvas.oval(690, 210, 70, 70, sheer("#fff6e0", 0.95))
    for level, colour, shift in ((330, "#b7cbc6", 0.4), (380, "#8fb0a8", 2.1), (430, "#5f8d82", 4)):
        canvas.ridge(level, ((52, 120, shift), (22, 47, shift * 2), (9, 19, shift)), colour)
        canvas.soften(3)
    canvas.box((0, 480), (1000, 750), "#cfe0dc")
    for step in range(16):
        y = 500 + step * 16
        wide = 160 - step * 7
        canvas.line([(690 - wide, y), (690 + wide, y)], sheer("#fff3dc", 0.5), 5)
    canvas.shape([(250, 585), (470, 585), (440, 622), (280, 622)], "#4b3a2c")
    canvas.line([(360, 585), (360, 470)], "#4b3a2c", 6)
    canvas.shape([(366, 474), (366, 575), (440, 575)], "#f3e7d0")
    for x, high in ((40, 150), (62, 190), (90, 130), (118, 170)):
        canvas.line([(x, 750), (x + 14, 750 - high)], CELADON, 6)
    return canvas


def hill() -> Canvas:
    """Draw hills in spring."""
    canvas = Canvas(WIDE, HIGH, "#cfe3ea", "#f6efdd")
    for level, colour, shift in (
        (330, "#b9d0c0", 1), (420, "#93b896", 3), (520, "#6d9b74", 5), (630, "#4b7d5b", 6.4),
    ):  # fmt: skip
        canvas.ridge(level, ((46, 140, shift), (18, 53, shift * 1.7)), colour)
    canvas.line([(520, 750), (560, 660), (500, 600), (540, 540), (600, 500)], "#efe0bd", 16)
    for step in range(34):
        x = (step * 293) % 1000
        y = 480 + (step * 137) % 230
        size = 12 + (y - 440) / 14
        canvas.line([(x, y + size), (x, y + size * 2.1)], "#6b4b39", size / 4)
        blossom = "#f3c6cf" if step % 2 else "#f8dfe3"
        for dx, dy in ((-0.7, 0), (0.7, 0), (0, -0.6), (0, 0.3)):
            canvas.oval(x + dx * size, y + dy * size, size * 0.8, size * 0.7, blossom)
    return canvas


def noodles() -> Canvas:
    """Draw a bowl of noodles from above."""
    canvas = Canvas(WIDE, HIGH, "#8a5a3c", "#704528")
    for y in range(60, 750, 115):
        canvas.line([(0, y), (1000, y + 12)], sheer("#5a351e", 0.6), 5)
    canvas.oval(500, 385, 325, 325, sheer("#2b190f", 0.35))
    canvas.oval(500, 370, 320, 320, "#f4f0e8")
    canvas.oval(500, 370, 296, 296, "#3d6f86")
    canvas.oval(500, 370, 282, 282, "#f4f0e8")
    canvas.oval(500, 370, 262, 262, "#d99a4e")
    for step in range(30):
        angle = step * 37 % 360
        reach = 70 + step * 5.5
        canvas.arc((500, 370), (reach, reach * 0.94), (angle, angle + 150), "#f3dca0", 13)
        canvas.arc((500, 370), (reach - 7, reach * 0.94 - 7), (angle, angle + 150), "#dcb86d", 3)
    canvas.oval(405, 300, 92, 72, "#fdfaf2")
    canvas.oval(408, 302, 46, 40, "#f0a230")
    for step in range(16):
        angle = step * 2.4
        x, y = 560 + 95 * math.cos(angle), 430 + 78 * math.sin(angle * 1.3)
        canvas.arc((x, y), (15, 15), (0, 360), "#5f9a4b", 8)
    for x, y in ((610, 260), (655, 300), (590, 300)):
        canvas.leaf((x, y), 90, 26, 30, "#3f7d4a")
    canvas.line([(690, 40), (960, 620)], "#3a241a", 17)
    canvas.line([(735, 30), (990, 590)], "#3a241a", 17)
    return canvas


def cup() -> Canvas:
    """Draw a cup of tea on a table."""
    canvas = Canvas(WIDE, HIGH, "#e9dfcc", "#cdbfa6")
    canvas.box((0, 470), (1000, 750), "#9a6a45")
    canvas.box((0, 470), (1000, 486), "#b98457")
    canvas.box((620, 60), (960, 380), sheer("#fffaf0", 0.7), 8)
    canvas.line([(790, 60), (790, 380)], "#cbbb9f", 8)
    canvas.line([(620, 220), (960, 220)], "#cbbb9f", 8)
    _tea_cup(canvas, 400, 470)
    canvas.oval(760, 610, 110, 26, sheer("#4a2f1e", 0.35))
    canvas.oval(760, 590, 105, 50, "#7fa898")
    canvas.oval(760, 575, 105, 40, "#a9c8ba")
    for x in (705, 750, 800):
        canvas.box((x - 24, 545), (x + 24, 578), "#e8c98e", 8)
        canvas.oval(x, 548, 12, 5, AMBER)
    return canvas


def _tea_cup(canvas: Canvas, x: float, y: float) -> None:
    canvas.oval(x, y + 150, 250, 46, sheer("#4a2f1e", 0.4))
    canvas.oval(x, y + 128, 232, 44, "#dfe8e2")
    canvas.oval(x, y + 118, 190, 32, "#c6d6cd")
    canvas.shape(
        [(x - 190, y - 90), (x + 190, y - 90), (x + 150, y + 60), (x + 80, y + 118),
         (x - 80, y + 118), (x - 150, y + 60)],
        "#a9c8ba",
    )  # fmt: skip
    canvas.arc((x + 205, y), (62, 62), (-100, 120), "#a9c8ba", 26)
    canvas.oval(x, y - 90, 190, 44, "#e9f1ec")
    canvas.oval(x, y - 86, 170, 34, "#b9762c")
    canvas.oval(x - 40, y - 92, 90, 15, sheer("#e2a85d", 0.8))
    for shift, tall in ((-60, 190), (0, 240), (60, 180)):
        points = [
            (x + shift + 18 * math.sin(step / 3 + shift), y - 120 - tall * step / 16)
            for step in range(17)
        ]
        canvas.line(points, sheer("#ffffff", 0.55), 12)


def bread() -> Canvas:
    """Draw loaves in a window."""
    canvas = Canvas(WIDE, HIGH, "#f2e3c6", "#e2c99b")
    canvas.box((0, 520), (1000, 750), "#7b4e30")
    canvas.box((90, 500), (910, 560), "#a8703f", 14)
    for x, y, wide in ((330, 410, 220), (680, 430, 190)):
        canvas.oval(x, y + 92, wide, 26, sheer("#4a2f1e", 0.4))
        canvas.oval(x, y, wide, 118, "#b06a2f")
        canvas.oval(x, y - 16, wide * 0.94, 98, "#c98442")
        for step in (-2, -1, 0, 1, 2):
            at = x + step * wide * 0.3
            canvas.leaf((at - 26, y + 30), 110, 15, -62, "#f1d8a6")
        canvas.oval(x, y - 60, wide * 0.5, 18, sheer("#fff4d8", 0.35))
    for step in range(26):
        x, y = 120 + (step * 167) % 780, 575 + (step * 53) % 130
        canvas.oval(x, y, 5, 3, "#e8c98e")
    return canvas


def jasmine() -> Canvas:
    """Draw a pot of jasmine on a balcony."""
    canvas = Canvas(WIDE, HIGH, "#dbe7ee", "#f4efe2")
    canvas.box((0, 600), (1000, 750), "#cbbda4")
    for x in range(40, 1000, 120):
        canvas.box((x, 380), (x + 14, 620), sheer("#6f7f79", 0.5))
    canvas.box((0, 370), (1000, 390), sheer("#6f7f79", 0.6))
    canvas.shape([(370, 470), (630, 470), (590, 680), (410, 680)], RUST)
    canvas.box((352, 440), (648, 490), "#c46a42", 10)
    for step in range(44):
        angle = 180 + (step * 47) % 180
        reach = 60 + (step * 31) % 220
        x = 500 + reach * 0.9 * math.cos(math.radians(angle))
        y = 440 + reach * 1.2 * math.sin(math.radians(angle))
        canvas.leaf((x, y), 74, 20, angle + 30, "#4c8559" if step % 2 else "#376b48")
    for step in range(15):
        angle = 190 + (step * 67) % 160
        reach = 90 + (step * 53) % 180
        x = 500 + reach * math.cos(math.radians(angle))
        y = 430 + reach * 1.2 * math.sin(math.radians(angle))
        for petal in range(5):
            canvas.leaf((x, y), 30, 9, petal * 72 + step * 11, "#ffffff")
        canvas.oval(x, y, 6, 6, "#f2d36b")
    return canvas


def tealeaves() -> Canvas:
    """Draw fresh tea in a dish."""
    canvas = Canvas(WIDE, HIGH, "#d8c6a6", "#c2ac86")
    canvas.oval(500, 400, 350, 290, sheer("#4a3a24", 0.3))
    canvas.oval(500, 380, 345, 285, "#fbf8f1")
    canvas.oval(500, 385, 300, 242, "#eee7d8")
    for step in range(150):
        angle, reach = step * 2.399, math.sqrt(step / 150) * 225
        x, y = 500 + reach * math.cos(angle), 385 + reach * 0.8 * math.sin(angle)
        colour = ("#4d6b34", "#6b8644", "#3b5529", "#879d5a")[step % 4]
        canvas.leaf((x - 30, y), 74, 9, (step * 61) % 360, colour)
    return canvas


def crates() -> Canvas:
    """Draw crates with herbs in them."""
    canvas = Canvas(WIDE, HIGH, "#efe4cf", "#dccba9")
    canvas.box((0, 600), (1000, 750), "#a99779")
    for left, top in ((120, 400), (520, 400), (320, 190)):
        for step in range(12):
            x = left + 40 + step * 27
            for leaf in (-120, -90, -62):
                canvas.leaf((x, top + 20), 92 + (step * 29) % 40, 15, leaf, "#4c8559")
        canvas.box((left, top), (left + 370, top + 205), "#8a5d38")
        for row in range(3):
            low = top + 8 + row * 67
            canvas.box((left + 8, low), (left + 362, low + 56), "#b98553", 4)
            canvas.line([(left + 30, low + 30), (left + 330, low + 26)], sheer("#8a5d38", 0.5), 3)
        for x in (left + 22, left + 336):
            canvas.box((x, top), (x + 14, top + 205), "#7a5030")
    return canvas


def street_map() -> Canvas:
    """Draw the map of the street, with cats where the lions are."""
    canvas = Canvas(WIDE, HIGH, "#f8f2e3", "#f2e8d2")
    river = [(x, 520 + 46 * math.sin(x / 150)) for x in range(-20, 1030, 10)]
    canvas.line(river, "#a9cbd6", 74)
    canvas.line(river, "#bcd9e1", 50)
    for points in (
        [(60, 140), (940, 190)], [(180, 60), (230, 700)], [(560, 60), (600, 700)],
        [(60, 350), (940, 380)], [(800, 120), (820, 700)],
    ):  # fmt: skip
        canvas.line(points, "#d8c7a3", 30)
        canvas.line(points, "#fffaf0", 20)
    for x, y, wide, high, colour in (
        (280, 215, 110, 80, "#e3b79d"), (420, 220, 90, 90, "#c9d8bd"), (660, 225, 90, 100, "#e6cf9f"),
        (300, 400, 170, 60, "#c9d8bd"), (650, 420, 100, 60, "#e3b79d"), (70, 210, 80, 100, "#d6c3d1"),
    ):  # fmt: skip
        canvas.box((x, y), (x + wide, y + high), colour, 10)
    for x in (545, 650):
        _cat(canvas, x, 620, 0.5, "#8c7a68")
    canvas.line([(880, 90), (880, 40)], INK, 5)
    canvas.shape([(866, 56), (880, 22), (894, 56)], INK)
    return canvas


def _cat(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    canvas.oval(x, y, 70 * size, 80 * size, colour)
    canvas.oval(x, y - 90 * size, 56 * size, 50 * size, colour)
    for side in (-1, 1):
        ear = x + side * 34 * size
        canvas.shape(
            [(ear - 22 * size, y - 115 * size), (ear + 22 * size, y - 115 * size),
             (ear + side * 14 * size, y - 172 * size)],
            colour,
        )  # fmt: skip
        canvas.oval(x + side * 20 * size, y - 94 * size, 7 * size, 10 * size, "#2b2420")
    canvas.oval(x, y - 76 * size, 8 * size, 5 * size, "#d98c83")
    canvas.arc((x + 80 * size, y + 20 * size), (44 * size, 60 * size), (-80, 90), colour, 18 * size)


def cats() -> Canvas:
    """Draw three kittens in a basket."""
    canvas = Canvas(WIDE, HIGH, "#efe6d8", "#dccdb4")
    canvas.oval(500, 640, 390, 60, sheer("#4a3a24", 0.3))
    for x, y, colour in ((330, 440, "#e0a04f"), (520, 410, "#d98f3c"), (700, 445, "#f1ece2")):
        _cat(canvas, x, y, 1.25, colour)
    canvas.oval(728, 296, 26, 17, "#c98b45")
    canvas.oval(672, 470, 40, 36, "#5b4a40")
    canvas.shape([(150, 450), (850, 450), (770, 650), (230, 650)], "#a87845")
    for row in range(5):
        for step in range(16):
            x = 175 + step * 43 + (row % 2) * 20
            canvas.oval(min(x, 820), 475 + row * 38, 24, 13, "#c69a63" if step % 2 else "#8d6236")
    canvas.line([(140, 452), (860, 452)], "#8d6236", 26)
    return canvas


def _square(top: str, bottom: str) -> Canvas:
    return Canvas(SIDE, SIDE, top, bottom)


def house() -> Canvas:
    """Draw a house with a light in it."""
    canvas = _square("#e8d9c0", "#d9c3a0")
    canvas.shape([(170, 480), (500, 210), (830, 480)], "#4f5f5a")
    canvas.box((230, 470), (770, 800), PAPER)
    canvas.box((430, 580), (570, 800), RUST, 12)
    for x in (280, 610):
        canvas.box((x, 540), (x + 110, 650), "#f2c56b", 8)
    return canvas


def cup_emblem() -> Canvas:
    """Draw a cup."""
    canvas = _square("#dfeae3", "#bcd3c7")
    _tea_cup(canvas, 480, 560)
    return canvas


def lantern() -> Canvas:
    """Draw a lantern."""
    canvas = _square("#2f3f4a", "#4c5a5c")
    canvas.oval(500, 480, 330, 330, sheer("#f2b04f", 0.25))
    canvas.line([(500, 60), (500, 250)], "#d9a05b", 12)
    canvas.oval(500, 470, 240, 200, "#c5402c")
    for wide in (60, 140, 210):
        canvas.arc((500, 470), (wide, 198), (-90, 90), sheer("#f2b04f", 0.6), 7)
        canvas.arc((500, 470), (wide, 198), (90, 270), sheer("#f2b04f", 0.6), 7)
    for y in (268, 640):
        canvas.box((400, y), (600, y + 34), "#d9a05b", 10)
    for x in (450, 500, 550):
        canvas.line([(x, 680), (x, 820)], "#d9a05b", 10)
    return canvas


def bridge() -> Canvas:
    """Draw a stone bridge and what it looks like in the water."""
    canvas = _square("#f3e3c8", "#d5e3e2")
    canvas.box((0, 640), (1000, 1000), "#a9cbd0")
    canvas.oval(500, 640, 420, 300, "#8d8a7e")
    canvas.oval(500, 660, 250, 200, "#dfe6de")
    canvas.box((0, 640), (1000, 1000), "#a9cbd0")
    canvas.oval(500, 640, 250, 150, sheer("#dfe6de", 0.6))
    canvas.arc((500, 640), (420, 300), (180, 360), "#6f6c62", 22)
    for y in (720, 800, 880):
        canvas.line([(220, y), (780, y)], sheer("#ffffff", 0.4), 8)
    return canvas


def tree() -> Canvas:
    """Draw a plane tree."""
    canvas = _square("#dde9ea", "#e9e2cb")
    canvas.box((0, 800), (1000, 1000), "#a8b58b")
    canvas.line([(500, 850), (490, 520)], "#7a5a43", 62)
    for x, y, size in ((500, 330, 210), (340, 430, 160), (660, 430, 165), (500, 500, 170)):
        canvas.oval(x, y, size, size * 0.85, "#5f8d5a")
    for x, y, size in ((440, 290, 110), (620, 390, 90), (350, 400, 80)):
        canvas.oval(x, y, size, size * 0.8, "#78a56b")
    return canvas


def hill_emblem() -> Canvas:
    """Draw a hill."""
    canvas = _square("#f5d9bb", "#e6ebdf")
    canvas.oval(680, 300, 90, 90, "#fff3d9")
    for level, colour, shift in ((560, "#9fbfae", 1), (680, "#6f9d86", 3.4), (810, CELADON, 5)):
        canvas.ridge(level, ((90, 150, shift), (30, 60, shift)), colour)
    return canvas


SCENES: dict[str, Callable[[], Canvas]] = {
    "lake": lake, "hill": hill, "noodles": noodles, "cup": cup, "bread": bread, "cats": cats,
    "jasmine": jasmine, "tealeaves": tealeaves, "crates": crates, "map": street_map,
}  # fmt: skip
EMBLEMS: dict[str, Callable[[], Canvas]] = {
    "house": house, "cup": cup_emblem, "lantern": lantern, "bridge": bridge, "tree": tree,
    "hill": hill_emblem,
}  # fmt: skip
