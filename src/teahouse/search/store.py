"""Every statement over the tables of the index."""

from collections.abc import Sequence
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

SEARCH_PURPOSE = Purpose(
    id="search.messages",
    version=1,
    name=Wording(
        "您发送的消息中的字词",
        "The words in the messages you send",
    ),
    purpose=Wording(
        "让能看到这些消息的人日后可以搜到它们",
        "So that those who may read a message can find it again",
    ),
    means=Wording(
        "把字词编入索引，保存在数据库中，受访问控制；加密房间的消息不编入；消息撤回时一并删除",
        "An index of words in the database, under access control; nothing of encrypted rooms; taken out when the message is taken back",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording(
        "搜索",
        "Search",
    ),
    retention=Wording(
        "与消息相同：直到撤回或清除",
        "As long as the message: until it is taken back or erased",
    ),
    retention_days=None,
    recipients=Wording(
        "可以阅读该消息的人",
        "Those who may read the message",
    ),
)
WORDS = PersonalField("search_messages", "words", SEARCH_PURPOSE, sealed=False)
FIELDS = (WORDS,)

INSERT_ROOMS = """
insert into search_rooms (room_id) select unnest($1::text[]) on conflict do nothing"""

NUMBERS = "select room_id, number, encrypted from search_rooms where room_id = any ($1::text[])"

ENCRYPT = """
update search_rooms set encrypted = true where room_id = any ($1::text[]) returning number"""

EMPTY_ROOMS = "delete from search_messages where room = any ($1::integer[])"

INSERT_MESSAGES = """
insert into search_messages (room, pos, words)
select room, pos, words::tsvector
from unnest($1::integer[], $2::bigint[], $3::text[]) as new (room, pos, words)
on conflict do nothing"""

DELETE_MESSAGES = """
delete from search_messages message
using unnest($1::text[], $2::bigint[]) as gone (room_id, pos)
join search_rooms room using (room_id)
where message.room = room.number and message.pos = gone.pos"""

DELETE_RANGES = """
delete from search_messages message
using unnest($1::integer[], $2::bigint[], $3::bigint[]) as gone (room, after, until)
where message.room = gone.room and message.pos > gone.after and message.pos <= gone.until"""

CANDIDATES = """
select room, pos from search_messages
where words @@ $1::text::tsquery and pos < $2 order by pos desc limit $3"""

FILLED_UNTIL = "select room_id, pos from search_filling where not done for update"

WAIT_FOR_FILLING = "select one from search_filling for share"

FILL_FROM = "update search_filling set room_id = $1, pos = $2"

END_FILLING = "update search_filling set done = true"

FILL_ANEW = """
insert into search_filling default values
on conflict (one) do update set room_id = '', pos = 0, done = false"""

IS_FILLING = "select exists (select from search_filling where not done)"

COUNT = "select count(*) from search_messages"

COUNT_OF = """
select count(*) from search_messages
where room = (select number from search_rooms where room_id = $1) and pos = any ($2::bigint[])"""


class Numbered(NamedTuple):
    """A room as the index knows it."""

    number: int
    encrypted: bool


async def number_rooms(tx: Tx, room_ids: Sequence[str]) -> dict[str, Numbered]:
    """Return rooms' numbers, giving one to those that have none."""
    found = await numbers(tx, room_ids)
    missing = sorted(set(room_ids) - found.keys())
    if missing:
        await tx.run(INSERT_ROOMS, missing)
        found |= await numbers(tx, missing)
    return found


async def numbers(tx: Tx, room_ids: Sequence[str]) -> dict[str, Numbered]:
    """Return the numbers of those rooms that have one."""
    rows = await tx.rows(NUMBERS, list(room_ids))
    return {row[0]: Numbered(row[1], row[2]) for row in rows}


async def encrypt(tx: Tx, room_ids: Sequence[str]) -> None:
    """Take note that rooms are encrypted, and forget what was said in them."""
    rows = await tx.rows(ENCRYPT, sorted(room_ids))
    await tx.run(EMPTY_ROOMS, [row[0] for row in rows])


async def insert(tx: Tx, messages: Sequence[tuple[int, int, str]]) -> None:
    """Keep what messages are found by: room's number, position, words as a ``tsvector``."""
    await tx.run(
        INSERT_MESSAGES,
        [one[0] for one in messages],
        [one[1] for one in messages],
        [one[2] for one in messages],
    )


async def delete(tx: Tx, places: Sequence[tuple[str, int]]) -> None:
    """Forget messages, by room and position."""
    await tx.run(DELETE_MESSAGES, [one[0] for one in places], [one[1] for one in places])


async def delete_ranges(tx: Tx, ranges: Sequence[tuple[int, int, int]]) -> None:
    """Forget what lies in ranges: room's number, after which position, up to which."""
    await tx.run(
        DELETE_RANGES,
        [one[0] for one in ranges],
        [one[1] for one in ranges],
        [one[2] for one in ranges],
    )


async def candidates(tx: Tx, query: str, before: int, limit: int) -> list[tuple[int, int]]:
    """Return rooms' numbers and positions of what a ``tsquery`` finds, the newest first."""
    return [(row[0], row[1]) for row in await tx.rows(CANDIDATES, query, before, limit)]


async def filled_until(tx: Tx) -> tuple[str, int] | None:
    """Lock, and return up to where old events have been looked through; ``None``: all have been."""
    row = await tx.row(FILLED_UNTIL)
    return None if row is None else (row[0], row[1])


async def wait_for_filling(tx: Tx) -> None:
    """Wait until nobody is between reading a text and writing its words."""
    await tx.run(WAIT_FOR_FILLING)


async def fill_from(tx: Tx, place: tuple[str, int] | None) -> None:
    """Say where to go on looking through old events; ``None`` when there are no more."""
    await (tx.run(END_FILLING) if place is None else tx.run(FILL_FROM, *place))


async def fill_anew(tx: Tx) -> None:
    """Have all events looked through from the first."""
    await tx.run(FILL_ANEW)


async def is_filling(tx: Tx) -> bool:
    """Tell whether old events are left to be looked through."""
    return await tx.value(IS_FILLING)


async def count_of(tx: Tx, room_id: str, positions: Sequence[int]) -> int:
    """Return how many of some events of a room are in the index."""
    return await tx.value(COUNT_OF, room_id, list(positions))


async def count(tx: Tx) -> int:
    """Return how many messages the index knows."""
    return await tx.value(COUNT)
