# ruff: noqa: S105 - statements about passwords, none of which is one
"""The rows of passwords' digests."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

SET_PASSWORD = """
insert into accounts_passwords (account_id, phc, changed_at) values ($1, $2, $3)
on conflict (account_id) do update set phc = excluded.phc, changed_at = excluded.changed_at"""
UPGRADE_PASSWORD = """
update accounts_passwords set phc = $3 where account_id = $1 and phc = $2"""
PASSWORD = "select phc from accounts_passwords where account_id = $1"
# With it the digest that a lot falls on, whoever is asked about: the next in an order that is
# nobody's, and beyond the last the first.
PASSWORD_AND_OTHER = """
select (select phc from accounts_passwords where account_id = $1),
    coalesce(
        (
            select phc from accounts_passwords where hashtextextended(account_id, 0) >= $2
            order by hashtextextended(account_id, 0) limit 1
        ),
        (select phc from accounts_passwords order by hashtextextended(account_id, 0) limit 1)
    )"""
DELETE_PASSWORD = "delete from accounts_passwords where account_id = $1"

LEGACY = """
select account_id, phc from accounts_passwords
where account_id > $1 and phc not like $2 and phc not like '$wrapped$%' and ($4 = '*' or $4 = (
    select a.region from accounts_accounts a where a.account_id = accounts_passwords.account_id
))
order by account_id limit $3"""
COUNT_LEGACY = """
select count(*), coalesce(sum(octet_length(phc)), 0) from accounts_passwords
where phc not like $1 and phc not like '$wrapped$%' and ($2 = '*' or $2 = (
    select a.region from accounts_accounts a where a.account_id = accounts_passwords.account_id
))"""
COUNT_UNDER_PEPPER = """
select count(*) from accounts_passwords
where phc like '$wrapped$%' and split_part(phc, '$', 3) = $1"""
# Only where the legacy digest still is, and passing over rows that somebody is at.
WRAP = """
with fence as materialized (select vault_current($4) as current), held as (
    select p.account_id, new.former, new.wrapped
    from unnest($1::text[], $2::text[], $3::text[]) as new (account_id, former, wrapped)
    join accounts_passwords p on p.account_id = new.account_id and p.phc = new.former
    where (select current from fence)
    order by p.account_id for no key update of p skip locked
), put as (
    update accounts_passwords p set phc = held.wrapped from held
    where p.account_id = held.account_id and p.phc = held.former returning 1
)
select (select current from fence), (select count(*) from put)"""


class LegacyRow(NamedTuple):
    """Whose digest is yet to be wrapped."""

    account_id: str
    phc: str


async def set_password(tx: Tx, account_id: str, phc: str, now: datetime) -> None:
    """Keep a password's digest."""
    await tx.run(SET_PASSWORD, account_id, phc, now)


async def upgrade(tx: Tx, account_id: str, old_phc: str, phc: str) -> None:
    """Keep a stronger digest of the same password, unless it was changed meanwhile."""
    await tx.run(UPGRADE_PASSWORD, account_id, old_phc, phc)


async def password(tx: Tx, account_id: str) -> str | None:
    """Return a password's digest."""
    return await tx.value(PASSWORD, account_id)


async def password_and_other(tx: Tx, account_id: str, lot: int) -> tuple[str | None, str | None]:
    """Return a password's digest, and somebody's on whom the lot falls; the same for the same."""
    row = await tx.row(PASSWORD_AND_OTHER, account_id, lot)
    assert row is not None, "it is of two subqueries"
    return row[0], row[1]


async def delete(tx: Tx, account_id: str) -> None:
    """Forget a password."""
    await tx.run(DELETE_PASSWORD, account_id)


async def legacy(tx: Tx, after: str, plain: str, limit: int, region: str) -> list[LegacyRow]:
    """Return the next digests that are neither wrapped nor of the pattern ``plain``."""
    return [LegacyRow(*row) for row in await tx.rows(LEGACY, after, plain, limit, region)]


async def count_legacy(tx: Tx, plain: str, region: str) -> tuple[int, int]:
    """Count the digests that are neither wrapped nor of the pattern ``plain``, and their bytes."""
    row = await tx.row(COUNT_LEGACY, plain, region)
    assert row is not None, "counts have a row"
    return row[0], row[1]


async def count_under(tx: Tx, pepper: str) -> int:
    """Count the digests that are wrapped under a version of the pepper."""
    return await tx.value(COUNT_UNDER_PEPPER, pepper)


async def wrap(tx: Tx, rows: Sequence[tuple[LegacyRow, str]], generation: int) -> tuple[bool, int]:
    """Put each wrapped digest where the legacy one still is; return how many that were.

    False: under keys of that generation of the ring nothing may be written any more.
    """
    ids, formers = [row.account_id for row, _ in rows], [row.phc for row, _ in rows]
    found = await tx.row(WRAP, ids, formers, [made for _, made in rows], generation)
    assert found is not None, "it is of two subqueries"
    return found[0], found[1]
