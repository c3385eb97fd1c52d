"""The live view's route: every operator may look."""

from teahouse.figures.model import Live
from teahouse.figures.service import Figures
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

READERS = ("owner", "registrar", "moderator", "auditor")


def routes(figures: Figures) -> list[Route]:
    """Return the routes of this domain."""

    async def live(_request: Request) -> Response:
        return json_response(await figures.live())

    return [
        Route(
            "GET",
            "/api/v1/operator/live",
            live,
            auth=Auth.OPERATOR,
            allow=READERS,
            summary="Who was let in and who not, in the last minute, hour and day",
            answer=Live,
        )
    ]
