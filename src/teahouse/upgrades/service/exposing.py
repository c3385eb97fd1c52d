"""Telling how much is exposed: counted where that was done anyway, reckoned in between."""

from teahouse.infra.db.pool import Tx
from teahouse.infra.vault.sweep.counting import stale
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
    """Count what a run that is given up leaves under old keys.

    What was made anew stays so, and nobody opens it all once more: the database counts the rest.
    """
    old: dict[tuple[str, str], int] = {}
    for sealed in yard.sealed:
        if run.since is None:
            break  # nothing was to be made anew yet
        async with yard.db.transaction() as tx, tx.patient():
            found = await stale(tx, sealed, run.since, run.scope)
        old |= {(sealed.table, column): values for column, values in found.items()}
    async with yard.db.transaction() as tx:
        await yard.exposures.counted(tx, run.run_id, old, await yard.smith.keys(tx, run.run_id))


async def reckon(yard: Yard, tx: Tx, run: Run) -> None:
    """Note what follows from how far the run is."""
    shares = {
        (step.data_class, step.place): step.done / step.total
        for step in await store.steps(tx, run.run_id)
        if step.total and step.data_class in (DEK, KEK)
    }
    await yard.exposures.reckon(tx, run.run_id, shares)
