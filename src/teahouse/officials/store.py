"""Every statement over officials' table, and what its columns are for."""

from datetime import datetime
from typing import NamedTuple

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording

PURPOSE = Purpose(
    id="officials.subject",
    version=1,
    name=Wording(
        "公众号名称、主体名称与证照信息",
        "An official account's name, its subject's name and licence",
    ),
    purpose=Wording("登记公众号的主体", "To register who is behind an official account"),
    means=Wording(
        "加密保存，密钥专属于您的账号", "Kept encrypted under a key that belongs to the account"
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("注册公众号", "Registering an official account"),
    retention=Wording("直到注销公众号", "Until the official account is deleted"),
    retention_days=None,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
NAME = PersonalField("officials_accounts", "name", PURPOSE)
SUBJECT_NAME = PersonalField("officials_accounts", "subject_name", PURPOSE)
LICENCE = PersonalField("officials_accounts", "licence", PURPOSE)
FIELDS = (NAME, SUBJECT_NAME, LICENCE)

INSERT = """
insert into officials_accounts (
    account_id, region, subject_kind, name, subject_name, licence, state, created_at
) values ($1, $2, $3, $4, $5, $6, 'registered', $7)"""

ONE = """
select region, subject_kind, name, subject_name, licence, state, created_at
from officials_accounts where account_id = $1"""


class SealedOfficial(NamedTuple):
    """An official account's particulars as they are kept."""

    region: str
    subject_kind: str
    name: bytes
    subject_name: bytes
    licence: bytes
    state: str
    created_at: datetime


async def insert(tx: Tx, account_id: str, official: SealedOfficial) -> None:
    """Add an official account's particulars."""
    await tx.run(
        INSERT,
        account_id,
        official.region,
        official.subject_kind,
        official.name,
        official.subject_name,
        official.licence,
        official.created_at,
    )


async def one(tx: Tx, account_id: str) -> SealedOfficial | None:
    """Return an official account's particulars."""
    row = await tx.row(ONE, account_id)
    return None if row is None else SealedOfficial(*row)
