"""Every statement over the tables of key backups."""

from collections.abc import Sequence

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.keybackups.model import Backup, KeptKey, Tally

PURPOSE = Purpose(
    id="keybackups.keys",
    version=1,
    name=Wording("加密聊天的密钥备份", "Backup of the keys of encrypted conversations"),
    purpose=Wording(
        "让您在新设备上也能读到以前的加密消息",
        "So that you can read earlier encrypted messages on a new device",
    ),
    means=Wording(
        "由您的设备加密后保存在数据库中；打开它的恢复密钥只在您手里，服务器没有",
        "Locked by your devices and kept in the database; the recovery key that opens it is yours only",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("在多台设备上阅读加密消息", "Reading encrypted messages on several devices"),
    retention=Wording("直到您删除备份或注销账号", "Until you delete it, or your account"),
    retention_days=None,
    recipients=Wording("无", "Nobody"),
)
AUTH_DATA = PersonalField("keybackups_versions", "auth_data", PURPOSE, sealed=False)
SESSION_DATA = PersonalField("keybackups_sessions", "session_data", PURPOSE, sealed=False)
FIELDS = (AUTH_DATA, SESSION_DATA)

LOCK = "select pg_advisory_xact_lock(hashtextextended('keybackups ' || $1::text, 0))"
ADD = """
insert into keybackups_versions (account_id, version, algorithm, auth_data)
select $1, 1 + coalesce(max(version), 0), $2, $3
from keybackups_versions where account_id = $1 returning version"""
COUNT = """
select count(*) from keybackups_versions where account_id = $1 and auth_data is not null"""
NEWEST = """
select version, algorithm, auth_data, key_count, etag from keybackups_versions
where account_id = $1 and auth_data is not null order by version desc limit 1"""
ONE = """
select version, algorithm, auth_data, key_count, etag from keybackups_versions
where account_id = $1 and version = $2 and auth_data is not null"""
EVER = "select exists (select from keybackups_versions where account_id = $1 and version = $2)"
CHANGE = """
update keybackups_versions set auth_data = $3
where account_id = $1 and version = $2 and auth_data is not null"""
DELETE = """
update keybackups_versions set auth_data = null, key_count = 0
where account_id = $1 and version = $2 and auth_data is not null"""
EMPTY = "delete from keybackups_sessions where account_id = $1 and version = $2"

NAMED = """
select k.room_id, k.session_id, k.first_message_index, k.forwarded_count, k.is_verified,
    k.session_data
from keybackups_sessions k join unnest($3::text[], $4::text[]) as n (room_id, session_id)
    using (room_id, session_id)
where k.account_id = $1 and k.version = $2"""
KEYS = """
select room_id, session_id, first_message_index, forwarded_count, is_verified, session_data
from keybackups_sessions
where account_id = $1 and version = $2 and ($3::text is null or room_id = $3)
    and ($4::text is null or session_id = $4)
order by room_id, session_id"""
PUT = """
insert into keybackups_sessions (
    account_id, version, room_id, session_id, first_message_index, forwarded_count, is_verified,
    session_data
)
select $1, $2, n.* from unnest(
    $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::boolean[], $8::bytea[]
) as n (room_id, session_id, first_message_index, forwarded_count, is_verified, session_data)
on conflict (account_id, version, room_id, session_id) do update
set first_message_index = excluded.first_message_index,
    forwarded_count = excluded.forwarded_count, is_verified = excluded.is_verified,
    session_data = excluded.session_data"""
REMOVE = """
delete from keybackups_sessions
where account_id = $1 and version = $2 and ($3::text is null or room_id = $3)
    and ($4::text is null or session_id = $4)"""
MOVE = """
update keybackups_versions set key_count = key_count + $3, etag = etag + 1
where account_id = $1 and version = $2 returning key_count, etag"""
ALL_KEYS = """
select version, room_id, session_id, session_data from keybackups_sessions
where account_id = $1 order by version, room_id, session_id"""
ALL_VERSIONS = """
select version, algorithm, auth_data from keybackups_versions
where account_id = $1 and auth_data is not null order by version"""
FORGET = "delete from keybackups_versions where account_id = $1"


async def lock(tx: Tx, account_id: str) -> None:
    """Wait until nobody else writes to a person's backups."""
    await tx.value(LOCK, account_id)


async def add(tx: Tx, account_id: str, algorithm: str, auth_data: bytes) -> int:
    """Begin a new version and return its number."""
    return await tx.value(ADD, account_id, algorithm, auth_data)


async def count(tx: Tx, account_id: str) -> int:
    """Return how many versions a person has."""
    return await tx.value(COUNT, account_id)


async def newest(tx: Tx, account_id: str) -> Backup | None:
    """Return a person's newest version."""
    row = await tx.row(NEWEST, account_id)
    return Backup(*row) if row else None


async def one(tx: Tx, account_id: str, version: int) -> Backup | None:
    """Return a version that has not been deleted."""
    row = await tx.row(ONE, account_id, version)
    return Backup(*row) if row else None


async def ever(tx: Tx, account_id: str, version: int) -> bool:
    """Tell whether there was ever such a version."""
    return await tx.value(EVER, account_id, version)


async def change(tx: Tx, account_id: str, version: int, auth_data: bytes) -> None:
    """Give a version other authentication data."""
    await tx.run(CHANGE, account_id, version, auth_data)


async def delete(tx: Tx, account_id: str, version: int) -> None:
    """Delete a version with its keys; its number is kept."""
    await tx.run(DELETE, account_id, version)
    await tx.run(EMPTY, account_id, version)


async def named(
    tx: Tx, account_id: str, version: int, places: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], KeptKey]:
    """Return the keys that are there of some conversations."""
    rooms, sessions = [room_id for room_id, _ in places], [session_id for _, session_id in places]
    rows = await tx.rows(NAMED, account_id, version, rooms, sessions)
    return {(row[0], row[1]): KeptKey(*row) for row in rows}


async def keys(
    tx: Tx, account_id: str, version: int, room_id: str | None, session_id: str | None
) -> list[KeptKey]:
    """Return the keys of a version, of one room or of one session of it."""
    return [KeptKey(*row) for row in await tx.rows(KEYS, account_id, version, room_id, session_id)]


async def put(tx: Tx, account_id: str, version: int, kept: Sequence[KeptKey]) -> None:
    """Keep keys in place of those of the same conversation."""
    ordered = sorted(kept, key=lambda key: key.place)
    columns = [[key[nth] for key in ordered] for nth in range(6)]
    await tx.run(PUT, account_id, version, *columns)


async def remove(
    tx: Tx, account_id: str, version: int, room_id: str | None, session_id: str | None
) -> int:
    """Delete keys of a version and return how many."""
    return await tx.run(REMOVE, account_id, version, room_id, session_id)


async def move(tx: Tx, account_id: str, version: int, by: int) -> Tally:
    """Note that the keys of a version have changed, and how many more or fewer there are."""
    row = await tx.row(MOVE, account_id, version, by)
    assert row is not None, "it is held"
    return Tally(*row)


async def held(tx: Tx, account_id: str) -> list[tuple[str, str, str, bytes]]:
    """Return (version, room or algorithm, session, content) of all that a person keeps here."""
    versions = [(str(r[0]), r[1], "", r[2]) for r in await tx.rows(ALL_VERSIONS, account_id)]
    sessions = [(str(r[0]), r[1], r[2], r[3]) for r in await tx.rows(ALL_KEYS, account_id)]
    return [*versions, *sessions]


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(FORGET, account_id)
