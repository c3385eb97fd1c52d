"""What somebody does who was brought in: take the account by a password of their own, or decline it.

A link is a row's place and its signature under a key of the house. Nothing is kept of it. It opens an
account that nobody has used, once.
"""

import hmac
from dataclasses import dataclass
from hashlib import sha256

from teahouse.accounts.model import Account, AccountState, Device, OpenedSession
from teahouse.accounts.service import Accounts
from teahouse.clock import Clock
from teahouse.consent.model import Answer
from teahouse.consent.service import Consent
from teahouse.imports import store
from teahouse.imports.model import LINK_LIFE, Arrival, NoSuchArrival
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault

SCREEN = "web.arrival"
SIGNATURE_LETTERS = 40


@dataclass(frozen=True, repr=False)
class Arrivals:
    """Those who were brought in and follow their link."""

    db: Database
    vault: Vault
    clock: Clock
    accounts: Accounts
    consent: Consent

    async def look(self, token: str) -> Arrival:
        """Return which account a link is for. Raises ``NoSuchArrival``."""
        async with self.db.transaction() as tx:
            found, account = await self._unused(tx, token)
        ends = (found.told_at or found.created_at) + LINK_LIFE
        return Arrival(account.user_id, ends, self.consent.policy_version)

    async def take(
        self, token: str, password: str, answer: tuple[str, str], device: Device
    ) -> tuple[Account, OpenedSession]:
        """Give an account its person's own password, note what they were told, and sign in.

        ``answer`` is the version of the policy that was shown and the language it was shown in.
        Raises ``NoSuchArrival``, ``WeakPassword``, ``StalePolicy``.
        """
        async with self.db.transaction() as tx:
            await self._unused(tx, token)
        phc = await self.accounts.hash_password(password)
        async with self.db.transaction() as tx:
            found, account = await self._unused(tx, token)
            said = Answer(answer[0], (), answer[1], SCREEN)
            await self.consent.record(
                tx, account.account_id, None, said, account.account_class.value
            )
            await self.accounts.set_password(tx, account.account_id, phc)
            await store.arrived(tx, found.import_id, found.number, self.clock.now())
        return await self.accounts.sign_in(account.account_id, device)

    async def decline(self, token: str) -> None:
        """Erase an account whose person does not want it, or is not the person. ``NoSuchArrival``."""
        async with self.db.transaction() as tx:
            found, account = await self._unused(tx, token)
        await self.accounts.deactivate(account.account_id, erase=True)
        async with self.db.transaction() as tx:
            await store.declined(tx, found.import_id, found.number)

    def sign(self, import_id: str, number: int) -> str:
        """Return the word of a row's link; nobody else can make it."""
        place = f"{import_id}-{number}"
        return f"{place}-{_signature(self.vault.ring.house_keys()[0], place)}"

    async def _unused(self, tx: Tx, token: str) -> tuple[store.ArrivalRow, Account]:
        """Return the row that a link is for, held, and its account, which nobody has used."""
        place, _, signature = token.rpartition("-")
        import_id, _, number = place.partition("-")
        keys = self.vault.ring.house_keys()
        given = signature.encode()
        if not any(hmac.compare_digest(_signature(key, place).encode(), given) for key in keys):
            raise NoSuchArrival
        found = await store.hold_arrival(tx, import_id, int(number))
        if found is None or (found.told_at or found.created_at) + LINK_LIFE <= self.clock.now():
            raise NoSuchArrival
        account = await self.accounts.hold(tx, found.account_id)
        used = await self.accounts.activity(tx, account.account_id)
        if account.state is not AccountState.ACTIVE or used.devices or used.password_shown:
            raise NoSuchArrival
        return found, account


def _signature(key: bytes, place: str) -> str:
    message = b"teahouse imports arrival 1\0" + place.encode()
    return hmac.digest(key, message, sha256).hex()[:SIGNATURE_LETTERS]
