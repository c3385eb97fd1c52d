"""Operators' routes: the curves of a run, as JSON and as a table to take away."""

from teahouse.errors import NotFound
from teahouse.exposures.model import written
from teahouse.exposures.service import Exposures
from teahouse.exposures.wire import ExposureWire, exposure_wire
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

READERS = ("owner", "registrar", "moderator", "auditor")
ONE = "/api/v1/operator/upgrades/{run_id}"
CSV = b"text/csv; charset=utf-8"


def routes(exposures: Exposures) -> list[Route]:
    """Return the routes of exposures."""

    async def curves(request: Request) -> Response:
        run_id = request.path["run_id"]
        return json_response(exposure_wire(run_id, await exposures.curves(run_id)))

    async def table(request: Request) -> Response:
        found = await exposures.curves(request.path["run_id"])
        if not found:
            raise NotFound("Nothing was noted of such an upgrade.")
        return Response(200, written(found).encode(), CSV)

    return [
        Route(
            "GET", f"{ONE}/exposure", curves, auth=Auth.OPERATOR, allow=READERS,
            answer=ExposureWire, summary="How much is still under old keys, by column, over time",
        ),
        Route(
            "GET", f"{ONE}/exposure.csv", table, auth=Auth.OPERATOR, allow=READERS,
            answer=str, summary="The same as comma-separated values",
        ),
    ]  # fmt: skip
