"""Every statement over the table of previews."""

from datetime import datetime

from teahouse.infra.db.pool import Tx

FRESH = "select body from previews_pages where url_digest = $1 and expires_at > $2"

KEEP = """
insert into previews_pages (url_digest, body, fetched_at, expires_at) values ($1, $2, $3, $4)
on conflict (url_digest) do update
set body = excluded.body, fetched_at = excluded.fetched_at, expires_at = excluded.expires_at"""

DROP_EXPIRED = "delete from previews_pages where expires_at <= $1"

DROP_OLDEST = """
delete from previews_pages where url_digest in (
    select url_digest from previews_pages order by fetched_at desc offset $1
)"""


async def fresh(tx: Tx, url_digest: bytes, now: datetime) -> str | None:
    """Return what is kept of a page, unless it is too old."""
    return await tx.value(FRESH, url_digest, now)


async def keep(tx: Tx, url_digest: bytes, body: str, now: datetime, until: datetime) -> None:
    """Keep what a page said, until a moment."""
    await tx.run(KEEP, url_digest, body, now, until)


async def drop_expired(tx: Tx, now: datetime) -> None:
    """Forget what is too old."""
    await tx.run(DROP_EXPIRED, now)


async def drop_oldest(tx: Tx, kept: int) -> None:
    """Forget all but the newest."""
    await tx.run(DROP_OLDEST, kept)
