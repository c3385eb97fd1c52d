"""The audit log for operators: every role may read it."""

from teahouse.audit.model import PAGE_ENTRIES_MAX
from teahouse.audit.service import Audit
from teahouse.audit.wire import PageOut, VerifyOut, entry_out
from teahouse.infra.http.request import Request
from teahouse.infra.http.response import Response, json_response
from teahouse.infra.http.router import Auth, Route

READERS = ("owner", "registrar", "moderator", "auditor")
BEFORE_MAX = 2**62


def routes(audit: Audit) -> list[Route]:
    """Return the routes of this domain."""

    async def page(request: Request) -> Response:
        limit = request.query_int("limit", 50, 1, PAGE_ENTRIES_MAX)
        entries = await audit.page(
            request.query_int("before", BEFORE_MAX, 1, BEFORE_MAX),
            limit,
            act=request.query_one("act"),
            actor=request.query_one("actor"),
            target=request.query_one("target"),
        )
        more = entries[-1].seq if len(entries) == limit and entries[-1].seq > 1 else None
        return json_response(PageOut([entry_out(entry) for entry in entries], more))

    async def verify(_request: Request) -> Response:
        wrong = await audit.verify()
        return json_response(VerifyOut(wrong is None, wrong))

    return [
        Route(
            "GET",
            "/api/v1/operator/audit",
            page,
            auth=Auth.OPERATOR,
            allow=READERS,
            summary="Read the audit log, newest first",
            answer=PageOut,
        ),
        Route(
            "GET",
            "/api/v1/operator/audit/verify",
            verify,
            auth=Auth.OPERATOR,
            allow=READERS,
            summary="Recompute the chain of the audit log",
            answer=VerifyOut,
        ),
    ]
