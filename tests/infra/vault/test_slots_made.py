"""How the slots of blind indexes came to be: nothing that was indexed before is lost."""

import random
from collections.abc import AsyncIterator

import asyncpg
import pytest

from teahouse.infra.db.migrator import on_disk

SLOTS = "select account_id, odd_version, odd_digest, even_version, even_digest from"
ACCOUNT = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
    created_at
) values ($1, $1, $1, 'personal', 'intl', 1, 'name', $1, now())"""
CONTACT = """
insert into accounts_identifiers (
    account_id, kind, phone, index_version, index_digest, verified_at
) values ($1, 'phone', 'sealed', $2, $3, now())"""
LINK = """
insert into oidc_links (account_id, provider, subject, index_version, index_digest, linked_at)
values ($1, 'p', 'sealed', $2, $3, now())"""
PLACE = """
insert into waitlist_places (
    place_id, ticket_digest, region, account_class, lang, ordinal, state, receipt_id,
    contact_kind, contact, index_version, index_digest, at, ended_at
) values ($1, decode(md5($1), 'hex'), 'intl', 'personal', 'en', $2, $3, 'r', 'phone', 'sealed', $4, $5, now(), $6)
"""


@pytest.fixture
async def before(postgres_dsn: str) -> AsyncIterator[asyncpg.Connection]:
    """A database of the release from before the slots."""
    name = f"slots_{random.SystemRandom().getrandbits(40):x}"
    admin = await asyncpg.connect(postgres_dsn)
    await admin.execute(f'create database "{name}"')
    there = await asyncpg.connect(postgres_dsn.replace("/postgres?", f"/{name}?"))
    for migration in on_disk():
        if migration.name < "0110":
            await there.execute(migration.text)
    yield there
    await there.close()
    await admin.execute(f'drop database "{name}" with (force)')
    await admin.close()


async def row(there: asyncpg.Connection, who: str, version: int, nth: int) -> None:
    await there.execute(ACCOUNT, who)
    await there.execute(CONTACT, who, version, who.encode())
    await there.execute(LINK, who, version, who.encode())
    await there.execute(PLACE, who, nth, "waiting", version, who.encode(), None)


async def apply(there: asyncpg.Connection, number: str) -> None:
    migration = next(one for one in on_disk() if one.name.startswith(number))
    async with there.transaction():
        await there.execute(migration.text)


async def test_what_was_indexed_before_lies_in_its_slot(before: asyncpg.Connection) -> None:
    await row(before, "ann", 1, 1)
    await row(before, "bo", 2, 2)
    await apply(before, "0110")
    wanted = {
        ("ann", 1, b"ann", None, None),
        ("bo", None, None, 2, b"bo"),
    }
    assert {tuple(r) for r in await before.fetch(f"{SLOTS} accounts_identifiers")} == wanted
    assert {tuple(r) for r in await before.fetch(f"{SLOTS} oidc_links")} == wanted
    places = SLOTS.replace("account_id", "place_id")
    assert {tuple(r) for r in await before.fetch(f"{places} waitlist_places")} == wanted
