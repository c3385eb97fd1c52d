"""The public history from the machine, and from any other: exported, verified, told, signed."""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import httpx
import typer

from teahouse.cli.admin import actor, house_of, moment, show
from teahouse.cli.commands import ConfigFile, DataDir, run_async
from teahouse.errors import Invalid, Refused
from teahouse.infra.http import strict_json
from teahouse.notices.model.chain import (
    Finding,
    Revoked,
    canonical,
    verify_history,
    verify_statement,
)
from teahouse.notices.model.ledger import ledger
from teahouse.notices.model.ledger import moment as moment_of
from teahouse.notices.model.pages import LIVE

SECONDS_MAX = 30.0

Source = Annotated[
    str | None, typer.Argument(help="A history.json, or a server's address; empty: this server's.")
]
Key = Annotated[
    str, typer.Option("--key", help="The public key you trust: hexadecimal, or a keys.json.")
]


def verify(
    source: Source = None, key: Key = "", data_dir: DataDir = None, config: ConfigFile = None
) -> None:
    """Check a public history: chain, signatures, numbers. Offline, but for an address.

    Exit code 1 when anything in it was changed.
    """
    if source is None:
        run_async(_verify_own(data_dir, config))
        return
    document = read(source)
    trusted = trusted_by(key) if key else Trusted((), {})
    found = verify_history(document, trusted.pinned, trusted.revoked)
    raise typer.Exit(report(found, document))


def verify_notice(
    file: Annotated[str, typer.Argument(help="A signed status, or what a webhook was sent.")],
    key: Key,
) -> None:
    """Check one signed statement. Offline. Exit code 1 when it is not to be believed.

    What a revoked key signed is not: whoever has it can write any date.
    """
    document, trusted = read(file), trusted_by(key)
    context = "webhook" if isinstance(document, dict) and "entry" in document else "status"
    why = verify_statement(context, document, trusted.pinned, [*trusted.revoked])
    sys.stdout.write(f"NOT TO BE BELIEVED: {why}\n" if why else f"signed by {document['key_id']}\n")
    raise typer.Exit(1 if why else 0)


async def _verify_own(data_dir: str | None, config: Path | None) -> int:
    async with house_of(config, data_dir) as house:
        history = house.doors.notices.history
        found = await history.verify()
        return report(found, await history.export())


def read(source: str) -> Any:
    """Return the JSON of a file, or of a server. Raises ``Invalid``."""
    try:
        if source.startswith(("https://", "http://")):
            url = source if source.endswith(".json") else source.rstrip("/") + LIVE.export
            answer = httpx.get(url, timeout=SECONDS_MAX, follow_redirects=True)
            answer.raise_for_status()
            return json.loads(answer.content)
        return strict_json.loads(Path(source).read_bytes())
    except httpx.HTTPError as wrong:
        raise Invalid(f"{source} cannot be read: {wrong}") from wrong
    except (Refused, ValueError) as wrong:
        raise Invalid(f"{source} is not JSON.") from wrong


class Trusted(NamedTuple):
    """Public keys that are known beforehand, and those of them that are believed no more."""

    pinned: tuple[str, ...]
    revoked: dict[str, Revoked]


def trusted_by(key: str) -> Trusted:
    """Return the public keys that were named: one, or those of a keys.json."""
    try:
        if len(bytes.fromhex(key)) == 32:
            return Trusted((key.lower(),), {})
    except ValueError:
        pass
    try:
        keys = read(key)["keys"]
        revoked = {
            str(one["public"]): Revoked(told["last_seq"], told["last_hash"])
            for one in keys
            if (told := one.get("revoked"))
        }
        return Trusted(tuple(str(one["public"]) for one in keys), revoked)
    except (KeyError, TypeError, AttributeError, OSError) as wrong:
        raise Invalid(f"{key} is neither a public key nor a keys.json.") from wrong


