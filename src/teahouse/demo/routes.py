"""The demo's routes for owners: build, look, get keys, remove."""

from teahouse.demo import wire
from teahouse.demo.service import Demo
from teahouse.gate.model.doors import Door
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

PLACE = "/api/v1/operator/demo"
OWNER = ("owner",)


def routes(demo: Demo) -> list[Route]:
    """Return the routes of this domain."""

    async def told(_request: Request) -> Response:
        return json_response(wire.town_out(await demo.town()))

    async def build(request: Request) -> Response:
        body = await request.struct(wire.BeginIn)
        town = await demo.begin(request.operator.operator_id, body.yes, later=True)
        return json_response(wire.town_out(town), 202)

    async def remove(request: Request) -> Response:
        await request.ignored_body()
        await demo.begin_removal(request.operator.operator_id, later=True)
        return json_response(wire.town_out(await demo.town()), 202)

    async def keys(request: Request) -> Response:
        await request.ignored_body()
        found = await demo.keys(request.operator.operator_id)
        return json_response(wire.KeysOut(found, demo.house.config.base_url), 201)

    return [
        Route(
            "GET", PLACE, told, auth=Auth.OPERATOR, allow=OWNER,
            summary="How far the demo town has come", answer=wire.TownOut,
        ),
        Route(
            "POST", PLACE, build, auth=Auth.OPERATOR, allow=OWNER, door=Door.TEST_ACCOUNT.value,
            summary="Build the demo town, in the background", body=wire.BeginIn,
            answer=wire.TownOut, status=202,
        ),
        Route(
            "DELETE", PLACE, remove, auth=Auth.OPERATOR, allow=OWNER,
            summary="Remove the demo town, and nothing else", answer=wire.TownOut, status=202,
        ),
        Route(
            "POST", f"{PLACE}/keys", keys, auth=Auth.OPERATOR, allow=OWNER,
            summary="Give two of the town's people new passwords", answer=wire.KeysOut, status=201,
        ),
    ]  # fmt: skip
