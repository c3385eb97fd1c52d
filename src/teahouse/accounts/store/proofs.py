"""The rows of user-interactive authentication."""

from datetime import datetime

from teahouse.infra.db.pool import Tx

INSERT_UIA = """
insert into accounts_uia (session, account_id, operation, expires_at) values ($1, $2, $3, $4)"""
UIA = """
select exists (
    select 1 from accounts_uia
    where session = $1 and account_id = $2 and operation = $3 and expires_at > $4
)"""
DELETE_UIA = "delete from accounts_uia where session = $1"
PURGE_UIA = "delete from accounts_uia where expires_at < $1"


async def insert_uia(
    tx: Tx, session: str, account_id: str, operation: str, expires_at: datetime
) -> None:
    """Begin a user-interactive authentication."""
    await tx.run(INSERT_UIA, session, account_id, operation, expires_at)


async def uia_stands(tx: Tx, session: str, account_id: str, operation: str, now: datetime) -> bool:
    """Tell whether such a session was begun for just this."""
    return await tx.value(UIA, session, account_id, operation, now)


async def delete_uia(tx: Tx, session: str) -> None:
    """End a user-interactive authentication."""
    await tx.run(DELETE_UIA, session)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete what expired before a moment."""
    await tx.run(PURGE_UIA, before)
