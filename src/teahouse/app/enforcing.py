"""How rules are enforced: cases, over every kind of content that there is."""

from importlib import resources
from pathlib import Path

from teahouse.app.doors import Doors
from teahouse.app.ground import Ground
from teahouse.app.kinds import Files, kinds_of
from teahouse.app.people import People
from teahouse.app.square import Square
from teahouse.app.talk import Talk
from teahouse.app.ways import Ways
from teahouse.appearances import store as appearances_store
from teahouse.bars import store as bars_store
from teahouse.bars.model import SUBJECT, Barrable
from teahouse.bars.service import Bars
from teahouse.cases import jobs as cases_jobs
from teahouse.cases import routes as cases_routes
from teahouse.cases import store as cases_store
from teahouse.cases.model.case import Case
from teahouse.cases.model.procedure import ESTABLISHED, BadStep
from teahouse.cases.service.house import Cases, open_cases
from teahouse.config import Config
from teahouse.infra.db.pool import Tx
from teahouse.infra.engines.places import nearest
from teahouse.infra.http.router import Route
from teahouse.ratings.model import Rated
from teahouse.rulebook.model import RuleBook, read_rules
from teahouse.rulings import routes as rulings_routes
from teahouse.rulings.service import Rulings
from teahouse.wellbeing import jobs as wellbeing_jobs
from teahouse.wellbeing import routes as wellbeing_routes
from teahouse.wellbeing.service import Wellbeings

FIELDS = (*cases_store.FIELDS, *bars_store.FIELDS, *appearances_store.FIELDS)
SEALED = (*cases_store.SEALED, *bars_store.SEALED, *appearances_store.SEALED)
RULES_FILE = "rules.json"


def make_enforcing(
    ground: Ground, people: People, doors: Doors, ways: Ways, talk: Talk, square: Square
) -> Cases:
    """Make cases, above all that they can be about, and bar who is banned for good."""
    bars = _make_bars(ground, people, ways)
    cases = _make_cases(ground, people, doors, talk, square)

    async def bar(tx: Tx, case: Case) -> None:
        if case.account_id is not None:
            await bars.bar(tx, case.account_id, case.case_id)

    async def let_go(tx: Tx, case: Case) -> None:
        await bars.lift(tx, case.case_id)

    _label_by_cases(talk, cases)
    using = talk.collection.using

    async def hold(tx: Tx, case: Case, evidence: bytes) -> None:
        """What can be given back on appeal stays, with its pictures."""
        about = using.naming.mark + case.target.encode() if case.kind == Files.name else b""
        named = evidence + b" " + about if evidence else b""
        await using.keep(tx, f"case {case.case_id}", "evidence", named)

    cases.engine.holding.append(hold)
    cases.engine.sanctions.barring.append(bar)
    cases.engine.sanctions.letting_go.append(let_go)
    people.desk.emergencies.append(cases.emergencies)
    return cases


def _label_by_cases(talk: Talk, cases: Cases) -> None:
    """Let a case that established a violation label what it is about, until it is overturned."""
    ratings = talk.directory.ratings

    async def check(tx: Tx, case_id: str, kind: Rated, target: str) -> None:
        case = (await cases.engine.held(tx, case_id)).case
        if (case.kind, case.target) != (kind.value, target) or case.state not in ESTABLISHED:
            raise BadStep("A case labels what it is about, once it has established a violation.")

    async def let_go(tx: Tx, case: Case) -> None:
        await ratings.release(tx, case.case_id)

    ratings.casework.append(check)
    cases.engine.sanctions.letting_go.append(let_go)


def _make_bars(ground: Ground, people: People, ways: Ways) -> Bars:
    """Make bars, which are asked wherever an account gets a contact or an identity."""
    bars = Bars(ground.vault, people.accounts, ground.clock, ground.ids)
    bars.listen()

    async def check(tx: Tx, subject: str) -> None:
        await bars.check(tx, SUBJECT, subject)

    async def having(tx: Tx, account_id: str) -> list[Barrable]:
        return [Barrable(SUBJECT, one) for one in await ways.oidc.subjects(tx, account_id)]

    ways.oidc.checks.append(check)
    bars.having.append(having)
    return bars


def _make_cases(ground: Ground, people: People, doors: Doors, talk: Talk, square: Square) -> Cases:
    return open_cases(
        db=ground.db,
        log=ground.log,
        vault=ground.vault,
        accounts=people.accounts,
        standing=people.standing,
        complaints=square.complaints,
        audit=people.audit,
        media=talk.media,
        kinds=kinds_of(
            ground.db,
            people.accounts,
            people.profiles,
            talk.timeline,
            talk.rooms,
            talk.directory,
            talk.media,
            doors.officials,
            people.standing,
        ),
        rules=rules_of(ground.config),
        rulings=Rulings(ground.db, ground.clock, ground.ids),
        wellbeings=Wellbeings(ground.db, ground.clock),
        clock=ground.clock,
        ids=ground.ids,
    )


def rules_of(config: Config) -> RuleBook:
    """Return the house's rules: its own file in the data directory, or ours. Raises ``BadRules``."""
    own = nearest(Path(config.data_dir)) / RULES_FILE
    if config.data_dir and own.is_file():
        return read_rules(own.read_bytes())
    return read_rules((resources.files("teahouse.cases") / RULES_FILE).read_bytes())


def enforcing_jobs(ground: Ground, cases: Cases) -> None:
    """Say what these domains do later."""
    cases_jobs.register(cases.engine, ground.jobs)
    wellbeing_jobs.register(cases.wellbeings, ground.jobs)


def enforcing_routes(cases: Cases) -> list[Route]:
    """Return the routes of these domains."""
    return [
        *cases_routes.routes(cases),
        *rulings_routes.routes(cases.engine.rulings),
        *wellbeing_routes.routes(cases.wellbeings),
    ]
