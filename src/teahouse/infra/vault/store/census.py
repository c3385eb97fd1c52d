"""Under which key-encryption keys data keys lie, counted."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import KeyRef

UNDER_KEKS = """
select kek_id, kek_version, count(*) from vault_deks
where wrapped_dek is not null group by kek_id, kek_version"""

BY_SCOPE = """
select s.scope = $1, d.kek_id, d.kek_version, count(*), count(*) filter (where d.created_at >= $2)
from vault_deks d join vault_subjects s using (subject_id)
where d.wrapped_dek is not null group by 1, 2, 3 order by 1 desc, 3, 2"""


class Wraps(NamedTuple):
    """How many data keys lie under a key, within a scope or outside; some of them young."""

    inside: bool
    kek_id: str
    kek_version: int
    deks: int
    young: int


async def by_scope(tx: Tx, scope: str, since: datetime | None) -> list[Wraps]:
    """Return which keys wrap the data keys of a scope, and those of all others."""
    return [Wraps(*row) for row in await tx.rows(BY_SCOPE, scope, since)]


async def under_keks(tx: Tx) -> dict[KeyRef, int]:
    """Return how many data keys lie under each key-encryption key."""
    return {KeyRef(row[0], row[1]): row[2] for row in await tx.rows(UNDER_KEKS)}
