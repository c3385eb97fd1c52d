"""A page that we serve ourselves, and a notice on it. It reads without style sheet or network."""

import base64
import hashlib
from html import escape

from teahouse.gate.model.notices import Notice, utc
from teahouse.gate.model.policies import Both

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:36rem;margin:0 auto;padding:1rem;"
    "color:#222;background:#fff}input,button{font:inherit;padding:.5rem;margin:.25rem 0}"
    "dt{font-weight:600}dd{margin:0 0 .5rem}[role=alert]{border:2px solid;padding:.5rem}"
    "a{color:#0b5b4c}@media(prefers-color-scheme:dark){body{color:#eee;background:#111}"
    "a{color:#7fd4c1}}"
)
_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_HASH}'; script-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)

_ZH = {
    "status": "注册状态", "all_open": "所有注册入口均已开放。", "other": "English",
    "scope": "范围", "reason": "原因", "basis": "法律依据", "own": "自行决定，无命令",
    "necessity": "技术上的必要性", "since": "开始时间", "until": "结束时间",
    "resume": "预计恢复", "works": "仍可使用", "contact": "联系方式", "by": "决定者",
    "campaign": "相关专项行动", "none": "无", "everyone": "全部",
    "open": "开放", "paced": "限量注册", "waitlist": "仅限候补名单",
    "invite_only": "仅限邀请", "suspended": "暂停注册",
}  # fmt: skip
_EN = {
    "status": "Registration status", "all_open": "Every way to register is open.",
    "other": "中文", "scope": "For", "reason": "Reason", "basis": "Legal basis",
    "own": "our own decision, no order", "necessity": "Technical necessity",
    "since": "Since", "until": "Until", "resume": "Expected to resume",
    "works": "What still works", "contact": "Contact", "by": "Decided by",
    "campaign": "Related campaign", "none": "none", "everyone": "all",
    "open": "Open", "paced": "Limited", "waitlist": "By waiting list only",
    "invite_only": "By invitation only", "suspended": "Suspended",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


def page(title: str, lang: str, body: str, script: str = "") -> str:
    """Return a page. ``body`` is HTML; whoever passes it has escaped what is not ours.

    ``script`` is the address of its only script, if it has one.
    """
    tag = f'<script src="{script}"></script>' if script else ""
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main>{tag}</body></html>"
    )


def notice_html(notice: Notice, lang: str) -> str:
    """Return one notice with every field that says something."""
    words = WORDS[lang]
    basis = "; ".join(f"{b.law} {b.article} {b.order}".strip() for b in notice.legal_basis)
    if notice.own_decision:
        basis = f"{words['own']}: {notice.justification}"
    scope = (notice.scope.region, notice.scope.account_class, notice.scope.door)
    rows = (
        ("scope", " · ".join(words["everyone"] if part == "*" else part for part in scope)),
        ("reason", _both(notice.reason, lang)),
        ("basis", basis),
        ("necessity", notice.technical_necessity),
        ("since", utc(notice.since)),
        ("until", utc(notice.until)),
        ("resume", utc(notice.expected_resume)),
        ("works", _both(notice.still_works, lang)),
        ("campaign", notice.related_campaign or words["none"]),
        ("contact", notice.contact),
        ("by", notice.decided_by),
    )
    items = "".join(f"<dt>{words[name]}</dt><dd>{escape(text)}</dd>" for name, text in rows if text)
    return f"<section><h2>{words[notice.state.value]}</h2><dl>{items}</dl></section>"


def _both(text: Both, lang: str) -> str:
    return text.zh if lang == "zh" else text.en
