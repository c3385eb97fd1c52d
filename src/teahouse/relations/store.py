"""Every statement over the tables of relations."""

from collections.abc import Collection, Sequence

from teahouse.infra.db.pool import Tx
from teahouse.relations.model import Aggregate, Asked, Edge

PLACE = """
insert into relations_edges (
    room_id, target_id, pos, event_id, rel_type, type, sender, ts, key, counts, thread_id,
    target_sender
)
select * from unnest(
    $1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::text[],
    $8::bigint[], $9::text[], $10::boolean[], $11::text[], $12::text[]
)
on conflict do nothing
returning event_id"""

TAKE_AWAY = "delete from relations_edges where event_id = any ($1::text[])"

# A message whose text is gone has no edits; its thread, and what refers to it, stay.
END_EDITS = """
update relations_edges set counts = false
where room_id = $1 and target_id = any ($2::text[]) and rel_type = 'm.replace' and counts"""

THREADS_OF = """
select event_id, thread_id from relations_edges where event_id = any ($1::text[])"""

AGGREGATES = """
with edges as (
    select target_id, pos, event_id, rel_type, sender, ts, target_sender from relations_edges
    where room_id = $1 and target_id = any ($2::text[]) and counts
    and rel_type in ('m.replace', 'm.thread', 'm.reference')
    and pos <@ $3::text::int8multirange and sender <> all ($4::text[])
)
(
    select distinct on (target_id) rel_type, target_id, event_id, pos, 1::bigint, false
    from edges where rel_type = 'm.replace'
    order by target_id, ts desc, event_id collate "C" desc
)
union all
select
    'm.thread', target_id, (array_agg(event_id order by pos desc))[1], max(pos), count(*),
    bool_or(sender = $5 or target_sender = $5)
from edges where rel_type = 'm.thread' group by target_id
union all
select rel_type, target_id, event_id, pos, 1, false from (
    select *, row_number() over (partition by target_id order by pos) as nth
    from edges where rel_type = 'm.reference'
) as referring where nth <= $6
order by pos"""

RELATED = """
select distinct target_id from relations_edges
where room_id = $1 and target_id = any ($2::text[])
and ($3::text[] is null or sender = any ($3)) and ($4::text[] is null or rel_type = any ($4))
and pos <@ $5::text::int8multirange"""

EDITED = """
select distinct edge.target_id
from unnest($1::text[], $2::text[]) as asked (room_id, target_id)
join relations_edges edge using (room_id, target_id)
where edge.rel_type = 'm.replace' and edge.counts"""

BACKWARDS = """
select event_id, pos from relations_edges
where room_id = $1 and target_id = $2 and pos <= $3 and pos > $4
and ($5::text is null or rel_type = $5) and ($6::text is null or type = $6)
and pos <@ $7::text::int8multirange and sender <> all ($8::text[])
order by pos desc limit $9"""

FORWARDS = """
select event_id, pos from relations_edges
where room_id = $1 and target_id = $2 and pos > $3 and pos <= $4
and ($5::text is null or rel_type = $5) and ($6::text is null or type = $6)
and pos <@ $7::text::int8multirange and sender <> all ($8::text[])
order by pos limit $9"""

DEEP_BACKWARDS = """
with recursive below as (
    select event_id, pos, rel_type, type, sender, 1 as depth from relations_edges
    where room_id = $1 and target_id = $2
    union all
    select edge.event_id, edge.pos, edge.rel_type, edge.type, edge.sender, below.depth + 1
    from relations_edges edge join below on edge.target_id = below.event_id
    where edge.room_id = $1 and below.depth < $10
)
select event_id, pos from below
where pos <= $3 and pos > $4
and ($5::text is null or rel_type = $5) and ($6::text is null or type = $6)
and pos <@ $7::text::int8multirange and sender <> all ($8::text[])
order by pos desc limit $9"""

DEEP_FORWARDS = """
with recursive below as (
    select event_id, pos, rel_type, type, sender, 1 as depth from relations_edges
    where room_id = $1 and target_id = $2
    union all
    select edge.event_id, edge.pos, edge.rel_type, edge.type, edge.sender, below.depth + 1
    from relations_edges edge join below on edge.target_id = below.event_id
    where edge.room_id = $1 and below.depth < $10
)
select event_id, pos from below
where pos > $3 and pos <= $4
and ($5::text is null or rel_type = $5) and ($6::text is null or type = $6)
and pos <@ $7::text::int8multirange and sender <> all ($8::text[])
order by pos limit $9"""

