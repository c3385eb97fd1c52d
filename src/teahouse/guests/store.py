"""The rows of guests' accounts. The table is in ``schema.sql``."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx

INSERT = "insert into guests_accounts (account_id, user_id, used_at) values ($1, $2, $3)"
DELETE = "delete from guests_accounts where account_id = $1"
AMONG = "select user_id from guests_accounts where user_id = any ($1::text[]) order by user_id"
THERE_ARE = "select exists (select 1 from guests_accounts)"
UNUSED = """
select account_id from guests_accounts where used_at <= $1 order by used_at limit $2
for update skip locked"""
USED = "update guests_accounts set used_at = $2 where account_id = $1"


async def insert(tx: Tx, account_id: str, user_id: str, now: datetime) -> None:
    """Note a guest."""
    await tx.run(INSERT, account_id, user_id, now)


async def delete(tx: Tx, account_id: str) -> None:
    """Forget a guest, if it is one."""
    await tx.run(DELETE, account_id)


async def among(tx: Tx, user_ids: Sequence[str]) -> list[str]:
    """Return the guests among some people."""
    return [row[0] for row in await tx.rows(AMONG, list(user_ids))]


async def there_are(tx: Tx) -> bool:
    """Tell whether there is any guest."""
    return await tx.value(THERE_ARE)


async def unused(tx: Tx, since: datetime, limit: int) -> list[str]:
    """Return and hold the accounts that are not known to have been used since."""
    return [row[0] for row in await tx.rows(UNUSED, since, limit)]


async def used(tx: Tx, account_id: str, at: datetime) -> None:
    """Note when an account was used."""
    await tx.run(USED, account_id, at)
