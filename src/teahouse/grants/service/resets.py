"""Replacing cross-signing keys from an app: its owner says so in the browser (``m.oauth``)."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.grants import store
from teahouse.grants.model import RESET_LIFE, InBrowser
from teahouse.infra.http.caller import Caller
from teahouse.proofs.model import Elsewhere, Shown
from teahouse.proofs.service import Proofs

OPERATION = "device_signing"


@dataclass(frozen=True, slots=True, repr=False)
class Resets:
    """Lets an app replace cross-signing keys, once, after its owner showed who they are."""

    accounts: Accounts
    proofs: Proofs

    async def allow(self, caller: Caller, shown: Shown) -> None:
        """Allow it for ten minutes. Raises ``WrongCredentials``, ``WrongCode``."""
        await self.proofs.check(caller, shown)
        until = self.accounts.clock.now() + RESET_LIFE
        async with self.accounts.db.transaction() as tx:
            await store.may_reset(tx, caller.account_id, until)

    async def asked(self, caller: Caller, operation: str) -> Elsewhere | None:
        """Tell where an app's session shows who it is; ``None``: it is no app's, and shows it here.

        Raises ``InBrowser`` for what apps do not do (Matrix: the OAuth 2.0 API, "Account management").
        """
        async with self.accounts.db.transaction() as tx:
            if await store.session(tx, caller.session_id) is None:
                return None
            if operation != OPERATION:
                raise InBrowser
            done = await store.take_reset(tx, caller.account_id, self.accounts.clock.now())
        action = "?action=org.matrix.cross_signing_reset"
        return Elsewhere(f"{self.accounts.config.base_url}/oauth2/account{action}", done)
