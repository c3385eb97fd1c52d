"""A canary: a value that is known is nowhere under an old key, once a run has ended [U-23]."""

from pathlib import Path

import asyncpg
import pytest

from teahouse.infra.vault.envelope import MAGIC
from teahouse.infra.vault.model import VaultFault
from teahouse.infra.vault.store import DekRow
from teahouse.infra.vault.vault import dek_place
from teahouse.reports.model.document import read, verify
from teahouse.upgrades.model.runs import Act, State
from tests.upgrades.conftest import WHY, Site

NUMBER, NAME = "+447700900123", "Canary Wharfinger"
COLUMNS = """
select table_name::text, column_name::text from information_schema.columns
join information_schema.tables using (table_schema, table_name)
where table_schema = 'public' and table_type = 'BASE TABLE' and data_type = 'bytea'"""
TABLES = """
select table_name::text from information_schema.tables
where table_schema = 'public' and table_type = 'BASE TABLE'"""
DEKS = """
select dek_id, version, subject_id, class, wrapped_dek, suite from vault_deks
where wrapped_dek is not null"""


async def envelopes(wiper: asyncpg.Connection) -> dict[bytes, str]:
    """Return every envelope in the database, with a place where it is."""
    found: dict[bytes, str] = {}
    for table, column in await wiper.fetch(COLUMNS):
        rows = await wiper.fetch(f'select "{column}" from "{table}" where "{column}" is not null')
        found |= {row[0]: f"{table}.{column}" for row in rows if row[0].startswith(MAGIC)}
    return found


def keys_named(found: dict[bytes, str]) -> set[bytes]:
    """Return the keys, by id and version, under which something is sealed."""
    return {value[6:26] for value in found}


async def in_clear(wiper: asyncpg.Connection, folder: Path) -> list[str]:
    """Return the tables and files in which the canary stands for everybody to read."""
    words = (NUMBER[1:], NAME)
    sought = [f"%{form}%" for w in words for form in (w, w.encode().hex())]
    found: list[str] = []
    for (table,) in await wiper.fetch(TABLES):
        query = f'select exists (select 1 from "{table}" t where t::text like any ($1::text[]))'
        found += [table] if await wiper.fetchval(query, sought) else []
    files = [path for path in folder.rglob("*") if path.is_file()]
    return found + [str(p) for p in files if any(w.encode() in p.read_bytes() for w in words)]


async def test_a_canary_is_nowhere_under_an_old_key_afterwards(
    site: Site, wiper: asyncpg.Connection, tmp_path: Path
) -> None:
    home = site.home
    canary = await home.joined("canary", NUMBER)
    path = f"/profile/{canary.user_id}/displayname"
    await canary.did("PUT", path, {"displayname": NAME})
    before, stolen = await envelopes(wiper), [DekRow(*row) for row in await wiper.fetch(DEKS)]
    places = set(before.values())
    assert {"accounts_identifiers.phone", "profiles_profiles.display_name"} <= places
    await site.begin("kek", "dek", "index")
    await site.turns()
    await site.agreed(Act.RETIRE)
    await site.forgotten()
    await site.turns()
    await site.rested()
    await site.agreed(Act.DESTROY)
    assert (await site.turns()).state is State.CLOSED
    raw = await home.house.doors.reports.raw(site.run_id)
    report, proof = read(raw), verify(raw)
    assert (proof.why, list(report.shortfalls)) == ("", [])
    assert [(one.act, one.persons) for one in report.facts.acts] == [
        ("start", 1), ("retire", 2), ("destroy", 2),
    ]  # fmt: skip
    assert {one.data_class for one in report.facts.classes} == {"kek", "dek", "index"}
    assert report.totals.values >= 2
    assert WHY not in raw.decode(), "what operators write is theirs"
    assert (await site.upgrades.show(site.run_id)).run.ended_at is not None
    after = await envelopes(wiper)
    ring = home.house.ground.vault.ring
    assert [place for value, place in before.items() if value in after] == []
    assert keys_named(after) & keys_named(before) == set()
    for dek in stolen:  # of whoever copied the database before, and reads the key file now
        assert dek.wrapped_dek is not None
        with pytest.raises(VaultFault):
            await ring.unwrap(dek.wrapped_dek, dek_place(ring.tenant, dek))
    words_left = await in_clear(wiper, tmp_path)
    shown = await canary.did("GET", path)
    assert shown == {"displayname": NAME}
    assert words_left == []
    query = "update works_works set title = $1"  # it would be found
    await wiper.execute(query, NAME)
    assert await in_clear(wiper, tmp_path) == ["works_works"]
