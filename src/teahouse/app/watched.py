"""Who runs the house is watched: whatever an answer of theirs shows of minors is asked about and noted.

It is put around every route of operators, and around those of administrators' tools, in one place; the
vault asks while they run, whoever wrote them. ``tests/unsealings`` holds that none is left out.
"""

from collections.abc import Sequence
from dataclasses import replace

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response
from teahouse.infra.http.router import Auth, Handler, Route
from teahouse.infra.vault.looking import looking
from teahouse.unsealings.service import Unsealings

# Where administrators, who are people with an account, do what operators do.
TOOLS = ("/_synapse/admin/", "/_matrix/client/v1/admin/", "/_matrix/client/v3/admin/")


def watched(routes: Sequence[Route], unsealings: Unsealings) -> list[Route]:
    """Return the routes, with those watched that are of who runs the house."""
    return [
        replace(one, handler=_watched(one.handler, unsealings)) if is_watched(one) else one
        for one in routes
    ]


def is_watched(route: Route) -> bool:
    """Tell whether a route is of who runs the house."""
    if route.auth is Auth.OPERATOR:
        return True
    return route.auth is Auth.USER and route.path.startswith(TOOLS)


def _watched(handler: Handler, unsealings: Unsealings) -> Handler:
    async def handle(request: Request) -> Response:
        with looking(_reader(request)) as looked:
            answer = await handler(request)
        await unsealings.note(looked)
        return answer

    return handle


def _reader(request: Request) -> str:
    if request.route.auth is Auth.OPERATOR:
        return request.operator.operator_id
    return f"account:{request.caller.account_id}"
