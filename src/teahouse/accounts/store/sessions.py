# ruff: noqa: S105 - statements about tokens, none of which is one
"""The rows of sessions. The table is in ``schema.sql``."""

from datetime import datetime
from typing import NamedTuple

from teahouse.accounts.model import SESSIONS_MAX
from teahouse.infra.db.pool import Tx

SESSION_OF_DEVICE = """
select session_id from accounts_sessions where account_id = $1 and device_id = $2 for update"""
INSERT_SESSION = """
insert into accounts_sessions (
    session_id, account_id, user_id, device_id, token_digest, token_expires_at, refresh_digest,
    refresh_expires_at, device_name, last_seen_at, last_seen_address, created_at
)
select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10
where (select count(*) from accounts_sessions where account_id = $2) < $12"""
RENEW_SESSION = """
update accounts_sessions set token_digest = $2, token_expires_at = $3,
    spent_refresh_digest = $8, refresh_digest = $4, refresh_expires_at = $5,
    last_seen_at = $6, last_seen_address = coalesce($7, last_seen_address)
where session_id = $1"""
FORGET_SPENT = "update accounts_sessions set spent_refresh_digest = null where session_id = $1"
BY_TOKEN = """
select s.session_id, s.account_id, s.user_id, s.device_id, s.token_expires_at, s.last_seen_at,
    a.account_class, a.state, a.administrator, s.spent_refresh_digest is not null
from accounts_sessions s join accounts_accounts a using (account_id)
where s.token_digest = $1"""
BY_REFRESH = """
select session_id, account_id, user_id, device_id, refresh_expires_at
from accounts_sessions where refresh_digest = $1 or spent_refresh_digest = $1 for update"""
ACTIVE = "update accounts_accounts set active_at = $2 where account_id = $1"
SEEN = "update accounts_sessions set last_seen_at = $2 where session_id = $1"
SESSIONS = """
select session_id, device_id, device_name, last_seen_at, last_seen_address, created_at
from accounts_sessions where account_id = $1 order by created_at limit $2"""
DEVICE_NAME_OF = "select device_name from accounts_sessions where session_id = $1"
RENAME_DEVICE = """
update accounts_sessions set device_name = $3 where account_id = $1 and device_id = $2"""
END_SESSIONS = """
delete from accounts_sessions
where account_id = $1 and device_id = any ($2::text[]) returning device_id"""
END_ALL_SESSIONS = """
delete from accounts_sessions
where account_id = $1 and device_id is distinct from $2::text returning device_id"""


class TokenRow(NamedTuple):
    """A session as its access token finds it."""

    session_id: str
    account_id: str
    user_id: str
    device_id: str
    token_expires_at: datetime | None
    last_seen_at: datetime
    account_class: str
    state: str
    administrator: bool
    renewed: bool  # by a refresh token, and not used since


class RefreshRow(NamedTuple):
    """A session as its refresh token finds it."""

    session_id: str
    account_id: str
    user_id: str
    device_id: str
    refresh_expires_at: datetime


class SessionRow(NamedTuple):
    """A session with its personal columns still sealed."""

    session_id: str
    device_id: str
    device_name: bytes | None
    last_seen_at: datetime
    last_seen_address: bytes | None
    created_at: datetime


class TokenDigests(NamedTuple):
    """What is kept of fresh tokens."""

    token: bytes
    token_expires_at: datetime | None
    refresh: bytes | None
    refresh_expires_at: datetime | None


async def session_of_device(tx: Tx, account_id: str, device_id: str) -> str | None:
    """Return the session of a device, and hold it."""
    return await tx.value(SESSION_OF_DEVICE, account_id, device_id)


async def insert_session(
    tx: Tx,
    who: tuple[str, str, str, str],
    kept: TokenDigests,
    name: bytes | None,
    now: datetime,
    address: bytes | None,
) -> bool:
    """Insert a session; ``who`` is (session, account, user, device). False: there are too many."""
    values = (*who, *kept, name, now, address, SESSIONS_MAX)
    return await tx.run(INSERT_SESSION, *values) == 1


async def renew_session(
    tx: Tx,
    session_id: str,
    kept: TokenDigests,
    now: datetime,
    address: bytes | None,
    spent: bytes | None = None,
) -> None:
    """Give a session new tokens; the old access token is worth nothing from then on.

    The refresh token ``spent`` for them stays good until :func:`forget_spent`.
    """
    await tx.run(RENEW_SESSION, session_id, *kept, now, address, spent)


async def forget_spent(tx: Tx, session_id: str) -> None:
    """End the old refresh token: the new tokens have arrived."""
    await tx.run(FORGET_SPENT, session_id)


async def by_token(tx: Tx, digest: bytes) -> TokenRow | None:
    """Return the session of an access token."""
    row = await tx.row(BY_TOKEN, digest)
    return TokenRow(*row) if row else None


async def by_refresh(tx: Tx, digest: bytes) -> RefreshRow | None:
    """Return the session of a refresh token, and hold it."""
    row = await tx.row(BY_REFRESH, digest)
    return RefreshRow(*row) if row else None


async def seen(tx: Tx, account_id: str, session_id: str, now: datetime) -> None:
    """Note that a session, and so its account, was used; two statements, each by itself."""
    await tx.run(SEEN, session_id, now)
    await tx.run(ACTIVE, account_id, now)


async def sessions(tx: Tx, account_id: str, limit: int) -> list[SessionRow]:
    """Return an account's sessions, oldest first."""
    return [SessionRow(*row) for row in await tx.rows(SESSIONS, account_id, limit)]


async def device_name(tx: Tx, session_id: str) -> bytes | None:
    """Return the sealed name of a session's device."""
    return await tx.value(DEVICE_NAME_OF, session_id)


async def rename_device(tx: Tx, account_id: str, device_id: str, name: bytes | None) -> int:
    """Give a device another name; return 0 when there is none."""
    return await tx.run(RENAME_DEVICE, account_id, device_id, name)


async def end_sessions(tx: Tx, account_id: str, device_ids: list[str]) -> list[str]:
    """End the sessions of some devices and return those that had one."""
    return [row[0] for row in await tx.rows(END_SESSIONS, account_id, device_ids)]


async def end_all_sessions(tx: Tx, account_id: str, but_device: str | None) -> list[str]:
    """End all sessions but one and return their devices."""
    return [row[0] for row in await tx.rows(END_ALL_SESSIONS, account_id, but_device)]
