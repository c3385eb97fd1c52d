"""Statements over what children ask, and over whose child an account is."""

from datetime import datetime
from typing import NamedTuple

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
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed

PURPOSE = Purpose(
    id="guardians.birth_month",
    version=1,
    name=Wording("未满十四周岁儿童的出生年月", "A child's month of birth, under fourteen"),
    purpose=Wording(
        "知道监护人的同意需要保持到何时", "To know until when the guardian's consent is needed"
    ),
    means=Wording(
        "由监护人填写，以儿童账号专属的敏感信息密钥加密保存",
        "Told by the guardian, kept encrypted under a key for sensitive data of the child's account",
    ),
    category=Category.UNDER14,
    basis=Basis.LEGAL_DUTY,  # PIPL 31: a guardian must have agreed
    necessity=Necessity.NECESSARY,
    function=Wording("儿童账号", "A child's account"),
    retention=Wording(
        "年满十四周岁、监护人撤回同意或注销账号时删除",
        "Until the child is fourteen, the guardian withdraws, or the account ends",
    ),
    retention_days=None,
    recipients=Wording("仅监护人可见", "Shown to the guardian only"),
)
ASKED_MONTH = PersonalField("guardians_asks", "birth_month", PURPOSE, gravity=Gravity.IDENTITY)
MONTH = PersonalField("guardians_links", "birth_month", PURPOSE, gravity=Gravity.IDENTITY)
FIELDS = (ASKED_MONTH, MONTH)
SEALED = (
    Sealed((ASKED_MONTH,), ("digest bytea",), OF_HOUSE, "encode(registration_digest, 'hex')"),
    Sealed((MONTH,), ("child_id",), subject="child_id", row="child_id"),
)

DROP_ASK = "delete from guardians_asks where registration_digest = $1 and agreed_at is null"

ASKED = """
select digest, asked_at, expires_at from guardians_asks
where registration_digest = $1 and agreed_at is null and expires_at > $2"""

INSERT_ASK = """
insert into guardians_asks (digest, registration_digest, asked_at, expires_at)
values ($1, $2, $3, $4) on conflict do nothing"""

HOLD_ASK = """
select registration_digest, expires_at from guardians_asks
where digest = $1 and agreed_at is null and expires_at > $2 for update"""

ASK = """
select registration_digest, expires_at from guardians_asks
where digest = $1 and agreed_at is null and expires_at > $2"""

AGREE = """
update guardians_asks
set guardian_id = $2, birth_month = $3, policy_version = $4, lang = $5, agreed_at = $6
where digest = $1"""

TAKE_AGREED = """
delete from guardians_asks where registration_digest = $1 and agreed_at is not null
returning guardian_id, birth_month, policy_version, lang"""

DELETE_ASK = "delete from guardians_asks where digest = $1"

FORGET_ASKS = "delete from guardians_asks where guardian_id = $1"

PURGE_ASKS = "delete from guardians_asks where expires_at <= $1"

INSERT_LINK = """
insert into guardians_links (
    child_id, child_user, guardian_id, birth_month, policy_version, lang, since
) values ($1, $2, $3, $4, $5, $6, $7)"""

IS_CHILD = "select exists (select from guardians_links where child_id = $1)"

COUNT_CHILDREN = "select count(*) from guardians_links where guardian_id = $1"

CHILDREN = """
select child_id, child_user, birth_month, since, withdrawn_at from guardians_links
where guardian_id = $1 order by since limit $2"""

HOLD_CHILD = """
select child_id, withdrawn_at from guardians_links
where guardian_id = $1 and child_user = $2 for update"""

SET_WITHDRAWN = "update guardians_links set withdrawn_at = $2 where child_id = $1"

WITHDRAWN_BEFORE = """
select child_id from guardians_links where withdrawn_at <= $1 order by child_id limit $2"""

LINKS_AFTER = """
select child_id, birth_month from guardians_links where child_id > $1
order by child_id limit $2"""

GUARDED_AFTER = """
select child_id, guardian_id, birth_month from guardians_links where child_id > $1
order by child_id limit $2"""

GUARDIAN_OF = "select guardian_id from guardians_links where child_id = $1"

LINK_OF = """
select child_id, child_user, birth_month, since, withdrawn_at
from guardians_links where child_id = $1"""

DELETE_LINK = "delete from guardians_links where child_id = $1"


class Ask(NamedTuple):
    """What a child asks, as it is kept."""

    registration_digest: bytes
    expires_at: datetime


class Asking(NamedTuple):
    """The code that a child shows now, by its digest, and from when until when."""

    digest: bytes
    asked_at: datetime
    expires_at: datetime


class Agreed(NamedTuple):
    """What a guardian answered; the month is sealed."""

    guardian_id: str
    birth_month: bytes
    policy_version: str
    lang: str


