"""The page of the stage of work: the device works by itself, or its person waits in line.

Nothing has to be seen, heard or solved by anybody. Without a script there is still the line.
"""

from datetime import datetime
from html import escape
from importlib import resources

from teahouse.notices.model.markup import page
from teahouse.screening.model.proofs import Challenge

WORK_SCRIPT_PATH = "/registration/proof-of-work.js"
_ZH = {
    "title": "请稍候，您的设备正在工作",
    "why": "现在注册的人很多。您的设备替您做一点计算，机器批量注册就会变得昂贵。不需要您看或听任何东西。",
    "line": "不想等计算，或设备较旧？改为排队",
    "place": "您在排队", "come": "请在这个时间之后点“继续”：", "on": "继续",
    "refused": "现在还不行",
}  # fmt: skip
_EN = {
    "title": "One moment: your device is working",
    "why": "Many sign-ups are coming in. Your device computes a little for you, which makes it "
    "expensive to register by machine. There is nothing for you to look at or to listen to.",
    "line": "Rather not, or an old device? Wait in line instead",
    "place": "You are in line", "come": "Press “Go on” after this time:", "on": "Go on",
    "refused": "Not just now",
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


def work_script() -> bytes:
    """Return the script that works: SHA-256 by the letter, for devices of any age."""
    return (resources.files("teahouse.registrations.wire") / "proof_of_work.js").read_bytes()


def work_page(session: str, lang: str, work: Challenge) -> str:
    """Return the page on which a device works."""
    words = WORDS[lang]
    hidden = _hidden(session=session, challenge=work.challenge)
    body = (
        f"<p>{words['why']}</p>"
        f'<p role="status"><progress max="{work.parts}" value="0" aria-label="{words["title"]}">'
        "</progress></p>"
        f'<form method="post" data-bits="{work.bits}" data-parts="{work.parts}">{hidden}'
        '<input type="hidden" name="answers"></form><hr>'
        f'<form method="post">{hidden}<input type="hidden" name="line" value="1">'
        f'<button type="submit">{words["line"]} ({work.wait_seconds // 60} min)</button></form>'
    )
    return page(words["title"], lang, body, WORK_SCRIPT_PATH)


def line_page(session: str, lang: str, place: str, at: datetime) -> str:
    """Return the page of somebody who waits in line."""
    words = WORDS[lang]
    body = (
        f"<p>{words['come']} <time>{at:%H:%M:%S} UTC</time></p>"
        f'<form method="post">{_hidden(session=session, challenge=place)}'
        f'<button type="submit">{words["on"]}</button></form>'
    )
    return page(words["place"], lang, body)


def refused_page(lang: str, why: str) -> str:
    """Return the page of somebody who cannot go on at this moment."""
    return page(WORDS[lang]["refused"], lang, f'<p role="alert">{escape(why)}</p>')


def _hidden(**fields: str) -> str:
    return "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">'
        for name, value in fields.items()
    )
