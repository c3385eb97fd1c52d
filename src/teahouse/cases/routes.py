"""One's own cases; the operators' queues, decisions and appeals."""

from dataclasses import dataclass

from teahouse.cases import wire
from teahouse.cases.model.case import Whole
from teahouse.cases.model.procedure import Act, State
from teahouse.cases.service.house import Cases
from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Header, Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.rulebook.model import RuleBook

MINE = "/api/v1/cases"
DESK = "/api/v1/operator/cases"
ACTING = Limit("cases", per_minute=20, burst=20)
READERS = ("owner", "moderator", "auditor")
DECIDERS = ("owner", "moderator")
UNCACHED: tuple[Header, ...] = (
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
)


@dataclass(frozen=True)
class _Authors:
    cases: Cases

    async def listed(self, request: Request) -> Response:
        """Return one's own cases."""
        found = await self.cases.authors.own(request.caller.account_id)
        rules = self.cases.engine.rules
        return json_response(wire.OwnCasesWire([wire.own_wire(one, rules) for one in found]))

    async def one(self, request: Request) -> Response:
        """Return one of them."""
        found = await self.cases.authors.one(*_whose(request))
        return json_response(wire.own_wire(found, self.cases.engine.rules))

    async def comply(self, request: Request) -> Response:
        """Do as ordered."""
        await request.ignored_body()
        done = await self.cases.authors.comply(*_whose(request))
        return json_response(wire.own_wire(done, self.cases.engine.rules))

    async def contest(self, request: Request) -> Response:
        """Contest an order."""
        body = await request.struct(wire.CaseWordsBody)
        done = await self.cases.authors.contest(*_whose(request), body.words)
        return json_response(wire.own_wire(done, self.cases.engine.rules))

    async def appeal(self, request: Request) -> Response:
        """Appeal."""
        body = await request.struct(wire.CaseWordsBody)
        done = await self.cases.authors.appeal(*_whose(request), body.words)
        return json_response(wire.own_wire(done, self.cases.engine.rules))


@dataclass(frozen=True)
class _Desk:
    cases: Cases

    async def rules(self, _request: Request) -> Response:
        """Return the rules of the house."""
        return json_response(self.cases.engine.rules.book())

    async def queue(self, request: Request) -> Response:
        """Return cases in a state."""
        state, after = request.query_one("state") or "reported", request.query_one("after") or ""
        if state not in {one.value for one in State}:
            raise Invalid("There is no such state of a case.")
        category = request.query_one("category") or ""
        actor = request.operator.operator_id
        found = await self.cases.deciding.queue(actor, state, category, after)
        listed = [wire.case_wire(one) for one in found.cases]
        return json_response(wire.QueueWire(listed, found.spared))

    async def open(self, request: Request) -> Response:
        """Begin a case."""
        body = await request.struct(wire.CaseOpenBody)
        about = (body.kind, body.target, body.category)
        case_id = await self.cases.deciding.open(request.operator.operator_id, *about)
        return json_response(wire.CaseOpenedWire(case_id), 201)

    async def look(self, request: Request) -> Response:
        """Return a case."""
        found = await self.cases.deciding.look(*_which(request))
        return json_response(await _detail(self.cases, request, found))

    async def picture(self, request: Request) -> Response:
        """Return a picture that a case is about."""
        found = await self.cases.pictures.one(*_which(request), request.path["media_id"])
        content_type, reading = found
        headers = (*UNCACHED, (b"content-length", b"%d" % (reading.end - reading.start)))
        return Response(200, b"", content_type.encode(), headers, reading.chunks())

    async def claim(self, request: Request) -> Response:
        """Take a case."""
        await request.ignored_body()
        return json_response(wire.case_wire(await self.cases.deciding.claim(*_which(request))))

    async def act(self, request: Request) -> Response:
        """Take a step in a case."""
        body = await request.struct(wire.CaseActBody)
        if body.act not in {one.value for one in Act}:
            raise Invalid("There is no such step.")
        said = (Act(body.act), body.statement, body.answer)
        done = await self.cases.deciding.decide(*_which(request), *said)
        return json_response(await _detail(self.cases, request, done))


@dataclass(frozen=True)
class _Review:
    cases: Cases

    async def waiting(self, request: Request) -> Response:
        """Return appeals that wait."""
        after = request.query_one("after") or ""
        found = await self.cases.appeals.waiting(request.operator.operator_id, after)
        return json_response(wire.CaseAppealsWire([wire.appeal_wire(one) for one in found]))

    async def take(self, request: Request) -> Response:
        """Take an appeal."""
        await request.ignored_body()
        done = await self.cases.appeals.take(*_which(request))
        return json_response(await _detail(self.cases, request, done))

    async def decide(self, request: Request) -> Response:
        """Decide an appeal."""
        body = await request.struct(wire.CaseAppealBody)
        said = (body.outcome, body.answer)
        done = await self.cases.appeals.decide(*_which(request), *said)
        return json_response(await _detail(self.cases, request, done))

    async def sign_offs(self, _request: Request) -> Response:
        """Return second sign-offs."""
        found = await self.cases.deciding.sign_offs()
        told = [wire.SignOffWire(*one) for one in found]
        return json_response(wire.SignOffsWire(told))

    async def sign_off(self, request: Request) -> Response:
        """Sign a reason off."""
        body = await request.struct(wire.SignOffBody)
        await self.cases.deciding.sign_off(request.operator.operator_id, body.reason)
        return empty()

    async def review(self, request: Request) -> Response:
        """Note the review of a sign-off."""
        await request.ignored_body()
        actor, which = request.operator.operator_id, request.path["sign_off_id"]
        await self.cases.deciding.review(actor, which)
        return empty()

    async def own_account(self, request: Request) -> Response:
        """Say that an account is one's own."""
        body = await request.struct(wire.OwnAccountBody)
        await self.cases.deciding.own_account(request.operator.operator_id, body.user_id)
        return empty()


