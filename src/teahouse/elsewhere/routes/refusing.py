"""Matrix's calls that lead to identity servers, of which this house has none.

Each is refused in the specification's own words, so that a client can say what is the matter.
"""

from teahouse.elsewhere.model import ContactDenied
from teahouse.errors import Forbidden, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

V3 = "/_matrix/client/v3"
CONTACTS = V3 + "/account/3pid"
TOKENS = Limit("contacts.token", per_minute=10, burst=10, by="address")
ASKED = {"email": ("email",), "msisdn": ("country", "phone_number")}


async def change(request: Request) -> Response:
    """Refuse to change contacts by Matrix's calls (capability ``m.3pid_changes``)."""
    await request.ignored_body()
    raise Forbidden("Change your number or address on the house's own pages.")


async def unbind(request: Request) -> Response:
    """Say that no identity server is told anything."""
    await request.ignored_body()
    return json_response({"id_server_unbind_result": "no-support"})


async def prove(request: Request) -> Response:
    """Refuse to send a token for an identity server's way of proving a contact."""
    body = await request.json_object()
    medium = request.route.path.split("/")[-2]
    for name in ("client_secret", *ASKED[medium], "send_attempt"):
        if name not in body:
            raise Missing(f"{name} is missing.")
    raise ContactDenied


def routes() -> list[Route]:
    """Return these routes."""
    tokens = [
        Route("POST", f"{V3}/{of}/{medium}/requestToken", prove, auth=Auth.NONE, limit=TOKENS)
        for of in ("account/3pid", "account/password", "register")
        for medium in ASKED
    ]
    return [
        Route("POST", CONTACTS, change),
        *(Route("POST", f"{CONTACTS}/{act}", change) for act in ("add", "bind", "delete")),
        Route("POST", f"{CONTACTS}/unbind", unbind),
        *tokens,
    ]
