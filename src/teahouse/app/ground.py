"""What every domain stands on."""

from contextlib import AsyncExitStack
from dataclasses import dataclass

from prometheus_client import CollectorRegistry

from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.engines.headroom import Headroom
from teahouse.infra.http.shedding import Shedding
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.pulse import PulseTaker
from teahouse.infra.vault.attendance import Attendance
from teahouse.infra.vault.locksmith import Locksmith
from teahouse.infra.vault.vault import Vault


@dataclass(frozen=True, repr=False)
class Ground:
    """What every domain stands on."""

    config: Config
    clock: Clock
    ids: Ids
    db: Database
    log: Log
    vault: Vault
    locksmith: Locksmith
    attendance: Attendance
    pulse: PulseTaker
    shedding: Shedding
    jobs: Jobs
    egress: Egress
    registry: CollectorRegistry
    headroom: Headroom
    closing: AsyncExitStack
