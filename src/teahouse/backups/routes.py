"""Operators may look at back-ups. One is made, and brought back, at the machine only."""

from teahouse.backups.model.manifest import OLD_AFTER
from teahouse.backups.service.known import Known
from teahouse.backups.wire import BackupsWire, backups_wire
from teahouse.clock import Clock
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

READERS = ("owner", "auditor")
LISTED_MAX = 10


def routes(known: Known, clock: Clock) -> list[Route]:
    """Return the list of back-ups."""

    async def newest(_request: Request) -> Response:
        found = list(await known.backups(LISTED_MAX))
        exposed = await known.exposed()
        return json_response(backups_wire(found, exposed, clock.now(), OLD_AFTER.days))

    return [
        Route(
            "GET", "/api/v1/operator/backups", newest, auth=Auth.OPERATOR, allow=READERS,
            summary="The newest back-ups, and whether there is one of the last week",
            answer=BackupsWire,
        ),
    ]  # fmt: skip
