"""Our own API for the time that minors use."""

from dataclasses import dataclass

from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.proofs.service import Proofs
from teahouse.screentime import wire
from teahouse.screentime.service import Screentime, Times

MINE = "/api/v1/minors/me/time"
WARD = "/api/v1/guardian/wards/{user_id}/time"
BEATING = Limit("screentime.use", per_minute=4, burst=8, by="account")
SETTING = Limit("screentime.set", per_minute=10, burst=10, by="account")


@dataclass(frozen=True)
class _Own:
    screentime: Screentime

    async def mine(self, request: Request) -> Response:
        """Return what there is of one's own time."""
        times = await self.screentime.times(request.caller.account_id)
        return json_response(_told(self.screentime, times))

    async def use(self, request: Request) -> Response:
        """Count this minute."""
        await request.ignored_body()
        found = await self.screentime.use(request.caller.account_id)
        return json_response(wire.left_wire(found, _offset(self.screentime)))


@dataclass(frozen=True)
class _Guardian:
    screentime: Screentime
    proofs: Proofs

    async def look(self, request: Request) -> Response:
        """Return what there is of a ward's time."""
        times = await self.screentime.of_ward(request.caller, request.path["user_id"])
        return json_response(_told(self.screentime, times))

    async def plan(self, request: Request) -> Response:
        """Set a ward's days."""
        body = await request.struct(wire.TimePlanBody)
        plan = body.plan(self.screentime.minutes_max)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        await self.screentime.set_plan(request.caller, request.path["user_id"], plan)
        return empty()

    async def grant(self, request: Request) -> Response:
        """Give more of today."""
        body = await request.struct(wire.TimeGrantBody)
        await self.proofs.prove(request.caller, body.password, body.kind, body.code)
        await self.screentime.grant(request.caller, request.path["user_id"], body.minutes)
        return empty()


def _offset(screentime: Screentime) -> int:
    return int(screentime.offset.total_seconds()) // 60


def _told(screentime: Screentime, times: Times) -> wire.TimesWire:
    return wire.times_wire(times, _offset(screentime), screentime.minutes_max)


def routes(screentime: Screentime, proofs: Proofs) -> list[Route]:
    """Return the routes of this domain."""
    own, guardian = _Own(screentime), _Guardian(screentime, proofs)
    return [
        Route(
            "GET", MINE, own.mine, answer=wire.TimesWire,
            summary="What one has of today, what was used in a week, and what a guardian set",
        ),
        Route(
            "POST", MINE, own.use, limit=BEATING, answer=wire.TimeLeftWire,
            summary="Count this minute as used, of whom anything is limited; what is left",
        ),
        Route(
            "GET", WARD, guardian.look, answer=wire.TimesWire,
            summary="The same of a ward",
        ),
        Route(
            "PUT", WARD, guardian.plan, limit=SETTING, body=wire.TimePlanBody,
            summary="Set how long a ward may be here on each day, and between which hours",
        ),
        Route(
            "POST", f"{WARD}/more", guardian.grant, limit=SETTING, body=wire.TimeGrantBody,
            summary="Give a ward more minutes of today",
        ),
    ]  # fmt: skip
