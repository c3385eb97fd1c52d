"""Audit packs: built from a living house, without its people, and proved on any machine."""

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import typer
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from teahouse.cli.pack import audit_pack
from teahouse.cli.verify import verify as verify_file
from teahouse.clock import FixedClock
from teahouse.notices.model.archives import MANIFEST, archive
from teahouse.packs.model import EVERY, audit_due, verify
from tests.cases.desk import Judge, invited
from tests.living import Living, living

PLACE = "/api/v1/operator/packs"
APP = typer.Typer()
APP.command()(audit_pack)
APP.command("verify")(verify_file)
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SECTIONS = {
    "algorithms", "assessments", "audit_log", "authorities", "backups", "consent", "decisions",
    "gate", "incidents", "keys", "labels", "leaks", "operators", "processing", "processors",
    "requests", "settings", "thresholds", "transfers",
}  # fmt: skip


@pytest_asyncio.fixture
async def home(
    database: object, dsn: str, tmp_path: Path, clock: FixedClock
) -> AsyncIterator[Living]:
    """A house at a time that stands still."""
    secret = "not-for-auditors-at-all"
    async with living(dsn, tmp_path, clock, registration_shared_secret=secret) as opened:
        yield opened


async def made(home: Living, judge: Judge) -> bytes:
    """Build a pack; return the archive."""
    answer = await judge.at("POST", "/packs", {})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "application/zip"
    return answer.content


