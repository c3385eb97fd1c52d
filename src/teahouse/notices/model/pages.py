"""The pages of the registration status: live ones in one language, and the site's in both."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, NamedTuple
from urllib.parse import quote

import msgspec

from teahouse.gate.model.notices import Notice
from teahouse.notices.model.chain import REPORT, RESTORED, Document
from teahouse.notices.model.ledger import Ledger, moment
from teahouse.notices.model.markup import WORDS as GATE_WORDS
from teahouse.notices.model.markup import html_lang, notice_html, page, scope_words, time_html
from teahouse.notices.model.status import StatusWire

_ZH = {
    "history": "注册变更历史", "status": "注册状态", "feed": "Atom 订阅", "json": "机器可读（已签名）",
    "keys": "签名公钥", "as_of": "截至", "copy": "这是一份静态副本，主程序停止时仍可阅读；若时间已超过两小时，说明主程序没有在更新它。",
    "signed": "由密钥 {key} 签名。", "set": "生效", "ended": "结束", "expired": "到期结束",
    "slipped": "延期", "resumed": "工作通过核验，自动恢复", "overridden": "两名管理员决定提前恢复",
    "key": "启用签名密钥", "key_revoked": "吊销签名密钥", "report": "安全升级报告", "restored": "从备份恢复", "read": "阅读报告", "minutes": "实际时长（分钟）", "why": "原因", "ledger": "累计关闭时长",
    "ledger_doors": "各入口累计关闭时长（对任何人关闭即计入，重叠只计一次）", "scope": "范围",
    "door": "入口", "times": "次数", "total": "分钟", "now": "现在关闭", "yes": "是", "no": "否",
    "never": "自有记录以来没有关闭过。", "older": "更早", "export": "完整历史（可离线验证）",
    "lead": "自安装以来的每一次变更，只增不改；每条都含上一条的哈希并已签名。", "links": "更多",
    "other": "English",
}  # fmt: skip
_EN = {
    "history": "History of registration", "status": "Registration status", "feed": "Atom feed",
    "json": "For programs (signed)", "keys": "Public keys", "as_of": "As of",
    "copy": "This is a copy that can be read while the server is down. If it is more than two "
    "hours old, the server is not writing it.",
    "signed": "Signed by the key {key}.", "set": "In force", "ended": "Ended",
    "expired": "Ended, its time was up", "slipped": "Delayed",
    "resumed": "The work was verified: open by itself",
    "overridden": "Opened early by two operators",
    "key": "A key that signs", "key_revoked": "A key that is believed no more",
    "report": "Report of a security upgrade", "read": "Read it",
    "restored": "Brought back from a back-up",
    "minutes": "Actual length in minutes", "why": "Reason",
    "ledger": "How long registration was shut",
    "ledger_doors": "How long each door was shut to at least somebody; overlaps count once",
    "scope": "For", "door": "Door", "times": "Times", "total": "Minutes", "now": "Shut now",
    "yes": "yes", "no": "no", "never": "Never, since this record began.", "older": "Older",
    "export": "The whole history (can be verified offline)",
    "lead": "Every change since installation. It is only ever added to: each entry holds the hash "
    "of the one before, and is signed.",
    "links": "More", "other": "中文",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


class Places(NamedTuple):
    """Where the parts are, as links from a page."""

    status: str
    history: str
    feed: str
    json: str
    keys: str
    export: str
    report: str


LIVE = Places(
    status="/registration-status",
    history="/registration-history",
    feed="/registration-status.atom",
    json="/.well-known/registration-status.json",
    keys="/.well-known/teahouse-keys.json",
    export="/.well-known/registration-history.json",
    report="/upgrade-reports/{run_id}",
)
SITE = Places(
    status="index.html",
    history="history.html",
    feed="feed.atom",
    json="status.json",
    keys="keys.json",
    export="history.json",
    report="reports/{run_id}.html",
)


def status_page(status: StatusWire, lang: str, beside: str = "") -> str:
    """Return how registration stands, as a page of ours. ``beside`` is HTML."""
    body = status_body(status, lang, beside) + _links(lang, LIVE, _other(lang))
    return page(GATE_WORDS[lang]["status"], lang, body, links=_feed_link(LIVE))


def history_page(entries: Sequence[Document], shut: Ledger, lang: str, older: int | None) -> str:
    """Return the history as a page of ours; ``entries`` are oldest first, ``older`` where next."""
    body = history_body(entries, shut, lang, LIVE)
    if older is not None:
        more = f"?lang={lang}&amp;before={older}"
        body += f'<p><a href="{more}">{WORDS[lang]["older"]}</a></p>'
    body += _links(lang, LIVE, _other(lang))
    return page(WORDS[lang]["history"], lang, body, links=_feed_link(LIVE))


def site_index(status: StatusWire, beside: Mapping[str, str]) -> str:
    """Return the site's first page, in both languages. ``beside`` is HTML by language."""
    bodies = {lang: status_body(status, lang, beside.get(lang, "")) for lang in WORDS}
    return _in_both("status", bodies, SITE)


def site_history(entries: Sequence[Document], shut: Ledger) -> str:
    """Return the site's history, in both languages."""
    return _in_both(
        "history", {lang: history_body(entries, shut, lang, SITE) for lang in WORDS}, SITE
    )


