"""Statements over who came by which invitation."""

from collections.abc import Sequence
from datetime import datetime

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.invites.model import Use

PURPOSE = Purpose(
    id="invites.use",
    version=1,
    name=Wording("您使用的邀请", "Which invitation you came by"),
    purpose=Wording(
        "让运营者知道一份邀请被谁用过，以便发现滥用",
        "For operators to know who came by an invitation, and to see when one is abused",
    ),
    means=Wording("仅保存账号编号", "Account ids only"),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("凭邀请注册", "Signing up by invitation"),
    retention=Wording("一年，或直到您注销", "A year, or until your account ends"),
    retention_days=365,
    recipients=Wording("不提供给任何人", "Given to nobody"),
)
ACCOUNT = PersonalField("invites_uses", "account_id", PURPOSE, sealed=False)
FIELDS = (ACCOUNT,)

INSERT = """
insert into invites_uses (use_id, invite_id, account_id, used_at) values ($1, $2, $3, $4)"""

COUNTS = """
select invite_id, count(*) from invites_uses where invite_id = any ($1) group by invite_id"""

USES = """
select use_id, account_id, used_at from invites_uses
where invite_id = $1 and use_id > $2 order by use_id limit $3"""

OF_ACCOUNT = "select min(used_at) from invites_uses where account_id = $1"

FORGET = "update invites_uses set account_id = null where account_id = $1"

FORGET_OLD = """
update invites_uses set account_id = null where used_at <= $1 and account_id is not null"""


async def insert(tx: Tx, use: Use, invite_id: str) -> None:
    """Note who came by an invitation."""
    await tx.run(INSERT, use.use_id, invite_id, use.account_id, use.used_at)


async def counts(tx: Tx, invite_ids: Sequence[str]) -> dict[str, int]:
    """Return how often invitations were used."""
    return {row[0]: row[1] for row in await tx.rows(COUNTS, list(invite_ids))}


async def uses(tx: Tx, invite_id: str, after: str, limit: int) -> list[Use]:
    """Return who came by an invitation, the first to come first."""
    return [Use(*row) for row in await tx.rows(USES, invite_id, after, limit)]


async def of_account(tx: Tx, account_id: str) -> datetime | None:
    """Return when an account came by an invitation."""
    return await tx.value(OF_ACCOUNT, account_id)


async def forget(tx: Tx, account_id: str) -> None:
    """Forget who it was that came; that somebody did stays."""
    await tx.run(FORGET, account_id)


async def forget_old(tx: Tx, before: datetime) -> None:
    """Forget who it was, of uses that are long ago."""
    await tx.run(FORGET_OLD, before)
