"""Every statement over the tables of rooms."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.rooms.model.event import RoomEvent
from teahouse.rooms.model.state import Membership, Stated

MEMBERSHIP_PURPOSE = Purpose(
    id="rooms.membership",
    version=1,
    name=Wording(
        "您所在的房间及您在其中的名称和设置",
        "The rooms you are in, and your name and settings there",
    ),
    purpose=Wording(
        "让房间知道谁在其中、谁能做什么",
        "So that a room knows who is in it and who may do what",
    ),
    means=Wording(
        "保存在数据库中，受访问控制；未逐条加密，以便搜索和审阅举报",
        "Kept in the database under access control, not sealed one by one, so that it can be searched and reports can be looked at",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording(
        "聊天",
        "Talking with people",
    ),
    retention=Wording(
        "直到您或房间管理员撤回，或您注销账号并要求清除",
        "Until you or the room's moderators take it back, or you delete your account and ask for erasure",
    ),
    retention_days=None,
    recipients=Wording(
        "同一房间的成员",
        "The members of the room",
    ),
)
STATE_BODY = PersonalField("rooms_state", "body", MEMBERSHIP_PURPOSE, sealed=False)
MEMBER = PersonalField("rooms_members", "membership", MEMBERSHIP_PURPOSE, sealed=False)
FIELDS = (STATE_BODY, MEMBER)

INSERT_ROOM = """
insert into rooms_rooms (room_id, version, creator, created_at, state_pos)
values ($1, $2, $3, $4, 0)"""

STATING = """
select room.room_id, state.body from rooms_rooms room
left join rooms_state state
    on state.room_id = room.room_id and state.type = $1 and state.state_key = ''
where room.room_id > $2 order by room.room_id limit $3"""

STATED = """
select room_id, body from rooms_state
where room_id = any ($2::text[]) and type = $1 and state_key = ''"""

EVERY = "select room_id from rooms_rooms order by created_at desc, room_id limit $1"

ROOMS = """
select room_id, version, creator, state_pos from rooms_rooms where room_id = any ($1::text[])"""

STATES = """
select room_id, type, state_key, event_id, pos, body from rooms_state
where room_id = any ($1::text[])"""

STALE = """
select room.room_id from rooms_rooms room
join unnest($1::text[], $2::bigint[]) as seen (room_id, state_pos) using (room_id)
where room.state_pos <> seen.state_pos"""

SET_STATE = """
insert into rooms_state (room_id, type, state_key, event_id, pos, body)
select distinct on (room_id, type, state_key) room_id, type, state_key, event_id, pos, body
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[], $6::bytea[])
    as new (room_id, type, state_key, event_id, pos, body)
order by room_id, type, state_key, pos desc
on conflict (room_id, type, state_key) do update
set event_id = excluded.event_id, pos = excluded.pos, body = excluded.body"""

SET_MEMBERS = """
insert into rooms_members (room_id, user_id, membership, sender, pos)
select distinct on (room_id, user_id) room_id, user_id, membership, sender, pos
from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[])
    as new (room_id, user_id, membership, sender, pos)
order by room_id, user_id, pos desc
on conflict (room_id, user_id) do update
set membership = excluded.membership, sender = excluded.sender, pos = excluded.pos,
    forgotten = false"""

MOVE_ROOMS = """
update rooms_rooms room set state_pos = moved.pos
from (select room_id, max(pos) as pos from unnest($1::text[], $2::bigint[]) as m (room_id, pos)
      group by room_id) moved
where room.room_id = moved.room_id"""

CURRENT = """
select state.event_id from unnest($1::text[], $2::text[], $3::text[]) as asked
    (room_id, type, state_key)
