"""The rows of passkeys, and what their personal columns are for."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="passkeys.passkey",
    version=1,
    name=Wording("通行密钥的编号、公钥与名称", "Id, public key and name of your passkeys"),
    purpose=Wording("让您不输入密码即可登录", "To let you sign in without a password"),
    means=Wording(
        "加密保存，密钥专属于您的账号；指纹、面容等只留在您的设备上",
        "Kept encrypted under a key that belongs to your account; fingerprint and face stay on"
        " your device",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("通行密钥登录", "Signing in by passkey"),
    retention=Wording("直到您移除它或注销账号", "Until you remove it or delete your account"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
CREDENTIAL_ID = PersonalField("passkeys_passkeys", "credential_id", PURPOSE)
PUBLIC_KEY = PersonalField("passkeys_passkeys", "public_key", PURPOSE)
LABEL = PersonalField("passkeys_passkeys", "label", PURPOSE)
FIELDS = (CREDENTIAL_ID, PUBLIC_KEY, LABEL)
SEALED = (Sealed((CREDENTIAL_ID, PUBLIC_KEY, LABEL), ("passkey_id",), row="passkey_id"),)
PURPOSES = (PURPOSE,)

INSERT = """
insert into passkeys_passkeys (
    passkey_id, account_id, credential_digest, credential_id, public_key, label, signs, synced,
    created_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)"""
OF_ACCOUNT = """
select passkey_id, account_id, credential_id, public_key, label, signs, synced, created_at,
    last_used_at, doubted_at
from passkeys_passkeys where account_id = $1 order by created_at, passkey_id"""
BY_CREDENTIAL = """
select passkey_id, account_id, credential_id, public_key, label, signs, synced, created_at,
    last_used_at, doubted_at
from passkeys_passkeys where credential_digest = $1 for update"""
USED = """
update passkeys_passkeys
set signs = greatest(signs, $2), last_used_at = $3, doubted_at = coalesce(doubted_at, $4)
where passkey_id = $1"""
RENAME = "update passkeys_passkeys set label = $3 where passkey_id = $1 and account_id = $2"
REMOVE = "delete from passkeys_passkeys where passkey_id = $1 and account_id = $2"
REMOVE_ALL = "delete from passkeys_passkeys where account_id = $1"
LOCK_ACCOUNT = "select pg_advisory_xact_lock(7240655, hashtext($1))"
SPEND = """
insert into passkeys_spent (challenge_digest, expires_at) values ($1, $2)
on conflict (challenge_digest) do nothing"""
PURGE = "delete from passkeys_spent where expires_at <= $1"


class PasskeyRow(NamedTuple):
    """A passkey still sealed."""

    passkey_id: str
    account_id: str
    credential_id: bytes
    public_key: bytes
    label: bytes
    signs: int
    synced: bool
    created_at: datetime
    last_used_at: datetime | None
    doubted_at: datetime | None


async def insert(tx: Tx, row: PasskeyRow, credential_digest: bytes) -> None:
    """Add a passkey; one that is there raises ``UniqueViolation``."""
    await tx.run(
        INSERT,
        row.passkey_id,
        row.account_id,
        credential_digest,
        row.credential_id,
        row.public_key,
        row.label,
        row.signs,
        row.synced,
        row.created_at,
    )


async def of_account(tx: Tx, account_id: str) -> list[PasskeyRow]:
    """Return an account's passkeys, oldest first."""
    return [_passkey(row) for row in await tx.rows(OF_ACCOUNT, account_id)]


async def by_credential(tx: Tx, digest: bytes) -> PasskeyRow | None:
    """Return the passkey of a credential, and hold it."""
    row = await tx.row(BY_CREDENTIAL, digest)
    return None if row is None else _passkey(row)


async def used(
    tx: Tx, passkey_id: str, signs: int, now: datetime, doubted_at: datetime | None
) -> None:
    """Note that a passkey was used, and whether there may be a copy of it."""
    await tx.run(USED, passkey_id, signs, now, doubted_at)


async def rename(tx: Tx, passkey_id: str, account_id: str, label: bytes) -> bool:
    """Give a passkey another name; false when there is none."""
    return await tx.run(RENAME, passkey_id, account_id, label) == 1


async def remove(tx: Tx, passkey_id: str, account_id: str) -> bool:
    """Remove a passkey; false when there is none."""
    return await tx.run(REMOVE, passkey_id, account_id) == 1


async def remove_all(tx: Tx, account_id: str) -> None:
    """Remove all passkeys of an account."""
    await tx.run(REMOVE_ALL, account_id)


async def lock_account(tx: Tx, account_id: str) -> None:
    """Let only one at a time change which passkeys an account has."""
    await tx.run(LOCK_ACCOUNT, account_id)


async def spend(tx: Tx, challenge_digest: bytes, expires_at: datetime) -> bool:
    """Use a challenge up; false when it was used before."""
    return await tx.run(SPEND, challenge_digest, expires_at) == 1


async def purge(tx: Tx, now: datetime) -> None:
    """Forget the challenges that have ended by themselves."""
    await tx.run(PURGE, now)


def _passkey(row: Row) -> PasskeyRow:
    return PasskeyRow(*row)
