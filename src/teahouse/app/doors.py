"""How new accounts come to be: whether they may, by which way, and what people are told."""

from dataclasses import dataclass
from pathlib import Path

from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.placing import follow_screening, place_newcomers
from teahouse.approvals import jobs as approvals_jobs
from teahouse.approvals import routes as approvals_routes
from teahouse.approvals import store as approvals_store
from teahouse.approvals.service import Approvals
from teahouse.figures import routes as figures_routes
from teahouse.figures.service import Figures
from teahouse.gate import jobs as gate_jobs
from teahouse.gate import routes as gate_routes
from teahouse.gate.service.gate import Gate, make_gate
from teahouse.infra.db.pool import Tx
from teahouse.infra.egress.ways import Way
from teahouse.infra.http.router import Route
from teahouse.infra.vault.lifecycle import KeyPurpose
from teahouse.infra.vault.replicas import Replicas
from teahouse.invites import jobs as invites_jobs
from teahouse.invites import routes as invites_routes
from teahouse.invites import store as invites_store
from teahouse.invites.service import Invites
from teahouse.measures import routes as measures_routes
from teahouse.measures.service import Measures
from teahouse.notices import jobs as notices_jobs
from teahouse.notices import routes as notices_routes
from teahouse.notices.service.notices import Notices, make_notices
from teahouse.officials import jobs as officials_jobs
from teahouse.officials import routes as officials_routes
from teahouse.officials import store as officials_store
from teahouse.officials.service import Officials
from teahouse.officials.service.changes import Changes
from teahouse.registrations import jobs as registrations_jobs
from teahouse.registrations import routes as registrations_routes
from teahouse.registrations import store as registrations_store
from teahouse.registrations.model import Registered
from teahouse.registrations.service.registrations import Registrations, make_registrations
from teahouse.registrations.service.steps import Finisher
from teahouse.reports import routes as reports_routes
from teahouse.reports.service import Census, Reports
from teahouse.screening import jobs as screening_jobs
from teahouse.screening import routes as screening_routes
from teahouse.screening import store as screening_store
from teahouse.screening.model.rules import Mode
from teahouse.screening.service import Screening
from teahouse.screening.service.screening import make_screening
from teahouse.vouching import jobs as vouching_jobs
from teahouse.vouching import routes as vouching_routes
from teahouse.vouching import store as vouching_store
from teahouse.vouching.service import Vouching
from teahouse.waitlist import jobs as waitlist_jobs
from teahouse.waitlist import routes as waitlist_routes
from teahouse.waitlist import store as waitlist_store
from teahouse.waitlist.service.waitlist import Waitlist, make_waitlist
from teahouse.works import routes as works_routes
from teahouse.works.service import Works

FIELDS = (
    *registrations_store.FIELDS,
    *screening_store.FIELDS,
    *approvals_store.FIELDS,
    *vouching_store.FIELDS,
    *invites_store.FIELDS,
    *officials_store.FIELDS,
    *waitlist_store.FIELDS,
)
SEALED = (
    *registrations_store.SEALED,
    *approvals_store.SEALED,
    *officials_store.SEALED,
    *waitlist_store.SEALED,
)


@dataclass(frozen=True, repr=False)
class Doors:
    """How new accounts come to be."""

    works: Works
    gate: Gate
    figures: Figures
    screening: Screening
    notices: Notices
    invites: Invites
    measures: Measures
    registrations: Registrations
    waitlist: Waitlist
    approvals: Approvals
    vouching: Vouching
    officials: Officials
    changes: Changes
    reports: Reports


def make_doors(ground: Ground, people: People) -> Doors:
    """Make the domains of the gate and of the ways through it, from the lowest floor up."""
    config, clock, ids = ground.config, ground.clock, ground.ids
    db, log, vault = ground.db, ground.log, ground.vault
    works = Works(db, log, people.audit, clock, ids)
    gate = make_gate(
        db=db, log=log, audit=people.audit, works=works, config=config, clock=clock, ids=ids
    )
    screening = _make_screening(ground, people, gate)
    notices = _make_notices(ground, people, gate)
    ground.locksmith.also_holds(KeyPurpose.KEK, notices.history.keys_under)
    registrations = make_registrations(
        db=db,
        log=log,
        gate=gate,
        screening=screening,
        accounts=people.accounts,
        profiles=people.profiles,
        consent=people.consent,
        vault=vault,
        config=config,
        clock=clock,
        ids=ids,
        recycling=people.recovery.recycling,
    )
    approvals = _make_approvals(ground, people, screening, registrations)
    vouching = _make_vouching(ground, people, registrations)
    place_newcomers(people.standing, screening, vouching, registrations)
    officials = Officials(db, vault, registrations, approvals, people.stepups)
    officials.listen()
    waitlist = _waitlist(ground, people, gate, screening)
    registrations.finishers.append(turn_used(waitlist))
    invites = Invites(gate.keeper, people.audit, config.base_url)
    invites.listen(people.accounts)
    registrations.finishers.append(invite_used(invites))
    return Doors(
        works=works,
        gate=gate,
        figures=Figures(gate, clock),
        screening=screening,
        notices=notices,
        invites=invites,
        measures=Measures(gate.keeper),
        registrations=registrations,
        approvals=approvals,
        vouching=vouching,
        officials=officials,
        changes=_make_changes(ground, people),
        waitlist=waitlist,
        reports=_make_reports(ground, people, notices),
    )


