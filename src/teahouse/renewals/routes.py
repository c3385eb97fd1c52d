"""Operators' routes: the merge report. Owners say that they have seen it, everyone may read."""

from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route
from teahouse.renewals.service.merging import Merged, Merging
from teahouse.renewals.wire import MergesWire, SeenBody, merge_wire

WRITERS = ("owner",)
READERS = ("owner", "registrar", "moderator", "auditor")
BASE = "/api/v1/operator/upgrades/{run_id}/merges"


def routes(merging: Merging) -> list[Route]:
    """Return the routes of renewals."""

    async def listed(request: Request) -> Response:
        return _told(await merging.report(request.path["run_id"]))

    async def seen(request: Request) -> Response:
        body = await request.struct(SeenBody)
        actor, run_id = request.operator.operator_id, request.path["run_id"]
        return _told(await merging.seen(actor, run_id, body.reason))

    return [
        Route(
            "GET", BASE, listed, auth=Auth.OPERATOR, allow=READERS, answer=MergesWire,
            summary="Whom a newer normaliser would have made one, and who were kept apart",
        ),
        Route(
            "POST", f"{BASE}/seen", seen, auth=Auth.OPERATOR, allow=WRITERS, body=SeenBody,
            answer=MergesWire, summary="Say that the merge report was looked at",
        ),
    ]  # fmt: skip


def _told(found: Merged) -> Response:
    pairs = [merge_wire(one) for one in found.pairs]
    return json_response(MergesWire(found.normaliser, found.total, found.unseen, pairs))
