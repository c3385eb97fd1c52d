"""The consent linter: what a described screen does wrong when it asks people to agree.

Pure: a screen comes in, findings go out. Where the screen comes from (a page in a browser, a file, a
text) is another's business. The rules are those that regulators have fined for; see R-048, B1–B12.
"""

import re
from collections.abc import Iterator

import msgspec

AREA_RATIO_MAX = 1.2  # between the two answers of one question
FONT_PX_MIN = 12.0
TARGET_PX_MIN = 24.0
CONTRAST_MIN = 4.5
CONTRAST_LARGE_MIN = 3.0
LARGE_PX = 24.0
TAPS_MAX = 4  # from the main screen to the policy [B3]
GRADE_MAX = 14.0  # school years, for English
LETTERS_OF_SENTENCE_MAX = 55.0  # on average, for Chinese
PURPOSES_OF_CONTROL_MAX = 1

Colour = tuple[int, int, int]


class Control(msgspec.Struct, frozen=True):
    """Something that can be pressed. ``role`` is ``accept``, ``decline`` or empty."""

    kind: str  # button, link, checkbox
    text: str = ""
    role: str = ""
    checked: bool = False
    purposes: int = 0
    width: float = 0.0
    height: float = 0.0
    font_px: float = 0.0
    ink: Colour | None = None
    paper: Colour | None = None


class Passage(msgspec.Struct, frozen=True):
    """A piece of text, as it is shown if that is known."""

    text: str
    font_px: float = 0.0
    ink: Colour | None = None
    paper: Colour | None = None


class Screen(msgspec.Struct, frozen=True):
    """What a person sees."""

    name: str
    lang: str = "en"
    passages: tuple[Passage, ...] = ()
    controls: tuple[Control, ...] = ()
    taps: int | None = None  # from the main screen
    prose: bool = False  # a policy: to be read, and judged by how it reads


class Finding(msgspec.Struct, frozen=True, order=True):
    """A rule that is broken, and where."""

    rule: str
    where: str


IMPLIED = (
    re.compile(
        r"\bby\s+(?:submitting|registering|continuing|using|signing\s+up|clicking|creating|"
        r"proceeding|logging\s+in|signing\s+in)\b[^.]*\b(?:agree|consent|accept)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\byou\s+(?:are\s+)?(?:deemed|taken)\s+to\s+(?:have\s+)?(?:agree|consent)", re.IGNORECASE),
    re.compile(r"(?:注册|登录|使用|继续|点击|提交|浏览)[^。；]{0,12}(?:即|视为|视同|代表|表示|意味着)[^。；]{0,8}同意"),
    re.compile(r"默认(?:您|你)?(?:已)?同意"),
)  # fmt: skip
OPT_OUT = (
    re.compile(
        r"\bif\s+you\s+(?:do\s+not|don['’]?t|would\s+rather\s+not|no\s+longer)\b[^.]*"
        r"\b(?:tick|check|click|untick|uncheck|opt\s+out|tell\s+us|write)\b",
        re.IGNORECASE,
    ),
    re.compile(r"\b(?:untick|uncheck|opt\s+out)\b", re.IGNORECASE),
    re.compile(r"(?:如|若)[^。；]{0,6}不(?:想|愿|希望|同意|需要)[^。；]{0,20}(?:勾选|取消|点击|联系|告知)"),
    re.compile(r"取消勾选"),
)  # fmt: skip
_DOCUMENT = r"(?:terms|t\s*&\s*c|conditions|policy|notice|agreement|marketing|newsletter)"
BUNDLED = (
    re.compile(
        rf"\b(?:agree|consent|accept)\b[^.]*{_DOCUMENT}[^.]*(?:\band\b|&|,)[^.]*{_DOCUMENT}",
        re.IGNORECASE,
    ),
    re.compile(r"同意[^。]*《[^》]+》[^。]*(?:和|与|及|、|以及)[^。]*《[^》]+》"),
)  # fmt: skip
WORDED = (("non_express", IMPLIED), ("opt_out", OPT_OUT), ("bundled", BUNDLED))


