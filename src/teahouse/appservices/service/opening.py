"""Putting the parts of application services together."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.appservices import store
from teahouse.appservices.model import Service
from teahouse.appservices.service.asking import Asking
from teahouse.appservices.service.delivering import Delivering
from teahouse.appservices.service.keeping import Keeping
from teahouse.appservices.service.murmurs import Murmurs
from teahouse.appservices.service.networks import Networks
from teahouse.appservices.service.registry import Registry
from teahouse.appservices.service.ways import Ways
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.directory.service import Directory
from teahouse.entry.service import Entry
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.egress.client import Egress
from teahouse.infra.jobs.queue import Jobs
from teahouse.infra.vault.vault import Vault
from teahouse.presence.service import Presence
from teahouse.receipts.service import Receipts, Typing
from teahouse.registrations.service import Registrations
from teahouse.rooms.service import Rooms
from teahouse.timeline.service.house import Timeline

LOGIN = {"type": "m.login.application_service"}


@dataclass(frozen=True, repr=False)
class AppServices:
    """Application services' verbs, by what they are about."""

    db: Database
    clock: Clock
    registry: Registry
    keeping: Keeping
    ways: Ways
    asking: Asking
    delivering: Delivering
    murmurs: Murmurs
    networks: Networks

    async def set_listed(
        self, service: Service, network_id: str, room_id: str, listed: bool
    ) -> None:
        """List a room in the directory of a service's network, or list it no more."""
        place = (service.service_id, network_id, room_id)
        async with self.db.transaction() as tx:
            if listed:
                await store.list_room(tx, place, self.clock.now())
            else:
                await store.unlist_room(tx, place)


def open_appservices(
    *,
    db: Database,
    log: Log,
    vault: Vault,
    egress: Egress,
    audit: Audit,
    jobs: Jobs,
    clock: Clock,
    ids: Ids,
    server_name: str,
    accounts: Accounts,
    entry: Entry,
    registrations: Registrations,
    rooms: Rooms,
    directory: Directory,
    timeline: Timeline,
    receipts: Receipts,
    typing: Typing,
    presence: Presence,
) -> AppServices:
    """Put the parts together, and stand where names, aliases, doors and events are decided."""
    registry = Registry(db, log, accounts, rooms, directory, server_name)
    registry.listen()
    ways = Ways(registry, registrations, accounts)
    asking = Asking(db, vault, registry, clock, egress)
    delivering = Delivering(db, jobs, clock, accounts, registry, asking, timeline.reading)
    registrations.steps.name_checks.append(registry.check_name)
    registrations.service_ways.append(ways.register)
    entry.service_ways.append(ways.sign_in)
    entry.flows.append(LOGIN)
    directory.alias_checks.append(registry.check_alias)
    directory.alias_asks.append(asking.find_room)
    timeline.reading.serving.append(registry.has_one_of)
    timeline.speaking.additions.writer.placing.append(delivering.posted)
    directory.networks.append(registry.listed)
    murmurs = Murmurs(db, ids, registry, asking, typing, presence)
    murmurs.listen(receipts)
    networks = Networks(registry, asking, clock)
    keeping = Keeping(db, log, vault, audit, ways, clock, ids, server_name)
    return AppServices(db, clock, registry, keeping, ways, asking, delivering, murmurs, networks)
