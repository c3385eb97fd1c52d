"""What profiles do because of others: a name is shown to everybody while its owner agrees."""

from teahouse.accounts.events import AccountCreated
from teahouse.consent.events import ConsentChanged
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.profiles.service import Profiles
from teahouse.profiles.store import PUBLIC_PURPOSE


def register(profiles: Profiles, log: Log) -> None:
    """Follow the log."""

    async def changed(tx: Tx, _pos: int, told: ConsentChanged) -> None:
        if PUBLIC_PURPOSE.id in (*told.accepted, *told.withdrawn):
            await profiles.settle_public(tx, told.account_id)

    async def came(tx: Tx, _pos: int, told: AccountCreated) -> None:
        await profiles.settle_public(tx, told.account_id)

    log.follow("profiles.public", (ConsentChanged, changed), (AccountCreated, came))
