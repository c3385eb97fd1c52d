"""The parts of minors, put together."""

from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.desk.service import Desk
from teahouse.guardians.service import Guardians
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.vault.vault import Vault
from teahouse.minors.model.ages import Source, Token
from teahouse.minors.model.hours import Hours, Play
from teahouse.minors.model.profile import Profile
from teahouse.minors.model.spending import Caps, Spent
from teahouse.minors.service.deciding import Deciding
from teahouse.minors.service.families import Families
from teahouse.minors.service.hours import TimeKeeping
from teahouse.minors.service.knowing import Knowing
from teahouse.minors.service.spending import Spending
from teahouse.minors.service.strangers import Strangers
from teahouse.realnames.model import AgeBand
from teahouse.realnames.service import Realnames


class Held(msgspec.Struct, frozen=True):
    """What holds for somebody now: their night, what they may spend and have, their time to play."""

    night: Hours | None
    caps: Caps
    spent: list[Spent]
    play: Play | None


@dataclass(frozen=True, repr=False)
class Minors:
    """What there is about minors."""

    knowing: Knowing
    families: Families
    deciding: Deciding
    strangers: Strangers
    spending: Spending
    hours: TimeKeeping

    async def held(self, account_id: str) -> Held:
        """Return what holds for somebody now."""
        return Held(
            await self.hours.night(account_id),
            await self.spending.set_for(account_id),
            await self.spending.spent(account_id),
            await self.hours.next_play(account_id),
        )

    async def reckon(self) -> int:
        """Take over children of before, move on bands that have ended, let go of who is eighteen.

        Return how many that were.
        """
        count = await self.families.adopt() + await self.knowing.grow()
        return count + await self.families.release_grown()


def open_minors(
    db: Database,
    log: Log,
    vault: Vault,
    audit: Audit,
    clock: Clock,
    accounts: Accounts,
    desk: Desk,
    guardians: Guardians,
    realnames: Realnames,
    config: Config,
    profiles: Mapping[str, Profile],
) -> Minors:
    """Put the parts together, and begin to listen."""
    knowing = Knowing(db, log, vault, clock, config, profiles)
    knowing.listen()
    families = Families(db, log, clock, accounts, guardians, knowing)
    families.listen()

    async def documented(tx: Tx, account_id: str, band: AgeBand) -> None:
        token = Token(band.at_least, band.turns_on)
        await log.put(tx, await knowing.tell(tx, account_id, Source.DOCUMENT, token))

    realnames.banding.append(knowing.band_told)
    realnames.aged.append(documented)
    deciding = Deciding(db, log, vault, audit, clock, desk, knowing, families)
    strangers = Strangers(db, log, clock, accounts, knowing, families)
    spending = Spending(db, clock, knowing)
    hours = TimeKeeping(db, log, clock, config, knowing, families, strangers)
    return Minors(knowing, families, deciding, strangers, spending, hours)
