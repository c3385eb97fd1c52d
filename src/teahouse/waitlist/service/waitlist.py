"""The waiting list as one thing."""

from dataclasses import dataclass

from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.codes.service import Codes
from teahouse.config import Config
from teahouse.consent.service import Consent
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.vault import Vault
from teahouse.screening.service import Screening
from teahouse.waitlist.service.desk import Desk
from teahouse.waitlist.service.places import Places
from teahouse.waitlist.service.turns import Turns


@dataclass(frozen=True)
class Waitlist:
    """Those who wait, the clock that calls them, and the operators' desk."""

    places: Places
    turns: Turns
    desk: Desk


def make_waitlist(
    *,
    db: Database,
    gate: Gate,
    screening: Screening,
    codes: Codes,
    consent: Consent,
    audit: Audit,
    vault: Vault,
    jobs: Jobs,
    config: Config,
    clock: Clock,
    ids: Ids,
) -> Waitlist:
    """Put the waiting list together."""
    turns = Turns(db, gate.keeper, codes, vault, jobs, config, clock, ids)
    places = Places(db, gate.keeper, screening.knocks, codes, consent, vault, turns, clock, ids)
    return Waitlist(places, turns, Desk(db, gate.keeper, places, turns, audit, vault, clock))
