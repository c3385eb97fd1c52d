"""Under which key-encryption keys data keys lie, counted."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import KeyRef

UNDER_KEKS = """
select kek_id, kek_version, count(*) from vault_deks
where wrapped_dek is not null group by kek_id, kek_version"""


async def under_keks(tx: Tx) -> dict[KeyRef, int]:
    """Return how many data keys lie under each key-encryption key."""
    return {KeyRef(row[0], row[1]): row[2] for row in await tx.rows(UNDER_KEKS)}
