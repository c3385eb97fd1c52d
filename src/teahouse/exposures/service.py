"""Noting how much is exposed, and telling it. Whoever drives a run says what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from teahouse.clock import Clock
from teahouse.exposures import store
from teahouse.exposures.model import Curve, Place, gravity_of, reckoned
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.sealed import Sealed

POINTS_MAX = 50_000  # of a run, in one answer: a hundred for each column there could be


@dataclass(frozen=True, repr=False)
class Exposures:
    """How much is still under keys that are to go."""

    db: Database
    clock: Clock
    sealed: Sequence[Sealed]

    async def counted(self, tx: Tx, run_id: str, left: Mapping[Place, int]) -> None:
        """Note what was counted."""
        await store.put(tx, run_id, left, self.clock.now(), counted=True)

    async def reckon(self, tx: Tx, run_id: str, shares: Mapping[tuple[str, str], float]) -> None:
        """Note what follows from how far each class is in each table, where it is worth a point."""
        left: dict[Place, int] = {}
        for place, stand in (await store.stands(tx, run_id)).items():
            share = shares.get((place.data_class, place.place))
            now = None if share is None else reckoned(stand, share)
            if now is not None:
                left[place] = now
        if left:
            await store.put(tx, run_id, left, self.clock.now(), counted=False)

    async def curves(self, run_id: str) -> list[Curve]:
        """Return the curve of each column, the gravest first."""
        declared = {one.name: int(one.gravity) for sealed in self.sealed for one in sealed.fields}
        async with self.db.read() as tx:
            found = await store.points(tx, run_id, POINTS_MAX)
        curves = [
            Curve(*place, gravity_of(place, declared), tuple(points))
            for place, points in found.items()
        ]
        return sorted(curves, key=lambda one: (one.gravity, one.place, one.column))