def _make_reports(ground: Ground, people: People, notices: Notices) -> Reports:
    config, url = ground.config, ground.config.nats_url

    async def streams() -> list[str]:
        from teahouse.infra.bus import neighbours  # noqa: PLC0415 - it takes a while to read in

        return await neighbours.streams(url)

    census = Census(
        db=ground.db,
        jobs=ground.jobs,
        attendance=ground.attendance,
        clock=ground.clock,
        data_dir=Path(config.data_dir),
        replicas=Replicas(ground.db, tuple(config.replicas.split())),
        streams=streams if url else None,
    )
    reports = Reports(
        ground.db, notices.history, people.audit, census, ground.clock, config.server_name
    )
    notices.site.besides.append(reports.on_site)
    return reports


def _make_changes(ground: Ground, people: People) -> Changes:
    changes = Changes(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        jobs=ground.jobs,
        accounts=people.accounts,
        stepups=people.stepups,
        standing=people.standing,
        log=ground.log,
        config=ground.config,
    )
    changes.listen()
    return changes


def _make_vouching(ground: Ground, people: People, registrations: Registrations) -> Vouching:
    vouching = Vouching(
        db=ground.db,
        vault=ground.vault,
        accounts=people.accounts,
        telling=people.recovery.telling,
        audit=people.audit,
        standing=people.standing,
        keeper=registrations.gate.keeper,
        registrations=registrations,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )
    vouching.listen()
    return vouching


def _make_approvals(
    ground: Ground, people: People, screening: Screening, registrations: Registrations
) -> Approvals:
    approvals = Approvals(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        jobs=ground.jobs,
        registrations=registrations,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )
    approvals.signals.append(screening.weighing.findings)
    approvals.listen()
    return approvals


def _make_notices(ground: Ground, people: People, gate: Gate) -> Notices:
    config = ground.config
    # Its own: nobody else may reach the places named for webhooks.
    egress = ground.egress.apart(Way.WEBHOOKS, config.inside)
    ground.closing.push_async_callback(egress.close)
    return make_notices(
        db=ground.db,
        log=ground.log,
        audit=people.audit,
        gate=gate,
        vault=ground.vault,
        egress=egress,
        config=config,
        clock=ground.clock,
        ids=ground.ids,
    )


def _waitlist(ground: Ground, people: People, gate: Gate, screening: Screening) -> Waitlist:
    return make_waitlist(
        db=ground.db,
        gate=gate,
        screening=screening,
        codes=people.accounts.codes,
        consent=people.consent,
        audit=people.audit,
        vault=ground.vault,
        jobs=ground.jobs,
        config=ground.config,
        clock=ground.clock,
        ids=ground.ids,
    )


def turn_used(waitlist: Waitlist) -> Finisher:
    """Return what tells the waiting list, which is below, that a turn was used."""

    async def used(tx: Tx, registered: Registered) -> None:
        registration = registered.registration
        if registration is not None and registration.invite_digest is not None:
            await waitlist.places.used(tx, registration.invite_digest)

    return used


def invite_used(invites: Invites) -> Finisher:
    """Return what tells invitations, which are below, who came by one."""

    async def used(tx: Tx, registered: Registered) -> None:
        if registered.invite_digest is not None:
            await invites.used(tx, registered.invite_digest, registered.account.account_id)

    return used


def doors_jobs(ground: Ground, people: People, doors: Doors) -> None:
    """Say what these domains do later."""
    gate_jobs.register(doors.gate, ground.jobs)
    screening_jobs.register(doors.screening, ground.jobs)
    invites_jobs.register(doors.invites, ground.jobs)
    notices_jobs.register(doors.notices, ground.jobs)
    approvals_jobs.register(doors.approvals, ground.jobs)
    vouching_jobs.register(doors.vouching, ground.jobs, ground.log)
    follow_screening(ground.log, people.standing)
    registrations_jobs.register(doors.registrations, ground.jobs)
    waitlist_jobs.register(doors.waitlist, ground.jobs)
    officials_jobs.register(doors.changes, ground.jobs)


def doors_routes(doors: Doors) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *works_routes.routes(doors.works),
        *gate_routes.routes(doors.gate),
        *figures_routes.routes(doors.figures),
        *screening_routes.routes(doors.screening),
        *reports_routes.routes(doors.reports),
        *notices_routes.routes(doors.notices),
        *invites_routes.routes(doors.invites),
        *measures_routes.routes(doors.measures),
        *approvals_routes.routes(doors.approvals),
        *vouching_routes.routes(doors.vouching),
        *registrations_routes.routes(doors.registrations),
        *officials_routes.routes(doors.officials),
        *officials_routes.change_routes(doors.changes),
        *waitlist_routes.routes(doors.waitlist),
    ]


def _make_screening(ground: Ground, people: People, gate: Gate) -> Screening:
    """Make screening; in test mode its rules only watch, until an operator turns them on."""
    screening = make_screening(
        db=ground.db,
        log=ground.log,
        gate=gate,
        audit=people.audit,
        vault=ground.vault,
        clock=ground.clock,
        ids=ground.ids,
        registry=ground.registry,
        usual=Mode.WATCH if ground.config.test_mode else Mode.ON,
        staged_days=people.standing.burst_days,
    )
    people.accounts.codes.spenders.append(screening.knocks.count_message)
    return screening
