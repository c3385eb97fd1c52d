"""What whoever sits at the machine may do: operators, accounts, the audit log."""

import os
import pwd
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from teahouse.cli.commands import ConfigFile, DataDir, run_async, settings
from teahouse.cli.database import say
from teahouse.operators.model import Role

if TYPE_CHECKING:  # the list of commands is made without the whole house
    from teahouse.accounts.model import Account
    from teahouse.app import House

app = typer.Typer(help="Operators, accounts and the audit log.", no_args_is_help=True)

User = Annotated[str, typer.Argument(help="A name or a whole id: ada, @ada:example.org.")]
ToAddress = Annotated[str, typer.Argument(help="Where to: name@example.org.")]
ToNumber = Annotated[str, typer.Argument(help="Where to: +44…")]
Lang = Annotated[str, typer.Option(help="zh or en.")]
Reason = Annotated[str, typer.Option(help="Why; it goes into the audit log.")]
Cause = Annotated[
    str, typer.Option(help="own_wish, stolen or guardian; without one it is reviewed, or ends.")
]

WHY = {
    "unreachable": "the server could not be reached: is its name right, and the port open?",
    "timeout": "the server did not answer in time",
    "tls": "no encryption that can be trusted: is the port right, and the certificate good?",
    "password": "the server does not accept the user name and password",
    "sender": "the server does not let us send from that address",
    "recipient": "the server refuses that recipient",
    "address": "the gateway's address is not one that may be asked from here",
    "answer": "the other side refused",
}


def actor() -> str:
    """Name whoever is at the machine, for the audit log."""
    return f"cli:{pwd.getpwuid(os.getuid()).pw_name}"


@asynccontextmanager
async def house_of(file: Path | None, data_dir: str | None) -> AsyncIterator["House"]:
    """Open the house beside the one that may be serving."""
    from teahouse.app import open_house  # noqa: PLC0415 - only once a command is run
    from teahouse.infra.engines.connection import connection  # noqa: PLC0415

    config = settings(file, data_dir=data_dir)
    async with connection(config, say) as dsn, open_house(config, dsn) as house:
        yield house


async def account_of(house: "House", user: str) -> "Account":
    """Return the account that was named. Raises ``NoSuchAccount``."""
    server = house.config.server_name
    return await house.people.accounts.account(
        user if user.startswith("@") else f"@{user}:{server}"
    )


def show(title: str, names: list[str], rows: list[list[str]]) -> None:
    """Print a table; as lines with tabs when nobody is looking."""
    if not sys.stdout.isatty():
        for row in rows:
            sys.stdout.write("\t".join(row) + "\n")
        return
    from rich.console import Console  # noqa: PLC0415 - only for people
    from rich.table import Table  # noqa: PLC0415

    table = Table(*names, title=title)
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def moment(at: datetime) -> str:
    """Write a moment in UTC, to the second."""
    return at.strftime("%Y-%m-%d %H:%M:%SZ")


@app.command("operator-link")
def operator_link(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print a one-time link for an owner of the console; it ends the one before."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            link = await house.people.operators.setup_link(actor(), again=True)
            assert link is not None, "asked for again, there is always a link"
        sys.stdout.write(f"{link.url}\n")
        say(f"good once, until {moment(link.expires_at)}")
        return 0

    run_async(work())


@app.command()
def operators(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """List the operators."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.people.operators.operators()
        rows = [[one.name, one.role.value, one.state, moment(one.created_at)] for one in found]
        show("Operators", ["name", "role", "state", "since"], rows)
        return 0

    run_async(work())


@app.command()
def lock(
    user: User,
    reason: Reason,
    cause: Cause = "",
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Lock an account: its sessions are told so from now on."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            account = await account_of(house, user)
            await house.people.desk.lock(actor(), account.account_id, reason, cause)
        sys.stdout.write(f"{account.user_id} is locked\n")
        return 0

    run_async(work())


@app.command()
def unlock(user: User, reason: Reason, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Open a locked account again."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            account = await account_of(house, user)
            await house.people.desk.unlock(actor(), account.account_id, reason)
        sys.stdout.write(f"{account.user_id} is active\n")
        return 0

    run_async(work())


@app.command("tools-role")
def tools_role(
    user: User,
    role: Annotated[Role, typer.Option(help="owner, registrar, moderator or auditor.")],
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Say what an administrator's account may do by Synapse's tools."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            account = await account_of(house, user)
            await house.programs.adminapi.badges.give(actor(), account, role)
        sys.stdout.write(f"{account.user_id} is {role.value} by the tools\n")
        return 0

    run_async(work())


@app.command()
def sessions(user: User, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """List where an account is signed in. Names of devices stay sealed here."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            account = await account_of(house, user)
            await house.people.desk.look(actor(), account.account_id)
            found = await house.people.accounts.devices(account.account_id)
        rows = [[one.device_id, moment(one.created_at), moment(one.last_seen_at)] for one in found]
        show(account.user_id, ["device", "since", "last seen"], rows)
        return 0

    run_async(work())


@app.command()
def stages(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Print how many accounts are at each stage, and what each may do in a day."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            rules = await house.people.standing.rules()
            shown = await house.people.standing.preview(rules)
        acts = sorted({act for limits in rules.limits.values() for act in limits})
        rows = [
            [stage, str(count), *(str(rules.limits.get(stage, {}).get(act, "-")) for act in acts)]
            for stage, count in shown.stages.items()
        ]
        show("Stages", ["stage", "accounts", *acts], rows)
        return 0

    run_async(work())


@app.command()
def audit(
    limit: Annotated[int, typer.Option(help="How many, at most 200.", min=1, max=200)] = 50,
    act: Annotated[str | None, typer.Option(help="Only such acts: gate, accounts.lock.")] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Print the audit log, newest first."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.people.audit.page(limit=limit, act=act)
        rows = [
            [str(one.seq), moment(one.at), one.actor, one.act, one.target, one.detail]
            for one in found
        ]
        show("Audit log", ["no.", "at", "who", "act", "about", "detail"], rows)
        return 0

    run_async(work())


@app.command("audit-verify")
def audit_verify(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Recompute the audit log's chain; exit code 1 when it is broken."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            wrong = await house.people.audit.verify()
        if wrong is None:
            sys.stdout.write("the audit log is intact\n")
            return 0
        sys.stdout.write(f"the audit log is wrong from entry {wrong} on\n")
        return 1

    run_async(work())


@app.command("test-mail")
def mail_tested(
    to: ToAddress, lang: Lang = "en", data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Send a test e-mail by the server that is configured; exit code 1 when it does not leave."""
    run_async(_test("mail", to, lang, (config, data_dir)))


@app.command("test-sms")
def sms_tested(
    to: ToNumber, lang: Lang = "en", data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Send a test SMS by the gateway that is configured; exit code 1 when it does not leave."""
    run_async(_test("sms", to, lang, (config, data_dir)))


async def _test(channel: str, to: str, lang: str, place: tuple[Path | None, str | None]) -> int:
    async with house_of(*place) as house:
        channels = house.people.settings.channels
        tested = await channels.test(actor(), channel, to, "zh" if lang == "zh" else "en")
    if tested.sent:
        where = "kept: this is test mode" if tested.why else "handed over"
        sys.stdout.write(f"{where}, in {tested.took_ms} ms\n")
        return 0
    status = f" ({tested.status})" if tested.status else ""
    sys.stdout.write(f"not sent: {WHY.get(tested.why, tested.why)}{status}\n")
    return 1
