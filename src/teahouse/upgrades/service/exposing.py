"""Telling how much is exposed: counted where that was done anyway, reckoned in between."""

from teahouse.exposures.model import Place
from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.store import count_under_kek
from teahouse.infra.vault.sweep.slots import IndexHoldings
from teahouse.renewals.model import DEK, INDEX, KEK, OLD
from teahouse.upgrades import store
from teahouse.upgrades.model.runs import Run
from teahouse.upgrades.service.yard import SCAN, Yard
from teahouse.upgrades.store import ranges


async def count(yard: Yard, tx: Tx, run: Run, stage: str) -> None:
    """Note what the verifier has counted in a stage, and what is under the other old keys now."""
    left: dict[Place, int] = {}
    if DEK in run.classes:
        for sums in await ranges.sums(tx, run.run_id, stage, 0):
            if sums.place != SCAN:
                for column, found in sums.columns.items():
                    left[Place(DEK, sums.place, column)] = found.old
    await yard.exposures.counted(tx, run.run_id, left | await _by_key(yard, tx, run))


async def count_keys(yard: Yard, tx: Tx, run: Run) -> None:
    """Note what is under old keys other than data keys now."""
    await yard.exposures.counted(tx, run.run_id, await _by_key(yard, tx, run))


async def reckon(yard: Yard, tx: Tx, run: Run) -> None:
    """Note what follows from how far the run is."""
    shares = {
        (step.data_class, step.place): step.done / step.total
        for step in await store.steps(tx, run.run_id)
        if step.total and step.data_class in (DEK, KEK)
    }
    await yard.exposures.reckon(tx, run.run_id, shares)


async def _by_key(yard: Yard, tx: Tx, run: Run) -> dict[Place, int]:
    keys, left = await yard.smith.keys(tx, run.run_id), dict[Place, int]()
    if (KEK, OLD) in keys:
        left[Place(KEK, "", "")] = await count_under_kek(tx, keys[KEK, OLD])
    if (INDEX, OLD) in keys:
        for sealed in yard.sealed:
            if sealed.indexed:
                found = await IndexHoldings([sealed]).held(tx, keys[INDEX, OLD])
                left[Place(INDEX, sealed.table, "")] = found
    return left
