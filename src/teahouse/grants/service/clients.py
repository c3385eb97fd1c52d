"""Apps: registered by themselves, known again, and forgotten when nobody lets them in."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.grants import store
from teahouse.grants.model import AppsRefused, NotForClient
from teahouse.grants.model.clients import REFRESH_GRANT, Client, UnknownClient, read_metadata
from teahouse.infra.db.pool import Tx


@dataclass(frozen=True, slots=True, repr=False)
class Clients:
    """The apps that have registered."""

    accounts: Accounts

    async def register(self, said: Mapping[str, Any]) -> Client:
        """Keep what an app says of itself. Raises as ``read_metadata``, ``AppsRefused``.

        Who says the same is the same app: nobody learns from its id who else has it.
        """
        self.check_let_in()
        metadata = read_metadata(said)
        digest = hashlib.sha256(msgspec.json.encode(metadata)).digest()
        client_id, now = self.accounts.ids.ulid(), self.accounts.clock.now()
        async with self.accounts.db.transaction() as tx:
            client_id = await store.register(tx, client_id, digest, metadata, now)
        return Client(client_id, metadata)

    def check_let_in(self) -> None:
        """Refuse new apps where operators want none: ``AppsRefused``."""
        if self.accounts.config.apps != "allow":
            raise AppsRefused

    async def known(self, tx: Tx, client_id: str, grant_type: str) -> Client:
        """Return an app that may use a grant type. Those that are in may stay.

        Raises ``UnknownClient``, ``NotForClient``, ``AppsRefused``.
        """
        if grant_type != REFRESH_GRANT:
            self.check_let_in()
        client = await store.client(tx, client_id)
        if client is None:
            raise UnknownClient
        if grant_type not in client.metadata.grant_types:
            raise NotForClient
        return client
