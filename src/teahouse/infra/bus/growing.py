"""Giving the log more shards, before anybody opens the house.

All of them go on after the newest position there is, so every place that a client holds stays what
it is. Who knows of fewer finds nothing to write to any more, and ends itself.
"""

from teahouse.config import BadConfig
from teahouse.infra.bus import store
from teahouse.infra.db.pool import Database


async def grow(dsn: str, shards: int) -> None:
    """See to it that the log has so many shards.

    Raises ``BadConfig`` when it has more, ``Unavailable`` when PostgreSQL does not answer.
    """
    db = await Database.open(dsn, connections_max=1)
    try:
        async with db.transaction() as tx:
            heads = await store.hold_all(tx)
            if shards < len(heads):
                raise BadConfig(
                    f"log_shards is {shards}, and the log has {len(heads)}: it cannot have fewer again"
                )
            if shards > len(heads):
                await store.replace_shards(tx, shards, max(heads.values()))
    finally:
        await db.close()
