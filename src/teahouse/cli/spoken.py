"""What the commands of the security upgrade print, in the language of ``--lang`` or of ``LANG``."""

import os
from collections.abc import Mapping
from typing import Annotated

import typer

from teahouse.errors import Invalid
from teahouse.gate.model.policies import Both

LangHere = Annotated[
    str | None, typer.Option("--lang", help="zh or en; default: the language of LANG.")
]

SPOKEN: dict[str, Both] = {
    "plan": Both("计划", "Plan"),
    "class": Both("类别", "class"),
    "table": Both("数据表", "table"),
    "column": Both("列", "column"),
    "rows": Both("行数", "rows"),
    "bytes": Both("字节", "bytes"),
    "core_s": Both("核秒", "core s"),
    "s": Both("秒", "s"),
    "touches": Both("涉及", "touches"),
    "disruption": Both("停用", "disruption"),
    "stops_it": Both("须先处理", "stops it"),
    "to_look_at": Both("请留意", "to look at"),
    "only": Both("，仅限 {scope}", ", {scope} only"),
    "others_stay": Both(
        "仅限 {scope}：其他地区的密钥与数据不动",
        "of {scope} only: keys and data of the others stay",
    ),
    "stays_open": Both(
        "{rows} 行，停用 0 秒，注册照常开放", "{rows} rows, disruption 0 s, registration stays open"
    ),
    "alike": Both(
        "规范化版本 {normaliser}：已打开 {opened} 个（共 {rows} 个），其中 {count} 个与先前的人看起来相同；不会合并任何人",
        "normaliser {normaliser}: {count} look the same as somebody before them, of {opened} that "
        "were opened, of {rows}; nobody is merged",
    ),
    "whatever": Both("无论怎样做：{remains}", "whatever one does: {remains}"),
    "remains": Both("仍然存在的风险：{remains}", "What remains: {remains}"),
    "started": Both(
        "已开始；策略可以等待工作 {work}", "started; a policy may wait for the work {work}"
    ),
    "upgrades": Both("安全升级", "Upgrades"),
    "id": Both("编号", "id"),
    "state": Both("状态", "state"),
    "planned_at": Both("计划时间", "planned"),
    "classes": Both("类别", "classes"),
    "why": Both("原因", "why"),
    "none": Both("没有安全升级", "there is no upgrade"),
    "paused": Both("{state}，已暂停", "{state}, paused"),
    "two_agreed": Both("两人已同意：{act}", "two have agreed to {act}"),
    "second_needed": Both(
        "须由另一人在一天之内同样提出", "somebody else says so, too, within a day"
    ),
    "wishes": Both(
        "{act}：{who} 已提出，还需第二个人", "{act}: {who} wishes it; a second person is needed"
    ),
    "found": Both("发现：{what}", "found: {what}"),
    "progress": Both("进度", "Progress"),
    "total": Both("总数", "total"),
    "done": Both("已完成", "done"),
    "rate": Both("速度", "rate"),
    "left": Both("剩余", "left"),
    "quarantined": Both("已搁置", "quarantined"),
    "keys": Both("密钥", "Keys"),
    "purpose": Both("用途", "purpose"),
    "version": Both("版本", "version"),
    "wanted_late": Both("停用后仍被需要", "wanted late"),
    "exposed": Both("仍在旧密钥之下，最敏感的在前", "Under the old keys, the gravest first"),
    "before": Both("开始时", "before"),
    "still_exposed": Both("仍有", "still exposed"),
    "gone": Both("已消除", "gone"),
    "hand_ended": Both("一个工作进程结束：正在另起一个", "a hand ended: starting another"),
    "reports": Both("报告", "Reports"),
    "run": Both("升级", "run"),
    "entry": Both("公开历史的条目", "entry of the history"),
    "at": Both("时间", "at"),
    "written": Both("{file}：{bytes} 字节", "{file}: {bytes} bytes"),
    "sinks": Both("存放之处", "Sinks"),
    "sink": Both("存放之处", "sink"),
    "follows": Both("如何跟随", "follows"),
    "seen": Both("结果", "found"),
    "count": Both("个数", "count"),
    "until": Both("最迟到", "until"),
    "details": Both("说明", "details"),
    "stolen": Both("失窃", "Stolen"),
    "name": Both("名称", "name"),
    "what": Both("内容", "what"),
    "in_order": Both("依次更换的类别", "classes in order"),
    "not_right": Both("不正确：{why}", "NOT RIGHT: {why}"),
    "right": Both(
        "正确：{server} 的升级 {run}，由 {key} 签名",
        "right: run {run} of {server}, signed by {key}",
    ),
    "no_key": Both(
        "没有给出公钥：请把上面的密钥与您信任的核对",
        "no key was given: compare the one above with one that you trust",
    ),
    "sums": Both(
        "{rows} 行中完成 {done} 行，仍有 {old} 个值在旧密钥之下，{failed} 个请求失败",
        "{done} of {rows} rows, {old} values under old keys, {failed} failed requests",
    ),
    "unmeasured": Both("没有测量", "not measured"),
    "down": Both("停用 {ms} 毫秒", "{ms} ms down"),
    "complete": Both("全部完成", "complete"),
    "not_complete": Both("没有全部完成：{why}", "not complete: {why}"),
    "key_revoked": Both(
        "其密钥已不再可信；请同时给出 --history",
        "its key is believed no more; give the --history, too",
    ),
    "history_broken": Both("历史不完整：{why}", "the history is not intact: {why}"),
    "history_lacks": Both("历史中没有这份报告", "the history does not hold this report"),
    "kept_apart": Both("被分开的账号", "Kept apart"),
    "kind": Both("种类", "kind"),
    "has_newer": Both("持有新形式", "has the newer form"),
    "keeps_exact": Both("保留原形式", "keeps the exact form"),
    "found_at": Both("发现时间", "found"),
    "seen_by": Both("查看者", "seen by"),
    "pairs": Both(
        "{total} 对，其中 {unseen} 对待查看；没有合并任何人",
        "{total} pairs, {unseen} to look at; nobody was merged",
    ),
}

