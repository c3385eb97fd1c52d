"""Telling how much is exposed: counted where that was done anyway, reckoned in between."""

from teahouse.infra.db.pool import Tx
from teahouse.renewals.model import DEK, KEK
from teahouse.upgrades import store
from teahouse.upgrades.model.runs import Run
from teahouse.upgrades.service.laying import BEFORE
from teahouse.upgrades.service.yard import Yard
from teahouse.upgrades.store import ranges


async def count(yard: Yard, tx: Tx, run: Run, stage: str) -> None:
    """Note what the verifier has counted in a stage, and what is under other old keys now."""
    old: dict[tuple[str, str], int] = {}
    if DEK in run.classes and stage:
        for sums in await ranges.sums(tx, run.run_id, stage, 0):
            for column, one in sums.columns.items():
                # Before anything was made anew, all that there is counts.
                old[sums.place, column] = one.values if stage == BEFORE else one.old
    await yard.exposures.counted(tx, run.run_id, old, await yard.smith.keys(tx, run.run_id))


async def left(yard: Yard, run: Run) -> None:
    """Count what a run that is given up leaves under old keys: what it made anew stays so."""
    async with yard.db.read() as tx:
        keys = await yard.smith.keys(tx, run.run_id)
    await yard.exposures.left(run.run_id, run.since, run.scope, keys)


async def reckon(yard: Yard, tx: Tx, run: Run) -> None:
    """Note what follows from how far the run is."""
    shares = {
        (step.data_class, step.place): step.done / step.total
        for step in await store.steps(tx, run.run_id)
        if step.total and step.data_class in (DEK, KEK)
    }
    await yard.exposures.reckon(tx, run.run_id, shares)
