"""Statements over claims, and what of them is personal."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import (
    Basis,
    Category,
    Necessity,
    PersonalField,
    Purpose,
    Wording,
)
from teahouse.infra.vault.sealed import Sealed
from teahouse.refunds.model import Claim, State

CLAIM = Purpose(
    id="refunds.claim",
    version=1,
    name=Wording("未成年人消费的退款申请", "Asking back what a minor spent"),
    purpose=Wording("核实、决定并答复退款申请", "To check, decide and answer what is asked back"),
    means=Wording("以监护人账号的密钥加密", "Kept encrypted under a key of the guardian's account"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,  # Opinion on tipping of 2022-05-07; Civil Code, arts. 19 and 20
    necessity=Necessity.NECESSARY,
    function=Wording("未成年人保护", "The protection of minors"),
    retention=Wording("结束后一年", "One year after it is over"),
    retention_days=365,
    recipients=Wording("监护人和处理申请的运营者", "The guardian, and operators who decide"),
)
WORDS = PersonalField("refunds_claims", "words", CLAIM)
REASON = PersonalField("refunds_claims", "reason", CLAIM)
APPEAL_WORDS = PersonalField("refunds_claims", "appeal_words", CLAIM)
APPEAL_REASON = PersonalField("refunds_claims", "appeal_reason", CLAIM)
FIELDS = (WORDS, REASON, APPEAL_WORDS, APPEAL_REASON)
SEALED = (Sealed(FIELDS, ("refund_id",), "guardian_id", "refund_id"),)

INSERT = """
insert into refunds_claims (
    refund_id, guardian_id, child_id, reservation_id, amount_minor, currency, spent_at, state,
    words, asked_at, due_at, moved_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $10) on conflict do nothing"""

LOCK = "select pg_advisory_xact_lock(hashtextextended('refunds ' || $1::text, 0))"

COUNT_PENDING = """
select count(*) from refunds_claims
where guardian_id = $1 and state in ('asked', 'checking', 'appealed')"""

ONE = """
select refund_id, guardian_id, child_id, reservation_id, amount_minor, currency, spent_at, state,
    decided_by, reference, asked_at, due_at, moved_at, words, reason, appeal_words, appeal_reason
from refunds_claims where refund_id = $1"""

HOLD = """
select refund_id, guardian_id, child_id, reservation_id, amount_minor, currency, spent_at, state,
    decided_by, reference, asked_at, due_at, moved_at, words, reason, appeal_words, appeal_reason
from refunds_claims where refund_id = $1 for update"""

OF_GUARDIAN = """
select refund_id, guardian_id, child_id, reservation_id, amount_minor, currency, spent_at, state,
    decided_by, reference, asked_at, due_at, moved_at, words, reason, appeal_words, appeal_reason
from refunds_claims where guardian_id = $1 order by asked_at desc, refund_id limit $2"""

PAGE = """
select refund_id, guardian_id, child_id, reservation_id, amount_minor, currency, spent_at, state,
    decided_by, reference, asked_at, due_at, moved_at, words, reason, appeal_words, appeal_reason
from refunds_claims
where case $1 when 'open' then state in ('asked', 'checking', 'appealed', 'upheld')
    else state not in ('asked', 'checking', 'appealed', 'upheld') end
order by due_at, refund_id limit $2"""

MOVE = """
update refunds_claims set state = $2, decided_by = $3, reference = $4, due_at = $5, moved_at = $6,
    reason = $7, appeal_words = $8, appeal_reason = $9, late_at = null
where refund_id = $1"""

LATE = """
update refunds_claims set late_at = $1 where refund_id in (
    select refund_id from refunds_claims
    where state in ('asked', 'checking', 'appealed') and due_at < $1 and late_at is null
    order by due_at limit $2 for update skip locked
) returning refund_id"""

PURGE = """
delete from refunds_claims
where moved_at < $1 and state in ('paid', 'refused', 'closed', 'withdrawn')"""

FORGET = "delete from refunds_claims where guardian_id = $1 or child_id = $1"


class ClaimRow(NamedTuple):
    """A claim as it is kept: its words are sealed."""

    claim: Claim
    words: bytes
    reason: bytes | None = None
    appeal_words: bytes | None = None
    appeal_reason: bytes | None = None


async def lock(tx: Tx, guardian_id: str) -> None:
    """Let one guardian's claims come one after the other."""
    await tx.run(LOCK, guardian_id)


async def count_pending(tx: Tx, guardian_id: str) -> int:
    """Return how many of a guardian's claims wait for an answer."""
    return await tx.value(COUNT_PENDING, guardian_id)


async def insert(tx: Tx, row: ClaimRow) -> bool:
    """Keep a new claim; false when the spending was asked back already."""
    one = row.claim
    return await tx.run(
        INSERT, one.refund_id, one.guardian_id, one.child_id, one.reservation_id,
        one.amount_minor, one.currency, one.spent_at, one.state.value, row.words, one.asked_at,
        one.due_at,
    ) == 1  # fmt: skip


async def one(tx: Tx, refund_id: str) -> ClaimRow | None:
    """Return a claim."""
    return _row(await tx.row(ONE, refund_id))


async def hold(tx: Tx, refund_id: str) -> ClaimRow | None:
    """Return a claim, held."""
    return _row(await tx.row(HOLD, refund_id))


async def of_guardian(tx: Tx, guardian_id: str, limit: int) -> list[ClaimRow]:
    """Return a guardian's claims, the newest first."""
    return [_of(row) for row in await tx.rows(OF_GUARDIAN, guardian_id, limit)]


async def page(tx: Tx, which: str, limit: int) -> list[ClaimRow]:
    """Return claims that are ``open`` or ``over``, by when they are due."""
    return [_of(row) for row in await tx.rows(PAGE, which, limit)]


async def move(tx: Tx, row: ClaimRow) -> None:
    """Keep what became of a claim; when it was late before no longer counts."""
    one = row.claim
    moved = (one.state.value, one.decided_by, one.reference, one.due_at, one.moved_at)
    said = (row.reason, row.appeal_words, row.appeal_reason)
    await tx.run(MOVE, one.refund_id, *moved, *said)


async def late(tx: Tx, now: datetime, limit: int) -> list[str]:
    """Note which claims went past their time, and return their ids: each once."""
    return [row[0] for row in await tx.rows(LATE, now, limit)]


async def purge(tx: Tx, before: datetime) -> None:
    """Forget claims that were over before a moment."""
    await tx.run(PURGE, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account that ends."""
    await tx.run(FORGET, account_id)


def _row(row: Row | None) -> ClaimRow | None:
    return None if row is None else _of(row)


def _of(row: Row) -> ClaimRow:
    claim = Claim(
        refund_id=row[0],
        guardian_id=row[1],
        child_id=row[2],
        reservation_id=row[3],
        amount_minor=row[4],
        currency=row[5],
        spent_at=row[6],
        state=State(row[7]),
        decided_by=row[8],
        reference=row[9],
        asked_at=row[10],
        due_at=row[11],
        moved_at=row[12],
    )
    return ClaimRow(claim, row[13], row[14], row[15], row[16])
