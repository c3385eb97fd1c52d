"""Every statement over unsealings and the looks that they let happen."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Row, Tx
from teahouse.unsealings.model import Counted, Look, Need, State, Unsealing

INSERT = """
insert into unsealings_unsealings (
    unsealing_id, account_id, at_least, need, reference, words, confidential, urgent, hours, state,
    asked_by, asked_at, opens_until, due_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) on conflict do nothing"""

ONE_LOCKED = """
select unsealing_id, account_id, at_least, need, reference, words, confidential, urgent, hours, state,
    overdue, asked_by, asked_at, decided_by, decided_at, decided_words, opens_until, due_at
from unsealings_unsealings where unsealing_id = $1 for no key update"""

SEVERAL = """
select unsealing_id, account_id, at_least, need, reference, words, confidential, urgent, hours, state,
    overdue, asked_by, asked_at, decided_by, decided_at, decided_words, opens_until, due_at
from unsealings_unsealings where unsealing_id = any ($1::text[])"""

LISTED = """
select unsealing_id, account_id, at_least, need, reference, words, confidential, urgent, hours, state,
    overdue, asked_by, asked_at, decided_by, decided_at, decided_words, opens_until, due_at
from unsealings_unsealings where ($1 = '' or account_id = $1)
order by state not in ('asked', 'open', 'urgent', 'overdue'), asked_at desc, unsealing_id desc
limit $2"""

DUE = """
select unsealing_id, account_id, at_least, need, reference, words, confidential, urgent, hours, state,
    overdue, asked_by, asked_at, decided_by, decided_at, decided_words, opens_until, due_at
from unsealings_unsealings where due_at <= $1 order by unsealing_id limit $2 for no key update"""

LETS = """
select unsealing_id from unsealings_unsealings
where account_id = $1 and asked_by = $2 and state in ('open', 'urgent') and opens_until > $3"""

MOVE = """
update unsealings_unsealings
set state = $2, overdue = $3, decided_by = $4, decided_at = $5, decided_words = $6, opens_until = $7,
    due_at = $8, confidential = $9
where unsealing_id = $1"""

LOOKED = """
insert into unsealings_looks (look_id, unsealing_id, fields, looked_at) values ($1, $2, $3, $4)"""

LOOKS = """
select unsealing_id, fields, looked_at from (
    select unsealing_id, fields, looked_at,
        row_number() over (partition by unsealing_id order by looked_at desc, look_id) as place
    from unsealings_looks where unsealing_id = any ($1::text[])
) as found where place <= $2 order by unsealing_id, looked_at desc"""

COUNTED = """
select count(*), count(*) filter (where state = 'refused'), count(*) filter (where urgent),
    count(*) filter (where overdue), count(*) filter (where state = 'objected'),
    (select count(*) from unsealings_looks where looked_at >= $1 and looked_at < $2)
from unsealings_unsealings where asked_at >= $1 and asked_at < $2"""

PURGE = "delete from unsealings_unsealings where due_at is null and asked_at < $1"


async def insert(tx: Tx, one: Unsealing) -> bool:
    """Keep what is asked for, unless its asker has one of that account; tell whether."""
    asked = (
        one.unsealing_id, one.account_id, one.at_least, one.need.value, one.reference, one.words,
        one.confidential, one.urgent, one.hours, one.state.value, one.asked_by, one.asked_at,
        one.opens_until, one.due_at,
    )  # fmt: skip
    return await tx.run(INSERT, *asked) == 1


async def one_locked(tx: Tx, unsealing_id: str) -> Unsealing | None:
    """Return an unsealing and hold it."""
    row = await tx.row(ONE_LOCKED, unsealing_id)
    return None if row is None else _unsealing(row)


async def several(tx: Tx, unsealing_ids: Sequence[str]) -> list[Unsealing]:
    """Return unsealings by their ids."""
    return [_unsealing(row) for row in await tx.rows(SEVERAL, list(unsealing_ids))]


async def listed(tx: Tx, account_id: str, limit: int) -> list[Unsealing]:
    """Return those of an account, or of all with none: what is not over first, then the newest."""
    return [_unsealing(row) for row in await tx.rows(LISTED, account_id, limit)]


async def due(tx: Tx, now: datetime, limit: int) -> list[Unsealing]:
    """Return those whose time is over, and hold them."""
    return [_unsealing(row) for row in await tx.rows(DUE, now, limit)]


async def lets(tx: Tx, account_id: str, reader: str, now: datetime) -> str | None:
    """Return by which unsealing somebody may look at an account now."""
    return await tx.value(LETS, account_id, reader, now)


async def move(tx: Tx, after: Unsealing) -> None:
    """Write where an unsealing stands."""
    decided = (after.decided_by, after.decided_at, after.decided_words)
    times = (after.opens_until, after.due_at)
    where = (after.unsealing_id, after.state.value, after.overdue)
    await tx.run(MOVE, *where, *decided, *times, after.confidential)


async def looked(tx: Tx, look_id: str, unsealing_id: str, look: Look) -> None:
    """Keep that somebody looked."""
    await tx.run(LOOKED, look_id, unsealing_id, list(look.fields), look.looked_at)


async def looks(tx: Tx, unsealing_ids: Sequence[str], limit: int) -> dict[str, list[Look]]:
    """Return the looks of unsealings, of each the newest."""
    found: dict[str, list[Look]] = {one: [] for one in unsealing_ids}
    for unsealing_id, fields, looked_at in await tx.rows(LOOKS, list(unsealing_ids), limit):
        found[unsealing_id].append(Look(tuple(fields), looked_at))
    return found


async def counted(tx: Tx, begun: datetime, ended: datetime) -> Counted:
    """Count what there was from a moment on, before another."""
    row = await tx.row(COUNTED, begun, ended)
    assert row is not None, "a count has a row"
    return Counted(*row)


async def purge(tx: Tx, before: datetime) -> None:
    """Forget what is long over, with its looks."""
    await tx.run(PURGE, before)


def _unsealing(row: Row) -> Unsealing:
    unsealing_id, account_id, at_least, need, reference, words, confidential, *rest = row
    urgent, hours, state, overdue, asked_by, asked_at, *decided, opens_until, due_at = rest
    return Unsealing(
        unsealing_id=unsealing_id, account_id=account_id, at_least=at_least, need=Need(need),
        reference=reference, words=words, confidential=confidential, urgent=urgent, hours=hours,
        state=State(state), overdue=overdue, asked_by=asked_by, asked_at=asked_at,
        decided_by=decided[0], decided_at=decided[1], decided_words=decided[2],
        opens_until=opens_until, due_at=due_at,
    )  # fmt: skip
