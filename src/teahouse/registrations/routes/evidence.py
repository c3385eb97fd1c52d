"""Our own API for those whose registration waits for their identity."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty
from teahouse.infra.http.router import Auth, Route
from teahouse.registrations.service.evidence import Evidence
from teahouse.registrations.wire.evidence import EvidenceBody

SHOWING = Limit("registrations.evidence", per_minute=5, burst=5, by="address")
PLACE = "/api/v1/registrations/{registration_id}/realname"


def routes(evidence: Evidence) -> list[Route]:
    """Return the route by which a registration's identity is confirmed."""

    async def confirm(request: Request) -> Response:
        body = await request.struct(EvidenceBody)
        await evidence.confirm(request.path["registration_id"], body.identity(), body.consent)
        return empty()

    return [
        Route(
            "POST", PLACE, confirm, auth=Auth.NONE, limit=SHOWING, body=EvidenceBody,
            door="phone email",
            summary="Have the identity of somebody who registers confirmed",
        )
    ]  # fmt: skip
