"""The rows of security notices."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT = """
insert into recovery_notices (
    notice_id, account_id, what, device_id, device_name, about, place, at
) values ($1, $2, $3, $4, $5, $6, $7, $8)"""
ONE = "select account_id, what, at from recovery_notices where notice_id = $1"
WHOLE = """
select notice_id, what, at, device_id, device_name, about, place, false
from recovery_notices where notice_id = $1"""
LISTED = """
select n.notice_id, n.what, n.at, n.device_id, n.device_name, n.about, n.place, exists (
        select 1 from recovery_seen s where s.notice_id = n.notice_id and s.device_id = $2
    )
from recovery_notices n where n.account_id = $1 order by n.at desc, n.notice_id desc limit $3"""
SEEN = """
insert into recovery_seen (notice_id, device_id, at)
select notice_id, $2, $3 from recovery_notices
where account_id = $1 and notice_id = any ($4::text[])
on conflict do nothing"""
PURGE = "delete from recovery_notices where at < $1"
FORGET = "delete from recovery_notices where account_id = $1"


class Named(NamedTuple):
    """From which device something was done, what was added by it, and from where; sealed."""

    device_id: str | None
    device_name: bytes | None
    about: bytes | None
    place: bytes | None


class NoticeRow(NamedTuple):
    """A notice, its names sealed."""

    notice_id: str
    what: str
    at: datetime
    device_id: str | None
    device_name: bytes | None
    about: bytes | None
    place: bytes | None
    seen: bool


async def insert(tx: Tx, notice: tuple[str, str, str], named: Named, at: datetime) -> None:
    """Add a notice of (id, account, what)."""
    await tx.run(INSERT, *notice, *named, at)


async def whole(tx: Tx, notice_id: str) -> NoticeRow | None:
    """Return a notice with its names."""
    row = await tx.row(WHOLE, notice_id)
    return None if row is None else NoticeRow(*row)


async def one(tx: Tx, notice_id: str) -> tuple[str, str, datetime] | None:
    """Return (account, what, when)."""
    row = await tx.row(ONE, notice_id)
    return None if row is None else (row[0], row[1], row[2])


async def listed(tx: Tx, account_id: str, device_id: str, limit: int) -> list[NoticeRow]:
    """Return an account's notices, newest first, and whether this device has shown them."""
    return [NoticeRow(*row) for row in await tx.rows(LISTED, account_id, device_id, limit)]


async def seen(
    tx: Tx, account_id: str, device_id: str, now: datetime, notice_ids: list[str]
) -> None:
    """Note that a device has shown them; those of others are passed by."""
    await tx.run(SEEN, account_id, device_id, now, notice_ids)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete old notices."""
    await tx.run(PURGE, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete an account's notices."""
    await tx.run(FORGET, account_id)
