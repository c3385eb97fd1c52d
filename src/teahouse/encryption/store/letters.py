"""The rows of letters."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx

NOTE = """
insert into encryption_transactions (session_id, place, at) values ($1, $2, $3)
on conflict do nothing returning true"""
POST = """
insert into encryption_letters (session_id, pos, body, sent_at)
select new.session_id, new.pos, new.body, $4
from unnest($1::text[], $2::bigint[], $3::bytea[]) as new (session_id, pos, body)"""
# Those before the place that a device goes on from have arrived.
FETCH = """
with arrived as (
    delete from encryption_letters where session_id = $1 and pos <= $2
)
select pos, body from encryption_letters
where session_id = $1 and pos > $2 order by pos limit $3"""
PURGE_LETTERS = "delete from encryption_letters where sent_at < $1"
PURGE_TRANSACTIONS = "delete from encryption_transactions where at < $1"


async def note(tx: Tx, session_id: str, place: str, now: datetime) -> bool:
    """Note a request of a device; false: it was made before."""
    return bool(await tx.value(NOTE, session_id, place, now))


async def post(tx: Tx, letters: Sequence[tuple[str, int, bytes]], now: datetime) -> None:
    """Put letters, each (session, position, content), where their devices find them."""
    columns = [one[0] for one in letters], [one[1] for one in letters], [one[2] for one in letters]
    await tx.run(POST, *columns, now)


async def fetch(tx: Tx, session_id: str, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Delete a device's letters up to a position, and return those after it, oldest first."""
    return [(row[0], row[1]) for row in await tx.rows(FETCH, session_id, after, limit)]


async def purge(tx: Tx, letters_before: datetime, transactions_before: datetime) -> None:
    """Delete what nobody came for, and requests that nobody repeats any more."""
    await tx.run(PURGE_LETTERS, letters_before)
    await tx.run(PURGE_TRANSACTIONS, transactions_before)
