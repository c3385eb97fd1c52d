"""A page's HTML, or a text, as the screen that the linter reads."""

import re
from html.parser import HTMLParser

from teahouse.consent.model.linting import Control, Passage, Screen

SILENT = {"script", "style", "head", "title", "template"}
BLOCKS = {"p", "li", "div", "section", "td", "th", "h1", "h2", "h3", "label", "br", "main", "form",
          "article", "summary", "dd", "dt"}  # fmt: skip
VOID = {"br", "hr", "img", "input", "link", "meta"}
ACCEPTS = re.compile(
    r"^\s*(?:i\s+)?(?:agree|accept|allow|ok|yes)\b|^\s*(?:同意|接受|允许|我同意)", re.IGNORECASE
)
DECLINES = re.compile(
    r"^\s*(?:i\s+)?(?:disagree|decline|refuse|reject|no|not\s+now|don['’]?t)\b|^\s*(?:不同意|拒绝|暂不|不允许)",
    re.IGNORECASE,
)


def role_of(text: str) -> str:
    """Return what pressing something answers: ``accept``, ``decline`` or nothing."""
    if DECLINES.search(text):
        return "decline"
    return "accept" if ACCEPTS.search(text) else ""


def screen_of_text(name: str, text: str) -> Screen:
    """Return a text as a screen."""
    return Screen(name, _lang(text), (Passage(text),))


def screen_of_html(name: str, html: str) -> Screen:
    """Return a page as a screen, as far as its HTML tells; sizes and colours it does not."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    reader.end_passage()
    text = " ".join(one.text for one in reader.passages)
    lang = reader.lang[:2] if reader.lang else _lang(text)
    return Screen(name, lang, tuple(reader.passages), tuple(reader.controls))


def _lang(text: str) -> str:
    return "zh" if re.search(r"[\u4e00-\u9fff]", text) else "en"


class _Reader(HTMLParser):
    """Gathers passages and controls."""

    def __init__(self) -> None:
        super().__init__()
        self.lang = ""
        self.passages: list[Passage] = []
        self.controls: list[Control] = []
        self._open: list[str] = []
        self._words: list[str] = []
        self._pressed: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        given = dict(attrs)
        if tag == "html":
            self.lang = given.get("lang") or ""
        if tag in BLOCKS:
            self.end_passage()
        if tag == "input" and given.get("type") in ("checkbox", "radio"):
            label = given.get("aria-label") or given.get("name") or "checkbox"
            ticked = "checked" in given
            self.controls.append(Control("checkbox", label, checked=ticked))
        if tag in ("button", "a"):
            self._pressed = ("button" if tag == "button" else "link", [])
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        if tag in self._open:
            while self._open.pop() != tag:
                pass
        if tag in ("button", "a") and self._pressed is not None:
            kind, words = self._pressed
            text = " ".join(" ".join(words).split())
            self.controls.append(Control(kind, text, role_of(text) if kind == "button" else ""))
            self._pressed = None
        if tag in BLOCKS:
            self.end_passage()

    def handle_data(self, data: str) -> None:
        """Take some text."""
        if SILENT & set(self._open):
            return
        self._words.append(data)
        if self._pressed is not None:
            self._pressed[1].append(data)

    def end_passage(self) -> None:
        """End the piece of text under way."""
        text = " ".join(" ".join(self._words).split())
        self._words.clear()
        if text:
            self.passages.append(Passage(text))
