"""Matrix's calls for calling, and for showing another service who one is."""

from teahouse.calls.service import Calls
from teahouse.errors import Unauthenticated
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

V3 = "/_matrix/client/v3"
RELAYS = Limit("calls.relay", per_minute=30, burst=20)
TOKENS = Limit("calls.token", per_minute=30, burst=20)
LOOKS = Limit("calls.whose", per_minute=120, burst=60, by="address")


def routes(calls: Calls) -> list[Route]:
    """Return these routes."""

    async def relay(request: Request) -> Response:
        return json_response(calls.relay(request.caller))

    async def token(request: Request) -> Response:
        await request.ignored_body()
        access_token, seconds = await calls.lend(request.caller, request.path["user_id"])
        return json_response(
            {
                "access_token": access_token,
                "token_type": "Bearer",
                "matrix_server_name": calls.config.server_name,
                "expires_in": seconds,
            }
        )

    async def whose(request: Request) -> Response:
        shown = request.query_one("access_token")
        if not shown:
            raise Unauthenticated("access_token is missing.")
        return json_response({"sub": await calls.whose(shown)})

    mine, asked = f"{V3}/user/{{user_id}}/openid/request_token", "/_matrix/federation/v1/openid"
    return [
        Route("GET", f"{V3}/voip/turnServer", relay, limit=RELAYS),
        Route("POST", mine, token, limit=TOKENS),
        Route("GET", f"{asked}/userinfo", whose, auth=Auth.NONE, limit=LOOKS),
    ]
