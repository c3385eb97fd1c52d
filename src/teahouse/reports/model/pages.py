"""A report as a page for people, in one language or both; it reads without style sheet or network."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.notices.model.markup import LABELS, html_lang, page, time_html
from teahouse.reports.model.details import said_of
from teahouse.reports.model.document import Report
from teahouse.reports.model.facts import CurveFact, CurvePoint, Point
from teahouse.reports.model.sinks import BY_NAME

WIDTH, HEIGHT = 600, 160
SMALL_WIDTH, SMALL_HEIGHT = 120, 24  # of a column's curve

_ZH = {
    "title": "安全升级报告", "all": "安全升级报告", "none": "还没有做过安全升级。",
    "complete": "升级已全部完成：每个值都已换到新密钥，并由独立的程序核验。",
    "region": "范围", "whole": "仅此地区，其他地区的密钥与数据未动",
    "incomplete": "升级没有全部完成。原因：", "why": "为什么做", "began": "开始", "ended": "结束",
    "took": "用时", "rows": "处理的行数", "rate": "平均每秒行数", "failed": "因升级而失败的请求",
    "downtime": "停用时间", "what": "内容", "seconds": "停用秒数", "how": "怎样测量",
    "classes": "做了什么", "done": "已处理", "of": "共", "set_aside": "隔离",
    "verified": "核验结果", "column": "数据列", "values": "值的个数",
    "was_old": "升级前在旧密钥下", "paused": "暂停过", "digest": "核验结果的 SHA-256",
    "old": "仍在旧密钥下", "wrong": "打不开或索引不对", "same": "抽样比对：与升级前相同",
    "changed": "其间由本人更改",
    "census": "密钥普查：哪把密钥包裹多少把数据密钥", "whose": "谁的", "inside": "本地区",
    "outside": "其他", "before": "升级前", "after": "升级后",
    "keys": "密钥", "key": "密钥编号", "state": "状态", "curve": "旧密钥之下还有多少值",
    "curves": "逐列：旧密钥之下还有多少，最敏感的在前", "first": "开始时", "last": "结束时",
    "over_time": "经过",
    "at": "时间", "exposed": "值的个数", "residual": "旧密文还可能在哪里",
    "until": "最迟到", "unknown_until": "没有期限", "nothing_left": "任何地方都没有了。",
    "sinks": "检查过的每一处", "found": "结果", "details": "说明", "copy": "被复制走的数据",
    "proof": "怎样核实这份报告", "file": "已签名的文件", "public": "公钥", "other": "English",
    "offline": "下载该文件，运行 teahouse upgrade verify-report 文件 --key 公钥；改动任何一个字节都会被发现。报告的 SHA-256 也写在公开历史里。",
    "two": "由两个人共同决定", "acts": "重要决定",
    "clean": "已检查，没有", "holds_old": "仍有", "expires": "到期自行消失", "declared": "无法从这里检查",
    "unreachable": "没有检查到",
    "pending": "待用", "readable": "可读", "primary": "使用中", "decrypt_only": "只可解密",
    "soft_disabled": "已停用", "destroyed": "已销毁", "new": "新建",
    "kek": "密钥加密密钥", "index": "盲索引密钥", "house": "本站自用密钥", "pepper": "密码胡椒",
    "session": "会话密钥", "dek": "数据密钥", "passwords": "密码摘要", "signing": "公告签名密钥",
}  # fmt: skip
_EN = {
    "title": "Report of a security upgrade", "all": "Reports of security upgrades",
    "none": "There was no security upgrade yet.",
    "complete": "The upgrade is complete: every value is under new keys, and a separate program has "
    "verified it.",
    "region": "Of", "whole": "this region only; keys and data of the others are as they were",
    "incomplete": "The upgrade is not complete, because:", "why": "Why it was done",
    "began": "Began", "ended": "Ended", "took": "Took", "rows": "Rows", "rate": "Rows a second",
    "failed": "Requests that failed because of it", "downtime": "What could not be used, and how long",
    "what": "What", "seconds": "Seconds", "how": "How it was measured",
    "classes": "What was done", "done": "Done", "of": "Of", "set_aside": "Set aside",
    "verified": "What the verifier found", "column": "Column", "values": "Values",
    "was_old": "Under them before", "paused": "Held for", "digest": "SHA-256 of what was verified",
    "old": "Under old keys", "wrong": "Not opened, or wrongly indexed",
    "same": "Of a sample: as before", "changed": "Changed by people meanwhile",
    "census": "Census of keys: which one wraps how many data keys", "whose": "Whose",
    "inside": "This region", "outside": "All others", "before": "Before", "after": "After",
    "keys": "Keys", "key": "Key", "state": "State", "curve": "How many values were under old keys",
    "curves": "Column by column, how much was under old keys; the gravest first",
    "first": "At first", "last": "In the end", "over_time": "Over time",
    "at": "At", "exposed": "Values", "residual": "Where old ciphertext may still be",
    "until": "gone by", "unknown_until": "no date", "nothing_left": "Nowhere.",
    "sinks": "Every place that was looked at", "found": "Found", "details": "Details", "copy": "Copies that somebody took",
    "proof": "How to check this report", "file": "The signed file", "public": "Public key",
    "other": "中文",
    "offline": "Download the file and run: teahouse upgrade verify-report FILE --key KEY. One changed "
    "byte is found. Its SHA-256 is in the public history too.",
    "two": "decided by two persons", "acts": "Decisions",
    "clean": "looked, nothing", "holds_old": "still there", "expires": "goes by itself",
    "declared": "cannot be looked at from here", "unreachable": "did not answer",
    "pending": "pending", "readable": "readable", "primary": "in use",
    "decrypt_only": "decrypts only", "soft_disabled": "disabled", "destroyed": "destroyed",
    "new": "new",
    "kek": "key-encryption key", "index": "key of the blind indexes", "house": "key of our own words",
    "pepper": "pepper of passwords", "session": "key of sessions", "dek": "data key",
    "passwords": "password digests", "signing": "key that signs notices",
}  # fmt: skip
_ACTS = {
    "retire": ("停用旧密钥", "Old keys retired"),
    "destroy": ("销毁旧密钥", "Old keys destroyed"), "abort": ("中止", "Given up"),
    "force": ("强制推进", "Gone on by force"),
    "lose_backups": ("放弃旧备份", "Back-ups under the old key let go"),
}  # fmt: skip
WORDS = {"zh": _ZH, "en": _EN}


def report_page(report: Report, lang: str) -> str:
    """Return a report as a page of ours."""
    other = "en" if lang == "zh" else "zh"
    link = (
        f'<nav><ul><li><a href="/upgrade-reports">{WORDS[lang]["all"]}</a></li>'
        f'<li><a href="?lang={other}" lang="{html_lang(other)}" hreflang="{html_lang(other)}">'
        f"{WORDS[lang]['other']}</a></li></ul></nav>"
    )
    body = report_body(report, lang, f"{report.facts.run_id}.json")
    return page(WORDS[lang]["title"], lang, body + link)


def list_page(reports: Sequence[tuple[str, datetime]], lang: str) -> str:
    """Return which reports there are, as a page of ours."""
    words = WORDS[lang]
    items = "".join(
        f'<li><a href="/upgrade-reports/{escape(run_id)}?lang={lang}">{time_html(at)}</a></li>'
        for run_id, at in reports
    )
    body = f"<ul>{items}</ul>" if items else f"<p>{words['none']}</p>"
    return page(words["all"], lang, body)


def site_page(report: Report) -> str:
    """Return a report for the static site, in both languages."""
    name = f"{report.facts.run_id}.json"
    parts = "".join(
        f'<div id="{lang}" lang="{html_lang(lang)}">'
        f"<h2>{WORDS[lang]['title']}</h2>{report_body(report, lang, name)}</div>"
        for lang in WORDS
    )
    return page(" / ".join(words["title"] for words in WORDS.values()), "zh", parts)


def report_body(report: Report, lang: str, file: str) -> str:
    """Return a report, without what is around it. ``file`` is where the signed one is."""
    return (
        _summary(report, lang)
        + _downtime(report, lang)
        + _classes(report, lang)
        + _curve(report.facts.points, lang)
        + _curves(report, lang)
        + _residual(report, lang)
        + _verified(report, lang)
        + _keys(report, lang)
        + _census(report, lang)
        + _sinks(report, lang)
        + _proof(report, lang, file)
    )


def _said(both: Both, lang: str) -> str:
    return escape(both.zh if lang == "zh" else both.en)


def _rows(rows: Sequence[tuple[str, str]]) -> str:
    return "<dl>" + "".join(f"<dt>{name}</dt><dd>{said}</dd>" for name, said in rows) + "</dl>"


def _table(caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table of cells that are HTML already."""
    tops = "".join(f'<th scope="col">{head}</th>' for head in heads)
    lines = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return (
        f"<table><caption>{caption}</caption><thead><tr>{tops}</tr></thead>"
        f"<tbody>{lines}</tbody></table>"
    )


