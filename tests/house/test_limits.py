"""What anybody may ask without a session has a limit, or a reason why it needs none."""

from collections.abc import AsyncIterator, Iterable
from pathlib import Path

import pytest
import pytest_asyncio

from teahouse.app import House, build_routes, open_house
from teahouse.config import Config
from teahouse.infra.db.pool import Database
from teahouse.infra.http.caller import Authenticators
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.http.server import Server

UNLIMITED = {
    "GET /healthz": "the supervisor and balancers ask often; answered from memory",
    "GET /readyz": "the same, with one look at the pool",
    "GET /metrics": "scrapers; from memory",
    "GET /api/openapi.json": "told from the routes, which do not change",
    "GET /_matrix/client/versions": "constant; clients ask it before anything else",
    "GET /.well-known/matrix/client": "constant",
    "GET /_matrix/client/v3/login": "constant",
    "GET /api/v1/policy": "must be readable by whoever is deciding; made once, then from memory",
    "GET /policy": "the same",
    "GET /.well-known/registration-status.json": "must be readable when doors shut; from memory",
    "GET /registration-status": "the same",
    "GET /registration/stage-done.js": "constant",
    "GET /registration/proof-of-work.js": "constant",
    "GET /_matrix/media/v3/download/{server_name}/{media_id}": "refused, but in test mode: frozen",
    "GET /_matrix/media/v3/download/{server_name}/{media_id}/{file_name}": "the same",
    "GET /_matrix/media/v3/thumbnail/{server_name}/{media_id}": "the same",
    "GET /api/v1/test/codes": "in test mode only, which is for loopback only",
    "PUT /api/v1/test/clock": "the same",
}


def place(route: Route) -> str:
    return f"{route.method} {route.path}"


def open_to_all(routes: Iterable[Route]) -> list[Route]:
    """Return the routes that ask for no session."""
    return [route for route in routes if route.auth in (Auth.NONE, Auth.OPTIONAL)]


def unlimited(routes: Iterable[Route]) -> set[str]:
    """Return the routes that anybody may call as often as they please."""
    return {place(route) for route in open_to_all(routes) if route.limit is None}


async def nothing(_request: Request) -> Response:
    return json_response({})


@pytest.mark.parametrize(
    ("auth", "limit", "caught"),
    [
        (Auth.NONE, None, True),
        (Auth.OPTIONAL, None, True),
        (Auth.NONE, Limit("x", per_minute=1, burst=1, by="address"), False),
        (Auth.USER, None, False),
    ],
)
def test_the_rule(auth: Auth, limit: Limit | None, caught: bool) -> None:
    assert bool(unlimited([Route("GET", "/x", nothing, auth=auth, limit=limit)])) is caught


@pytest_asyncio.fixture(params=[False, True], ids=["people", "test_mode"])
async def house(
    database: Database, dsn: str, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[House]:
    """A house with every route it can have."""
    config = Config(
        data_dir=str(tmp_path),
        server_name="s",
        test_mode=request.param,
        registration_shared_secret="secret",
    )
    async with open_house(config, dsn) as opened:
        yield opened


def served(house: House) -> list[Route]:
    """Return every route, those that the server adds included."""
    who = Authenticators(house.people.accounts.authenticate, house.people.operators.authenticate)
    return Server(build_routes(house), who, house.limiter, house.ground.ids).router.routes


async def test_what_needs_no_session_has_a_limit(house: House) -> None:
    assert unlimited(served(house)) - set(UNLIMITED) == set()


async def test_who_has_no_account_is_counted_by_address(house: House) -> None:
    """A limit by account is none for somebody who has no account to lose."""
    found = open_to_all(served(house))
    assert [place(r) for r in found if r.limit and r.limit.by != "address"] == []


async def test_one_name_is_one_bucket(house: House) -> None:
    """Two limits of one name would share a bucket and disagree about its size."""
    limits: dict[str, set[Limit]] = {}
    for route in served(house):
        if route.limit:
            limits.setdefault(route.limit.name, set()).add(route.limit)
    assert {name: found for name, found in limits.items() if len(found) > 1} == {}


async def test_the_reasons_are_of_routes_that_are(house: House) -> None:
    if house.config.test_mode:
        assert set(UNLIMITED) - unlimited(served(house)) == set()
