"""What follows from what a sink answered. Pure, so that each case can be shown."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from teahouse.reports.model.facts import ColumnFact, SinkSeen
from teahouse.reports.model.sinks import State

# What decides whether the database writes parameters, which are personal data, into its log.
LOG_SETTINGS = (
    "log_statement",
    "log_min_duration_statement",
    "log_min_duration_sample",
    "log_parameter_max_length",
    "log_parameter_max_length_on_error",
    "archive_mode",
)
_OFF = "-1"
_PERSONAL = re.compile(
    rb"(?<![0-9A-Za-z+])(\+[1-9][0-9]{7,14}|1[3-9][0-9]{9})(?![0-9A-Za-z])"
    rb"|[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}"
    rb"|d7544856"
)


def primary(columns: Iterable[ColumnFact]) -> SinkSeen:
    """Return how the database stands, by what the verifier counted in it."""
    counted = [one.old + one.broken for one in columns]
    if not counted:
        return SinkSeen(sink="primary", state=State.DECLARED.value, detail="not counted")
    left = sum(counted)
    state = State.HOLDS_OLD if left else State.CLEAN
    return SinkSeen(sink="primary", state=state.value, counted=left)


def statement_logs(settings: Mapping[str, str]) -> SinkSeen:
    """Return whether the database's log may hold values."""
    loud = settings.get("log_statement", "none") not in ("none", "ddl")
    slow = any(
        settings.get(name, _OFF) != _OFF
        for name in ("log_min_duration_statement", "log_min_duration_sample")
    )
    shown = settings.get("log_parameter_max_length", _OFF) != "0"
    on_error = settings.get("log_parameter_max_length_on_error", "0") != "0"
    wrong: list[str] = []
    if (loud or slow) and shown:
        wrong.append("log_parameter_max_length is not 0")
    if on_error:
        wrong.append("log_parameter_max_length_on_error is not 0")
    state = State.HOLDS_OLD if wrong else State.CLEAN
    return SinkSeen(sink="statement_logs", state=state.value, detail=", ".join(wrong))


def write_ahead(settings: Mapping[str, str], idle_slots: list[str], dead_rows: int) -> SinkSeen:
    """Return what holds old rows and the log of changes back."""
    said = [f"about {dead_rows} rows wait for vacuum"]
    if settings.get("archive_mode", "off") != "off":
        said.append("the log is archived: its archive has to expire")
    if idle_slots:
        said.append(f"held back by {', '.join(idle_slots)}")
    return SinkSeen(
        sink="write_ahead", state=State.EXPIRES.value, counted=dead_rows, detail="; ".join(said)
    )


def replicas(
    found: Iterable[tuple[str, float, bool]], now: datetime, ended_at: datetime
) -> SinkSeen:
    """Return whether each replica shows what was here when the run ended.

    Of each: its name, how many seconds it is behind, and whether it says so.
    """
    told = list(found)
    if not told:
        return SinkSeen(sink="replicas", state=State.CLEAN.value, counted=0, detail="there is none")
    if not all(known for _, _, known in told):
        silent = ", ".join(name for name, _, known in told if not known)
        detail = f"does not say how far it is: {silent}"
        return SinkSeen(sink="replicas", state=State.UNREACHABLE.value, detail=detail)
    late = [name for name, behind, _ in told if now - timedelta(seconds=behind) < ended_at]
    state = State.HOLDS_OLD if late else State.CLEAN
    detail = f"not there yet: {', '.join(late)}" if late else f"{len(told)} follow"
    return SinkSeen(sink="replicas", state=state.value, counted=len(late), detail=detail)


def asked(found: Iterable[tuple[int, bool | None]], seen: SinkSeen | None) -> SinkSeen:
    """Return what the replicas said that were asked themselves, in place of what was seen from here.

    Of each: its number in the configuration, and whether it is as far as the database; ``None`` for
    one that does not answer as a replica of ours. What was old when they were counted is a finding
    of the run. ``seen`` is given when more follow than were asked.
    """
    told = dict(found)
    words = {True: "is there", False: "is behind", None: "does not answer"}
    detail = "; ".join(f"replica {number} {words[there]}" for number, there in told.items())
    states = [State.UNREACHABLE if None in told.values() else State.CLEAN]
    states += [State.HOLDS_OLD] if False in told.values() else []
    if seen is not None:
        detail += f"; {seen.detail}"
        states += [State(seen.state)] if State(seen.state) is not State.CLEAN else []
    late = sum(there is not True for there in told.values())
    return SinkSeen(sink="replicas", state=states[-1].value, counted=late, detail=detail)


def caches(behind: list[str], workers: int) -> SinkSeen:
    """Return whether every worker has the newest keys. ``behind`` are those that have not."""
    state = State.HOLDS_OLD if behind else State.EXPIRES
    detail = f"{workers} workers" + (f", behind: {', '.join(behind)}" if behind else "")
    return SinkSeen(sink="caches", state=state.value, counted=len(behind), detail=detail)


def queue(waiting: int, oldest: datetime | None) -> SinkSeen:
    """Return how many jobs wait, and since when."""
    detail = "" if oldest is None else f"the oldest is from {oldest:%Y-%m-%dT%H:%M}Z"
    return SinkSeen(sink="queue", state=State.EXPIRES.value, counted=waiting, detail=detail)


def bus(streams: list[str] | None) -> SinkSeen:
    """Return whether the bus keeps anything. ``None``: there is no bus, or it keeps nothing."""
    if not streams:
        return SinkSeen(sink="bus", state=State.CLEAN.value, counted=0)
    detail = f"streams that keep: {', '.join(streams)}"
    return SinkSeen(sink="bus", state=State.HOLDS_OLD.value, counted=len(streams), detail=detail)


def personal_lines(lines: Iterable[bytes]) -> int:
    """Count the lines in which a number, an address or an envelope stands."""
    return sum(_PERSONAL.search(line) is not None for line in lines)


def program_logs(files: int, lines: int) -> SinkSeen:
    """Return what was found in files of logs."""
    state = State.HOLDS_OLD if lines else State.CLEAN
    detail = f"{files} files; what the host keeps of our standard error is the operator's"
    return SinkSeen(sink="program_logs", state=state.value, counted=lines, detail=detail)
