"""What operators choose for themselves, and counting what they have seen."""

from dataclasses import dataclass
from datetime import UTC, date

from teahouse.clock import Clock
from teahouse.infra.db.pool import Database, Tx
from teahouse.wellbeing import store
from teahouse.wellbeing.model import LOOKS_LIFE, Preferences, Wellbeing, check_preferences


@dataclass(frozen=True, repr=False)
class Wellbeings:
    """Operators' preferences. Verbs with a ``tx`` run in the caller's."""

    db: Database
    clock: Clock

    async def own(self, operator_id: str) -> Wellbeing:
        """Return what an operator has chosen, and what they have seen today."""
        async with self.db.read() as tx:
            return await self.of(tx, operator_id)

    async def of(self, tx: Tx, operator_id: str) -> Wellbeing:
        """Return the same, within a transaction."""
        chosen = await store.one(tx, operator_id)
        return Wellbeing(chosen, await store.seen(tx, operator_id, self._today()))

    async def choose(self, operator_id: str, wanted: Preferences) -> Wellbeing:
        """Keep what an operator chooses for themselves. Raises ``BadPreferences``."""
        chosen = check_preferences(wanted)
        async with self.db.transaction() as tx:
            await store.put(tx, operator_id, chosen)
            return await self.of(tx, operator_id)

    async def looked(self, tx: Tx, operator_id: str, thing: str) -> None:
        """Count something disturbing that an operator looks at: once in a day."""
        await store.looked(tx, operator_id, self._today(), thing)

    async def purge(self, tx: Tx) -> None:
        """Forget the counts of days gone by."""
        await store.purge(tx, self._today() - LOOKS_LIFE)

    def _today(self) -> date:
        return self.clock.now().astimezone(UTC).date()
