"""The policy and its history as pages that need nothing but a browser."""

import base64
import hashlib
from collections.abc import Sequence
from html import escape
from typing import Any

from teahouse.consent.wire import (
    DifferenceWire,
    ItemWire,
    KeptItemWire,
    PolicyWire,
    VersionWire,
)

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:50rem;margin:0 auto;padding:1rem;"
    "color:#222;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #777;padding:.4rem;text-align:left;vertical-align:top}"
    "section{margin:2rem 0}a{color:#0b5b4c}"
    "@media(max-width:50rem){table,tbody,tr,th,td{display:block;border:0;padding:.1rem 0}"
    "thead{display:none}tr{padding:.6rem 0;border-top:1px solid #777}"
    "td::before{content:attr(data-label) ': ';opacity:.75}body{overflow-wrap:anywhere}}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#7fd4c1}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

_CELLS = (
    "name", "purpose", "means", "category", "basis", "necessity", "function", "retention",
    "recipients",
)  # fmt: skip

_WORDS: dict[str, dict[str, Any]] = {
    "zh": {
        "title": "隐私政策",
        "version": "版本",
        "since": "生效时间",
        "list": "个人信息收集清单",
        "shared": "第三方共享清单",
        "nobody": "不向任何第三方共享。",
        "shared_heads": ("第三方", "地址", "提供什么", "目的", "何时提供"),
        "history": "历史版本与变更",
        "published_at": "发布于",
        "reason": "原因",
        "first": "第一个版本",
        "same": "各项目的没有变化。",
        "added": "新增",
        "changed": "变更",
        "removed": "删除",
        "was": "原为",
        "other_changes": "其他变化",
        "operator": "运营者或联系方式",
        "back": "隐私政策",
        "mine": "查看我的信息：登录后打开“我 → 隐私中心”",
        "save": "下载保存",
        "other": "English",
        "heads": ("信息", "目的", "方式", "类别", "依据", "是否必需", "用于功能", "保存期限", "接收方"),
        "necessary": "必需",
        "optional": "可选",
        "ordinary": "一般",
        "sensitive": "敏感",
        "under14": "不满十四周岁（敏感）",
        "consent": "同意",
        "contract": "订立、履行合同所必需",
        "legal_duty": "履行法定义务",
        "emergency": "紧急情况",
        "public_interest": "公共利益",
        "published": "已公开",
        "legitimate_interest": "正当利益",
    },
    "en": {
        "title": "Privacy policy",
        "version": "Version",
        "since": "In force since",
        "list": "List of personal information",
        "shared": "List of third parties",
        "nobody": "Nothing is shared with any third party.",
        "shared_heads": ("Third party", "Address", "What it is given", "What for", "When"),
        "history": "Earlier versions and what changed",
        "published_at": "Published",
        "reason": "Reason",
        "first": "The first version",
        "same": "No purpose has changed.",
        "added": "Added",
        "changed": "Changed",
        "removed": "Removed",
        "was": "before",
        "other_changes": "Also changed",
        "operator": "who is responsible, or how to reach them",
        "back": "Privacy policy",
        "mine": "To see what is kept of you, sign in and open Me → Privacy",
        "save": "Download a copy",
        "other": "中文",
        "heads": (
            "What", "Purpose", "Means", "Category", "Legal basis", "Necessary?", "Function",
            "Kept for", "Recipients",
        ),
        "necessary": "necessary",
        "optional": "optional",
        "ordinary": "ordinary",
        "sensitive": "sensitive",
        "under14": "of a child under 14 (sensitive)",
        "consent": "consent",
        "contract": "necessary for the contract",
        "legal_duty": "legal duty",
        "emergency": "emergency",
        "public_interest": "public interest",
        "published": "already published",
        "legitimate_interest": "legitimate interest",
    },
}  # fmt: skip


def policy_page(policy: PolicyWire) -> str:
    """Return the policy as one page that reads well without script, network or style sheet."""
    words = _WORDS[policy.lang]
    sections = "".join(
        f'<section id="{escape(section.id)}"><h2>{escape(section.title)}</h2>'
        + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in section.body_paragraphs)
        + "</section>"
        for section in policy.sections
    )
    other = "en" if policy.lang == "zh" else "zh"
    since = policy.effective_at.strftime("%Y-%m-%d %H:%M UTC")
    return _page(
        policy.lang,
        words["title"],
        f"<p>{words['version']} {escape(policy.version)} · {words['since']} {since}</p>"
        f'<p><a href="#list">{words["list"]}</a> · <a href="#shared">{words["shared"]}</a> · '
        f'<a href="/policy/history?lang={policy.lang}">{words["history"]}</a> · '
        f'<a href="?lang={policy.lang}&amp;download=1">{words["save"]}</a> · '
        f'<a href="?lang={other}">{words["other"]}</a></p>{sections}{_lists(policy)}',
    )


