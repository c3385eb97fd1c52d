"""Screening as one thing: at the door, at the last step, the watcher, operators."""

from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.screening.model.likeness import Verdict
from teahouse.screening.model.rules import Mode
from teahouse.screening.model.signals import Knock
from teahouse.screening.service.desk import Desk
from teahouse.screening.service.knocks import Knocks
from teahouse.screening.service.rulebook import Meters, Rulebook
from teahouse.screening.service.watcher import StagedDays, Watcher
from teahouse.screening.service.weighing import Begun, Weighing
from teahouse.screening.store.sightings import Sighting


@dataclass(frozen=True)
class Screening:
    """Keeps bulk registration out and people in."""

    book: Rulebook
    knocks: Knocks
    weighing: Weighing
    watcher: Watcher
    desk: Desk

    async def contact(self, knock: Knock, begun: Begun, kind: str, written: str) -> Sighting:
        """Refuse a code that may not be sent now; else return what is to be kept of this step.

        Raises ``MailRefused``, ``TooManyHere``, ``BudgetSpent``.
        """
        await self.knocks.check_contact(knock, kind, written)
        return await self.weighing.sighting(knock, begun, kind, written)

    async def judge(self, tx: Tx, digest: bytes) -> str | None:
        """Return what a registration has to wait for, ``None`` when it has not."""
        return await self.weighing.judge(tx, digest)

    async def verdict_of(self, tx: Tx, digest: bytes) -> Verdict:
        """Return the verdict on a registration."""
        return await self.weighing.verdict_of(tx, digest)


def make_screening(
    *,
    db: Database,
    log: Log,
    gate: Gate,
    audit: Audit,
    vault: Vault,
    clock: Clock,
    ids: Ids,
    registry: CollectorRegistry | None = None,
    usual: Mode = Mode.ON,
    staged_days: StagedDays | None = None,
) -> Screening:
    """Put screening together; ``usual`` is the mode of rules that no operator has touched.

    ``staged_days`` tells for how long an account has limits that is made in a burst.
    """
    book = Rulebook(db, log, clock, ids, vault.ring.oldest_house_key, usual, Meters(registry))
    book.listen()
    knocks = Knocks(book, vault.ring.house_keys)
    watcher = Watcher(book, gate, staged_days)
    return Screening(
        book=book,
        knocks=knocks,
        weighing=Weighing(book, gate.keeper),
        watcher=watcher,
        desk=Desk(book, knocks, watcher, audit),
    )
