# ruff: noqa: S105 - statements about passwords and tokens, none of which is one
"""The rows of accounts. The tables are in ``schema.sql``, the purposes in ``personal.py``."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.accounts.model import SESSIONS_MAX, Account, AccountClass, AccountState, Activity
from teahouse.accounts.store.personal import FIELDS as FIELDS
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.index import BlindIndex

INSERT_ACCOUNT = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, administrator, door,
    admission_id, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
NAME_TAKEN = "select exists (select 1 from accounts_accounts where localpart = $1)"
ACCOUNT = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where account_id = $1"""
ACCOUNT_BY_USER = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where user_id = $1"""
ACCOUNT_SHARED = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where account_id = $1 for share"""
ACCOUNT_LOCKED = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where account_id = $1 for update"""
ACCOUNT_BY_INDEX = """
select a.account_id, a.localpart, a.user_id, a.account_class, a.region, a.regime_version, a.state,
    a.state_reason, a.administrator, a.door, a.created_at, a.deactivated_at, a.ends_at,
    a.state_before, a.reason_before
from accounts_accounts a
where a.account_id = (
    select i.account_id
    from unnest($2::smallint[], $3::bytea[]) as wanted (version, digest)
    join accounts_identifiers i on i.kind = $1
        and i.index_version = wanted.version and i.index_digest = wanted.digest and i.rank > 0
    union all
    select i.account_id
    from unnest($2::smallint[], $3::bytea[]) as wanted (version, digest)
    join accounts_identifiers i on i.kind = $1
        and i.next_index_version = wanted.version and i.next_index_digest = wanted.digest
        and i.rank > 0
    limit 1
)"""
SEARCH = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts
where localpart like $1 and (state <> 'deactivated' and ends_at is null or $3)
order by localpart limit $2"""
COUNT = "select count(*) from accounts_accounts where state <> 'deactivated'"
SET_STATE = """
update accounts_accounts set state = $2, state_reason = $3, deactivated_at = $4,
    state_before = $5, reason_before = $6
where account_id = $1"""
SET_END = "update accounts_accounts set ends_at = $2, ends_erased = $3 where account_id = $1"
ENDING = """
select account_id, ends_erased from accounts_accounts
where ends_at <= $1 and state <> 'deactivated' order by ends_at limit $2"""
ACTIVE = "update accounts_accounts set active_at = $2 where account_id = $1"
ACTIVITY = """
select greatest(
        a.created_at, a.active_at,
        (select max(last_seen_at) from accounts_sessions s where s.account_id = a.account_id)
    ),
    (select count(*) from accounts_sessions s where s.account_id = a.account_id),
    exists (select 1 from accounts_passwords p where p.account_id = a.account_id)
from accounts_accounts a where a.account_id = $1"""

INSERT_IDENTIFIER = """
insert into accounts_identifiers (
    account_id, kind, phone, email, index_version, index_digest, verified_at, rank
)
select $1, $2, case when $2 = 'phone' then $3::bytea end, case when $2 = 'email' then $3::bytea end,
    $4, $5, $6, $7
where vault_current($8)"""
IDENTIFIERS = """
select kind, coalesce(phone, email), verified_at, rank, leaves_at
from accounts_identifiers where account_id = $1 order by kind desc, rank"""
PROVED_AGAIN = """
update accounts_identifiers set verified_at = $4
where account_id = $1 and kind = $2 and $3 in (index_digest, next_index_digest)"""
RERANK = """
update accounts_identifiers set rank = $4, leaves_at = $5
where account_id = $1 and kind = $2 and rank = $3"""
DELETE_RANK = "delete from accounts_identifiers where account_id = $1 and kind = $2 and rank = $3"
DELETE_LEFT = "delete from accounts_identifiers where leaves_at <= $1"
DELETE_IDENTIFIERS = "delete from accounts_identifiers where account_id = $1"

SET_PASSWORD = """
insert into accounts_passwords (account_id, phc, changed_at) values ($1, $2, $3)
on conflict (account_id) do update set phc = excluded.phc, changed_at = excluded.changed_at"""
UPGRADE_PASSWORD = """
update accounts_passwords set phc = $3 where account_id = $1 and phc = $2"""
PASSWORD = "select phc from accounts_passwords where account_id = $1"
DELETE_PASSWORD = "delete from accounts_passwords where account_id = $1"

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

LOCK_CONTACT = "select pg_advisory_xact_lock(7240610, $1)"


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


class IdentifierRow(NamedTuple):
    """A contact, sealed."""

    kind: str
    sealed: bytes
    proved_at: datetime
    rank: int
    leaves_at: datetime | None


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


def _account(row: Row | None) -> Account | None:
    if row is None:
        return None
    account_id, localpart, user_id, cls, region, regime, state, *rest = row
    return Account(
        account_id,
        localpart,
        user_id,
        AccountClass(cls),
        region,
        regime,
        AccountState(state),
        *rest,
    )


async def insert_account(tx: Tx, new: Account, admission_id: str) -> None:
    """Insert an account; a taken name raises ``UniqueViolation``."""
    await tx.run(
        INSERT_ACCOUNT,
        new.account_id,
        new.localpart,
        new.user_id,
        new.account_class.value,
        new.region,
        new.regime_version,
        new.administrator,
        new.door,
        admission_id,
        new.created_at,
    )


