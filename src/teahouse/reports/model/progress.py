"""How far an upgrade is, in words for people who have nothing to do with it."""

import enum
from datetime import datetime, timedelta
from html import escape
from typing import NamedTuple

from teahouse.gate.model.policies import Both
from teahouse.notices.model.markup import time_html

ABOUT_PERCENT = 5  # the pages are not written anew for less
ABOUT = timedelta(minutes=10)


class Stage(enum.Enum):
    """What is being done, in a sentence."""

    BEFORE = Both(
        "新密钥已经生成，正在交给每个服务进程；数据还没有开始更换。",
        "The new keys have been made and every part of the service is getting them; no data has "
        "been changed yet.",
    )
    MOVING = Both(
        "数据正在逐条用新密钥重新加密。",
        "Data is being encrypted again with the new keys, entry by entry.",
    )
    CHECKING = Both(
        "数据已全部换完，另一个独立的程序正在核验结果。",
        "All data has been encrypted again; a separate program is checking the result.",
    )
    CHECKED = Both(
        "结果已通过核验。旧密钥还会保留一段时间，之后须由两个人共同决定才能销毁。",
        "The result has been checked. The old keys are kept for a while; to destroy them takes two "
        "people who decide it together.",
    )
    BACK = Both(
        "升级正在中止：一切仍可读取，没有数据丢失。",
        "The upgrade is being called off: everything can still be read, and nothing is lost.",
    )


class Part(NamedTuple):
    """A kind of data, and how much of it is done."""

    name: Both
    percent: int


class Progress(NamedTuple):
    """What everybody may know of an upgrade."""

    stage: Stage
    since: datetime
    until: datetime | None  # when all data will have been moved, if that is known
    parts: tuple[Part, ...]
    registration_open: bool
    shut_seconds: int  # how long registration was shut for it


def about(at: datetime) -> datetime:
    """Return a moment as exactly as it can be known."""
    begun = at.replace(minute=0, second=0, microsecond=0)
    return begun + ABOUT * -((begun - at) // ABOUT)


def progress_html(told: Progress, lang: str) -> str:
    """Return how far an upgrade is, as a part of a page of ours."""
    words = _WORDS[lang]
    zh = lang == "zh"
    shut = words["seconds"].format(count=told.shut_seconds)
    facts = [(words["since"], time_html(told.since))]
    if told.until is not None:
        facts.append((words["until"], time_html(about(told.until))))
    facts.append((words["shut"], shut))
    rows = "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in facts)
    lines = "".join(_line(part, zh) for part in told.parts)
    table = (
        f'<table><thead><tr><th scope="col">{words["kind"]}</th><th scope="col">{words["done"]}'
        f"</th></tr></thead><tbody>{lines}</tbody></table>"
    )
    always = words["open" if told.registration_open else "limited"]
    return (
        f'<section data-upgrade=""><h2>{words["title"]}</h2><p>{words["what"]}</p>'
        f"<p><strong>{always}</strong></p><p>{_in(told.stage.value, zh)}</p>"
        f"<dl>{rows}</dl>{table}</section>"
    )


def status_words(running: bool, is_open: bool, where: tuple[str, str] | None) -> Both:
    """Return in a few sentences whether an upgrade runs, of which region, and who may come in."""
    parts = [_ONLY] if where is not None else []
    parts.append(_RUNNING if running else _IDLE)
    parts += [_LIMITED] if not is_open else [_OPEN] if running else []
    zh, en = where or ("", "")
    return Both(
        "".join(one.zh for one in parts).format(where=zh),
        " ".join(one.en for one in parts).format(where=en),
    )


def _line(part: Part, zh: bool) -> str:
    done = 100 if part.percent >= 100 else part.percent - part.percent % ABOUT_PERCENT
    name = escape(_in(part.name, zh).partition("：" if zh else ":")[0])
    bar = f'<progress max="100" value="{done}" aria-label="{name}"></progress>'
    return f'<tr><th scope="row">{name}</th><td>{bar} {done}%</td></tr>'


def _in(both: Both, zh: bool) -> str:
    return both.zh if zh else both.en


_WORDS = {
    "zh": {
        "title": "正在进行安全升级",
        "what": "大家托付给本站的个人信息，正在换用全新的密钥重新加密。逐条更换，期间一切照常使用，"
        "不会把任何数据传出本站。",
        "open": "注册、登录和聊天照常开放，不需要任何人等待或做任何事。",
        "limited": "登录和聊天照常。部分注册目前受限，原因见本页其他内容。",
        "since": "开始于",
        "until": "全部数据预计换完",
        "shut": "为升级关闭注册的时间",
        "seconds": "{count} 秒",
        "kind": "哪一类数据",
        "done": "已换",
    },
    "en": {
        "title": "A security upgrade is running",
        "what": "Personal data that people have entrusted to this service is being encrypted again "
        "with fresh keys, one entry after another, while it is in use. No data leaves the "
        "service for it.",
        "open": "Signing up, signing in and writing are open as always. Nobody has to wait or do "
        "anything.",
        "limited": "Signing in and writing work as always. Some registrations are limited now: the "
        "rest of this page says why.",
        "since": "Since",
        "until": "All data encrypted again by about",
        "shut": "How long registration was closed for it",
        "seconds": "{count} seconds",
        "kind": "Kind of data",
        "done": "Done",
    },
}
_ONLY = Both("仅限{where}的数据。", "Only data of {where}.")
_RUNNING = Both(
    "安全升级正在进行：个人数据正在用新的密钥重新加密。",
    "A security upgrade is running: personal data is being encrypted again with new keys.",
)
_IDLE = Both("目前没有进行安全升级。", "No security upgrade is running.")
_OPEN = Both("注册、登录和聊天照常可用。", "Signing up, signing in and writing work as always.")
_LIMITED = Both(
    "登录和聊天照常可用；部分注册目前受限，原因见注册状态页。",
    "Signing in and writing work as always. Some registrations are limited now; the registration "
    "status page says why.",
)
