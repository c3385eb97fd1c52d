"""Letting people call each other through a relay, and show others who they are."""

from dataclasses import dataclass, field

from teahouse.accounts.service import Accounts
from teahouse.calls import store
from teahouse.calls.model import (
    OPENID_LIFE,
    NoRelay,
    NotYourToken,
    Relay,
    credentials,
    host_of,
)
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.errors import UnknownToken
from teahouse.ids import Ids, token_digest
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.egress.ways import Border, NotAgreed, Way
from teahouse.infra.http.caller import Caller


@dataclass(frozen=True, repr=False)
class Calls:
    """The relay's credentials, and tokens for other services. ``listen`` once."""

    db: Database
    accounts: Accounts
    config: Config
    clock: Clock
    ids: Ids
    border: Border = field(default_factory=Border)

    def listen(self) -> None:
        """Let tokens go with their account, and when everybody is put out of it."""
        self.accounts.endings.append(store.forget)
        self.accounts.shuttings.append(store.forget)

    def relay(self, caller: Caller) -> Relay:
        """Return where the relay is and what the caller shows there.

        Raises ``NoRelay``, when there is none by which calls may go.
        """
        config = self.config
        places = [one for one in config.turn_places if self._may(host_of(one))]
        if not places:
            raise NoRelay
        until = self.clock.ms() // 1000 + config.turn_seconds
        username, password = credentials(caller.user_id, until, config.turn_secret)
        return Relay(username, password, places, config.turn_seconds)

    def _may(self, host: str) -> bool:
        try:
            self.border.leave(Way.RELAY, host)
        except NotAgreed:
            return False
        return True

    async def lend(self, caller: Caller, user_id: str) -> tuple[str, int]:
        """Return a token by which another service learns who the caller is, and its seconds.

        Raises ``NotYourToken``.
        """
        if user_id != caller.user_id:
            raise NotYourToken
        token, until = self.ids.token("tho"), self.clock.now() + OPENID_LIFE
        async with self.db.transaction() as tx:
            await store.keep(tx, token_digest(token), caller.account_id, user_id, until)
        return token, int(OPENID_LIFE.total_seconds())

    async def whose(self, token: str) -> str:
        """Return whose a token is. Raises ``UnknownToken``."""
        async with self.db.read() as tx:
            user_id = await store.whose(tx, token_digest(token), self.clock.now())
        if user_id is None:
            raise UnknownToken
        return user_id

    async def purge(self, tx: Tx) -> None:
        """Delete what has expired."""
        await store.purge(tx, self.clock.now())
