"""Every statement over presence's table."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.field import Basis, Category, Necessity, PersonalField, Purpose, Wording
from teahouse.infra.vault.sealed import Sealed

PURPOSE = Purpose(
    id="presence.status",
    version=1,
    name=Wording("您的在线状态与状态留言", "Whether you are there, and your status message"),
    purpose=Wording(
        "让与您同在一个房间的人知道您是否在线",
        "So that those who share a room with you know whether you are there",
    ),
    means=Wording(
        "在线状态只在内存中，不保存；状态留言加密保存，密钥专属于您的账号",
        "Whether you are there is held in memory and not kept; the message is kept encrypted under a key that belongs to your account",
    ),
    category=Category.ORDINARY,
    basis=Basis.CONTRACT,
    necessity=Necessity.NECESSARY,
    function=Wording("聊天", "Talking with people"),
    retention=Wording(
        "直到您清除状态留言或注销账号", "Until you clear the message or delete your account"
    ),
    retention_days=None,
    recipients=Wording("与您同在一个房间的人", "Those who share a room with you"),
)
STATUS = PersonalField("presence_statuses", "status", PURPOSE, shown=True)
FIELDS = (STATUS,)
SEALED = (Sealed((STATUS,)),)

OF_USER = "select account_id, status from presence_statuses where user_id = $1"
KEEP = """
insert into presence_statuses (account_id, user_id, status) values ($1, $2, $3)
on conflict (account_id) do update set status = excluded.status"""
DROP = "delete from presence_statuses where account_id = $1"


async def status(tx: Tx, user_id: str) -> tuple[str, bytes] | None:
    """Return whose status it is (the account id), and it, still sealed."""
    row = await tx.row(OF_USER, user_id)
    return None if row is None else (row[0], row[1])


async def keep(tx: Tx, account_id: str, user_id: str, sealed: bytes) -> None:
    """Keep a status."""
    await tx.run(KEEP, account_id, user_id, sealed)


async def drop(tx: Tx, account_id: str) -> None:
    """Keep it no more."""
    await tx.run(DROP, account_id)
