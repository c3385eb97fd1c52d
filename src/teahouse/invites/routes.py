"""Operators' routes for invitations. Owners and registrars decide; everyone may read."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.qr import qr_svg
from teahouse.invites.model import USES_PAGE_MAX
from teahouse.invites.service import Invites
from teahouse.invites.wire import InviteBody, InviteMadeWire, InvitesWire, InviteUsesWire

WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/gate"


def routes(invites: Invites) -> list[Route]:
    """Return the routes of invitations."""

    async def everyone(_request: Request) -> Response:
        return json_response(InvitesWire(list(await invites.all())))

    async def invite(request: Request) -> Response:
        body = await request.struct(InviteBody)
        token, made = await invites.make(
            request.operator.operator_id,
            body.label,
            body.uses,
            body.expires_at,
            (body.region, body.account_class),
        )
        link = f"{invites.base_url}/#/sign-up/{token}"
        return json_response(InviteMadeWire(token, made, link, qr_svg(link)), 201)

    async def uses(request: Request) -> Response:
        limit = request.query_int("limit", USES_PAGE_MAX, 1, USES_PAGE_MAX)
        who, after = request.operator.operator_id, request.query_one("cursor") or ""
        found = await invites.uses(who, request.path["invite_id"], after, limit)
        last = found[-1].use_id if len(found) == limit else None
        return json_response(InviteUsesWire(found, last))

    async def revoke(request: Request) -> Response:
        await invites.revoke(request.operator.operator_id, request.path["invite_id"])
        return json_response({})

    return [
        Route(
            "GET", f"{BASE}/invites", everyone, auth=Auth.OPERATOR, allow=READERS,
            summary="The invitations, without their tokens", answer=InvitesWire,
        ),
        Route(
            "POST", f"{BASE}/invites", invite, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Make an invitation", body=InviteBody, answer=InviteMadeWire, status=201,
        ),
        Route(
            "GET", f"{BASE}/invites/{{invite_id}}/uses", uses, auth=Auth.OPERATOR, allow=READERS,
            summary="Who came by an invitation", answer=InviteUsesWire,
        ),
        Route(
            "DELETE", f"{BASE}/invites/{{invite_id}}", revoke, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Take an invitation back",
        ),
    ]  # fmt: skip
