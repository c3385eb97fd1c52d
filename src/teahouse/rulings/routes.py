"""What everybody may read of decisions, without an account; and exact figures for operators."""

from dataclasses import dataclass
from datetime import date

from teahouse.errors import Invalid
from teahouse.infra.http.limits import Limit
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.rulings import wire
from teahouse.rulings.model import PAGE_MAX, Transparency
from teahouse.rulings.service import Rulings

PLACE = "/api/v1/rulings"
READING = Limit("rulings", per_minute=60, burst=60, by="address")
READERS = ("owner", "moderator", "auditor")
CSV = b"text/csv; charset=utf-8"
NEXT = b"x-next-after"


@dataclass(frozen=True)
class _Register:
    rulings: Rulings

    async def page(self, request: Request) -> Response:
        """Return decisions."""
        found = await self.rulings.page(request.query_one("after") or "")
        return json_response(wire.page_wire(found, PAGE_MAX))

    async def lines(self, request: Request) -> Response:
        """Return decisions as lines of fields; a header says how to ask for more."""
        found = await self.rulings.page(request.query_one("after") or "")
        after = wire.page_wire(found, PAGE_MAX).after
        headers = ((NEXT, after.encode()),) if after else ()
        return Response(200, wire.as_csv(found), CSV, headers)

    async def report(self, request: Request) -> Response:
        """Return the figures of whole months."""
        months = request.query_one("from") or "", request.query_one("until") or ""
        return json_response(await self.rulings.published(*months))

    async def exact(self, request: Request) -> Response:
        """Return the figures of any days, as they are."""
        days = _day(request.query_one("from")), _day(request.query_one("until"))
        return json_response(await self.rulings.exact(*days))


def routes(rulings: Rulings) -> list[Route]:
    """Return these routes."""
    register = _Register(rulings)
    return [
        Route(
            "GET", PLACE, register.page, auth=Auth.NONE, limit=READING, answer=wire.RulingsWire,
            summary="Every decision, without anybody in it; `after` an id: more",
        ),
        Route(
            "GET", f"{PLACE}/csv", register.lines, auth=Auth.NONE, limit=READING,
            summary="The same, as CSV",
        ),
        Route(
            "GET", f"{PLACE}/report", register.report, auth=Auth.NONE, limit=READING,
            answer=Transparency,
            summary="Figures of whole months that are over: `from` and `until`, as 2026-01",
        ),
        Route(
            "GET", "/api/v1/operator/rulings/report", register.exact, auth=Auth.OPERATOR,
            allow=READERS, answer=Transparency,
            summary="Exact figures of any days: `from` and `until`, as 2026-01-31",
        ),
    ]  # fmt: skip


def _day(written: str | None) -> date:
    try:
        return date.fromisoformat(written or "")
    except ValueError:
        raise Invalid("from and until are days, as 2026-01-31.") from None
