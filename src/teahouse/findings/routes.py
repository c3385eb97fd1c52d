"""The rectification board, for operators; and the published list, for everybody."""

from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.findings import wire
from teahouse.findings.model.finding import (
    ARTEFACT_LETTERS_MAX,
    KINDS,
    Ruling,
    Said,
    Wish,
)
from teahouse.findings.model.procedure import OF_THE_HOUSE, Act, Programme, State
from teahouse.findings.service import Findings, Whole
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/findings"
PUBLIC = "/api/v1/findings"
READERS = ("owner", "moderator", "auditor")
WRITERS = ("owner", "moderator")
READING = Limit("findings.published", per_minute=60, burst=60, by="address")
TURNOVER_MAX_FEN = 10**17
FEN = 100


@dataclass(frozen=True)
class _Board:
    findings: Findings

    async def listed(self, request: Request) -> Response:
        """Return findings."""
        wish = Wish(
            _one_of(request, "state", State),
            _one_of(request, "programme", Programme),
            request.query_one("operator") or "",
            request.query_one("after") or "",
        )
        found = await self.findings.board(wish)
        return json_response(wire.FindingsWire([wire.finding_wire(one) for one in found]))

    async def take(self, request: Request) -> Response:
        """Take a list in."""
        body = await request.struct(wire.FindingsBody)
        said = (body.form, body.text, body.authority, body.dry_run)
        taken = await self.findings.take(request.operator.operator_id, *said)
        wrong = [wire.WrongRowWire(*one) for one in taken.wrong]
        return json_response(wire.TakenListWire(taken.new, taken.known, taken.left_out, wrong))

    async def look(self, request: Request) -> Response:
        """Return a finding."""
        return _told(await self.findings.look(request.path["finding_id"]))

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.FindingActBody)
        if body.act not in {one.value for one in Act if one not in OF_THE_HOUSE}:
            raise Invalid("There is no such step.")
        said = Said(body.words, body.artefact, body.version, body.ruling_id, body.due_at)
        actor, finding_id = request.operator.operator_id, request.path["finding_id"]
        return _told(await self.findings.act(actor, finding_id, Act(body.act), said))

    async def publish(self, request: Request) -> Response:
        """Put a finding on the public list."""
        await request.ignored_body()
        actor, finding_id = request.operator.operator_id, request.path["finding_id"]
        return json_response(wire.finding_wire(await self.findings.publish(actor, finding_id)))

    async def release(self, request: Request) -> Response:
        """Note a later version."""
        body = await request.struct(wire.ReleaseBody)
        if body.kind not in KINDS or not 0 < len(body.version) <= ARTEFACT_LETTERS_MAX:
            raise Invalid("Say which kind of thing it is, and which version.")
        said = (body.kind, body.target, body.version)
        count = await self.findings.release(request.operator.operator_id, *said)
        return json_response(wire.ReleasedWire(count))


