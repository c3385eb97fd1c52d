"""The history as an Atom 1.0 feed (RFC 4287), each entry in both languages; and security.txt."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from html import escape
from typing import NamedTuple
from urllib.parse import urlsplit

import msgspec

from teahouse.gate.model.notices import Notice
from teahouse.notices.model.chain import REPORT, RESTORED, Document
from teahouse.notices.model.ledger import moment
from teahouse.notices.model.markup import WORDS as GATE_WORDS
from teahouse.notices.model.markup import html_lang, notice_html, scope_words
from teahouse.notices.model.pages import LIVE, WORDS

FEED_ENTRIES_MAX = 50
CONTACT_LIFE = timedelta(days=180)  # RFC 9116 wants less than a year
# What XML 1.0 cannot hold.
_BAD = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Publisher(NamedTuple):
    """Whose feed it is and where."""

    server_name: str
    name: str
    base_url: str


def feed(entries: Sequence[Document], by: Publisher) -> str:
    """Return the newest entries as a feed; ``entries`` are oldest first, and at least one."""
    shown = list(reversed(entries[-FEED_ENTRIES_MAX:]))
    title = f"{WORDS['zh']['history']} / {WORDS['en']['history']}: {by.server_name}"
    items = "".join(_entry(entry, by) for entry in shown)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        f"<id>{_xml(by.base_url + LIVE.feed)}</id><title>{_xml(title)}</title>"
        f"<updated>{shown[0]['recorded_at']}</updated>"
        f"<author><name>{_xml(by.name or by.server_name)}</name></author>"
        f'<link rel="self" type="application/atom+xml" href="{_xml(by.base_url + LIVE.feed)}"/>'
        f'<link rel="alternate" type="text/html" href="{_xml(by.base_url + LIVE.status)}"/>'
        f"{items}</feed>\n"
    )


def _entry(entry: Document, by: Publisher) -> str:
    host = urlsplit(f"//{by.server_name}").hostname or by.server_name
    day = f"{moment(entry['recorded_at']):%Y-%m-%d}"
    title = " / ".join(_title(entry, lang) for lang in ("zh", "en"))
    content = "".join(
        f'<div lang="{html_lang(lang)}">{_content(entry, lang)}</div>' for lang in ("zh", "en")
    )
    return (
        f"<entry><id>tag:{_xml(host)},{day}:registration/{entry['seq']}</id>"
        f"<title>{_xml(title)}</title>"
        f"<published>{entry['at']}</published><updated>{entry['recorded_at']}</updated>"
        f'<link rel="alternate" type="text/html" href="{_xml(by.base_url + LIVE.history)}"/>'
        f'<content type="html">{_xml(content)}</content></entry>'
    )


def _title(entry: Document, lang: str) -> str:
    said = WORDS[lang][entry["change"]]
    if entry["notice"] is None:
        return said
    notice = msgspec.convert(entry["notice"], Notice)
    scope = (notice.scope.region, notice.scope.account_class, notice.scope.door)
    return f"{GATE_WORDS[lang][notice.state.value]} · {said}: {scope_words(scope, lang)}"


def _content(entry: Document, lang: str) -> str:
    said = entry["reason"][lang]
    first = f"<p>{escape(said)}</p>" if said else ""
    if entry["change"] == REPORT:
        return first + f"<p>SHA-256: {escape(entry[REPORT]['sha256'])}</p>"
    if entry["change"] == RESTORED:
        return first
    if entry["notice"] is None:
        return first + f"<p>{escape(entry['key']['public'])}</p>"
    return first + notice_html(msgspec.convert(entry["notice"], Notice), lang)


def _xml(text: str) -> str:
    return escape(_BAD.sub("", text))


def contact_uri(contact: str) -> str:
    """Return a contact as RFC 9116 wants it; nothing when it is neither address nor link."""
    plain = contact.strip()
    if not plain.isascii() or re.search(r"[\s<>\"]", plain):
        return ""
    if plain.startswith(("https://", "mailto:", "tel:")):
        return plain
    return f"mailto:{plain}" if re.fullmatch(r"[^@/:]+@[^@/:]+\.[^@/:]+", plain) else ""


def security_txt(contact: str, policy_url: str, base_url: str, now: datetime) -> str:
    """Return ``security.txt`` (RFC 9116); nothing when nobody can be asked."""
    uri = contact_uri(contact)
    if not uri:
        return ""
    expires = (now.astimezone(UTC) + CONTACT_LIFE).strftime("%Y-%m-%dT00:00:00Z")
    lines = [f"Contact: {uri}", f"Expires: {expires}", "Preferred-Languages: zh, en"]
    if base_url.startswith("https://"):
        lines.append(f"Canonical: {base_url}/.well-known/security.txt")
    if policy_url:
        lines.append(f"Policy: {policy_url}")
    return "\n".join(lines) + "\n"
