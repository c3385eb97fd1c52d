"""Leaks of personal data, from the machine: the same verbs, two persons and audit as in the console."""

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import msgspec
import typer

from teahouse.breaches.model import LISTED_MAX, Case, Part, Profile, Scope, Told
from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.cli.database import say
from teahouse.errors import Invalid

if TYPE_CHECKING:
    from teahouse.breaches.service import Breaches

app = typer.Typer(
    help="When personal data has leaked: who is affected, and telling them.", no_args_is_help=True
)
PAGES_AT_ONCE = 20

CaseId = Annotated[str, typer.Argument(help="As `breach status` prints it.")]
Title = Annotated[str, typer.Option(help="What it is, in a few words; operators read it.")]
Tables = Annotated[
    list[str] | None, typer.Option("--table", help="A table that leaked; repeat. None: all.")
]
From = Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%dT%H:%M"], help="UTC.")]
Until = Annotated[
    datetime | None, typer.Option("--until", formats=["%Y-%m-%dT%H:%M"], help="UTC; empty: now.")
]
KeyName = Annotated[
    str, typer.Option("--key", help="The key that leaked: kek:1, index:2, or dek:ID.")
]
Known = Annotated[
    datetime | None,
    typer.Option("--known", formats=["%Y-%m-%dT%H:%M"], help="When you became aware, UTC."),
]
Whose = Annotated[Profile, typer.Option("--profile", help="Whose law: cn-mainland, eu, intl.")]
Texts = Annotated[Path, typer.Argument(help="JSON, as `breach template` prints it.", exists=True)]
Whom = Annotated[str, typer.Option(help="people or authority.")]
Lang = Annotated[str, typer.Option(help="zh or en.")]
Why = Annotated[str, typer.Option(help="Why harm is effectively averted.")]


@asynccontextmanager
async def _breaches(config: Path | None, data_dir: str | None) -> AsyncIterator["Breaches"]:
    from teahouse.app import register_jobs  # noqa: PLC0415 - only once a command is run

    async with house_of(config, data_dir) as house:
        register_jobs(house)  # what is begun here may be ended by the server
        yield house.rights.breaches


def _row(case: Case, accounts: int) -> list[str]:
    return [
        case.case_id,
        case.state.value,
        case.title,
        str(accounts),
        str(case.erased_count),
        moment(case.due_at),
        moment(case.authority_told_at) if case.authority_told_at else "",
        moment(case.published_at) if case.published_at else "",
    ]


def _shown(rows: list[list[str]]) -> None:
    heads = ["case", "state", "title", "accounts", "erased since", "authority by", "told", "people"]
    show("Breaches", heads, rows)


def _said(parts: list[Part], lang: str) -> None:
    for one in parts:
        title, said = (one.title.zh, one.said.zh) if lang == "zh" else (one.title.en, one.said.en)
        sys.stdout.write(f"{title}: {said}\n")


def _scope(tables: list[str] | None, began: datetime, ended: datetime, key: str) -> Scope:
    purpose, _, which = key.partition(":")
    scope = Scope(began.replace(tzinfo=UTC), ended.replace(tzinfo=UTC), tuple(tables or ()))
    if not key:
        return scope
    if purpose == "dek":
        return msgspec.structs.replace(scope, dek_id=which)
    if not which.isdecimal():
        raise Invalid("A key is kek:1, index:2 or dek:ID.")
    return msgspec.structs.replace(scope, purpose=purpose, version=int(which))


