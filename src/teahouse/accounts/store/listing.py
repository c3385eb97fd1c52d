"""Statements over many accounts at once, for operators' tools."""

from collections.abc import Sequence

from teahouse.accounts.model import Listed, Wanted
from teahouse.infra.db.pool import Tx

PAGE = """
select account_id, user_id, state, administrator, created_at, active_at, account_class, door,
    count(*) over ()
from (
    select *, case $6
        when 'creation_ts' then to_char(created_at at time zone 'utc', 'YYYYMMDDHH24MISSUS')
        when 'last_seen_ts' then to_char(active_at at time zone 'utc', 'YYYYMMDDHH24')
        when 'admin' then administrator::text
        when 'deactivated' then (state = 'deactivated')::text
        when 'locked' then (state = 'locked')::text
        else '' end as place
    from accounts_accounts
    where ($1 = '' or strpos(localpart, $1) > 0)
        and ($2::boolean is null or (state = 'deactivated') = $2)
        and ($3::boolean is null or (state = 'locked') = $3)
        and ($4::boolean is null or administrator = $4)
        and ($7::boolean is null or (door = 'guest') = $7)
) found
order by case when $5 then place end desc nulls last, case when $5 then localpart end desc,
    place nulls first, localpart
limit $8 offset $9"""

USER_IDS = "select account_id, user_id from accounts_accounts where account_id = any ($1)"

OFFICIALS = """
select user_id from accounts_accounts
where user_id = any ($1::text[]) and account_class = 'official'"""

SET_ADMINISTRATOR = """
update accounts_accounts set administrator = $2
where account_id = $1 and state <> 'deactivated' and administrator <> $2"""


async def page(tx: Tx, wanted: Wanted, limit: int, offset: int) -> list[Listed]:
    """Return a page of accounts."""
    return [Listed(*row) for row in await tx.rows(PAGE, *wanted, limit, offset)]


async def user_ids(tx: Tx, account_ids: Sequence[str]) -> dict[str, str]:
    """Return the Matrix ids of accounts."""
    return {row[0]: row[1] for row in await tx.rows(USER_IDS, list(account_ids))}


async def officials(tx: Tx, user_ids: Sequence[str]) -> set[str]:
    """Return which of these accounts are official."""
    return {row[0] for row in await tx.rows(OFFICIALS, list(user_ids))}


async def set_administrator(tx: Tx, account_id: str, value: bool) -> bool:
    """Say whether an account may use Matrix's administration; tell whether that is new."""
    return await tx.run(SET_ADMINISTRATOR, account_id, value) == 1
