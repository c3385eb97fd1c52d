"""Programs that speak to the house: application services, and the tools of Synapse's operators."""

from dataclasses import dataclass

from teahouse.adminapi import jobs as adminapi_jobs
from teahouse.adminapi import routes as adminapi_routes
from teahouse.adminapi.service import AdminApi, open_adminapi
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.square import Square
from teahouse.app.talk import Talk
from teahouse.appservices import jobs as appservices_jobs
from teahouse.appservices import routes as appservices_routes
from teahouse.appservices import store as appservices_store
from teahouse.appservices.service import AppServices, open_appservices
from teahouse.infra.http.router import Route
from teahouse.pushers.service.pushers import Pushers

FIELDS = (*appservices_store.FIELDS,)
SEALED = (*appservices_store.SEALED,)


@dataclass(frozen=True, repr=False)
class Programs:
    """Programs that speak to the house."""

    appservices: AppServices
    adminapi: AdminApi


def make_programs(
    ground: Ground, people: People, doors: Doors, talk: Talk, square: Square, pushers: Pushers
) -> Programs:
    """Make these domains."""
    appservices = open_appservices(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        egress=ground.egress,
        audit=people.audit,
        jobs=ground.jobs,
        clock=ground.clock,
        ids=ground.ids,
        server_name=ground.config.server_name,
        accounts=people.accounts,
        entry=people.entry,
        registrations=doors.registrations,
        rooms=talk.rooms,
        directory=talk.directory,
        timeline=talk.timeline,
        receipts=talk.receipts,
        typing=talk.typing,
        presence=talk.presence,
    )
    ground.vault.endings.append(appservices.keeping.erased)
    ground.closing.push_async_callback(appservices.asking.close)
    ground.closing.push_async_callback(appservices.murmurs.drain)
    return Programs(appservices, _make_adminapi(ground, people, doors, talk, square, pushers))


def _make_adminapi(
    ground: Ground, people: People, doors: Doors, talk: Talk, square: Square, pushers: Pushers
) -> AdminApi:
    return open_adminapi(
        db=ground.db,
        log=ground.log,
        audit=people.audit,
        jobs=ground.jobs,
        clock=ground.clock,
        ids=ground.ids,
        server_name=ground.config.server_name,
        accounts=people.accounts,
        profiles=people.profiles,
        desk=people.desk,
        registrations=doors.registrations,
        invites=doors.invites,
        rooms=talk.rooms,
        directory=talk.directory,
        media=talk.media,
        timeline=talk.timeline,
        membership=talk.membership,
        pushers=pushers,
        complaints=square.complaints,
        spaces=square.spaces,
    )


def programs_jobs(ground: Ground, programs: Programs) -> None:
    """Say what these domains do later."""
    appservices_jobs.register(programs.appservices, ground.jobs)
    adminapi_jobs.register(programs.adminapi, ground.jobs)


def programs_routes(programs: Programs) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *appservices_routes.routes(programs.appservices),
        *adminapi_routes.routes(programs.adminapi),
    ]