class Link(NamedTuple):
    """A child as its guardian's list has it; the month is sealed."""

    child_id: str
    child_user: str
    birth_month: bytes
    since: datetime
    withdrawn_at: datetime | None


async def ask_anew(tx: Tx, digest: bytes, ask: Ask, now: datetime) -> bool:
    """Replace what a registration asked before; false when a guardian has agreed already."""
    await tx.run(DROP_ASK, ask.registration_digest)
    return await tx.run(INSERT_ASK, digest, ask.registration_digest, now, ask.expires_at) == 1


async def asked(tx: Tx, registration_digest: bytes, now: datetime) -> Asking | None:
    """Return what a registration asks now."""
    row = await tx.row(ASKED, registration_digest, now)
    return None if row is None else Asking(*row)


async def ask(tx: Tx, digest: bytes, now: datetime) -> Ask | None:
    """Return what a child asks by a code."""
    row = await tx.row(ASK, digest, now)
    return None if row is None else Ask(*row)


async def hold_ask(tx: Tx, digest: bytes, now: datetime) -> Ask | None:
    """Return what a child asks, held until it is answered."""
    row = await tx.row(HOLD_ASK, digest, now)
    return None if row is None else Ask(*row)


async def agree(tx: Tx, digest: bytes, agreed: Agreed, at: datetime) -> None:
    """Keep a guardian's answer until the account is made."""
    await tx.run(AGREE, digest, *agreed, at)


async def take_agreed(tx: Tx, registration_digest: bytes) -> Agreed | None:
    """Return a guardian's answer to a registration, and delete it here."""
    row = await tx.row(TAKE_AGREED, registration_digest)
    return None if row is None else Agreed(*row)


async def delete_ask(tx: Tx, digest: bytes) -> None:
    """Delete what was asked."""
    await tx.run(DELETE_ASK, digest)


async def purge_asks(tx: Tx, before: datetime) -> int:
    """Delete what nobody answered in time."""
    return await tx.run(PURGE_ASKS, before)


async def insert_link(tx: Tx, link: Link, agreed: Agreed) -> None:
    """Note whose child a new account is."""
    await tx.run(
        INSERT_LINK,
        link.child_id,
        link.child_user,
        agreed.guardian_id,
        link.birth_month,
        agreed.policy_version,
        agreed.lang,
        link.since,
    )


async def is_child(tx: Tx, account_id: str) -> bool:
    """Tell whether an account is a child's."""
    return await tx.value(IS_CHILD, account_id)


async def count_children(tx: Tx, guardian_id: str) -> int:
    """Return how many children's accounts somebody is the guardian of."""
    return await tx.value(COUNT_CHILDREN, guardian_id)


async def children(tx: Tx, guardian_id: str, limit: int) -> list[Link]:
    """Return the children's accounts of a guardian, oldest first."""
    return [Link(*row) for row in await tx.rows(CHILDREN, guardian_id, limit)]


async def hold_child(tx: Tx, guardian_id: str, user_id: str) -> tuple[str, datetime | None] | None:
    """Return (account, withdrawn at) of a guardian's child, held."""
    row = await tx.row(HOLD_CHILD, guardian_id, user_id)
    return None if row is None else (row[0], row[1])


async def set_withdrawn(tx: Tx, child_id: str, at: datetime | None) -> None:
    """Note that a guardian withdrew, or with ``None`` that they did not mean to."""
    await tx.run(SET_WITHDRAWN, child_id, at)


async def withdrawn_before(tx: Tx, at: datetime, limit: int) -> list[str]:
    """Return the accounts whose guardians withdrew before a moment."""
    return [row[0] for row in await tx.rows(WITHDRAWN_BEFORE, at, limit)]


async def links_after(tx: Tx, child_id: str, limit: int) -> list[tuple[str, bytes]]:
    """Return (account, sealed month) of children in order, a page at a time."""
    return [(row[0], row[1]) for row in await tx.rows(LINKS_AFTER, child_id, limit)]


async def guarded_after(tx: Tx, child_id: str, limit: int) -> list[tuple[str, str, bytes]]:
    """Return (child, guardian, sealed month) in the order of children, a page at a time."""
    return [(row[0], row[1], row[2]) for row in await tx.rows(GUARDED_AFTER, child_id, limit)]


async def guardian_of(tx: Tx, child_id: str) -> str | None:
    """Return by whose consent a child's account is there."""
    return await tx.value(GUARDIAN_OF, child_id)


async def link_of(tx: Tx, child_id: str) -> Link | None:
    """Return the link of a child's account."""
    row = await tx.row(LINK_OF, child_id)
    return Link(*row) if row else None


async def delete_link(tx: Tx, child_id: str) -> None:
    """Forget that an account was a child's."""
    await tx.run(DELETE_LINK, child_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget what an account that ends was asked, and whose child it was."""
    await tx.run(FORGET_ASKS, account_id)
    await tx.run(DELETE_LINK, account_id)
