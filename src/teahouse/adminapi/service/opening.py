"""Putting the parts of the administration calls together."""

from dataclasses import dataclass

from teahouse.accounts.service import Accounts
from teahouse.accounts.service.listing import Listing
from teahouse.adminapi import store
from teahouse.adminapi.service.annals import Annals
from teahouse.adminapi.service.badges import Badges
from teahouse.adminapi.service.files import Files
from teahouse.adminapi.service.halls import Halls
from teahouse.adminapi.service.people import People
from teahouse.adminapi.service.reports import Reports
from teahouse.adminapi.service.tokens import Tokens
from teahouse.audit.service import Audit
from teahouse.clock import Clock
from teahouse.complaints.service import Complaints
from teahouse.desk.service import Desk
from teahouse.directory.service import Directory
from teahouse.ids import Ids
from teahouse.infra.bus.log import Log
from teahouse.infra.db.pool import Database
from teahouse.infra.jobs.queue import Jobs
from teahouse.invites.service import Invites
from teahouse.media.service import Media
from teahouse.membership.service.house import Membership
from teahouse.profiles.service import Profiles
from teahouse.pushers.service.pushers import Pushers
from teahouse.registrations.service import Registrations
from teahouse.rooms.service import Rooms
from teahouse.spaces.service import Spaces
from teahouse.timeline.service.house import Timeline


@dataclass(frozen=True, repr=False)
class AdminApi:
    """The verbs of operators' tools, by what they are about."""

    badges: Badges
    people: People
    halls: Halls
    files: Files
    tokens: Tokens
    reports: Reports
    annals: Annals
    spaces: Spaces
    pushers: Pushers
    registrations: Registrations


def open_adminapi(
    *,
    db: Database,
    log: Log,
    audit: Audit,
    jobs: Jobs,
    clock: Clock,
    ids: Ids,
    server_name: str,
    accounts: Accounts,
    profiles: Profiles,
    desk: Desk,
    registrations: Registrations,
    invites: Invites,
    rooms: Rooms,
    directory: Directory,
    media: Media,
    timeline: Timeline,
    membership: Membership,
    pushers: Pushers,
    complaints: Complaints,
    spaces: Spaces,
) -> AdminApi:
    """Put the parts together."""
    listing = Listing()
    accounts.endings.append(store.forget)
    return AdminApi(
        badges=Badges(db, audit, clock),
        people=People(
            db, log, audit, accounts, listing, profiles, desk, registrations, membership.coming,
            server_name,
        ),
        halls=Halls(db, audit, jobs, clock, ids, rooms, directory, timeline, membership.coming),
        files=Files(db, audit, media, listing, profiles),
        tokens=Tokens(db, invites, clock),
        reports=Reports(complaints, rooms),
        annals=Annals(db, audit, rooms, timeline.reading, server_name),
        spaces=spaces,
        pushers=pushers,
        registrations=registrations,
    )  # fmt: skip
