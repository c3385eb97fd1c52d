"""Statements over proofs of identity, and over how often somebody tried."""

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
from teahouse.infra.vault.sealed import OF_HOUSE, Sealed

PURPOSE = Purpose(
    id="realnames.identity",
    version=1,
    name=Wording("真实姓名与证件号码的核验", "Checking your real name and document number"),
    purpose=Wording(
        "按法律要求核验真实身份（后台实名，前台自愿）",
        "To confirm who you are where the law asks for it; what you show stays free",
    ),
    means=Wording(
        "姓名与证件号码只发送给核验服务方，不在本站保存；本站只加密保存核验方给出的编号",
        "Name and number go to the provider and are not kept here; only the provider's reference "
        "is, encrypted under a key for sensitive data",
    ),
    category=Category.SENSITIVE,
    basis=Basis.CONSENT,
    necessity=Necessity.OPTIONAL,
    function=Wording("实名核验", "Confirming your identity"),
    retention=Wording("直到您撤回同意或注销账号", "Until you withdraw or delete your account"),
    retention_days=None,
    recipients=Wording(
        "运营者指定的身份核验服务方", "The identity provider that the operator named"
    ),
)
REFERENCE = PersonalField("realnames_proofs", "reference", PURPOSE, gravity=Gravity.IDENTITY)
PENDING = PersonalField("realnames_pending", "reference", PURPOSE, gravity=Gravity.IDENTITY)
PENDING_AGE = PersonalField("realnames_pending", "age", PURPOSE, gravity=Gravity.IDENTITY)
FIELDS = (REFERENCE, PENDING, PENDING_AGE)
SEALED = (
    Sealed((REFERENCE,)),
    Sealed(
        (PENDING, PENDING_AGE),
        ("registration_digest bytea",),
        OF_HOUSE,
        "encode(registration_digest, 'hex')",
    ),
)

WHOLE_PROOF = "select provider, reference, proved_at from realnames_proofs where account_id = $1"

PROOF = "select provider, proved_at from realnames_proofs where account_id = $1"

PUT_PROOF = """
insert into realnames_proofs (account_id, provider, reference, proved_at) values ($1, $2, $3, $4)
on conflict (account_id) do update set provider = excluded.provider,
    reference = excluded.reference, proved_at = excluded.proved_at"""

DELETE_PROOF = "delete from realnames_proofs where account_id = $1"

PUT_PENDING = """
insert into realnames_pending (registration_digest, provider, reference, proved_at, age)
values ($1, $2, $3, $4, $5) on conflict (registration_digest) do nothing"""

TAKE_PENDING = """
delete from realnames_pending where registration_digest = $1
returning provider, reference, proved_at, age"""

PURGE_PENDING = "delete from realnames_pending where proved_at <= $1"

TRY = """
insert into realnames_tries (who, on_day, tries) values ($1, $2, 1)
on conflict (who, on_day) do update set tries = realnames_tries.tries + 1
where realnames_tries.tries < $3"""

PURGE_TRIES = "delete from realnames_tries where on_day < $1"


class Proof(NamedTuple):
    """A proof as it is kept; the reference is sealed, and so is the age of who still registers."""

    provider: str
    reference: bytes
    proved_at: datetime
    age: bytes | None = None


async def proof(tx: Tx, account_id: str) -> tuple[str, datetime] | None:
    """Return (provider, since when) of an account's proof."""
    row = await tx.row(PROOF, account_id)
    return None if row is None else (row[0], row[1])


async def whole_proof(tx: Tx, account_id: str) -> Proof | None:
    """Return an account's proof, its reference sealed."""
    row = await tx.row(WHOLE_PROOF, account_id)
    return None if row is None else Proof(*row)


async def put_proof(tx: Tx, account_id: str, new: Proof) -> None:
    """Keep an account's proof."""
    await tx.run(PUT_PROOF, account_id, *new[:3])


async def delete_proof(tx: Tx, account_id: str) -> bool:
    """Forget an account's proof; false when there was none."""
    return await tx.run(DELETE_PROOF, account_id) == 1


async def put_pending(tx: Tx, registration_digest: bytes, new: Proof) -> None:
    """Keep the proof of a registration under way."""
    await tx.run(PUT_PENDING, registration_digest, *new)


async def take_pending(tx: Tx, registration_digest: bytes) -> Proof | None:
    """Return the proof of a registration, and delete it here."""
    row = await tx.row(TAKE_PENDING, registration_digest)
    return None if row is None else Proof(*row)


async def count_try(tx: Tx, who: bytes, today: date, at_most: int) -> bool:
    """Count a try; false when there were as many as a day allows."""
    return await tx.run(TRY, who, today, at_most) == 1


async def purge(tx: Tx, pending_before: datetime, tries_before: date) -> None:
    """Delete proofs of registrations that came to nothing, and old counts."""
    await tx.run(PURGE_PENDING, pending_before)
    await tx.run(PURGE_TRIES, tries_before)


async def forget(tx: Tx, account_id: str) -> None:
    """Delete what is kept of an account that ends."""
    await tx.run(DELETE_PROOF, account_id)
