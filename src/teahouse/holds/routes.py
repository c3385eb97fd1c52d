"""Operators' routes of holds."""

from dataclasses import dataclass

from teahouse.errors import Invalid
from teahouse.holds import wire
from teahouse.holds.model.handing import HandingAct, HeldHandingBody
from teahouse.holds.model.hold import HoldAct, HoldBody
from teahouse.holds.service.deciding import Holds, Shown
from teahouse.holds.service.handing import Handings
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/holds"
READERS = ("owner", "registrar", "moderator", "auditor")
ACTORS = ("owner", "moderator")
HANDERS = ("owner", "registrar")
ACTS = {one.value: one for one in (HoldAct.AGREE, HoldAct.REFUSE, HoldAct.RELEASE)}
HANDING_ACTS = {one.value: one for one in (HandingAct.AGREE, HandingAct.REFUSE)}
MAKING = Limit("holds.package", per_minute=6, burst=3, by="address")
AGE = b"application/octet-stream"
NAMED = b'attachment; filename="held.zip.age"'


@dataclass(frozen=True)
class _Desk:
    holds: Holds

    async def listed(self, _request: Request) -> Response:
        """Return holds."""
        return json_response(wire.holds_wire(await self.holds.listed(), self.holds.clock.now()))

    async def ask(self, request: Request) -> Response:
        """Ask for a hold."""
        body = await request.struct(HoldBody)
        shown = await self.holds.ask(request.operator.operator_id, body)
        return self._told(shown, 201)

    async def act(self, request: Request) -> Response:
        """Take a step."""
        body = await request.struct(wire.HoldActBody)
        if body.act not in ACTS:
            raise Invalid(f"act is one of {', '.join(ACTS)}.")
        who, hold_id = request.operator.operator_id, request.path["hold_id"]
        shown = await self.holds.act(who, hold_id, ACTS[body.act], body.reason)
        return self._told(shown)

    async def renew(self, request: Request) -> Response:
        """Ask for a later end."""
        body = await request.struct(wire.HoldRenewBody)
        who, hold_id = request.operator.operator_id, request.path["hold_id"]
        return self._told(await self.holds.renew(who, hold_id, body.until_at))

    def _told(self, shown: Shown, status: int = 200) -> Response:
        return json_response(wire.hold_wire(shown, self.holds.clock.now()), status)


@dataclass(frozen=True)
class _Handings:
    holds: Holds
    handings: Handings

    async def ask(self, request: Request) -> Response:
        """Ask to hand out."""
        body = await request.struct(HeldHandingBody)
        hold_id = request.path["hold_id"]
        await self.handings.ask(request.operator.operator_id, hold_id, body)
        return await self._told(hold_id, 201)

    async def act(self, request: Request) -> Response:
        """Agree, or refuse."""
        body = await request.struct(wire.HandingActBody)
        if body.act not in HANDING_ACTS:
            raise Invalid(f"act is one of {', '.join(HANDING_ACTS)}.")
        act = HANDING_ACTS[body.act]
        await self.handings.act(*_which(request), act, body.reason)
        return await self._told(request.path["hold_id"])

    async def package(self, request: Request) -> Response:
        """Make the package."""
        await request.ignored_body()
        made = await self.handings.package(*_which(request))
        return Response(200, made.locked, AGE, ((b"content-disposition", NAMED),))

    async def _told(self, hold_id: str, status: int = 200) -> Response:
        shown = await self.holds.one(hold_id)
        return json_response(wire.hold_wire(shown, self.holds.clock.now()), status)


def routes(holds: Holds, handings: Handings) -> list[Route]:
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
        *_handing_routes(_Handings(holds, handings)),
    ]  # fmt: skip


def _handing_routes(out: _Handings) -> list[Route]:
    place, operator = f"{DESK}/{{hold_id}}/handings", Auth.OPERATOR
    return [
        Route(
            "POST", place, out.ask, auth=operator, allow=HANDERS, body=HeldHandingBody,
            answer=wire.HoldWire, status=201,
            summary="Ask to hand out what a hold has put aside, to the key of whoever may have it",
        ),
        Route(
            "POST", f"{place}/{{handing_id}}/acts", out.act, auth=operator, allow=HANDERS,
            body=wire.HandingActBody, answer=wire.HoldWire,
            summary="Agree that it is handed out, as somebody else than who asked, or refuse",
        ),
        Route(
            "POST", f"{place}/{{handing_id}}/package", out.package, auth=operator, allow=HANDERS,
            limit=MAKING, summary="Make the package: signed, and locked to the recipient's key",
        ),
    ]  # fmt: skip


def _which(request: Request) -> tuple[str, str, str]:
    path = request.path
    return request.operator.operator_id, path["hold_id"], path["handing_id"]
