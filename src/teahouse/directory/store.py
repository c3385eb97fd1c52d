"""Every statement over the directory's tables."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx

RESOLVE = "select room_id from directory_aliases where alias = $1"

CLAIM = """
insert into directory_aliases (alias, room_id, creator, created_at) values ($1, $2, $3, $4)
on conflict (alias) do nothing"""

COUNT = "select count(*) from directory_aliases where room_id = $1"

HELD = "select room_id, creator from directory_aliases where alias = $1"

RELEASE = "delete from directory_aliases where alias = $1 and room_id = $2"

OF_ROOM = "select alias from directory_aliases where room_id = $1 order by alias limit $2"

MOVE = "update directory_aliases set room_id = $2 where room_id = $1"

PUBLISH = """
insert into directory_published (room_id, published_at) values ($1, $2) on conflict do nothing"""

UNPUBLISH = "delete from directory_published where room_id = $1"

IS_PUBLISHED = """
select exists (select from directory_published where room_id = $1)
    and not exists (select from directory_withheld where room_id = $1)
    and not exists (select from directory_hidden where target = $1)"""

PUBLISHED = """
select room_id from directory_published
where not exists (
    select from directory_withheld where directory_withheld.room_id = directory_published.room_id
) and not exists (
    select from directory_hidden where directory_hidden.target = directory_published.room_id
)
order by published_at, room_id limit $1"""

WITHHOLD = "insert into directory_withheld (room_id, since) values ($1, $2) on conflict do nothing"

LET_GO = "delete from directory_withheld where room_id = $1"

HIDE = """
insert into directory_hidden (target, why, since) values ($1, $2, $3) on conflict do nothing"""

UNHIDE = "delete from directory_hidden where target = $1 and why = $2"

HIDDEN = "select distinct target from directory_hidden where target = any ($1::text[])"

SET_JOINABLE = """
insert into directory_open (room_id, joinable) values ($1, $2)
on conflict (room_id) do update set joinable = excluded.joinable"""

SET_READABLE = """
insert into directory_open (room_id, readable) values ($1, $2)
on conflict (room_id) do update set readable = excluded.readable"""

OPEN = "select room_id from directory_open where joinable or readable order by room_id limit $1"


async def resolve(tx: Tx, alias: str) -> str | None:
    """Return the room that an alias leads to."""
    return await tx.value(RESOLVE, alias)


async def claim(tx: Tx, alias: str, room_id: str, creator: str, now: datetime) -> bool:
    """Give a room an alias, and tell whether it was free."""
    return await tx.run(CLAIM, alias, room_id, creator, now) == 1


async def count(tx: Tx, room_id: str) -> int:
    """Return how many aliases a room has."""
    return await tx.value(COUNT, room_id)


async def held(tx: Tx, alias: str) -> tuple[str, str] | None:
    """Return an alias's room and who made it."""
    row = await tx.row(HELD, alias)
    return None if row is None else (row[0], row[1])


async def release(tx: Tx, alias: str, room_id: str) -> bool:
    """Remove a room's alias, and tell whether it had it."""
    return await tx.run(RELEASE, alias, room_id) == 1


async def of_room(tx: Tx, room_id: str, limit: int) -> list[str]:
    """Return a room's aliases."""
    return [row[0] for row in await tx.rows(OF_ROOM, room_id, limit)]


async def move(tx: Tx, old_room_id: str, new_room_id: str) -> None:
    """Let the aliases of one room lead to another."""
    await tx.run(MOVE, old_room_id, new_room_id)


async def publish(tx: Tx, room_id: str, now: datetime) -> None:
    """List a room."""
    await tx.run(PUBLISH, room_id, now)


async def unpublish(tx: Tx, room_id: str) -> int:
    """List a room no more; return how many were."""
    return await tx.run(UNPUBLISH, room_id)


async def is_published(tx: Tx, room_id: str) -> bool:
    """Tell whether a room is listed."""
    return await tx.value(IS_PUBLISHED, room_id)


async def published(tx: Tx, limit: int) -> Sequence[str]:
    """Return the rooms that are listed, the longest first."""
    return [row[0] for row in await tx.rows(PUBLISHED, limit)]


async def set_joinable(tx: Tx, room_id: str, value: bool) -> None:
    """Say whether anybody may enter a room."""
    await tx.run(SET_JOINABLE, room_id, value)


async def set_readable(tx: Tx, room_id: str, value: bool) -> None:
    """Say whether anybody may read a room."""
    await tx.run(SET_READABLE, room_id, value)


async def open_rooms(tx: Tx, limit: int) -> Sequence[str]:
    """Return rooms that anybody may enter or read."""
    return [row[0] for row in await tx.rows(OPEN, limit)]


async def withhold(tx: Tx, room_id: str, now: datetime) -> None:
    """Keep a room off the list."""
    await tx.run(WITHHOLD, room_id, now)


async def let_go(tx: Tx, room_id: str) -> None:
    """Keep a room off the list no longer."""
    await tx.run(LET_GO, room_id)


async def hide(tx: Tx, target: str, why: str, now: datetime) -> None:
    """Note a reason to hide a room or a person."""
    await tx.run(HIDE, target, why, now)


async def unhide(tx: Tx, target: str, why: str) -> None:
    """Take a reason away."""
    await tx.run(UNHIDE, target, why)


async def hidden(tx: Tx, targets: Sequence[str]) -> set[str]:
    """Return which of some rooms or people are hidden."""
    return {row[0] for row in await tx.rows(HIDDEN, list(targets))}
