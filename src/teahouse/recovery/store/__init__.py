"""The rows of recovery."""

from teahouse.infra.db.pool import Tx
from teahouse.recovery.store import helps, notices, ways
from teahouse.recovery.store.personal import FIELDS as FIELDS
from teahouse.recovery.store.personal import SEALED as SEALED


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await ways.forget(tx, account_id)
    await helps.forget(tx, account_id)
    await notices.forget(tx, account_id)
