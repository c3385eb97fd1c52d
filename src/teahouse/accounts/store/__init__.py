"""The rows of accounts; others have files of their own, and the purposes are in ``personal.py``."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.accounts.model import Account, AccountClass, AccountState, Activity, Admission
from teahouse.accounts.store import passwords
from teahouse.accounts.store.personal import FIELDS as FIELDS
from teahouse.accounts.store.personal import SEALED as SEALED
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.index import BlindIndex, Slots

REGIONS = """
select account_id, region from accounts_accounts
where account_id > $1 and ($2 = '' or account_id <= $2) order by account_id limit $3"""
INSERT_ACCOUNT = """
insert into accounts_accounts (
    account_id, localpart, user_id, account_class, region, regime_version, administrator, door,
    admission_id, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
UPGRADE = """
update accounts_accounts set door = $2, admission_id = $3, regime_version = $4
where account_id = $1 and door = 'guest' and state = 'active' and ends_at is null"""
NAME_TAKEN = "select exists (select 1 from accounts_accounts where localpart = $1)"
ACCOUNT = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where account_id = $1"""
ACCOUNT_BY_USER = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts where user_id = $1"""
KNOWN = """
select user_id from accounts_accounts
where user_id = any ($1::text[]) and state <> 'deactivated'"""
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
    select account_id from (
        select i.account_id, wanted.nth
        from unnest($2::smallint[], $3::bytea[]) with ordinality as wanted (version, digest, nth)
        join accounts_identifiers i on i.kind = $1
            and i.odd_version = wanted.version and i.odd_digest = wanted.digest and i.rank > 0
        union all
        select i.account_id, wanted.nth
        from unnest($2::smallint[], $3::bytea[]) with ordinality as wanted (version, digest, nth)
        join accounts_identifiers i on i.kind = $1
            and i.even_version = wanted.version and i.even_digest = wanted.digest and i.rank > 0
    ) as hits order by nth limit 1
)"""
SEARCH = """
select account_id, localpart, user_id, account_class, region, regime_version, state, state_reason,
    administrator, door, created_at, deactivated_at, ends_at, state_before, reason_before
from accounts_accounts
where localpart like $1 and (state <> 'deactivated' and ends_at is null or $3)
order by localpart limit $2"""
COUNT = "select count(*) from accounts_accounts where state <> 'deactivated'"
CENSUS = """
select region, account_class, count(*) from accounts_accounts where state <> 'deactivated'
group by 1, 2 order by 1, 2"""
ACTIVE_SINCE = """
select count(*) from accounts_accounts
where state <> 'deactivated' and coalesce(active_at, created_at) >= $1"""
SET_STATE = """
update accounts_accounts set state = $2, state_reason = $3, deactivated_at = $4,
    state_before = $5, reason_before = $6
where account_id = $1"""
SET_END = "update accounts_accounts set ends_at = $2, ends_erased = $3 where account_id = $1"
END_NOW = """
update accounts_accounts set ends_at = $2 where account_id = $1 and ends_at is not null"""
ENDING = """
select account_id, ends_erased from accounts_accounts
where ends_at <= $1 and state <> 'deactivated' order by ends_at limit $2"""
ACTIVITY = """
select greatest(
        a.created_at, a.active_at,
        (select max(last_seen_at) from accounts_sessions s where s.account_id = a.account_id)
    ),
    (select count(*) from accounts_sessions s where s.account_id = a.account_id),
    p.phc is not null, coalesce(p.phc like $2, false)
from accounts_accounts a left join accounts_passwords p using (account_id) where a.account_id = $1"""

INSERT_IDENTIFIER = """
insert into accounts_identifiers (
    account_id, kind, phone, email, verified_at, rank, odd_version, odd_digest, even_version,
    even_digest
)
select $1, $2, case when $2 = 'phone' then $3::bytea end, case when $2 = 'email' then $3::bytea end,
    $4, $5, $6, $7, $8, $9
