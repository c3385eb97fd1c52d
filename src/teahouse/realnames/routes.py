"""Our own API for confirming one's identity, and operators' desk."""

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.realnames.service import Realnames
from teahouse.realnames.wire import IdentityBody, RealnameWire, SeenBody, realname

CONFIRMING = Limit("realnames.confirm", per_minute=5, burst=5, by="account")


def routes(realnames: Realnames) -> list[Route]:
    """Return the routes of real names."""

    async def own(request: Request) -> Response:
        return json_response(realname(await realnames.own(request.caller)))

    async def confirm(request: Request) -> Response:
        body = await request.struct(IdentityBody)
        shown = await realnames.confirm(request.caller, body.identity(), body.consent, body.lang)
        return json_response(realname(shown))

    async def seen(request: Request) -> Response:
        body = await request.struct(SeenBody)
        await realnames.vouch(request.operator.operator_id, body.user_id, body.reason)
        return empty()

    return [
        Route(
            "GET", "/api/v1/account/realname", own, answer=RealnameWire,
            summary="How far one's own identity is known here",
        ),
        Route(
            "POST", "/api/v1/account/realname", confirm, limit=CONFIRMING, body=IdentityBody,
            answer=RealnameWire, summary="Have one's identity confirmed by the provider",
        ),
        Route(
            "POST", "/api/v1/operator/realnames", seen, auth=Auth.OPERATOR,
            allow=("owner", "registrar"), body=SeenBody,
            summary="Note that one has seen a person's document at a desk",
        ),
    ]  # fmt: skip
