"""The audit log's rows. The tables are in ``schema.sql``."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.audit.model import GENESIS, Entry
from teahouse.infra.db.pool import Row, Tx

TAKE_HEAD = """
insert into audit_head (one, seq, hash) values (true, 0, $1)
on conflict (one) do update set seq = audit_head.seq
returning seq, hash"""
APPEND = """
with head as (update audit_head set seq = $1, hash = $9)
insert into audit_entries (seq, at, actor, act, target, reach, detail, prev_hash, hash)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
HEAD = "select seq, hash from audit_head"
COUNT = """
select act, count(*) from audit_entries where act = any($1::text[]) and at >= $2 and at < $3
group by act"""
PAGE = """
select seq, at, actor, act, target, reach, detail, prev_hash, hash
from audit_entries
where seq < $1
  and ($2::text is null or act = $2 or act like $2 || '.%')
  and ($3::text is null or actor = $3)
  and ($4::text is null or target = $4)
order by seq desc limit $5"""
ABOUT = """
select seq, at, actor, act, target, reach, detail, prev_hash, hash
from audit_entries where target = $1 and act = any ($2::text[]) and at > $3
order by seq desc limit $4"""
AFTER = """
select seq, at, actor, act, target, reach, detail, prev_hash, hash
from audit_entries where seq > $1 order by seq limit $2"""


def _entry(row: Row) -> Entry:
    return Entry(*row)


async def take_head(tx: Tx) -> tuple[int, bytes]:
    """Take the end of the chain and hold it until the commit."""
    row = await tx.row(TAKE_HEAD, GENESIS)
    assert row is not None, "an upsert returns its row"
    return row[0], row[1]


async def append(tx: Tx, entry: Entry) -> None:
    """Add an entry, which becomes the end of the chain."""
    await tx.run(APPEND, *(getattr(entry, name) for name in Entry.__struct_fields__))


async def head(tx: Tx) -> tuple[int, bytes]:
    """Return the end of the chain."""
    row = await tx.row(HEAD)
    return (row[0], row[1]) if row else (0, GENESIS)


async def count(tx: Tx, acts: Sequence[str], begun: datetime, ended: datetime) -> dict[str, int]:
    """Count entries of acts from a moment on, up to another."""
    return {row[0]: row[1] for row in await tx.rows(COUNT, list(acts), begun, ended)}


async def page(
    tx: Tx, before: int, act: str | None, actor: str | None, target: str | None, limit: int
) -> list[Entry]:
    """Return entries before a number, newest first."""
    return [_entry(row) for row in await tx.rows(PAGE, before, act, actor, target, limit)]


async def about(
    tx: Tx, target: str, acts: Sequence[str], since: datetime, limit: int
) -> list[Entry]:
    """Return what was done of some acts to one target, newest first."""
    return [_entry(row) for row in await tx.rows(ABOUT, target, list(acts), since, limit)]


async def after(tx: Tx, seq: int, limit: int) -> list[Entry]:
    """Return entries after a number, oldest first."""
    return [_entry(row) for row in await tx.rows(AFTER, seq, limit)]
