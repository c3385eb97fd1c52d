"""What the demo uses of the house: the verbs that everybody uses."""

from dataclasses import dataclass, replace

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock, FixedClock
from teahouse.config import Config
from teahouse.directory.service import Directory
from teahouse.gate.service import Gate
from teahouse.ids import Ids
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.invites.service import Invites
from teahouse.media.service import Media
from teahouse.membership.service.house import Membership
from teahouse.receipts.service import Receipts
from teahouse.registrations.service import Registrations
from teahouse.timeline.service.house import Timeline


@dataclass(frozen=True, repr=False)
class HouseVerbs:
    """The verbs of the domains below."""

    db: Database
    audit: Audit
    gate: Gate
    invites: Invites
    registrations: Registrations
    accounts: Accounts
    timeline: Timeline
    membership: Membership
    directory: Directory
    media: Media
    receipts: Receipts
    jobs: Jobs
    config: Config
    clock: Clock
    ids: Ids

    def dated(self, clock: FixedClock) -> "HouseVerbs":
        """Return the same verbs, by which what is said bears the time of another clock.

        Only events and receipts are dated so. Accounts, consent, the gate and the audit log say
        when things really happened.
        """
        line = self.timeline
        additions = replace(line.additions, clock=clock)
        dated = replace(
            line, speaking=replace(line.speaking, additions=additions), additions=additions
        )
        return replace(
            self,
            timeline=dated,
            membership=self.membership.adding(additions),
            receipts=replace(self.receipts, clock=clock),
        )
