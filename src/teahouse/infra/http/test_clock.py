"""Setting the clock, in test mode only."""

from datetime import datetime

import msgspec

from teahouse.clock import Clock, SystemClock
from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty
from teahouse.infra.http.router import Auth, Route


class ClockIn(msgspec.Struct):
    """The moment it shall be; with a time zone."""

    now: datetime


def routes(clock: Clock, test_mode: bool) -> list[Route]:
    """Return the route: none but in test mode."""

    async def put(request: Request) -> Response:
        moment = (await request.struct(ClockIn)).now
        if moment.tzinfo is None or not isinstance(clock, SystemClock):
            raise Invalid("now must have a time zone, and the clock must be the system's.")
        clock.shift_to(moment)
        return empty()

    return [Route("PUT", "/api/v1/test/clock", put, auth=Auth.NONE)] if test_mode else []
