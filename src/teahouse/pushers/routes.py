"""Matrix's calls for pushers and notifications, and our own for browsers."""

from dataclasses import dataclass

from teahouse.errors import Invalid, Missing
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.pushers import wire
from teahouse.pushers.model import App, BadPusher
from teahouse.pushers.model.notices import listed
from teahouse.pushers.service.noticing import Noticing
from teahouse.pushers.service.pushers import Pushers

CLIENT = "/_matrix/client/v3"
WEB = "/api/v1/account/web-push"
SETTING = Limit("pushers.set", per_minute=60, burst=30)
LIMIT_DEFAULT = 20
LIMIT_MAX = 200
NEEDED = ("app_display_name", "device_display_name", "lang", "data")


@dataclass(frozen=True, repr=False)
class _Routes:
    pushers: Pushers
    noticing: Noticing

    async def all(self, request: Request) -> Response:
        """List the caller's pushers."""
        found = await self.pushers.apps(request.caller.user_id)
        return json_response({"pushers": [wire.app_wire(app) for app in found]})

    async def set(self, request: Request) -> Response:
        """Add, change or end one of the caller's pushers."""
        body = await request.struct(wire.SetPusher)
        if body.kind is None:
            await self.pushers.remove(request.caller, body.app_id, body.pushkey)
            return empty()
        await self.pushers.put(request.caller, _app(body), body.append)
        return empty()

    async def notifications(self, request: Request) -> Response:
        """List what the caller was told of."""
        start = request.query_one("from")
        if start is not None and not (start.isascii() and start.isdigit() and len(start) <= 18):
            raise Invalid(f"{start[:40]!r} is not a token of this server.")
        limit = request.query_int("limit", LIMIT_DEFAULT, 1, LIMIT_MAX)
        before = int(start) if start is not None else None
        only = request.query_one("only") == "highlight"
        found = await self.noticing.listed(request.caller.user_id, before, limit, only)
        now_ms = self.noticing.rooms.clock.ms()
        told = [listed(one, now_ms) for one in found.notices]
        answer: dict[str, object] = {"notifications": told}
        if found.end is not None:
            answer["next_token"] = str(found.end)
        return json_response(answer)

    async def web(self, request: Request) -> Response:
        """Tell whether the caller's browser is told."""
        return json_response(wire.web_wire(await self.pushers.web(request.caller)))

    async def subscribe(self, request: Request) -> Response:
        """Have the caller's browser told."""
        body = await request.struct(wire.WebPushIn)
        await self.pushers.subscribe(request.caller, wire.browser_of(body))
        return json_response(wire.web_wire(await self.pushers.web(request.caller)))

    async def unsubscribe(self, request: Request) -> Response:
        """Have it told no more."""
        await self.pushers.unsubscribe(request.caller)
        return json_response(wire.web_wire(await self.pushers.web(request.caller)))


def _app(body: wire.SetPusher) -> App:
    """Return the pusher that a body asks for. Raises ``Missing``, ``BadPusher``."""
    missing = [name for name in NEEDED if getattr(body, name) is None]
    if missing:
        raise Missing(f"Missing parameters: {', '.join(missing)}")
    if body.kind != "http":
        raise BadPusher("The only kind of pusher here is http.")
    data = body.data or {}
    if "url" not in data:
        raise Missing("Missing parameters: data.url")
    return App(
        app_id=body.app_id,
        pushkey=body.pushkey,
        app_display_name=body.app_display_name or "",
        device_display_name=body.device_display_name or "",
        lang=body.lang or "",
        data=data,
        profile_tag=body.profile_tag,
    )


def routes(pushers: Pushers, noticing: Noticing) -> list[Route]:
    """Return the routes."""
    on = _Routes(pushers, noticing)
    return [
        Route("GET", f"{CLIENT}/pushers", on.all),
        Route("POST", f"{CLIENT}/pushers/set", on.set, limit=SETTING),
        Route("GET", f"{CLIENT}/notifications", on.notifications),
        Route(
            "GET", WEB, on.web, answer=wire.WebPushOut,
            summary="Whether this device's browser is told of new messages",
        ),
        Route(
            "PUT", WEB, on.subscribe, limit=SETTING, body=wire.WebPushIn, answer=wire.WebPushOut,
            summary="Have this device's browser told of new messages",
        ),
        Route(
            "DELETE", WEB, on.unsubscribe, answer=wire.WebPushOut,
            summary="Have this device's browser told no more",
        ),
    ]  # fmt: skip
