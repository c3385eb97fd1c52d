"""Operators' routes of audit packs."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.packs.service import Packs
from teahouse.packs.wire import PacksWire

DESK = "/api/v1/operator/packs"
READERS = ("owner", "registrar", "moderator", "auditor")
MAKERS = ("owner", "auditor")
MAKING = Limit("packs.make", per_minute=6, burst=3, by="address")
ZIP = b"application/zip"
NAMED = b'attachment; filename="audit-pack.zip"'


def routes(packs: Packs) -> list[Route]:
    """Return the routes of this domain."""

    async def shown(_request: Request) -> Response:
        return json_response(PacksWire(*await packs.shown()))

    async def make(request: Request) -> Response:
        await request.ignored_body()
        _, raw = await packs.make(request.operator.operator_id)
        return Response(200, raw, ZIP, ((b"content-disposition", NAMED),))

    return [
        Route(
            "GET", DESK, shown, auth=Auth.OPERATOR, allow=READERS, answer=PacksWire,
            summary="Audit packs that were made, and by when an audit is due",
        ),
        Route(
            "POST", DESK, make, auth=Auth.OPERATOR, allow=MAKERS, limit=MAKING,
            summary="Build a signed audit pack from the living house: a ZIP",
        ),
    ]  # fmt: skip
