"""Every statement over audit packs."""

from teahouse.infra.db.pool import Tx
from teahouse.packs.model import Pack

INSERT = """
insert into packs_packs (pack_id, made_at, made_by, sha256, bytes_count)
values ($1, $2, $3, $4, $5)"""

NEWEST = """
select pack_id, made_at, made_by, sha256, bytes_count from packs_packs
order by made_at desc, pack_id desc limit $1"""


async def insert(tx: Tx, pack: Pack) -> None:
    """Note a pack that was made."""
    what = (pack.pack_id, pack.made_at, pack.made_by, pack.sha256, pack.bytes_count)
    await tx.run(INSERT, *what)


async def newest(tx: Tx, limit: int) -> list[Pack]:
    """Return packs, the newest first."""
    return [Pack(*row) for row in await tx.rows(NEWEST, limit)]
