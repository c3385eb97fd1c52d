"""A page that we serve ourselves, and a notice on it. It reads without style sheet or network."""

import base64
import hashlib
from datetime import UTC, datetime
from html import escape
from typing import NamedTuple

from teahouse.gate.model.notices import NO_CAMPAIGN, Notice, utc
from teahouse.gate.model.policies import Both

_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:42rem;margin:0 auto;padding:1rem;"
    "color:#222;background:#fff;overflow-wrap:anywhere}"
    "input,button{font:inherit;padding:.5rem;margin:.25rem 0}"
    "h2{margin:1.5rem 0 .5rem}section>h2:first-child{margin-top:0}"
    "section{margin:1rem 0;padding:1rem;border:1px solid #8a8a8a;border-radius:.5rem}"
    "dt{font-weight:600}dd{margin:0 0 .5rem}[role=alert]{border:2px solid;padding:.5rem}"
    "table{border-collapse:collapse;width:100%}caption{text-align:start;font-weight:600}"
    "progress{max-width:6rem}th{overflow-wrap:normal;word-break:keep-all}"
    "th[scope=row]{word-break:normal}th,td{text-align:start;padding:.25rem .5rem .25rem 0;"
    "border-bottom:1px solid #8a8a8a}"
    "nav ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.25rem}"
    "nav a{display:inline-block;padding:.5rem 0}code{font-size:.9em}"
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
    "campaign": "相关专项行动", "none": "无", "everyone": "全部", "unknown": "未知",
    "after": "恢复条件", "verified": "“{title}”完成并通过核验后自动恢复，每分钟最多 {pace} 个",
    "promised": "此前公布的预计时间", "slip": "延期原因",
    "open": "开放", "paced": "限量注册", "waitlist": "仅限候补名单",
    "invite_only": "仅限邀请", "suspended": "暂停注册",
}  # fmt: skip
_EN = {
    "status": "Registration status", "all_open": "Every way to register is open.",
    "other": "中文", "scope": "For", "reason": "Reason", "basis": "Legal basis",
    "own": "our own decision, no order", "necessity": "Technical necessity",
    "since": "Since", "until": "Until", "resume": "Expected to resume",
    "works": "What still works", "contact": "Contact", "by": "Decided by",
    "campaign": "Related campaign", "none": "none", "everyone": "all", "unknown": "not known",
    "after": "Resumes when",
    "verified": "“{title}” is done and verified, then by itself, for at most {pace} a minute",
    "promised": "Expected earlier", "slip": "Why it is late",
    "open": "Open", "paced": "Limited", "waitlist": "By waiting list only",
    "invite_only": "By invitation only", "suspended": "Suspended",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}

LABELS: dict[str, tuple[str, str]] = {
    "intl": ("国际服务区", "the international service"), "eu": ("欧盟服务区", "the EU service"),
    "cn-mainland": ("中国大陆", "mainland China"), "personal": ("个人账号", "personal accounts"),
    "official": ("公众号", "official accounts"), "developer": ("开发者账号", "developer accounts"),
    "enterprise": ("企业账号", "enterprise accounts"), "phone": ("手机号注册", "by phone number"),
    "email": ("邮箱注册", "by e-mail"), "invite": ("邀请注册", "by invitation"),
    "oidc": ("第三方身份登录", "by an identity provider"), "vouching": ("好友担保", "by a friend's word"),
    "miniprogram": ("小程序", "by a mini-program"), "official_agency": ("代办公众号", "official, by an agency"),
    "video": ("视频号", "a video channel"), "provisioning": ("应用服务开通", "by a service"),
    "admin_import": ("管理员导入", "by an administrator"), "child": ("儿童账号", "a child's account"),
    "recycled_number": ("二次放号", "with a recycled number"), "restore": ("恢复账号", "restoring an account"),
    "region_change": ("变更服务区", "by moving between services"), "test_account": ("测试账号", "a test account"),
    "device_pairing": ("设备配对", "by pairing a device"), "guest": ("访客", "as a guest"),
}  # fmt: skip
_ALL: tuple[tuple[str, str], ...] = (
    ("所有服务区", "every service"),
    ("所有账号类型", "every kind of account"),
    ("所有注册入口", "every door that makes an account"),
)


