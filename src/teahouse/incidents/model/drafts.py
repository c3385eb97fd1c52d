"""The report of an incident, made from its facts: what each clock's law wants said, in both languages."""

from datetime import datetime
from typing import NamedTuple

from teahouse.gate.model.policies import Both
from teahouse.incidents.model.incident import Incident, ReportLacking, said
from teahouse.incidents.model.law import PARTS, WRITTEN, ClockRule, Law

MINOR = 100  # of a currency's unit
SUPPLEMENT = (
    "unit",
    "when",
    "kind",
    "level",
    "scale",
    *WRITTEN,
)  # of a report that no clock asks for


class Part(NamedTuple):
    """One thing that a report says: its name, what it is, and the words."""

    name: str
    title: Both
    said: Both


class Report(NamedTuple):
    """A report as it went out."""

    clock_id: str
    whom: str
    told_at: datetime
    parts: list[Part]


class About(NamedTuple):
    """What a report says that is no fact: who reports, and why late."""

    unit: str
    server_name: str
    late_why: str = ""


TITLES: dict[str, Both] = {
    "unit": Both("事发单位", "Who reports"),
    "systems": Both("涉及的设施、系统、平台", "Systems that are concerned"),
    "when": Both("发现时间", "Noticed"),
    "place": Both("发生地点", "Where it happened"),
    "kind": Both("事件类型", "Kind of incident"),
    "level": Both("事件级别", "Level"),
    "scale": Both("影响范围", "How much is concerned"),
    "data_kinds": Both("涉及的信息种类", "Kinds of data"),
    "harm": Both("已造成和可能造成的危害", "Harm that was done, or may be"),
    "measures": Both("已采取的措施和效果", "What was done, and what it helped"),
    "self_help": Both("个人可以采取的措施", "What people can do"),
    "contact": Both("联系方式", "Whom to ask"),
    "cause": Both("事件原因", "Cause"),
    "trend": Both("发展趋势", "Where it may go"),
    "clues": Both("调查线索", "Clues for an investigation"),
    "further": Both("拟采取的措施和请求支援事项", "What is to be done, and what help is asked for"),
    "scene": Both("现场保护情况", "How traces are kept"),
    "lessons": Both("整改情况和教训", "What was mended and learnt"),
    "late_why": Both("迟报的原因", "Why this is late"),
}
KIND_NAMES: dict[str, Both] = {
    "leak": Both("数据泄露", "Leak of data"),
    "tampering": Both("数据被篡改", "Tampering with data"),
    "loss": Both("数据丢失", "Loss of data"),
    "outage": Both("服务中断", "Outage"),
    "flaw": Both("安全漏洞", "Flaw in software"),
    "attack": Both("网络攻击", "Attack"),
    "spread": Both("违法信息传播", "Spread of unlawful content"),
    "other": Both("其他", "Other"),
}


def parts_of(rule: ClockRule | None) -> tuple[str, ...]:
    """Return what a report may say, in its order; without a rule, that of a supplementary one."""
    if rule is None:
        return SUPPLEMENT
    wanted = {*rule.says, *rule.may_say, "late_why"}
    return tuple(one for one in PARTS if one in wanted)


def lacking(incident: Incident, rule: ClockRule | None) -> list[str]:
    """Return what has to be said and is not."""
    wanted = rule.says if rule is not None else ()
    return [one for one in wanted if one in WRITTEN and not said(incident.facts, one)]


def check_complete(incident: Incident, rule: ClockRule | None) -> None:
    """Raise ``ReportLacking``, with what is lacking."""
    missing = lacking(incident, rule)
    if missing:
        raise ReportLacking(f"The report lacks: {', '.join(missing)}.")


def draft(law: Law, incident: Incident, rule: ClockRule | None, about: About) -> list[Part]:
    """Return what a report says, as far as it is known."""
    made = _made(law, incident, about)
    found: list[Part] = []
    for name in parts_of(rule):
        words = made.get(name) or incident.facts.texts.get(name, Both())
        if words.zh.strip() or words.en.strip():
            both = Both(words.zh.strip() or words.en, words.en.strip() or words.zh)
            found.append(Part(name, TITLES[name], both))
    return found


def _made(law: Law, incident: Incident, about: About) -> dict[str, Both]:
    level = law.levels[max(law.rank(incident.level), 0)]
    unit = f"{about.unit} ({about.server_name})" if about.unit else about.server_name
    noticed = f"{incident.noticed_at:%Y-%m-%d %H:%M}Z"
    return {
        "unit": Both(unit, unit),
        "when": Both(noticed, noticed),
        "kind": KIND_NAMES[incident.facts.kind],
        "level": Both(level.zh, level.en),
        "scale": _scale(law, incident),
        "late_why": Both(about.late_why, about.late_why),
    }


def _scale(law: Law, incident: Incident) -> Both:
    """Return the numbers that are not nought; a report of none says so."""
    facts = incident.facts
    money = f"{facts.loss_minor / MINOR:,.2f} {law.currency}"
    told = [
        (
            facts.people,
            f"涉及个人信息 {facts.people:,} 人",
            f"personal data of {facts.people:,} people",
        ),
        (facts.records, f"记录 {facts.records:,} 条", f"{facts.records:,} records"),
        (
            facts.outage_minutes,
            f"中断 {facts.outage_minutes:,} 分钟",
            f"{facts.outage_minutes:,} minutes of outage",
        ),
        (facts.loss_minor, f"直接经济损失 {money}", f"direct loss of {money}"),
        (facts.views, f"浏览 {facts.views:,} 次", f"seen {facts.views:,} times"),
        (facts.shares, f"转发 {facts.shares:,} 次", f"passed on {facts.shares:,} times"),
    ]
    there = [(zh, en) for number, zh, en in told if number]
    if not there:
        return Both("尚无数字", "No numbers yet")
    return Both("；".join(zh for zh, _ in there), "; ".join(en for _, en in there))


def as_text(title: str, parts: list[Part], lang: str) -> str:
    """Return a report as readable lines, in ``zh`` or ``en``."""
    colon = "：" if lang == "zh" else ": "
    lines = [
        f"{one.title.zh}{colon}{one.said.zh}"
        if lang == "zh"
        else f"{one.title.en}{colon}{one.said.en}"
        for one in parts
    ]
    return "\n".join([title, "", *lines, ""])
