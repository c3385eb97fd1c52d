"""Statements over imports and their rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.imports.model import Import, Told
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed

PURPOSE = Purpose(
    id="imports.row",
    version=2,
    name=Wording(
        "管理员为您导入的用户名、昵称、手机号、邮箱或原密码的哈希",
        "The name, number, address and digest of a password by which you are brought in",
    ),
    purpose=Wording("为您建立账号", "To make your account"),
    means=Wording(
        "加密保存，账号建立或被拒绝时立即删除",
        "Kept encrypted, and deleted at once when the account is made or refused",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("由管理员开户", "An account made by an administrator"),
    retention=Wording("导入完成时删除", "Until the import is done"),
    retention_days=30,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
PARTICULARS = PersonalField("imports_rows", "particulars", PURPOSE, gravity=Gravity.CONTACT)
FIELDS = (PARTICULARS,)
SEALED = (
    Sealed(
        (PARTICULARS,),
        ("import_id", "number integer"),
        OF_HOUSE,
        "import_id || '.' || number::text",
    ),
)

INSERT_IMPORT = """
insert into imports_imports (import_id, label, state, created_by, created_at)
values ($1, $2, 'running', $3, $4)"""

INSERT_ROW = """
insert into imports_rows (import_id, number, state, why, particulars)
values ($1, $2, $3, $4, $5)"""

HOLD_IMPORT = "select state from imports_imports where import_id = $1 for update"

READY = """
select number, particulars from imports_rows
where import_id = $1 and state = 'ready' order by number limit $2"""

MADE = """
update imports_rows set state = 'made', particulars = null, account_id = $3, told = 'due'
where import_id = $1 and number = $2 and state = 'ready'"""

REFUSED = """
update imports_rows set state = 'refused', particulars = null, why = $3
where import_id = $1 and number = $2 and state = 'ready'"""

SET_STATE = """
update imports_imports set state = $2, paused_for = $3, finished_at = $4 where import_id = $1"""

IMPORTS = """
select i.import_id, i.label, i.state, i.paused_for, i.created_by, i.created_at, i.finished_at,
    count(*) filter (where r.state = 'ready'), count(*) filter (where r.state = 'made'),
    count(*) filter (where r.state = 'refused'), count(*) filter (where r.state = 'undone'),
    count(*) filter (where r.state = 'declined'),
    count(*) filter (where r.state = 'made' and r.told in ('due', 'sending')),
    count(*) filter (where r.told = 'told'), count(*) filter (where r.told = 'failed'),
    count(*) filter (where r.arrived_at is not null)
from imports_imports i join imports_rows r using (import_id)
where i.import_id = $1 or $1 = ''
group by i.import_id order by i.created_at desc limit $2"""

REFUSED_ROWS = """
select number, why from imports_rows where import_id = $1 and state = 'refused'
order by number limit $2"""

MADE_AFTER = """
select number, account_id from imports_rows
where import_id = $1 and state = 'made' and number > $2 order by number limit $3"""

UNDONE = """
update imports_rows set state = 'undone' where import_id = $1 and number = $2 and state = 'made'"""

CLAIM = """
update imports_rows set told = 'sending', told_at = $2
where import_id = $1 and number = (
    select number from imports_rows where import_id = $1 and told = 'due' and state = 'made'
    order by number limit 1 for update skip locked
) returning number, account_id"""

SET_TOLD = """
update imports_rows set told = $3, told_at = $4
where import_id = $1 and number = $2 and told = 'sending'"""

LOSE = """
update imports_rows set told = 'failed'
where import_id = $1 and told = 'sending' and told_at <= $2"""

GIVE_UP = """
update imports_rows r set told = 'failed' from imports_imports i
where r.import_id = $1 and r.told = 'due' and i.import_id = r.import_id and i.created_at <= $2"""

TO_TELL = """
select count(*) filter (where told = 'due'), count(*) filter (where told = 'sending')
from imports_rows where import_id = $1 and state = 'made'"""

HOLD_ARRIVAL = """
select r.import_id, r.number, r.account_id, r.told_at, i.created_at
from imports_rows r join imports_imports i using (import_id)
where r.import_id = $1 and r.number = $2 and r.state = 'made' and r.arrived_at is null
for update of r"""

ARRIVED = "update imports_rows set arrived_at = $3 where import_id = $1 and number = $2"

DECLINED = """
update imports_rows set state = 'declined'
where import_id = $1 and number = $2 and state = 'made'"""


class Ready(NamedTuple):
    """A row whose account has yet to be made; what it says is sealed."""

    number: int
    particulars: bytes


class ArrivalRow(NamedTuple):
    """A row whose account its person has not used."""

    import_id: str
    number: int
    account_id: str
    told_at: datetime | None
    created_at: datetime


async def insert_import(tx: Tx, import_id: str, label: str, by: str, at: datetime) -> None:
    """Add an import that runs."""
    await tx.run(INSERT_IMPORT, import_id, label, by, at)


async def insert_rows(
    tx: Tx, import_id: str, rows: Sequence[tuple[int, str, str, bytes | None]]
) -> None:
    """Add (number, state, why, sealed particulars) of an import."""
    await tx.run_many(INSERT_ROW, [(import_id, *row) for row in rows])


async def hold(tx: Tx, import_id: str) -> str | None:
    """Return an import's state, held so that one worker at a time works on it."""
    return await tx.value(HOLD_IMPORT, import_id)


