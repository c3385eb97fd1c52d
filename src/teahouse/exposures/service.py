"""Noting how much is exposed, and telling it. Whoever drives a run says what was counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from teahouse.clock import Clock
from teahouse.exposures import store
from teahouse.exposures.model import Curve, Place, gravity_of, reckoned
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.model import KeyRef
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.store import count_under_kek
from teahouse.infra.vault.sweep.counting import stale
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.renewals.model import DEK, INDEX, KEK, OLD

POINTS_MAX = 50_000  # of a run, in one answer: a hundred for each column there could be


@dataclass(frozen=True, repr=False)
class Exposures:
    """How much is still under keys that are to go."""

    db: Database
    clock: Clock
    sealed: Sequence[Sealed]

    async def counted(
        self,
        tx: Tx,
        run_id: str,
        old: Mapping[tuple[str, str], int],
        keys: Mapping[tuple[str, str], KeyRef],
    ) -> None:
        """Note what was counted under old data keys, by table and column, and count the rest.

        ``keys`` are those of the run, by purpose and role.
        """
        left = {Place(DEK, *where): count for where, count in old.items()}
        if (KEK, OLD) in keys:
            async with tx.patient():
                left[Place(KEK, "", "")] = await count_under_kek(tx, keys[KEK, OLD])
        if (INDEX, OLD) in keys:
            for one in self.sealed:
                if one.indexed:
                    found = await IndexHoldings([one]).held(tx, keys[INDEX, OLD])
                    left[Place(INDEX, one.table, "")] = found
        await store.put(tx, run_id, left, self.clock.now(), counted=True)

    async def left(
        self,
        run_id: str,
        since: datetime | None,
        scope: str,
        keys: Mapping[tuple[str, str], KeyRef],
    ) -> None:
        """Have the database count what is under old keys, as nobody opens it all once more.

        Without ``since`` nothing was to be sealed anew yet.
        """
        old: dict[tuple[str, str], int] = {}
        for sealed in self.sealed if since is not None else ():
            assert since is not None, "it was looked at"
            async with self.db.transaction() as tx, tx.patient():
                found = await stale(tx, sealed, since, scope)
            old |= {(sealed.table, column): values for column, values in found.items()}
        async with self.db.transaction() as tx:
            await self.counted(tx, run_id, old, keys)

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
