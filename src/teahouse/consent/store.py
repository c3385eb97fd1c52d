"""Every statement over consent's tables."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from teahouse.consent.model import Receipt
from teahouse.consent.model.asks import Declined
from teahouse.consent.model.versions import Published
from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import PersonalField

FIELDS: tuple[PersonalField, ...] = ()  # receipts name purposes and accounts, and nothing personal

PUBLISH = """
insert into consent_policies (version, zh, en, effective_at, published_at, reason)
values ($1, $2, $3, $4, $5, $6)
on conflict (version) do nothing"""

ANY_PUBLISHED = "select exists (select 1 from consent_policies)"

PUBLISHED = """
select version, published_at, effective_at, reason
from consent_policies order by published_at desc, version limit $1"""

KEPT_ZH = "select version, zh from consent_policies where version = any ($1::text[])"

KEPT_EN = "select version, en from consent_policies where version = any ($1::text[])"

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

STEP_UP = """
insert into consent_stepups (session_id, reader, until) values ($1, $2, $3)
on conflict (session_id) do update set reader = excluded.reader, until = excluded.until"""

STEPPED_UP = "select until from consent_stepups where session_id = $1 and reader = $2"

END_STEPUPS = "delete from consent_stepups where until <= $1"

DECLINE_ASK = """
insert into consent_asks (account_id, ask, times, declined_at) values ($1, $2, 1, $3)
on conflict (account_id, ask) do update set times = least(consent_asks.times + 1, 1000),
    declined_at = excluded.declined_at"""

FORGET_ASK = "delete from consent_asks where account_id = $1 and ask = $2"

FORGET_ASKS = "delete from consent_asks where account_id = $1"

ASKS = "select ask, times, declined_at from consent_asks where account_id = $1 order by ask"


async def publish(
    tx: Tx, version: str, texts: tuple[str, str], effective_at: datetime, now: datetime, reason: str
) -> None:
    """Keep a policy as it reads in both languages, the first time it is published."""
    await tx.run(PUBLISH, version, *texts, effective_at, now, reason)


async def any_published(tx: Tx) -> bool:
    """Tell whether there was ever a policy."""
    return await tx.value(ANY_PUBLISHED)


async def published(tx: Tx, limit: int) -> list[Published]:
    """Return the versions, newest first."""
    return [Published(*row) for row in await tx.rows(PUBLISHED, limit)]


async def kept(tx: Tx, versions: Sequence[str], lang: str) -> dict[str, str]:
    """Return policies as they were published, as JSON."""
    rows = await tx.rows(KEPT_ZH if lang == "zh" else KEPT_EN, list(versions))
    return {row[0]: row[1] for row in rows}


async def step_up(tx: Tx, session_id: str, reader: str, until: datetime) -> None:
    """Note that somebody has just shown who they are."""
    await tx.run(STEP_UP, session_id, reader, until)


async def stepped_up(tx: Tx, session_id: str, reader: str) -> datetime | None:
    """Return until when a session counts as fresh."""
    return await tx.value(STEPPED_UP, session_id, reader)


async def end_stepups(tx: Tx, now: datetime) -> None:
    """Delete what has ended."""
    await tx.run(END_STEPUPS, now)


async def decline_ask(tx: Tx, account_id: str, ask: str, now: datetime) -> None:
    """Note one more no."""
    await tx.run(DECLINE_ASK, account_id, ask, now)


async def forget_ask(tx: Tx, account_id: str, ask: str) -> None:
    """Forget that somebody declined: they said yes."""
    await tx.run(FORGET_ASK, account_id, ask)


async def forget_asks(tx: Tx, account_id: str) -> None:
    """Forget all that somebody declined: the account is gone."""
    await tx.run(FORGET_ASKS, account_id)


async def asks(tx: Tx, account_id: str) -> list[Declined]:
    """Return what somebody declined."""
    return [Declined(*row) for row in await tx.rows(ASKS, account_id)]


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
