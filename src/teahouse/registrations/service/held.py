"""Registrations that wait: what those who decide may know of them, and how their owners come back.

The name of a registration is a secret on the device where it began. Who comes back on another one
follows a link that was sent to the contact they had proved. It is good once, and gives that device a
name of its own for the same registration.
"""

from dataclasses import dataclass
from datetime import datetime

from teahouse.ids import token_digest
from teahouse.infra.db.pool import Tx
from teahouse.registrations import store
from teahouse.registrations.model import APPROVED_LIFE, NoSuchRegistration, Progress, Registration
from teahouse.registrations.service.steps import Steps


@dataclass(frozen=True, repr=False)
class Held:
    """What may be asked about registrations that wait."""

    steps: Steps

    async def hold(self, tx: Tx, digest: bytes) -> Registration | None:
        """Return a registration, held until the commit."""
        return await store.hold(tx, digest)

    async def named(self, tx: Tx, registration_id: str) -> Registration:
        """Return somebody's registration, held. Raises ``NoSuchRegistration``."""
        found = await store.hold(tx, token_digest(registration_id))
        if found is None:
            raise NoSuchRegistration
        return found

    async def find(self, tx: Tx, digest: bytes) -> Registration | None:
        """Return a registration as it is."""
        return await store.find(tx, digest)

    async def prolong(self, tx: Tx, digest: bytes) -> datetime:
        """Give the owner of a registration that was approved time to finish it; return until when."""
        until = self.steps.clock.now() + APPROVED_LIFE
        await store.prolong(tx, digest, until)
        return until

    async def link(self, tx: Tx, digest: bytes) -> str:
        """Return a token by which the owner can come back from elsewhere, once."""
        token = self.steps.ids.token("back")
        await store.add_link(tx, token_digest(token), digest)
        return token

    async def follow(self, token: str) -> tuple[str, Progress]:
        """Use up a link; return a name for the registration, and how far it has come.

        Raises ``NoSuchRegistration``.
        """
        registration_id = self.steps.ids.token("reg")
        async with self.steps.db.transaction() as tx:
            digests = token_digest(token), token_digest(registration_id)
            if not await store.follow_link(tx, *digests):
                raise NoSuchRegistration
        return registration_id, await self.steps.progress(registration_id)
