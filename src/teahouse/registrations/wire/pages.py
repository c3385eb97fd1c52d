"""The pages of the stages that a Matrix client cannot show.

Their only script, at an address of its own, tells the client that opened the page that a stage is
done.
"""

from html import escape

from teahouse.gate.model.notices import Notice
from teahouse.notices.model.markup import WORDS as GATE_WORDS
from teahouse.notices.model.markup import notice_html, page

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
_ZH = {
    "terms": "注册前请阅读", "read": "阅读隐私政策（可下载）",
    "agree": "同意并继续", "decline": "不同意？关闭此页即可，我们没有保存任何信息。",
    "verify": "验证手机号或邮箱", "value": "手机号（如 +86 138…）或邮箱",
    "send": "发送验证码", "code": "验证码", "check": "验证", "done": "完成。请回到您的客户端。",
    "sent": "验证码已发送。", "over": "此注册已结束，请回到客户端重新开始。",
}  # fmt: skip
_EN = {
    "terms": "Before you register", "read": "Read the privacy policy (can be saved)",
    "agree": "Agree and go on",
    "decline": "You do not agree? Close this page: nothing about you has been kept.",
    "verify": "Prove your number or address", "value": "Phone (as +44 20 …) or e-mail address",
    "send": "Send a code", "code": "Code", "check": "Check",
    "done": "Done. Go back to your client.", "sent": "The code is on its way.",
    "over": "This registration has ended. Begin again in your client.",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


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
    return page(WORDS[lang]["done"], lang, "", SCRIPT_PATH)


def over_page(lang: str, notice: Notice | None = None) -> str:
    """Return the page of a registration that goes no further, with the notice if it has one."""
    words = WORDS[lang]
    body = notice_html(notice, lang) if notice else f"<p>{words['over']}</p>"
    return page(GATE_WORDS[lang]["status"], lang, body)
