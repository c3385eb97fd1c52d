"""School holidays: operators load them, people ask which regions are known."""

from dataclasses import dataclass

from teahouse.holidays import wire
from teahouse.holidays.model import NoSuchSchoolYear, SchoolYear
from teahouse.holidays.service import Holidays
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Auth, Route

DESK = "/api/v1/operator/holidays"
READERS = ("owner", "registrar", "moderator", "auditor")
LOADERS = ("owner", "moderator")
YEAR_DIGITS = 4


@dataclass(frozen=True)
class _Desk:
    holidays: Holidays

    async def regions(self, _request: Request) -> Response:
        """Return which regions are known."""
        return json_response(wire.SchoolRegionsWire(await self.holidays.regions()))

    async def years(self, _request: Request) -> Response:
        """Return all."""
        return json_response(wire.SchoolYearsWire(await self.holidays.years()))

    async def load(self, request: Request) -> Response:
        """Take a file in."""
        year = await request.struct(SchoolYear)
        await self.holidays.load(request.operator.operator_id, year)
        return empty()

    async def remove(self, request: Request) -> Response:
        """Take a year out."""
        region, year = request.path["region"], request.path["school_year"]
        if not (year.isascii() and year.isdigit() and len(year) == YEAR_DIGITS):
            raise NoSuchSchoolYear
        await self.holidays.remove(request.operator.operator_id, region, int(year))
        return empty()


def routes(holidays: Holidays) -> list[Route]:
    """Return the routes of this domain."""
    desk = _Desk(holidays)
    return [
        Route(
            "GET", "/api/v1/holidays/regions", desk.regions, answer=wire.SchoolRegionsWire,
            summary="The regions of which school holidays are known",
        ),
        Route(
            "GET", DESK, desk.years, auth=Auth.OPERATOR, allow=READERS,
            answer=wire.SchoolYearsWire, summary="School holidays, by region and school year",
        ),
        Route(
            "PUT", DESK, desk.load, auth=Auth.OPERATOR, allow=LOADERS, body=SchoolYear,
            summary="Load a school year of a region, instead of what was loaded of it",
        ),
        Route(
            "DELETE", f"{DESK}/{{region}}/{{school_year}}", desk.remove, auth=Auth.OPERATOR,
            allow=LOADERS, summary="Remove a school year of a region",
        ),
    ]  # fmt: skip
