"""A guest who registers: the account stays, and is an ordinary one (Matrix, "Guest Access")."""

from dataclasses import dataclass

import msgspec

from teahouse.accounts import store
from teahouse.accounts.events import SessionEnded
from teahouse.accounts.model import Account, Admission, GuestElsewhere, NotThatGuest
from teahouse.accounts.service.sessions import Sessions
from teahouse.accounts.store.sessions import by_token
from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Upgrading:
    """Makes a guest's account one that the gate has let in."""

    sessions: Sessions

    async def check(self, token: str, localpart: str) -> None:
        """Refuse with ``NotThatGuest`` unless it is the token of a guest of that name."""
        async with self.sessions.db.read() as tx:
            await self._account_id(tx, token, localpart)

    async def upgrade(
        self, tx: Tx, admission: Admission, token: str, localpart: str
    ) -> tuple[Account, list[SessionEnded]]:
        """Take a guest's account in on the gate's word, and end what the guest was signed in by.

        Returns what is to be announced, for the caller to put last. Raises ``NotThatGuest``, also
        when somebody was faster; ``GuestElsewhere`` when it would have to move.
        """
        account_id = await self._account_id(tx, token, localpart)
        account = await store.account_locked(tx, account_id)
        if account is None or not await store.upgrade(tx, account_id, admission):
            raise NotThatGuest
        if account.region != admission.region:
            raise GuestElsewhere
        ended = await self.sessions.end_all(tx, (account_id, account.user_id))
        version = admission.policy_version
        return msgspec.structs.replace(account, door=admission.door, regime_version=version), ended

    async def _account_id(self, tx: Tx, token: str, localpart: str) -> str:
        access, digest = self.sessions.access, token_digest(token)
        row = await access.found(tx, digest, lambda found: by_token(tx, found))
        if row is None or not row.guest or row.user_id[1:].partition(":")[0] != localpart:
            raise NotThatGuest
        return row.account_id
