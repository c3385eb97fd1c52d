"""Officials' routes: a step of their registration, and their own particulars."""

import msgspec

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.officials.model import Details, Official
from teahouse.officials.service import Officials

STEP = Limit("officials.step", per_minute=20, burst=40, by="address")
BODY_BYTES_MAX = 64 * 1024


class KeptWire(msgspec.Struct, frozen=True):
    """The particulars are in."""

    kept: bool


REVIEWERS = ("owner", "registrar")


def routes(officials: Officials) -> list[Route]:
    """Return officials' routes."""

    async def submit(request: Request) -> Response:
        details = await request.struct(Details, BODY_BYTES_MAX)
        await officials.submit(request.path["registration_id"], details)
        return json_response(KeptWire(kept=True))

    async def own(request: Request) -> Response:
        found = await officials.own(request.caller, request.path["account_id"])
        return json_response(found)

    async def applied(request: Request) -> Response:
        found = await officials.applied(request.operator, request.path["request_id"])
        return json_response(found)

    return [
        Route(
            "GET", "/api/v1/operator/officials/requests/{request_id}", applied,
            auth=Auth.OPERATOR, allow=REVIEWERS, answer=Details,
            summary="The particulars of an official account that waits for review",
        ),
        Route(
            "POST", "/api/v1/registrations/{registration_id}/official", submit, auth=Auth.NONE,
            limit=STEP, door="official", body=Details, answer=KeptWire,
            summary="Say who is behind the official account",
        ),
        Route(
            "GET", "/api/v1/officials/{account_id}", own, answer=Official,
            summary="An official account's particulars, for itself",
        ),
    ]  # fmt: skip
