"""The rows of proofs."""

from datetime import datetime

from teahouse.infra.db.pool import Tx

INSERT_PROOF = """
insert into proofs_sessions (session, account_id, operation, expires_at) values ($1, $2, $3, $4)"""
PROOF = """
select exists (
    select 1 from proofs_sessions
    where session = $1 and account_id = $2 and operation = $3 and expires_at > $4
)"""
DELETE_PROOF = "delete from proofs_sessions where session = $1"
PURGE_PROOFS = "delete from proofs_sessions where expires_at < $1"
FORGET_PROOFS = "delete from proofs_sessions where account_id = $1"


async def insert(
    tx: Tx, session: str, account_id: str, operation: str, expires_at: datetime
) -> None:
    """Begin a user-interactive authentication."""
    await tx.run(INSERT_PROOF, session, account_id, operation, expires_at)


async def stands(tx: Tx, session: str, account_id: str, operation: str, now: datetime) -> bool:
    """Tell whether such a session was begun for just this."""
    return await tx.value(PROOF, session, account_id, operation, now)


async def delete(tx: Tx, session: str) -> None:
    """End a user-interactive authentication."""
    await tx.run(DELETE_PROOF, session)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete what expired before a moment."""
    await tx.run(PURGE_PROOFS, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(FORGET_PROOFS, account_id)
