"""Statements over keys, the history, webhooks and the site. The tables are in ``schema.sql``."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.notices.model.chain import GENESIS
from teahouse.notices.model.hooks import Hook

TAKE_HEAD = """
insert into notices_head (one, seq, hash) values (true, 0, $1)
on conflict (one) do update set seq = notices_head.seq
returning seq, hash"""
MOVE_HEAD = "update notices_head set seq = $1, hash = $2"
APPEND = "insert into notices_entries (seq, at, body) values ($1, $2, $3)"
AFTER = "select body from notices_entries where seq > $1 order by seq limit $2"
HEAD = "select seq from notices_head"
INSERT_KEY = """
insert into notices_keys (key_id, public, sealed, state, created_at, run_id)
values ($1, $2, $3, 'primary', $4, $5)"""
KEY_OF_RUN = "select key_id from notices_keys where run_id = $1"
RETIRE_KEY = """
update notices_keys set state = 'retired', retired_at = $1 where state = 'primary'"""
REVOKE_KEY = """
update notices_keys set revoked_at = $2, revoked_seq = $3
where key_id = $1 and state = 'retired' and revoked_at is null"""
LAST_UNDER = """
select max(seq) from notices_entries where body::jsonb ->> 'key_id' = $1"""
RESEAL_KEY = "update notices_keys set sealed = $3 where key_id = $1 and sealed = $2"
KEYS = """
select key_id, public, sealed, state, created_at, retired_at, revoked_at, revoked_seq
from notices_keys order by created_at, key_id"""
INSERT_HOOK = """
insert into notices_hooks (
    hook_id, url, state, created_by, created_at, delivered_seq, next_at
) values ($1, $2, 'active', $3, $4, coalesce((select seq from notices_head), 0), $4)"""
HOOKS = """
select hook_id, url, state, created_by, created_at, delivered_seq, failures, next_at, last_result,
    last_at
from notices_hooks order by created_at, hook_id"""
DELETE_HOOK = "delete from notices_hooks where hook_id = $1"
ENABLE_HOOK = """
update notices_hooks set state = 'active', failures = 0, next_at = $2
where hook_id = $1 and state = 'disabled'"""
HOOKS_DUE = """
select hook_id from notices_hooks
where state = 'active' and next_at <= $1
    and delivered_seq < coalesce((select seq from notices_head), 0)
order by hook_id"""
CLAIM_HOOK = """
update notices_hooks set next_at = $3
where hook_id = $1 and state = 'active' and next_at <= $2
returning hook_id, url, state, created_by, created_at, delivered_seq, failures, next_at,
    last_result, last_at"""
HOOK_TOLD = """
update notices_hooks set delivered_seq = $2, failures = 0, next_at = $3, last_at = $3,
    last_result = $4
