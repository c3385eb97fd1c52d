"""Every statement over account data's tables."""

from teahouse.accountdata.model import Datum
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

SETTINGS_PURPOSE = Purpose(
    id="accountdata.settings",
    version=1,
    name=Wording(
        "您的客户端保存的设置、标签和筛选条件",
        "Settings, tags and filters that your apps keep here",
    ),
    purpose=Wording(
        "让您的各个设备保持一致",
        "So that your devices agree with each other",
    ),
    means=Wording(
        "保存在数据库中，受访问控制",
        "Kept in the database under access control",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording(
        "多设备使用",
        "Using several devices",
    ),
    retention=Wording(
        "直到您删除或注销账号",
        "Until you remove them or delete your account",
    ),
    retention_days=None,
    recipients=Wording(
        "无",
        "Nobody",
    ),
)
VALUES = PersonalField("accountdata_values", "content", SETTINGS_PURPOSE, sealed=False)
FILTERS = PersonalField("accountdata_filters", "body", SETTINGS_PURPOSE, sealed=False)
FIELDS = (VALUES, FILTERS)

SET = """
insert into accountdata_values (user_id, room_id, type, content, pos) values ($1, $2, $3, $4, $5)
on conflict (user_id, room_id, type) do update set content = excluded.content, pos = excluded.pos
returning xmax = 0"""

COUNT = "select count(*) from accountdata_values where user_id = $1"

GET = "select content from accountdata_values where user_id = $1 and room_id = $2 and type = $3"

CHANGED = """
select room_id, type, content, pos from accountdata_values
where user_id = $1 and pos > $2 and pos <= $3 order by pos"""

ALL = """
select room_id, type, content, pos from accountdata_values
where user_id = $1 and pos <= $2 order by pos"""

OF_TYPE = """
select user_id, content from accountdata_values
where user_id = any($1) and room_id = '' and type = $2"""

AFTER = """
select user_id, room_id, type, content, pos from accountdata_values
where (user_id, room_id, type) > ($1, $2, $3) order by user_id, room_id, type limit $4"""

FORGET_VALUES = "delete from accountdata_values where user_id = $1"

FORGET_FILTERS = "delete from accountdata_filters where user_id = $1"

FILTER_ADD = """
insert into accountdata_filters (user_id, filter_id, body)
select $1, $2, $3 where (select count(*) from accountdata_filters where user_id = $1) < $4
on conflict do nothing"""

FILTERS_OF = """
select filter_id, body from accountdata_filters where user_id = $1 order by filter_id"""

FILTER_GET = "select body from accountdata_filters where user_id = $1 and filter_id = $2"


async def set_value(tx: Tx, user_id: str, datum: Datum) -> bool:
    """Write a value and tell whether it is a new one."""
    return await tx.value(SET, user_id, datum.room_id, datum.type, datum.content, datum.pos)


async def count(tx: Tx, user_id: str) -> int:
    """Return how many values a person keeps."""
    return await tx.value(COUNT, user_id)


async def get(tx: Tx, user_id: str, room_id: str, data_type: str) -> bytes | None:
    """Return a value's JSON text."""
    return await tx.value(GET, user_id, room_id, data_type)


async def changed(tx: Tx, user_id: str, after: int, until: int) -> list[Datum]:
    """Return what was set in a range of positions, oldest first."""
    return [Datum(*row) for row in await tx.rows(CHANGED, user_id, after, until)]


async def everything(tx: Tx, user_id: str, until: int) -> list[Datum]:
    """Return all that a person keeps and that was last set by a position."""
    return [Datum(*row) for row in await tx.rows(ALL, user_id, until)]


async def after(tx: Tx, place: tuple[str, str, str], limit: int) -> list[tuple[str, Datum]]:
    """Return values after a person, room and type, with whose they are."""
    rows = await tx.rows(AFTER, *place, limit)
    return [(row[0], Datum(row[1], row[2], row[3], row[4])) for row in rows]


async def of_type(tx: Tx, user_ids: list[str], data_type: str) -> dict[str, bytes]:
    """Return the global values of one type for many people."""
    return {row[0]: row[1] for row in await tx.rows(OF_TYPE, user_ids, data_type)}


async def forget(tx: Tx, user_id: str) -> None:
    """Delete all that a person keeps."""
    await tx.run(FORGET_VALUES, user_id)
    await tx.run(FORGET_FILTERS, user_id)


async def add_filter(tx: Tx, user_id: str, filter_id: str, body: bytes, most: int) -> None:
    """Keep a filter unless it is there, or there are too many."""
    await tx.run(FILTER_ADD, user_id, filter_id, body, most)


async def get_filter(tx: Tx, user_id: str, filter_id: str) -> bytes | None:
    """Return a filter's JSON text."""
    return await tx.value(FILTER_GET, user_id, filter_id)


async def filters(tx: Tx, user_id: str) -> list[tuple[str, bytes]]:
    """Return a person's filters, each with its JSON text."""
    return [(row[0], row[1]) for row in await tx.rows(FILTERS_OF, user_id)]