@dataclass(frozen=True)
class _Register:
    findings: Findings

    async def clauses(self, _request: Request) -> Response:
        """Return the clauses."""
        return json_response(wire.clauses_wire(self.findings.clauses))

    async def figures(self, _request: Request) -> Response:
        """Return how it stands."""
        found = await self.findings.figures()
        counted = (
            found.by_state,
            found.by_rung,
            found.by_programme,
            found.by_clause,
            found.by_operator,
        )
        told = [wire.tallies(one, found.total) for one in counted]
        return json_response(wire.LadderWire(found.total, *told))

    async def exposure(self, request: Request) -> Response:
        """Return what may have to be paid."""
        yuan = request.query_int("turnover", 0, 0, TURNOVER_MAX_FEN // FEN)
        most, found = await self.findings.exposed(yuan * FEN)
        told = [wire.finding_wire(one) for one in found]
        return json_response(wire.ExposedFindingsWire(most, told))

    async def rulings(self, _request: Request) -> Response:
        """Return rulings."""
        found = await self.findings.rulings()
        return json_response(wire.LinkedRulingsWire([wire.ruling_wire(one) for one in found]))

    async def note_ruling(self, request: Request) -> Response:
        """Note a ruling."""
        body = await request.struct(wire.RulingBody)
        if body.programme not in {one.value for one in Programme}:
            raise Invalid("programme must be privacy, security or illegality.")
        texts = (body.authority.strip(), body.number.strip(), body.document.strip())
        if not all(0 < len(one) <= ARTEFACT_LETTERS_MAX for one in texts):
            raise Invalid("A ruling has its authority, its number, and where the paper is.")
        authority, number, document = texts
        ruling = Ruling(
            "", Programme(body.programme), authority, number, body.decided_on, body.shuts_down,
            document, "", self.findings.clock.now(),
        )  # fmt: skip
        noted = await self.findings.note_ruling(request.operator.operator_id, ruling)
        return json_response(wire.ruling_wire(noted), 201)

    async def published(self, _request: Request) -> Response:
        """Return the public list."""
        found = await self.findings.published()
        return json_response(wire.PublishedWire([wire.public_wire(*one) for one in found]))


def routes(findings: Findings) -> list[Route]:
    """Return these routes."""
    return [*_board_routes(_Board(findings)), *_register_routes(_Register(findings))]


def _board_routes(board: _Board) -> list[Route]:
    one, detail, operator = f"{DESK}/{{finding_id}}", wire.FindingDetailWire, Auth.OPERATOR
    return [
        Route(
            "GET", DESK, board.listed, auth=operator, allow=READERS, answer=wire.FindingsWire,
            summary="Findings by `state`, `programme`, `operator`; `after` an id: more",
        ),
        Route(
            "POST", f"{DESK}/import", board.take, auth=operator, allow=WRITERS,
            body=wire.FindingsBody, answer=wire.TakenListWire,
            summary="Take in a list of an authority, or see what would be",
        ),
        Route(
            "POST", f"{DESK}/releases", board.release, auth=operator, allow=WRITERS,
            body=wire.ReleaseBody, answer=wire.ReleasedWire,
            summary="Note a later version: what was closed about it is tested again",
        ),
        Route(
            "GET", one, board.look, auth=operator, allow=READERS, answer=detail,
            summary="A finding, with what was done about it",
        ),
        Route(
            "POST", f"{one}/acts", board.act, auth=operator, allow=WRITERS,
            body=wire.FindingActBody, answer=detail, summary="Take a step about a finding",
        ),
        Route(
            "POST", f"{one}/publish", board.publish, auth=operator, allow=WRITERS,
            answer=wire.FindingWire, summary="Put a finding on the public list, where it stays",
        ),
    ]  # fmt: skip


def _register_routes(register: _Register) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", f"{DESK}/clauses", register.clauses, auth=operator, allow=READERS,
            answer=wire.ClausesWire, summary="What a finding can name",
        ),
        Route(
            "GET", f"{DESK}/figures", register.figures, auth=operator, allow=READERS,
            answer=wire.LadderWire, summary="The ladder, the clauses and the operators, counted",
        ),
        Route(
            "GET", f"{DESK}/exposure", register.exposure, auth=operator, allow=READERS,
            answer=wire.ExposedFindingsWire,
            summary="What serious open findings may cost; `turnover` of last year, in yuan",
        ),
        Route(
            "GET", f"{DESK}/rulings", register.rulings, auth=operator, allow=READERS,
            answer=wire.LinkedRulingsWire, summary="What authorities decided in writing",
        ),
        Route(
            "POST", f"{DESK}/rulings", register.note_ruling, auth=operator, allow=WRITERS,
            body=wire.RulingBody, answer=wire.RulingWire, status=201,
            summary="Note what an authority decided in writing",
        ),
        Route(
            "GET", f"{PUBLIC}/published", register.published, auth=Auth.NONE, limit=READING,
            answer=wire.PublishedWire, summary="What is published of findings, with its history",
        ),
    ]  # fmt: skip


def _told(whole: Whole) -> Response:
    return json_response(wire.detail_wire(*whole))


def _one_of(request: Request, name: str, known: type[State] | type[Programme]) -> str:
    asked = request.query_one(name) or ""
    if asked and asked not in {one.value for one in known}:
        raise Invalid(f"There is no such {name}.")
    return asked