def unpacked(raw: bytes) -> dict[str, bytes]:
    """Return the files of an archive."""
    with zipfile.ZipFile(io.BytesIO(raw)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


async def lived_in(home: Living) -> list[str]:
    """Have people do what leaves their names about; return what must be in no pack."""
    ann = await home.joined("annabel-lee", "+8613800138000")
    bob = await home.person("bobolink")
    await ann.did("POST", "/_matrix/client/v3/createRoom", {"name": "The birds of Annabel"})
    letter = {"kind": "access", "text": "What do you keep of Annabel?", "lang": "en"}
    filed = await ann.ask("POST", "/api/v1/requests", letter)
    assert filed.status_code < 500
    return [
        "annabel", "Annabel", "bobolink", "+8613800138000", "13800138000", ann.user_id,
        bob.user_id, ann.token, bob.token,
    ]  # fmt: skip


async def test_l_54_a_pack_is_built_from_the_living_house_and_names_nobody(home: Living) -> None:
    await home.owner()
    ada = Judge(home, "ada")
    told = await lived_in(home)
    async with home.house.db.read() as tx:
        told += [row[0] for row in await tx.rows("select account_id from accounts_accounts")]
    raw = await made(home, ada)
    files = unpacked(raw)
    assert set(files) == {f"{name}.json" for name in SECTIONS} | {MANIFEST}
    whole = b"\n".join(files.values()).decode()
    assert [one for one in told if one in whole] == []
    assert "not-for-auditors-at-all" not in whole
    assert json.loads(files["settings.json"])["set"]["registration_shared_secret"] == "set"
    processing = json.loads(files["processing.json"])
    columns = {column["column"] for one in processing for column in one["columns"]}
    assert columns == {one.name for one in home.house.people.consent.register}
    assert json.loads(files["audit_log.json"])["first_wrong"] is None
    assert json.loads(files["audit_log.json"])["entries"] > 0
    assert json.loads(files["thresholds.json"])["counted"]["individuals"] == 0, "before they came"
    assert {one["role"] for one in json.loads(files["operators.json"])} == {"owner"}
    assert "ada" not in files["operators.json"].decode(), "operators by id"
    states = {one["state"] for one in json.loads(files["keys.json"])["vault"]}
    assert "primary" in states
    assert set(json.loads(files["consent.json"])["texts"]) != set()
    labelled = {one["name"]: one for one in json.loads(files["labels.json"])["labels"]}
    assert labelled["accounts_identifiers.phone"]["sealed"] is True
    assert json.loads(files["algorithms.json"])["algorithms"] != []
    shown = (await ada.at("GET", "/packs")).json()
    assert shown["packs"][0]["sha256"] == hashlib.sha256(raw).hexdigest()
    assert shown["due"] is None
    acts = [one["act"] for one in (await ada.at("GET", "/audit")).json()["entries"]]
    assert "packs.made" in acts


async def test_l_54_what_went_wrong_is_told_without_what_was_written_of_it(home: Living) -> None:
    await home.owner()
    ada = Judge(home, "ada")
    facts = {"kind": "leak", "people": 3}
    new = {"title": "Annabel lost her telephone", "facts": facts}
    opened = await ada.at("POST", "/incidents", new)
    assert opened.status_code == 201, opened.text
    files = unpacked(await made(home, ada))
    (told,) = json.loads(files["incidents.json"])["incidents"]
    assert (told["kind"], told["people"], told["state"]) == ("leak", 3, "noticed")
    assert told["clocks"][0].keys() >= {"clock_id", "due_at", "answered_at"}
    assert b"Annabel" not in b"".join(files.values())


async def test_l_54_one_changed_byte_is_found_without_the_house(
    home: Living, tmp_path: Path
) -> None:
    await home.owner()
    raw = await made(home, Judge(home, "ada"))
    public = home.house.doors.notices.history.known.key
    assert public is not None
    key, files = public.public, unpacked(raw)
    good = verify(raw, [key])
    assert (good.wrong, good.pinned, good.files) == ("", True, len(SECTIONS))
    assert verify(raw, ["00" * 32]).wrong == "another_key"
    assert verify(raw, [key], [key]).wrong == "key_revoked"
    manifest = json.loads(files.pop(MANIFEST))
    for name in files:
        assert verify(archive(files | {name: files[name] + b" "}, manifest)).wrong == "other_files"
        rest = {other: body for other, body in files.items() if other != name}
        assert verify(archive(rest, manifest)).wrong == "other_files"
    assert verify(archive(files | {"more.json": b"{}"}, manifest)).wrong == "other_files"
    forged = manifest | {"server_name": "elsewhere"}
    assert verify(archive(files, forged)).wrong == "bad_signature"
    assert verify(archive(files, manifest | {"public": "00" * 32})).wrong == "no_key"
    assert verify(raw[:-9]).wrong == "no_pack"
    path = tmp_path / "audit.zip"
    path.write_bytes(raw)
    status, said = await typed("verify", str(path), "--key", key, "--lang", "en")
    assert (status, "RIGHT: audit pack" in said) == (0, True), said
    path.write_bytes(archive(files, forged))
    status, said = await typed("verify", str(path), "--lang", "en")
    assert (status, "its signature is not right" in said) == (1, True), said


async def test_one_verb_proves_whatever_the_house_signs(
    home: Living, dsn: str, tmp_path: Path
) -> None:
    await home.owner()
    pack, history = tmp_path / "audit.zip", tmp_path / "history.json"
    env = {
        "TEAHOUSE_DATABASE_URL": dsn, "TEAHOUSE_SERVER_NAME": "s",
        "TEAHOUSE_DATA_DIR": home.house.config.data_dir,
    }  # fmt: skip
    status, said = await typed("audit-pack", "--to", str(pack), **env)
    assert (status, "sha256" in said) == (0, True), said
    status, said = await typed("verify", str(pack), "--lang", "zh")
    assert (status, "未被改动" in said, "--key" in said) == (0, True, True), said
    history.write_bytes((await home.client.get("/.well-known/registration-history.json")).content)
    status, said = await typed("verify", str(history))
    assert (status, "intact" in said) == (0, True), said
    history.write_text('{"format": "teahouse-tea/1"}')
    status, said = await typed("verify", str(history))
    assert status == 1, said


async def typed(*words: str, **env: str) -> tuple[int, str]:
    """Type a command; return its exit code and what it wrote."""
    done = await asyncio.to_thread(CliRunner(env=env).invoke, APP, list(words))
    return done.exit_code, done.stdout


async def test_who_may_build_one(home: Living) -> None:
    await home.owner()
    ada = Judge(home, "ada")
    bea = await invited(home, ada, "bea", role="moderator")
    cai = await invited(home, ada, "cai", role="auditor")
    assert (await bea.at("POST", "/packs", {})).status_code == 403
    assert (await cai.at("POST", "/packs", {})).status_code == 200
    assert len((await bea.at("GET", "/packs")).json()["packs"]) == 1


async def test_l_54_above_ten_million_an_audit_is_due_every_two_years(
    home: Living, clock: FixedClock
) -> None:
    await home.owner()
    ada = Judge(home, "ada")
    async with home.house.db.transaction() as tx:
        await tx.run(
            "insert into thresholds_crossings values ('ten_million', 'reached', $1, 10000001)",
            clock.now().date(),
        )

    async def due() -> Any:
        return (await ada.at("GET", "/packs")).json()["due"]

    assert (await due())["late"] is False
    clock.move(EVERY + timedelta(days=1))
    assert (await due())["late"] is True
    await made(home, ada)
    again = await due()
    assert again["late"] is False
    assert datetime.fromisoformat(again["due_at"]) == clock.now() + EVERY


@given(st.dates(), st.none() | st.datetimes(timezones=st.just(UTC)))
def test_an_audit_is_due_two_years_after_the_last_at_the_latest(day: Any, last: Any) -> None:
    if day.year > 9000 or (last is not None and last.year > 9000):
        return
    assert audit_due(None, last, NOW) is None
    found = audit_due(day, last, NOW)
    assert found is not None
    begins = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert found.due_at - EVERY in (begins, last)
    assert found.due_at >= begins + EVERY
    assert found.late == (found.due_at <= NOW)


@pytest.mark.parametrize("raw", [b"", b"PK", b"PK\x03\x04", b"{}"])
def test_what_is_no_archive_is_no_pack(raw: bytes) -> None:
    assert verify(raw).wrong == "no_pack"
