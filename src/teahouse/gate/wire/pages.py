"""Pages that the gate serves itself: the registration status, and the stages of Matrix clients.

They read without style sheet or network. Their only script, at an address of its own, tells the
client that opened the page that a stage is done.
"""

import base64
import hashlib
from html import escape

from teahouse.gate.model.notices import Notice, utc
from teahouse.gate.model.policies import Both

SCRIPT_PATH = "/registration/stage-done.js"
SCRIPT = b"""\
if (window.onAuthDone) {
  window.onAuthDone();
} else if (window.opener && window.opener.postMessage) {
  window.opener.postMessage("authDone", "*");
} else if (window.parent !== window) {
  window.parent.postMessage("authDone", "*");
}
"""
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
    "terms": "注册前请阅读", "read": "阅读隐私政策（可下载）",
    "agree": "同意并继续", "decline": "不同意？关闭此页即可，我们没有保存任何信息。",
    "verify": "验证手机号或邮箱", "value": "手机号（如 +86 138…）或邮箱",
    "send": "发送验证码", "code": "验证码", "check": "验证", "done": "完成。请回到您的客户端。",
    "sent": "验证码已发送。", "over": "此注册已结束，请回到客户端重新开始。",
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
    "terms": "Before you register", "read": "Read the privacy policy (can be saved)",
    "agree": "Agree and go on",
    "decline": "You do not agree? Close this page: nothing about you has been kept.",
    "verify": "Prove your number or address", "value": "Phone (as +44 20 …) or e-mail address",
    "send": "Send a code", "code": "Code", "check": "Check",
    "done": "Done. Go back to your client.", "sent": "The code is on its way.",
    "over": "This registration has ended. Begin again in your client.",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


def page(title: str, lang: str, body: str, script: bool = False) -> str:
    """Return a page. ``body`` is HTML; whoever passes it has escaped what is not ours."""
    tag = f'<script src="{SCRIPT_PATH}"></script>' if script else ""
    return (
        f'<!doctype html><html lang="{"zh-CN" if lang == "zh" else "en"}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main>{tag}</body></html>"
    )


def status_page(notices: list[Notice], lang: str) -> str:
    """Return the registration status as a page."""
    words = WORDS[lang]
    body = "".join(notice_html(notice, lang) for notice in notices) or f"<p>{words['all_open']}</p>"
    other = "en" if lang == "zh" else "zh"
    body += f'<p><a href="?lang={other}">{words["other"]}</a></p>'
    return page(words["status"], lang, body)


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


def terms_page(session: str, lang: str) -> str:
    """Return the page of the terms stage."""
    words = WORDS[lang]
    body = (
        f'<p><a href="/policy?lang={lang}" target="_blank" rel="noopener">{words["read"]}</a></p>'
        f'<form method="post"><input type="hidden" name="session" value="{escape(session)}">'
        f'<button type="submit">{words["agree"]}</button></form><p>{words["decline"]}</p>'
    )
    return page(words["terms"], lang, body)


def verify_page(session: str, lang: str, sent: bool, wrong: str = "") -> str:
    """Return the page that asks for a contact, or for the code that was sent to it."""
    words = WORDS[lang]
    alert = f'<p role="alert">{escape(wrong)}</p>' if wrong else ""
    hidden = f'<input type="hidden" name="session" value="{escape(session)}">'
    ask = (
        f'<form method="post">{hidden}<p><label for="value">{words["value"]}</label><br>'
        '<input id="value" name="value" autocomplete="tel" required></p>'
        f'<button type="submit">{words["send"]}</button></form>'
    )
    check = (
        f'<p role="status">{words["sent"]}</p><form method="post">{hidden}'
        f'<p><label for="code">{words["code"]}</label><br><input id="code" name="code" '
        'inputmode="numeric" autocomplete="one-time-code" required></p>'
        f'<button type="submit">{words["check"]}</button></form><hr>'
    )
    return page(words["verify"], lang, alert + (check if sent else "") + ask)


def done_page(lang: str) -> str:
    """Return the page that tells the client that its stage is done."""
    return page(WORDS[lang]["done"], lang, "", script=True)


def over_page(lang: str, notice: Notice | None = None) -> str:
    """Return the page of a registration that goes no further, with the notice if it has one."""
    words = WORDS[lang]
    body = notice_html(notice, lang) if notice else f"<p>{words['over']}</p>"
    return page(words["status"], lang, body)
