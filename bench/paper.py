"""What so many people need, on paper: from what was measured on one machine to any number of users.

``python -m bench paper --users 1000000`` prints, for an ordinary peak and for the greatest of the year,
how many processors, how much memory and how much disk a house needs, which of them runs out first, and
how many machines that is. Every figure is an option. What is measured comes from the other benches
(``docs/operate/capacity.md``); what people do comes from the sources (``requirements.md`` §1b), and
where no source says anything the option's help says that it is assumed.
"""

import argparse
import math
import sys
from dataclasses import dataclass, fields
from typing import Any

DAY = 86_400
KB, GB = 1024, 1024**3


@dataclass(frozen=True)
class Measured:
    """What one thing costs. Milliseconds are processor time, bytes are bytes."""

    take_worker_ms: float = 0.21
    take_database_ms: float = 0.14
    deliver_ms: float = 0.06
    poll_ms: float = 0.08
    return_ms: float = 1.5
    page_ms: float = 0.4
    sign_in_ms: float = 30.0
    poll_bytes: float = 14.0 * KB
    message_bytes: float = 784.0
    found_bytes: float = 430.0
    announced_a_second: float = 39_000.0


@dataclass(frozen=True)
class Habits:
    """What somebody who comes daily does in a day, and how it is spread."""

    messages: float = 41.3
    hearers: float = 3.0
    returns: float = 12.0
    pages: float = 24.0
    sign_ins: float = 0.01
    there_at_once: float = 0.2
    poll_seconds: float = 30.0
    file_each: float = 20.0
    file_bytes: float = 200 * KB
    kept_days: float = 365.0
    files_kept_days: float = 90.0


@dataclass(frozen=True)
class Machine:
    """A machine that can be had, and how full it may get."""

    cores: int = 16
    memory_gb: float = 64.0
    disk_gb: float = 4_000.0
    busy: float = 0.5
    full: float = 0.7
    copies: int = 2
    a_month: float = 0.0


ASSUMED = {
    "hearers": "clients that are open when a message comes, in all its room",
    "returns": "times the app is opened: a sync with what is new",
    "pages": "pages of older messages that are read",
    "sign_ins": "sign-ins with a password",
    "there_at_once": "part of the day's people who have a client open at the peak",
    "file_each": "one message of so many is a file",
    "file_bytes": "bytes of a file",
    "kept_days": "days for which messages stay",
    "files_kept_days": "days for which files stay",
}


@dataclass(frozen=True)
class Need:
    """What a house needs at its peak."""

    worker_cores: float
    database_cores: float
    memory_gb: float
    database_gb: float
    files_gb: float
    messages_a_second: float
    shards: int


def need(users: float, peak: float, cost: Measured, habits: Habits) -> Need:
    """Return what so many daily users need when ``peak`` times the average happens."""
    rate = users * peak / DAY
    messages = rate * habits.messages
    # Whoever waits asks again when the wait ends: most of what an idle house does.
    polls = users * habits.there_at_once / habits.poll_seconds
    worker_ms = (
        messages * (cost.take_worker_ms + habits.hearers * cost.deliver_ms)
        + polls * cost.poll_ms
        + rate * (habits.returns * cost.return_ms + habits.pages * cost.page_ms)
        + rate * habits.sign_ins * cost.sign_in_ms
    )
    daily = users * habits.messages
    return Need(
        worker_cores=worker_ms / 1000,
        database_cores=messages * cost.take_database_ms / 1000,
        memory_gb=users * habits.there_at_once * cost.poll_bytes / GB,
        database_gb=daily * habits.kept_days * (cost.message_bytes + cost.found_bytes) / GB,
        files_gb=daily / habits.file_each * habits.files_kept_days * habits.file_bytes / GB,
        messages_a_second=messages,
        shards=max(1, math.ceil(messages / (cost.announced_a_second / 2))),
    )


def machines(what: Need, machine: Machine) -> dict[str, float]:
    """Return how many machines each part wants, were it alone on them."""
    cores = machine.cores * machine.busy
    disk = machine.disk_gb * machine.full / machine.copies
    return {
        "workers' processors": what.worker_cores / cores,
        "workers' memory": what.memory_gb / (machine.memory_gb * machine.full),
        "database's processors": what.database_cores / cores * machine.copies,
        "database's disk": what.database_gb / disk,
        "files' disk": what.files_gb / disk,
    }


def total(wanted: dict[str, float]) -> int:
    """Return how many machines that is: processors, memory and disk of one may serve different parts."""
    workers = max(wanted["workers' processors"], wanted["workers' memory"])
    database = max(wanted["database's processors"], wanted["database's disk"])
    return max(1, math.ceil(workers + database + wanted["files' disk"]))


def told(users: float, peak: float, what: Need, machine: Machine) -> str:
    """Return one peak as a table."""
    wanted = machines(what, machine)
    amounts = {
        "workers' processors": f"{what.worker_cores:,.1f}",
        "workers' memory": f"{what.memory_gb:,.1f} GB",
        "database's processors": f"{what.database_cores:,.1f}",
        "database's disk": f"{what.database_gb:,.0f} GB",
        "files' disk": f"{what.files_gb:,.0f} GB",
    }
    lines = [
        f"{users:,.0f} a day, {peak:g} times the average",
        f"  {what.messages_a_second:,.0f} messages a second; log shards: {what.shards}",
    ]
    for part, of_machines in sorted(wanted.items(), key=lambda pair: -pair[1]):
        lines.append(f"  {part:22} {amounts[part]:>18} {of_machines:12,.2f} machines")
    lines.append(f"  {'together':22} {'':18} {total(wanted):9,}")
    if machine.a_month:
        lines.append(f"  {'a month':22} {total(wanted) * machine.a_month:18,.0f}")
    return "\n".join(lines) + "\n"


def _options(parser: argparse.ArgumentParser, kind: type[Measured | Habits | Machine]) -> None:
    for field in fields(kind):
        words = ASSUMED.get(field.name)
        parser.add_argument(
            f"--{field.name.replace('_', '-')}",
            type=type(field.default),
            default=field.default,
            help=f"assumed: {words}" if words else None,
        )


def _given(kind: type[Measured | Habits | Machine], options: argparse.Namespace) -> dict[str, Any]:
    return {field.name: getattr(options, field.name) for field in fields(kind)}


def run(arguments: list[str]) -> None:
    """Read the options and print."""
    parser = argparse.ArgumentParser(prog="python -m bench paper", description=__doc__)
    parser.add_argument("--users", type=float, default=1e6, help="who come on a day")
    parser.add_argument("--peaks", type=float, nargs="+", default=[3.0, 10.0])
    for kind in (Measured, Habits, Machine):
        _options(parser, kind)
    options = parser.parse_args(arguments)
    cost = Measured(**_given(Measured, options))
    habits = Habits(**_given(Habits, options))
    machine = Machine(**_given(Machine, options))
    for peak in options.peaks:
        sys.stdout.write(
            told(options.users, peak, need(options.users, peak, cost, habits), machine)
        )
