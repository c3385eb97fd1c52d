"""The rows of operators' passkeys, recovery codes, and of what owners ask of all."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx

INSERT_PASSKEY = """
insert into operators_passkeys (
    passkey_id, operator_id, credential_digest, credential_id, public_key, label, signs, created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8)"""
PASSKEYS = """
select passkey_id, operator_id, credential_id, public_key, label, signs, created_at, last_used_at
from operators_passkeys where operator_id = $1 order by created_at, passkey_id"""
BY_CREDENTIAL = """
select passkey_id, operator_id, credential_id, public_key, label, signs, created_at, last_used_at
from operators_passkeys where credential_digest = $1 for update"""
USED = """
update operators_passkeys set signs = greatest(signs, $2), last_used_at = $3
where passkey_id = $1"""
RENAME_PASSKEY = """
update operators_passkeys set label = $3 where passkey_id = $1 and operator_id = $2"""
PUT_PENDING = """
update operators_operators set totp_pending = $2, totp_pending_until = $3
where operator_id = $1 and state = 'active'"""
PENDING = """
select totp_pending from operators_operators
where operator_id = $1 and totp_pending_until > $2 and state = 'active' for update"""
SET_AUTHENTICATOR = """
update operators_operators
set totp_secret = $2, totp_last_step = $3, totp_made_at = $4,
    totp_pending = null, totp_pending_until = null
where operator_id = $1"""
REMOVE_AUTHENTICATOR = """
update operators_operators set totp_secret = null, totp_made_at = null
where operator_id = $1 and totp_secret is not null"""
MADE_AT = "select totp_made_at from operators_operators where operator_id = $1"
PURGE_PENDING = """
update operators_operators set totp_pending = null, totp_pending_until = null
where totp_pending_until <= $1"""
REMOVE_PASSKEY = "delete from operators_passkeys where passkey_id = $1 and operator_id = $2"
REMOVE_PASSKEYS = "delete from operators_passkeys where operator_id = $1"
WITHOUT_PASSKEY = """
select name from operators_operators o where state = 'active'
    and not exists (select 1 from operators_passkeys p where p.operator_id = o.operator_id)
order by name"""
INSERT_RECOVERY_CODES = """
insert into operators_recovery_codes (operator_id, code_digest)
select $1, unnest($2::bytea[])"""
REMOVE_RECOVERY_CODES = "delete from operators_recovery_codes where operator_id = $1"
USE_RECOVERY_CODE = """
delete from operators_recovery_codes where operator_id = $1 and code_digest = $2"""
COUNT_RECOVERY_CODES = "select count(*) from operators_recovery_codes where operator_id = $1"
SPEND = """
insert into operators_spent (challenge_digest, expires_at) values ($1, $2)
on conflict (challenge_digest) do nothing"""
PURGE_SPENT = "delete from operators_spent where expires_at <= $1"
REQUIRED = "select coalesce((select passkeys_required from operators_rules), false)"
SET_REQUIRED = """
insert into operators_rules (passkeys_required) values ($1)
on conflict (only_row) do update set passkeys_required = excluded.passkeys_required"""


class PasskeyRow(NamedTuple):
    """A passkey still sealed."""

    passkey_id: str
    operator_id: str
    credential_id: bytes
    public_key: bytes
    label: bytes
    signs: int
    created_at: datetime
    last_used_at: datetime | None


async def insert_passkey(tx: Tx, row: PasskeyRow, credential_digest: bytes) -> None:
    """Add a passkey; one that is there raises ``UniqueViolation``."""
    await tx.run(
        INSERT_PASSKEY,
        row.passkey_id,
        row.operator_id,
        credential_digest,
        row.credential_id,
        row.public_key,
        row.label,
        row.signs,
        row.created_at,
    )


async def passkeys(tx: Tx, operator_id: str) -> list[PasskeyRow]:
    """Return an operator's passkeys, oldest first."""
    return [PasskeyRow(*row) for row in await tx.rows(PASSKEYS, operator_id)]


async def by_credential(tx: Tx, digest: bytes) -> PasskeyRow | None:
    """Return the passkey of a credential, and hold it."""
    row = await tx.row(BY_CREDENTIAL, digest)
    return PasskeyRow(*row) if row else None


async def used(tx: Tx, passkey_id: str, signs: int, now: datetime) -> None:
    """Note that a passkey was used."""
    await tx.run(USED, passkey_id, signs, now)


async def remove_passkey(tx: Tx, passkey_id: str, operator_id: str) -> bool:
    """Remove a passkey; false when there is none."""
    return await tx.run(REMOVE_PASSKEY, passkey_id, operator_id) == 1


async def rename_passkey(tx: Tx, passkey_id: str, operator_id: str, label: bytes) -> None:
    """Give a passkey another name."""
    await tx.run(RENAME_PASSKEY, passkey_id, operator_id, label)


async def put_pending(tx: Tx, operator_id: str, secret: bytes, until: datetime) -> None:
    """Keep the sealed secret of an authenticator that has yet to show a code."""
    await tx.run(PUT_PENDING, operator_id, secret, until)


async def pending(tx: Tx, operator_id: str, now: datetime) -> bytes | None:
    """Return it, and hold its operator."""
    return await tx.value(PENDING, operator_id, now)


async def set_authenticator(
    tx: Tx, operator_id: str, secret: bytes, step: int, now: datetime
) -> None:
    """Put an authenticator in the place of the one before; ``step`` is the one it has shown."""
    await tx.run(SET_AUTHENTICATOR, operator_id, secret, step, now)


async def remove_authenticator(tx: Tx, operator_id: str) -> bool:
    """Take the authenticator away; false when there is none."""
    return await tx.run(REMOVE_AUTHENTICATOR, operator_id) == 1


async def made_at(tx: Tx, operator_id: str) -> datetime | None:
    """Return since when an operator has this authenticator, if it came after the set-up."""
    return await tx.value(MADE_AT, operator_id)


async def purge_pending(tx: Tx, now: datetime) -> None:
    """Forget authenticators that have shown no code in time."""
    await tx.run(PURGE_PENDING, now)


async def without_passkey(tx: Tx) -> list[str]:
    """Return the names of the active operators who have no passkey."""
    return [row[0] for row in await tx.rows(WITHOUT_PASSKEY)]


async def set_recovery_codes(tx: Tx, operator_id: str, digests: list[bytes]) -> None:
    """Replace an operator's recovery codes."""
    await tx.run(REMOVE_RECOVERY_CODES, operator_id)
    await tx.run(INSERT_RECOVERY_CODES, operator_id, digests)


async def use_recovery_code(tx: Tx, operator_id: str, digest: bytes) -> bool:
    """Use a recovery code up; false when there is no such one any more."""
    return await tx.run(USE_RECOVERY_CODE, operator_id, digest) == 1


async def recovery_codes_left(tx: Tx, operator_id: str) -> int:
    """Count an operator's recovery codes."""
    return await tx.value(COUNT_RECOVERY_CODES, operator_id)


async def spend(tx: Tx, challenge_digest: bytes, expires_at: datetime) -> bool:
    """Use a challenge up; false when it was used before."""
    return await tx.run(SPEND, challenge_digest, expires_at) == 1


async def passkeys_required(tx: Tx) -> bool:
    """Tell whether owners ask every operator for a passkey."""
    return await tx.value(REQUIRED)


async def set_passkeys_required(tx: Tx, required: bool) -> None:
    """Keep whether owners ask every operator for a passkey."""
    await tx.run(SET_REQUIRED, required)