def status_body(status: StatusWire, lang: str, beside: str) -> str:
    """Return how registration stands, without what is around it."""
    words = WORDS[lang]
    told = "".join(notice_html(notice, lang) for notice in status.notices)
    return (
        f"<p>{words['as_of']} {time_html(status.generated_at)} · {escape(status.server_name)}</p>"
        + (told or f"<p>{GATE_WORDS[lang]['all_open']}</p>")
        + beside
        + f"<p>{words['signed'].format(key=f'<code>{escape(status.key_id)}</code>')}</p>"
    )


def history_body(entries: Sequence[Document], shut: Ledger, lang: str, places: Places) -> str:
    """Return the ledger and entries, the newest first."""
    words = WORDS[lang]
    items = "".join(_entry_html(entry, lang, places) for entry in reversed(entries))
    return f"<p>{words['lead']}</p>{_ledger_html(shut, lang)}{items}"


def _entry_html(entry: Document, lang: str, places: Places) -> str:
    words, gate_words = WORDS[lang], GATE_WORDS[lang]
    title = words[entry["change"]]
    rows: list[tuple[str, str]] = []
    if entry["notice"] is not None:
        notice = msgspec.convert(entry["notice"], Notice)
        scope = (notice.scope.region, notice.scope.account_class, notice.scope.door)
        title = f"{gate_words[notice.state.value]} · {title}"
        rows.append((words["scope"], escape(scope_words(scope, lang))))
        said = entry["reason"][lang] or (notice.reason.zh if lang == "zh" else notice.reason.en)
        rows.append((words["why"], escape(said)))
        if entry["change"] == "slipped" and notice.expected_resume is not None:
            rows.append((gate_words["resume"], time_html(notice.expected_resume)))
    if entry["minutes"] is not None:
        rows.append((words["minutes"], str(entry["minutes"])))
    if entry["key"] is not None:
        rows.append((words["why"], escape(entry["reason"][lang])))
        rows.append((words[entry["change"]], f"<code>{escape(entry['key']['public'])}</code>"))
    if entry["change"] == RESTORED:
        rows.append((words["why"], escape(entry["reason"][lang])))
    if entry["change"] == REPORT:
        told = entry[REPORT]
        rows.append((words["why"], escape(entry["reason"][lang])))
        rows.append((words["report"], f"<code>{escape(told['sha256'])}</code>"))
        link = places.report.format(run_id=quote(told["run_id"], safe=""))
        rows.append((words["read"], f'<a href="{link}">{escape(told["run_id"])}</a>'))
    rows.append(("SHA-256", f"<code>{escape(entry['hash'])}</code>"))
    items = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in rows if said)
    return (
        f'<section data-entry="{entry["seq"]}"><h2>{entry["seq"]}. {escape(title)}</h2>'
        f"<p>{time_html(moment(entry['at']))}</p><dl>{items}</dl></section>"
    )


def _ledger_html(shut: Ledger, lang: str) -> str:
    words = WORDS[lang]
    head = f"<h2>{words['ledger']}</h2>"
    if not shut.scopes:
        return f"{head}<p>{words['never']}</p>"
    scopes = [
        [
            scope_words((row.region, row.account_class, row.door), lang),
            str(row.times),
            str(row.minutes),
            words["yes" if row.shut_now else "no"],
        ]
        for row in shut.scopes
    ]
    doors = [
        [scope_words(("", "", row.door), lang).strip(" ·"), str(row.minutes),
         words["yes" if row.shut_now else "no"]]
        for row in shut.doors
        if row.minutes or row.shut_now
    ]  # fmt: skip
    heads = [words["scope"], words["times"], words["total"], words["now"]]
    door_heads = [words["door"], words["total"], words["now"]]
    return (
        head + _table(words["ledger"], heads, scopes)
        + _table(words["ledger_doors"], door_heads, doors)
    )  # fmt: skip


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    tops = "".join(f'<th scope="col">{head}</th>' for head in heads)
    lines = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows
    )
    return (
        f"<table><caption>{caption}</caption><thead><tr>{tops}</tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _in_both(title: str, bodies: dict[str, str], places: Places) -> str:
    said = " / ".join(WORDS[lang][title] for lang in bodies)
    nav = "".join(
        f'<li><a href="#{lang}" lang="{html_lang(lang)}">{"中文" if lang == "zh" else "English"}</a></li>'
        for lang in bodies
    )
    parts = "".join(
        f'<div id="{lang}" lang="{html_lang(lang)}"><p>{WORDS[lang]["copy"]}</p>{body}'
        f"{_links(lang, places, '')}</div>"
        for lang, body in bodies.items()
    )
    jump = f'<nav aria-label="语言 / Language"><ul>{nav}</ul></nav>'
    return page(said, "zh", jump + parts, links=_feed_link(places))


def _links(lang: str, places: Places, other: str) -> str:
    words = WORDS[lang]
    named = places._asdict()
    items = "".join(
        f'<li><a href="{named[name]}">{words[name]}</a></li>'
        for name in ("status", "history", "feed", "json", "export", "keys")
    )
    label = f"{words['links']} ({'中文' if lang == 'zh' else 'English'})"
    return f'<nav aria-label="{label}"><ul>{items}{other}</ul></nav>'


def _other(lang: str) -> str:
    other = "en" if lang == "zh" else "zh"
    return (
        f'<li><a href="?lang={other}" lang="{html_lang(other)}" hreflang="{html_lang(other)}">'
        f"{WORDS[lang]['other']}</a></li>"
    )


def _feed_link(places: Places) -> str:
    feed: Any = places.feed
    return f'<link rel="alternate" type="application/atom+xml" href="{feed}">'