@app.command("open")
def open_(
    title: Title,
    began: From,
    until: Until = None,
    table: Tables = None,
    key: KeyName = "",
    known: Known = None,
    profile: Whose = Profile.INTL,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Open a case, and count here and now who is affected."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            scope = _scope(table, began, until or breaches.clock.now(), key)
            at = known.replace(tzinfo=UTC) if known else None
            case = await breaches.open(actor(), title, profile, scope, at)
            while not await breaches.count_some(case.case_id, PAGES_AT_ONCE):
                now, accounts = await breaches.case(case.case_id)
                say(f"{now.rows_count} rows, {accounts} accounts")
            _shown([_row(*await breaches.case(case.case_id))])
        return 0

    run_async(work())


@app.command()
def status(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """List the cases."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            found = await breaches.cases()
        _shown([_row(*one) for one in found])
        return 0

    run_async(work())


@app.command("list")
def list_(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print the account ids of everybody affected, and in which tables, as they are read."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            after = ""
            while found := await breaches.affected(actor(), case_id, after, LISTED_MAX):
                for one in found:
                    sys.stdout.write(f"{one.account_id}\t{' '.join(one.tables)}\n")
                after = found[-1].account_id
        return 0

    run_async(work())


@app.command()
def template() -> None:
    """Print what a notice must say, as JSON to be filled in."""
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(Told())).decode() + "\n")


@app.command()
def write(
    case_id: CaseId, texts: Texts, data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Take over what the notices say."""
    try:
        told = msgspec.json.decode(texts.read_bytes(), type=Told)
    except msgspec.DecodeError as wrong:
        raise Invalid(f"{texts}: {wrong}") from wrong

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.write(actor(), case_id, told)
        return 0

    run_async(work())


@app.command()
def notice(
    case_id: CaseId,
    whom: Whom = "authority",
    lang: Lang = "en",
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print a notice as it stands; exit code 1 when something that must be in it is lacking."""
    if whom not in ("people", "authority") or lang not in ("zh", "en"):
        raise Invalid("whom is people or authority, lang is zh or en.")

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            parts, missing = await breaches.said(case_id, whom)
        _said(parts, lang)
        if missing:
            say(f"lacking: {', '.join(missing)}")
        return 1 if missing else 0

    run_async(work())


@app.command()
def sent(
    case_id: CaseId, lang: Lang = "en", data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Print the notices that went out, as they went out, the newest first."""
    if lang not in ("zh", "en"):
        raise Invalid("lang is zh or en.")

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            found = await breaches.went_out(case_id)
        for one in found:
            sys.stdout.write(f"-- {one.whom} {moment(one.told_at)}\n")
            _said(one.parts, lang)
        return 0

    run_async(work())


@app.command("contacts-ask")
def contacts_ask(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Ask, as the first person, to read how people can be reached; the second agrees."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.ask_contacts(actor(), case_id)
        say("somebody else agrees within a day: teahouse breach contacts-agree")
        return 0

    run_async(work())


@app.command("contacts-agree")
def contacts_agree(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Agree, as the second person; both may read contacts for an hour."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            until = await breaches.agree_contacts(actor(), case_id)
        say(f"until {moment(until)}")
        return 0

    run_async(work())


@app.command()
def contacts(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print how people can be reached, once two persons have agreed."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            after = ""
            while found := await breaches.contacts(actor(), case_id, after):
                for one in found:
                    words = (one.account_id, one.user_id, *one.contacts)
                    sys.stdout.write("\t".join(words) + "\n")
                after = found[-1].account_id
        return 0

    run_async(work())


@app.command("authority-told")
def authority_told(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Note that the authority was told, now, of what the notice says; more can be told later."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.authority_told(actor(), case_id)
        return 0

    run_async(work())


@app.command()
def tell(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Publish the notice, and tell everybody affected once; again: publish what was corrected."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.tell(actor(), case_id)
            say(f"{breaches.config.base_url}/data-breaches/{case_id}")
        return 0

    run_async(work())


@app.command()
def spare(case_id: CaseId, why: Why, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Decide that people need not be told, because harm is effectively averted."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.spare(actor(), case_id, why)
        return 0

    run_async(work())


@app.command()
def close(case_id: CaseId, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Close a case, once the authority was told, and people were told or spared."""

    async def work() -> int:
        async with _breaches(config, data_dir) as breaches:
            await breaches.close(actor(), case_id)
        return 0

    run_async(work())
