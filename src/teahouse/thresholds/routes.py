"""Thresholds for operators."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.thresholds.service import Thresholds
from teahouse.thresholds.wire import ThresholdsWire, thresholds_wire

BASE = "/api/v1/operator/thresholds"
READERS = ("owner", "registrar", "moderator", "auditor")
OWNERS = ("owner",)


def routes(thresholds: Thresholds) -> list[Route]:
    """Return the routes of this domain."""

    async def shown(_request: Request) -> Response:
        return json_response(thresholds_wire(thresholds.book, *await thresholds.shown()))

    async def measure(request: Request) -> Response:
        await request.ignored_body()
        await thresholds.measure_now()
        return json_response(thresholds_wire(thresholds.book, *await thresholds.shown()))

    return [
        Route(
            "GET", BASE, shown, auth=Auth.OPERATOR, allow=READERS, answer=ThresholdsWire,
            summary="For how many people the law asks more, and how near that is",
        ),
        Route(
            "POST", f"{BASE}/count", measure, auth=Auth.OPERATOR, allow=OWNERS,
            answer=ThresholdsWire, summary="Count people now: it is done once a day anyway",
        ),
    ]  # fmt: skip
