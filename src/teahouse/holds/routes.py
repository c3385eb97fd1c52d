"""Operators' routes of holds."""

from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.holds import wire
from teahouse.holds.model import HoldAct, HoldBody
from teahouse.holds.service.deciding import Holds
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/holds"
READERS = ("owner", "moderator", "auditor")
ACTORS = ("owner", "moderator")
ACTS = {one.value: one for one in (HoldAct.AGREE, HoldAct.REFUSE, HoldAct.RELEASE)}


@dataclass(frozen=True)
class _Desk:
    holds: Holds

    async def listed(self, _request: Request) -> Response:
        """Return holds."""
        return json_response(wire.holds_wire(await self.holds.listed()))

    async def ask(self, request: Request) -> Response:
        """Ask for a hold."""
        body = await request.struct(HoldBody)
        shown = await self.holds.ask(request.operator.operator_id, body)
        return json_response(wire.hold_wire(*shown), 201)

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.HoldActBody)
        if body.act not in ACTS:
            raise Invalid(f"act is one of {', '.join(ACTS)}.")
        who, hold_id = request.operator.operator_id, request.path["hold_id"]
        shown = await self.holds.act(who, hold_id, ACTS[body.act], body.reason)
        return json_response(wire.hold_wire(*shown))

    async def renew(self, request: Request) -> Response:
        """Ask for a later end."""
        body = await request.struct(wire.HoldRenewBody)
        who, hold_id = request.operator.operator_id, request.path["hold_id"]
        return json_response(wire.hold_wire(*await self.holds.renew(who, hold_id, body.until_at)))


def routes(holds: Holds) -> list[Route]:
    """Return the routes of this domain."""
    desk, operator = _Desk(holds), Auth.OPERATOR
    return [
        Route(
            "GET", DESK, desk.listed, auth=operator, allow=READERS, answer=wire.HoldsWire,
            summary="Legal holds: who asked for what, until when; nothing of what is held",
        ),
        Route(
            "POST", DESK, desk.ask, auth=operator, allow=ACTORS, body=HoldBody,
            answer=wire.HoldWire, status=201,
            summary="Ask that something is not deleted, on somebody's word and a law",
        ),
        Route(
            "POST", f"{DESK}/{{hold_id}}/acts", desk.act, auth=operator, allow=ACTORS,
            body=wire.HoldActBody, answer=wire.HoldWire,
            summary="Agree to what somebody else asked for, refuse it, or release a hold",
        ),
        Route(
            "POST", f"{DESK}/{{hold_id}}/renewal", desk.renew, auth=operator, allow=ACTORS,
            body=wire.HoldRenewBody, answer=wire.HoldWire, summary="Ask for a later end of a hold",
        ),
    ]  # fmt: skip
