"""Our own API for asking back what a minor spent."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.proofs.service import Proofs
from teahouse.refunds import wire
from teahouse.refunds.model import OF_GUARDIANS, OF_OPERATORS, act_named
from teahouse.refunds.service import Refunds

MINE = "/api/v1/guardian/refunds"
WARD = "/api/v1/guardian/wards/{user_id}"
DESK = "/api/v1/operator/refunds"
ASKING = Limit("refunds.ask", per_minute=10, burst=10, by="account")
READERS = ("owner", "registrar", "moderator", "auditor")
DECIDERS = ("owner", "moderator")


@dataclass(frozen=True)
class _Guardian:
    refunds: Refunds
    proofs: Proofs

    async def spending(self, request: Request) -> Response:
        """Return what a ward spent."""
        booked = await self.refunds.spending(request.caller, request.path["user_id"])
        return json_response(wire.spendings_wire(booked))

    async def ask(self, request: Request) -> Response:
        """Ask something back."""
        body = await request.struct(wire.RefundAskBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        about = (request.path["user_id"], body.reservation_id, body.words)
        return json_response(wire.own_wire(await self.refunds.ask(request.caller, *about)), 201)

    async def mine(self, request: Request) -> Response:
        """Return one's claims."""
        found = await self.refunds.mine(request.caller)
        return json_response(wire.RefundsWire([wire.own_wire(one) for one in found]))

    async def answer(self, request: Request) -> Response:
        """Appeal, or withdraw."""
        body = await request.struct(wire.RefundWordsBody)
        act = act_named(request.path["act"], OF_GUARDIANS)
        refund_id = request.path["refund_id"]
        found = await self.refunds.answer(request.caller, refund_id, act, body.words)
        return json_response(wire.own_wire(found))


@dataclass(frozen=True)
class _Desk:
    refunds: Refunds

    async def open(self, _request: Request) -> Response:
        """Return what waits."""
        return await self._page("open")

    async def over(self, _request: Request) -> Response:
        """Return what is over."""
        return await self._page("over")

    async def look(self, request: Request) -> Response:
        """Return a claim."""
        actor, refund_id = request.operator.operator_id, request.path["refund_id"]
        found = await self.refunds.look(actor, refund_id)
        child_id = found.claim.child_id
        age = await self.refunds.minors.knowing.age(child_id)
        case = wire.RefundCaseWire(wire.desk_wire(found), child_id, age.at_least)
        return json_response(case)

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.RefundWordsBody)
        act = act_named(request.path["act"], OF_OPERATORS)
        actor, refund_id = request.operator.operator_id, request.path["refund_id"]
        found = await self.refunds.act(actor, refund_id, act, body.words)
        return json_response(wire.desk_wire(found))

    async def _page(self, which: str) -> Response:
        found = await self.refunds.page(which)
        return json_response(wire.RefundLinesWire([wire.line_wire(one) for one in found]))


def routes(refunds: Refunds, proofs: Proofs) -> list[Route]:
    """Return the routes of this domain."""
    guardian, desk = _Guardian(refunds, proofs), _Desk(refunds)
    return [
        Route(
            "GET", f"{WARD}/spending", guardian.spending, answer=wire.SpendingsWire,
            summary="What a ward spent, payment by payment",
        ),
        Route(
            "POST", f"{WARD}/refunds", guardian.ask, limit=ASKING, body=wire.RefundAskBody,
            answer=wire.RefundWire, summary="Ask back what a ward spent",
        ),
        Route(
            "GET", MINE, guardian.mine, answer=wire.RefundsWire,
            summary="What one asked back, and what became of it",
        ),
        Route(
            "POST", f"{MINE}/{{refund_id}}/{{act}}", guardian.answer, limit=ASKING,
            body=wire.RefundWordsBody, answer=wire.RefundWire,
            summary="Appeal a refusal, or withdraw: `appeal`, `withdraw`",
        ),
        Route(
            "GET", DESK, desk.open, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.RefundLinesWire,
            summary="What guardians ask back and waits, by when it is due",
        ),
        Route(
            "GET", f"{DESK}/over", desk.over, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.RefundLinesWire, summary="What was asked back and is over",
        ),
        Route(
            "GET", f"{DESK}/claims/{{refund_id}}", desk.look, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.RefundCaseWire, summary="One claim and its words, with the child's band of ages",
        ),
        Route(
            "POST", f"{DESK}/claims/{{refund_id}}/{{act}}", desk.act, auth=Auth.OPERATOR,
            allow=DECIDERS, body=wire.RefundWordsBody, answer=wire.RefundWire,
            summary="Take a step: `check`, `uphold`, `refuse`, `pay`, with reasons or a reference",
        ),
    ]  # fmt: skip
