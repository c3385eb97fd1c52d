"""Every statement over restrictions, and what is personal in them."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Row, Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed
from teahouse.restrictions.model import RestrictionState

PURPOSE = Purpose(
    id="restrictions.request",
    version=1,
    name=Wording("您对使用信息的限制", "What you say when you restrict the use of your data"),
    purpose=Wording(
        "在查明之前只保存、不使用您的信息，并答复您",
        "To keep your data and not use them until it is looked at, and to answer you",
    ),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to your account"
    ),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("行使个人信息权利", "Exercising your rights"),
    retention=Wording("直到您注销账号", "Until you delete your account"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
WORDS = PersonalField("restrictions_restrictions", "words", PURPOSE, letter=True)
ANSWER = PersonalField("restrictions_restrictions", "answer", PURPOSE, letter=True)
FIELDS = (WORDS, ANSWER)
SEALED = (Sealed((WORDS, ANSWER), ("restriction_id",), "account_id", "restriction_id"),)

INSERT = """
insert into restrictions_restrictions (
    restriction_id, account_id, user_id, ground, state, words, asked_at, due_at
) values ($1, $2, $3, $4, 'in_force', $5, $6, $7)
on conflict (account_id) where state <> 'ended' do nothing"""

OF_ACCOUNT = """
select restriction_id, account_id, user_id, ground, state, words, asked_at, due_at, decided_by,
    decided_at, answer, ends_at, ended_at
from restrictions_restrictions where account_id = $1 order by asked_at desc limit $2"""

OPEN_LOCKED = """
select restriction_id, account_id, user_id, ground, state, words, asked_at, due_at, decided_by,
    decided_at, answer, ends_at, ended_at
from restrictions_restrictions where account_id = $1 and state <> 'ended' for update"""

LISTED = """
select restriction_id, account_id, user_id, ground, state, words, asked_at, due_at, decided_by,
    decided_at, answer, ends_at, ended_at
from restrictions_restrictions where state <> 'ended' order by due_at, restriction_id limit $1"""

ENDING = """
select account_id from restrictions_restrictions
where state = 'ending' and ends_at <= $1 order by account_id"""

MOVE = """
update restrictions_restrictions set state = $2, decided_by = $3, decided_at = $4, answer = $5,
    ends_at = $6, ended_at = $7
where restriction_id = $1"""

APART = "select user_id from restrictions_restrictions where state <> 'ended' limit $1"

FORGET = "delete from restrictions_restrictions where account_id = $1"


class RestrictionRow(NamedTuple):
    """A restriction, still sealed."""

    restriction_id: str
    account_id: str
    user_id: str
    ground: str
    state: RestrictionState
    words: bytes
    asked_at: datetime
    due_at: datetime
    decided_by: str
    decided_at: datetime | None
    answer: bytes | None
    ends_at: datetime | None
    ended_at: datetime | None


async def insert(tx: Tx, row: RestrictionRow) -> bool:
    """Keep a new restriction; false when the account has one already."""
    kept = (*row[:4], row.words, row.asked_at, row.due_at)
    return await tx.run(INSERT, *kept) == 1


async def of_account(tx: Tx, account_id: str, limit: int) -> list[RestrictionRow]:
    """Return an account's restrictions, the newest first."""
    return [_row(row) for row in await tx.rows(OF_ACCOUNT, account_id, limit)]


async def open_locked(tx: Tx, account_id: str) -> RestrictionRow | None:
    """Return an account's restriction that has not ended, and hold it."""
    row = await tx.row(OPEN_LOCKED, account_id)
    return None if row is None else _row(row)


async def listed(tx: Tx, limit: int) -> list[RestrictionRow]:
    """Return restrictions that have not ended, by the day by which they are to be looked at."""
    return [_row(row) for row in await tx.rows(LISTED, limit)]


async def ending(tx: Tx, now: datetime) -> list[str]:
    """Return the accounts whose restriction ends by now."""
    return [row[0] for row in await tx.rows(ENDING, now)]


async def move(tx: Tx, row: RestrictionRow) -> None:
    """Write where a restriction stands."""
    kept = (row.decided_by, row.decided_at, row.answer, row.ends_at, row.ended_at)
    await tx.run(MOVE, row.restriction_id, row.state.value, *kept)


async def apart(tx: Tx, limit: int) -> set[str]:
    """Return the users whose data are restricted."""
    return {row[0] for row in await tx.rows(APART, limit)}


async def forget(tx: Tx, account_id: str) -> None:
    """Forget an account's restrictions: it ends."""
    await tx.run(FORGET, account_id)


def _row(row: Row) -> RestrictionRow:
    fields = list(row)
    fields[4] = RestrictionState(fields[4])
    return RestrictionRow(*fields)