def report(found: Finding, document: Any) -> int:
    """Say what was found, and return the exit code."""
    if not found.intact:
        where = f"from entry {found.first_wrong} on" if found.first_wrong else "as a whole"
        sys.stdout.write(f"NOT INTACT, wrong {where}: {found.why}\n")
        return 1
    sys.stdout.write(f"intact: {found.entries} entries, signed by {', '.join(found.key_ids)}\n")
    if not found.pinned:
        sys.stdout.write("no key was given: compare the one above with one that you trust\n")
    at = moment_of(document["checkpoint"]["generated_at"])
    for row in ledger(document["entries"], at).scopes:
        shut = ", and is now" if row.shut_now else ""
        sys.stdout.write(
            f"{row.region} · {row.account_class} · {row.door}: "
            f"shut {row.minutes} minutes in {row.times} times{shut}\n"
        )
    return 0


async def export(data_dir: str | None, config: Path | None, to: Path) -> int:
    """Write the whole public history of this server to a file."""
    async with house_of(config, data_dir) as house:
        document = await house.doors.notices.history.export()
    beside = to.with_name(f"{to.name}.new")
    beside.write_bytes(canonical(document))
    beside.replace(to)
    sys.stdout.write(f"{to}: {len(document['entries'])} entries\n")
    return 0


def webhooks(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """List who is told of every change by a request of ours."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            found = await house.doors.notices.hooks.all()
        rows = [
            [
                one.hook_id,
                one.state,
                one.url,
                str(one.delivered_seq),
                str(one.failures),
                one.last_result,
                moment(one.last_at) if one.last_at else "",
            ]
            for one in found
        ]
        heads = ["id", "state", "address", "told up to", "failures", "last answer", "at"]
        show("Webhooks", heads, rows)
        return 0

    run_async(work())


def webhook_add(
    url: Annotated[str, typer.Argument(help="An https:// address.")],
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Tell an address every change from now on."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            made = await house.doors.notices.hooks.add(actor(), url)
        sys.stdout.write(f"{made.hook_id}\n")
        return 0

    run_async(work())


Hook = Annotated[str, typer.Argument(help="As `gate webhooks` prints it.")]


def webhook_remove(hook_id: Hook, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Tell an address no more."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            await house.doors.notices.hooks.remove(actor(), hook_id)
        sys.stdout.write(f"{hook_id} is told no more\n")
        return 0

    run_async(work())


def webhook_enable(hook_id: Hook, data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Try an address again that was given up, from where it was left."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            await house.doors.notices.hooks.enable(actor(), hook_id)
        sys.stdout.write(f"{hook_id} is tried again\n")
        return 0

    run_async(work())


def rotate_key(data_dir: DataDir = None, config: ConfigFile = None) -> None:
    """Sign with a new key from now on; the old one names it in the history."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            key_id = await house.doors.notices.history.rotate(actor())
        sys.stdout.write(f"{key_id} signs from now on\n")
        return 0

    run_async(work())


def revoke_key(
    key_id: Annotated[str, typer.Argument(help="As it stands in keys.json.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; it is published.")],
    since: Annotated[
        datetime | None,
        typer.Option("--since", help="From when it may be in other hands (UTC); empty: now."),
    ] = None,
    data_dir: DataDir = None,
    config: ConfigFile = None,
) -> None:
    """Believe a key no more that came into other hands; if it signs, another does from now on."""

    async def work() -> int:
        async with house_of(config, data_dir) as house:
            at = since.replace(tzinfo=UTC) if since else house.ground.clock.now()
            signs = await house.doors.notices.history.revoke(actor(), key_id, at, reason)
        sys.stdout.write(f"{key_id} is believed no more; {signs} signs\n")
        sys.stdout.write("give people the new public key by another way than this server\n")
        return 0

    run_async(work())


def register(app: typer.Typer) -> None:
    """Add these to the gate's commands."""
    app.command("verify-history")(verify)
    app.command("webhooks")(webhooks)
    app.command("webhook-add")(webhook_add)
    app.command("webhook-remove")(webhook_remove)
    app.command("webhook-enable")(webhook_enable)
    app.command("verify-notice")(verify_notice)
    app.command("rotate-key")(rotate_key)
    app.command("revoke-key")(revoke_key)
