"""The gate as one thing: its keeper and its rules."""

from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.gate.model.notices import Notice
from teahouse.gate.model.policies import Attempt
from teahouse.gate.service.keeper import Keeper
from teahouse.gate.service.policies import Policies
from teahouse.gate.service.waiting import Waiting
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.works.service import Works


@dataclass(frozen=True, repr=False)
class Gate:
    """Whether a new account may come to be."""

    keeper: Keeper
    policies: Policies
    waiting: Waiting
    config: Config

    async def check(self, attempt: Attempt) -> None:
        """Refuse who would not be let in now: ``GateClosed`` or ``GatePaced`` with the notice."""
        await self.keeper.check(attempt)

    async def notices(self) -> list[Notice]:
        """Return what people are to be told now."""
        return await self.keeper.notices()


def make_gate(
    *,
    db: Database,
    log: Log,
    audit: Audit,
    works: Works,
    config: Config,
    clock: Clock,
    ids: Ids,
) -> Gate:
    """Put the gate together; what waits for a work hears of its end."""
    keeper = Keeper(db, log, clock, ids, f"{config.base_url}/#/waitlist")
    policies = Policies(keeper, audit, config, works)
    waiting = Waiting(policies)
    works.when_verified.append(waiting.resume)
    return Gate(keeper=keeper, policies=policies, waiting=waiting, config=config)
