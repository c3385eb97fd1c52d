"""What follows from what a sink answered. Pure, so that each case can be shown."""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from teahouse.reports.model.details import detail, details_of, seen_at
from teahouse.reports.model.facts import ColumnFact, Detail, SinkSeen
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
        return seen_at("primary", State.DECLARED.value, [detail("not_counted")])
    left = sum(counted)
    state = State.HOLDS_OLD if left else State.CLEAN
    return seen_at("primary", state.value, counted=left)


def statement_logs(settings: Mapping[str, str]) -> SinkSeen:
    """Return whether the database's log may hold values."""
    loud = settings.get("log_statement", "none") not in ("none", "ddl")
    slow = any(
        settings.get(name, _OFF) != _OFF
        for name in ("log_min_duration_statement", "log_min_duration_sample")
    )
    shown = settings.get("log_parameter_max_length", _OFF) != "0"
    on_error = settings.get("log_parameter_max_length_on_error", "0") != "0"
    wrong = [detail("parameters_logged")] if (loud or slow) and shown else []
    if on_error:
        wrong.append(detail("parameters_on_error"))
    state = State.HOLDS_OLD if wrong else State.CLEAN
    return seen_at("statement_logs", state.value, wrong)


def write_ahead(settings: Mapping[str, str], idle_slots: list[str], dead_rows: int) -> SinkSeen:
    """Return what holds old rows and the log of changes back."""
    said = [detail("dead_rows", count=dead_rows)]
    if settings.get("archive_mode", "off") != "off":
        said.append(detail("archived"))
    if idle_slots:
        said.append(detail("held_back", names=", ".join(idle_slots)))
    return seen_at("write_ahead", State.EXPIRES.value, said, dead_rows)


def replicas(
    found: Iterable[tuple[str, float, bool]], now: datetime, ended_at: datetime
) -> SinkSeen:
    """Return whether each replica shows what was here when the run ended.

    Of each: its name, how many seconds it is behind, and whether it says so.
    """
    told = list(found)
    if not told:
        return seen_at("replicas", State.CLEAN.value, [detail("no_replica")], 0)
    if not all(known for _, _, known in told):
        silent = ", ".join(name for name, _, known in told if not known)
        said = [detail("replicas_silent", names=silent)]
        return seen_at("replicas", State.UNREACHABLE.value, said)
    late = [name for name, behind, _ in told if now - timedelta(seconds=behind) < ended_at]
    if late:
        said = [detail("replicas_late", names=", ".join(late))]
        return seen_at("replicas", State.HOLDS_OLD.value, said, len(late))
    return seen_at("replicas", State.CLEAN.value, [detail("replicas_follow", count=len(told))], 0)


def asked(found: Iterable[tuple[int, bool | None]], seen: SinkSeen | None) -> SinkSeen:
    """Return what the replicas said that were asked themselves, in place of what was seen from here.

    Of each: its number in the configuration, and whether it is as far as the database; ``None`` for
    one that does not answer as a replica of ours. What was old when they were counted is a finding
    of the run. ``seen`` is given when more follow than were asked.
    """
    told = dict(found)
    said = [_asked(number, there) for number, there in told.items()]
    states = [State.UNREACHABLE if None in told.values() else State.CLEAN]
    states += [State.HOLDS_OLD] if False in told.values() else []
    if seen is not None:
        said += details_of(seen)
        states += [State(seen.state)] if State(seen.state) is not State.CLEAN else []
    late = sum(there is not True for there in told.values())
    return seen_at("replicas", states[-1].value, said, late)


def _asked(number: int, there: bool | None) -> Detail:
    if there is None:
        return detail("replica_silent", number=number)
    return (
        detail("replica_there", number=number) if there else detail("replica_behind", number=number)
    )


def caches(behind: list[str], workers: int) -> SinkSeen:
    """Return whether every worker has the newest keys. ``behind`` are those that have not."""
    state = State.HOLDS_OLD if behind else State.EXPIRES
    said = [detail("workers", count=workers)]
    said += [detail("workers_behind", names=", ".join(behind))] if behind else []
    return seen_at("caches", state.value, said, len(behind))


def queue(waiting: int, oldest: datetime | None) -> SinkSeen:
    """Return how many jobs wait, and since when."""
    said = [] if oldest is None else [detail("oldest_job", at=f"{oldest:%Y-%m-%dT%H:%M}Z")]
    return seen_at("queue", State.EXPIRES.value, said, waiting)


def bus(streams: list[str] | None) -> SinkSeen:
    """Return whether the bus keeps anything. ``None``: there is no bus, or it keeps nothing."""
    if not streams:
        return seen_at("bus", State.CLEAN.value, counted=0)
    said = [detail("streams", names=", ".join(streams))]
    return seen_at("bus", State.HOLDS_OLD.value, said, len(streams))


def personal_lines(lines: Iterable[bytes]) -> int:
    """Count the lines in which a number, an address or an envelope stands."""
    return sum(_PERSONAL.search(line) is not None for line in lines)


def program_logs(files: int, lines: int) -> SinkSeen:
    """Return what was found in files of logs."""
    state = State.HOLDS_OLD if lines else State.CLEAN
    return seen_at("program_logs", state.value, [detail("log_files", count=files)], lines)
