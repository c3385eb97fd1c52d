"""Remembering what was declined, so that the app does not ask again soon."""

from collections.abc import Sequence
from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.consent import store
from teahouse.consent.model.asks import Declined, check_ask
from teahouse.infra.db.pool import Database, Tx


@dataclass(frozen=True, slots=True, repr=False)
class Asks:
    """What the app asked people by itself, and they declined."""

    db: Database
    clock: Clock

    async def answer(self, account_id: str, ask: str, yes: bool) -> Sequence[Declined]:
        """Note an answer and return all that is declined. Raises ``UnknownAsk``."""
        check_ask(ask)
        async with self.db.transaction() as tx:
            if yes:
                await store.forget_ask(tx, account_id, ask)
            else:
                await store.decline_ask(tx, account_id, ask, self.clock.now())
            return await store.asks(tx, account_id)

    async def declined(self, account_id: str) -> Sequence[Declined]:
        """Return what a person declined."""
        async with self.db.read() as tx:
            return await store.asks(tx, account_id)

    async def forget(self, tx: Tx, account_id: str) -> None:
        """Forget all of an account that ends."""
        await store.forget_asks(tx, account_id)
