"""The incident desk and the register of flaws, for operators."""

from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.gate.model.policies import Both
from teahouse.incidents import wire
from teahouse.incidents.model.drafts import as_text
from teahouse.incidents.model.flaws import FlawAct
from teahouse.incidents.model.incident import IncidentLinks
from teahouse.incidents.model.law import WHOM
from teahouse.incidents.model.procedure import Act, State
from teahouse.incidents.service.flaws import Flaws
from teahouse.incidents.service.incidents import (
    YEARS,
    Answer,
    Beginning,
    Incidents,
    Whole,
    due_first,
)
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/incidents"
ONE = f"{DESK}/{{incident_id}}"
READERS = ("owner", "registrar", "moderator", "auditor")
WRITERS = ("owner", "registrar", "moderator")
ACTS = (Act.CONTAIN, Act.CLOSE, Act.REOPEN)
TEXT = b"text/plain; charset=utf-8"


@dataclass(frozen=True)
class _Desk:
    incidents: Incidents

    def told(self, whole: Whole, status: int = 200) -> Response:
        law, now = self.incidents.book.of(whole.incident.profile), self.incidents.clock.now()
        return json_response(wire.incident_detail(*whole, law, now), status)

    async def listed(self, request: Request) -> Response:
        """Return incidents."""
        state = request.query_one("state") or ""
        if state and state not in {one.value for one in State}:
            raise Invalid("There is no such state.")
        found = await self.incidents.board(state, request.query_one("before") or "")
        book, now = self.incidents.book, self.incidents.clock.now()
        told = [
            wire.incident_wire(one.incident, one.clocks, book.of(one.incident.profile), now)
            for one in due_first(found)
        ]
        return json_response(wire.IncidentsWire(told))

    async def open(self, request: Request) -> Response:
        """Note an incident."""
        body = await request.struct(wire.IncidentBody)
        profile = body.profile or self.incidents.config.profile
        new = Beginning(body.title, profile, body.facts, body.noticed_at)
        return self.told(await self.incidents.open(request.operator.operator_id, new), 201)

    async def look(self, request: Request) -> Response:
        """Return an incident."""
        return self.told(await self.incidents.look(request.path["incident_id"]))

    async def assess(self, request: Request) -> Response:
        """Write down what is known."""
        body = await request.struct(wire.AssessBody)
        said = (body.facts, body.words, body.level)
        return self.told(await self.incidents.assess(*_which(request), *said))

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.IncidentActBody)
        if body.act not in {one.value for one in ACTS}:
            raise Invalid(f"act is one of {', '.join(one.value for one in ACTS)}.")
        return self.told(await self.incidents.act(*_which(request), Act(body.act), body.words))

    async def tell(self, request: Request) -> Response:
        """Note who was told."""
        body = await request.struct(wire.IncidentTellBody)
        if body.whom not in WHOM:
            raise Invalid(f"whom is one of {', '.join(WHOM)}.")
        answer = Answer(body.clock_id, body.words, body.reference, body.late_why)
        return self.told(await self.incidents.tell(*_which(request), body.whom, answer))

    async def lower(self, request: Request) -> Response:
        """Lower a level, as the first or the second."""
        body = await request.struct(wire.LowerBody)
        return self.told(await self.incidents.lower(*_which(request), body.level, body.words))

    async def take(self, request: Request) -> Response:
        """Take an incident in hand."""
        await request.ignored_body()
        return self.told(await self.incidents.take(*_which(request)))

    async def link(self, request: Request) -> Response:
        """Name what belongs to it."""
        body = await request.struct(IncidentLinks)
        return self.told(await self.incidents.link(*_which(request), body))


@dataclass(frozen=True)
class _Papers:
    incidents: Incidents

    async def draft(self, request: Request) -> Response:
        """Return a report as it stands."""
        asked = request.path["incident_id"], request.query_one("clock") or ""
        incident, parts, lacking = await self.incidents.draft(*asked)
        text = Both(as_text(incident.title, parts, "zh"), as_text(incident.title, parts, "en"))
        return json_response(wire.IncidentDraftWire(wire.report_parts(parts), lacking, text))

    async def text(self, request: Request) -> Response:
        """Return a report as it stands, to be read."""
        lang = request.query_one("lang") or "zh"
        if lang not in ("zh", "en"):
            raise Invalid("lang must be zh or en.")
        asked = request.path["incident_id"], request.query_one("clock") or ""
        incident, parts, _ = await self.incidents.draft(*asked)
        return Response(200, as_text(incident.title, parts, lang).encode(), TEXT)

    async def reports(self, request: Request) -> Response:
        """Return the reports that went out."""
        found = await self.incidents.reports(request.path["incident_id"])
        return json_response(wire.reports_wire(found))

    async def law(self, _request: Request) -> Response:
        """Return the law."""
        return json_response(wire.book_wire(self.incidents.book, self.incidents.config.profile))

    async def figures(self, request: Request) -> Response:
        """Return the figures of a year."""
        year = request.query_int("year", self.incidents.clock.now().year, *YEARS)
        found = await self.incidents.figures(year)
        groups = [wire.IncidentGroupWire(*one) for one in found.groups]
        clocks = [wire.ClockCountWire(*one) for one in found.clocks]
        flaws = [wire.FlawCountWire(*one) for one in found.flaws]
        return json_response(wire.IncidentFiguresWire(year, groups, clocks, flaws))


