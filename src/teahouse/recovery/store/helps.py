"""The rows of what operators do for those who have lost everything."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT = """
insert into recovery_helps (
    help_id, account_id, state, contact_kind, contact, evidence, reason, asked_by, asked_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
ONE = """
select help_id, account_id, state, contact_kind, contact, evidence, reason, asked_by, asked_at,
    decided_by, ready_at, ended_at
from recovery_helps where help_id = $1 for update"""
LISTED = """
select help_id, account_id, state, contact_kind, contact, evidence, reason, asked_by, asked_at,
    decided_by, ready_at, ended_at
from recovery_helps order by asked_at desc, help_id desc limit $1"""
HISTORY = """
select exists (
        select 1 from recovery_helps
        where account_id = $1 and state in ('asked', 'waiting', 'sent')
    ),
    (select count(*) from recovery_helps where asked_by = $2 and asked_at > $3),
    (select max(ended_at) from recovery_helps where account_id = $1 and state = 'stopped')"""
AGREED = """
update recovery_helps set state = 'waiting', decided_by = $2, decided_at = $3, ready_at = $4
where help_id = $1"""
DECLINED = """
update recovery_helps
set state = 'declined', decided_by = $2, decided_at = $3, ended_at = $3, contact = null
where help_id = $1"""
SENT = "update recovery_helps set state = 'sent' where help_id = $1 and state = 'waiting'"
ENDED = """
update recovery_helps set state = $2, ended_at = $3, contact = null
where account_id = $1 and state in ('waiting', 'sent') returning help_id"""
LAPSED = """
update recovery_helps set state = 'lapsed', ended_at = $1, contact = null
where (state = 'asked' and asked_at < $2) or (state in ('waiting', 'sent') and ready_at < $3)"""
PURGE = "delete from recovery_helps where ended_at < $1"
FORGET = "delete from recovery_helps where account_id = $1"


class HelpRow(NamedTuple):
    """One of them, sealed."""

    help_id: str
    account_id: str
    state: str
    contact_kind: str
    contact: bytes | None
    evidence: bytes
    reason: str
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    ready_at: datetime | None
    ended_at: datetime | None


async def insert(tx: Tx, row: HelpRow) -> None:
    """Begin; one account has one at a time, or ``UniqueViolation``."""
    await tx.run(INSERT, *row[:9])


async def one(tx: Tx, help_id: str) -> HelpRow | None:
    """Return one, and hold it."""
    row = await tx.row(ONE, help_id)
    return None if row is None else HelpRow(*row)


async def listed(tx: Tx, limit: int) -> list[HelpRow]:
    """Return the newest."""
    return [HelpRow(*row) for row in await tx.rows(LISTED, limit)]


async def history(
    tx: Tx, account_id: str, operator_id: str, since: datetime
) -> tuple[bool, int, datetime | None]:
    """Return (is one under way, begun by the operator since then, when one was last stopped)."""
    row = await tx.row(HISTORY, account_id, operator_id, since)
    assert row is not None, "three counts are always one row"
    return row[0], row[1], row[2]


async def agreed(tx: Tx, help_id: str, operator_id: str, now: datetime, ready: datetime) -> None:
    """Note who agreed, and when the wait is over."""
    await tx.run(AGREED, help_id, operator_id, now, ready)


async def declined(tx: Tx, help_id: str, operator_id: str, now: datetime) -> None:
    """Note who declined."""
    await tx.run(DECLINED, help_id, operator_id, now)


async def sent(tx: Tx, help_id: str) -> bool:
    """Note that the link was sent; false when it is over meanwhile, or was sent before."""
    return await tx.run(SENT, help_id) == 1


async def ended(tx: Tx, account_id: str, state: str, now: datetime) -> str | None:
    """End the one that is under way, and return which it was."""
    return await tx.value(ENDED, account_id, state, now)


async def lapse(tx: Tx, now: datetime, asked_before: datetime, ready_before: datetime) -> None:
    """End those whose time is over."""
    await tx.run(LAPSED, now, asked_before, ready_before)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete those that ended long ago."""
    await tx.run(PURGE, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete those of an account that ends."""
    await tx.run(FORGET, account_id)
