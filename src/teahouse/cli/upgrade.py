"""The security upgrade from the machine: the same verbs, rules and audit as in the console."""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from teahouse.cli import merges, report
from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async, settings
from teahouse.cli.database import say
from teahouse.cli.spoken import LangHere, chosen, heads, in_, language, spoken, state_in
from teahouse.reports.model.stolen import STOLEN

if TYPE_CHECKING:  # the list of commands is made without the whole house
    from teahouse.app import House
    from teahouse.exposures.model import Curve
    from teahouse.planning.model import Asking, Plan
    from teahouse.renewals.model import Finding
    from teahouse.upgrades.model.runs import Run
    from teahouse.upgrades.service.upgrades import Shown, Upgrades

app = typer.Typer(
    help="Everything that keys protect made anew, with registration open.", no_args_is_help=True
)
report.register(app)
merges.register(app)

WATCH_SECONDS = 2.0
Classes = Annotated[
    list[str] | None,
    typer.Option("--class", help="kek, dek, index, house, session, …; default: all. Repeat."),
]
Suite = Annotated[
    int | None, typer.Option(help="1: AES and SHA-256; 2: SM4 and SM3; default: as it is.")
]
ModeName = Annotated[
    str, typer.Option("--mode", help="ordinary, or compromise: a key may be known.")
]
Stolen = Annotated[
    str | None,
    typer.Option(help="What was, as `upgrade stolen` names it: picks mode and classes."),
]
Normaliser = Annotated[
    int | None,
    typer.Option(help="Of the new index key. 1: as written; 2: as it looks; default: as it is."),
]
Scope = Annotated[
    str, typer.Option(help="The whole installation, *, or one region of it by itself.")
]
Reason = Annotated[str, typer.Option(help="Why; it goes into the audit log.")]
RunId = Annotated[str, typer.Argument(help="As `upgrade status` prints it.")]
RateMax = Annotated[int | None, typer.Option("--rate", help="Rows a second at most.")]
Verb = Callable[["Upgrades"], Awaitable["Run"]]