join rooms_state state using (room_id, type, state_key)"""

IN_ENCRYPTED = """
select distinct member.user_id from rooms_members member
join rooms_state state using (room_id)
where member.user_id = any ($1::text[]) and state.type = $2 and state.state_key = ''"""

REPLACE_STATE_BODY = """
update rooms_state set body = $3 where room_id = $1 and event_id = $2"""

MEMBERSHIPS = """
select room_id, membership, sender, pos, forgotten from rooms_members where user_id = $1"""

JOINED = "select user_id from rooms_members where room_id = $1 and membership = 'join'"

FORGET = """
update rooms_members set forgotten = true
where room_id = $1 and user_id = $2 and membership in ('leave', 'ban') and not forgotten"""


async def insert_room(
    tx: Tx, room_id: str, version: str, creator: str, created_at: datetime
) -> None:
    """Store a new room."""
    await tx.run(INSERT_ROOM, room_id, version, creator, created_at)


async def rooms(tx: Tx, room_ids: Sequence[str]) -> list[tuple[str, str, str, int]]:
    """Return id, version, creator and state position of those rooms that are there."""
    return [(row[0], row[1], row[2], row[3]) for row in await tx.rows(ROOMS, list(room_ids))]


async def stating(
    tx: Tx, event_type: str, after: str, limit: int
) -> list[tuple[str, bytes | None]]:
    """Return rooms after one by their ids, each with a piece of its state, if that is set."""
    return [(row[0], row[1]) for row in await tx.rows(STATING, event_type, after, limit)]


async def stated(tx: Tx, event_type: str, room_ids: Sequence[str]) -> dict[str, bytes]:
    """Return a piece of the state of each room that has it."""
    return {row[0]: row[1] for row in await tx.rows(STATED, event_type, list(room_ids))}


async def every(tx: Tx, limit: int) -> list[str]:
    """Return the newest rooms."""
    return [row[0] for row in await tx.rows(EVERY, limit)]


async def states(tx: Tx, room_ids: Sequence[str]) -> dict[str, list[tuple[str, str, Stated]]]:
    """Return the current state of rooms."""
    found: dict[str, list[tuple[str, str, Stated]]] = {room_id: [] for room_id in room_ids}
    for row in await tx.rows(STATES, list(room_ids)):
        found[row[0]].append((row[1], row[2], Stated(row[3], row[4], row[5], "")))
    return found


async def stale(tx: Tx, seen: Sequence[tuple[str, int]]) -> set[str]:
    """Return the rooms whose state has moved from where it was seen."""
    rows = await tx.rows(STALE, [room_id for room_id, _ in seen], [pos for _, pos in seen])
    return {row[0] for row in rows}


async def set_state(tx: Tx, placed: Sequence[tuple[int, RoomEvent]]) -> None:
    """Put state events in place; the newest of each type and key stays."""
    await tx.run(
        SET_STATE,
        [event.room_id for _, event in placed],
        [event.type for _, event in placed],
        [event.state_key for _, event in placed],
        [event.event_id for _, event in placed],
        [pos for pos, _ in placed],
        [event.body for _, event in placed],
    )
    await tx.run(MOVE_ROOMS, [event.room_id for _, event in placed], [pos for pos, _ in placed])


async def set_members(tx: Tx, members: Sequence[tuple[str, str, str, str, int]]) -> None:
    """Put memberships (room, person, membership, by whom, position) in place."""
    await tx.run(
        SET_MEMBERS,
        [member[0] for member in members],
        [member[1] for member in members],
        [member[2] for member in members],
        [member[3] for member in members],
        [member[4] for member in members],
    )


async def replace_state_body(tx: Tx, room_id: str, event_id: str, body: bytes) -> None:
    """Replace the body of a state event that has been redacted."""
    await tx.run(REPLACE_STATE_BODY, room_id, event_id, body)


async def current(tx: Tx, events: Sequence[RoomEvent]) -> set[str]:
    """Return the ids of what is set now where some events set something."""
    rows = await tx.rows(
        CURRENT,
        [event.room_id for event in events],
        [event.type for event in events],
        [event.state_key for event in events],
    )
    return {row[0] for row in rows}


async def in_encrypted(tx: Tx, user_ids: Sequence[str], event_type: str) -> set[str]:
    """Return which people have to do, or had, with a room in which a type of state is set."""
    return {row[0] for row in await tx.rows(IN_ENCRYPTED, list(user_ids), event_type)}


async def memberships(tx: Tx, user_id: str) -> list[Membership]:
    """Return what a person is to every room they have to do with."""
    return [Membership(*row) for row in await tx.rows(MEMBERSHIPS, user_id)]


async def joined(tx: Tx, room_id: str) -> set[str]:
    """Return who is in a room."""
    return {row[0] for row in await tx.rows(JOINED, room_id)}


async def forget(tx: Tx, room_id: str, user_id: str) -> bool:
    """Forget a room that a person has left; tell whether anything changed."""
    return await tx.run(FORGET, room_id, user_id) == 1