class Fact(NamedTuple):
    """One thing that a notice says: its name, what a program reads, what people read."""

    name: str
    value: str
    said: str  # HTML
    label: str = ""


def page(title: str, lang: str, body: str, script: str = "", links: str = "") -> str:
    """Return a page. ``body`` is HTML; whoever passes it has escaped what is not ours.

    ``script`` is the address of its only script, if it has one; ``links`` are for its head.
    """
    tag = f'<script src="{script}"></script>' if script else ""
    return (
        f'<!doctype html><html lang="{html_lang(lang)}"><head>'
        '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{links}</head>"
        f"<body><main><h1>{escape(title)}</h1>{body}</main>{tag}</body></html>"
    )


def html_lang(lang: str) -> str:
    """Return a language as HTML names it."""
    return "zh-CN" if lang == "zh" else "en"


def scope_words(scope: tuple[str, str, str], lang: str) -> str:
    """Return region, class and door as people read them."""
    nth = 0 if lang == "zh" else 1
    parts = [
        _ALL[place][nth] if part == "*" else LABELS.get(part, (part, part))[nth]
        for place, part in enumerate(scope)
    ]
    return " · ".join(parts)


def time_html(at: datetime) -> str:
    """Return a moment for people and for programs."""
    machine = at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return f'<time datetime="{machine}">{utc(at)}</time>'


def notice_html(notice: Notice, lang: str) -> str:
    """Return one notice with every field that says something."""
    words = WORDS[lang]
    items = "".join(
        f'<dt>{words[fact.label or fact.name]}</dt><dd data-fact="{fact.name}" '
        f'data-value="{escape(fact.value)}">{fact.said}</dd>'
        for fact in facts(notice, lang)
    )
    return (
        f'<section data-notice="{escape(notice.id)}" data-state="{notice.state.value}">'
        f"<h2>{words[notice.state.value]}</h2><dl>{items}</dl></section>"
    )


def facts(notice: Notice, lang: str) -> list[Fact]:
    """Return what a notice says, in the order in which people ask."""
    words = WORDS[lang]
    scope = (notice.scope.region, notice.scope.account_class, notice.scope.door)
    found = [Fact("scope", "|".join(scope), escape(scope_words(scope, lang)))]
    found += _text("reason", _both(notice.reason, lang))
    if notice.slip_reason is not None:
        found += _text("slip", _both(notice.slip_reason, lang))
    found += _basis(notice, words)
    found += _text("necessity", notice.technical_necessity)
    found += _times(notice, words)
    if notice.resumes_after:
        said = words["verified"].format(
            title=notice.resumes_after, pace=notice.resume_pace_per_minute
        )
        value = f"{notice.resumes_after}|{notice.resume_pace_per_minute}"
        found.append(Fact("after", value, escape(said)))
    found += _text("works", _both(notice.still_works, lang))
    campaign = notice.related_campaign
    said = words["none"] if campaign == NO_CAMPAIGN else campaign
    found.append(Fact("campaign", campaign, escape(said)))
    return found + _text("contact", notice.contact) + _text("by", notice.decided_by)


def _basis(notice: Notice, words: dict[str, str]) -> list[Fact]:
    if notice.own_decision:
        said = f"{words['own']}: {notice.justification}"
        return [Fact("own", notice.justification, escape(said), "basis")]
    return [
        fact
        for one in notice.legal_basis
        for fact in _text("basis", f"{one.law} {one.article} {one.order}".strip())
    ]


def _times(notice: Notice, words: dict[str, str]) -> list[Fact]:
    found = [Fact("since", _machine(notice.since), time_html(notice.since))]
    if notice.until is not None:
        found.append(Fact("until", _machine(notice.until), time_html(notice.until)))
    if notice.expected_resume is not None:
        at = notice.expected_resume
        found.append(Fact("resume", _machine(at), time_html(at)))
    elif notice.until is None:
        found.append(Fact("resume", "", words["unknown"]))
    found += [
        Fact("promised", _machine(at), time_html(at), "promised") for at in notice.promised_before
    ]
    return found


def _machine(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _text(name: str, text: str) -> list[Fact]:
    return [Fact(name, text, escape(text))] if text else []


def _both(text: Both, lang: str) -> str:
    return text.zh if lang == "zh" else text.en