def routes(cases: Cases) -> list[Route]:
    """Return these routes."""
    return [*_author_routes(_Authors(cases)), *_desk_routes(_Desk(cases)),
            *_review_routes(_Review(cases))]  # fmt: skip


def _author_routes(own: _Authors) -> list[Route]:
    one, body, answer = f"{MINE}/{{case_id}}", wire.CaseWordsBody, wire.OwnCaseWire
    return [
        Route(
            "GET", MINE, own.listed, answer=wire.OwnCasesWire,
            summary="One's own cases, with what was decided and why",
        ),
        Route("GET", one, own.one, answer=answer, summary="One of one's own cases"),
        Route(
            "POST", f"{one}/comply", own.comply, limit=ACTING, answer=answer,
            summary="Do as ordered: nobody reads it any more",
        ),
        Route(
            "POST", f"{one}/contest", own.contest, limit=ACTING, body=body, answer=answer,
            summary="Say that an order is wrong: its deadline stands still",
        ),
        Route(
            "POST", f"{one}/appeal", own.appeal, limit=ACTING, body=body, answer=answer,
            summary="Have somebody else look at a decision again",
        ),
    ]  # fmt: skip


def _desk_routes(desk: _Desk) -> list[Route]:
    one, detail, operator = f"{DESK}/{{case_id}}", wire.CaseDetailWire, Auth.OPERATOR
    return [
        Route(
            "GET", DESK, desk.queue, auth=operator, allow=READERS, answer=wire.QueueWire,
            summary="Cases by `state`, and `category`; `after` an id: more",
        ),
        Route(
            "POST", DESK, desk.open, auth=operator, allow=DECIDERS, body=wire.CaseOpenBody,
            answer=wire.CaseOpenedWire, status=201, summary="Begin a case that nobody reported",
        ),
        Route(
            "GET", f"{DESK}/rules", desk.rules, auth=operator, allow=READERS, answer=RuleBook,
            summary="The rules of this house",
        ),
        Route(
            "GET", one, desk.look, auth=operator, allow=READERS, answer=detail,
            summary="A case, with its evidence as it was when it was reported",
        ),
        Route(
            "GET", f"{one}/pictures/{{media_id}}", desk.picture, auth=operator, allow=READERS,
            summary="A picture that a case's evidence names, also when it is hidden",
        ),
        Route(
            "POST", f"{one}/claim", desk.claim, auth=operator, allow=DECIDERS,
            answer=wire.QueuedCaseWire, summary="Take a case for some hours",
        ),
        Route(
            "POST", f"{one}/acts", desk.act, auth=operator, allow=DECIDERS, body=wire.CaseActBody,
            answer=detail, summary="Take a step in a case, with a statement of reasons",
        ),
    ]  # fmt: skip


def _review_routes(desk: _Review) -> list[Route]:
    one, detail, operator = f"{DESK}/{{case_id}}/appeal", wire.CaseDetailWire, Auth.OPERATOR
    offs = f"{DESK}/sign-offs"
    return [
        Route(
            "GET", f"{DESK}/appeals", desk.waiting, auth=operator, allow=READERS,
            answer=wire.CaseAppealsWire, summary="Appeals that wait, what is due first",
        ),
        Route(
            "POST", f"{one}/take", desk.take, auth=operator, allow=DECIDERS, answer=detail,
            summary="Take an appeal, as somebody who has decided nothing in the case",
        ),
        Route(
            "POST", f"{one}/decide", desk.decide, auth=operator, allow=DECIDERS,
            body=wire.CaseAppealBody, answer=detail, summary="Decide an appeal, in words",
        ),
        Route(
            "GET", offs, desk.sign_offs, auth=operator, allow=READERS, answer=wire.SignOffsWire,
            summary="Second sign-offs of decisions about many accounts, and their reviews",
        ),
        Route(
            "POST", offs, desk.sign_off, auth=operator, allow=DECIDERS, body=wire.SignOffBody,
            summary="Agree that others decide on more accounts for a reason, for a day",
        ),
        Route(
            "POST", f"{offs}/{{sign_off_id}}/review", desk.review, auth=operator, allow=DECIDERS,
            summary="Note that what was signed off was reviewed",
        ),
        Route(
            "POST", f"{DESK}/own-account", desk.own_account, auth=operator, allow=DECIDERS,
            body=wire.OwnAccountBody, summary="Say that an account is one's own",
        ),
    ]  # fmt: skip


def _whose(request: Request) -> tuple[str, str]:
    return request.caller.account_id, request.path["case_id"]


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["case_id"]


async def _detail(cases: Cases, request: Request, whole: Whole) -> wire.CaseDetailWire:
    own = await cases.wellbeings.own(request.operator.operator_id)
    return wire.detail_wire(whole, cases.engine.rules, own.preferences)
