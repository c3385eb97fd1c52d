"""The ASGI application: route, limit, recognise, handle, answer, count.

Every refusal becomes the words of the API that the request came by; anything else that is raised
becomes a 500 with an incident id, and only the log, never the client, sees the traceback. Logs
hold the route's pattern, not its path, because a path may name a person.
"""

import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import structlog

from teahouse.errors import Kind, Refused, Unauthenticated, UnknownToken
from teahouse.ids import Ids
from teahouse.infra.engines.headroom import Headroom
from teahouse.infra.http import openapi
from teahouse.infra.http.caller import Authenticators, Caller, GuestsMayNot, OperatorCaller
from teahouse.infra.http.dialects import matrix, oauth, own
from teahouse.infra.http.limits import Limiter, address_prefix
from teahouse.infra.http.line import head_of, send_whole
from teahouse.infra.http.request import BODY_SECONDS_MAX, Gone, Receive, Request, bearer
from teahouse.infra.http.response import JSON, Header, Response, json_response
from teahouse.infra.http.router import Auth, Route, Router
from teahouse.infra.http.shedding import Shedding
from teahouse.infra.http.static import Static
from teahouse.infra.http.turnstile import Turnstile
from teahouse.infra.pulse import PulseTaker

Send = Callable[[Any], Awaitable[None]]

_log: Any = structlog.get_logger("http")

SECURITY_HEADERS: tuple[Header, ...] = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
)
OLD_PREFIXES = ("/_matrix/client/r0/", "/_matrix/media/r0/")
SERVICES_MAY_ASK = "/_matrix/"
LENGTH = b"content-length"
CANNOT_STORE: tuple[Header, ...] = ((b"cache-control", b"no-store"),)


class NoSuchRoute(Refused):
    """There is nothing at this address."""

    code = "request.no_such_route"
    kind = Kind.NOT_FOUND


class WrongMethod(Refused):
    """There is something at this address, but not for this method."""

    code = "request.wrong_method"
    kind = Kind.METHOD


class WrongRole(Refused):
    """Your role does not allow this."""

    code = "operators.role"
    kind = Kind.FORBIDDEN


@dataclass
class Tally:
    """How often and how long, by route pattern and status."""

    requests: dict[tuple[str, str, int], int] = field(
        default_factory=dict[tuple[str, str, int], int]
    )
    seconds: dict[tuple[str, str], float] = field(default_factory=dict[tuple[str, str], float])

    def count(self, method: str, pattern: str, status: int, seconds: float) -> None:
        """Count one request."""
        place = (method, pattern, status)
        self.requests[place] = self.requests.get(place, 0) + 1
        self.seconds[place[:2]] = self.seconds.get(place[:2], 0.0) + seconds


# Told of each answer: method, the route's path, and whether it was our fault.
Answered = Callable[[str, str, bool], None]


