"""Laying out the stretches of a stage, so that hands can take them."""

from collections.abc import Sequence
from typing import NamedTuple

from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.sweep.counting import counted
from teahouse.infra.vault.sweep.stretches import cut
from teahouse.infra.vault.sweep.walked import DEKS, SUBJECTS, Walked
from teahouse.renewals.model import DEK, INDEX, KEK
from teahouse.upgrades import store
from teahouse.upgrades.model.plans import RANGE_BYTES, RANGE_ROWS
from teahouse.upgrades.model.runs import Run
from teahouse.upgrades.service.yard import RANK_LAST, REPLICA, SCAN, Yard, rank_of, written
from teahouse.upgrades.store import ranges
from teahouse.upgrades.store.ranges import Lay

REGIONS, BEFORE, BACKFILL = "regions", "before", "backfill"
VERIFY, CLEAR, DESTROY = "verify", "clear", "destroy"


class Laid(NamedTuple):
    """The stretches of a stage, and how much there is to do: class, place, rows."""

    ranges: list[Lay]
    steps: list[tuple[str, str, int]]


async def lay(yard: Yard, run: Run, stage: str) -> None:
    """Lay out a stage, once; from the commit on its stretches can be claimed."""
    laid = await _laid(yard, run, stage)
    async with yard.db.transaction() as tx:
        found = await store.hold(tx, run.run_id)
        if found is None or found.state is not run.state or found.laid == stage:
            return  # another has done it
        await ranges.lay(tx, run.run_id, stage, laid.ranges)
        if stage == BACKFILL:
            await store.steps_again(tx, run.run_id)
            await sweeping.release(tx)  # what is still so is found again
        for name, place, rows in laid.steps:
            await store.put_step(tx, run.run_id, name, place, rows)
        await store.set_laid(tx, run.run_id, stage)


async def _laid(yard: Yard, run: Run, stage: str) -> Laid:
    if stage == REGIONS:
        return await _tables(yard, [SUBJECTS])
    if stage == BEFORE:
        return await _tables(yard, yard.verified_tables(run))
    if stage == VERIFY:
        found = await _tables(yard, yard.verified_tables(run))
        at = await yard.replicas.position() if yard.replicas.dsns else ""
        replicas = [Lay(REPLICA, number, 0, at, "") for number in yard.replicas.numbers]
        return Laid([*found.ranges, Lay(SCAN, 0, 0, "", ""), *replicas], [])
    if stage == CLEAR:
        indexed = [one for one in yard.sealed if one.indexed and INDEX in run.classes]
        return await _tables(yard, indexed)
    if stage == DESTROY:
        return await _tables(yard, [DEKS] if DEK in run.classes else [])
    laid = await _tables(yard, yard.tables_of(run), run)
    if DEK in run.classes:
        laid.ranges.extend((await _tables(yard, [SUBJECTS])).ranges)
    for step in yard.steps_of(run):
        if step.has_pages:
            async with yard.db.transaction() as tx, tx.patient():
                rows, _ = await step.size(tx, run.scope)
            laid.steps.append((step.name, "", rows))
            rank = 0 if step.name == KEK else RANK_LAST
            laid.ranges.append(Lay(step.name, 0, rank, "", ""))
    return laid


async def _tables(yard: Yard, tables: Sequence[Walked], run: Run | None = None) -> Laid:
    """Lay out tables; with a run, count its steps, too."""
    laid = Laid([], [])
    for walked in tables:
        size = await counted(yard.db, walked)
        pieces = max(size.rows // RANGE_ROWS, size.bytes // RANGE_BYTES, 1)
        is_empty = not size.rows and pieces == 1  # what comes is made by the new keys
        for number, one in enumerate([] if is_empty else await cut(yard.db, walked, pieces)):
            after, until = written(one.after), written(one.until)
            laid.ranges.append(Lay(walked.table, number, rank_of(walked), after, until))
        if run is not None and isinstance(walked, Sealed) and not is_empty:
            laid.steps.extend((name, walked.table, size.rows) for name in classes_in(walked, run))
    return laid


def classes_in(sealed: Sealed, run: Run) -> list[str]:
    """Return which classes of a run are made anew in a table."""
    here = [DEK, INDEX] if sealed.indexed else [DEK]
    return [name for name in here if name in run.classes]