async def ready(tx: Tx, import_id: str, limit: int) -> list[Ready]:
    """Return the next rows whose accounts have yet to be made."""
    return [Ready(*row) for row in await tx.rows(READY, import_id, limit)]


async def made(tx: Tx, import_id: str, number: int, account_id: str) -> bool:
    """Note that a row's account was made; false when that was noted before."""
    return await tx.run(MADE, import_id, number, account_id) == 1


async def refused(tx: Tx, import_id: str, number: int, why: str) -> None:
    """Note that a row's account could not be made."""
    await tx.run(REFUSED, import_id, number, why)


async def set_state(
    tx: Tx, import_id: str, state: str, paused_for: str, finished_at: datetime | None
) -> None:
    """Note how far an import is."""
    await tx.run(SET_STATE, import_id, state, paused_for, finished_at)


async def imports(tx: Tx, import_id: str, limit: int) -> list[Import]:
    """Return one import, or with an empty id all of them, newest first."""
    return [Import(*row) for row in await tx.rows(IMPORTS, import_id, limit)]


async def refused_rows(tx: Tx, import_id: str, limit: int) -> list[tuple[int, str]]:
    """Return (number, why) of the rows that were refused."""
    return [(row[0], row[1]) for row in await tx.rows(REFUSED_ROWS, import_id, limit)]


async def made_after(tx: Tx, import_id: str, number: int, limit: int) -> list[tuple[int, str]]:
    """Return (number, account) of the rows that were made, a page at a time."""
    return [(row[0], row[1]) for row in await tx.rows(MADE_AFTER, import_id, number, limit)]


async def undone(tx: Tx, import_id: str, number: int) -> None:
    """Note that a row's account was taken back."""
    await tx.run(UNDONE, import_id, number)


async def claim(tx: Tx, import_id: str, now: datetime) -> tuple[int, str] | None:
    """Return (number, account) of somebody to be told, whom nobody else will tell."""
    row = await tx.row(CLAIM, import_id, now)
    return None if row is None else (row[0], row[1])


async def set_told(tx: Tx, import_id: str, number: int, told: Told, at: datetime) -> None:
    """Note what became of a message to somebody who was claimed."""
    await tx.run(SET_TOLD, import_id, number, told.value, at)


async def lose(tx: Tx, import_id: str, before: datetime) -> None:
    """Note as not told whom a worker claimed so long ago that it must have died."""
    await tx.run(LOSE, import_id, before)


async def give_up(tx: Tx, import_id: str, before: datetime) -> None:
    """Tell nobody any more whose import was begun before a moment."""
    await tx.run(GIVE_UP, import_id, before)


async def to_tell(tx: Tx, import_id: str) -> tuple[int, int]:
    """Return how many have yet to be told, and how many are being told."""
    row = await tx.row(TO_TELL, import_id)
    assert row is not None, "counts have a row"
    return row[0], row[1]


async def hold_arrival(tx: Tx, import_id: str, number: int) -> ArrivalRow | None:
    """Return a row whose account its person has yet to take, held."""
    row = await tx.row(HOLD_ARRIVAL, import_id, number)
    return None if row is None else ArrivalRow(*row)


async def arrived(tx: Tx, import_id: str, number: int, at: datetime) -> None:
    """Note that somebody took their account."""
    await tx.run(ARRIVED, import_id, number, at)


async def declined(tx: Tx, import_id: str, number: int) -> None:
    """Note that somebody did not want their account."""
    await tx.run(DECLINED, import_id, number)
