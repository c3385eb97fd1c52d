"""The policy and receipts as the outside sees them."""

import base64
import hashlib
from datetime import datetime
from html import escape

import msgspec

from teahouse.accounts.model import AccountClass
from teahouse.consent.model import PolicyText, Receipt, concerns


class OperatorWire(msgspec.Struct, frozen=True):
    """Who is responsible."""

    name: str
    contact: str


class SectionWire(msgspec.Struct, frozen=True):
    """A chapter of the policy in one language."""

    id: str
    title: str
    body_paragraphs: list[str]


class ItemWire(msgspec.Struct, frozen=True):
    """One purpose in one language, and the classes of account that it concerns."""

    id: str
    name: str
    purpose: str
    means: str
    category: str
    basis: str
    necessity: str
    function: str
    retention: str
    recipients: str
    classes: list[str]


class PolicyWire(msgspec.Struct, frozen=True):
    """The privacy policy in one language."""

    version: str
    lang: str
    operator: OperatorWire
    effective_at: datetime
    sections: list[SectionWire]
    items: list[ItemWire]


class ReceiptWire(msgspec.Struct, frozen=True):
    """A receipt as its owner sees it."""

    receipt_id: str
    policy_version: str
    lang: str
    accepted: list[str]
    declined: list[str]
    basis: str
    screen: str
    at: datetime


class ReceiptsWire(msgspec.Struct, frozen=True):
    """An account's receipts, newest first."""

    receipts: list[ReceiptWire]


class ConsentsBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What to accept and what to withdraw, by purpose id."""

    accept: list[str] = []
    withdraw: list[str] = []
    lang: str = "en"


def policy_wire(text: PolicyText, version: str, lang: str, effective_at: datetime) -> PolicyWire:
    """Return the policy in one language."""
    return PolicyWire(
        version=version,
        lang=lang,
        operator=OperatorWire(text.operator_name, text.operator_contact),
        effective_at=effective_at,
        sections=[
            SectionWire(s.id, s.title.in_lang(lang), [p.in_lang(lang) for p in s.paragraphs])
            for s in text.sections
        ],
        items=[
            ItemWire(
                id=item.id,
                name=item.name.in_lang(lang),
                purpose=item.purpose.in_lang(lang),
                means=item.means.in_lang(lang),
                category=item.category,
                basis=item.basis,
                necessity="necessary" if item.necessary else "optional",
                function=item.function.in_lang(lang),
                retention=item.retention.in_lang(lang),
                recipients=item.recipients.in_lang(lang),
                classes=[one.value for one in AccountClass if concerns(item.id, one.value)],
            )
            for item in text.items
        ],
    )


def receipt_wire(receipt: Receipt) -> ReceiptWire:
    """Return a receipt as its owner sees it."""
    return ReceiptWire(
        receipt.receipt_id,
        receipt.policy_version,
        receipt.lang,
        list(receipt.accepted),
        list(receipt.declined),
        receipt.basis,
        receipt.screen,
        receipt.at,
    )


_STYLE = (
    "body{font:1rem/1.6 system-ui,sans-serif;max-width:50rem;margin:0 auto;padding:1rem;"
    "color:#222;background:#fff}table{border-collapse:collapse;width:100%}"
    "th,td{border:1px solid #777;padding:.4rem;text-align:left;vertical-align:top}"
    "section{margin:2rem 0}a{color:#0b5b4c}"
    "@media(prefers-color-scheme:dark){body{color:#eee;background:#111}a{color:#7fd4c1}}"
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
PAGE_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)

_WORDS = {
    "zh": {
        "title": "隐私政策",
        "version": "版本",
        "since": "生效时间",
        "list": "个人信息收集清单",
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
    heads = "".join(f'<th scope="col">{escape(head)}</th>' for head in words["heads"])
    rows = "".join(_row(item, policy.lang) for item in policy.items)
    sections = "".join(
        f'<section id="{escape(section.id)}"><h2>{escape(section.title)}</h2>'
        + "".join(f"<p>{escape(paragraph)}</p>" for paragraph in section.body_paragraphs)
        + "</section>"
        for section in policy.sections
    )
    lang = "zh-CN" if policy.lang == "zh" else "en"
    other = "en" if policy.lang == "zh" else "zh"
    since = policy.effective_at.strftime("%Y-%m-%d %H:%M UTC")
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{words['title']}</title><style>{_STYLE}</style></head><body><main>"
        f"<h1>{words['title']}</h1>"
        f"<p>{words['version']} {escape(policy.version)} · {words['since']} {since}</p>"
        f'<p><a href="?lang={policy.lang}&amp;download=1">{words["save"]}</a> · '
        f'<a href="?lang={other}">{words["other"]}</a></p>{sections}'
        f'<section id="list"><h2>{words["list"]}</h2><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></section></main></body></html>"
    )


def _row(item: ItemWire, lang: str) -> str:
    words = _WORDS[lang]
    cells = (
        item.purpose, item.means, words[item.category], words[item.basis], words[item.necessity],
        item.function, item.retention, item.recipients,
    )  # fmt: skip
    return (
        f'<tr><th scope="row">{escape(item.name)}</th>'
        + "".join(f"<td>{escape(str(cell))}</td>" for cell in cells)
        + "</tr>"
    )
