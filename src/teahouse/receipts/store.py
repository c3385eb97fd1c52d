"""Every statement over the tables of receipts."""

from collections.abc import Sequence

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.receipts.model import Receipt

READ_PURPOSE = Purpose(
    id="receipts.read",
    version=1,
    name=Wording(
        "您读到了哪里",
        "How far you have read",
    ),
    purpose=Wording(
        "显示未读数量，并告诉对方消息已读",
        "To count what is unread, and to show others that you have read their messages",
    ),
    means=Wording(
        "保存在数据库中，受访问控制；私密回执只供您自己的设备使用",
        "Kept in the database under access control; a private receipt serves only your own devices",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording(
        "聊天",
        "Talking with people",
    ),
    retention=Wording(
        "直到您注销账号",
        "Until you delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "同一房间的成员；私密回执无人可见",
        "The members of the room; nobody for a private receipt",
    ),
)
READ = PersonalField("receipts_receipts", "event_id", READ_PURPOSE, sealed=False)
FIELDS = (READ,)

MOVE = """
insert into receipts_receipts (
    room_id, user_id, type, thread_id, event_id, event_pos, ts, pos
)
select distinct on (room_id, user_id, type, thread_id) * from unnest(
    $1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[],
    $8::bigint[]
) as new (room_id, user_id, type, thread_id, event_id, event_pos, ts, pos)
order by room_id, user_id, type, thread_id, event_pos desc
on conflict (room_id, user_id, type, thread_id) do update
set event_id = excluded.event_id, event_pos = excluded.event_pos, ts = excluded.ts,
    pos = excluded.pos
where receipts_receipts.event_pos < excluded.event_pos"""

MOVED = """
select distinct room_id from receipts_receipts where room_id = any($1::text[]) and pos > $2"""

OF_ROOMS = """
select room_id, user_id, type, thread_id, event_id, event_pos, ts, pos
from receipts_receipts where room_id = any($1::text[]) order by pos"""

OF_USER = """
select room_id, user_id, type, thread_id, event_id, event_pos, ts
from receipts_receipts where user_id = $1 order by ts"""

ERASE = "delete from receipts_receipts where user_id = $1"


async def move(tx: Tx, moved: Sequence[tuple[int, Receipt]]) -> None:
    """Move receipts forward; one that is further already stays."""
    await tx.run(
        MOVE,
        [receipt.room_id for _, receipt in moved],
        [receipt.user_id for _, receipt in moved],
        [receipt.type for _, receipt in moved],
        [receipt.thread_id for _, receipt in moved],
        [receipt.event_id for _, receipt in moved],
        [receipt.event_pos for _, receipt in moved],
        [receipt.ts for _, receipt in moved],
        [pos for pos, _ in moved],
    )


async def of_rooms(tx: Tx, room_ids: Sequence[str]) -> list[tuple[int, Receipt]]:
    """Return every receipt of many rooms with the position it moved at."""
    rows = await tx.rows(OF_ROOMS, list(room_ids))
    return [
        (row[7], Receipt(row[0], row[1], row[2], row[3], row[4], row[5], row[6])) for row in rows
    ]


async def moved(tx: Tx, room_ids: Sequence[str], after: int) -> set[str]:
    """Return in which of many rooms a receipt moved after a position."""
    return {row[0] for row in await tx.rows(MOVED, list(room_ids), after)}


async def erase(tx: Tx, user_id: str) -> int:
    """Delete a person's receipts; return how many."""
    return await tx.run(ERASE, user_id)


async def of_user(tx: Tx, user_id: str) -> list[Receipt]:
    """Return a person's receipts in every room."""
    return [Receipt(*row) for row in await tx.rows(OF_USER, user_id)]
