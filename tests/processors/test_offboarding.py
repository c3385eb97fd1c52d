"""The end of a processor: what lies with it is unreadable, what it showed is nobody's, and a proof says so."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import pytest_asyncio
from typer import Typer
from typer.testing import CliRunner, Result

from teahouse.appservices.model import parse
from teahouse.backups.model.manifest import LockedBackup
from teahouse.backups.service.locking import identities_of
from teahouse.backups.service.restoring import read_through
from teahouse.cli.verify import verify
from teahouse.clock import FixedClock
from teahouse.infra.egress.ways import NotAgreed
from teahouse.infra.vault.identities import read_identity
from teahouse.processors.model.proof import ProcessorUnfit
from teahouse.processors.model.register import NoSuchProcessor
from tests.appservices.bridge import Bridge, ask, listening, registration
from tests.cases.desk import Judge
from tests.living import Living, living
from tests.processors.test_processors import code, did, two, used

WHOAMI = "/_matrix/client/v3/account/whoami"
KEEPER = {"ways": ["files"], "hosts": ["oss.example"], "processor_id": "oss-one"}
OTHER = {"ways": ["files"], "hosts": ["cos.example"], "processor_id": "oss-two"}
BRIDGE = {"ways": ["bridges"], "hosts": ["127.0.0.1"], "processor_id": "irc-one"}
WHY = {"reason": "The contract was given up."}


@pytest_asyncio.fixture
async def bridge() -> AsyncIterator[Bridge]:
    async with listening() as found:
        yield found


@asynccontextmanager
async def house(dsn: str, place: Path, clock: FixedClock, **more: Any) -> AsyncIterator[Living]:
    async with living(dsn, place / "house", clock, **more) as home:
        yield home


def keys_of(home: Living) -> Path:
    return Path(home.house.config.data_dir) / "keys" / "processors"


def cleared(clock: FixedClock, **more: Any) -> dict[str, Any]:
    on = clock.now().date().isoformat()
    return {"how": "deleted", "on": on, "evidence": "Their certificate 9."} | more


async def left_with(home: Living, place: Path, processor_id: str) -> Path:
    """Make a back-up that is to lie with a processor."""
    kept_by = await home.house.registers.keys.kept_by("cli:test", processor_id)
    place.mkdir(exist_ok=True)
    file = place / f"{processor_id}.backup.age"
    return (await home.house.keeping.making.make(file, "cli:test", kept_by=kept_by)).path


async def verified(file: Path, *words: str) -> Result:
    command = Typer()
    command.command()(verify)
    said = [str(file), "--lang", "en", *words]
    return await asyncio.to_thread(CliRunner().invoke, command, said)


async def gone(first: Judge) -> dict[str, bool]:
    """Return of each back-up by whom it is kept, and whether it is gone."""
    told = (await first.at("GET", "/backups")).json()["backups"]
    return {one["kept_by"]: one["gone_at"] is not None for one in told}


async def test_l_20_what_lies_with_a_processor_is_unreadable_once_it_is_cleared(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock
) -> None:
    async with house(dsn, tmp_path, clock) as home:
        first, second = await two(home)
        keys = home.house.registers.keys
        with pytest.raises(NoSuchProcessor):
            await keys.kept_by("cli:test", "oss-one")
        await used(first, second, clock, **KEEPER)
        await used(first, second, clock, **OTHER)
        await used(first, second, clock)
        with pytest.raises(ProcessorUnfit, match="files"):
            await keys.kept_by("cli:test", "sms-one")
        mine, theirs = [
            await left_with(home, tmp_path / "kept", one) for one in ("oss-one", "oss-two")
        ]
        key, other = keys_of(home) / "oss-one", keys_of(home) / "oss-two"
        assert key.stat().st_mode & 0o777 == 0o600
        opened = read_through(mine, identities_of(key, ""))
        with pytest.raises(LockedBackup):
            read_through(mine, identities_of(other, ""))
        held = read_identity(key, "")
        assert held is not None
        assert held.digest.encode() not in mine.read_bytes()

        await did(first, "/oss-one/end", WHY)
        with pytest.raises(ProcessorUnfit, match="not in use"):
            await left_with(home, tmp_path / "late", "oss-one")
        assert read_through(mine, identities_of(key, "")) == opened, "until then it can come back"
        assert (await first.at("GET", "/processors/oss-one/proof")).status_code == 404
        for wrong in ({"how": "lost"}, {"on": "2001-01-01"}):
            assert await code(first, "/oss-one/clear", cleared(clock, **wrong)) == "processors.bad"
        away = key.rename(tmp_path / "away")
        assert await code(first, "/oss-one/clear", cleared(clock)) == "processors.key_elsewhere"
        assert await gone(first) == {"oss-one": False, "oss-two": False}, (
            "refused, it changed nothing"
        )
        away.rename(key)
        await did(first, "/oss-one/clear", cleared(clock))

        assert not key.exists()
        for identities in ([], identities_of(other, "")):
            with pytest.raises(LockedBackup):
                read_through(mine, identities)
        assert read_through(theirs, identities_of(other, "")), "another one is untouched"
        assert await gone(first) == {"oss-one": True, "oss-two": False}
        listed = {
            one["processor"]["processor_id"]: one["key"]
            for one in (await first.at("GET", "/processors")).json()["processors"]
        }
        assert (listed["oss-one"]["digest"], listed["sms-one"]) == (held.digest, None)
        assert listed["oss-one"]["destroyed_at"]
        assert not listed["oss-two"]["destroyed_at"]
        await proved(first, tmp_path, held.digest)


async def proved(first: Judge, place: Path, digest: str) -> None:
    """Take the proof, and hold it against itself, another key, and a change."""
    told = (await first.at("GET", "/processors/oss-one/proof")).json()
    assert told["key"]["digest"] == digest
    assert [one["kind"] for one in told["under"]] == ["backup"]
    assert (told["clearing"]["how"], told["revoked"]) == ("deleted", [])
    file = place / "proof.json"
    file.write_text(json.dumps(told))
    found = await verified(file, "--key", told["public"])
    assert (found.exit_code, "oss-one" in found.output) == (0, True), found.output
    assert "its key was destroyed at" in found.output
    file.write_text(json.dumps(told | {"country": "SG"}))
    found = await verified(file)
    assert (found.exit_code, "NOT RIGHT" in found.output) == (1, True)


async def test_l_20_where_nobody_states_anything_the_destroyed_key_is_what_is_proved(
    dsn: str, database: object, wiper: asyncpg.Connection, tmp_path: Path, clock: FixedClock
) -> None:
    async with house(dsn, tmp_path, clock) as home:
        first, second = await two(home)
        await used(first, second, clock, **KEEPER)
        await used(first, second, clock, **OTHER)
        await left_with(home, tmp_path / "kept", "oss-one")
        for one in ("oss-one", "oss-two"):
            await did(first, f"/{one}/end", WHY)
        silent = cleared(clock, how="unreadable", evidence="They do not answer.")
        assert await code(first, "/oss-two/clear", silent) == "processors.bad", "it has no key"
        # As if it had been interrupted after the key went.
        await wiper.execute("update processors_keys set destroying_at = now()")
        (keys_of(home) / "oss-one").unlink()
        await did(first, "/oss-one/clear", silent)
        told = (await first.at("GET", "/processors/oss-one/proof")).json()
        assert (told["clearing"]["how"], told["key"]["lost"]) == ("unreadable", False)


async def test_l_20_a_lost_key_is_stated_and_not_proved_as_destroyed(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock
) -> None:
    word = tmp_path / "word"
    word.write_text("words of a passphrase\n")
    word.chmod(0o600)
    async with house(dsn, tmp_path, clock, key_passphrase_file=str(word)) as home:
        first, second = await two(home)
        await used(first, second, clock, **KEEPER)
        mine = await left_with(home, tmp_path / "kept", "oss-one")
        key = keys_of(home) / "oss-one"
        assert read_through(mine, identities_of(key, "words of a passphrase"))
        key.unlink()
        await did(first, "/oss-one/end", WHY)
        assert await code(first, "/oss-one/clear", cleared(clock)) == "processors.key_elsewhere"
        await did(first, "/oss-one/clear", cleared(clock, key_lost=True))
        told = (await first.at("GET", "/processors/oss-one/proof")).json()
        file = tmp_path / "proof.json"
        file.write_text(json.dumps(told))
        assert "is lost, as was stated" in (await verified(file)).output


async def whoami(home: Living, token: str) -> int:
    headers = {"authorization": f"Bearer {token}"}
    return (await home.client.get(WHOAMI, headers=headers)).status_code


async def test_l_20_what_an_ended_processor_shows_to_the_house_fails_in_every_worker(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, bridge: Bridge
) -> None:
    async with house(dsn, tmp_path, clock) as home, house(dsn, tmp_path, clock) as other:
        first, second = await two(home)
        await used(first, second, clock, **BRIDGE)
        await used(first, second, clock, **BRIDGE | {"processor_id": "bot-one", "hosts": ["bot"]})
        keeping = home.house.programs.appservices.keeping
        listening = parse(registration(bridge.url))
        more = {"namespaces": {}, "hs_token": "h"}
        bot = parse(registration(None, id="bot", as_token="b", sender_localpart="bot", **more))
        own = parse(registration(None, id="own", as_token="o", sender_localpart="own", **more))
        await keeping.add("cli:test", listening)
        await keeping.add("cli:test", bot, "bot-one")
        await keeping.add("cli:test", own)
        with pytest.raises(NotAgreed):
            await keeping.add("cli:test", own, "nobody")
        await other.house.log.catch_up()
        tokens = (listening.as_token, "b", "o")

        async def known() -> list[list[int]]:
            await other.house.log.catch_up()
            return [[await whoami(one, token) for token in tokens] for one in (home, other)]

        assert await known() == [[200, 200, 200]] * 2
        await did(first, "/irc-one/end", WHY)
        assert await known() == [[401, 200, 200]] * 2
        with pytest.raises(NotAgreed):
            await keeping.add("cli:test", listening)
        files = [tmp_path / "irc.yaml"]
        files[0].write_text(registration(bridge.url))
        await keeping.load(files)
        assert await known() == [[401, 200, 200]] * 2, "nor does a file bring it back"
        await did(first, "/bot-one/end", WHY)
        assert await known() == [[401, 401, 200]] * 2
        await did(first, "/irc-one/clear", cleared(clock))
        told = (await first.at("GET", "/processors/irc-one/proof")).json()
        shown = [(one["kind"], one["credential_id"]) for one in told["revoked"]]
        assert (shown, told["key"]) == ([("appservice", "bridge")], None)


async def test_l_20_a_new_contract_with_the_same_host_keeps_what_it_shows(
    dsn: str, database: object, tmp_path: Path, clock: FixedClock, bridge: Bridge
) -> None:
    async with house(dsn, tmp_path, clock) as home:
        first, second = await two(home)
        await used(first, second, clock, **BRIDGE)
        await home.house.programs.appservices.keeping.add(
            "cli:test", parse(registration(bridge.url))
        )
        await used(first, second, clock, **BRIDGE | {"processor_id": "irc-two"})
        await did(first, "/irc-one/end", WHY)
        assert (await ask(home, "GET", WHOAMI)).status_code == 200
        clock.move(timedelta(minutes=1))
        await did(first, "/irc-two/end", WHY)
        assert (await ask(home, "GET", WHOAMI)).status_code == 401
