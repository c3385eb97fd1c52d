"""What the public history tells of a time that was lost [U-22]."""

from datetime import datetime

from teahouse.backups.model.ledger import Again
from teahouse.gate.model.policies import Both


def restored(made_at: datetime, again: Again, seq: int) -> Both:
    """Return that the house was brought back from a back-up."""
    made = f"{made_at:%Y-%m-%d %H:%M}Z"
    return Both(
        f"本站已用 {made} 的备份恢复。此后至恢复前发生的事已丢失；{_zh(again)}"
        f"本历史从第 {seq} 条接续：谁另存过更多条目，谁就留有丢失的部分。",
        f"The house was brought back from a back-up of {made}. What was said and decided between "
        f"then and now is lost. {_en(again)} This history goes on from its entry {seq}: whoever has "
        "saved more of it has what was lost.",
    )


def gone_back(again: Again, seq: int) -> Both:
    """Return that the database turned out to be older than the ledger."""
    return Both(
        f"启动时发现数据库早于账本，说明它退回过较早的时刻；{_zh(again)}本历史从第 {seq} 条接续。",
        "At its start the house found that its database had gone back in time. "
        f"{_en(again)} This history goes on from its entry {seq}.",
    )


def _zh(again: Again) -> str:
    erased, redacted, withdrawn = again
    return (
        f"期间的注销 {erased} 项、消息撤回 {redacted} 项、撤销同意 {withdrawn} 项已按账本重新执行。"
    )


def _en(again: Again) -> str:
    erased, redacted, withdrawn = again
    return (
        "What people had taken back meanwhile was done again: "
        f"erasures {erased}, redactions {redacted}, withdrawals of consent {withdrawn}."
    )
