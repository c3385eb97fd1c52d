"""The rows of one-time codes, and what their personal column is for."""

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from teahouse.codes.model import TRACES_LIFE
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Gravity,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.normal import EMAIL, PHONE, Normaliser
from teahouse.infra.vault.sealed import OF_HOUSE, Passing, Sealed

# Its id is older than this domain: grounds are on file under it.
PURPOSE = Purpose(
    id="accounts.code",
    version=1,
    name=Wording("待验证的手机号或邮箱", "A number or address awaiting its code"),
    purpose=Wording("向您发送一次性验证码", "To send you a one-time code"),
    means=Wording("加密保存，发送后即删除", "Kept encrypted, and deleted once the code is sent"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册与登录", "Signing up and signing in"),
    retention=Wording("至多一天", "At most one day"),
    retention_days=1,
    recipients=Wording("短信或邮件服务商", "The SMS or mail provider"),
)
CONTACT = PersonalField("codes_codes", "contact", PURPOSE, gravity=Gravity.CONTACT)
DIGEST = PersonalField(
    "codes_codes", "code_digest", PURPOSE, Normaliser("code", 1, str), sealed=False
)
FIELDS = (CONTACT, DIGEST)
SEALED = (Sealed((CONTACT,), ("code_id",), OF_HOUSE, "code_id", expires=TRACES_LIFE),)
PASSING = (Passing("codes_codes", "index_version", expires=TRACES_LIFE),)
# By what a code is found again: the contact, written as its kind is written.
WRITTEN_AS = {"phone": PHONE, "email": EMAIL}
CONTACT_OF = {kind: replace(CONTACT, normaliser=way) for kind, way in WRITTEN_AS.items()}

CODES_SENT = """
select count(*) filter (where asker_digest = any ($4::bytea[])),
    max(created_at) filter (where asker_digest = any ($4::bytea[])), count(*), max(created_at)
from codes_codes
where purpose = $1 and index_digest = any ($2::bytea[]) and created_at > $3"""
INSERT_CODE = """
insert into codes_codes (
    code_id, purpose, kind, index_version, index_digest, account_id, contact, created_at, expires_at,
    asker_digest
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""
CODE_TO_SEND = """
select kind, purpose, account_id, contact, index_digest from codes_codes
where code_id = $1 and used_at is null and expires_at > $2 for update"""
CODE_MADE = "update codes_codes set code_digest = $2 where code_id = $1"
DISOWN = "update codes_codes set account_id = null where code_id = $1"
FORGET_CONTACT = "update codes_codes set contact = null where code_id = $1"
LATEST_CODE = """
select code_id from codes_codes
where purpose = $1 and index_digest = any ($2::bytea[]) and expires_at > $3
    and case when $4 = '' then asker_digest = any ($5::bytea[]) else code_id = $4 end
order by created_at desc limit 1"""
TRY_CODE = """
update codes_codes set attempts = attempts + 1
where code_id = $1 and used_at is null and expires_at > $2 and attempts < $3
returning code_digest, account_id"""
USE_CODE = "update codes_codes set used_at = $2 where code_id = $1"
DELETE_CODES = "delete from codes_codes where account_id = $1"
FORGET_UNSENT = """
update codes_codes set contact = null where expires_at <= $1 and contact is not null"""
PURGE_CODES = "delete from codes_codes where expires_at <= $1"
LOCK_CONTACT = "select pg_advisory_xact_lock(7240611, $1)"


class CodeRow(NamedTuple):
    """A code that waits to be sent."""

    kind: str
    purpose: str
    account_id: str | None
    contact: bytes | None
    digest: bytes


class Sent(NamedTuple):
    """How many codes were asked for, and the latest."""

    times: int
    latest: datetime | None


async def lock_contact(tx: Tx, digest: bytes) -> None:
    """Let only one at a time decide about codes for a contact."""
    await tx.run(LOCK_CONTACT, int.from_bytes(digest[:4], "big", signed=True))


async def codes_sent(
    tx: Tx, purpose: str, digests: list[bytes], since: datetime, asker: list[bytes]
) -> tuple[Sent, Sent]:
    """Return what was asked for since a moment: by this asker, and by everybody."""
    row = await tx.row(CODES_SENT, purpose, digests, since, asker)
    assert row is not None, "a count has a row"
    return Sent(row[0], row[1]), Sent(row[2], row[3])


async def insert_code(tx: Tx, *values: Any) -> None:
    """Insert a code that is to be sent."""
    await tx.run(INSERT_CODE, *values)


async def code_to_send(tx: Tx, code_id: str, now: datetime) -> CodeRow | None:
    """Return a code that is still wanted, and hold it."""
    row = await tx.row(CODE_TO_SEND, code_id, now)
    return CodeRow(*row) if row else None


async def code_made(tx: Tx, code_id: str, digest: bytes) -> None:
    """Keep the digest of the code that goes out."""
    await tx.run(CODE_MADE, code_id, digest)


async def disown(tx: Tx, code_id: str) -> None:
    """Make a code nobody's: it is for a contact that only looks like an account's."""
    await tx.run(DISOWN, code_id)


async def forget_contact(tx: Tx, code_id: str) -> None:
    """Forget where a code went."""
    await tx.run(FORGET_CONTACT, code_id)


async def latest_code(
    tx: Tx, purpose: str, digests: list[bytes], now: datetime, which: tuple[str, list[bytes]]
) -> str | None:
    """Return the newest code for a contact, of an id, or without one of an asker."""
    return await tx.value(LATEST_CODE, purpose, digests, now, *which)


async def try_code(
    tx: Tx, code_id: str, now: datetime, attempts_max: int
) -> tuple[bytes | None, str | None] | None:
    """Count an attempt and return (digest, account), or ``None`` when none is left."""
    row = await tx.row(TRY_CODE, code_id, now, attempts_max)
    return (row[0], row[1]) if row else None


async def use_code(tx: Tx, code_id: str, now: datetime) -> None:
    """Spend a code."""
    await tx.run(USE_CODE, code_id, now)


async def delete_codes(tx: Tx, account_id: str) -> None:
    """Delete the codes of an account."""
    await tx.run(DELETE_CODES, account_id)


async def forget_unsent(tx: Tx, now: datetime) -> None:
    """Empty the contacts of codes that were never sent in time."""
    await tx.run(FORGET_UNSENT, now)


async def purge(tx: Tx, before: datetime) -> None:
    """Delete codes that expired before a moment."""
    await tx.run(PURGE_CODES, before)
