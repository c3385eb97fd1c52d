# ruff: noqa: S105 - statements about tokens, none of which is one
"""The rows of sessions. The table is in ``schema.sql``."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.accounts.model import SESSIONS_MAX, DeviceOf
from teahouse.infra.db.pool import Tx

SESSION_OF_DEVICE = """
select session_id from accounts_sessions where account_id = $1 and device_id = $2 for update"""
INSERT_SESSION = """
with may as (
    select vault_current($13) as current,
        (select count(*) from accounts_sessions where account_id = $2) < $12 as room
), done as (
    insert into accounts_sessions (
        session_id, account_id, user_id, device_id, token_digest, token_expires_at, refresh_digest,
        refresh_expires_at, device_name, last_seen_at, last_seen_address, created_at, matrix_only
    )
    select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10, $14 from may where current and room
)
select current, room from may"""
RENEW_SESSION = """
update accounts_sessions set token_digest = $2, token_expires_at = $3,
    spent_refresh_digest = $8, refresh_digest = $4, refresh_expires_at = $5,
    last_seen_at = $6, last_seen_address = coalesce($7, last_seen_address),
    matrix_only = coalesce($10, matrix_only)
where session_id = $1 and vault_current($9)"""
REKEY_TOKEN = """
update accounts_sessions set token_digest = $3
where session_id = $1 and token_digest = $2 and vault_current($4)"""
FORGET_SPENT = "update accounts_sessions set spent_refresh_digest = null where session_id = $1"
BY_TOKEN = """
select s.session_id, s.account_id, s.user_id, s.device_id, s.token_expires_at, s.last_seen_at,
    a.account_class, a.state, a.administrator, s.spent_refresh_digest is not null, s.token_digest,
    s.matrix_only, a.door = 'guest'
