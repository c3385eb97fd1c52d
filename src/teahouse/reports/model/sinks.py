"""Everywhere personal data or its keys may lie, and how each place follows a change of keys [U-23].

A sink is *rekeyed* by the run, *expires* by itself, holds *nothing* that is sealed, or is the
*operator's* to destroy, because nothing here can reach it. A test holds that each is looked at as it
says. Data that lies elsewhere is found by the scanner, and then no run is complete.
"""

from collections.abc import Iterable
from enum import Enum
from typing import NamedTuple

from teahouse.gate.model.policies import Both
from teahouse.reports.model.facts import SinkSeen


class Follows(Enum):
    """How a sink follows a change of keys."""

    REKEYED = "rekeyed"
    EXPIRES = "expires"
    NOTHING = "nothing"
    OPERATOR = "operator"


class State(Enum):
    """What was found there."""

    CLEAN = "clean"  # looked at: nothing under an old key
    HOLDS_OLD = "holds_old"  # looked at: something is left
    EXPIRES = "expires"  # what is old there is gone by a moment
    DECLARED = "declared"  # cannot be looked at from here; what it says is what we rely on
    UNREACHABLE = "unreachable"  # could have been looked at, and did not answer


class Sink(NamedTuple):
    """A place where data may lie. ``looked`` says whether code looks at it."""

    name: str
    follows: Follows
    looked: bool
    title: Both
    how: Both


SINKS: tuple[Sink, ...] = (
    Sink(
        "primary", Follows.REKEYED, looked=True,
        title=Both("主数据库", "The database"),
        how=Both(
            "升级逐行重新加密，核验程序再逐列计数。",
            "The run seals every row anew, and the verifier counts every column.",
        ),
    ),
    Sink(
        "write_ahead", Follows.EXPIRES, looked=True,
        title=Both("数据库的预写日志与死行", "The database's log of changes, and dead rows"),
        how=Both(
            "被替换的旧行在清理（vacuum）之前仍在文件里，日志在回收或归档期满后消失；复制槽会把日志留住。",
            "Rows that were replaced stay in the files until vacuum, and in the log until it is "
            "recycled; a replication slot, or an archive, holds it longer.",
        ),
    ),
    Sink(
        "replicas", Follows.REKEYED, looked=True,
        title=Both("副本数据库", "Replicas"),
        how=Both(
            "随主库重放而更新；列出每个副本是否已重放到升级结束之处。",
            "They follow the database; each is asked whether it has replayed up to the run's end.",
        ),
    ),
    Sink(
        "statement_logs", Follows.NOTHING, looked=True,
        title=Both("数据库的语句日志", "The database's statement log"),
        how=Both(
            "只有设置成记录语句参数时才可能留下数据；检查这些设置。",
            "It holds data only when it is set to log statements with their parameters; the settings "
            "are looked at.",
        ),
    ),
    Sink(
        "caches", Follows.EXPIRES, looked=True,
        title=Both("进程内存中的密钥", "Keys in the memory of processes"),
        how=Both(
            "每个进程都确认已换用新一代密钥；解开的数据密钥随缓存更替或重启消失。",
            "Every worker says which generation of keys it has; unwrapped data keys go with the cache, "
            "or with a restart.",
        ),
    ),
    Sink(
        "search", Follows.NOTHING, looked=False,
        title=Both("搜索索引", "Search indexes"),
        how=Both(
            "没有独立的搜索引擎：查找用主库里的盲索引。",
            "There is no search engine: people are found by the blind indexes in the database.",
        ),
    ),
    Sink(
        "queue", Follows.EXPIRES, looked=True,
        title=Both("待办任务", "Jobs that wait"),
        how=Both(
            "任务表在主库里，只写编号；完成后即删。",
            "They are a table of the database, hold ids, and are deleted when done.",
        ),
    ),
    Sink(
        "bus", Follows.NOTHING, looked=True,
        title=Both("消息总线", "The message bus"),
        how=Both(
            "NATS 只传“有新内容”，不保留任何消息；若启用了持久流则报告其保留期。",
            "NATS says only that there is something new, and keeps nothing; if it has streams that "
            "keep, they are named.",
        ),
    ),
    Sink(
        "blobs", Follows.NOTHING, looked=False,
        title=Both("上传的文件", "Uploaded files"),
        how=Both(
            "文件本身不加密（见决策 0004），其名称加密在主库里，随升级更换。",
            "Files are not sealed (decision 0004); their names are, in the database.",
        ),
    ),
    Sink(
        "exports", Follows.EXPIRES, looked=True,
        title=Both("个人信息副本", "Copies that people asked for"),
        how=Both(
            "每份副本有自己的密钥，七天后删除；那把密钥随升级重新加密。",
            "Each has a key of its own and is deleted after seven days; that key is sealed anew.",
        ),
    ),
    Sink(
        "backups", Follows.EXPIRES, looked=True,
        title=Both("备份", "Back-ups"),
        how=Both(
            "旧备份里是旧密文：旧密钥若仍在某处，它们就仍能打开，直到备份过期或被销毁。",
            "Old back-ups hold old ciphertext. They open for whoever has the old key, until they "
            "expire or are destroyed.",
        ),
    ),
    Sink(
        "key_files", Follows.OPERATOR, looked=False,
        title=Both("密钥文件的其他副本", "Other copies of the key file"),
        how=Both(
            "本机的密钥由销毁步骤移除；其他主机与离线副本要由运营者销毁。",
            "Destroying takes a key out of this host's file; copies on other hosts and in safes are the "
            "operator's to destroy.",
        ),
    ),
    Sink(
        "program_logs", Follows.NOTHING, looked=True,
        title=Both("程序日志", "Logs of the program"),
        how=Both(
            "写日志时遮去一切个人信息；由测试把守。",
            "Personal data is masked when it is written, and tests watch that.",
        ),
    ),
    Sink(
        "clients", Follows.NOTHING, looked=False,
        title=Both("用户的设备", "People's own devices"),
        how=Both(
            "设备上只有各人自己的明文缓存，没有用本站密钥加密的内容，退出时清除。",
            "They hold people's own data in clear, nothing sealed by keys of the house, and drop it at "
            "sign-out.",
        ),
    ),
)  # fmt: skip
BY_NAME = {sink.name: sink for sink in SINKS}


def lacking(seen: Iterable[SinkSeen]) -> list[str]:
    """Return the sinks of which nothing was said."""
    said = {one.sink for one in seen}
    return [sink.name for sink in SINKS if sink.name not in said]


def unknown(seen: Iterable[SinkSeen]) -> list[str]:
    """Return the sinks that should have been looked at and were not, in their order."""
    by_name = {one.sink: one for one in seen}
    states = {name: one.state for name, one in by_name.items()}
    return [
        sink.name
        for sink in SINKS
        if states.get(sink.name, State.UNREACHABLE.value) == State.UNREACHABLE.value
    ]


def residual(seen: Iterable[SinkSeen]) -> list[SinkSeen]:
    """Return where old ciphertext is, or may be, still."""
    left = (State.HOLDS_OLD.value, State.EXPIRES.value, State.UNREACHABLE.value)
    return [
        one
        for one in seen
        if one.state in left
        or (
            one.state == State.DECLARED.value
            and one.sink in BY_NAME
            and BY_NAME[one.sink].follows is Follows.OPERATOR
        )
    ]
