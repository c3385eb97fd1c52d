"""Operators may look at works. Nobody ends one by hand, so there is no route that does."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.works.service import Works
from teahouse.works.wire import WorksWire

READERS = ("owner", "registrar", "moderator", "auditor")


def routes(works: Works) -> list[Route]:
    """Return the list of works."""

    async def newest(_request: Request) -> Response:
        return json_response(WorksWire(await works.newest()))

    return [
        Route(
            "GET", "/api/v1/operator/works", newest, auth=Auth.OPERATOR, allow=READERS,
            summary="Works that registration may wait for, with their progress",
            answer=WorksWire,
        ),
    ]  # fmt: skip
