"""The dry run: what there is to do, what it takes on this machine, and what stands in the way."""

import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.normal import FOLDED
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.store import sweeping
from teahouse.infra.vault.store import workers as workers_store
from teahouse.infra.vault.sweep.alike import Alike
from teahouse.infra.vault.sweep.counting import counted, estimated
from teahouse.infra.vault.vault import Vault
from teahouse.infra.vault.verifier import Looking, Verifier
from teahouse.planning.model import WHOLE, Asked, BadPlan, Cost, Merges, Plan, PlanStep
from teahouse.renewals.model import DEK, INDEX, KEK, KEPT_BACKUPS, Finding, kept_finding
from teahouse.renewals.service import Keeper, Step

SAMPLE_ROWS = 400
OPENED_MAX = 50_000  # of a table, to see whom a newer normaliser would make one
# To make a value anew is to open it, seal it, and write the row: what opening takes, so many times.
ANEW = 4.0
PLAINEST = Cost(0.0004, 0.0005)  # of a row, where there are none to measure
_TOUCHES = {
    "accounts": ("sign_in", "look_up"),
    "registrations": ("sign_up",),
    "codes": ("sign_up", "sign_in"),
    "waitlist": ("sign_up",),
    "oidc": ("sign_in", "sign_up"),
    "passkeys": ("sign_in",),
    "recovery": ("recovery",),
    "profiles": ("profile",),
    "operators": ("console",),
}

AtWork = tuple[str, Collection[str]]  # a run, and its classes


@dataclass(frozen=True, repr=False)
class Planning:
    """Makes plans. Nothing is changed."""

    db: Database
    vault: Vault
    locksmith: Locksmith
    ids: Ids
    sealed: Sequence[Sealed]
    steps: Sequence[Step]
    keepers: Sequence[Keeper]

    async def plan(self, asked: Asked, at_work: Sequence[AtWork]) -> Plan:
        """Return what a run would do, beside those that are ``at_work``."""
        steps = list[PlanStep]()
        cost = await self._cost()
        for sealed in self.sealed:
            here = [DEK, INDEX] if sealed.indexed else [DEK]
            names = [name for name in here if name in asked.classes]
            if names:
                size = await counted(self.db, sealed)
                touches = _TOUCHES.get(sealed.table.partition("_")[0], ())
                steps += [_step(name, sealed.table, size, cost, touches) for name in names]
        for step in self.steps:
            if step.name in asked.classes and step.name not in (DEK, INDEX):
                async with self.db.transaction() as tx, tx.patient():
                    found = await step.size(tx, asked.scope)
                each = await step.core_seconds()
                steps.append(_step(step.name, None, found, Cost(each, each) if each else cost, ()))
        order = {name: nth for nth, name in enumerate(asked.classes)}
        steps.sort(key=lambda one: (order[one.data_class], one.table or ""))
        normaliser, merges = await self._merges(asked)
        return Plan(
            classes=asked.classes,
            suite=asked.suite,
            steps=tuple(steps),
            findings=await self._findings(asked, at_work),
            mode=asked.mode,
            stolen=asked.stolen,
            scope=asked.scope,
            normaliser=normaliser,
            merges=merges,
        )

    async def _merges(self, asked: Asked) -> tuple[int | None, Merges | None]:
        """Return the normaliser of the new index key, and whom it would make one."""
        if INDEX not in asked.classes:
            return None, None
        today = await self.normaliser()
        wanted = asked.normaliser or today
        if wanted < today:
            raise BadPlan("Whoever was kept apart by a newer normaliser would not be by an older.")
        if wanted < FOLDED:
            return wanted, None
        alike = Alike(self.db, self.vault.ring, self.ids.bytes(32))
        found = [await alike.count(one, wanted, OPENED_MAX) for one in self.sealed if one.indexed]
        count, opened, rows = (sum(figures) for figures in zip(*found, strict=True))
        return wanted, Merges(count, opened, rows)

    async def suite(self, scope: str = WHOLE) -> int:
        """Return the suite of today."""
        async with self.db.read() as tx:
            found = await self.locksmith.primary(tx, KeyPurpose.KEK, scope)
            found = found or await self.locksmith.primary(tx, KeyPurpose.KEK)
        assert found is not None, "there always is one"
        return found.suite

    async def normaliser(self) -> int:
        """Return the normaliser of today."""
        async with self.db.read() as tx:
            found = await self.locksmith.primary(tx, KeyPurpose.INDEX)
        assert found is not None, "there always is one"
        return found.normaliser

    async def scopes(self) -> list[str]:
        """Return the regions that have keys of their own."""
        async with self.db.read() as tx:
            return await self.locksmith.scopes(tx)

    async def _cost(self) -> Cost:
        """Open some rows of the largest table, as the verifier does, and measure that."""
        async with self.db.read() as tx:
            sizes = [(await estimated(tx, sealed)).bytes for sealed in self.sealed]
        sealed = self.sealed[sizes.index(max(sizes))]
        verifier = Verifier(self.db, self.vault.ring, self.ids.bytes(32))
        wall, own = time.perf_counter(), time.process_time()
        found, _ = await verifier.page(sealed, Looking())
        wall, own = time.perf_counter() - wall, time.process_time() - own
        if found.rows < SAMPLE_ROWS:
            return PLAINEST
        return Cost(own * ANEW / found.rows, wall * ANEW / found.rows)

    async def _findings(self, asked: Asked, at_work: Sequence[AtWork]) -> tuple[Finding, ...]:
        found: list[Finding] = []
        for run_id, classes in at_work:
            both = set(classes) & set(asked.classes)
            found.append(Finding("another_run", run_id, len(both), stops=bool(both)))
        async with self.db.read() as tx:
            for table, count in (await sweeping.quarantined_by_table(tx)).items():
                found.append(Finding("quarantined", table, count, stops=False))
            live = await workers_store.live(tx)
            old = await self.locksmith.primary(tx, KeyPurpose.KEK, asked.scope)
            apart = await self.locksmith.scopes(tx) if asked.scope == WHOLE else []
        if KEK in asked.classes:  # what wraps theirs stays: they are upgraded by themselves
            found += [Finding("own_keys", scope, 1, stops=False) for scope in apart]
        if KEK in asked.classes and old is not None:
            kept = [one for ask in self.keepers for one in await ask(old.ref)]
            found += kept_finding(KEPT_BACKUPS, kept)
        lacking = [f"{one.host}/{one.pid}" for one in live if asked.suite not in one.suites]
        if lacking:
            found.append(Finding("lacking", "workers", len(lacking), tuple(lacking)))
        return tuple(found)


def _step(
    name: str, table: str | None, found: tuple[int, int], cost: Cost, touches: tuple[str, ...]
) -> PlanStep:
    rows, taken = found
    return PlanStep(
        data_class=name,
        table=table,
        rows=rows,
        bytes=taken,
        core_seconds=round(rows * cost.core_seconds, 6),
        seconds=round(rows * cost.seconds, 6),
        touches=touches,
    )