where hook_id = $1 and delivered_seq < $2"""
HOOK_FAILED = """
update notices_hooks set failures = $2, next_at = $3, state = $4, last_result = $5, last_at = $6
where hook_id = $1"""
SITE = "select digest, written_at from notices_site"
SITE_WRITTEN = """
insert into notices_site (one, digest, written_at) values (true, $1, $2)
on conflict (one) do update set digest = $1, written_at = $2"""


class KeyRow(NamedTuple):
    """A key as it is kept."""

    key_id: str
    public: str
    sealed: bytes
    state: str
    created_at: datetime
    retired_at: datetime | None
    revoked_at: datetime | None = None
    revoked_seq: int | None = None


async def take_head(tx: Tx) -> tuple[int, str]:
    """Take the end of the history and hold it until the commit."""
    row = await tx.row(TAKE_HEAD, GENESIS)
    assert row is not None, "an upsert returns its row"
    return row[0], row[1]


async def head(tx: Tx) -> int:
    """Return the number of the newest entry; 0 when there is none."""
    return await tx.value(HEAD) or 0


async def append(tx: Tx, seq: int, at: datetime, body: str, entry_hash: str) -> None:
    """Add an entry, which becomes the end. The end is held."""
    await tx.run(APPEND, seq, at, body)
    await tx.run(MOVE_HEAD, seq, entry_hash)


async def after(tx: Tx, seq: int, limit: int) -> list[str]:
    """Return entries after a number, oldest first."""
    return [row[0] for row in await tx.rows(AFTER, seq, limit)]


async def insert_key(tx: Tx, row: KeyRow, run_id: str | None) -> None:
    """Add a key, which signs from now on; the one before is retired."""
    await tx.run(RETIRE_KEY, row.created_at)
    await tx.run(INSERT_KEY, row.key_id, row.public, row.sealed, row.created_at, run_id)


async def key_of_run(tx: Tx, run_id: str | None) -> str | None:
    """Return the key that was made for a run of an upgrade, if one was."""
    return await tx.value(KEY_OF_RUN, run_id)


async def revoke_key(tx: Tx, key_id: str, since: datetime, seq: int) -> bool:
    """Believe a retired key no more; false when there is none such, or it is so already."""
    return await tx.run(REVOKE_KEY, key_id, since, seq) == 1


async def last_under(tx: Tx, key_id: str) -> int | None:
    """Return the number of the last entry that a key signed."""
    return await tx.value(LAST_UNDER, key_id)


async def reseal_key(tx: Tx, row: KeyRow, sealed: bytes) -> bool:
    """Keep a key under another wrapping; false when it has changed meanwhile."""
    return await tx.run(RESEAL_KEY, row.key_id, row.sealed, sealed) == 1


async def keys(tx: Tx) -> list[KeyRow]:
    """Return every key, oldest first."""
    return [KeyRow(*row) for row in await tx.rows(KEYS)]


async def insert_hook(tx: Tx, hook_id: str, url: str, by: str, at: datetime) -> None:
    """Add a webhook, which is told what comes from now on."""
    await tx.run(INSERT_HOOK, hook_id, url, by, at)


async def hooks(tx: Tx) -> list[Hook]:
    """Return every webhook, oldest first."""
    return [_hook(row) for row in await tx.rows(HOOKS)]


async def delete_hook(tx: Tx, hook_id: str) -> bool:
    """Remove a webhook; false when there is none."""
    return await tx.run(DELETE_HOOK, hook_id) == 1


async def enable_hook(tx: Tx, hook_id: str, now: datetime) -> bool:
    """Try a webhook that was given up again; false when there is none such."""
    return await tx.run(ENABLE_HOOK, hook_id, now) == 1


async def hooks_due(tx: Tx, now: datetime) -> list[str]:
    """Return the webhooks that have something to be told now."""
    return [row[0] for row in await tx.rows(HOOKS_DUE, now)]


async def claim_hook(tx: Tx, hook_id: str, now: datetime, until: datetime) -> Hook | None:
    """Take a webhook that is due, so that nobody else tries it meanwhile."""
    row = await tx.row(CLAIM_HOOK, hook_id, now, until)
    return None if row is None else _hook(row)


async def hook_told(tx: Tx, hook_id: str, seq: int, at: datetime, result: str) -> None:
    """Note that a webhook has taken an entry."""
    await tx.run(HOOK_TOLD, hook_id, seq, at, result)


async def hook_failed(
    tx: Tx, hook: Hook, next_at: datetime, state: str, result: str, at: datetime
) -> None:
    """Note that a webhook has not."""
    await tx.run(HOOK_FAILED, hook.hook_id, hook.failures + 1, next_at, state, result, at)


async def site(tx: Tx) -> tuple[str, datetime] | None:
    """Return what the static site was made of, and when."""
    row = await tx.row(SITE)
    return None if row is None else (row[0], row[1])


async def site_written(tx: Tx, digest: str, at: datetime) -> None:
    """Note what the static site is made of."""
    await tx.run(SITE_WRITTEN, digest, at)


def _hook(row: Row) -> Hook:
    return Hook(**dict(zip(Hook.__struct_fields__, row, strict=True)))