def _lists(policy: PolicyWire) -> str:
    """Return the two lists: what is collected, and who outside is given any of it [L-N21]."""
    words = _WORDS[policy.lang]
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in words["heads"])
    rows = "".join(_row(item, policy.lang) for item in policy.items)
    shared = f"<p>{words['nobody']}</p>"
    if policy.recipients:
        named = "".join(f'<th scope="col">{escape(one)}</th>' for one in words["shared_heads"])
        given = "".join(
            f'<tr><th scope="row">{escape(one.name)}</th>'
            + _told(words["shared_heads"], (one.host, one.what, one.why, one.when))
            + "</tr>"
            for one in policy.recipients
        )
        shared = f"<table><thead><tr>{named}</tr></thead><tbody>{given}</tbody></table>"
    return (
        f'<section id="list"><h2>{words["list"]}</h2><p>{words["mine"]}</p>'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></section>"
        f'<section id="shared"><h2>{words["shared"]}</h2>{shared}</section>'
    )


def history_page(lang: str, told: Sequence[tuple[VersionWire, DifferenceWire | None]]) -> str:
    """Return every version with what it changed, newest first."""
    words = _WORDS[lang]
    other = "en" if lang == "zh" else "zh"
    parts = "".join(_version(lang, version, changed) for version, changed in told)
    return _page(
        lang,
        words["history"],
        f'<p><a href="/policy?lang={lang}">{words["back"]}</a> · '
        f'<a href="?lang={other}">{words["other"]}</a></p>{parts}',
    )


def _version(lang: str, version: VersionWire, changed: DifferenceWire | None) -> str:
    words = _WORDS[lang]
    at = version.published_at.strftime("%Y-%m-%d %H:%M UTC")
    since = version.effective_at.strftime("%Y-%m-%d %H:%M UTC")
    reason = f"<p>{words['reason']}: {escape(version.reason)}</p>" if version.reason else ""
    what = f"<p>{words['first']}</p>" if changed is None else _changed(lang, changed)
    return (
        f'<section id="{escape(version.version)}"><h2>'
        f'<a href="/policy?lang={lang}&amp;version={escape(version.version)}">'
        f"{escape(version.version)}</a></h2>"
        f"<p>{words['published_at']} {at} · {words['since']} {since}</p>{reason}{what}</section>"
    )


def _changed(lang: str, found: DifferenceWire) -> str:
    words = _WORDS[lang]
    heads: dict[str, str] = dict(zip(_CELLS, words["heads"], strict=True))
    rows: list[str] = []
    for change in found.changes:
        item = change.after or change.before
        assert item is not None, "a change is of something"
        told = [
            f"{heads[one]}: {escape(_cell(change.after, one, lang))}"
            f" ({words['was']}: {escape(_cell(change.before, one, lang))})"
            for one in change.fields
        ]
        text = "<br>".join(told) or escape(item.purpose)
        rows.append(
            f"<li><strong>{words[change.kind]}: {escape(item.name)}</strong><br>{text}</li>"
        )
    also = [*found.recipients_added, *found.recipients_removed, *found.sections_changed]
    if found.operator_changed:
        also.append(str(words["operator"]))
    more = f"<p>{words['other_changes']}: {escape(' · '.join(also))}</p>" if also else ""
    return (f"<ul>{''.join(rows)}</ul>" if rows else f"<p>{words['same']}</p>") + more


def _cell(item: KeptItemWire | None, name: str, lang: str) -> str:
    value = "" if item is None else getattr(item, name)
    if name in ("category", "basis", "necessity"):
        return str(_WORDS[lang].get(value, value))
    return str(value)


def _page(lang: str, title: object, body: str) -> str:
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{title}</title><style>{_STYLE}</style></head><body><main><h1>{title}</h1>{body}"
        "</main></body></html>"
    )


def _row(item: ItemWire, lang: str) -> str:
    words = _WORDS[lang]
    cells = (
        item.purpose, item.means, words[item.category], words[item.basis], words[item.necessity],
        item.function, item.retention, item.recipients,
    )  # fmt: skip
    return f'<tr><th scope="row">{escape(item.name)}</th>' + _told(words["heads"], cells) + "</tr>"


def _told(heads: Sequence[str], cells: Sequence[object]) -> str:
    """Return the cells after a row's name; where there is no room for a table, each says its head."""
    return "".join(
        f'<td data-label="{escape(head)}">{escape(str(cell))}</td>'
        for head, cell in zip(heads[1:], cells, strict=True)
    )