@dataclass(frozen=True)
class _Flaws:
    flaws: Flaws

    async def listed(self, _request: Request) -> Response:
        """Return flaws."""
        return json_response(
            wire.FlawsWire([wire.flaw_wire(one) for one in await self.flaws.listed()])
        )

    async def note(self, request: Request) -> Response:
        """Note a flaw."""
        new = wire.new_flaw(await request.struct(wire.FlawBody))
        made = await self.flaws.note(request.operator.operator_id, new)
        return json_response(wire.flaw_wire(made), 201)

    async def act(self, request: Request) -> Response:
        """Take a step about a flaw."""
        body = await request.struct(wire.FlawActBody)
        if body.act not in {one.value for one in FlawAct}:
            raise Invalid("There is no such step.")
        who, flaw_id = request.operator.operator_id, request.path["flaw_id"]
        after = await self.flaws.act(who, flaw_id, FlawAct(body.act), body.words, body.fixed_in)
        return json_response(wire.flaw_wire(after))


def routes(incidents: Incidents, flaws: Flaws) -> list[Route]:
    """Return the routes of this domain."""
    return [
        *_desk_routes(_Desk(incidents)),
        *_paper_routes(_Papers(incidents)),
        *_flaw_routes(_Flaws(flaws)),
    ]


def _desk_routes(desk: _Desk) -> list[Route]:
    detail, operator = wire.IncidentDetailWire, Auth.OPERATOR
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.IncidentsWire,
            summary="Incidents by `state`, what is due first; `before` an id: more",
        ),
        Route(
            "POST", DESK, desk.open, auth=operator, allow=WRITERS, body=wire.IncidentBody,
            answer=detail, status=201, summary="Note an incident: its clocks run from then",
        ),
        Route(
            "GET", ONE, desk.look, auth=operator, allow=READERS, answer=detail,
            summary="An incident, with its clocks and what was done",
        ),
        Route(
            "PUT", f"{ONE}/facts", desk.assess, auth=operator, allow=WRITERS, body=wire.AssessBody,
            answer=detail, summary="Write down what is known: the level rises with it",
        ),
        Route(
            "POST", f"{ONE}/acts", desk.act, auth=operator, allow=WRITERS,
            body=wire.IncidentActBody, answer=detail, summary="Contain, close or reopen it",
        ),
        Route(
            "POST", f"{ONE}/told", desk.tell, auth=operator, allow=WRITERS,
            body=wire.IncidentTellBody, answer=detail,
            summary="Note that an authority or people were told, and keep what they were told",
        ),
        Route(
            "POST", f"{ONE}/lower", desk.lower, auth=operator, allow=WRITERS, body=wire.LowerBody,
            answer=detail, summary="Lower a level and release clocks, as the first or the second",
        ),
        Route(
            "POST", f"{ONE}/take", desk.take, auth=operator, allow=WRITERS, answer=detail,
            summary="Take it in hand",
        ),
        Route(
            "PUT", f"{ONE}/links", desk.link, auth=operator, allow=WRITERS, body=IncidentLinks,
            answer=detail, summary="Name the leak, the notice, the upgrade that belong to it",
        ),
    ]  # fmt: skip


def _paper_routes(papers: _Papers) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", f"{ONE}/draft", papers.draft, auth=operator, allow=READERS,
            answer=wire.IncidentDraftWire,
            summary="The report that a `clock` asks for, as it stands; none: a supplementary one",
        ),
        Route(
            "GET", f"{ONE}/draft.txt", papers.text, auth=operator, allow=READERS,
            summary="The same to be read, in `lang`",
        ),
        Route(
            "GET", f"{ONE}/reports", papers.reports, auth=operator, allow=READERS,
            answer=wire.IncidentReportsWire, summary="The reports that went out, as they went out",
        ),
        Route(
            "GET", f"{DESK}/law", papers.law, auth=operator, allow=READERS,
            answer=wire.LawBookWire, summary="Levels and clocks, with their articles",
        ),
        Route(
            "GET", f"{DESK}/figures", papers.figures, auth=operator, allow=READERS,
            answer=wire.IncidentFiguresWire, summary="What was noticed in a `year`, counted",
        ),
    ]  # fmt: skip


def _flaw_routes(register: _Flaws) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", f"{DESK}/flaws", register.listed, auth=operator, allow=READERS,
            answer=wire.FlawsWire, summary="Flaws in software, the newest first",
        ),
        Route(
            "POST", f"{DESK}/flaws", register.note, auth=operator, allow=WRITERS,
            body=wire.FlawBody, answer=wire.FlawWire, status=201, summary="Note a flaw",
        ),
        Route(
            "POST", f"{DESK}/flaws/{{flaw_id}}/acts", register.act, auth=operator, allow=WRITERS,
            body=wire.FlawActBody, answer=wire.FlawWire, summary="Take a step about a flaw",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["incident_id"]
