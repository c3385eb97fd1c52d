"""Every statement over wishes and claims, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed
from teahouse.legacies.model import ClaimState, Wish, WishState

PURPOSE = Purpose(
    id="legacies.claim",
    version=1,
    name=Wording("已故用户近亲属或指定联系人的请求", "Who acts for somebody who has died"),
    purpose=Wording(
        "核实身份与材料，处理关于已故用户账号的请求",
        "To check who asks, and deal with the account of somebody who has died",
    ),
    means=Wording("加密保存，密钥专属于此事", "Kept encrypted under a key of its own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("身后事安排", "Legacy contacts"),
    retention=Wording("处理完毕后一年", "One year after it was dealt with"),
    retention_days=365,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
WORDS = PersonalField("legacies_claims", "words", PURPOSE)
FIELDS = (WORDS,)
SEALED = (Sealed((WORDS,), ("claim_id",), "claim_id", "claim_id"),)

SAY = """
insert into legacies_wishes (account_id, user_id, state, contact_id, contact_user, may, said_at)
values ($1, $2, $3, $4, $5, $6, $7)
on conflict (account_id) do update
set state = excluded.state, contact_id = excluded.contact_id, contact_user = excluded.contact_user,
    may = excluded.may, said_at = excluded.said_at, answered_at = null"""

WISH = """
select account_id, user_id, state, contact_id, contact_user, may, said_at, answered_at
from legacies_wishes where account_id = $1"""

WISH_LOCKED = """
select account_id, user_id, state, contact_id, contact_user, may, said_at, answered_at
from legacies_wishes where account_id = $1 for update"""

NAMING = """
select account_id, user_id, state, contact_id, contact_user, may, said_at, answered_at
from legacies_wishes where contact_id = $1 order by said_at desc limit $2"""

ANSWER = "update legacies_wishes set state = $2, answered_at = $3 where account_id = $1"

FORGET_WISH = "delete from legacies_wishes where account_id = $1"

# Whoever was named is gone: it is as if they had declined.
FORGET_CONTACT = """
update legacies_wishes set state = 'declined', answered_at = $2
where contact_id = $1 and state in ('named', 'confirmed')"""

INSERT_CLAIM = """
insert into legacies_claims (
    claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state, moved_at
) values ($1, $2, $3, $4, $5, $6, $7, $8, 'filed', $6)
on conflict (account_id) where state in ('filed', 'checked', 'waiting', 'giving') do nothing"""

CLAIM_LOCKED = """
select claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state,
    first_by, second_by, until_at, export_id, moved_at, reason
from legacies_claims where claim_id = $1 for update"""

CLAIM = """
select claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state,
    first_by, second_by, until_at, export_id, moved_at, reason
from legacies_claims where claim_id = $1"""

OPEN_LOCKED = """
select claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state,
    first_by, second_by, until_at, export_id, moved_at, reason
from legacies_claims
where account_id = $1 and state in ('filed', 'checked', 'waiting', 'giving') for update"""

CLAIMS_LISTED = """
select claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state,
    first_by, second_by, until_at, export_id, moved_at, reason
from legacies_claims
order by state in ('done', 'refused', 'stopped'), filed_at desc, claim_id limit $1"""

CLAIMS_BY = """
select claim_id, account_id, user_id, claimant_id, filed_by, filed_at, wants, words, state,
    first_by, second_by, until_at, export_id, moved_at, reason
from legacies_claims where claimant_id = $1 order by filed_at desc limit $2"""

DUE = """
select claim_id, account_id from legacies_claims
where state in ('waiting', 'giving') and until_at <= $1 order by claim_id limit $2"""

TELL = """
update legacies_claims set told_at = $1 where state = 'waiting' and coalesce(told_at, $2) <= $2
returning account_id"""

MOVE_CLAIM = """
update legacies_claims set state = $2, first_by = $3, second_by = $4, until_at = $5,
    export_id = $6, moved_at = $7, reason = $8
