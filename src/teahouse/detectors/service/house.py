"""Putting the parts of detectors together."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.accounts.service.listing import Listing
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.detectors import store
from teahouse.detectors.service.lists import Lists, Outcomes
from teahouse.detectors.service.looking import Looking
from teahouse.detectors.service.previewing import Previewing
from teahouse.detectors.service.suggesting import Begin, Suggesting
from teahouse.infra.db.pool import Database, Tx
from teahouse.infra.jobs.queue import Jobs
from teahouse.media.service import Media
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.reading import Reading


@dataclass(frozen=True, repr=False)
class Detectors:
    """The verbs of detectors, by what they are for."""

    config: Config
    lists: Lists
    looking: Looking
    suggesting: Suggesting
    previewing: Previewing


def open_detectors(
    *,
    db: Database,
    accounts: Accounts,
    rooms: Rooms,
    reading: Reading,
    media: Media,
    audit: Audit,
    jobs: Jobs,
    config: Config,
    clock: Clock,
    begin: Begin,
    outcomes: Outcomes,
) -> Detectors:
    """Put the parts together, and begin to hear of accounts that end."""
    looking = Looking(rooms, Listing(), jobs, config, clock, config.server_name)

    async def forget(tx: Tx, account_id: str) -> None:
        user_id = (await accounts.by_id(tx, account_id)).user_id
        await store.forget(tx, user_id)

    accounts.endings.append(forget)
    return Detectors(
        config=config,
        lists=Lists(db, audit, clock, outcomes),
        looking=looking,
        suggesting=Suggesting(db, media, audit, looking, begin),
        previewing=Previewing(db, rooms, reading, audit),
    )
