"""The router splits before it decodes, and knows a wrong method from a wrong place."""

import pytest

from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Route, Router

ROOM = "/rooms/{room_id}"


async def nothing(_request: Request) -> Response:
    return json_response({})


def route(path: str, method: str = "GET") -> Route:
    return Route(method, path, nothing)


ROUTER = Router(
    [
        route(f"{ROOM}/state/{{event_type}}"),
        route(f"{ROOM}/state/{{event_type}}/"),
        route(f"{ROOM}/state/{{event_type}}/{{state_key}}"),
        route(f"{ROOM}/state/{{event_type}}", "PUT"),
        route("/rooms/list/all"),
    ]
)


@pytest.mark.parametrize(
    ("path", "values"),
    [
        ("/rooms/!a:s/state/m.x", {"room_id": "!a:s", "event_type": "m.x"}),
        ("/rooms/%21a%3As/state/m.x/", {"room_id": "!a:s", "event_type": "m.x"}),
        ("/rooms/!a/state/m.x/a%2Fb", {"room_id": "!a", "event_type": "m.x", "state_key": "a/b"}),
        ("/rooms/!a/state/m.x/%25", {"room_id": "!a", "event_type": "m.x", "state_key": "%"}),
        ("/rooms/!a/state/m.x/a+b", {"room_id": "!a", "event_type": "m.x", "state_key": "a+b"}),
        ("/rooms/%E8%8C%B6/state/m.x", {"room_id": "茶", "event_type": "m.x"}),
        ("/rooms/list/all", {}),
        ("/rooms/list/state/m.x", {"room_id": "list", "event_type": "m.x"}),  # goes back
    ],
)
def test_values_are_decoded_in_their_own_segment(path: str, values: dict[str, str]) -> None:
    found = ROUTER.find("GET", path)
    assert found is not None
    assert found.route is not None
    assert found.path == values


@pytest.mark.parametrize(
    "path",
    ["/", "", "/rooms", "/rooms/!a/state/m.x/a/b", "/rooms//state/m.x", "/rooms/!a/state/m.x//"],
)
def test_what_is_nowhere(path: str) -> None:
    assert ROUTER.find("GET", path) is None


def test_a_wrong_method_is_told_which_are_right() -> None:
    found = ROUTER.find("DELETE", "/rooms/!a/state/m.x")
    assert found is not None
    assert found.route is None
    assert sorted(found.methods) == ["GET", "PUT"]


@pytest.mark.parametrize("path", ["/rooms/%ff/state/m.x", "/rooms/%00/state/m.x"])
def test_what_is_no_text_is_refused(path: str) -> None:
    with pytest.raises(Invalid):
        ROUTER.find("GET", path)


def test_two_routes_at_one_place_are_our_mistake() -> None:
    with pytest.raises(AssertionError, match="there already"):
        Router([route("/a/{b}"), route("/a/{c}")])