# States and acts keep their names in English, which are what one types.
STATES: dict[str, str] = {
    "planned": "已计划",
    "distribute": "分发密钥",
    "dual_write": "双写",
    "backfill": "逐行更换",
    "verify": "核验",
    "read_new": "改读新值",
    "soft_retire": "旧密钥停用",
    "destroy": "销毁旧密钥",
    "closed": "完成",
    "aborting": "正在中止",
    "aborted": "已中止",
}


def language(environment: Mapping[str, str] = os.environ) -> str:
    """Return ``zh`` or ``en``: what whoever sits at the machine reads, as their locale says."""
    told = (environment.get(name, "") for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    first = next((value for value in told if value), "")
    return "zh" if first.lower().startswith("zh") else "en"


def chosen(lang: str | None) -> str:
    """Return the language that was asked for, else that of the environment. Raises ``Invalid``."""
    if lang not in (None, "zh", "en"):
        raise Invalid("lang is zh or en.")
    return lang or language()


def in_(both: Both, lang: str) -> str:
    """Return what is said in both languages in one."""
    return both.zh if lang == "zh" else both.en


def spoken(lang: str, code: str, /, **told: object) -> str:
    """Return a sentence or a word."""
    return in_(SPOKEN[code], lang).format(**told)


def heads(lang: str, *codes: str) -> list[str]:
    """Return the heads of a table; an empty code is an empty head."""
    return [spoken(lang, code) if code else "" for code in codes]


def state_in(lang: str, state: str) -> str:
    """Return the name of a state of a run."""
    return f"{STATES.get(state, state)}（{state}）" if lang == "zh" else state
