"""What is served first in an overload: said for every route, told in the words of each API."""

import pytest

from teahouse.app import routes_on_paper
from teahouse.app.ranks import BY_BEGINNING, SINCE, rank, ranked
from teahouse.config import Config
from teahouse.infra.http.rank import Rank
from teahouse.infra.http.router import Auth
from teahouse.infra.http.shedding import LOWEST, OPEN
from tests.living import V3, Living

ROUTES = routes_on_paper(Config(data_dir="/nowhere"))


def test_each_beginning_is_of_a_route() -> None:
    paths = [route.path for route in ROUTES]
    assert [one for one in BY_BEGINNING if not any(path.startswith(one) for path in paths)] == []


def test_what_tells_from_when_on_is_of_routes_that_wait() -> None:
    waiting = {route.path for route in ROUTES if route.waits}
    assert SINCE.keys() <= waiting


def test_doors_come_last_and_operators_first() -> None:
    for route in ROUTES:
        if route.door:
            assert rank(route) is Rank.JOIN, route.path
        elif route.auth is Auth.OPERATOR or route.by_machine:
            assert rank(route) is Rank.HOUSE, route.path
        else:
            assert rank(route) is not Rank.HOUSE or "/operator/" in route.path, route.path


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("POST", f"{V3}/login", Rank.SIGN_IN),
        ("PUT", f"{V3}/rooms/{{room_id}}/send/{{event_type}}/{{txn_id}}", Rank.TALK),
        ("GET", f"{V3}/sync", Rank.TALK),
        ("GET", f"{V3}/rooms/{{room_id}}/state/{{event_type}}", Rank.READ),
        ("PUT", f"{V3}/rooms/{{room_id}}/state/{{event_type}}", Rank.TALK),
        ("GET", f"{V3}/rooms/{{room_id}}/messages", Rank.READ),
        ("POST", f"{V3}/search", Rank.SEEK),
        ("POST", f"{V3}/register", Rank.JOIN),
    ],
)
def test_some_that_everybody_knows(method: str, path: str, expected: Rank) -> None:
    (route,) = (one for one in ranked(ROUTES) if (one.method, one.path) == (method, path))
    assert route.rank is expected


async def test_who_is_refused_is_told_when_to_come_again(house: Living) -> None:
    ada = await house.person()
    room_id = await ada.room()
    owner = await house.owner()
    shedding = house.house.ground.shedding
    shedding.level = (Rank.READ + 1) * 128  # as if requests had queued
    query = {"search_categories": {"room_events": {"search_term": "tea"}}}
    refused = await ada.ask("POST", "/search", query)
    assert refused.status_code == 429
    assert refused.json()["errcode"] == "M_LIMIT_EXCEEDED"
    wait_ms = refused.json()["retry_after_ms"]
    assert int(refused.headers["retry-after"]) * 1000 >= wait_ms > 0
    door = {"door": "phone", "service_region": "intl"}
    own = await house.client.post("/api/v1/registrations", json=door)
    assert own.status_code == 429
    assert own.json()["code"] == "request.overloaded"
    assert await ada.say(room_id, "still heard")
    assert (await ada.ask("GET", f"/rooms/{room_id}/messages", dir="b")).status_code == 200
    shedding.level = LOWEST
    assert (await ada.ask("GET", "/sync")).status_code == 429
    assert (await owner.ask("GET", "/gate/policies")).status_code == 200
    assert (await house.client.get("/healthz")).status_code == 200
    shedding.level = OPEN
    assert (await ada.ask("POST", "/search", query)).status_code == 200