def _took(length: timedelta) -> str:
    whole = int(length.total_seconds())
    return f"{whole // 3600}:{whole // 60 % 60:02}:{whole % 60:02}"


def _seconds(milliseconds: int) -> str:
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}".rstrip("0").rstrip(".")


def _summary(report: Report, lang: str) -> str:
    words, facts, sums = WORDS[lang], report.facts, report.totals
    if report.complete:
        verdict = f"<p><strong>{words['complete']}</strong></p>"
    else:
        items = "".join(f"<li>{_said(why, lang)}</li>" for why in report.shortfalls.values())
        verdict = f"<p><strong>{words['incomplete']}</strong></p><ul>{items}</ul>"
    rows = [
        *_region(report, lang),
        (words["why"], _said(facts.reason, lang)),
        (words["began"], time_html(facts.started_at)),
        (words["ended"], time_html(facts.ended_at)),
        (words["took"], _took(facts.ended_at - facts.started_at)),
        (words["paused"], _took(timedelta(milliseconds=facts.paused_milliseconds))),
        (words["rows"], f"{sums.rows:,}"),
        (words["rate"], f"{sums.rows_per_second:,}"),
        (words["failed"], f"{sums.failed_requests:,}"),
    ]
    for act in facts.acts:
        if act.act in _ACTS:
            both = f" · {words['two']}" if act.persons > 1 else ""
            rows.append((_ACTS[act.act][lang == "en"], time_html(act.at) + both))
    return f"<p>{escape(report.server_name)}</p>{verdict}{_rows(rows)}"


