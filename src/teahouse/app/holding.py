"""What may not be deleted for now, and what may not be used: whoever does either asks here first."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from teahouse.accounts.model import NoSuchAccount
from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.cases.service.house import Cases
from teahouse.collection.model import Use
from teahouse.detectors.service.house import Detectors
from teahouse.holds import jobs as holds_jobs
from teahouse.holds import routes as holds_routes
from teahouse.holds import store as holds_store
from teahouse.holds.model.hold import ObjectKind
from teahouse.holds.service.deciding import Finder, Holds
from teahouse.holds.service.handing import Handings
from teahouse.holds.service.stopping import FILE, HOLDER, OWNER, Stopping
from teahouse.infra.db.pool import Tx
from teahouse.infra.http.router import Route
from teahouse.restrictions import jobs as restrictions_jobs
from teahouse.restrictions import routes as restrictions_routes
from teahouse.restrictions import store as restrictions_store
from teahouse.restrictions.service import Restrictions

FIELDS = (*holds_store.FIELDS, *restrictions_store.FIELDS)
SEALED = (*holds_store.SEALED, *restrictions_store.SEALED)
Named = Sequence[tuple[str, str]] | None


@dataclass(frozen=True, repr=False)
class Holding:
    """Legal holds, and restrictions."""

    holds: Holds
    stopping: Stopping
    handings: Handings
    restrictions: Restrictions


def make_holding(
    ground: Ground,
    people: People,
    doors: Doors,
    talk: Talk,
    cases: Cases,
    detectors: Detectors,
) -> Holding:
    """Make these domains, and have all ask them who delete, replace or use what they name."""
    restrictions = _make_restrictions(ground, people, talk, detectors)
    handings = Handings(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        history=doors.notices.history,
        clock=ground.clock,
        ids=ground.ids,
        server_name=ground.config.server_name,
    )
    return Holding(*_make_holds(ground, people, talk, cases), handings, restrictions)


def _make_holds(ground: Ground, people: People, talk: Talk, cases: Cases) -> tuple[Holds, Stopping]:
    using, accounts = talk.collection.using, people.accounts

    async def keep_files(tx: Tx, hold_id: str, event_id: str, body: bytes) -> None:
        await using.keep(tx, f"{HOLDER}{hold_id}", event_id, body)

    async def leave_files(tx: Tx, hold_id: str) -> None:
        await using.leave(tx, f"{HOLDER}{hold_id}")

    async def let_file_go(tx: Tx, media_id: str) -> None:
        if await talk.media.owners(tx, [media_id]):
            await talk.media.drop(tx, media_id)

    async def uses(tx: Tx, media_ids: Sequence[str]) -> list[Use]:
        return await using.uses_of(tx, media_ids)

    stopping = Stopping(ground.vault, ground.clock, ground.ids, uses, keep_files)
    holds = Holds(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        jobs=ground.jobs,
        clock=ground.clock,
        ids=ground.ids,
        finders=_finders(ground, people, talk, cases),
        letting_go={FILE: let_file_go, OWNER: accounts.end_now},
        leave_files=leave_files,
    )
    talk.retention.holding.append(stopping.held)
    talk.timeline.erasing.keepers.append(stopping)
    talk.media.holding.append(stopping.stay)
    cases.engine.staying.append(stopping.cases)
    people.profiles.replacing.append(stopping.keep_value)
    talk.presence.replacing.append(stopping.keep_value)
    accounts.waitings.append(stopping.put_off)
    accounts.restorings.append(stopping.called_back)
    return holds, stopping


def _make_restrictions(
    ground: Ground, people: People, talk: Talk, detectors: Detectors
) -> Restrictions:
    restrictions = Restrictions(
        db=ground.db,
        vault=ground.vault,
        audit=people.audit,
        consent=people.consent,
        directory=talk.directory,
        telling=people.recovery.telling,
        clock=ground.clock,
        ids=ground.ids,
        config=ground.config,
    )
    restrictions.listen()
    talk.search.finding.apart.append(restrictions.apart)
    detectors.looking.apart.append(restrictions.apart)
    return restrictions


def _finders(
    ground: Ground, people: People, talk: Talk, cases: Cases
) -> Mapping[ObjectKind, Finder]:
    async def room(room_id: str) -> Named:
        return None if await talk.rooms.find(room_id) is None else ()

    async def message(event_id: str) -> Named:
        async with ground.db.read() as tx:
            found = await talk.timeline.reading.events_by_id(tx, [event_id])
        return () if event_id in found else None

    async def file(media_id: str) -> Named:
        async with ground.db.read() as tx:
            return () if await talk.media.owners(tx, [media_id]) else None

    async def account(user_id: str) -> Named:
        try:
            found = await people.accounts.account(user_id)
        except NoSuchAccount:
            return None
        return ((OWNER, found.account_id),)

    async def case(case_id: str) -> Named:
        async with ground.db.read() as tx:
            return () if await cases.engine.is_known(tx, case_id) else None

    found: dict[ObjectKind, Callable[[str], Awaitable[Named]]] = {
        ObjectKind.ROOM: room,
        ObjectKind.MESSAGE: message,
        ObjectKind.FILE: file,
        ObjectKind.ACCOUNT: account,
        ObjectKind.CASE: case,
    }
    return found


def holding_jobs(ground: Ground, holding: Holding) -> None:
    """Say what these domains do later."""
    holds_jobs.register(holding.holds, ground.jobs)
    restrictions_jobs.register(holding.restrictions, ground.jobs)


def holding_routes(holding: Holding) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *holds_routes.routes(holding.holds, holding.handings),
        *restrictions_routes.routes(holding.restrictions),
    ]
