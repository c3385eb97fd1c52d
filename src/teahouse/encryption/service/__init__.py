"""Encryption's verbs, by what they are about: keys, signing, letters, lists of devices."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.encryption import store
from teahouse.encryption.service.changes import Changes
from teahouse.encryption.service.keys import Keys
from teahouse.encryption.service.letters import Letters
from teahouse.encryption.service.lists import Lists
from teahouse.encryption.service.signing import Signing
from teahouse.encryption.service.stocks import Stocks
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Tx
from teahouse.proofs.service import Proofs
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.reading import Reading
from teahouse.timeline.service.tails import Tails


@dataclass(frozen=True, repr=False)
class Encryption:
    """What devices need to write to each other so that nobody else can read it."""

    accounts: Accounts
    changes: Changes
    keys: Keys
    signing: Signing
    letters: Letters
    lists: Lists
    stocks: Stocks

    def listen(self, log: Log) -> None:
        """Begin to hear, and be asked when an account ends."""
        self.stocks.listen(log)
        self.letters.listen(log)
        self.accounts.endings.append(self.forget)
        self.accounts.enterings.append(self.signing.entered)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Delete what an account that ends has beyond its sessions, with which the rest goes."""
        account = await self.accounts.by_id(tx, account_id)
        await store.forget(tx, account.user_id)

    async def purge(self, tx: Tx) -> None:
        """Delete what nobody came for."""
        await self.letters.purge(tx)


def open_encryption(
    *,
    log: Log,
    accounts: Accounts,
    proofs: Proofs,
    rooms: Rooms,
    reading: Reading,
    tails: Tails,
    server_name: str,
) -> Encryption:
    """Put the parts together and begin to listen."""
    db, clock = accounts.db, accounts.clock
    changes = Changes(log, rooms)
    encryption = Encryption(
        accounts=accounts,
        changes=changes,
        keys=Keys(db, accounts, changes, server_name),
        signing=Signing(db, accounts, proofs, changes),
        letters=Letters(db, log, accounts, clock),
        lists=Lists(db, rooms, reading, tails),
        stocks=Stocks(db),
    )
    encryption.listen(log)
    return encryption