class Server:
    """Serves the routes, and the web client for what is no route."""

    def __init__(
        self,
        routes: Iterable[Route],
        authenticators: Authenticators,
        limiter: Limiter,
        ids: Ids,
        static: Static | None = None,
        pulse: PulseTaker | None = None,
        shedding: Shedding | None = None,
    ) -> None:
        self.router = Router([*routes, openapi.route(lambda: self.router.routes)])
        self.tally = Tally()
        self._pulse = pulse or PulseTaker()
        self._unfelt = frozenset(one.path for one in self.router.routes if not one.is_felt)
        self._authenticators = authenticators
        self._limiter = limiter
        self._ids = ids
        self._static = static
        self._turnstile = Turnstile()
        self._heads: dict[str, bytes] = {}  # of an ordinary answer, by its dialect
        self.shedding = shedding
        self.body_seconds_max = BODY_SECONDS_MAX
        self.answered: Answered | None = None
        self.headroom: Headroom | None = None

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await _refuse_protocol(scope, receive, send)
            return
        began = time.perf_counter()
        raw_path: str = scope["raw_path"].decode("latin-1").partition("?")[0]
        dialect = dialect_of(raw_path)
        raw_path = current_path(raw_path)
        pattern = "-"
        try:
            response, pattern = await self._respond(scope, receive, raw_path, dialect)
        except Gone:
            return
        if not self._sent_whole(send, response, dialect, scope["method"]):
            await _send(send, response, dialect, scope["method"] == "HEAD")
        self.count(scope["method"], pattern, response.status, time.perf_counter() - began)

    def count(self, method: str, pattern: str, status: int, seconds: float) -> None:
        """Count an answer, wherever it was given."""
        self.tally.count(method, pattern, status, seconds)
        if self.answered is not None:
            self.answered(method, pattern, status >= 500)
        if pattern not in self._unfelt:
            self._pulse.count(seconds, status >= 500)

    def _sent_whole(self, send: Send, response: Response, dialect: Any, method: str) -> bool:
        """Send what is nothing out of the ordinary in one piece; tell whether it went so."""
        if response.status != 200 or response.headers or response.chunks is not None:
            return False
        if method == "HEAD" or response.content_type is not JSON:
            return False
        head = self._heads.get(dialect.__name__)
        if head is None:
            headers = [one for one in headers_of(Response(), dialect) if one[0] != LENGTH]
            head = self._heads[dialect.__name__] = head_of(200, headers)
        return send_whole(send, head, response.body)

    async def _respond(
        self, scope: Any, receive: Receive, raw_path: str, dialect: Any
    ) -> tuple[Response, str]:
        pattern, inside = "-", False
        try:
            method = scope["method"]
            if method == "OPTIONS":
                return json_response({}), "OPTIONS"
            found = self.router.find("GET" if method == "HEAD" else method, raw_path)
            if found is None:
                if dialect is own and self._static and method in ("GET", "HEAD"):
                    return self._static.serve(raw_path, scope), "static"
                raise NoSuchRoute
            if found.route is None:
                raise WrongMethod(allow=list(found.methods))
            pattern = found.route.path
            if self.shedding is not None:
                rank, waits = found.route.weighed(scope["query_string"])
                self.shedding.come(rank, waits)
                inside = not waits
            request = Request(scope, receive, found.path, found.route, self.body_seconds_max)
            request.check_query()
            await self._seat(request, found.route)
            if not found.route.door:
                return await found.route.handler(request), pattern
            if self.headroom is not None:
                self.headroom.check()  # who joins now could not say a word
            async with self._turnstile.passed(begun=bool(found.path)):
                return await found.route.handler(request), pattern
        except Refused as refused:
            return dialect.refusal(refused), pattern
        except Gone:
            raise
        except Exception as fault:  # noqa: BLE001 - the one place where faults end
            incident = self._ids.ulid()
            _log.error("fault", incident=incident, route=pattern, exc_info=fault)
            return dialect.fault(incident), pattern
        finally:
            if inside and self.shedding is not None:
                self.shedding.left()

    async def _seat(self, request: Request, route: Route) -> None:
        """Find out who is asking, and whether not too often."""
        if route.limit and route.limit.by == "address" and not self._spared(request):
            self._limiter.take(route.limit, address_prefix(request.address))
        caller: Caller | None = None
        operator: OperatorCaller | None = None
        if route.auth is Auth.USER:
            caller = await self._person(request, route)
        elif route.auth is Auth.OPERATOR:
            operator = await self._authenticators.operator(bearer(request))
            if operator.role not in route.allow:
                raise WrongRole(role=operator.role, allowed=list(route.allow))
        elif route.auth is Auth.OPTIONAL:
            try:
                caller = await self._person(request, route)
            except (Unauthenticated, UnknownToken, GuestsMayNot):
                caller = None
        if caller is not None and route.only_json and self._authenticators.own is not None:
            self._authenticators.own(caller)
        if caller is not None and self._authenticators.restraint is not None:
            await self._authenticators.restraint(caller, (route.method, route.path))
        request.seat(caller, operator)
        if self.shedding is not None:
            who = caller.account_id if caller else address_prefix(request.address)
            rank, _ = route.weighed(request.scope["query_string"])
            self.shedding.known(rank, who)
        if route.limit and route.limit.by == "account" and not (caller and caller.unlimited):
            who = caller.account_id if caller else address_prefix(request.address)
            self._limiter.take(route.limit, who)

    async def _person(self, request: Request, route: Route) -> Caller:
        """Return whose token it is; in Matrix's API a service may say as whom it acts."""
        token, services = bearer(request), self._authenticators.services
        if services is not None and route.path.startswith(SERVICES_MAY_ASK):
            caller = await services.caller(token, request.query_one)
            if caller is not None:
                return caller
        person = await self._authenticators.person(token, route.locked)
        if person.guest and self._authenticators.guest is not None:
            self._authenticators.guest(request)
        return person

    def _spared(self, request: Request) -> bool:
        services = self._authenticators.services
        if services is None:
            return False
        try:
            return services.spared(bearer(request))
        except Unauthenticated:
            return False


def current_path(raw_path: str) -> str:
    """Return a path under its present name: before Matrix v1.1 it had another."""
    return raw_path.replace("/r0/", "/v3/", 1) if raw_path.startswith(OLD_PREFIXES) else raw_path


def dialect_of(raw_path: str) -> Any:
    """Return the words of the API that a path belongs to."""
    if raw_path.startswith(("/_matrix", "/_synapse", "/.well-known/matrix")):
        return matrix
    return oauth if raw_path.startswith(oauth.PREFIX) else own


def headers_of(response: Response, dialect: Any) -> list[Header]:
    """Return all headers of a response but those that a connection has of its own."""
    extra = SECURITY_HEADERS if dialect is own else dialect.HEADERS
    headers: list[Header] = [(b"content-type", response.content_type), *response.headers, *extra]
    if response.content_type == JSON:
        headers.extend(CANNOT_STORE)
    if response.status == 408:  # the rest of that body may come for ever
        headers.append((b"connection", b"close"))
    if response.chunks is None:
        headers.append((LENGTH, b"%d" % len(response.body)))
    return headers


async def _send(send: Send, response: Response, dialect: Any, head: bool) -> None:
    headers = headers_of(response, dialect)
    await send({"type": "http.response.start", "status": response.status, "headers": headers})
    if response.chunks is None or head:
        body = b"" if head else response.body
        await send({"type": "http.response.body", "body": body})
        return
    async for chunk in response.chunks:
        await send({"type": "http.response.body", "body": chunk, "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _refuse_protocol(scope: Any, receive: Receive, send: Send) -> None:
    """Answer lifespan events; there are no web sockets here."""
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.close", "code": 1000})
        return
    while True:
        message = await receive()
        if message["type"] == "lifespan.startup":
            await send({"type": "lifespan.startup.complete"})
        elif message["type"] == "lifespan.shutdown":
            await send({"type": "lifespan.shutdown.complete"})
            return
