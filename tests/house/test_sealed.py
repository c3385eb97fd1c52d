"""The census of what is sealed: every sealed field says where it lies, and that is so.

Whether a declaration opens real rows is seen in ``tests/flows/test_where_sealed.py``.
"""

import re

import asyncpg
import pytest

from teahouse.app import FIELDS, PASSING, SEALED
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed
from teahouse.infra.vault.sweep import statements
from teahouse.infra.vault.sweep.walked import DEKS, SUBJECTS
from teahouse.infra.vault.verifier import _page as verifiers_page
from tests.house import source
from tests.house.test_sql import unprepared

PRIMARY_KEY = """
select a.attname, format_type(a.atttypid, a.atttypmod)
from pg_index i
cross join unnest(i.indkey::smallint[]) with ordinality as k (attnum, nth)
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
where i.indrelid = $1::text::regclass and i.indisprimary order by k.nth"""
SLOTS_UNIQUE = """
select count(*) from pg_indexes
where tablename = $1 and indexdef like 'CREATE UNIQUE INDEX%' || $2 || '_version, ' || $2 || '_d%'
"""


BOUNDS = [(False, False), (True, False), (False, True), (True, True)]


def declared() -> list[str]:
    return [field.name for one in SEALED for field in one.fields]


def test_every_sealed_field_says_where_it_lies() -> None:
    assert sorted(declared()) == sorted(field.name for field in FIELDS if field.sealed)


def test_what_belongs_to_nobody_has_the_house_for_its_subject() -> None:
    assert {one.subject for one in SEALED if "'" in one.subject} == {OF_HOUSE}


@pytest.mark.parametrize("one", SEALED, ids=lambda one: one.table)
async def test_a_declaration_fits_its_table(one: Sealed, wiper: asyncpg.Connection) -> None:
    key = [tuple(row) for row in await wiper.fetch(PRIMARY_KEY, one.table)]
    assert key == list(zip(one.key_columns, one.key_types, strict=True))
    queries = [
        statements.at_keys(one),
        statements.put_back(one, None),
        statements.sample(one),
        statements.size(one.table),
        statements.stale(one),
    ]
    for after, until in BOUNDS:
        queries.append(statements.page(one, after=after, until=until))
        queries.append(verifiers_page(one, after, until))
    if one.indexed:
        for slot in (statements.ODD, statements.EVEN):
            about = statements.of_slot(one, slot)
            queries += [about.held, about.lacking, statements.put_back(one, slot)]
            for after, until in BOUNDS:
                queries.append(statements.clear(one, slot, after=after, until=until))
            assert await wiper.fetchval(SLOTS_UNIQUE, one.table, slot) == 1
    wrong = [await unprepared(wiper, query) for query in queries]
    assert [words for words in wrong if words] == []


async def test_a_declaration_that_does_not_fit_is_seen(wiper: asyncpg.Connection) -> None:
    one = next(one for one in SEALED if one.table == "profiles_profiles")
    away = Sealed(one.fields, ("user_id",), subject="nobody")
    assert "nobody" in await unprepared(wiper, statements.page(away, after=False, until=False))
    key = [tuple(row) for row in await wiper.fetch(PRIMARY_KEY, away.table)]
    assert key != list(zip(away.key_columns, away.key_types, strict=True))


def test_the_verifier_shares_no_code_with_what_it_verifies() -> None:
    said = source.text(source.PACKAGE / "infra" / "vault" / "verifier.py")
    imported = set(re.findall(r"^from teahouse\.infra\.vault\.(\w+)", said, re.MULTILINE))
    assert imported == {"field", "keyring", "model", "sealed", "store", "vault"}
    assert "import DekRow\n" in said, "of the store, the shape of a data key"
    assert "import dek_place\n" in said, "and where it lies"


async def test_passing_indexes_are_counted(wiper: asyncpg.Connection) -> None:
    for one in PASSING:
        assert await unprepared(wiper, statements.passing(one.table, one.version)) == ""


async def test_the_vaults_own_tables_are_walked(wiper: asyncpg.Connection) -> None:
    for one in (DEKS, SUBJECTS):
        key = [tuple(row) for row in await wiper.fetch(PRIMARY_KEY, one.table)]
        assert key == list(zip(one.key_columns, one.key_types, strict=True))
        assert await unprepared(wiper, statements.sample(one)) == ""
        assert await unprepared(wiper, statements.blocks(one.table)) == ""
    for after, until in BOUNDS:
        assert await unprepared(wiper, statements.subjects(after=after, until=until)) == ""
        assert await unprepared(wiper, statements.destroy_old(after=after, until=until)) == ""