def _region(report: Report, lang: str) -> list[tuple[str, str]]:
    """Return of which region it was, if it was of one."""
    region = report.facts.region
    if isinstance(region, msgspec.UnsetType):
        return []
    name = LABELS.get(region.scope, (region.scope, region.scope))[lang == "en"]
    return [(WORDS[lang]["region"], f"{escape(name)} · {WORDS[lang]['whole']}")]


def _census(report: Report, lang: str) -> str:
    region, words = report.facts.region, WORDS[lang]
    if isinstance(region, msgspec.UnsetType):
        return ""
    rows = [
        [
            words["inside" if one.inside else "outside"],
            f"<code>{escape(one.key_id)}</code> v{one.version}",
            f"{one.before:,}",
            f"{one.after:,}",
        ]
        for one in region.census
    ]
    heads = [words["whose"], words["key"], words["before"], words["after"]]
    return f"<h2>{words['census']}</h2>{_table(words['census'], heads, rows)}"


def _downtime(report: Report, lang: str) -> str:
    words, told = WORDS[lang], report.words
    rows = [
        [
            _said(
                told["capabilities"].get(one.capability, Both(one.capability, one.capability)), lang
            ),
            "–" if one.method in ("unmeasured", "unasked") else _seconds(one.down_milliseconds),
            _said(told["methods"].get(one.method, Both(one.method, one.method)), lang),
        ]
        for one in report.facts.capabilities
    ]
    heads = [words["what"], words["seconds"], words["how"]]
    return f"<h2>{words['downtime']}</h2>{_table(words['downtime'], heads, rows)}"


def _classes(report: Report, lang: str) -> str:
    words = WORDS[lang]
    if not report.words["classes"]:
        return ""
    parts = [f"<h2>{words['classes']}</h2>"]
    for name, means in report.words["classes"].items():
        parts.append(f"<p>{_said(means, lang)}</p>")
        rows = [
            [escape(one.table or "–"), f"{one.done:,}", f"{one.rows:,}", f"{one.quarantined:,}"]
            for one in report.facts.classes
            if one.data_class == name
        ]
        heads = [words["what"], words["done"], words["of"], words["set_aside"]]
        parts.append(_table(words.get(name, escape(name)), heads, rows))
    return "".join(parts)


