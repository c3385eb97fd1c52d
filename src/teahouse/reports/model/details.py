"""What was seen at a sink, as codes with what fills their blanks, and in both languages. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime

import msgspec

from teahouse.gate.model.policies import Both
from teahouse.reports.model.facts import Detail, SinkSeen

DETAILS: dict[str, Both] = {
    "not_counted": Both("没有计数", "not counted"),
    "parameters_logged": Both(
        "log_parameter_max_length 不是 0", "log_parameter_max_length is not 0"
    ),
    "parameters_on_error": Both(
        "log_parameter_max_length_on_error 不是 0", "log_parameter_max_length_on_error is not 0"
    ),
    "dead_rows": Both("约有 {count} 个死行等待清理", "about {count} rows wait for vacuum"),
    "archived": Both(
        "日志有归档：归档须自行到期", "the log is archived: its archive has to expire"
    ),
    "held_back": Both("被这些复制槽留住：{names}", "held back by {names}"),
    "no_replica": Both("没有副本", "there is none"),
    "replicas_silent": Both("没有说明进度：{names}", "does not say how far it is: {names}"),
    "replicas_late": Both("还没有跟上：{names}", "not there yet: {names}"),
    "replicas_follow": Both("{count} 个副本已跟上", "{count} follow"),
    "replica_there": Both("副本 {number} 已跟上", "replica {number} is there"),
    "replica_behind": Both("副本 {number} 落后", "replica {number} is behind"),
    "replica_silent": Both("副本 {number} 没有应答", "replica {number} does not answer"),
    "workers": Both("{count} 个进程", "{count} workers"),
    "workers_behind": Both("落后的进程：{names}", "behind: {names}"),
    "oldest_job": Both("最早的任务始于 {at}", "the oldest is from {at}"),
    "streams": Both("会保留内容的流：{names}", "streams that keep: {names}"),
    "log_files": Both(
        "{count} 个文件；主机保存的标准错误输出由运营者负责",
        "{count} files; what the host keeps of our standard error is the operator's",
    ),
    "nobody_looks": Both("没有检查的办法", "nobody looks there"),
    "fault": Both("检查时出错：{fault}", "{fault}"),
    "backup_none": Both(
        "本站没有登记；用其他方式做的备份由运营者负责",
        "none is known here; those made by other means are the operator's",
    ),
    "backup_locked": Both(
        "{at}，密钥加密密钥版本 {versions}，已上锁",
        "{at} under key-encryption key {versions}, locked",
    ),
    "backup_open": Both(
        "{at}，密钥加密密钥版本 {versions}，未上锁",
        "{at} under key-encryption key {versions}, not locked",
    ),
    "backup_more": Both("另有 {count} 个更早的", "and {count} older ones"),
}


class _Blanks(dict[str, str]):
    """What fills blanks; a blank that nothing fills stays as it is."""

    def __missing__(self, name: str) -> str:
        return f"{{{name}}}"


def detail(code: str, /, **told: object) -> Detail:
    """Return something that was seen."""
    return Detail(code=code, told={name: str(value) for name, value in told.items()})


def seen_at(
    sink: str,
    state: str,
    details: Iterable[Detail] = (),
    counted: int | None = None,
    until: datetime | None = None,
) -> SinkSeen:
    """Return what was seen at a sink, with its details as codes, and in English beside them."""
    said = tuple(details)
    return SinkSeen(
        sink=sink,
        state=state,
        counted=counted,
        until=until,
        detail=_in(said, DETAILS, "en"),
        said=said or msgspec.UNSET,
    )


def details_of(seen: SinkSeen) -> tuple[Detail, ...]:
    """Return the details that were seen at a sink; none of a report from before."""
    return () if isinstance(seen.said, msgspec.UnsetType) else seen.said


def said_of(seen: SinkSeen, lang: str, words: Mapping[str, Both] = DETAILS) -> str:
    """Return the details in words; those of a report from before as they stand there."""
    found = details_of(seen)
    return _in(found, words, lang) if found else seen.detail


def both_of(seen: SinkSeen) -> Both:
    """Return the details in both languages."""
    return Both(said_of(seen, "zh"), said_of(seen, "en"))


def _in(details: Iterable[Detail], words: Mapping[str, Both], lang: str) -> str:
    told: list[str] = []
    for one in details:
        text = words.get(one.code) or Both(one.code, one.code)
        told.append((text.zh if lang == "zh" else text.en).format_map(_Blanks(one.told)))
    return ("；" if lang == "zh" else "; ").join(told)
