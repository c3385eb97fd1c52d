"""No route for JSON takes a bad body, and what it refuses it does not begin."""

import pytest

from teahouse.infra.http.router import Route
from tests.contract.asking import JSON_TYPE, misspoken
from tests.contract.bad import BODIES, Body
from tests.contract.cast import Cast

# These take bytes or a form.
NOT_FOR_JSON = (
    "/_matrix/media/v3/upload",
    "/_matrix/client/v3/auth/",
    "/api/v1/oidc/logout/",
    "/oauth2/",  # but for one, whose words for a bad body are RFC 7591's: tests/grants
)

NO_SUCH_RULE = "400 M_UNRECOGNIZED"  # the push rules' own word for a path that is none
# These take much more than others: what is oversized elsewhere lacks something there.
LARGER = (
    "/_matrix/client/v3/room_keys/keys",
    "/_matrix/client/v3/room_keys/keys/{room_id}",
    "/api/v1/operator/detectors/lists/{list_id}/versions",
    "/api/v1/operator/detectors/preview",
)
# These look who asks before they look at what is sent.
FOR_FEW = (
    "/_synapse/admin/",
    "/_matrix/client/v1/appservice/",
    "/_matrix/client/v3/directory/list/appservice/",
)
NOT_FOR_THEM = "403 M_FORBIDDEN"
LACKS = ("400 M_MISSING_PARAM", "400 request.missing")
FOR_ALL = tuple(body for body in BODIES if body.name in ("oversized", "malformed", "a raw NUL"))


def takes_json(route: Route) -> bool:
    """Every POST and PUT does: Matrix wants an object from each of them, empty if need be."""
    return route.method in ("POST", "PUT") and not route.path.startswith(NOT_FOR_JSON)


async def tried(cast: Cast, route: Route, body: Body) -> str:
    """Send a bad body and tell what is wrong with the answer; empty: nothing."""
    answer = await cast.call(route, body=body.bytes, more=(JSON_TYPE,))
    if answer.status < 400:
        return f"{answer.status} taken" if takes_json(route) else ""
    wrong = misspoken(route.path, answer)
    if wrong:
        return wrong
    said = f"{answer.status} {answer.code}" if takes_json(route) else ""
    is_larger = body.name == "oversized" and route.path in LARGER
    expected = LACKS if is_larger else (NO_SUCH_RULE, *body.said)
    if route.path.startswith(FOR_FEW):
        expected = (*expected, NOT_FOR_THEM)
    if said and said not in expected:
        return f"{answer.status} {answer.code}, {answer.body[:120]!r}"
    left = await cast.digest.left(answer)
    return f"{answer.status}, yet changed {left}" if left else ""


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
async def test_bad_body(cast: Cast, body: Body) -> None:
    wrong: list[str] = []
    for route in cast.routes:
        if takes_json(route) or body in FOR_ALL:
            found = await tried(cast, route, body)
            if found:
                wrong.append(f"{route.method} {route.path}: {found}")
    assert not wrong, "\n".join(wrong)
