"""What authorities find, what this house can do to it, and for how many people the law asks more."""

from dataclasses import dataclass
from importlib import resources
from pathlib import Path

from teahouse.accounts.model import AccountState
from teahouse.accounts.service import Accounts
from teahouse.app.ground import Ground
from teahouse.app.people import People
from teahouse.app.talk import Talk
from teahouse.app.visited import shown_registers
from teahouse.config import Config
from teahouse.directory.service import Directory
from teahouse.findings import jobs as findings_jobs
from teahouse.findings import routes as findings_routes
from teahouse.findings.model.finding import NoMeasure, by_id
from teahouse.findings.model.procedure import Rung
from teahouse.findings.service import Findings, Told, measures_of
from teahouse.infra.db.pool import Tx
from teahouse.infra.engines.places import nearest
from teahouse.infra.http.router import Route
from teahouse.inspections import routes as inspections_routes
from teahouse.inspections.service import Inspections
from teahouse.thresholds import jobs as thresholds_jobs
from teahouse.thresholds import routes as thresholds_routes
from teahouse.thresholds.model import ThresholdBook, read_thresholds
from teahouse.thresholds.service import Thresholds

THRESHOLDS_FILE = "thresholds.json"


@dataclass(frozen=True, repr=False)
class RoomMeasure:
    """A room: its place in the list is what strangers find it by; its members keep it."""

    directory: Directory
    kind: str = "room"

    async def hold(self, tx: Tx, target: str, rung: Rung, why: str) -> Told:
        """Take a room out of lists and searches. Raises ``NoMeasure`` for a shut-down."""
        if rung is Rung.SHUT_DOWN:
            raise NoMeasure
        await self.directory.hide(tx, target, why)
        return []

    async def let_go(self, tx: Tx, target: str, why: str, still_shut: bool) -> Told:
        """Let a room be found as before, unless something else hides it."""
        await self.directory.unhide(tx, target, why)
        return []


@dataclass(frozen=True, repr=False)
class AccountMeasure:
    """An account, such as an official one: strangers do not find it, or it says nothing any more."""

    accounts: Accounts
    directory: Directory
    kind: str = "account"

    async def hold(self, tx: Tx, target: str, rung: Rung, why: str) -> Told:
        """Hide an account from searches, and suspend it when it is shut down."""
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None:
            raise NoMeasure
        await self.directory.hide(tx, target, why)
        if rung is not Rung.SHUT_DOWN:
            return []
        account = await self.accounts.hold(tx, account_id)
        if account.state is AccountState.SUSPENDED:
            return []
        _, told = await self.accounts.change_state(tx, account_id, "suspend", why)
        return [told]

    async def let_go(self, tx: Tx, target: str, why: str, still_shut: bool) -> Told:
        """Undo what one finding did: a suspension of others' goes on."""
        await self.directory.unhide(tx, target, why)
        account_id = await self.accounts.id_of(tx, target)
        if account_id is None or still_shut:
            return []
        account = await self.accounts.hold(tx, account_id)
        ours = account.state_reason.partition(" ")[0] == why.partition(" ")[0]
        if account.state is not AccountState.SUSPENDED or not ours:
            return []
        _, told = await self.accounts.change_state(tx, account_id, "unsuspend", "")
        return [told]


@dataclass(frozen=True, repr=False)
class Inspecting:
    """What authorities look at."""

    findings: Findings
    thresholds: Thresholds
    inspections: Inspections


def make_inspecting(ground: Ground, people: People, talk: Talk) -> Inspecting:
    """Make these domains."""
    clauses = (resources.files("teahouse.findings") / "clauses.json").read_bytes()
    findings = Findings(
        db=ground.db,
        log=ground.log,
        audit=people.audit,
        clauses=by_id(clauses),
        measures=measures_of(
            RoomMeasure(talk.directory), AccountMeasure(people.accounts, talk.directory)
        ),
        clock=ground.clock,
        ids=ground.ids,
    )
    book = book_of(ground.config)
    thresholds = Thresholds(ground.db, people.accounts, people.audit, book, ground.clock)
    inspections = Inspections(ground.db, people.operators, people.audit, ground.clock, ground.ids)
    return Inspecting(findings, thresholds, inspections)


def book_of(config: Config) -> ThresholdBook:
    """Return the thresholds: the house's own file in the data directory, or ours.

    Raises ``BadThresholds``.
    """
    own = nearest(Path(config.data_dir)) / THRESHOLDS_FILE
    if config.data_dir and own.is_file():
        return read_thresholds(own.read_bytes())
    return read_thresholds((resources.files("teahouse.thresholds") / THRESHOLDS_FILE).read_bytes())


def inspecting_jobs(ground: Ground, inspecting: Inspecting) -> None:
    """Say what these domains do later."""
    findings_jobs.register(inspecting.findings, ground.jobs)
    thresholds_jobs.register(inspecting.thresholds, ground.jobs)


def inspecting_routes(inspecting: Inspecting) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *findings_routes.routes(inspecting.findings),
        *thresholds_routes.routes(inspecting.thresholds),
        *inspections_routes.routes(inspecting.inspections, shown_registers()),
    ]
