"""Reports for everybody, as files and pages; for operators, the census and what to do after a theft."""

from teahouse.errors import Invalid
from teahouse.gate.model.policies import Both
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.markup import PAGE_POLICY
from teahouse.reports.model.details import both_of
from teahouse.reports.model.pages import list_page, report_page
from teahouse.reports.model.sinks import SINKS, unknown
from teahouse.reports.service import Reports
from teahouse.reports.wire import (
    CensusWire,
    MadeWire,
    ReportsWire,
    SinkWire,
    StolensWire,
    stolens,
)

LIMIT = Limit("reports.read", per_minute=60, burst=60, by="address")
READERS = ("owner", "registrar", "moderator", "auditor")
PAGES = "/upgrade-reports"
_PAGE = ((b"content-security-policy", PAGE_POLICY.encode()), (b"cache-control", b"no-store"))
_ANYONE = ((b"access-control-allow-origin", b"*"),)
_FILE = ".json"


def routes(reports: Reports) -> list[Route]:
    """Return every route of reports."""
    return [*_public(reports), *_operators(reports)]


def _lang(request: Request) -> str:
    lang = request.query_one("lang") or lang_of(request)
    if lang not in ("zh", "en"):
        raise Invalid("lang must be zh or en.")
    return lang


def _public(reports: Reports) -> list[Route]:
    async def listed(_request: Request) -> Response:
        found = [
            MadeWire(one.run_id, one.seq, one.made_at, f"{PAGES}/{one.run_id}{_FILE}")
            for one in await reports.all()
        ]
        return json_response(ReportsWire(found), headers=_ANYONE)

    async def pages(request: Request) -> Response:
        found = [(one.run_id, one.made_at) for one in await reports.all()]
        return html(list_page(found, _lang(request)), 200, _PAGE)

    async def one(request: Request) -> Response:
        name = request.path["run_id"]
        if name.endswith(_FILE):
            raw = await reports.raw(name.removesuffix(_FILE))
            return Response(200, raw, headers=_ANYONE)
        return html(report_page(await reports.one(name), _lang(request)), 200, _PAGE)

    return [
        Route(
            "GET", "/api/v1/upgrade-reports", listed, auth=Auth.NONE, limit=LIMIT,
            summary="The signed reports of security upgrades", answer=ReportsWire,
        ),
        Route("GET", PAGES, pages, auth=Auth.NONE, limit=LIMIT),
        Route("GET", f"{PAGES}/{{run_id}}", one, auth=Auth.NONE, limit=LIMIT),
    ]  # fmt: skip


def _operators(reports: Reports) -> list[Route]:
    async def census(_request: Request) -> Response:
        seen = await reports.census.look(reports.clock.now())
        by_name = {one.sink: one for one in seen}
        sinks = [
            SinkWire(
                one.name,
                one.follows.value,
                one.title,
                one.how,
                by_name.get(one.name),
                both_of(by_name[one.name]) if one.name in by_name else Both(),
            )
            for one in SINKS
        ]
        missing = [name for name in unknown(seen) if name != "primary"]
        return json_response(CensusWire(sinks, missing))

    async def thefts(_request: Request) -> Response:
        return json_response(stolens())

    base = "/api/v1/operator/upgrade-reports"
    return [
        Route(
            "GET", f"{base}/census", census, auth=Auth.OPERATOR, allow=READERS,
            summary="Everywhere personal data may lie, and what a change of keys finds there",
            answer=CensusWire,
        ),
        Route(
            "GET", f"{base}/stolen", thefts, auth=Auth.OPERATOR, allow=READERS,
            summary="What to do first when a key was stolen", answer=StolensWire,
        ),
    ]  # fmt: skip
