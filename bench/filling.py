"""A house with many accounts that have what accounts have, written by PostgreSQL itself.

Of every account: its keys' rows, two contacts, a device, a name, what it was told, its standing. Of some:
pushers, settings, notices, files, cases, complaints, requests. Twice as many events as accounts, one in
twenty of them in one square. What is sealed has a sealed value's form, and nobody opens it.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import asyncpg

FEW_ACCOUNTS = 10_000
AT_ONCE = 50_000
EVENTS_EACH, IN_SQUARE = 2, 20
BLOBS_EACH = 20  # one account in so many has a file with bytes
SEALED_BYTES = 96

# Ids as ours are made: 26 letters, sorted by age, of 2020, so that nothing made now comes between.
_ID = "'01e0' || lpad(to_hex(n), 22, '0')"
_WHO = f"{_ID} as id, '@c' || n || ':' || $4::text as who, $3::bytea as sealed, n"
_SERIES = f"from (select {_WHO} from generate_series($1::int, $2::int) n) a"
_DIGEST = "substring(sha256((n || 'x')::bytea) from 1 for 16)"

PEOPLE: tuple[str, ...] = (
    f"""insert into accounts_accounts (
        account_id, localpart, user_id, account_class, region, regime_version, door, admission_id,
        created_at
    ) select id, 'c' || n, who, 'personal', 'intl', 1, 'phone', id, now() {_SERIES}""",
    f"insert into vault_subjects (subject_id, purposes, created_at) select id, '{{a,b,c}}', now() {_SERIES}",
    f"""insert into vault_deks (
        dek_id, version, subject_id, class, kek_id, kek_version, wrapped_dek, created_at
    ) select id, 1, id, 'ordinary', 'kek', 1, substring(sealed from 1 for 60), now() {_SERIES}""",
    f"""insert into accounts_identifiers (
        account_id, kind, phone, email, odd_version, odd_digest, verified_at
    )
    select id, kind, case when kind = 'phone' then sealed end,
        case when kind = 'email' then sealed end, 1,
        substring(sha256((kind || n)::bytea) from 1 for 16), now()
    {_SERIES}, unnest(array['phone', 'email']) kind""",
    f"""insert into accounts_sessions (
        session_id, account_id, user_id, device_id, token_digest, device_name, last_seen_at,
        created_at
    ) select id, id, who, 'd', sha256(id::bytea), sealed, now(), now() {_SERIES}""",
    f"""insert into profiles_profiles (account_id, user_id, display_name, avatar_url, fields)
    select id, who, sealed, sealed, sealed {_SERIES}""",
    f"""insert into consent_receipts (
        receipt_id, account_id, policy_version, lang, accepted, declined, basis, screen, at
    ) select id, id, '1', 'en', '{{a,b}}', '{{c}}', 'notice', 'register', now() {_SERIES}""",
    f"""insert into standing_accounts (account_id, stage, since, why)
    select id, 'member', now(), 'age' {_SERIES}""",
    f"""insert into audit_entries (
        seq, at, actor, act, target, reach, detail, prev_hash, hash
    ) select 1000000000 + n, now(), 'system', 'accounts.made', id, '', '{{}}', sha256(id::bytea),
        sha256(id::bytea) {_SERIES}""",
)
SOME: tuple[str, ...] = (
    f"""insert into pushers_pushers (
        pusher_id, account_id, user_id, device_id, kind, place_digest, app, set_at, told_pos
    ) select id, id, who, 'd', 'http', {_DIGEST}, sealed, now(), 0 {_SERIES} where n % 3 = 0""",
    f"""insert into accountdata_values (user_id, room_id, type, content, pos)
    select who, '', 'x.' || nth, '{{"a":1}}'::bytea, 0 {_SERIES}, generate_series(1, 2) nth""",
    f"""insert into recovery_notices (notice_id, account_id, what, device_name, at)
    select id, id, 'signed_in', sealed, now() {_SERIES} where n % 2 = 0""",
    f"""insert into push_rules (user_id, kind, rule_id, enabled)
    select who, 'content', 'r', true {_SERIES} where n % 10 = 0""",
    f"""insert into media_files (
        media_id, account_id, content_type, name, bytes_count, sha256, blob, created_at
    ) select id, id, 'image/png', sealed, 4096, sha256(id::bytea),
        {_ID.replace("01e0", "01e1")}, now() {_SERIES} where n % {BLOBS_EACH} = 0""",
    f"""insert into media_usage (account_id, bytes_count)
    select id, 4096 {_SERIES} where n % {BLOBS_EACH} = 0""",
    f"""insert into cases_cases (
        case_id, kind, target, place, category, account_id, user_id, state, evidence, opened_at,
        moved_at
    ) select id, 'message', '$' || id, '!r', 'spam', id, who, 'dismissed', sealed, now(), now()
    {_SERIES} where n % 100 = 0""",
    f"""insert into complaints_complaints (
        complaint_id, kind, account_id, user_id, room_id, event_id, about, reason, made_at
    ) select id, 'user', id, who, '', '', '@c1:s', sealed, now() {_SERIES} where n % 100 = 1""",
    f"""insert into rights_requests (
        request_id, reference_digest, account_id, kind, lang, text, opened_at, due_at
    ) select id, sha256(id::bytea), id, 'question', 'en', sealed, now(), now()
    {_SERIES} where n % 200 = 0""",
)
ROOMS: tuple[str, ...] = (
    f"""insert into rooms_rooms (room_id, version, creator, created_at, state_pos)
    select '!r' || n, '10', who, now(), 0 {_SERIES} where n % 20 = 0""",
    f"""insert into rooms_members (room_id, user_id, membership, sender, pos)
    select '!r' || (n / 20 * 20), who, 'join', who, 0 {_SERIES}""",
    f"""insert into rooms_state (room_id, type, state_key, event_id, pos, body)
    select '!r' || (n / 20 * 20), 'm.room.member', who, '$s' || id, 0, sealed {_SERIES}""",
    f"""insert into receipts_receipts (room_id, user_id, type, thread_id, event_id, event_pos, ts, pos)
    select '!r' || (n / 20 * 20), who, 'm.read', '', '$e', 0, 0, 0 {_SERIES}""",
    f"insert into search_rooms (room_id) select '!r' || n {_SERIES} where n % 20 = 0",
)
TAKE = "update log_shards set head = head + $1 where shard = 0 returning head - $1"
EVENTS = """
insert into timeline_events (
    room_id, pos, event_id, type, sender, ts, body, device_id, txn_id, redacts
)
select case when n % $5::int = 0 then $6::text else '!r' || (n / 40 * 20) end, $3::bigint + n - $1,
    '$' || lpad(n::text, 43, '0'), 'm.room.message', '@c' || n / 2 || ':' || $4::text,
    1700000000000 + n, convert_to(format(
        '{"content":{"body":"a cup of tea, number %s, and a word or two","msgtype":"m.text"},'
        '"event_id":"$%s","origin_server_ts":%s,"sender":"@c%s:%s","type":"m.room.message"}',
        n, lpad(n::text, 43, '0'), 1700000000000 + n, n / 2, $4::text), 'utf8'), '', '', ''
