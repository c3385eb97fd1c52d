"""Statements over the keys of runs."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.model import KeyRef

LOCK = "lock table renewals_keys in share row exclusive mode"
PUT = """
insert into renewals_keys (run_id, purpose, role, key_id, version) values ($1, $2, $3, $4, $5)
on conflict do nothing"""
KEYS = "select purpose, role, key_id, version from renewals_keys where run_id = $1"


async def lock(tx: Tx) -> None:
    """Let nobody else bring a key until the commit."""
    await tx.run(LOCK)


async def put(tx: Tx, run_id: str, purpose: str, role: str, ref: KeyRef) -> None:
    """Note a key of a run, once."""
    await tx.run(PUT, run_id, purpose, role, ref.key_id, ref.version)


async def keys(tx: Tx, run_id: str) -> dict[tuple[str, str], KeyRef]:
    """Return the keys of a run by purpose and role."""
    return {(r[0], r[1]): KeyRef(r[2], r[3]) for r in await tx.rows(KEYS, run_id)}