from accounts_sessions s join accounts_accounts a using (account_id)
where s.token_digest = any ($1::bytea[])"""
BY_REFRESH = """
select session_id, account_id, user_id, device_id, refresh_expires_at, matrix_only
from accounts_sessions
where refresh_digest = any ($1::bytea[]) or spent_refresh_digest = any ($1::bytea[]) for update"""
ACTIVE = "update accounts_accounts set active_at = $2 where account_id = $1"
SEEN = "update accounts_sessions set last_seen_at = $2 where session_id = $1"
SESSIONS = """
select session_id, device_id, device_name, last_seen_at, last_seen_address, created_at
from accounts_sessions where account_id = $1 order by created_at limit $2"""
DEVICES_OF = """
select a.user_id, s.device_id, s.session_id
from accounts_accounts a join accounts_sessions s using (account_id)
where a.user_id = any ($1::text[]) order by s.session_id"""
DEVICES_HELD = """
select a.user_id, s.device_id, s.session_id
from accounts_accounts a join accounts_sessions s using (account_id)
where a.user_id = any ($1::text[]) order by s.session_id for key share of s"""
HOLD = "select true from accounts_sessions where session_id = $1 for key share"
DEVICE_NAME_OF = "select device_name from accounts_sessions where session_id = $1"
RENAME_DEVICE = """
update accounts_sessions set device_name = $3 where account_id = $1 and device_id = $2"""
END_SESSIONS = """
delete from accounts_sessions
where account_id = $1 and device_id = any ($2::text[]) returning device_id"""
END_ALL_SESSIONS = """
delete from accounts_sessions
where account_id = $1 and device_id is distinct from $2::text returning device_id"""

# What begins with $1, or with $2 is bare, is under a key. A token without an end is live while it
# is used; whoever uses it brings it under the newest key.
HELD = """
with words as (
    select token_digest as digest,
        coalesce(token_expires_at > $3, last_seen_at > $4) as live
    from accounts_sessions
    union all
    select refresh_digest, refresh_expires_at > $3 from accounts_sessions
    union all
    select spent_refresh_digest, refresh_expires_at > $3 from accounts_sessions
)
select count(*) from words
where live and (
    (length(digest) = 34 and substring(digest for 2) = $1) or ($2 and length(digest) = 32)
)"""


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
    token_digest: bytes
    matrix_only: bool
    guest: bool


class RefreshRow(NamedTuple):
    """A session as its refresh token finds it."""

    session_id: str
    account_id: str
    user_id: str
    device_id: str
    refresh_expires_at: datetime
    matrix_only: bool


class SessionRow(NamedTuple):
    """A session with its personal columns still sealed."""

    session_id: str
    device_id: str
    device_name: bytes | None
    last_seen_at: datetime
    last_seen_address: bytes | None
    created_at: datetime


class TokenDigests(NamedTuple):
    """What is kept of fresh tokens; made under the keys of one generation."""

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
    seen: tuple[datetime, bytes | None],
    generation: int,
    matrix_only: bool,
) -> tuple[bool, bool]:
    """Insert a session; ``who`` is (session, account, user, device), ``seen`` when and from where.

    Returns whether the keys that the digests were made under may still be written under, and
    whether there is room for one more. Nothing is written unless both are so.
    """
    values = (*who, *kept, name, *seen, SESSIONS_MAX, generation, matrix_only)
    row = await tx.row(INSERT_SESSION, *values)
    assert row is not None, "it always says why"
    return row[0], row[1]


async def renew_session(
    tx: Tx,
    session_id: str,
    kept: TokenDigests,
    seen: tuple[datetime, bytes | None],
    generation: int,
    spent: bytes | None = None,
    matrix_only: bool | None = None,
) -> bool:
    """Give a session new tokens; the old access token is worth nothing from then on.

    The refresh token ``spent`` for them stays good until :func:`forget_spent`. False: the digests
    were made under keys that may not be written under any more. ``matrix_only`` as in ``Device``;
    ``None``: as it was.
    """
    values = (session_id, *kept, *seen, spent, generation, matrix_only)
    return await tx.run(RENEW_SESSION, *values) == 1


async def rekey_token(tx: Tx, session_id: str, was: bytes, digest: bytes, generation: int) -> bool:
    """Keep an access token under a newer key, unless it was changed meanwhile."""
    return await tx.run(REKEY_TOKEN, session_id, was, digest, generation) == 1


async def held(tx: Tx, under: tuple[bytes, bool], now: datetime, used_since: datetime) -> int:
    """Count the live tokens under a key."""
    return await tx.value(HELD, *under, now, used_since)


async def forget_spent(tx: Tx, session_id: str) -> None:
    """End the old refresh token: the new tokens have arrived."""
    await tx.run(FORGET_SPENT, session_id)


async def by_token(tx: Tx, digests: list[bytes]) -> TokenRow | None:
    """Return the session of an access token."""
    row = await tx.row(BY_TOKEN, digests)
    return TokenRow(*row) if row else None


async def by_refresh(tx: Tx, digests: list[bytes]) -> RefreshRow | None:
    """Return the session of a refresh token, and hold it."""
    row = await tx.row(BY_REFRESH, digests)
    return RefreshRow(*row) if row else None


async def seen(tx: Tx, account_id: str, session_id: str, now: datetime) -> None:
    """Note that a session, and so its account, was used; two statements, each by itself."""
    await tx.run(SEEN, session_id, now)
    await tx.run(ACTIVE, account_id, now)


async def sessions(tx: Tx, account_id: str, limit: int) -> list[SessionRow]:
    """Return an account's sessions, oldest first."""
    return [SessionRow(*row) for row in await tx.rows(SESSIONS, account_id, limit)]


async def devices_of(tx: Tx, user_ids: Sequence[str], hold: bool) -> list[DeviceOf]:
    """Return the devices of many people, always in the same order."""
    rows = await tx.rows(DEVICES_HELD if hold else DEVICES_OF, list(user_ids))
    return [DeviceOf(*row) for row in rows]


async def hold(tx: Tx, session_id: str) -> bool:
    """Hold a session, if it is still there."""
    return bool(await tx.value(HOLD, session_id))


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
