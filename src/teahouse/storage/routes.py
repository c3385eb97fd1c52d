"""The route of what fills the disk: every operator may look."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.storage import model
from teahouse.storage.service import Storage

READERS = ("owner", "registrar", "moderator", "auditor")


def routes(storage: Storage) -> list[Route]:
    """Return the routes of this domain."""

    async def shown(_request: Request) -> Response:
        return json_response(await storage.shown())

    return [
        Route(
            "GET",
            "/api/v1/operator/storage",
            shown,
            auth=Auth.OPERATOR,
            allow=READERS,
            summary="What fills the disk, how fast it grows, and the largest tables and rooms",
            answer=model.DiskUse,
        )
    ]