from generate_series($1::int, $2::int) n"""
WORDS = """
insert into search_messages (room, pos, words)
select room.number, event.pos,
    to_tsvector('simple', 'tea cup w' || event.pos % 1000 || ' w' || event.pos % 777)
from timeline_events event join search_rooms room using (room_id)
where event.pos > $1 and event.pos <= $2 and event.pos % 4 = 0"""
NAMES = "select blob from media_files where blob like '01e1%' order by blob"


async def fill(db: asyncpg.Connection, data: str, accounts: int, square: str) -> None:
    """Write so many accounts, and their events, some of them in the square."""
    sealed = b"\xd7THV" + bytes(range(SEALED_BYTES))
    server = square.partition(":")[2] or "localhost"
    for first in range(0, accounts, AT_ONCE):
        last = min(first + AT_ONCE, accounts) - 1
        async with db.transaction():
            for statement in (*PEOPLE, *SOME, *ROOMS):
                await db.execute(statement, first, last, sealed, server)
    for first in range(0, accounts * EVENTS_EACH, AT_ONCE):
        count = min(AT_ONCE, accounts * EVENTS_EACH - first)
        async with db.transaction():
            head = await db.fetchval(TAKE, count)
            assert head is not None, "there is a shard"
            last = first + count - 1
            await db.execute(EVENTS, first, last, head + 1, server, IN_SQUARE, square)
        await db.execute(WORDS, head, head + count)
    names = [row[0] for row in await db.fetch(NAMES)]
    await asyncio.to_thread(_files, Path(data) / "blobs", names)


def _files(folder: Path, names: Sequence[str]) -> None:
    """Put the bytes of files where the house keeps them."""
    for name in names:
        shard = folder / name[-2:]
        shard.mkdir(parents=True, exist_ok=True)
        (shard / name).write_bytes(b"leaf")
