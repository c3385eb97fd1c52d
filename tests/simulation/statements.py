"""What each statement of the real code does to the modelled rows. An unknown one is an error.

The keys are the very texts that the stores send, so a statement that changes is missed at once:
whoever changes it says here what it does now, and ``test_model_is_true.py`` asks a real PostgreSQL.
"""

from typing import Any

from teahouse.infra.bus import store as log
from teahouse.rooms import store as rooms
from teahouse.timeline import store as timeline
from tests.simulation.postgres import Server, Statement, Steps, Transaction

SHARDS, ENTRIES, CURSORS = "log_shards", "log_entries", "log_cursors"
EVENTS, BY_ID, SENT = "timeline_events", "timeline_events_by_id", "timeline_transactions"
ROOMS, STATE, MEMBERS = "rooms_rooms", "rooms_state", "rooms_members"
JOURNAL = "simulated_journal"

# What the simulated follower does, and what one who makes mistakes may say.
NOTE = "insert into simulated_journal (pos) select * from unnest($1::bigint[])"
TAKE_NUMBERS = "select sum(nextval('simulated_numbers')) from generate_series(1, $1)"
INSERT_AT = "insert into log_entries (shard, pos, kind, key, body) values ($1, $2, $3, $4, $5)"


def append(
    db: Server, tx: Transaction, shard: int, kinds: list[str], keys: list[str], bodies: list[bytes]
) -> Steps:
    if db.seen(tx, (SHARDS, shard)) is None:
        return [], 0
    yield from db.lock(tx, (SHARDS, shard))
    tx.idle_seconds_max = 5.0
    head = db.newest(tx, (SHARDS, shard)) + len(kinds)
    db.write(tx, (SHARDS, shard), head)
    first = head - len(kinds) + 1
    for pos, entry in enumerate(zip(kinds, keys, bodies, strict=True), first):
        yield from db.insert_new(tx, (ENTRIES, (shard, pos)), entry)
    return [(head, "5s")], 1


def head(db: Server, tx: Transaction, shard: int) -> Steps:
    yield from ()
    found = db.seen(tx, (SHARDS, shard))
    return ([(found,)], 1) if found is not None else ([], 0)


def heads(db: Server, tx: Transaction) -> Steps:
    yield from ()
    rows = [(shard, db.seen(tx, (SHARDS, shard))) for shard in db.keys(tx, SHARDS)]
    return rows, len(rows)


def hold(db: Server, tx: Transaction, shards: list[int]) -> Steps:
    for shard in sorted(shards):
        yield from db.lock(tx, (SHARDS, shard))
    tx.idle_seconds_max = 5.0
    return [(shard, db.newest(tx, (SHARDS, shard)), "5s") for shard in sorted(shards)], len(shards)


def append_spread(
    db: Server,
    tx: Transaction,
    home: int,
    held: list[int],
    kinds: list[str],
    keys: list[str],
    bodies: list[bytes],
    shards: int,
) -> Steps:
    there = db.keys(tx, SHARDS)
    if len(there) != shards:
        return [], 0
    newest = max(db.seen(tx, (SHARDS, shard)) for shard in there)
    return (yield from _write_spread(db, tx, newest, home, held, (kinds, keys, bodies), shards))


def _write_spread(
    db: Server,
    tx: Transaction,
    newest: int,
    home: int,
    held: list[int],
    columns: tuple[list[Any], ...],
    shards: int,
) -> Steps:
    first = newest + 1 + (home - newest - 1) % shards
    for shard in held:
        yield from db.lock(tx, (SHARDS, shard))
        db.write(tx, (SHARDS, shard), first + (len(columns[0]) - 1) * shards)
    for nth, entry in enumerate(zip(*columns, strict=True)):
        yield from db.insert_new(tx, (ENTRIES, (home, first + nth * shards)), entry)
    return [(first,)], 1


def quiet(db: Server, tx: Transaction, shards: list[int]) -> Steps:
    yield from ()
    free = [shard for shard in shards if not db.is_locked(tx, (SHARDS, shard))]
    return [(shard, db.newest(tx, (SHARDS, shard)), "off") for shard in free], len(free)


def read_spread(db: Server, tx: Transaction, shards: int, after: int, limit: int) -> Steps:
    found: list[tuple[Any, ...]] = []
    for shard in range(shards + 1):
        rows, _ = yield from read(db, tx, shard, after, limit)
        found += rows
    found.sort()
    return found[:limit], len(found[:limit])


def read_kinds_spread(
    db: Server, tx: Transaction, shards: int, after: int, until: int, kinds: list[str], limit: int
) -> Steps:
    rows, _ = yield from read_spread(db, tx, shards, after, 10**9)
    found = [row for row in rows if row[0] <= until and row[1] in kinds][:limit]
    return found, len(found)


def trimmed(db: Server, tx: Transaction) -> Steps:
    yield from ()
    return [(0,)], 1


def read(db: Server, tx: Transaction, shard: int, after: int, limit: int) -> Steps:
    yield from ()
    found: list[tuple[Any, ...]] = []
    for key in db.keys(tx, ENTRIES, (shard, after)):
        entry = db.seen(tx, (ENTRIES, key))
        if entry is not None and key[0] == shard:
            found.append((key[1], *entry))
            if len(found) == limit:
                break
    return found, len(found)


def read_kinds(
    db: Server, tx: Transaction, shard: int, after: int, until: int, kinds: list[str], limit: int
) -> Steps:
    rows, _ = yield from read(db, tx, shard, after, 10**9)
    found = [row for row in rows if row[0] <= until and row[1] in kinds][:limit]
    return found, len(found)


def cursor_new(db: Server, tx: Transaction, name: str, pos: int) -> Steps:
    is_new = yield from db.insert(tx, (CURSORS, name), pos)
    return [], int(is_new)


