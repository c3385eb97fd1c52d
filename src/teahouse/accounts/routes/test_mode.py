"""What only test mode offers: setting the clock."""

from datetime import datetime

import msgspec

from teahouse.accounts.service import Accounts
from teahouse.clock import SystemClock
from teahouse.errors import Invalid
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty
from teahouse.infra.http.router import Auth, Route


class ClockIn(msgspec.Struct):
    """The moment it shall be; with a time zone."""

    now: datetime


def routes(accounts: Accounts) -> list[Route]:
    """Return the routes of test mode."""
    assert accounts.config.test_mode, "these are for tests"

    async def clock(request: Request) -> Response:
        moment = (await request.struct(ClockIn)).now
        if moment.tzinfo is None or not isinstance(accounts.clock, SystemClock):
            raise Invalid("now must have a time zone, and the clock must be the system's.")
        accounts.clock.shift_to(moment)
        return empty()

    return [Route("PUT", "/api/v1/test/clock", clock, auth=Auth.NONE)]
