"""Suggests what would do less."""

from dataclasses import dataclass

from teahouse.gate.model.policies import Draft
from teahouse.gate.service.keeper import Keeper
from teahouse.measures.model import Suggestion, narrower


@dataclass(frozen=True, repr=False)
class Measures:
    """Suggests narrower measures."""

    keeper: Keeper

    async def narrowest(self, draft: Draft) -> list[Suggestion]:
        """Return measures narrower than ``draft``, the least restrictive first [R-013]."""
        async with self.keeper.db.read() as tx:
            before = await self.keeper.policies(tx)
        return narrower(before, draft, self.keeper.clock.now())