@app.command()
def plan(
    classes: Classes = None,
    suite: Suite = None,
    mode: ModeName = "ordinary",
    stolen: Stolen = None,
    normaliser: Normaliser = None,
    scope: Scope = "*",
    lang: LangHere = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print what an upgrade would do, and what it takes. Nothing is changed."""
    said = chosen(lang)

    async def work() -> int:
        asking = _asking(classes, suite, mode, "a plan", None, scope)
        asking = asking._replace(stolen=stolen, normaliser=normaliser)
        async with house_of(config, data_dir) as house:
            _tell_plan(await house.upgrades.plan(asking), said)
        return 0

    run_async(work())


@app.command()
def start(
    reason: Reason,
    classes: Classes = None,
    suite: Suite = None,
    mode: ModeName = "ordinary",
    stolen: Stolen = None,
    normaliser: Normaliser = None,
    rate_max: RateMax = None,
    scope: Scope = "*",
    lang: LangHere = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Plan an upgrade and start it. The server that runs does it; so does `upgrade work`."""
    told = chosen(lang)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            asking = _asking(classes, suite, mode, reason, rate_max, scope)
            asking = asking._replace(stolen=stolen, normaliser=normaliser)
            run = await house.upgrades.make(actor(), asking)
            run = await house.upgrades.start(actor(), run.run_id)
        sys.stdout.write(f"{run.run_id}\n")
        say(spoken(told, "started", work=run.work_id))
        return 0

    run_async(work())


@app.command()
def status(
    run_id: Annotated[str | None, typer.Argument(help="One of them; empty: the newest.")] = None,
    every: Annotated[bool, typer.Option("--all", help="List all of them.")] = False,
    watch: Annotated[bool, typer.Option(help="Print it again and again, until it ends.")] = False,
    lang: LangHere = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print how an upgrade stands: for each class and table total, done, rate, time left, failed."""
    said = chosen(lang)

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.upgrades.runs()
            if every:
                rows = [
                    [
                        run.run_id,
                        _state(run, said),
                        moment(run.planned_at),
                        " ".join(run.classes) + _only(run, said),
                        run.reason,
                    ]
                    for run, _ in found
                ]
                names = heads(said, "id", "state", "planned_at", "classes", "why")
                show(spoken(said, "upgrades"), names, rows)
                return 0
            wanted = run_id or (found[0][0].run_id if found else "")
            if not wanted:
                sys.stdout.write(spoken(said, "none") + "\n")
                return 0
            while True:
                shown = await house.upgrades.show(wanted)
                _tell(shown, house, said)
                _tell_exposure(await house.upgrades.yard.exposures.curves(wanted), said)
                if not watch or shown.run.ended_at is not None:
                    return 0
                await asyncio.sleep(WATCH_SECONDS)

    run_async(work())


@app.command()
def exposure(run_id: RunId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print how much was under the old keys, by column, over time, as comma-separated values."""

    async def work() -> int:
        from teahouse.exposures.model import written  # noqa: PLC0415

        async with house_of(config, data_dir) as house:
            sys.stdout.write(written(await house.upgrades.yard.exposures.curves(run_id)))
        return 0

    run_async(work())


@app.command()
def pause(run_id: RunId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Hold an upgrade where it is, within a page."""
    _act(data_dir, config, lambda it: it.pause(actor(), run_id, True))


@app.command()
def resume(run_id: RunId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Let an upgrade go on."""
    _act(data_dir, config, lambda it: it.pause(actor(), run_id, False))


@app.command()
def rate(
    run_id: RunId,
    rows: Annotated[int, typer.Argument(help="Rows a second at most; 0: as fast as can be.")],
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Set how fast an upgrade goes at most."""
    _act(data_dir, config, lambda it: it.rate(actor(), run_id, rows or None))


@app.command()
def abort(
    run_id: RunId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Give an upgrade up: it goes back to a state in which all is well."""
    _act(data_dir, config, lambda it: it.abort(actor(), run_id, reason))


@app.command()
def verify(run_id: RunId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Open everything again, after what was found has been mended."""
    _act(data_dir, config, lambda it: it.verify(actor(), run_id))


@app.command()
def retry(run_id: RunId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Try again what is in quarantine."""
    _act(data_dir, config, lambda it: it.retry(actor(), run_id))


@app.command()
def retire(
    run_id: RunId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Have the old keys open nothing any more. Two persons say so; each types it."""
    _two(data_dir, config, run_id, "retire", reason)


@app.command()
def destroy(
    run_id: RunId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Destroy the old keys for ever. Two persons say so; each types it."""
    _two(data_dir, config, run_id, "destroy", reason)


@app.command(name="lose-backups")
def lose_backups(
    run_id: RunId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Let the old key go although back-ups are sealed under it: they are lost. Two persons say so."""
    _two(data_dir, config, run_id, "lose_backups", reason)


@app.command()
def force(
    run_id: RunId, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Go on although a live worker lacks the new keys. Two persons say so; each types it."""
    _two(data_dir, config, run_id, "force", reason)


@app.command()
def work(
    processes: Annotated[int, typer.Option(help="How many hands.", min=1, max=64)] = 1,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Work on upgrades until Ctrl-C, beside the server or on another host with the same keys."""

    async def go() -> int:
        from teahouse.infra.engines.connection import connection  # noqa: PLC0415
        from teahouse.infra.yielding import give_way  # noqa: PLC0415

        give_way()  # and those that it starts
        chosen = settings(config, data_dir=data_dir)
        async with connection(chosen, say) as dsn:
            return await _hands(msgspec.structs.replace(chosen, database_url=dsn), processes)

    run_async(go())


async def _hands(chosen: "object", processes: int) -> int:
    """Keep so many hands, and start again those that end."""
    from teahouse.cli.hand import STAY  # noqa: PLC0415
    from teahouse.infra.engines.children import Launch, spawn  # noqa: PLC0415

    async def keep() -> None:
        while True:
            launch = Launch(
                argv=[sys.executable, "-m", "teahouse.cli.hand", STAY],
                stdin=asyncio.subprocess.PIPE,
            )
            process = await spawn(launch)
            assert process.stdin is not None, "it was started with a pipe"
            process.stdin.write(msgspec.json.encode(chosen) + b"\n")
            process.stdin.close()
            await process.wait()
            say(spoken(language(), "hand_ended"))
            await asyncio.sleep(WATCH_SECONDS)

    with suppress(asyncio.CancelledError):
        await asyncio.gather(*(keep() for _ in range(processes)))
    return 0


def _asking(
    classes: list[str] | None,
    suite: int | None,
    mode: str,
    reason: str,
    rate_max: int | None,
    scope: str,
) -> "Asking":
    from teahouse.planning.model import Asking  # noqa: PLC0415

    return Asking(classes or [], suite, mode, reason, rate_max, scope)


def _act(data_dir: str | None, config: Path | None, verb: Verb) -> None:
    async def work() -> int:
        async with house_of(config, data_dir) as house:
            run = await verb(house.upgrades)
        sys.stdout.write(f"{run.run_id} {_state(run, language())}\n")
        return 0

    run_async(work())


def _two(data_dir: str | None, config: Path | None, run_id: str, act: str, reason: str) -> None:
    async def work() -> int:
        from teahouse.upgrades.model.runs import Act  # noqa: PLC0415

        async with house_of(config, data_dir) as house:
            run = await house.upgrades.agree(actor(), run_id, Act(act), reason)
            shown = await house.upgrades.show(run_id)
        said = language()
        waits = any(one.act.value == act for one in shown.agreements)
        words = spoken(said, "second_needed") if waits else spoken(said, "two_agreed", act=act)
        sys.stdout.write(f"{run.run_id} {_state(run, said)}: {words}\n")
        return 0

    run_async(work())


def _state(run: "Run", lang: str) -> str:
    state = state_in(lang, run.state.value)
    return spoken(lang, "paused", state=state) if run.paused else state


def _only(run: "Run", lang: str) -> str:
    """Say of which region a run is, if it is of one."""
    return "" if run.scope == "*" else spoken(lang, "only", scope=run.scope)


def _tell_plan(made: "Plan", lang: str) -> None:
    rows = [
        [
            one.data_class,
            one.table or "",
            str(one.rows),
            str(one.bytes),
            f"{one.core_seconds:.1f}",
            f"{one.seconds:.1f}",
            " ".join(one.touches),
            f"{one.disruption_seconds} s",
        ]
        for one in made.steps
    ]
    names = ("class", "table", "rows", "bytes", "core_s", "s", "touches", "disruption")
    show(spoken(lang, "plan"), heads(lang, *names), rows)
    for found in made.findings:
        stops = spoken(lang, "stops_it" if found.stops else "to_look_at")
        sys.stdout.write(f"{_found(found, lang)}, {stops}\n")
    if made.scope != "*":
        sys.stdout.write(spoken(lang, "others_stay", scope=made.scope) + "\n")
    sys.stdout.write(spoken(lang, "stays_open", rows=made.rows) + "\n")
    if made.merges is not None:
        told = msgspec.structs.asdict(made.merges)
        sys.stdout.write(spoken(lang, "alike", normaliser=made.normaliser, **told) + "\n")
    if made.stolen:
        remains = in_(STOLEN[made.stolen].remains, lang)
        sys.stdout.write(spoken(lang, "whatever", remains=remains) + "\n")


def _found(one: "Finding", lang: str) -> str:
    """Return a finding: its code, where, how many, and in words."""
    from teahouse.renewals.model.found import found  # noqa: PLC0415

    return f"{one.code} {one.place}: {one.count} ({in_(found(one.code), lang)})"


def _tell_exposure(curves: "Sequence[Curve]", lang: str) -> None:
    """Print what is still under the old keys, the gravest first."""
    rows = [
        [
            one.data_class,
            one.place,
            one.column,
            str(one.first),
            str(one.last),
            f"{(one.first - one.last) * 100 // one.first}%",
        ]
        for one in curves
        if one.first
    ]
    if rows:
        names = ("class", "table", "column", "before", "still_exposed", "gone")
        show(spoken(lang, "exposed"), heads(lang, *names), rows)


def _tell(shown: "Shown", house: "House", lang: str) -> None:
    from teahouse.renewals.model.says import read  # noqa: PLC0415
    from teahouse.upgrades.model.runs import says_of  # noqa: PLC0415

    run = shown.run
    says = in_(read(says_of(run, shown.soft_until, house.ground.clock.now())).words(), lang)
    sys.stdout.write(f"{run.run_id}: {_state(run, lang)}{_only(run, lang)}\n")
    if says:
        sys.stdout.write(f"{says}\n")
    rows = [
        [
            one.data_class,
            one.place,
            str(one.total),
            str(one.done),
            f"{one.done * 100 // one.total}%" if one.total else "",
            f"{one.rate:.0f}/s",
            "" if one.eta_seconds is None else f"{one.eta_seconds} s",
            str(one.quarantined or ""),
        ]
        for one in shown.steps
    ]
    names = ("class", "table", "total", "done", "", "rate", "left", "quarantined")
    show(spoken(lang, "progress"), heads(lang, *names), rows)
    for one in shown.findings:
        named = f": {', '.join(one.named)}" if one.named else ""
        sys.stdout.write(spoken(lang, "found", what=f"{_found(one, lang)}{named}") + "\n")
    for wish in shown.agreements:
        told = spoken(lang, "wishes", act=wish.act.value, who=wish.first_by)
        sys.stdout.write(f"{told}\n")
    keys = [
        [key.purpose.value, str(key.version), role, key.state.value, str(late or "")]
        for role, key, late in shown.keys
    ]
    names = ("purpose", "version", "", "state", "wanted_late")
    show(spoken(lang, "keys"), heads(lang, *names), keys)
