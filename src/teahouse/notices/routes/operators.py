"""Operators' routes: webhooks, the proof that the history is whole, a new key."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.hooks import Hook
from teahouse.notices.service import Notices
from teahouse.notices.wire import (
    FindingWire,
    HookBody,
    HooksWire,
    RevokeBody,
    RotatedWire,
    finding,
)

WRITERS = ("owner", "registrar")
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/notices"


def routes(notices: Notices) -> list[Route]:
    """Return notices' routes for operators."""
    return [*_hook_routes(notices), *_proof_routes(notices)]


def _hook_routes(notices: Notices) -> list[Route]:
    hooks = notices.hooks

    async def listed(_request: Request) -> Response:
        return json_response(HooksWire(await hooks.all()))

    async def add(request: Request) -> Response:
        body = await request.struct(HookBody)
        return json_response(await hooks.add(request.operator.operator_id, body.url), 201)

    async def remove(request: Request) -> Response:
        await hooks.remove(request.operator.operator_id, request.path["hook_id"])
        return json_response({})

    async def enable(request: Request) -> Response:
        await request.ignored_body()
        await hooks.enable(request.operator.operator_id, request.path["hook_id"])
        return json_response({})

    one = f"{BASE}/hooks/{{hook_id}}"
    return [
        Route(
            "GET", f"{BASE}/hooks", listed, auth=Auth.OPERATOR, allow=READERS,
            summary="The webhooks, and how they are doing", answer=HooksWire,
        ),
        Route(
            "POST", f"{BASE}/hooks", add, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Tell an address every change from now on", body=HookBody, answer=Hook,
            status=201,
        ),
        Route(
            "DELETE", one, remove, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Tell an address no more",
        ),
        Route(
            "POST", f"{one}/enable", enable, auth=Auth.OPERATOR, allow=WRITERS,
            summary="Try an address again that was given up",
        ),
    ]  # fmt: skip


def _proof_routes(notices: Notices) -> list[Route]:
    history = notices.history

    async def verify(_request: Request) -> Response:
        return json_response(finding(await history.verify()))

    async def rotate(request: Request) -> Response:
        await request.ignored_body()
        return json_response(RotatedWire(await history.rotate(request.operator.operator_id)))

    async def revoke(request: Request) -> Response:
        body, key_id = await request.struct(RevokeBody), request.path["key_id"]
        whose = request.operator.operator_id
        return json_response(
            RotatedWire(await history.revoke(whose, key_id, body.since, body.reason))
        )

    return [
        Route(
            "GET", f"{BASE}/verify", verify, auth=Auth.OPERATOR, allow=READERS,
            summary="Check the whole public history", answer=FindingWire,
        ),
        Route(
            "POST", f"{BASE}/keys/rotate", rotate, auth=Auth.OPERATOR, allow=("owner",),
            summary="Sign with a new key from now on", answer=RotatedWire,
        ),
        Route(
            "POST", f"{BASE}/keys/{{key_id}}/revoke", revoke, auth=Auth.OPERATOR, allow=("owner",),
            summary="Believe a key no more that came into other hands; another signs from then on",
            body=RevokeBody, answer=RotatedWire,
        ),
    ]  # fmt: skip