where claim_id = $1"""

DELETE_OLD = """
delete from legacies_claims
where state in ('done', 'refused', 'stopped') and moved_at <= $1 returning claim_id"""


class ClaimRow(NamedTuple):
    """A claim, still sealed."""

    claim_id: str
    account_id: str
    user_id: str
    claimant_id: str
    filed_by: str
    filed_at: datetime
    wants: tuple[str, ...]
    words: bytes
    state: ClaimState
    first_by: str
    second_by: str
    until_at: datetime | None
    export_id: str
    moved_at: datetime
    reason: str


async def say(tx: Tx, wish: Wish) -> None:
    """Keep a wish in place of the one before."""
    whose = (wish.account_id, wish.user_id, wish.state.value, wish.contact_id, wish.contact_user)
    await tx.run(SAY, *whose, list(wish.may), wish.said_at)


async def wish(tx: Tx, account_id: str) -> Wish | None:
    """Return what somebody wants, if they said."""
    row = await tx.row(WISH, account_id)
    return None if row is None else _wish(row)


async def wish_locked(tx: Tx, account_id: str) -> Wish | None:
    """Return what somebody wants, and hold it."""
    row = await tx.row(WISH_LOCKED, account_id)
    return None if row is None else _wish(row)


async def naming(tx: Tx, contact_id: str, limit: int) -> list[Wish]:
    """Return the wishes that name an account, the newest first."""
    return [_wish(row) for row in await tx.rows(NAMING, contact_id, limit)]


async def answer(tx: Tx, account_id: str, state: WishState, now: datetime) -> None:
    """Write what the contact says."""
    await tx.run(ANSWER, account_id, state.value, now)


async def forget(tx: Tx, account_id: str, now: datetime) -> None:
    """Forget an account that ends: what it wanted, and that it was named."""
    await tx.run(FORGET_WISH, account_id)
    await tx.run(FORGET_CONTACT, account_id, now)


async def insert_claim(tx: Tx, row: ClaimRow) -> bool:
    """Keep a claim; false when one about this account is open."""
    kept = (*row[:6], list(row.wants), row.words)
    return await tx.run(INSERT_CLAIM, *kept) == 1


async def claim_locked(tx: Tx, claim_id: str) -> ClaimRow | None:
    """Return a claim, and hold it."""
    row = await tx.row(CLAIM_LOCKED, claim_id)
    return None if row is None else _claim(row)


async def claim(tx: Tx, claim_id: str) -> ClaimRow | None:
    """Return a claim."""
    row = await tx.row(CLAIM, claim_id)
    return None if row is None else _claim(row)


async def open_locked(tx: Tx, account_id: str) -> ClaimRow | None:
    """Return the open claim about an account, and hold it."""
    row = await tx.row(OPEN_LOCKED, account_id)
    return None if row is None else _claim(row)


async def claims(tx: Tx, limit: int) -> list[ClaimRow]:
    """Return claims: those that are open, then the newest first."""
    return [_claim(row) for row in await tx.rows(CLAIMS_LISTED, limit)]


async def claims_by(tx: Tx, claimant_id: str, limit: int) -> list[ClaimRow]:
    """Return the claims of an account, the newest first."""
    return [_claim(row) for row in await tx.rows(CLAIMS_BY, claimant_id, limit)]


async def due(tx: Tx, now: datetime, limit: int) -> list[tuple[str, str]]:
    """Return claims whose time is over, with the accounts that they are about."""
    return [(row[0], row[1]) for row in await tx.rows(DUE, now, limit)]


async def tell(tx: Tx, now: datetime, before: datetime) -> list[str]:
    """Note that accounts are told that somebody waits; return which were not since a moment."""
    return [row[0] for row in await tx.rows(TELL, now, before)]


async def move(tx: Tx, row: ClaimRow) -> None:
    """Write where a claim stands."""
    by = (row.first_by, row.second_by, row.until_at, row.export_id, row.moved_at, row.reason)
    await tx.run(MOVE_CLAIM, row.claim_id, row.state.value, *by)


async def delete_old(tx: Tx, before: datetime) -> Sequence[str]:
    """Delete claims that ended long ago; return which."""
    return [row[0] for row in await tx.rows(DELETE_OLD, before)]


def _wish(row: Row) -> Wish:
    return Wish(
        account_id=row[0],
        user_id=row[1],
        state=WishState(row[2]),
        contact_id=row[3],
        contact_user=row[4],
        may=tuple(row[5]),
        said_at=row[6],
        answered_at=row[7],
    )


def _claim(row: Row) -> ClaimRow:
    fields = list(row)
    fields[6], fields[8] = tuple(fields[6]), ClaimState(fields[8])
    return ClaimRow(*fields)
