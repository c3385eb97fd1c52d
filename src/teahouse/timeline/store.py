"""Every statement over the tables of the timeline."""

from collections.abc import Collection, Sequence

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.rooms.model.event import RoomEvent
from teahouse.timeline.model import Placed

MESSAGES_PURPOSE = Purpose(
    id="timeline.messages",
    version=1,
    name=Wording("您发送的消息", "The messages you send"),
    purpose=Wording(
        "把您说的话送达房间里的人，并让他们日后可以查看",
        "So that what you say reaches the people in the room, and can be read there later",
    ),
    means=Wording(
        "保存在数据库中，受访问控制；未逐条加密，以便搜索和审阅举报",
        "Kept in the database under access control, not sealed one by one, so that it can be searched and reports can be looked at",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("聊天", "Talking with people"),
    retention=Wording(
        "直到您或房间管理员撤回，房间或本站设定的保留期满，或您注销账号并要求清除",
        "Until you or the room's moderators take it back, the time that the room or this house sets is over, or you delete your account and ask for erasure",
    ),
    retention_days=None,
    recipients=Wording(
        "同一房间的成员；房间允许时，还包括其读者",
        "The members of the room, and its readers where the room allows",
    ),
)
MESSAGES = PersonalField("timeline_events", "body", MESSAGES_PURPOSE, sealed=False)
WITHHELD = PersonalField("timeline_withheld", "body", MESSAGES_PURPOSE, sealed=False)
FIELDS = (MESSAGES, WITHHELD)

INSERT_EVENTS = """
with sent as (
    insert into timeline_transactions (user_id, device_id, place, event_id)
    select * from unnest($12::text[], $13::text[], $14::text[], $15::text[])
    on conflict do nothing
    returning 1
), written as (
    insert into timeline_events (
        room_id, pos, event_id, type, sender, ts, body, state_key, device_id, txn_id, redacts
    )
    select * from unnest(
        $1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[],
        $8::text[], $9::text[], $10::text[], $11::text[]
    )
)
select count(*) from sent"""

SENT = """
select sent.user_id, sent.device_id, sent.place, sent.event_id from timeline_transactions sent
join unnest($1::text[], $2::text[], $3::text[]) as asked (user_id, device_id, place)
    using (user_id, device_id, place)"""

TRIM_TRANSACTIONS = "delete from timeline_transactions where at < now() - interval '7 days'"

EVENT = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where event_id = $1"""

EVENTS = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where event_id = any ($1::text[])"""

EVENTS_AT = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from unnest($1::text[], $2::bigint[]) as asked (room_id, pos)
join timeline_events using (room_id, pos)"""

EVENTS_FROM = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where (room_id, pos) > ($1, $2) order by room_id, pos limit $3"""

SAID_BEFORE = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and ts <= $2 and pos <@ $3::text::int8multirange
order by ts desc, pos desc limit 1"""

SAID_AFTER = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and ts >= $2 and pos <@ $3::text::int8multirange
order by ts, pos limit 1"""

AGED = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and (ts, pos) > ($2, $3) and ts <= $4
order by ts, pos limit $5"""

NEXT_TS = """
select ts from timeline_events where room_id = $1 and (ts, pos) > ($2, $3)
order by ts, pos limit 1"""

REMOVE = """
delete from timeline_events where room_id = $1 and pos = any ($2::bigint[]) and state_key is null"""

REPLACE_BODY = "update timeline_events set body = $3 where room_id = $1 and event_id = $2"

BACKWARDS = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and pos <= $2 and pos > $3 order by pos desc limit $4"""

FORWARDS = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and pos > $2 and pos <= $3 order by pos limit $4"""

STATE_AT = """
select distinct on (type, state_key)
    event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events
where room_id = $1 and state_key is not null and pos <= $2
order by type, state_key, pos desc"""

STATE_BETWEEN = """
select distinct on (type, state_key)
    event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events
where room_id = $1 and state_key is not null and pos > $2 and pos <= $3
order by type, state_key, pos desc"""

STATE_HISTORY = """
select pos, body from timeline_events
where room_id = $1 and type = $2 and state_key = $3 order by pos"""

STATE_HISTORIES = """
select room_id, pos, body from timeline_events
where room_id = any ($1::text[]) and type = $2 and state_key = $3 order by room_id, pos"""

SAID_BY = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events
where room_id = $1 and (
    sender = $2 and state_key is null
    and substring(body from 1 for 13) <> convert_to('{"content":{}', 'UTF8')
    or type = 'm.room.member' and state_key = $2
    and right(encode(body, 'escape'), 27) <> '"unsigned":{"erased":true}}'
)
order by pos limit $3"""

SPOKEN = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where room_id = $1 and sender = $2 and pos > $3 order by pos limit $4"""

SPOKEN_COUNT = """
select count(*), max(ts) from timeline_events where room_id = any ($1::text[]) and sender = $2"""

NEXT_STATE = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events
where room_id = $1 and type = $2 and state_key = $3 and pos > $4 order by pos limit 1"""

REPLACE_BODIES = """
update timeline_events event set body = new.body, device_id = '', txn_id = ''
from unnest($2::text[], $3::bytea[]) as new (event_id, body)
where event.room_id = $1 and event.event_id = new.event_id"""

STATES_BEFORE = """
select found.type, found.state_key, found.body
from unnest($2::text[], $3::text[]) as asked (type, state_key), lateral (
    select type, state_key, body from timeline_events event
    where room_id = $1 and event.type = asked.type and event.state_key = asked.state_key
        and pos <= $4 order by pos desc limit 1
) as found"""

LAST_OF = """
select event.event_id, event.room_id, event.type, event.sender, event.ts, event.body,
    event.state_key, event.device_id, event.txn_id, event.redacts, event.pos
from unnest($1::text[]) as asked (room_id), lateral (
    select * from timeline_events
    where timeline_events.room_id = asked.room_id and pos <= $2
        and ($4::text[] is null or type = any($4)) order by pos desc limit $3
) as event
order by event.room_id, event.pos"""

NEWEST = """
select asked.room_id, (
    select max(pos) from timeline_events event where event.room_id = asked.room_id
) from unnest($1::text[]) as asked (room_id)"""


SIZES = """
select room_id, (part * pg_total_relation_size('timeline_events'))::bigint from pg_stats,
    unnest(most_common_vals::text::text[], most_common_freqs) as common (room_id, part)
where tablename = 'timeline_events' and attname = 'room_id' and schemaname = current_schema()
order by part desc, room_id limit $1"""

EVENT_HELD = """
select event_id, room_id, type, sender, ts, body, state_key, device_id, txn_id, redacts, pos
from timeline_events where event_id = $1 for no key update"""

WITHHOLD = """
insert into timeline_withheld (event_id, room_id, sender, body) values ($1, $2, $3, $4)"""

GIVE_BACK = "delete from timeline_withheld where event_id = $1 returning body"

DROP_WITHHELD = "delete from timeline_withheld where event_id = any ($1::text[])"

FORGET_WITHHELD = "delete from timeline_withheld where event_id = $1 returning room_id"

WITHHELD_IN = """
select event.event_id, event.room_id, event.type, event.sender, event.ts, event.body,
    event.state_key, event.device_id, event.txn_id, event.redacts, event.pos
from timeline_withheld apart join timeline_events event on event.event_id = apart.event_id
where apart.sender = $1 and apart.room_id = $2"""

DROP_WITHHELD_OF = """
delete from timeline_withheld where sender = $1 and room_id = $2 returning event_id"""

WITHHELD_AMONG = """
select event_id, body from timeline_withheld where event_id = any ($1::text[])"""

WITHHELD_OF = """
select event_id, body from timeline_withheld where sender = $1 order by event_id limit $2"""


def _placed(row: Row) -> Placed:
    *fields, pos = row
    return pos, RoomEvent(
        event_id=fields[0],
        room_id=fields[1],
        type=fields[2],
        sender=fields[3],
        ts=fields[4],
        body=fields[5],
        state_key=fields[6],
        device_id=fields[7],
        txn_id=fields[8],
        redacts=fields[9],
    )


async def insert_events(
    tx: Tx, placed: Sequence[Placed], sent: Sequence[tuple[str, str, str, str]]
) -> int:
    """Store events, and which transactions made them; return how many of those were new."""
    return await tx.value(
        INSERT_EVENTS,
        [event.room_id for _, event in placed],
        [pos for pos, _ in placed],
        [event.event_id for _, event in placed],
        [event.type for _, event in placed],
        [event.sender for _, event in placed],
        [event.ts for _, event in placed],
        [event.body for _, event in placed],
        [event.state_key for _, event in placed],
        [event.device_id for _, event in placed],
        [event.txn_id for _, event in placed],
        [event.redacts for _, event in placed],
        [one[0] for one in sent],
        [one[1] for one in sent],
        [one[2] for one in sent],
        [one[3] for one in sent],
    )


async def sent(tx: Tx, asked: Sequence[tuple[str, str, str]]) -> dict[tuple[str, str, str], str]:
    """Return the events that these transactions (person, device, place) have made."""
    rows = await tx.rows(
        SENT, [one[0] for one in asked], [one[1] for one in asked], [one[2] for one in asked]
    )
    return {(row[0], row[1], row[2]): row[3] for row in rows}


async def trim_transactions(tx: Tx) -> int:
    """Forget transactions that no client replays any more; return how many."""
    return await tx.run(TRIM_TRANSACTIONS)


async def event(tx: Tx, event_id: str) -> Placed | None:
    """Return an event and its position."""
    row = await tx.row(EVENT, event_id)
    return None if row is None else _placed(row)


async def events(tx: Tx, event_ids: Collection[str]) -> dict[str, Placed]:
    """Return events by id, with their positions, of those that are there."""
    found = [_placed(row) for row in await tx.rows(EVENTS, list(event_ids))]
    return {event.event_id: (pos, event) for pos, event in found}


async def events_at(tx: Tx, places: Sequence[tuple[str, int]]) -> list[Placed]:
    """Return the events at places, each a room and a position."""
    rows = await tx.rows(EVENTS_AT, [one[0] for one in places], [one[1] for one in places])
    return [_placed(row) for row in rows]


async def events_from(tx: Tx, room_id: str, pos: int, limit: int) -> list[Placed]:
    """Return the events of all rooms after a place, room by room."""
    return [_placed(row) for row in await tx.rows(EVENTS_FROM, room_id, pos, limit)]


async def said_near(tx: Tx, room_id: str, ts: int, seen: str, backwards: bool) -> Placed | None:
    """Return the event nearest to a time, before or after it, at a position in ``seen``."""
    row = await tx.row(SAID_BEFORE if backwards else SAID_AFTER, room_id, ts, seen)
    return None if row is None else _placed(row)


async def aged(
    tx: Tx, room_id: str, after: tuple[int, int], until_ts: int, limit: int
) -> list[Placed]:
    """Return a room's events after a time and position, up to a time, the oldest first."""
    return [_placed(row) for row in await tx.rows(AGED, room_id, *after, until_ts, limit)]


async def next_ts(tx: Tx, room_id: str, after: tuple[int, int]) -> int | None:
    """Return the time of the oldest event of a room after a time and position."""
    return await tx.value(NEXT_TS, room_id, *after)


async def remove(tx: Tx, room_id: str, positions: Sequence[int]) -> int:
    """Delete messages of a room; return how many. State is left."""
    return await tx.run(REMOVE, room_id, list(positions))


async def replace_body(tx: Tx, room_id: str, event_id: str, body: bytes) -> None:
    """Replace the body of a redacted event."""
    await tx.run(REPLACE_BODY, room_id, event_id, body)


async def backwards(tx: Tx, room_id: str, start: int, stop: int, limit: int) -> list[Placed]:
    """Return events at or before ``start`` and after ``stop``, newest first."""
    return [_placed(row) for row in await tx.rows(BACKWARDS, room_id, start, stop, limit)]


async def forwards(tx: Tx, room_id: str, start: int, stop: int, limit: int) -> list[Placed]:
    """Return events after ``start`` and at or before ``stop``, oldest first."""
    return [_placed(row) for row in await tx.rows(FORWARDS, room_id, start, stop, limit)]


async def state_at(tx: Tx, room_id: str, pos: int) -> list[Placed]:
    """Return a room's state as it was at a position."""
    return [_placed(row) for row in await tx.rows(STATE_AT, room_id, pos)]


async def state_between(tx: Tx, room_id: str, after: int, until: int) -> list[Placed]:
    """Return the state that changed in a range, as it was at its end."""
    return [_placed(row) for row in await tx.rows(STATE_BETWEEN, room_id, after, until)]


async def state_history(
    tx: Tx, room_id: str, event_type: str, state_key: str
) -> list[tuple[int, bytes]]:
    """Return every body that a piece of state has had, oldest first."""
    rows = await tx.rows(STATE_HISTORY, room_id, event_type, state_key)
    return [(row[0], row[1]) for row in rows]


async def state_histories(
    tx: Tx, room_ids: Sequence[str], event_type: str, state_key: str
) -> dict[str, list[tuple[int, bytes]]]:
    """Return every body that a piece of state has had in each of many rooms, oldest first."""
    found: dict[str, list[tuple[int, bytes]]] = {room_id: [] for room_id in room_ids}
    for row in await tx.rows(STATE_HISTORIES, list(room_ids), event_type, state_key):
        found[row[0]].append((row[1], row[2]))
    return found


async def sizes(tx: Tx, limit: int) -> list[tuple[str, int]]:
    """Return the largest rooms, each with about how many bytes, as PostgreSQL judges by itself."""
    return [(row[0], row[1]) for row in await tx.rows(SIZES, limit)]


async def newest(tx: Tx, room_ids: Sequence[str]) -> dict[str, int]:
    """Return the newest position of each room."""
    return {row[0]: row[1] or 0 for row in await tx.rows(NEWEST, list(room_ids))}


async def states_before(
    tx: Tx, room_id: str, keys: Sequence[tuple[str, str]], pos: int
) -> dict[tuple[str, str], bytes]:
    """Return the bodies that pieces of state had at a position, of those that were set."""
    rows = await tx.rows(
        STATES_BEFORE, room_id, [one for one, _ in keys], [key for _, key in keys], pos
    )
    return {(row[0], row[1]): row[2] for row in rows}


async def next_state(
    tx: Tx, room_id: str, event_type: str, state_key: str, pos: int
) -> Placed | None:
    """Return what next set a piece of state after a position."""
    row = await tx.row(NEXT_STATE, room_id, event_type, state_key, pos)
    return None if row is None else _placed(row)


async def last_of(
    tx: Tx, room_ids: Sequence[str], until: int, limit: int, types: list[str] | None = None
) -> list[Placed]:
    """Return the last events (of some types) of each room, up to a position, oldest first."""
    return [_placed(row) for row in await tx.rows(LAST_OF, list(room_ids), until, limit, types)]


async def said_by(tx: Tx, room_id: str, user_id: str, limit: int) -> list[Placed]:
    """Return what a person said in a room, and what they were to it, oldest first."""
    return [_placed(row) for row in await tx.rows(SAID_BY, room_id, user_id, limit)]


async def replace_bodies(
    tx: Tx, room_id: str, event_ids: Sequence[str], bodies: Sequence[bytes]
) -> None:
    """Replace the bodies of events, and forget which device sent them."""
    await tx.run(REPLACE_BODIES, room_id, list(event_ids), list(bodies))


async def spoken(tx: Tx, room_id: str, user_id: str, after: int, limit: int) -> list[Placed]:
    """Return what a person sent to a room after a position, oldest first."""
    return [_placed(row) for row in await tx.rows(SPOKEN, room_id, user_id, after, limit)]


async def spoken_count(tx: Tx, room_ids: Sequence[str], user_id: str) -> tuple[int, int | None]:
    """Return how much a person sent to rooms, and when last, in ms."""
    row = await tx.row(SPOKEN_COUNT, list(room_ids), user_id)
    return (row[0], row[1]) if row else (0, None)


async def event_held(tx: Tx, event_id: str) -> Placed | None:
    """Return an event and its position, and let nobody else change its body until the commit."""
    row = await tx.row(EVENT_HELD, event_id)
    return None if row is None else _placed(row)


async def withhold(tx: Tx, event: RoomEvent) -> None:
    """Put the body of an event away."""
    await tx.run(WITHHOLD, event.event_id, event.room_id, event.sender, event.body)


async def give_back(tx: Tx, event_id: str) -> bytes | None:
    """Return the body of an event that was put away, and keep it there no longer."""
    return await tx.value(GIVE_BACK, event_id)


async def drop_withheld(tx: Tx, event_ids: Sequence[str]) -> None:
    """Forget what was put away of events."""
    await tx.run(DROP_WITHHELD, list(event_ids))


async def forget_withheld(tx: Tx, event_id: str) -> str | None:
    """Forget what was put away of an event; return its room, if anything was."""
    return await tx.value(FORGET_WITHHELD, event_id)


async def withheld_in(tx: Tx, user_id: str, room_id: str) -> list[Placed]:
    """Return the events of a person in a room of which something was put away."""
    return [_placed(row) for row in await tx.rows(WITHHELD_IN, user_id, room_id)]


async def drop_withheld_of(tx: Tx, user_id: str, room_id: str) -> list[str]:
    """Forget what was put away of a person in a room; return of which events."""
    return [row[0] for row in await tx.rows(DROP_WITHHELD_OF, user_id, room_id)]


async def withheld_among(tx: Tx, event_ids: Sequence[str]) -> dict[str, bytes]:
    """Return, by event, the bodies that were put away of some events."""
    return {row[0]: row[1] for row in await tx.rows(WITHHELD_AMONG, list(event_ids))}


async def withheld_of(tx: Tx, user_id: str, limit: int) -> dict[str, bytes]:
    """Return, by event, the bodies that were put away of a person."""
    return {row[0]: row[1] for row in await tx.rows(WITHHELD_OF, user_id, limit)}