def lint(screen: Screen) -> list[Finding]:
    """Return what a screen does wrong, in order and once each."""
    found = {
        *_wording(screen),
        *_ticked(screen),
        *_unequal(screen),
        *_legible(screen),
        *_reading(screen),
    }
    if screen.taps is not None and screen.taps > TAPS_MAX:
        found.add(Finding("far", f"{screen.taps} taps"))
    return sorted(found)


def _wording(screen: Screen) -> Iterator[Finding]:
    texts = [one.text for one in (*screen.passages, *screen.controls)]
    for text in texts:
        for rule, patterns in WORDED:
            for pattern in patterns:
                if match := pattern.search(text):
                    yield Finding(rule, match.group()[:80])


def _ticked(screen: Screen) -> Iterator[Finding]:
    for one in screen.controls:
        if one.kind == "checkbox" and one.checked:
            yield Finding("pre_ticked", one.text[:80])
        if one.purposes > PURPOSES_OF_CONTROL_MAX:
            yield Finding("bundled", one.text[:80])


def _unequal(screen: Screen) -> Iterator[Finding]:
    """Yes and no to one question are the same size, the same kind, and stand out the same."""
    yes = [one for one in screen.controls if one.role == "accept"]
    no = [one for one in screen.controls if one.role == "decline"]
    if yes and not no:
        yield Finding("no_refusal", yes[0].text[:80])
    for accept, decline in zip(yes, no, strict=False):
        where = f"{accept.text} / {decline.text}"[:80]
        if accept.kind != decline.kind:
            yield Finding("unequal_kind", where)
        areas = sorted((accept.width * accept.height, decline.width * decline.height))
        if areas[0] and areas[1] / areas[0] > AREA_RATIO_MAX:
            yield Finding("unequal_size", where)
        if accept.font_px != decline.font_px:
            yield Finding("unequal_size", where)
        if accept.paper != decline.paper or accept.ink != decline.ink:
            yield Finding("unequal_emphasis", where)


def _legible(screen: Screen) -> Iterator[Finding]:
    for one in (*screen.passages, *screen.controls):
        if one.font_px and one.font_px < FONT_PX_MIN:
            yield Finding("small", one.text[:80])
        if one.ink is not None and one.paper is not None:
            least = CONTRAST_LARGE_MIN if one.font_px >= LARGE_PX else CONTRAST_MIN
            if contrast(one.ink, one.paper) < least:
                yield Finding("pale", one.text[:80])
    for one in screen.controls:
        if one.kind == "button" and one.height and min(one.width, one.height) < TARGET_PX_MIN:
            yield Finding("small", one.text[:80])


def _reading(screen: Screen) -> Iterator[Finding]:
    if not screen.prose:
        return
    text = " ".join(one.text for one in screen.passages)
    if screen.lang == "zh":
        if letters_of_sentence(text) > LETTERS_OF_SENTENCE_MAX:
            yield Finding("hard", f"{letters_of_sentence(text):.0f} letters a sentence")
        if not re.search(r"[\u4e00-\u9fff]", text):
            yield Finding("hard", "no Chinese")
    elif reading_grade(text) > GRADE_MAX:
        yield Finding("hard", f"grade {reading_grade(text):.0f}")


def luminance(colour: Colour) -> float:
    """Return the relative luminance of a colour (WCAG 2)."""
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast of two colours, from 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def reading_grade(text: str) -> float:
    """Return the school years that an English text asks for (Flesch and Kincaid)."""
    sentences = [one for one in re.split(r"[.!?;:]+(?:\s|$)", text) if one.strip()]
    words = re.findall(r"[A-Za-z]+(?:['’-][A-Za-z]+)*", text)
    if not words or not sentences:
        return 0.0
    syllables = sum(_syllables(word.lower()) for word in words)
    return 0.39 * len(words) / len(sentences) + 11.8 * syllables / len(words) - 15.59


def _syllables(word: str) -> int:
    groups = len(re.findall(r"[aeiouy]+", word))
    silent = word.endswith("e") and not word.endswith("le") and groups > 1
    return max(1, groups - silent)


def letters_of_sentence(text: str) -> float:
    """Return how many letters a Chinese sentence has on average."""
    sentences = [one for one in re.split(r"[。！？；：]", text) if one.strip()]
    letters = len(re.findall(r"[\u4e00-\u9fffA-Za-z0-9]", text))
    return letters / len(sentences) if sentences else 0.0
