"""What everybody may read of algorithms, and what is filed."""

from teahouse.algorithms import wire
from teahouse.algorithms.model import AlgorithmBook
from teahouse.clock import Clock
from teahouse.config import Config
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

PUBLIC = "/api/v1/algorithms"
FILING = "/api/v1/operator/algorithms/filing"
LOOKING = Limit("algorithms.list", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "moderator", "auditor")


def routes(book: AlgorithmBook, runs: wire.Runs, config: Config, clock: Clock) -> list[Route]:
    """Return the routes of algorithms."""

    async def listed(_request: Request) -> Response:
        return json_response(wire.algorithms_wire(book, runs))

    async def filing(_request: Request) -> Response:
        told = wire.FilingWire(
            provider=config.operator_name,
            contact=config.privacy_contact or config.operator_contact,
            service=config.server_name,
            address=config.base_url,
            made_at=clock.now(),
            version=book.version,
            algorithms=[wire.filed_wire(one, runs) for one in book.algorithms],
        )
        return json_response(told)

    return [
        Route(
            "GET", PUBLIC, listed, auth=Auth.NONE, limit=LOOKING, answer=wire.AlgorithmsWire,
            summary="What decides, ranks or points by itself, on what data, and how it is stopped",
        ),
        Route(
            "GET", FILING, filing, auth=Auth.OPERATOR, allow=READERS, answer=wire.FilingWire,
            summary="The same as it is filed with an authority, with the code that does it",
        ),
    ]  # fmt: skip