async def name_taken(tx: Tx, localpart: str) -> bool:
    """Tell whether a name was ever given."""
    return await tx.value(NAME_TAKEN, localpart)


async def count(tx: Tx) -> int:
    """Return how many accounts are not deactivated."""
    return await tx.value(COUNT)


async def account(tx: Tx, account_id: str) -> Account | None:
    """Return an account by its id."""
    return _account(await tx.row(ACCOUNT, account_id))


async def account_by_user(tx: Tx, user_id: str) -> Account | None:
    """Return an account by its Matrix id."""
    return _account(await tx.row(ACCOUNT_BY_USER, user_id))


async def account_shared(tx: Tx, account_id: str) -> Account | None:
    """Return an account and keep its state as it is until the commit."""
    return _account(await tx.row(ACCOUNT_SHARED, account_id))


async def account_locked(tx: Tx, account_id: str) -> Account | None:
    """Return an account and hold it, to change its state."""
    return _account(await tx.row(ACCOUNT_LOCKED, account_id))


async def account_by_index(tx: Tx, kind: str, wanted: Sequence[BlindIndex]) -> Account | None:
    """Return the account that a number or address belongs to."""
    versions = [index.version for index in wanted]
    digests = [index.digest for index in wanted]
    return _account(await tx.row(ACCOUNT_BY_INDEX, kind, versions, digests))


async def search(tx: Tx, pattern: str, limit: int, gone_too: bool) -> list[Account]:
    """Return accounts whose name is like ``pattern``."""
    found = [_account(row) for row in await tx.rows(SEARCH, pattern, limit, gone_too)]
    return [one for one in found if one is not None]


async def set_state(
    tx: Tx,
    account_id: str,
    state: AccountState,
    reason: str,
    deactivated_at: datetime | None,
    before: tuple[str | None, str] = (None, ""),
) -> None:
    """Change an account's state; ``before`` is (state, reason) to go back to."""
    await tx.run(SET_STATE, account_id, state.value, reason, deactivated_at, *before)


async def set_end(tx: Tx, account_id: str, ends_at: datetime | None, erased: bool) -> None:
    """Say when an account ends, or that it does not."""
    await tx.run(SET_END, account_id, ends_at, erased)


async def ending(tx: Tx, now: datetime, limit: int) -> list[tuple[str, bool]]:
    """Return (account, erased) of those whose time has come."""
    return [(row[0], row[1]) for row in await tx.rows(ENDING, now, limit)]


async def activity(tx: Tx, account_id: str) -> Activity:
    """Return how an account has been used of late."""
    row = await tx.row(ACTIVITY, account_id)
    assert row is not None, "the account is there"
    return Activity(*row)


async def insert_identifier(
    tx: Tx, account_id: str, kind: str, sealed: bytes, index: BlindIndex, now: datetime, rank: int
) -> bool:
    """Insert a proved contact; one that is in use raises ``UniqueViolation``.

    False: the index was made under keys that may not be written under any more.
    """
    values = (account_id, kind, sealed, index.version, index.digest, now, rank)
    return await tx.run(INSERT_IDENTIFIER, *values, index.generation) == 1


async def identifiers(tx: Tx, account_id: str) -> list[IdentifierRow]:
    """Return an account's contacts, sealed, the phone first, those that were replaced before."""
    return [IdentifierRow(*row) for row in await tx.rows(IDENTIFIERS, account_id)]


async def proved_again(tx: Tx, account_id: str, kind: str, digest: bytes, now: datetime) -> None:
    """Note that a contact was proved once more."""
    await tx.run(PROVED_AGAIN, account_id, kind, digest, now)


async def rerank(
    tx: Tx, account_id: str, kind: str, ranks: tuple[int, int], leaves_at: datetime | None
) -> bool:
    """Move a contact from a rank to another; false when there is none."""
    return await tx.run(RERANK, account_id, kind, *ranks, leaves_at) == 1


async def delete_rank(tx: Tx, account_id: str, kind: str, rank: int) -> bool:
    """Delete a contact; false when there is none."""
    return await tx.run(DELETE_RANK, account_id, kind, rank) == 1


async def delete_left(tx: Tx, now: datetime) -> None:
    """Delete the contacts whose replacement can no longer be undone."""
    await tx.run(DELETE_LEFT, now)


async def set_password(tx: Tx, account_id: str, phc: str, now: datetime) -> None:
    """Keep a password's digest."""
    await tx.run(SET_PASSWORD, account_id, phc, now)


async def upgrade_password(tx: Tx, account_id: str, old_phc: str, phc: str) -> None:
    """Keep a stronger digest of the same password, unless it was changed meanwhile."""
    await tx.run(UPGRADE_PASSWORD, account_id, old_phc, phc)


async def password(tx: Tx, account_id: str) -> str | None:
    """Return a password's digest."""
    return await tx.value(PASSWORD, account_id)


async def delete_password(tx: Tx, account_id: str) -> None:
    """Forget a password."""
    await tx.run(DELETE_PASSWORD, account_id)


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


async def lock_contact(tx: Tx, digest: bytes) -> None:
    """Let only one at a time be given a contact."""
    await tx.run(LOCK_CONTACT, int.from_bytes(digest[:4], "big", signed=True))


async def forget(tx: Tx, account_id: str) -> None:
    """Delete everything of an account but the row that keeps its name."""
    await tx.run(DELETE_IDENTIFIERS, account_id)
    await tx.run(DELETE_PASSWORD, account_id)