def _curve(points: Sequence[Point], lang: str) -> str:
    """Return the curve as a picture, with its figures in a table behind it."""
    if len(points) < 2:
        return ""
    words = WORDS[lang]
    line = _line(points, WIDTH, HEIGHT)
    few = points[:: max(1, len(points) // 20)]
    rows = [[time_html(one.at), f"{one.exposed:,}"] for one in (*few, points[-1])]
    told = f"{words['curve']}: {points[0].exposed:,} → {points[-1].exposed:,}"
    return (
        f"<h2>{words['curve']}</h2>"
        f'<svg role="img" aria-label="{told}" viewBox="-4 -4 {WIDTH + 8} {HEIGHT + 8}" width="100%">'
        f'<path d="M0 0V{HEIGHT}H{WIDTH}" fill="none" stroke="#8a8a8a"/>'
        f'<polyline points="{line}" fill="none" stroke="#1a8a73" stroke-width="3"/></svg>'
        f"<details><summary>{told}</summary>"
        f"{_table(words['curve'], [words['at'], words['exposed']], rows)}</details>"
    )


def _line(points: Sequence[Point | CurvePoint], width: int, height: int) -> str:
    """Return where the line of a curve goes."""
    begin, most = points[0].at, max(1, *(one.exposed for one in points))
    whole = max(1.0, (points[-1].at - begin).total_seconds())
    return " ".join(
        f"{(one.at - begin).total_seconds() / whole * width:.1f},"
        f"{height - one.exposed / most * height:.1f}"
        for one in points
    )


def _curves(report: Report, lang: str) -> str:
    """Return the curve of each column, small, with what it began and ended with."""
    words, curves = WORDS[lang], report.facts.curves
    if isinstance(curves, msgspec.UnsetType) or not curves:
        return ""
    rows = [
        [
            _column(one, lang),
            f"{one.points[0].exposed:,}",
            f"{one.points[-1].exposed:,}",
            _small(one.points),
        ]
        for one in curves
        if one.points
    ]
    heads = [words[name] for name in ("column", "first", "last", "over_time")]
    return f"<h2>{words['curves']}</h2>{_table(words['curves'], heads, rows)}"


def _column(one: CurveFact, lang: str) -> str:
    name = f"{one.table}.{one.column}" if one.column else one.table
    what = WORDS[lang].get(one.data_class, escape(one.data_class))
    told = f"<code>{escape(name)}</code>" if name else ""
    return told if one.column else f"{what} {told}".strip()


def _small(points: Sequence[CurvePoint]) -> str:
    if len(points) < 2:
        return "–"
    line = _line(points, SMALL_WIDTH, SMALL_HEIGHT)
    return (
        f'<svg aria-hidden="true" viewBox="-2 -2 {SMALL_WIDTH + 4} {SMALL_HEIGHT + 4}"'
        f' width="{SMALL_WIDTH}" height="{SMALL_HEIGHT}">'
        f'<polyline points="{line}" fill="none" stroke="#1a8a73" stroke-width="2"/></svg>'
    )


def _residual(report: Report, lang: str) -> str:
    words = WORDS[lang]
    rows: list[tuple[str, str]] = []
    for one in report.residual:
        sink = BY_NAME.get(one.sink)
        until = words["unknown_until"]
        if one.until is not None:
            until = f"{words['until']} {time_html(one.until)}"
        name = _said(sink.title, lang) if sink else escape(one.sink)
        rows.append((name, f"{_said(report.words['sinks'][one.sink], lang)} ({until})"))
    rows += [(words["copy"], _said(said, lang)) for said in report.words["stolen"].values()]
    told = _rows(rows) if rows else f"<p>{words['nothing_left']}</p>"
    return f"<h2>{words['residual']}</h2>{told}"


def _verified(report: Report, lang: str) -> str:
    words = WORDS[lang]
    rows = [
        [
            escape(one.column),
            f"{one.before:,}",
            f"{one.values:,}",
            f"{one.old:,}",
            f"{one.broken + one.unindexed:,}",
            f"{one.same:,}",
            f"{one.changed:,}",
        ]
        for one in report.facts.columns
    ]
    heads = [
        words[name] for name in ("column", "was_old", "values", "old", "wrong", "same", "changed")
    ]
    return f"<h2>{words['verified']}</h2>{_table(words['verified'], heads, rows)}" if rows else ""


def _keys(report: Report, lang: str) -> str:
    words = WORDS[lang]
    rows = [
        [
            words.get(one.purpose, escape(one.purpose)),
            f"<code>{escape(one.key_id)}</code> v{one.version}",
            f"{words.get(one.before or 'new', '')} → {words.get(one.after, escape(one.after))}",
        ]
        for one in report.facts.keys
    ]
    heads = [words["what"], words["key"], words["state"]]
    return f"<h2>{words['keys']}</h2>{_table(words['keys'], heads, rows)}" if rows else ""


def _sinks(report: Report, lang: str) -> str:
    words = WORDS[lang]
    rows = [
        [
            _said(BY_NAME[one.sink].title, lang) if one.sink in BY_NAME else escape(one.sink),
            words.get(one.state, escape(one.state)),
            escape(said_of(one, lang, report.words.get("details", {}))),
        ]
        for one in report.facts.sinks
    ]
    heads = [words["what"], words["found"], words["details"]]
    return f"<h2>{words['sinks']}</h2>{_table(words['sinks'], heads, rows)}"


def _proof(report: Report, lang: str, file: str) -> str:
    words = WORDS[lang]
    rows = [
        (words["file"], f'<a href="{escape(file)}"><code>{escape(file)}</code></a>'),
        (words["public"], f"<code>{escape(report.public)}</code>"),
        (words["how"], words["offline"]),
    ]
    return f"<h2>{words['proof']}</h2>{_rows(rows)}"
