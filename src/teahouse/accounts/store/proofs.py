"""The rows of one-time codes and of user-interactive authentication."""

from datetime import datetime
from typing import Any, NamedTuple

from teahouse.infra.db.pool import Tx

CODES_SENT = """
select count(*), max(created_at) from accounts_codes
where purpose = $1 and index_digest = any ($2::bytea[]) and created_at > $3"""
INSERT_CODE = """
insert into accounts_codes (
    code_id, purpose, kind, index_version, index_digest, account_id, contact, created_at, expires_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
CODE_TO_SEND = """
select kind, purpose, account_id, contact from accounts_codes
where code_id = $1 and used_at is null and expires_at > $2 for update"""
CODE_MADE = "update accounts_codes set code_digest = $2 where code_id = $1"
FORGET_CONTACT = "update accounts_codes set contact = null where code_id = $1"
LATEST_CODE = """
select code_id from accounts_codes
where purpose = $1 and index_digest = any ($2::bytea[]) and expires_at > $3
order by created_at desc limit 1"""
TRY_CODE = """
update accounts_codes set attempts = attempts + 1
where code_id = $1 and used_at is null and expires_at > $2 and attempts < $3
returning code_digest, account_id"""
USE_CODE = "update accounts_codes set used_at = $2 where code_id = $1"
PURGE_CODES = "delete from accounts_codes where expires_at < $1"

INSERT_UIA = """
insert into accounts_uia (session, account_id, operation, expires_at) values ($1, $2, $3, $4)"""
UIA = """
select exists (
    select 1 from accounts_uia
    where session = $1 and account_id = $2 and operation = $3 and expires_at > $4
)"""
DELETE_UIA = "delete from accounts_uia where session = $1"
PURGE_UIA = "delete from accounts_uia where expires_at < $1"


class CodeRow(NamedTuple):
    """A code that waits to be sent."""

    kind: str
    purpose: str
    account_id: str | None
    contact: bytes | None


async def codes_sent(
    tx: Tx, purpose: str, digests: list[bytes], since: datetime
) -> tuple[int, datetime | None]:
    """Return how many codes were asked for since a moment, and the latest."""
    row = await tx.row(CODES_SENT, purpose, digests, since)
    assert row is not None, "a count has a row"
    return row[0], row[1]


async def insert_code(tx: Tx, *values: Any) -> None:
    """Insert a code that is to be sent."""
    await tx.run(INSERT_CODE, *values)


async def code_to_send(tx: Tx, code_id: str, now: datetime) -> CodeRow | None:
    """Return a code that is still wanted, and hold it."""
    row = await tx.row(CODE_TO_SEND, code_id, now)
    return CodeRow(*row) if row else None


async def code_made(tx: Tx, code_id: str, digest: bytes) -> None:
    """Keep the digest of the code that goes out."""
    await tx.run(CODE_MADE, code_id, digest)


async def forget_contact(tx: Tx, code_id: str) -> None:
    """Forget where a code went."""
    await tx.run(FORGET_CONTACT, code_id)


async def latest_code(tx: Tx, purpose: str, digests: list[bytes], now: datetime) -> str | None:
    """Return the newest code for a contact."""
    return await tx.value(LATEST_CODE, purpose, digests, now)


async def try_code(
    tx: Tx, code_id: str, now: datetime, attempts_max: int
) -> tuple[bytes | None, str | None] | None:
    """Count an attempt and return (digest, account), or ``None`` when none is left."""
    row = await tx.row(TRY_CODE, code_id, now, attempts_max)
    return (row[0], row[1]) if row else None


async def use_code(tx: Tx, code_id: str, now: datetime) -> None:
    """Spend a code."""
    await tx.run(USE_CODE, code_id, now)


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
    """Delete codes and authentications that expired before a moment."""
    await tx.run(PURGE_CODES, before)
    await tx.run(PURGE_UIA, before)
