"""Matrix's calls that only application services make."""

from collections.abc import Mapping
from dataclasses import dataclass

from teahouse.appservices.model import NoSuchNetwork, NotTheService, Service
from teahouse.appservices.service import AppServices
from teahouse.appservices.wire import ListedBody, PingBody
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route

NETWORKS = Limit("appservices.networks", per_minute=60, burst=30)
PINGS = Limit("appservices.ping", per_minute=30, burst=10)


@dataclass(frozen=True, repr=False)
class _Services:
    services: AppServices

    async def ping(self, request: Request) -> Response:
        """Ask the service that asks whether we reach it."""
        service = self._service(request)
        if service.service_id != request.path["service_id"]:
            raise NotTheService
        body = await request.struct(PingBody)
        took = await self.services.asking.ping(service, body.transaction_id)
        return json_response({"duration_ms": took})

    async def set_listed(self, request: Request) -> Response:
        """List a room in the directory of a network of the service's."""
        service, path = self._service(request), request.path
        body = await request.struct(ListedBody)
        listed = body.visibility == "public"
        await self.services.set_listed(service, path["network_id"], path["room_id"], listed)
        return empty()

    def _service(self, request: Request) -> Service:
        found = self.services.registry.memory.services.get(request.caller.service_id)
        if found is None:
            raise NotTheService
        return found


@dataclass(frozen=True, repr=False)
class _Networks:
    services: AppServices

    async def every(self, _request: Request) -> Response:
        """List the networks that are bridged."""
        return json_response(await self.services.networks.every())

    async def one(self, request: Request) -> Response:
        """Tell of one of them."""
        return json_response(await self.services.networks.one(request.path["protocol"]))

    async def people(self, request: Request) -> Response:
        """Tell who somebody of another network is here."""
        found = await self.services.networks.people(request.path["protocol"], _asked(request))
        return json_response(found)

    async def places(self, request: Request) -> Response:
        """Tell where a place of another network is here."""
        found = await self.services.networks.places(request.path["protocol"], _asked(request))
        return json_response(found)

    async def person(self, request: Request) -> Response:
        """Tell who somebody here is on another network."""
        found = await self.services.networks.people(None, _named(request, "userid"))
        return json_response(found)

    async def place(self, request: Request) -> Response:
        """Tell where an alias leads on another network."""
        found = await self.services.networks.places(None, _named(request, "alias"))
        return json_response(found)


def _asked(request: Request) -> Mapping[str, str]:
    """Return what is asked of a service, without what was said to us."""
    ours = ("access_token", "user_id", "device_id", "ts")
    ours = ours if request.caller.service_id else ours[:1]
    return {name: values[-1] for name, values in request.query.items() if name not in ours}


def _named(request: Request, name: str) -> Mapping[str, str]:
    value = request.query_one(name)
    if not value:
        raise NoSuchNetwork
    return {name: value}


def routes(services: AppServices) -> list[Route]:
    """Return the routes of this domain."""
    calls, networks = _Services(services), _Networks(services)
    client = "/_matrix/client"
    third = f"{client}/v3/thirdparty"
    listed = f"{client}/v3/directory/list/appservice/{{network_id}}/{{room_id}}"
    return [
        Route("POST", f"{client}/v1/appservice/{{service_id}}/ping", calls.ping, limit=PINGS),
        Route("PUT", listed, calls.set_listed),
        Route("GET", f"{third}/protocols", networks.every, limit=NETWORKS),
        Route("GET", f"{third}/protocol/{{protocol}}", networks.one, limit=NETWORKS),
        Route("GET", f"{third}/user", networks.person, limit=NETWORKS),
        Route("GET", f"{third}/user/{{protocol}}", networks.people, limit=NETWORKS),
        Route("GET", f"{third}/location", networks.place, limit=NETWORKS),
        Route("GET", f"{third}/location/{{protocol}}", networks.places, limit=NETWORKS),
    ]
