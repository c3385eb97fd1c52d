"""Whether we live, whether we can serve, and figures for whoever watches."""

from collections.abc import Awaitable, Callable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from teahouse.errors import Unavailable
from teahouse.infra.engines.headroom import Headroom
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.infra.http.server import Tally


class HttpFigures(Collector):
    """What the server counts, told when asked for."""

    def __init__(self, tally: Tally, gauges: dict[str, Callable[[], float]]) -> None:
        self._tally = tally
        self._gauges = gauges

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        requests = CounterMetricFamily(
            "teahouse_http_requests", "Requests", labels=["method", "route", "status"]
        )
        for (method, route, status), count in list(self._tally.requests.items()):
            requests.add_metric([method, route, str(status)], count)
        yield requests
        seconds = CounterMetricFamily(
            "teahouse_http_seconds", "Time spent on requests", labels=["method", "route"]
        )
        for (method, route), spent in list(self._tally.seconds.items()):
            seconds.add_metric([method, route], spent)
        yield seconds
        for name, read in self._gauges.items():
            yield GaugeMetricFamily(f"teahouse_{name}", name.replace("_", " "), value=read())


def routes(
    ready: Callable[[], Awaitable[dict[str, bool]]],
    headroom: Headroom,
    registry: CollectorRegistry,
) -> list[Route]:
    """Return the routes that watchers ask."""

    async def healthz(_request: Request) -> Response:
        return json_response({"status": "ok"})

    async def readyz(_request: Request) -> Response:
        parts = await ready()
        if not all(parts.values()):
            missing = ", ".join(name for name, there in parts.items() if not there)
            raise Unavailable(f"Not ready: {missing}.", parts=parts)
        return json_response({"status": "ready", "parts": parts, "disk_short": headroom.is_short})

    async def metrics(_request: Request) -> Response:
        text = generate_latest(registry)
        return Response(200, text, b"text/plain; version=0.0.4; charset=utf-8")

    return [
        Route("GET", "/healthz", healthz, auth=Auth.NONE, by_machine=True),
        Route("GET", "/readyz", readyz, auth=Auth.NONE, by_machine=True),
        Route("GET", "/metrics", metrics, auth=Auth.NONE, by_machine=True),
    ]
