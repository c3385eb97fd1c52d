"""What people may ask of the house: their data, its erasure, an answer; and what guests read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from teahouse.app.aged import age_holdings, told_age_holdings
from teahouse.app.appearing import Appearing
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.holding import Holding as Held
from teahouse.app.people import People
from teahouse.app.square import Square
from teahouse.app.talk import Talk
from teahouse.app.ways import Ways
from teahouse.breaches import jobs as breaches_jobs
from teahouse.breaches import routes as breaches_routes
from teahouse.breaches import store as breaches_store
from teahouse.breaches.service import Breaches
from teahouse.cases.service.house import Cases
from teahouse.guests import jobs as guests_jobs
from teahouse.guests import routes as guests_routes
from teahouse.guests.service import Guests
from teahouse.guests.service.accounts import GuestAccounts
from teahouse.guests.service.rooms import GuestRooms
from teahouse.infra.http.router import Route
from teahouse.infra.vault.sealed import Sealed
from teahouse.pushers.service.pushers import Pushers
from teahouse.rights import jobs as rights_jobs
from teahouse.rights import routes as rights_routes
from teahouse.rights import store as rights_store
from teahouse.rights.model.holdings import Holding
from teahouse.rights.service.combing import Combing
from teahouse.rights.service.decided import case_holdings
from teahouse.rights.service.erasures import Erasures
from teahouse.rights.service.exporting import Exporting
from teahouse.rights.service.holdings import Sources, people_holdings, told_holdings
from teahouse.rights.service.pushed import pusher_holdings
from teahouse.rights.service.reported import complaint_holdings, restriction_holdings
from teahouse.rights.service.requests import Requests, request_holdings
from teahouse.rights.service.spoken import talk_holdings

FIELDS = (*rights_store.FIELDS, *breaches_store.FIELDS)
SEALED = (*rights_store.SEALED,)


@dataclass(frozen=True, repr=False)
class Rights:
    """What people may ask of the house."""

    exporting: Exporting
    requests: Requests
    erasures: Erasures
    combing: Combing
    guests: Guests
    guest_accounts: GuestAccounts
    guest_rooms: GuestRooms
    breaches: Breaches


def make_rights(
    ground: Ground,
    people: People,
    doors: Doors,
    ways: Ways,
    talk: Talk,
    square: Square,
    cases: Cases,
    appearing: Appearing,
    holding: Held,
    pushers: Pushers,
    sealed: Sequence[Sealed],
) -> Rights:
    """Make the domains that call all others. ``sealed`` is where the whole house's values lie."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, vault, jobs = ground.db, ground.vault, ground.jobs
    breaches = _make_breaches(ground, people, ways, sealed)
    sources = _sources(people, doors, ways, talk)
    requests = Requests(db, vault, people.audit, people.consent, clock, ids, config)

    @cache
    def holdings() -> tuple[Holding, ...]:
        return (
            *people_holdings(sources),
            *told_holdings(sources),
            *talk_holdings(sources),
            *request_holdings(requests),
            *restriction_holdings(holding.restrictions),
            *pusher_holdings(pushers),
            *complaint_holdings(square.complaints),
            *case_holdings(cases.authors, appearing.appearances),
            *age_holdings(ways.minors, ways.screentime, ways.refunds),
            *told_age_holdings(ways.phone_holders, talk.directory.ratings),
        )

    exporting = Exporting(
        db,
        vault,
        talk.media.blobs,
        jobs,
        people.consent,
        people.stepups,
        clock,
        ids,
        holdings,
    )
    people.accounts.endings.extend((exporting.forget, requests.forget))
    doors.reports.census.others["exports"] = exporting.left
    stopping = holding.stopping
    erasures = Erasures(db, vault, jobs, people.audit, clock, holdings, stopping.files_left)
    stopping.putting_off.append(erasures.put_off)
    people.accounts.restorings.append(erasures.called_back)
    holding.holds.freed.append(erasures.look_again)
    combing = _make_combing(ground, people, talk, exporting)
    line = talk.timeline
    guests = Guests(ground.log, talk.rooms, talk.directory, line.reading, people.profiles)
    guests.listen()
    admitted = _make_guests(ground, people, doors, talk)
    return Rights(exporting, requests, erasures, combing, guests, *admitted, breaches)


def _sources(people: People, doors: Doors, ways: Ways, talk: Talk) -> Sources:
    return Sources(
        accounts=people.accounts,
        profiles=people.profiles,
        passkeys=people.passkeys,
        telling=people.recovery.telling,
        guardians=ways.guardians,
        realnames=people.realnames,
        oidc=ways.oidc,
        regimes=ways.regimes,
        account_data=people.account_data,
        push=talk.push,
        receipts=talk.receipts,
        presence=talk.presence,
        encryption=talk.encryption,
        key_backups=talk.key_backups,
        media=talk.media,
        rooms=talk.rooms,
        reading=talk.timeline.reading,
        search=talk.search,
        officials=doors.officials,
        changes=doors.changes,
        consent=people.consent,
        asks=people.asks,
        audit=people.audit,
        standing=people.standing,
        vouching=doors.vouching,
        invites=doors.invites,
    )


def _make_combing(ground: Ground, people: People, talk: Talk, exporting: Exporting) -> Combing:
    return Combing(
        ground.db,
        talk.media.blobs,
        people.audit,
        ground.jobs,
        ground.clock,
        Path(ground.config.data_dir) / "log",
        (talk.media.blobs_named, exporting.blobs_named),
    )


def _make_guests(
    ground: Ground, people: People, doors: Doors, talk: Talk
) -> tuple[GuestAccounts, GuestRooms]:
    db, jobs, line = ground.db, ground.jobs, talk.timeline
    accounts = GuestAccounts(
        db, people.accounts, doors.registrations, people.audit, jobs, ground.config
    )
    accounts.listen()
    rooms = GuestRooms(db, ground.log, talk.rooms, talk.membership.coming, jobs)
    line.writer.placing.append(rooms.place)
    line.speaking.stating.append(rooms.stated)
    return accounts, rooms


def _make_breaches(
    ground: Ground, people: People, ways: Ways, sealed: Sequence[Sealed]
) -> Breaches:
    breaches = Breaches(
        db=ground.db,
        audit=people.audit,
        accounts=people.accounts,
        telling=people.recovery.telling,
        jobs=ground.jobs,
        sealed=sealed,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )
    breaches.answering.append(ways.minors.families.guardians_of)
    people.accounts.endings.append(breaches_store.forget)
    return breaches


def rights_jobs_of(ground: Ground, rights: Rights) -> None:
    """Say what this domain does later."""
    asked = (rights.exporting, rights.erasures, rights.combing, rights.requests)
    rights_jobs.register(*asked, ground.jobs)
    breaches_jobs.register(rights.breaches, ground.jobs)
    guests_jobs.register(rights.guest_accounts, rights.guest_rooms, ground.jobs)
    rights_jobs.follow(rights.erasures, ground.log)


def rights_routes_of(rights: Rights) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *rights_routes.routes(rights.exporting, rights.requests, rights.erasures),
        *guests_routes.routes(rights.guests),
        *breaches_routes.routes(rights.breaches),
    ]
