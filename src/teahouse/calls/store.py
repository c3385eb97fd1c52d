"""Every statement over the tables of calls."""

from datetime import datetime

from teahouse.infra.db.pool import Tx

KEEP = """
insert into calls_openid (token_digest, account_id, user_id, expires_at)
values ($1, $2, $3, $4)"""
WHOSE = "select user_id from calls_openid where token_digest = $1 and expires_at > $2"
FORGET = "delete from calls_openid where account_id = $1"
PURGE = "delete from calls_openid where expires_at < $1"


async def keep(tx: Tx, digest: bytes, account_id: str, user_id: str, expires_at: datetime) -> None:
    """Keep a token's digest."""
    await tx.run(KEEP, digest, account_id, user_id, expires_at)


async def whose(tx: Tx, digest: bytes, now: datetime) -> str | None:
    """Return whose a token is, while it is good."""
    return await tx.value(WHOSE, digest, now)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete an account's tokens."""
    await tx.run(FORGET, account_id)


async def purge(tx: Tx, now: datetime) -> None:
    """Delete what has expired."""
    await tx.run(PURGE, now)
