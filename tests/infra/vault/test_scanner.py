"""The scanner finds what nobody has declared, and nothing in a house as it is."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from teahouse.app import FIELDS, KEY_COLUMNS, SPOKEN
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.scanner import Scanner
from tests.living import living

PLANTED = """
create table planted_rows (nth integer primary key, plain text, told jsonb, words text[],
    sealed bytea, raw bytea, fine text)"""
DECLARED = {field.name for field in FIELDS} | KEY_COLUMNS.keys()


@pytest.fixture
async def planted(wiper: asyncpg.Connection) -> AsyncIterator[asyncpg.Connection]:
    await wiper.execute(PLANTED)
    yield wiper
    await wiper.execute("drop table planted_rows")


async def test_what_was_planted_is_found(
    database: Database, dsn: str, tmp_path: Path, planted: asyncpg.Connection
) -> None:
    scanner = Scanner(database, DECLARED, SPOKEN)
    async with living(dsn, tmp_path) as home:
        ann = await home.joined("ann", "+447911123456")
        await home.owner()
        room = await ann.room()
        await ann.say(room, "call me: +447911123456")  # where people write is declared
        await home.run_jobs()
        assert await scanner.scan() == []
        sealed = await planted.fetchval("select phone from accounts_identifiers limit 1")
        hidden = base64.b64encode(sealed).decode()
        put = "insert into planted_rows values ($1, $2, $3, $4, $5, $6, $7)"
        rows = [
            ("+8613800138000", '{"a": ["x", "ann@example.org"]}', ["13800138000"], sealed, b"1"),
            (
                "call +447911123456 now",
                '{"at": 1763715600123}',
                [hidden],
                b"\0" * 60,
                b"+447911123456",
            ),
            ("12345678901234", '{"user": "@ann:s"}', [sealed.hex()], None, b"ann@tea.example"),
        ]
        for nth, row in enumerate(rows):
            await planted.execute(put, nth, *row, "room 13 at 2026-11-21 09:00")
        found = await scanner.scan()
    assert {(one.column, one.what): one.rows for one in found} == {
        ("plain", "phone"): 2,
        ("told", "email"): 1,
        ("words", "phone"): 1,
        ("words", "written_envelope"): 2,
        ("sealed", "envelope"): 1,
        ("raw", "phone"): 1,
        ("raw", "email"): 1,
    }
    assert {one.table for one in found} == {"planted_rows"}


async def test_it_reads_to_the_end_of_a_table(
    database: Database, planted: asyncpg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    await planted.execute(
        "insert into planted_rows select n, repeat('x', 1000) from generate_series(1, 100) n"
    )
    await planted.execute("insert into planted_rows values (1000, '+447911123456')")
    monkeypatch.setattr("teahouse.infra.vault.scanner.BLOCKS", 3)
    found = await Scanner(database, DECLARED, SPOKEN).scan()
    assert [(one.name, one.rows) for one in found] == [("planted_rows.plain", 1)]
