"""The registration status: for programs, and as a page for people."""

from teahouse.errors import Invalid
from teahouse.gate.model.pages import PAGE_POLICY
from teahouse.gate.service import Gate
from teahouse.gate.wire import StatusWire, status, status_page
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html, json_response
from teahouse.infra.http.router import Auth, Route

_HEADERS = ((b"content-security-policy", PAGE_POLICY.encode()), (b"cache-control", b"no-store"))


def routes(gate: Gate) -> list[Route]:
    """Return the registration status."""
    return [_status_route(gate), _page_route(gate)]


def _status_route(gate: Gate) -> Route:
    async def well_known(_request: Request) -> Response:
        shown = status(gate.keeper.clock.now(), await gate.notices())
        anyone = ((b"access-control-allow-origin", b"*"),)
        return json_response(shown, headers=anyone)

    return Route(
        "GET",
        "/.well-known/registration-status.json",
        well_known,
        auth=Auth.NONE,
        summary="Every restriction of registration that is in force, and why",
        answer=StatusWire,
    )


def _page_route(gate: Gate) -> Route:
    async def page(request: Request) -> Response:
        lang = request.query_one("lang") or lang_of(request)
        if lang not in ("zh", "en"):
            raise Invalid("lang must be zh or en.")
        return html(status_page(await gate.notices(), lang), 200, _HEADERS)

    return Route("GET", "/registration-status", page, auth=Auth.NONE)
