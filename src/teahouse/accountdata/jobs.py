"""What account data does because of others: what the gone have kept here goes with them."""

from teahouse.accountdata.service import AccountData
from teahouse.accounts.events import AccountDeactivated
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx


def register(accountdata: AccountData, log: Log) -> None:
    """Follow the log."""

    async def gone(tx: Tx, _pos: int, told: AccountDeactivated) -> None:
        await accountdata.forget(tx, told.user_id)

    log.follow("accountdata.forgetting", (AccountDeactivated, gone))