THREADS = """
select target_id, max(pos) as newest from relations_edges
where room_id = $1 and rel_type = 'm.thread' and counts
and pos <@ $2::text::int8multirange and sender <> all ($3::text[])
group by target_id
having max(pos) <= $4 and (not $5 or bool_or(sender = $6 or target_sender = $6))
order by newest desc limit $7"""

FILLED_UNTIL = "select room_id, pos from relations_filling for update"

FILL_FROM = "update relations_filling set room_id = $1, pos = $2"

END_FILLING = "delete from relations_filling"


async def place(tx: Tx, edges: Sequence[Edge]) -> set[str]:
    """Store edges; return the events of those that were not there and clash with none."""
    rows = await tx.rows(
        PLACE,
        [edge.room_id for edge in edges],
        [edge.target_id for edge in edges],
        [edge.pos for edge in edges],
        [edge.event_id for edge in edges],
        [edge.rel_type for edge in edges],
        [edge.type for edge in edges],
        [edge.sender for edge in edges],
        [edge.ts for edge in edges],
        [edge.key for edge in edges],
        [edge.counts for edge in edges],
        [edge.thread_id for edge in edges],
        [edge.target_sender for edge in edges],
    )
    return {row[0] for row in rows}


async def take_away(tx: Tx, room_id: str, event_ids: Sequence[str]) -> None:
    """Delete the edges of events whose text is gone, and let none of their edits count."""
    await tx.run(TAKE_AWAY, list(event_ids))
    await tx.run(END_EDITS, room_id, list(event_ids))


async def threads_of(tx: Tx, event_ids: Collection[str]) -> dict[str, str]:
    """Return the roots of the threads that events are in, of those that relate to another."""
    return {row[0]: row[1] for row in await tx.rows(THREADS_OF, list(event_ids))}


async def aggregates(
    tx: Tx,
    room_id: str,
    target_ids: Sequence[str],
    seen: str,
    ignored: Collection[str],
    user_id: str,
    references_max: int,
) -> list[Aggregate]:
    """Return what came of relations to events: newest edits, threads, references in order.

    ``seen`` is a multirange of the positions that the reader may read.
    """
    rows = await tx.rows(
        AGGREGATES, room_id, list(target_ids), seen, list(ignored), user_id, references_max
    )
    return [Aggregate(*row) for row in rows]


async def related(
    tx: Tx,
    room_id: str,
    target_ids: Sequence[str],
    senders: list[str] | None,
    rel_types: list[str] | None,
    seen: str,
) -> set[str]:
    """Return which of the events somebody, or some kind of event, relates to."""
    rows = await tx.rows(RELATED, room_id, list(target_ids), senders, rel_types, seen)
    return {row[0] for row in rows}


async def edited(tx: Tx, asked: Sequence[tuple[str, str]]) -> set[str]:
    """Return which events, each told by its room and id, have an edit that counts."""
    rows = await tx.rows(EDITED, [one[0] for one in asked], [one[1] for one in asked])
    return {row[0] for row in rows}


async def page(
    tx: Tx, room_id: str, target_id: str, asked: Asked, seen: str, ignored: Collection[str]
) -> list[tuple[str, int]]:
    """Return the events that relate to one, and their positions, in the order asked for."""
    values = (
        room_id,
        target_id,
        asked.start,
        asked.stop,
        asked.rel_type,
        asked.event_type,
        seen,
        list(ignored),
        asked.limit,
    )
    if asked.depth > 1:
        deep = DEEP_BACKWARDS if asked.backwards else DEEP_FORWARDS
        rows = await tx.rows(deep, *values, asked.depth)
    else:
        rows = await tx.rows(BACKWARDS if asked.backwards else FORWARDS, *values)
    return [(row[0], row[1]) for row in rows]


async def threads(
    tx: Tx,
    room_id: str,
    seen: str,
    ignored: Collection[str],
    until: int,
    participant: str | None,
    limit: int,
) -> list[tuple[str, int]]:
    """Return the roots of a room's threads, and where each was last answered, the newest first."""
    who, only = participant or "", participant is not None
    rows = await tx.rows(THREADS, room_id, seen, list(ignored), until, only, who, limit)
    return [(row[0], row[1]) for row in rows]


async def filled_until(tx: Tx) -> tuple[str, int] | None:
    """Return up to where old events have been looked through, ``None`` when all have been."""
    row = await tx.row(FILLED_UNTIL)
    return None if row is None else (row[0], row[1])


async def fill_from(tx: Tx, place: tuple[str, int] | None) -> None:
    """Say where to go on looking through old events; ``None`` when there are no more."""
    await (tx.run(END_FILLING) if place is None else tx.run(FILL_FROM, *place))
