"""What machines point at becomes a case that a person looks at; and what became of such cases."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from teahouse.cases import store
from teahouse.cases.model.case import check_category
from teahouse.cases.model.procedure import CLEARED, State
from teahouse.cases.service.engine import Engine
from teahouse.infra.db.pool import Tx

DETECTOR = "detector"  # before the colon of who began a case, when nobody did


@dataclass(frozen=True, repr=False)
class Pointing:
    """Takes suggestions. Nothing is decided by one: the case begins as any other, reported."""

    engine: Engine

    async def suggest(
        self, kind: str, target: str, category: str, detector: str
    ) -> Callable[[Tx], Awaitable[str]] | None:
        """Look at content, and return what begins a case about it; ``None`` when it is gone.

        The case that is under way about the same content is taken for it.
        """
        found = await self.engine.kinds[kind].find(target)
        if found is None:
            return None
        chosen, by = check_category(category), f"{DETECTOR}:{detector}"

        async def begin(tx: Tx) -> str:
            return await self.engine.begin(tx, (kind, target), found, chosen, by)

        return begin

    async def outcomes(self, tx: Tx, case_ids: Sequence[str]) -> dict[str, str]:
        """Return of cases whether people agreed: upheld, dismissed, or undecided."""
        return {one: outcome(state) for one, state in (await store.states(tx, case_ids)).items()}


def outcome(state: State) -> str:
    """Return what a state says of whether there was something to it."""
    if state in (State.REPORTED, State.CONTESTED, State.HALTED):
        return "undecided"
    return "dismissed" if state in CLEARED else "upheld"
