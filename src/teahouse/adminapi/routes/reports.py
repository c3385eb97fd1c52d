"""Reports, as Synapse's tools ask for them: of events, and of people."""

from dataclasses import dataclass
from typing import Any

import msgspec

from teahouse.adminapi import wire
from teahouse.adminapi.model import ACTORS
from teahouse.adminapi.routes.asking import V1, direction, guarded, span
from teahouse.adminapi.service import AdminApi
from teahouse.complaints.model import Complaint, What, Wish
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, empty, json_response
from teahouse.infra.http.router import Route
from teahouse.operators.model import Role
from teahouse.rooms.model.event import with_room


@dataclass(frozen=True, repr=False)
class _Reports:
    api: AdminApi
    what: What

    async def listed(self, request: Request, actor: str) -> Response:
        """List the reports that wait, the newest first."""
        limit, offset = span(request)
        of_events = self.what is What.EVENT
        wish = Wish(
            self.what.value,
            request.query_one("user_id") or "",
            request.query_one("room_id") or "",
            request.query_one("event_sender_user_id" if of_events else "target_user_id") or "",
            request.query_one("dir") is not None and direction(request) == "f",
        )
        found, total = await self.api.reports.page(actor, wish, limit, offset)
        rows = [await self._out(one) for one in found]
        more = offset + len(rows)
        told: dict[str, Any] = {f"{self.what.value}_reports": rows, "total": total}
        return json_response(told | ({"next_token": more} if more < total else {}))

    async def one(self, request: Request, actor: str) -> Response:
        """Show a report, and of an event the event as it is now."""
        found, event = await self.api.reports.look(actor, self.what, request.path["report_id"])
        told = await self._out(found)
        if event is not None:
            told["event_json"] = msgspec.Raw(with_room(event.body, event.room_id))
        return json_response(told)

    async def close(self, request: Request, actor: str) -> Response:
        """Close a report."""
        await request.ignored_body()
        await self.api.reports.close(actor, self.what, request.path["report_id"])
        return empty()

    async def _out(self, one: Complaint) -> dict[str, Any]:
        if self.what is What.USER:
            return wire.user_report_out(one)
        name, alias = await self.api.reports.place(one.room_id)
        return wire.event_report_out(one) | {"name": name, "canonical_alias": alias}


def routes(api: AdminApi) -> list[Route]:
    """Return the routes for reports: what people wrote is read by those who act on it."""
    table: list[tuple[str, str, frozenset[Role], Any]] = []
    for what in (What.EVENT, What.USER):
        reports, base = _Reports(api, what), f"{V1}/{what.value}_reports"
        table += [
            ("GET", base, ACTORS, reports.listed),
            ("GET", f"{base}/{{report_id}}", ACTORS, reports.one),
            ("DELETE", f"{base}/{{report_id}}", ACTORS, reports.close),
        ]
    return [
        Route(method, path, guarded(api, allowed, asked)) for method, path, allowed, asked in table
    ]
