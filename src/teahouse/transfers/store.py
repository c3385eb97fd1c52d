"""Every statement over transfers, their volumes, and the limits they came near."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from teahouse.infra.db.pool import Row, Tx
from teahouse.transfers.model import Crossed, Transfer, TransferBody, TransferState, Volume

INSERT = """
insert into transfers_transfers (transfer_id, content, state, proposed_by, proposed_at)
values ($1, $2, 'proposed', $3, $4)
on conflict (transfer_id) do nothing"""

EVERY = """
select content, state, proposed_by, proposed_at, agreed_by, agreed_at, ended_at, end_reason
from transfers_transfers order by proposed_at desc, transfer_id limit $1"""

ONE_LOCKED = """
select content, state, proposed_by, proposed_at, agreed_by, agreed_at, ended_at, end_reason
from transfers_transfers where transfer_id = $1 for update"""

COUNT = "select count(*) from transfers_transfers"

MOVE = """
update transfers_transfers set state = $2, agreed_by = $3, agreed_at = $4, ended_at = $5,
    end_reason = $6
where transfer_id = $1"""

# People who left since are in it: what crossed stays abroad.
GROW = """
insert into transfers_volumes as had (transfer_id, year, people, sensitive) values ($1, $2, $3, $4)
on conflict (transfer_id, year) do update
set people = greatest(had.people, excluded.people),
    sensitive = greatest(had.sensitive, excluded.sensitive)"""

VOLUMES = """
select transfer_id, year, people, sensitive from transfers_volumes
where year >= $1 order by year desc, transfer_id"""

CROSS = """
insert into transfers_crossings (year, limit_id, level, at) values ($1, $2, $3, $4)
on conflict (year, limit_id, level) do nothing"""


async def insert(tx: Tx, body: TransferBody, by: str, at: datetime) -> bool:
    """Keep a proposal; false when its name is taken."""
    content = msgspec.json.encode(body).decode()
    return await tx.run(INSERT, body.transfer_id, content, by, at) == 1


async def every(tx: Tx, limit: int) -> list[Transfer]:
    """Return transfers, the newest first."""
    return [_transfer(row) for row in await tx.rows(EVERY, limit)]


async def one_locked(tx: Tx, transfer_id: str) -> Transfer | None:
    """Return a transfer, and hold it."""
    row = await tx.row(ONE_LOCKED, transfer_id)
    return None if row is None else _transfer(row)


async def count(tx: Tx) -> int:
    """Return how many there are."""
    return await tx.value(COUNT)


async def move(tx: Tx, one: Transfer) -> None:
    """Write where a transfer stands."""
    agreed = (one.agreed_by, one.agreed_at)
    ended = (one.ended_at, one.end_reason)
    await tx.run(MOVE, one.body.transfer_id, one.state.value, *agreed, *ended)


async def grow(tx: Tx, volume: Volume) -> None:
    """Write of how many people data crossed; a smaller number changes nothing."""
    await tx.run(GROW, *msgspec.structs.astuple(volume))


async def volumes(tx: Tx, since: int) -> Sequence[Volume]:
    """Return the volumes of a year and later ones."""
    return [Volume(*row) for row in await tx.rows(VOLUMES, since)]


async def cross(tx: Tx, one: Crossed, at: datetime) -> bool:
    """Note that a limit is near or reached; false when that is known."""
    return await tx.run(CROSS, one.year, one.limit_id, one.level, at) == 1


def _transfer(row: Row) -> Transfer:
    return Transfer(
        body=msgspec.json.decode(row[0], type=TransferBody),
        state=TransferState(row[1]),
        proposed_by=row[2],
        proposed_at=row[3],
        agreed_by=row[4],
        agreed_at=row[5],
        ended_at=row[6],
        end_reason=row[7],
    )
