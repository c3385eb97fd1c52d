"""Statements over checks of numbers, and over how often somebody tried."""

from datetime import date, datetime
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
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="phoneholders.check",
    version=1,
    name=Wording("手机号登记人的核验", "Checking to whom your number is registered"),
    purpose=Wording(
        "向核验服务方询问手机号是否登记在您名下，以及登记人的年龄段",
        "To ask whether your number is registered to you, and of which age its holder is",
    ),
    means=Wording(
        "手机号和姓名（服务方需要时还有证件号码）只发送给核验服务方；本站只加密保存其给出的编号",
        "Your number and name, and the number of a document where the verifier needs it, go to it and "
        "to nobody else; only its reference is kept, encrypted under a key for sensitive data",
    ),
    category=Category.SENSITIVE,
    basis=Basis.CONSENT,
    necessity=Necessity.OPTIONAL,
    function=Wording("确认年龄", "Confirming your age"),
    retention=Wording("直到您撤回同意或注销账号", "Until you withdraw or delete your account"),
    retention_days=None,
    recipients=Wording(
        "运营者指定的手机号登记人核验服务方",
        "The verifier of phone holders that the operator named",
    ),
)
REFERENCE = PersonalField("phoneholders_checks", "reference", PURPOSE, gravity=Gravity.IDENTITY)
FIELDS = (REFERENCE,)
SEALED = (Sealed((REFERENCE,)),)

CHECK = "select verifier, reference, checked_at from phoneholders_checks where account_id = $1"

PUT_CHECK = """
insert into phoneholders_checks (account_id, verifier, reference, checked_at)
values ($1, $2, $3, $4)
on conflict (account_id) do update set verifier = excluded.verifier,
    reference = excluded.reference, checked_at = excluded.checked_at"""

DELETE_CHECK = "delete from phoneholders_checks where account_id = $1"

TRY = """
insert into phoneholders_tries (account_id, on_day, tries) values ($1, $2, 1)
on conflict (account_id, on_day) do update set tries = phoneholders_tries.tries + 1
where phoneholders_tries.tries < $3"""

DELETE_TRIES = "delete from phoneholders_tries where account_id = $1"

PURGE_TRIES = "delete from phoneholders_tries where on_day < $1"


class Check(NamedTuple):
    """A check as it is kept; the reference is sealed."""

    verifier: str
    reference: bytes
    checked_at: datetime


async def check(tx: Tx, account_id: str) -> Check | None:
    """Return the check of an account's number."""
    row = await tx.row(CHECK, account_id)
    return None if row is None else Check(*row)


async def put_check(tx: Tx, account_id: str, new: Check) -> None:
    """Keep a check; the newest counts."""
    await tx.run(PUT_CHECK, account_id, *new)


async def delete_check(tx: Tx, account_id: str) -> None:
    """Forget the check of an account's number."""
    await tx.run(DELETE_CHECK, account_id)


async def count_try(tx: Tx, account_id: str, today: date, at_most: int) -> bool:
    """Count a try; false when there were as many as a day allows."""
    return await tx.run(TRY, account_id, today, at_most) == 1


async def purge(tx: Tx, before: date) -> None:
    """Delete old counts."""
    await tx.run(PURGE_TRIES, before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(DELETE_CHECK, account_id)
    await tx.run(DELETE_TRIES, account_id)
