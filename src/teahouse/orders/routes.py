"""Operators' routes, and what everybody may know: which orders keep something from people."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.orders import wire
from teahouse.orders.model.order import OrderBody
from teahouse.orders.model.procedure import OrderAct
from teahouse.orders.service.orders import Orders, Whole
from teahouse.orders.service.reporting import Reporting

PUBLIC = "/api/v1/orders"
DESK = "/api/v1/operator/orders"
ONE = f"{DESK}/{{order_id}}"
LOOKING = Limit("orders.notices", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "auditor")
ACTORS = ("owner", "registrar")


def routes(orders: Orders, reporting: Reporting) -> list[Route]:
    """Return every route of orders."""
    desk = _Desk(orders, reporting)
    return [*_reading(desk), *_acting(desk)]


@dataclass(frozen=True)
class _Desk:
    orders: Orders
    reporting: Reporting

    async def notices(self, _request: Request) -> Response:
        return json_response(wire.OrderNoticesWire(await self.orders.restraints.notices()))

    async def listed(self, _request: Request) -> Response:
        return json_response(wire.orders_wire(await self.orders.listed()))

    async def one(self, request: Request) -> Response:
        return told(await self.orders.whole(request.path["order_id"]))

    async def report(self, request: Request) -> Response:
        return json_response(await self.reporting.report(*_which(request)))

    async def evidence(self, request: Request) -> Response:
        return json_response(wire.evidence_wire(*await self.orders.evidence(*_which(request))))

    async def bring(self, request: Request) -> Response:
        body = await request.struct(OrderBody)
        order_id = await self.orders.bring(request.operator.operator_id, body)
        return json_response(wire.OrderBroughtWire(order_id), 201)

    async def check(self, request: Request) -> Response:
        await request.ignored_body()
        return told(await self.orders.check(*_which(request)))

    async def acknowledge(self, request: Request) -> Response:
        body = await request.struct(wire.AcknowledgeBody)
        return told(await self.orders.acknowledge(*_which(request), body.reason, body.answer))

    def act(self, act: OrderAct) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            body = await request.struct(wire.OrderActBody)
            return told(await self.orders.act(*_which(request), act, body.reason))

        return handle


def told(whole: Whole) -> Response:
    """Answer with an order as it is now."""
    return json_response(wire.order_wire(whole))


def _which(request: Request) -> tuple[str, str]:
    return request.operator.operator_id, request.path["order_id"]


def _reading(desk: _Desk) -> list[Route]:
    operator = Auth.OPERATOR
    return [
        Route(
            "GET", PUBLIC, desk.notices, auth=Auth.NONE, limit=LOOKING,
            answer=wire.OrderNoticesWire,
            summary="What does not work by orders of authorities, for whom, and what does",
        ),
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.OrdersWire,
            summary="Orders of authorities, the newest first",
        ),
        Route(
            "GET", ONE, desk.one, auth=operator, allow=READERS, answer=wire.OrderWire,
            summary="An order, whom it touches, and all that became of it",
        ),
        Route(
            "GET", f"{ONE}/report", desk.report, auth=operator, allow=READERS,
            answer=wire.OrderReportWire,
            summary="The signed compliance report: since when, at every door and in every worker",
        ),
        Route(
            "GET", f"{ONE}/evidence", desk.evidence, auth=operator, allow=READERS,
            answer=wire.EvidenceWire, summary="The order's own document",
        ),
    ]  # fmt: skip


def _acting(desk: _Desk) -> list[Route]:
    operator, answer = Auth.OPERATOR, wire.OrderWire

    def verb(act: OrderAct, summary: str) -> Route:
        return Route(
            "POST", f"{ONE}/{act.value}", desk.act(act), auth=operator, allow=ACTORS,
            body=wire.OrderActBody, answer=answer, summary=summary,
        )  # fmt: skip

    return [
        Route(
            "POST", DESK, desk.bring, auth=operator, allow=ACTORS, body=OrderBody,
            answer=wire.OrderBroughtWire, status=201, summary="Keep an order that was received",
        ),
        Route(
            "POST", f"{ONE}/check", desk.check, auth=operator, allow=ACTORS, answer=answer,
            summary="Look at whom it touches, and at what less would do",
        ),
        Route(
            "POST", f"{ONE}/acknowledge", desk.acknowledge, auth=operator, allow=ACTORS,
            body=wire.AcknowledgeBody, answer=answer,
            summary="Acknowledge it, as the first or the second; with the second it binds",
        ),
        verb(OrderAct.CONTEST, "Note that it is contested; it is carried out meanwhile"),
        verb(OrderAct.DECLINE, "Decline it before it binds, with the reason"),
        verb(OrderAct.LIFT, "Note that its authority took it back: all is as without it"),
        verb(OrderAct.COMPLY, "Note that what it asked for is done: nothing is kept up"),
    ]  # fmt: skip
