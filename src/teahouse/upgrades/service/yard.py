"""What all that is done in a run stands on."""

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import msgspec

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.exposures.service import Exposures
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.field import Gravity
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.replicas import Replicas, Under
from teahouse.infra.vault.scanner import Scanner
from teahouse.infra.vault.sealed import Sealed
from teahouse.infra.vault.sweep.stretches import key_of, words
from teahouse.infra.vault.sweep.sweep import Wanted
from teahouse.infra.vault.sweep.walked import Key, Walked
from teahouse.infra.vault.vault import Vault
from teahouse.renewals.model import DEK, INDEX, KEK, NEW, OLD, KeptBackup, Renewal
from teahouse.renewals.service import Keeper, KeySmith, Step
from teahouse.renewals.service.merging import Merging
from teahouse.upgrades import store
from teahouse.upgrades.model.runs import Act, NoSuchRun, Run

RANK_OF_KEYS = int(max(Gravity)) + 1
RANK_LAST = RANK_OF_KEYS + 1  # what is slow, and protects what nobody has who lacks the rest
REPLICA = "*replica"  # the place of the ranges in which a replica is counted, by their number
SCAN = "*scan"  # the place of the range in which the whole database is looked through


# Tells the vault of which region the accounts behind one and up to another are, so many of them; and
# returns how many there were and the last, if there are more.
Regions = Callable[[str, str, int], Awaitable[tuple[int, str | None]]]


@dataclass(frozen=True, repr=False)
class Yard:
    """The parts of the house that a run needs. ``steps`` are its classes of data, in their order.

    ``keepers`` know which back-ups a key is needed for.
    """

    db: Database
    log: Log
    audit: Audit
    vault: Vault
    locksmith: Locksmith
    scanner: Scanner
    replicas: Replicas
    clock: Clock
    ids: Ids
    sealed: Sequence[Sealed]
    smith: KeySmith
    steps: list[Step]
    exposures: Exposures
    merging: Merging
    soft_days: int
    regions: Regions
    keepers: list[Keeper] = field(default_factory=list[Keeper])

    async def kept_backups(self, run: Run) -> list[KeptBackup]:
        """Return the back-ups that only the key opens that a run is about to destroy [I8]."""
        if KEK not in run.classes:
            return []
        async with self.db.read() as tx:
            old = (await self.smith.keys(tx, run.run_id)).get((KEK, OLD))
        return [] if old is None else [one for ask in self.keepers for one in await ask(old)]

    def steps_of(self, run: Run) -> list[Step]:
        """Return the steps of a run, in their order."""
        return [one for one in self.steps if one.name in run.classes]

    def tables_of(self, run: Run) -> list[Sealed]:
        """Return the tables that are gone through, in which values or indexes are made anew."""
        if DEK in run.classes:
            return list(self.sealed)
        return [one for one in self.sealed if one.indexed and INDEX in run.classes]

    def table(self, name: str) -> Sealed:
        """Return the declaration of a table."""
        return next(one for one in self.sealed if one.table == name)

    def verified_tables(self, run: Run) -> list[Sealed]:
        """Return the tables that are opened afterwards."""
        return list(self.sealed) if {KEK, DEK, INDEX} & set(run.classes) else []

    async def wanted(self, tx: Tx, run: Run) -> Wanted:
        """Return what a run brings about in rows."""
        keys = await self.smith.keys(tx, run.run_id)
        index = keys.get((INDEX, NEW))
        return Wanted(
            since=run.since if DEK in run.classes else None,
            index=None if index is None else index.version,
            scope=run.scope,
        )

    async def under(self, tx: Tx, run: Run) -> Under:
        """Return what counts as old once a run has made everything anew."""
        wanted = await self.wanted(tx, run)
        kek = (await self.smith.keys(tx, run.run_id)).get((KEK, OLD))
        return Under(wanted.since, wanted.index, kek, run.scope)

    async def renewal(self, tx: Tx, run: Run) -> Renewal:
        """Return a run as its steps see it."""
        forced = (await store.agreements(tx, run.run_id)).get(Act.FORCE)
        by = None
        if forced is not None and forced.second_by is not None:
            by = (forced.first_by, forced.second_by)
        again = run.plan.get("normaliser")
        return Renewal(run.run_id, run.classes, run.suite, by, run.scope, again)

    async def run(self, tx: Tx, run_id: str) -> Run:
        """Return a run. Raises ``NoSuchRun``."""
        found = await store.run(tx, run_id)
        if found is None:
            raise NoSuchRun
        return found

    def digest_key(self, run: Run) -> bytes:
        """Return the key of the digests of a run, which is kept nowhere."""
        secret = self.vault.ring.oldest_house_key()
        return hmac.digest(secret, f"upgrade {run.run_id}".encode(), hashlib.sha256)


def rank_of(walked: Walked) -> int:
    """Return when a table has its turn: the gravest first, as its fields are declared."""
    return int(walked.gravity) if isinstance(walked, Sealed) else RANK_OF_KEYS


def written(key: Key) -> str:
    """Write a row's key as JSON."""
    return msgspec.json.encode(words(key)).decode() if key else ""


def read(walked: Walked, told: str) -> Key:
    """Return a row's key as it was written."""
    return key_of(walked, msgspec.json.decode(told)) if told else ()
