"""Back-ups, the ledger of erasures, and what fills the disk."""

from dataclasses import dataclass
from importlib.metadata import version

from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.rights import Rights
from teahouse.app.talk import Talk
from teahouse.backups import routes as backups_routes
from teahouse.backups.service.known import Known
from teahouse.backups.service.ledger import Keeper, Ledger, ledger_file
from teahouse.backups.service.making import Making
from teahouse.backups.service.returning import Returning
from teahouse.infra.http.router import Route
from teahouse.storage import jobs as storage_jobs
from teahouse.storage import routes as storage_routes
from teahouse.storage.service import Storage
from teahouse.upgrades.service.upgrades import Upgrades


@dataclass(frozen=True, repr=False)
class Keeping:
    """What keeps the house when its machine does not."""

    making: Making
    known: Known
    ledger: Ledger
    keeper: Keeper
    returning: Returning
    storage: Storage


def make_keeping(
    ground: Ground, people: People, doors: Doors, talk: Talk, upgrades: Upgrades, rights: Rights
) -> Keeping:
    """Make the domain that copies all others, and hears of every erasure."""
    db, vault, config, clock = ground.db, ground.vault, ground.config, ground.clock
    history = doors.notices.history
    ledger = Ledger(
        db,
        vault,
        people.accounts,
        history,
        people.audit,
        config,
        clock,
        ledger_file(config),
        (rights.requests.purge, people.operators.purge),
        talk.timeline.erasing,
        people.consent,
        ground.ids,
    )
    ledger.listen()
    keeper = Keeper(ledger)
    keeper.listen(ground.log)
    names = (talk.media.blobs_named, rights.exporting.blobs_named)
    making = Making(
        db,
        talk.media.blobs,
        history,
        people.audit,
        config,
        clock,
        ground.ids,
        version("teahouse"),
        names,
    )
    returning = Returning(
        db, vault, ground.log, ledger, people.audit, history, clock, (history.rewrap_keys,)
    )
    known = Known(db, vault.ring, people.audit, clock, config.backup_keep_days)
    upgrades.yard.keepers.append(known.needing)
    doors.reports.census.others["backups"] = known.left
    storage = Storage(
        db,
        talk.media,
        talk.timeline.reading,
        talk.retention,
        talk.collection.collecting,
        known,
        config,
        clock,
        ground.headroom,
    )
    return Keeping(making, known, ledger, keeper, returning, storage)


def keeping_routes_of(ground: Ground, keeping: Keeping) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *backups_routes.routes(keeping.known, ground.clock),
        *storage_routes.routes(keeping.storage),
    ]


def keeping_jobs_of(ground: Ground, keeping: Keeping) -> None:
    """Say what these domains do later."""
    storage_jobs.register(keeping.storage, ground.jobs)
