"""Every statement over barred contacts, and what is personal in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from teahouse.bars.model import SUBJECT as SUBJECT_KIND
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
from teahouse.infra.vault.index import BlindIndex, Slots
from teahouse.infra.vault.normal import EMAIL_FOLDING, Normaliser
from teahouse.infra.vault.normal import PHONE as PHONE_NORMAL
from teahouse.infra.vault.sealed import Indexed, Sealed

PURPOSE = Purpose(
    id="bars.contact",
    version=1,
    name=Wording(
        "被永久封禁的账号的手机号、邮箱与外部登录标识",
        "Number, address and identifier at a provider of an account banned for good",
    ),
    purpose=Wording(
        "不让被永久封禁者重新注册", "So that who is banned for good does not register again"
    ),
    means=Wording("加密保存，密钥专属于该记录", "Kept encrypted under a key of the record's own"),
    category=Category.ORDINARY,
    basis=Basis.LEGAL_DUTY,
    necessity=Necessity.NECESSARY,
    function=Wording("永久封禁", "Permanent bans"),
    retention=Wording("直到封禁被撤销", "Until the ban is overturned"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
PHONE = PersonalField("bars_contacts", "phone", PURPOSE, PHONE_NORMAL, gravity=Gravity.CONTACT)
EMAIL = PersonalField("bars_contacts", "email", PURPOSE, EMAIL_FOLDING, gravity=Gravity.CONTACT)
SUBJECT = PersonalField(
    "bars_contacts", "subject", PURPOSE, Normaliser("subject", 1, str), gravity=Gravity.CONTACT
)
FIELDS = (PHONE, EMAIL, SUBJECT)
SEALED = (Sealed(FIELDS, ("bar_id",), "bar_id", "bar_id", tuple(Indexed(one) for one in FIELDS)),)
FIELD_OF = {"phone": PHONE, "email": EMAIL, SUBJECT_KIND: SUBJECT}

INSERT = """
insert into bars_contacts (
    bar_id, case_id, kind, phone, email, subject, at, odd_version, odd_digest, even_version,
    even_digest
)
select $1, $2, $3, case when $3 = 'phone' then $4::bytea end,
    case when $3 = 'email' then $4::bytea end, case when $3 = 'subject' then $4::bytea end, $5, $6, $7, $8, $9
where vault_current($10)"""

ALIKE = """
select bar_id, coalesce(phone, email, subject) from bars_contacts bar
where kind = $1 and exists (
    select from unnest($2::smallint[], $3::bytea[]) as wanted (version, digest)
    where bar.odd_version = wanted.version and bar.odd_digest = wanted.digest
        or bar.even_version = wanted.version and bar.even_digest = wanted.digest
)"""

LIFT = "delete from bars_contacts where case_id = $1 returning bar_id"


class NewBar(NamedTuple):
    """A contact to be barred, sealed."""

    bar_id: str
    case_id: str
    kind: str
    sealed: bytes
    at: datetime


async def insert(tx: Tx, new: NewBar, index: Slots) -> bool:
    """Keep a barred contact; false when its index was made under keys that are gone."""
    return await tx.run(INSERT, *new, *index) == 1


async def alike(tx: Tx, kind: str, wanted: Sequence[BlindIndex]) -> list[tuple[str, bytes]]:
    """Return the barred contacts that are the same as one, or look the same, sealed."""
    versions, digests = [one.version for one in wanted], [one.digest for one in wanted]
    return [(row[0], row[1]) for row in await tx.rows(ALIKE, kind, versions, digests)]


async def lift(tx: Tx, case_id: str) -> list[str]:
    """Forget what a case has barred; return which."""
    return [row[0] for row in await tx.rows(LIFT, case_id)]
