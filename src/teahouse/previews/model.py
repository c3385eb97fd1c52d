"""Rules of previews (Client-Server API, "URL previews"): which addresses, and what a page says.

A page is read by the Open Graph protocol, by what Twitter's cards name, and by its own title and
description, in this order.
"""

import codecs
import hashlib
import re
from collections.abc import Iterable, Mapping
from datetime import timedelta
from urllib.parse import unquote, urljoin, urlsplit

import msgspec
from selectolax.lexbor import LexborHTMLParser

from teahouse.errors import Invalid, Kind, Refused
from teahouse.media.model.pictures import Size

URL_LETTERS_MAX = 4_096
PAGE_BYTES_MAX = 512 * 1024  # of a longer page only the beginning is read: its head is there
PICTURE_BYTES_MAX = 5 * 1024 * 1024
PICTURE_SIZE = Size(800, 600, "scale")
SECONDS_MAX = 8.0
FETCHES_MAX = 8  # at once, in a worker
KEPT_FOR = timedelta(days=1)
FAILED_FOR = timedelta(minutes=10)  # so long a page that does not answer is left alone
PICTURES_AFTER = timedelta(hours=1)  # a picture stays so much longer than what names it
PAGES_MAX = 10_000
TITLE_LETTERS_MAX = 300
TEXT_LETTERS_MAX = 1_000
NAMES_SCANNED_MAX = 500
SNIFFED_BYTES = 4_096
HTML = ("text/html", "application/xhtml+xml")
PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# Names that pages give to encodings, for which Python has another, wider one.
ENCODINGS = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
}
_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]{1,40})", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANK = re.compile(r"\s+")


class PreviewsOff(Refused):
    """This server does not look at pages."""

    code = "previews.off"
    kind = Kind.FORBIDDEN


class HostDenied(Refused):
    """This server does not look at pages of that host."""

    code = "previews.host_denied"
    kind = Kind.FORBIDDEN


class Page(msgspec.Struct, frozen=True):
    """What a page says of itself, and where its picture is; empty: it does not say."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    type: str = ""
    picture_url: str = ""
    picture_alt: str = ""

    def told(self, url: str) -> dict[str, str | int]:
        """Return it by the names that Matrix has for it; empty when there is nothing to show."""
        found: dict[str, str | int] = {
            f"og:{name}": text
            for name, text in (
                ("title", self.title),
                ("description", self.description),
                ("site_name", self.site_name),
                ("type", self.type),
            )
            if text
        }
        return {"og:url": url, **found} if found else {}


def check_url(url: str) -> str:
    """Return an address as it is asked for, without what browsers keep to themselves.

    Raises ``Invalid`` for what is no address of a page.
    """
    try:
        parts = urlsplit(url.strip())
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise Invalid("url is not the address of a page.") from None
    if parts.scheme not in ("http", "https") or not host or len(url) > URL_LETTERS_MAX:
        raise Invalid("url is not the address of a page.")
    return parts._replace(fragment="").geturl()


def check_host(url: str, denied: Iterable[str]) -> None:
    """Refuse with ``HostDenied`` an address whose host, or one above it, is named."""
    host = f".{(urlsplit(url).hostname or '').rstrip('.').lower()}"
    if any(host.endswith(f".{one}") for one in denied):
        raise HostDenied


def url_digest(url: str) -> bytes:
    """Return what an address is found by."""
    return hashlib.sha256(url.encode("utf-8", "surrogatepass")).digest()


def media_type(headers: Mapping[str, str]) -> str:
    """Return what an answer says that it is."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


def enough_of(headers: Mapping[str, str]) -> int | None:
    """Return how much of an answer will do: of a picture all, of what we cannot read nothing."""
    kind = media_type(headers)
    if kind in PICTURES:
        return None
    return PAGE_BYTES_MAX if kind in HTML else 0


def decoded(body: bytes, content_type: str) -> str:
    """Return a page's text, by what it says of its encoding, or as UTF-8."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    head = body[:SNIFFED_BYTES].decode("latin-1")
    for text in (content_type, head):
        named = _CHARSET.search(text)
        if named is not None:
            return body.decode(_encoding(named[1]), "replace")
    return body.decode("utf-8", "replace")


def _encoding(name: str) -> str:
    wanted = ENCODINGS.get(name.lower(), name)
    try:
        found = codecs.lookup(wanted)
    except LookupError:
        return "utf-8"
    is_text = found._is_text_encoding  # noqa: SLF001 - Python says it nowhere else
    return found.name if is_text else "utf-8"


def read_page(text: str, url: str) -> Page:
    """Return what a page says of itself. Slow for a long one: not on the event loop."""
    tree = LexborHTMLParser(text)
    named = _named(tree)
    title = tree.css_first("title")

    def first(*names: str) -> str:
        return next((named[name] for name in names if named.get(name)), "")

    return Page(
        title=first("og:title", "twitter:title")[:TITLE_LETTERS_MAX]
        or _plain(title.text() if title else "")[:TITLE_LETTERS_MAX],
        description=first("og:description", "twitter:description", "description")[
            :TEXT_LETTERS_MAX
        ],
        site_name=first("og:site_name")[:TITLE_LETTERS_MAX],
        type=first("og:type")[:TITLE_LETTERS_MAX],
        picture_url=_joined(
            url, first("og:image:secure_url", "og:image", "og:image:url", "twitter:image")
        ),
        picture_alt=first("og:image:alt", "twitter:image:alt")[:TITLE_LETTERS_MAX],
    )


def of_picture(url: str) -> Page:
    """Return what is said of an address that is a picture itself."""
    name = unquote(urlsplit(url).path).rpartition("/")[2]
    return Page(title=_plain(name)[:TITLE_LETTERS_MAX], picture_url=url)


def _named(tree: LexborHTMLParser) -> dict[str, str]:
    """Return what the page's ``meta`` elements say; of those of one name, the first."""
    found: dict[str, str] = {}
    for node in tree.css("meta[content]")[:NAMES_SCANNED_MAX]:
        name = (node.attributes.get("property") or node.attributes.get("name") or "").lower()
        text = _plain(node.attributes.get("content") or "")
        if name and text:
            found.setdefault(name, text)
    return found


def _plain(text: str) -> str:
    """Return text in one line, without letters that cannot be shown."""
    line = _BLANK.sub(" ", text).strip()
    return "".join(letter for letter in line if letter.isprintable())


def _joined(url: str, picture: str) -> str:
    if not picture:
        return ""
    try:
        return check_url(urljoin(url, picture))
    except (Invalid, ValueError):
        return ""
