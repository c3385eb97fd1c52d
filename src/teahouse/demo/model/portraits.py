"""Portraits of people who do not exist, put together from a few words."""

from teahouse.demo.model.canvas import Canvas, sheer

SIDE = 320
SKIN = {
    "fair": ("#f3d3bd", "#e3b79d"),
    "rose": ("#f2cdb0", "#e0b08f"),
    "sand": ("#e8bd97", "#d39f76"),
    "umber": ("#b97f58", "#9d6643"),
    "dark": ("#7d4f38", "#653d2a"),
}
HAIR = {
    "ink": "#24211f",
    "brown": "#54382a",
    "grey": "#b9b6b1",
    "copper": "#a8552a",
    "sandy": "#b98f56",
}
CLOTHES = {
    "celadon": ("#d5e5dc", "#a9c8ba", "#2f6b5e"),
    "rust": ("#f3ddcf", "#e2b89d", "#a4512f"),
    "blue": ("#d9e4ee", "#adc4d9", "#35597f"),
    "plum": ("#ecdbe4", "#d2b0c2", "#74405c"),
    "amber": ("#f6e7c9", "#e6c98d", "#b3772a"),
    "moss": ("#e3e6cd", "#c2c896", "#5f6a2c"),
}
EYES, LIPS = "#2b2420", "#b5655a"


def portrait(look: str) -> bytes:
    """Return a portrait as JPEG; ``look`` is "hair style skin clothes extras", or "seal"."""
    if look == "seal":
        return seal(SIDE)
    hair, style, skin, clothes, *extras = look.split()
    top, bottom, cloth = CLOTHES[clothes]
    canvas = Canvas(SIDE, SIDE, top, bottom)
    canvas.oval(500, 420, 430, 430, sheer("#ffffff", 0.28))
    colour, (light, shade) = HAIR[hair], SKIN[skin]
    _behind(canvas, style, colour)
    canvas.oval(500, 1040, 400, 330, cloth)
    canvas.shape([(400, 640), (600, 640), (620, 800), (500, 860), (380, 800)], shade)
    canvas.oval(500, 745, 112, 60, shade)
    canvas.oval(500, 480, 190, 235, light)
    for x in (312, 688):
        canvas.oval(x, 500, 34, 52, light)
    _face(canvas, colour, shade, "beard" in extras)
    _before(canvas, style, colour)
    if "glasses" in extras:
        _glasses(canvas)
    return canvas.jpeg()


def _behind(canvas: Canvas, style: str, colour: str) -> None:
    if style == "long":
        canvas.oval(500, 430, 245, 265, colour)
        canvas.box((262, 430), (738, 860), colour, 110)
    elif style == "bob":
        canvas.oval(500, 430, 248, 262, colour)
        canvas.box((258, 430), (742, 640), colour, 90)
    elif style == "bun":
        canvas.oval(500, 160, 105, 100, colour)
        canvas.oval(500, 420, 228, 240, colour)
    elif style == "tail":
        canvas.oval(705, 330, 90, 110, colour)
        canvas.leaf((690, 320), 480, 85, 78, colour)
        canvas.oval(500, 420, 228, 240, colour)
    else:
        canvas.oval(500, 400, 214, 215, colour)


def _face(canvas: Canvas, hair: str, shade: str, beard: bool) -> None:
    if beard:
        canvas.oval(500, 610, 158, 120, hair)
        canvas.oval(500, 540, 150, 92, shade)
        canvas.oval(500, 528, 148, 92, _skin_of(shade))
        canvas.oval(500, 622, 62, 30, _skin_of(shade))
    for x in (425, 575):
        canvas.oval(x, 490, 17, 21, EYES)
        canvas.oval(x + 5, 482, 5, 6, "#ffffff")
        canvas.arc((x, 455), (44, 26), (200, 340), sheer(hair, 0.9), 11)
        canvas.oval(x + (x - 500) * 0.45, 560, 36, 22, sheer("#e07a5f", 0.22))
    canvas.arc((500, 540), (22, 18), (20, 160), sheer(shade, 1), 10)
    canvas.arc((500, 596), (50, 32), (20, 160), LIPS, 12)


def _skin_of(shade: str) -> str:
    return next(light for light, dark in SKIN.values() if dark == shade)


def _before(canvas: Canvas, style: str, colour: str) -> None:
    """Draw the hair over the forehead."""
    if style in ("short", "crop"):
        low = 350 if style == "short" else 320
        canvas.shape(
            [(300, 420), (310, 300), (390, 205), (520, 180), (650, 225), (695, 320), (702, 420),
             (670, low), (560, low - 45), (430, low - 25), (335, low + 10)],
            colour,
        )  # fmt: skip
        return
    canvas.shape(
        [(296, 470), (290, 330), (360, 225), (500, 190), (640, 225), (712, 330), (704, 470),
         (672, 370), (600, 310), (470, 300), (380, 345), (330, 400)],
        colour,
    )  # fmt: skip


def _glasses(canvas: Canvas) -> None:
    for x in (418, 582):
        canvas.arc((x, 492), (64, 54), (0, 360), "#4b4038", 9)
        canvas.oval(x, 492, 60, 50, sheer("#ffffff", 0.16))
    canvas.arc((500, 490), (20, 14), (180, 360), "#4b4038", 9)


def seal(side: int) -> bytes:
    """Return the red seal of the town's paper: a hill, and the sun over it."""
    canvas = Canvas(side, side, "#f7efe2", "#efe2cd")
    canvas.box((170, 170), (830, 830), "#b23a2b", 70)
    canvas.box((212, 212), (788, 788), "#f7efe2", 44)
    canvas.box((232, 232), (768, 768), "#b23a2b", 34)
    canvas.oval(610, 390, 72, 72, "#f7efe2")
    canvas.shape([(262, 700), (420, 400), (500, 540), (560, 470), (738, 700)], "#f7efe2")
    canvas.line([(270, 736), (730, 736)], "#f7efe2", 16)
    return canvas.jpeg()