def cursor_take(db: Server, tx: Transaction, name: str) -> Steps:
    key = (CURSORS, name)
    if db.seen(tx, key) is None or db.is_locked(tx, key):
        return [], 0
    yield from db.lock(tx, key)
    return [(db.newest(tx, key),)], 1


def cursor_move(db: Server, tx: Transaction, name: str, pos: int) -> Steps:
    if db.seen(tx, (CURSORS, name)) is None:
        return [], 0
    yield from db.lock(tx, (CURSORS, name))
    db.write(tx, (CURSORS, name), pos)
    return [], 1


def gaps(db: Server, tx: Transaction) -> Steps:
    yield from ()
    return [], 0


def insert_events(db: Server, tx: Transaction, *columns: list[Any]) -> Steps:
    new = 0
    for user_id, device_id, place, event_id in zip(*columns[11:], strict=True):
        new += yield from db.insert(tx, (SENT, (user_id, device_id, place)), event_id)
    for row in zip(*columns[:11], strict=True):
        room_id, pos, event_id = row[0], row[1], row[2]
        yield from db.insert_new(tx, (EVENTS, (room_id, pos)), row[2:])
        yield from db.insert_new(tx, (BY_ID, event_id), (room_id, pos))
    return [(new,)], 1


def sent(
    db: Server, tx: Transaction, users: list[str], devices: list[str], places: list[str]
) -> Steps:
    yield from ()
    found = [(key, db.seen(tx, (SENT, key))) for key in zip(users, devices, places, strict=True)]
    rows = [(*key, event_id) for key, event_id in found if event_id is not None]
    return rows, len(rows)


def some_rooms(db: Server, tx: Transaction, room_ids: list[str]) -> Steps:
    yield from ()
    rows = [(one, db.seen(tx, (ROOMS, one))) for one in room_ids]
    found = [(one, *row) for one, row in rows if row is not None]
    return found, len(found)


def states(db: Server, tx: Transaction, room_ids: list[str]) -> Steps:
    yield from ()
    found = [
        (*key, *db.seen(tx, (STATE, key)))
        for key in db.keys(tx, STATE)
        if key[0] in room_ids and db.seen(tx, (STATE, key)) is not None
    ]
    return found, len(found)


def stale(db: Server, tx: Transaction, room_ids: list[str], positions: list[int]) -> Steps:
    yield from ()
    found: list[tuple[Any, ...]] = []
    for room_id, pos in zip(room_ids, positions, strict=True):
        row = db.seen(tx, (ROOMS, room_id))
        if row is not None and row[2] != pos:
            found.append((room_id,))
    return found, len(found)


def set_state(db: Server, tx: Transaction, *columns: list[Any]) -> Steps:
    newest = {row[:3]: row[3:] for row in sorted(zip(*columns, strict=True), key=lambda r: r[4])}
    for key, row in sorted(newest.items()):
        yield from db.lock(tx, (STATE, key))
        db.write(tx, (STATE, key), row)
    return [], len(newest)


def set_members(db: Server, tx: Transaction, *columns: list[Any]) -> Steps:
    newest = {row[:2]: row[2:] for row in sorted(zip(*columns, strict=True), key=lambda r: r[4])}
    for key, row in sorted(newest.items()):
        yield from db.lock(tx, (MEMBERS, key))
        db.write(tx, (MEMBERS, key), row)
    return [], len(newest)


def move_rooms(db: Server, tx: Transaction, room_ids: list[str], positions: list[int]) -> Steps:
    newest = dict(sorted(zip(room_ids, positions, strict=True), key=lambda pair: pair[1]))
    for room_id, pos in sorted(newest.items()):
        yield from db.lock(tx, (ROOMS, room_id))
        version, creator, _ = db.newest(tx, (ROOMS, room_id))
        db.write(tx, (ROOMS, room_id), (version, creator, pos))
    return [], len(newest)


def note(db: Server, tx: Transaction, positions: list[int]) -> Steps:
    for pos in positions:
        yield from db.insert_new(tx, (JOURNAL, pos), True)
    return [], len(positions)


def take_numbers(db: Server, tx: Transaction, count: int) -> Steps:
    yield from ()
    db.sequence += count
    db.put((SHARDS, 0), db.sequence)  # a sequence knows of no transaction
    return [(db.sequence,)], 1


def insert_at(
    db: Server, tx: Transaction, shard: int, pos: int, kind: str, key: str, body: bytes
) -> Steps:
    yield from db.insert_new(tx, (ENTRIES, (shard, pos)), (kind, key, body))
    return [], 1


STATEMENTS: dict[str, Statement] = {
    log.APPEND: append,
    log.HEAD: head,
    log.HEADS: heads,
    log.HOLD: hold,
    log.APPEND_SPREAD: append_spread,
    log.QUIET: quiet,
    log.READ_SPREAD: read_spread,
    log.READ_KINDS_SPREAD: read_kinds_spread,
    log.TRIMMED: trimmed,
    log.READ: read,
    log.READ_KINDS: read_kinds,
    log.CURSOR_NEW: cursor_new,
    log.CURSOR_TAKE: cursor_take,
    log.CURSOR_MOVE: cursor_move,
    log.GAPS: gaps,
    timeline.INSERT_EVENTS: insert_events,
    timeline.SENT: sent,
    rooms.ROOMS: some_rooms,
    rooms.STATES: states,
    rooms.STALE: stale,
    rooms.SET_STATE: set_state,
    rooms.SET_MEMBERS: set_members,
    rooms.MOVE_ROOMS: move_rooms,
    NOTE: note,
    TAKE_NUMBERS: take_numbers,
    INSERT_AT: insert_at,
}
