"""Statements over vouches and bars."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.vouching.model import Vouch

PURPOSE = Purpose(
    id="vouching.friend",
    version=1,
    name=Wording("为您作担保的成员", "Which member vouched for you"),
    purpose=Wording(
        "发现批量注册时，知道由谁担保", "To know who answered for whom, where accounts are abused"
    ),
    means=Wording(
        "仅保存账号编号；担保人只知道好友“已加入”",
        "Account ids only; the voucher learns that you joined",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("好友担保注册", "Signing up with a friend's help"),
    retention=Wording("一年，或直到任一方注销", "A year, or until either account ends"),
    retention_days=365,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
FRIEND = PersonalField("vouching_vouches", "used_by", PURPOSE, sealed=False)
FIELDS = (FRIEND,)

LOCK = "select pg_advisory_xact_lock(hashtextextended($1, 7240648))"

INSERT = """
insert into vouching_vouches (vouch_id, digest, account_id, created_at, expires_at)
values ($1, $2, $3, $4, $5)"""

GIVEN = """
select count(*), min(created_at) from vouching_vouches
where account_id = $1 and created_at > $2
    and (revoked_at is null or used_at is not null)"""

MINE = """
select vouch_id, created_at, expires_at, used_at, revoked_at
from vouching_vouches where account_id = $1 order by created_at desc, vouch_id limit $2"""

REVOKE = """
update vouching_vouches set revoked_at = $3
where vouch_id = $1 and account_id = $2 and used_at is null and revoked_at is null
    and expires_at > $3"""

USE = """
update vouching_vouches set used_by = $2, used_at = $3
where digest = $1 and used_at is null returning account_id"""

VOUCHER = "select account_id from vouching_vouches where used_by = $1"

BAR = """
insert into vouching_bars (account_id, friend_id, until) values ($1, $2, $3)
on conflict (account_id, friend_id) do update set until = excluded.until"""

BARRED_FOR = """
select until from vouching_bars where account_id = $1 and friend_id = $2 and until > $3"""

LIFT = "delete from vouching_bars where friend_id = $1 returning account_id"

LIFT_ALL = "delete from vouching_bars where account_id = $1 and until > $2"

BARRED_UNTIL = "select max(until) from vouching_bars where account_id = $1"

OPEN_OF = """
select vouch_id from vouching_vouches
where account_id = $1 and used_at is null and revoked_at is null and expires_at > $2"""

FORGET_GIVEN = "delete from vouching_vouches where account_id = $1"

FORGET_USED = "update vouching_vouches set used_by = null where used_by = $1"

FORGET_BARS = "delete from vouching_bars where account_id = $1 or friend_id = $1"

PURGE = "delete from vouching_vouches where created_at <= $1"

PURGE_BARS = "delete from vouching_bars where until <= $1"


class Given(NamedTuple):
    """How many vouches somebody gave within a time, and when the first of them was."""

    number: int
    first_at: datetime | None


async def lock(tx: Tx, account_id: str) -> None:
    """Let one account give only one vouch at a time."""
    await tx.row(LOCK, account_id)


async def insert(tx: Tx, account_id: str, digest: bytes, vouch: Vouch) -> None:
    """Add a vouch."""
    await tx.run(
        INSERT, vouch.vouch_id, digest, account_id, vouch.created_at, vouch.expires_at
    )  # fmt: skip


async def given(tx: Tx, account_id: str, since: datetime) -> Given:
    """Count the vouches that somebody gave and did not take back."""
    row = await tx.row(GIVEN, account_id, since)
    return Given(row[0], row[1]) if row else Given(0, None)


async def mine(tx: Tx, account_id: str, limit: int) -> list[Vouch]:
    """Return somebody's vouches, newest first."""
    return [Vouch(*row) for row in await tx.rows(MINE, account_id, limit)]


async def revoke(tx: Tx, account_id: str, vouch_id: str, at: datetime) -> bool:
    """Take a vouch back; false when there is none to take."""
    return await tx.run(REVOKE, vouch_id, account_id, at) == 1


async def use(tx: Tx, digest: bytes, friend_id: str, at: datetime) -> str | None:
    """Note who came by a vouch; return who gave it, ``None`` when it is no vouch."""
    return await tx.value(USE, digest, friend_id, at)


async def voucher(tx: Tx, friend_id: str) -> str | None:
    """Return who vouched for an account."""
    return await tx.value(VOUCHER, friend_id)


async def bar(tx: Tx, account_id: str, friend_id: str, until: datetime) -> None:
    """Take somebody's right to vouch until a moment."""
    await tx.run(BAR, account_id, friend_id, until)


async def is_barred_for(tx: Tx, account_id: str, friend_id: str, now: datetime) -> bool:
    """Tell whether somebody may not vouch because of a friend, already."""
    return await tx.value(BARRED_FOR, account_id, friend_id, now) is not None


async def lift(tx: Tx, friend_id: str) -> list[str]:
    """Undo what a friend's suspension brought; return who was barred for it."""
    return [row[0] for row in await tx.rows(LIFT, friend_id)]


async def lift_all(tx: Tx, account_id: str, now: datetime) -> bool:
    """Let somebody vouch again; false when nothing kept them from it."""
    return await tx.run(LIFT_ALL, account_id, now) > 0


async def barred_until(tx: Tx, account_id: str) -> datetime | None:
    """Return until when somebody may not vouch."""
    return await tx.value(BARRED_UNTIL, account_id)


async def open_of(tx: Tx, account_id: str, now: datetime) -> list[str]:
    """Return the vouches of somebody that could still be used."""
    return [row[0] for row in await tx.rows(OPEN_OF, account_id, now)]


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(FORGET_GIVEN, account_id)
    await tx.run(FORGET_USED, account_id)
    await tx.run(FORGET_BARS, account_id)


async def purge(tx: Tx, before: datetime, now: datetime) -> None:
    """Delete old vouches, and bars that are over."""
    await tx.run(PURGE, before)
    await tx.run(PURGE_BARS, now)