where vault_current($10)"""
IDENTIFIERS = """
select kind, coalesce(phone, email), verified_at, rank, leaves_at
from accounts_identifiers where account_id = $1 order by kind desc, rank"""
PROVED_AGAIN = """
update accounts_identifiers set verified_at = $4
where account_id = $1 and kind = $2 and $3 in (odd_digest, even_digest)"""
RERANK = """
update accounts_identifiers set rank = $4, leaves_at = $5
where account_id = $1 and kind = $2 and rank = $3"""
DELETE_RANK = "delete from accounts_identifiers where account_id = $1 and kind = $2 and rank = $3"
DELETE_LEFT = "delete from accounts_identifiers where leaves_at <= $1"
DELETE_IDENTIFIERS = "delete from accounts_identifiers where account_id = $1"

LOCK_CONTACT = "select pg_advisory_xact_lock(7240610, $1)"


class IdentifierRow(NamedTuple):
    """A contact, sealed."""

    kind: str
    sealed: bytes
    proved_at: datetime
    rank: int
    leaves_at: datetime | None


def _account(row: Row | None) -> Account | None:
    if row is None:
        return None
    account_id, localpart, user_id, cls, region, regime, state, *rest = row
    who = (account_id, localpart, user_id, AccountClass(cls))
    return Account(*who, region, regime, AccountState(state), *rest)


async def regions(tx: Tx, after: str, until: str, limit: int) -> dict[str, str]:
    """Return the regions of the next accounts, by their ids, up to one; none: to the last."""
    return {row[0]: row[1] for row in await tx.rows(REGIONS, after, until, limit)}


async def insert_account(tx: Tx, new: Account, admission_id: str) -> None:
    """Insert an account; a taken name raises ``UniqueViolation``."""
    who = (new.account_id, new.localpart, new.user_id, new.account_class.value, new.region)
    how = (new.regime_version, new.administrator, new.door, admission_id, new.created_at)
    await tx.run(INSERT_ACCOUNT, *who, *how)


async def upgrade(tx: Tx, account_id: str, admission: Admission) -> bool:
    """Have a guest's account come by another door; false when it is not a guest's any more."""
    by = (admission.door, admission.admission_id, admission.policy_version)
    return await tx.run(UPGRADE, account_id, *by) == 1


async def name_taken(tx: Tx, localpart: str) -> bool:
    """Tell whether a name was ever given."""
    return await tx.value(NAME_TAKEN, localpart)


async def count(tx: Tx) -> int:
    """Return how many accounts are not deactivated."""
    return await tx.value(COUNT)


async def census(tx: Tx) -> list[tuple[str, str, int]]:
    """Count the accounts of each region and class."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(CENSUS)]


async def active_since(tx: Tx, since: datetime) -> int:
    """Return how many of them were there since a moment."""
    return await tx.value(ACTIVE_SINCE, since)


async def account(tx: Tx, account_id: str) -> Account | None:
    """Return an account by its id."""
    return _account(await tx.row(ACCOUNT, account_id))


async def account_by_user(tx: Tx, user_id: str) -> Account | None:
    """Return an account by its Matrix id."""
    return _account(await tx.row(ACCOUNT_BY_USER, user_id))


async def known(tx: Tx, user_ids: Sequence[str]) -> set[str]:
    """Return which of some users there are."""
    return {row[0] for row in await tx.rows(KNOWN, list(user_ids))}


async def account_shared(tx: Tx, account_id: str) -> Account | None:
    """Return an account and keep its state as it is until the commit."""
    return _account(await tx.row(ACCOUNT_SHARED, account_id))


async def account_locked(tx: Tx, account_id: str) -> Account | None:
    """Return an account and hold it, to change its state."""
    return _account(await tx.row(ACCOUNT_LOCKED, account_id))


async def account_by_index(tx: Tx, kind: str, wanted: Sequence[BlindIndex]) -> Account | None:
    """Return the account that a number or address belongs to: by the first index that hits."""
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


async def end_now(tx: Tx, account_id: str, now: datetime) -> None:
    """Have an account that is about to end do so at a moment."""
    await tx.run(END_NOW, account_id, now)


async def ending(tx: Tx, now: datetime, limit: int) -> list[tuple[str, bool]]:
    """Return (account, erased) of those whose time has come."""
    return [(row[0], row[1]) for row in await tx.rows(ENDING, now, limit)]


async def activity(tx: Tx, account_id: str, plain: str) -> Activity:
    """Return how an account has been used of late; ``plain`` is the pattern of our own digests."""
    row = await tx.row(ACTIVITY, account_id, plain)
    assert row is not None, "the account is there"
    return Activity(*row)


async def insert_identifier(
    tx: Tx, account_id: str, kind: str, sealed: bytes, index: Slots, now: datetime, rank: int
) -> bool:
    """Insert a proved contact; one that is in use raises ``UniqueViolation``.

    False: the index was made under keys that may not be written under any more.
    """
    return await tx.run(INSERT_IDENTIFIER, account_id, kind, sealed, now, rank, *index) == 1


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


async def lock_contact(tx: Tx, digest: bytes) -> None:
    """Let only one at a time be given a contact."""
    await tx.run(LOCK_CONTACT, int.from_bytes(digest[:4], "big", signed=True))


async def forget(tx: Tx, account_id: str) -> None:
    """Delete everything of an account but the row that keeps its name."""
    await tx.run(DELETE_IDENTIFIERS, account_id)
    await passwords.delete(tx, account_id)
