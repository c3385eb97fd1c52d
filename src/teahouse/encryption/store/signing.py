"""The rows of cross-signing."""

from collections.abc import Sequence

from teahouse.encryption.model.signing import CrossKey, Signature
from teahouse.infra.db.pool import Tx

# One at a time: two uploads of a person's first keys would not see each other.
LOCK = "select pg_advisory_xact_lock(hashtextextended('encryption ' || $1::text, 0))"
CROSS_KEYS = """
select user_id, usage, public_key, body from encryption_cross_keys
where user_id = any ($1::text[])"""
SET_CROSS_KEYS = """
insert into encryption_cross_keys (user_id, usage, public_key, body)
select $1, new.usage, new.public_key, new.body
from unnest($2::text[], $3::text[], $4::bytea[]) as new (usage, public_key, body)
on conflict (user_id, usage) do update
set public_key = excluded.public_key, body = excluded.body"""
SIGNATURES = """
select user_id, target, signer, key_id, signature from encryption_signatures
where user_id = any ($1::text[]) order by user_id, target, signer, key_id"""
SIGNED_BY = """
select user_id, target, signer, key_id, signature from encryption_signatures
where signer = $1 order by user_id, target, key_id"""
ADD_SIGNATURES = """
insert into encryption_signatures (user_id, target, signer, key_id, signature)
select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
on conflict (user_id, target, signer, key_id) do update set signature = excluded.signature"""
DROP_TARGETS = """
delete from encryption_signatures where user_id = $1 and target = any ($2::text[])"""
DROP_MADE_WITH = """
delete from encryption_signatures where signer = $1 and key_id = any ($2::text[])"""


async def lock(tx: Tx, user_id: str) -> None:
    """Wait until nobody else changes a person's cross-signing keys."""
    await tx.value(LOCK, user_id)


async def cross_keys(tx: Tx, user_ids: Sequence[str]) -> dict[str, dict[str, CrossKey]]:
    """Return the cross-signing keys of some people, by use."""
    found: dict[str, dict[str, CrossKey]] = {user_id: {} for user_id in user_ids}
    for user_id, *key in await tx.rows(CROSS_KEYS, list(user_ids)):
        one = CrossKey(*key)
        found[user_id][one.usage] = one
    return found


async def set_cross_keys(tx: Tx, user_id: str, keys: Sequence[CrossKey]) -> None:
    """Keep cross-signing keys in place of those of the same use."""
    columns = [key.usage for key in keys], [key.public_key for key in keys]
    await tx.run(SET_CROSS_KEYS, user_id, *columns, [key.body for key in keys])


async def signatures(tx: Tx, user_ids: Sequence[str]) -> list[Signature]:
    """Return the signatures that were added to some people's keys."""
    return [Signature(*row) for row in await tx.rows(SIGNATURES, list(user_ids))]


async def signed_by(tx: Tx, signer: str) -> list[Signature]:
    """Return the signatures that a person has made."""
    return [Signature(*row) for row in await tx.rows(SIGNED_BY, signer)]


async def add_signatures(tx: Tx, added: Sequence[Signature]) -> None:
    """Keep signatures."""
    ordered = sorted(added)
    await tx.run(ADD_SIGNATURES, *([one[nth] for one in ordered] for nth in range(5)))


async def drop_targets(tx: Tx, user_id: str, targets: Sequence[str]) -> None:
    """Delete the signatures of keys that are no more."""
    await tx.run(DROP_TARGETS, user_id, list(targets))


async def drop_made_with(tx: Tx, signer: str, key_ids: Sequence[str]) -> None:
    """Delete the signatures that were made with keys that are no more."""
    await tx.run(DROP_MADE_WITH, signer, list(key_ids))
