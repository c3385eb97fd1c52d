"""Every statement over consent's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from teahouse.consent.model import Receipt
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import PersonalField

FIELDS: tuple[PersonalField, ...] = ()  # receipts name purposes and accounts, and nothing personal

PUBLISH = """
insert into consent_policies (version, zh, en, effective_at) values ($1, $2, $3, $4)
on conflict (version) do nothing"""

EFFECTIVE_AT = "select effective_at from consent_policies where version = $1"

INSERT_RECEIPT = """
insert into consent_receipts (
    receipt_id, account_id, registration_id, policy_version, lang,
    accepted, declined, basis, screen, at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"""

RECEIPTS = """
select receipt_id, account_id, registration_id, policy_version, lang,
    accepted, declined, basis, screen, at
from consent_receipts where account_id = $1 order by at desc, receipt_id desc limit $2"""

RECEIPT = """
select receipt_id, account_id, registration_id, policy_version, lang,
    accepted, declined, basis, screen, at
from consent_receipts where receipt_id = $1"""


async def publish(tx: Tx, version: str, zh: str, en: str, at: datetime) -> None:
    """Keep a policy as it read, the first time it is in force."""
    await tx.run(PUBLISH, version, zh, en, at)


async def effective_at(tx: Tx, version: str) -> datetime | None:
    """Return since when a version has been in force."""
    return await tx.value(EFFECTIVE_AT, version)


async def insert_receipt(tx: Tx, receipt: Receipt) -> None:
    """Add a receipt."""
    await tx.run(
        INSERT_RECEIPT,
        receipt.receipt_id,
        receipt.account_id,
        receipt.registration_id,
        receipt.policy_version,
        receipt.lang,
        receipt.accepted,
        receipt.declined,
        receipt.basis,
        receipt.screen,
        receipt.at,
    )


async def receipts(tx: Tx, account_id: str, limit: int) -> Sequence[Receipt]:
    """Return an account's receipts, newest first."""
    rows = await tx.rows(RECEIPTS, account_id, limit)
    return [_receipt(row) for row in rows]


async def receipt(tx: Tx, receipt_id: str) -> Receipt | None:
    """Return one receipt."""
    row = await tx.row(RECEIPT, receipt_id)
    return None if row is None else _receipt(row)


def _receipt(row: Row) -> Receipt:
    values: list[Any] = list(row)
    values[5], values[6] = tuple(values[5]), tuple(values[6])
    return Receipt(*values)
