"""Our own API for those whose registration waits for their identity."""

import msgspec

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty
from teahouse.infra.http.router import Auth, Route
from teahouse.realnames.model import Identity
from teahouse.registrations.service.evidence import Evidence

SHOWING = Limit("registrations.evidence", per_minute=5, burst=5, by="address")
PLACE = "/api/v1/registrations/{registration_id}/realname"


class EvidenceBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Name and number as in the document. ``consent`` is asked for by itself, and for this only."""

    name: str
    number: str
    consent: bool
    document: str = "resident"


def routes(evidence: Evidence) -> list[Route]:
    """Return the route by which a registration's identity is confirmed."""

    async def confirm(request: Request) -> Response:
        body = await request.struct(EvidenceBody)
        identity = Identity(body.name, body.number, body.document)
        await evidence.confirm(request.path["registration_id"], identity, body.consent)
        return empty()

    return [
        Route(
            "POST", PLACE, confirm, auth=Auth.NONE, limit=SHOWING, body=EvidenceBody,
            door="phone email",
            summary="Have the identity of somebody who registers confirmed",
        )
    ]  # fmt: skip
