"""The status, the history, the feed, the keys and whom to ask: for programs, and as pages."""

from teahouse.errors import Invalid, NotFound
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request, lang_of
from teahouse.infra.http.response import Response, html, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.notices.model.chain import canonical
from teahouse.notices.model.markup import PAGE_POLICY
from teahouse.notices.model.pages import LIVE, history_page, status_page
from teahouse.notices.model.status import StatusWire
from teahouse.notices.service.statements import Statements
from teahouse.notices.wire import HistoryWire, KeysWire

PAGE_ENTRIES = 50
PAGE_ENTRIES_MAX = 200
HISTORY_LIMIT = Limit("notices.history", per_minute=60, burst=60, by="address")
EXPORT_LIMIT = Limit("notices.export", per_minute=6, burst=6, by="address")
_PAGE = ((b"content-security-policy", PAGE_POLICY.encode()), (b"cache-control", b"no-store"))
_ANYONE = ((b"access-control-allow-origin", b"*"),)
_ATOM = b"application/atom+xml; charset=utf-8"
_TEXT = b"text/plain; charset=utf-8"


def routes(statements: Statements) -> list[Route]:
    """Return what everybody may read."""
    return [*_status_routes(statements), *_history_routes(statements), *_key_routes(statements)]


def _lang(request: Request) -> str:
    lang = request.query_one("lang") or lang_of(request)
    if lang not in ("zh", "en"):
        raise Invalid("lang must be zh or en.")
    return lang


def _status_routes(statements: Statements) -> list[Route]:
    async def well_known(_request: Request) -> Response:
        _, document = await statements.status()
        return Response(200, canonical(document), headers=_ANYONE)

    async def page(request: Request) -> Response:
        lang, beside = _lang(request), await statements.beside()
        status, _ = await statements.status()
        return html(status_page(status, lang, beside[lang]), 200, _PAGE)

    async def atom(_request: Request) -> Response:
        return Response(200, (await statements.feed()).encode(), _ATOM, _ANYONE)

    return [
        Route(
            "GET", LIVE.json, well_known, auth=Auth.NONE, answer=StatusWire,
            summary="Every restriction of registration that is in force, and why; signed",
        ),
        Route("GET", LIVE.status, page, auth=Auth.NONE),
        Route("GET", LIVE.feed, atom, auth=Auth.NONE, limit=HISTORY_LIMIT),
    ]  # fmt: skip


def _history_routes(statements: Statements) -> list[Route]:
    async def listed(request: Request) -> Response:
        entries = await statements.entries()
        before = request.query_int("before", len(entries) + 1, 1, len(entries) + 1)
        limit = request.query_int("limit", PAGE_ENTRIES, 1, PAGE_ENTRIES_MAX)
        first = max(0, before - 1 - limit)
        shown = list(reversed(entries[first : before - 1]))
        found = HistoryWire(shown, first + 1 if first else None, await statements.ledger())
        return json_response(found, headers=_ANYONE)

    async def page(request: Request) -> Response:
        entries = await statements.entries()
        before = request.query_int("before", len(entries) + 1, 1, len(entries) + 1)
        first = max(0, before - 1 - PAGE_ENTRIES)
        shut, older = await statements.ledger(), first + 1 if first else None
        shown = history_page(entries[first : before - 1], shut, _lang(request), older)
        return html(shown, 200, _PAGE)

    async def export(_request: Request) -> Response:
        return Response(200, canonical(await statements.export()), headers=_ANYONE)

    return [
        Route(
            "GET", "/api/v1/registration-history", listed, auth=Auth.NONE, limit=HISTORY_LIMIT,
            summary="Every change of registration since installation, and how long it was shut",
            answer=HistoryWire,
        ),
        Route("GET", LIVE.history, page, auth=Auth.NONE, limit=HISTORY_LIMIT),
        Route("GET", LIVE.export, export, auth=Auth.NONE, limit=EXPORT_LIMIT),
    ]  # fmt: skip


def _key_routes(statements: Statements) -> list[Route]:
    async def keys(_request: Request) -> Response:
        return Response(200, canonical(await statements.keys()), headers=_ANYONE)

    async def security(_request: Request) -> Response:
        text = statements.security_txt()
        if not text:
            raise NotFound("No contact is configured: see security_contact.")
        return Response(200, text.encode(), _TEXT)

    return [
        Route(
            "GET", LIVE.keys, keys, auth=Auth.NONE, limit=HISTORY_LIMIT, answer=KeysWire,
            summary="The public keys by which notices are signed",
        ),
        Route(
            "GET", "/.well-known/security.txt", security, auth=Auth.NONE, limit=HISTORY_LIMIT
        ),
    ]  # fmt: skip
