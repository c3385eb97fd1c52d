"""Every statement over the tables of the administration calls."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.adminapi.model import Deletion
from teahouse.infra.db.pool import Tx

ROLE = "select role from adminapi_roles where account_id = $1"

SET_ROLE = """
insert into adminapi_roles (account_id, role, given_by, given_at) values ($1, $2, $3, $4)
on conflict (account_id) do update
set role = excluded.role, given_by = excluded.given_by, given_at = excluded.given_at"""

FORGET = "delete from adminapi_roles where account_id = $1"

INSERT = """
insert into adminapi_deletions (delete_id, room_id, erases, asked_by, asked_at)
values ($1, $2, $3, $4, $5)"""

ONE = """
select delete_id, room_id, erases, state, taken_out, stayed, aliases, asked_by, asked_at
from adminapi_deletions where delete_id = $1"""

OF_ROOM = """
select delete_id, room_id, erases, state, taken_out, stayed, aliases, asked_by, asked_at
from adminapi_deletions where room_id = $1 order by asked_at"""

LATEST = """
select delete_id, room_id, erases, state, taken_out, stayed, aliases, asked_by, asked_at
from adminapi_deletions order by asked_at desc, delete_id limit $1"""

MOVE = """
update adminapi_deletions
set state = $2, taken_out = taken_out || $3::text[], stayed = stayed || $4::text[],
    aliases = aliases || $5::text[]
where delete_id = $1"""

PURGE = "delete from adminapi_deletions where asked_at <= $1"


async def role(tx: Tx, account_id: str) -> str | None:
    """Return the role that was given to an account, if one was."""
    return await tx.value(ROLE, account_id)


async def set_role(tx: Tx, account_id: str, given: str, by: str, now: datetime) -> None:
    """Give an account a role."""
    await tx.run(SET_ROLE, account_id, given, by, now)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account's role."""
    await tx.run(FORGET, account_id)


async def insert(tx: Tx, new: Deletion) -> None:
    """Note that a room is to be closed."""
    await tx.run(INSERT, new.delete_id, new.room_id, new.erases, new.asked_by, new.asked_at)


async def one(tx: Tx, delete_id: str) -> Deletion | None:
    """Return the closing of a room."""
    row = await tx.row(ONE, delete_id)
    return None if row is None else Deletion(*row)


async def of_room(tx: Tx, room_id: str) -> list[Deletion]:
    """Return the closings of a room, oldest first."""
    return [Deletion(*row) for row in await tx.rows(OF_ROOM, room_id)]


async def latest(tx: Tx, limit: int) -> list[Deletion]:
    """Return the closings of rooms, the newest first."""
    return [Deletion(*row) for row in await tx.rows(LATEST, limit)]


async def move(
    tx: Tx,
    delete_id: str,
    state: str,
    taken_out: Sequence[str] = (),
    stayed: Sequence[str] = (),
    aliases: Sequence[str] = (),
) -> None:
    """Say how far a closing is."""
    await tx.run(MOVE, delete_id, state, list(taken_out), list(stayed), list(aliases))


async def purge(tx: Tx, before: datetime) -> None:
    """Forget closings of long ago."""
    await tx.run(PURGE, before)
